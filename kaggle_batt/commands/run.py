"""Run a battery on tasks."""

import argparse

from kaggle_batt.api import run_compared
from kaggle_batt.commands.terminal import TextProgress, say
from kaggle_batt.kaggle.locate import chosen_data
from kaggle_batt.params import add_options, picked
from kaggle_batt.report.summary import compared, summary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_options(parser)
    parser.add_argument("--timing", action="store_true", help="print the phases, with the older keys")


def main(arguments: argparse.Namespace) -> int:
    """Run and print the summary; 1 for differences, a broken program, or a whole run without an output."""
    params = picked(vars(arguments))
    if chosen := chosen_data(params.data, params.split):
        say(chosen)
    first, second, differences = run_compared(params, TextProgress() if params.progress else None)
    say(summary(first))
    serial = second if second is not None and second.record["params"]["engine"] == "serial" else None
    if arguments.timing:
        say(first.timing_table(serial))
    if params.compare:
        say(compared(first, second, differences))
    silent = first.record["battery"]["solvers"] and not first.record["candidates"]["before"]
    silent = silent and first.record["status"] == "done"
    return 1 if differences or first.record["broken"] or silent else 0
