"""Make the links of a run to the best programs of each task."""

import argparse
from pathlib import Path

from kaggle_batt.commands.terminal import say
from kaggle_batt.pipeline.files import record_path
from kaggle_batt.pipeline.outputs import link_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="folder of a run, or its record")


def main(arguments: argparse.Namespace) -> int:
    folder: Path = record_path(arguments.run).parent
    say(f"{link_all(folder):,} links in {folder}/solver_dir and {folder}/differ_dir")
    return 0
