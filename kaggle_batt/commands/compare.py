"""Compare two runs."""

import argparse
import json

from kaggle_batt.commands.terminal import say
from kaggle_batt.params import path
from kaggle_batt.pipeline.compare import comparison


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("runs", type=path("run"), nargs=2, metavar="RUN", help="folder of a run, or its run.json")
    add("--all", action="store_true", help="all differences, not the first of each kind")
    add("--json", action="store_true", help="settings and differences as JSON")


def main(arguments: argparse.Namespace) -> int:
    """Compare and print the verdict; 1 if the runs differ."""
    found = comparison(*arguments.runs)
    names = " and ".join(arguments.runs)
    say(json.dumps(found.as_json(), indent=1) if arguments.json else found.text(names, arguments.all))
    return 1 if found.differences else 0
