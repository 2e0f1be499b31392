"""The command `batch`: the notebook, run for a plan of parameters."""

from __future__ import annotations

import argparse
from pathlib import Path

from kaggle_batt.batch.batch import State, run_batch
from kaggle_batt.batch.plan import (
    Plan,
    PlannedRun,
    find_notebook,
    make_plan,
    notebook_parameters,
    parse_chunks,
    split_pair,
    typed_text,
)
from kaggle_batt.errors import ParameterError

HELP = "run the notebook for a plan of parameters"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("plan", nargs="?", metavar="PLAN", help="YAML file (docs/kaggle.md); or give --grid")
    parser.add_argument("-o", "--out", required=True, metavar="DIR", help="folder for all runs")
    parser.add_argument(
        "--grid",
        action="append",
        default=[],
        metavar="NAME=V,V",
        help="values of a parameter; every combination is run (repeatable)",
    )
    parser.add_argument(
        "-p", "--parameter", action="append", default=[], metavar="NAME=V", help="a parameter of every run"
    )
    parser.add_argument(
        "--chunks", metavar="TASKS/SIZE", help="start and count: 40/10 is four runs of ten tasks"
    )
    parser.add_argument(
        "--notebook", metavar="FILE", help="default: the plan's, else notebooks/run_batt.ipynb"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="runs at the same time (default 2)")
    parser.add_argument("--timeout", type=float, metavar="S", help="seconds for one run (default 3600)")
    parser.add_argument("--resume", action="store_true", help="skip what is done in DIR")


def main(arguments: argparse.Namespace) -> int:
    """Carry out a batch and print its summary; 1 if a run was not done."""
    plan = _plan(arguments)
    print(f"{len(plan.runs)} runs, {plan.jobs} at a time, {plan.timeout:.0f} s each at most", flush=True)
    rows = run_batch(plan, arguments.out, resume=arguments.resume, on_end=_tell)
    print((Path(arguments.out) / "summary.txt").read_text(encoding="utf-8"), end="")
    return 1 if any([row.status != "done" for row in rows]) else 0


def _plan(arguments: argparse.Namespace) -> Plan:
    if arguments.plan is None and not (arguments.grid or arguments.parameter or arguments.chunks):
        raise ParameterError("plan: give a YAML file, or --grid NAME=VALUE,VALUE")
    file = Path(arguments.plan) if arguments.plan else None
    notebook = Path(arguments.notebook) if arguments.notebook else None
    notebook = find_notebook(file, notebook)
    types = notebook_parameters(notebook)
    pairs = [split_pair(text) for text in arguments.grid]
    grid = {name: [typed_text(name, part, types) for part in value.split(",")] for name, value in pairs}
    singles = dict([split_pair(text) for text in arguments.parameter])
    return make_plan(
        file,
        grid,
        {name: typed_text(name, value, types) for name, value in singles.items()},
        notebook=notebook,
        timeout=arguments.timeout,
        jobs=arguments.jobs,
        chunks=parse_chunks(arguments.chunks) if arguments.chunks else None,
    )


def _tell(run: PlannedRun, state: State) -> None:
    told = f": {state.detail}" if state.detail else ""
    print(f"{run.name}: {state.status} in {state.seconds:.0f} s{told}", flush=True)
