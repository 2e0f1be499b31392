"""Run the notebook for a plan of parameters."""

import argparse
import re
from pathlib import Path

from kaggle_batt.batch.batch import RunEnd, run_batch
from kaggle_batt.batch.plan import BatchPlan, NotebookRun, make_plan
from kaggle_batt.commands.terminal import say
from kaggle_batt.errors import ParameterError
from kaggle_batt.params import path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "plan",
        type=path("plan"),
        nargs="?",
        metavar="PLAN",
        help="YAML file (docs/kaggle.md); or give --grid",
    )
    add("-o", "--out", type=path("out"), required=True, metavar="DIR", help="folder for all runs")
    grid = "values of a parameter; every combination is run (repeatable)"
    add("--grid", action="append", default=[], metavar="NAME=V,V", help=grid)
    add("-p", "--parameter", action="append", default=[], metavar="NAME=V", help="a parameter of every run")
    add("--chunks", metavar="TASKS/SIZE", help="start and count: 40/10 is four runs of ten tasks")
    notebook = "default: the plan's, else notebooks/run_batt.ipynb"
    add("--notebook", type=path("notebook"), metavar="FILE", help=notebook)
    add("--jobs", type=int, metavar="N", help="runs at the same time (default 2)")
    add("--timeout", type=float, metavar="S", help="seconds for one run (default 3600)")
    add("--resume", action="store_true", help="skip what is done in DIR")


def main(arguments: argparse.Namespace) -> int:
    """Carry out a batch and print its summary; 1 if a run was not done."""
    plan = _plan(arguments)
    say(f"{len(plan.runs)} runs, {plan.jobs} at a time, {plan.timeout:.0f} s each at most")
    rows = run_batch(plan, arguments.out, resume=arguments.resume, on_end=_print_end)
    say((Path(arguments.out) / "summary.txt").read_text(encoding="utf-8"), end="")
    return 1 if any([row.status != "done" for row in rows]) else 0


def _plan(arguments: argparse.Namespace) -> BatchPlan:
    if arguments.plan is None and not (arguments.grid or arguments.parameter or arguments.chunks):
        raise ParameterError("plan: give a YAML file, or --grid NAME=VALUE,VALUE")
    chunks = parse_chunks(arguments.chunks) if arguments.chunks else None
    given = {name: getattr(arguments, name) for name in ("notebook", "timeout", "jobs")}
    given = {name: value for name, value in {**given, "chunks": chunks}.items() if value is not None}
    file = Path(arguments.plan) if arguments.plan else None
    return make_plan(file, arguments.grid, arguments.parameter, **given)


def _print_end(run: NotebookRun, end: RunEnd) -> None:
    detail = f": {end.detail}" if end.detail else ""
    say(f"{run.name}: {end.status} in {end.seconds:.0f} s{detail}")


def parse_chunks(text: str) -> dict[str, int]:
    """`40/10` → forty tasks in runs of ten. Raises ParameterError."""
    found = re.fullmatch(r"([1-9][0-9]*)/([1-9][0-9]*)", text)
    if not found:
        raise ParameterError(f"chunks: expected TASKS/SIZE, as 40/10, got {text!r}")
    return {"tasks": int(found[1]), "size": int(found[2])}
