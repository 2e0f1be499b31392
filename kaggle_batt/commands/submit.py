"""Check a run's submission and send it to a competition."""

import argparse
from pathlib import Path

from kaggle_batt.api import Run, load_run
from kaggle_batt.commands.terminal import say
from kaggle_batt.errors import ParameterError
from kaggle_batt.kaggle.client import run_client
from kaggle_batt.kaggle.metadata import bare, competition_slug
from kaggle_batt.params import checked, path
from kaggle_batt.pipeline.files import SUBMISSION
from kaggle_batt.pipeline.submission import check_submission, load_submission
from kaggle_batt.tasks.loading import read_tasks


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("run", type=path("run"), metavar="RUN", help="folder of a run on a competition's test set")
    add("--competition", required=True, metavar="SLUG", help="the competition")
    add("--message", "-m", required=True, metavar="TEXT", help="the submission's description")
    add("--kernel", metavar="OWNER/SLUG", help="the notebook, where a competition takes only notebooks")
    add("--version", metavar="N", help="the notebook's version, whose output the file is")


def main(arguments: argparse.Namespace) -> int:
    """Check and submit; return the client's exit status, 1 for a refusal that it only prints."""
    if (arguments.kernel is None) != (arguments.version is None):
        raise ParameterError("kernel, version: give both or none")
    slug = competition_slug(arguments.competition)
    file = checked_submission(load_run(arguments.run))
    call = ["competitions", "submit", slug, "-f", str(file), "-m", arguments.message, "--wait"]
    if arguments.kernel is not None:
        call += ["-k", bare(arguments.kernel, 2), "-v", arguments.version]
    return run_client(call).exit_status


def checked_submission(run: Run) -> Path:
    """The submission of a run on a whole test set; ParameterError or `SubmissionError` for any other."""
    params = checked(run.record["params"])
    if params.split != "test":
        raise ParameterError(f"run: {run.folder} is on the split {params.split!r}, not on a test set")
    tasks = read_tasks(params.data, params.split, demos=params.demos).submitted
    file = run.folder / SUBMISSION
    check_submission(load_submission(file), tasks)
    say(f"{file} is valid: {len(tasks)} tasks")
    return file
