"""The command `compare`: whether two runs gave the same."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from kaggle_batt.pipeline.compare import compare_runs

HELP = "compare two runs"
MOST_LINES = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("runs", nargs=2, metavar="RUN", help="folder of a run, or its run.json")


def main(arguments: argparse.Namespace) -> int:
    """Compare and print the verdict; 1 if the runs differ."""
    differences = compare_runs(*arguments.runs)
    print(verdict(" and ".join(arguments.runs), differences))
    return 1 if differences else 0


def verdict(names: str, differences: Sequence[str]) -> str:
    """Whether the runs of these names are equal, in a line; the first differences, a line each."""
    if not differences:
        return f"equal: {names} gave the same candidates, outputs, scores, predictions and files"
    return "\n".join([f"NOT EQUAL: {names} differ in {len(differences)} places", *differences[:MOST_LINES]])
