"""Does a run end within its time budget? The overrun for 10, 400 and 2,000 tasks.

    python benchmarks/budget.py [--budgets 3,10,30] [--tasks 10,400,2000] [--kinds given,search] [--json FILE]

Each run is a process of its own; its time is that of the call of `run`, from its first line to its return.
Kinds of run:

- given: the library's programs;
- search: those, and a search;
- mutants: those, and 300,000 mutants;
- battery: a file of 20,000 programs;
- module: a battery module of the older kind that takes three seconds to be imported.

The tasks are the 400 of the training set, under further ids for more. `first` is when the first submission
was there, `overrun` what the run took beyond its budget, `left out` how much the record says was not done.
The target is an overrun of at most a second.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measuring import apart, ended, parser_of, tasks_of

from kaggle_batt.api import run
from kaggle_batt.generate.library import library_solvers
from kaggle_batt.generate.mutate import mutants
from kaggle_batt.programs.battery import Battery
from kaggle_batt.programs.battery_file import dump_battery

KINDS = ("given", "search", "mutants", "battery", "module")
#: seconds beyond the budget that a run may take
TARGET = 1.0
MODULE = """
import time
time.sleep(3)
def batt(task_id, S, I, C, log_path):
    return [(0, False, "mirror", tuple(row[::-1] for row in I))], []
"""


def write_tasks(folder: Path, count: int) -> Path:
    """A folder of so many tasks, in one file."""
    known = itertools.islice(itertools.cycle(tasks_of("training").items()), count)
    tasks = {f"{name}-{number}": task.as_json() for number, (name, task) in enumerate(known)}
    path = folder / f"tasks_{count}.json"
    path.write_text(json.dumps(tasks))
    return path


def write_programs(folder: Path) -> dict[str, dict[str, Any]]:
    """The parameters of each kind of run."""
    solvers = library_solvers()
    (folder / "battery.txt").write_text(dump_battery(Battery([*solvers, *mutants(solvers, 20_000, 1)])))
    (folder / "older.py").write_text(MODULE)
    (folder / "older_call.py").write_text('t_call = {0: "vmirror,I"}\n')
    return {
        "given": {"search": 0},
        "search": {"search": 50},
        "mutants": {"search": 0, "mutants": 300_000},
        "battery": {"search": 0, "battery": str(folder / "battery.txt")},
        "module": {"battery": str(folder / "older.py"), "search": 0, "trust_module": True},
    }


def measured(params: dict[str, Any]) -> dict[str, Any]:
    """The figures of one run, in this process."""
    first: list[float] = []
    began, over = time.monotonic(), threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            if not first and (Path(params["out"]) / "submission.json").exists():
                first.append(time.monotonic() - began)

    threading.Thread(target=look, daemon=True).start()
    done = run(params)
    seconds = time.monotonic() - began
    over.set()
    phases = {phase.phase: round(phase.wall, 2) for phase in done.times}
    return {
        "first": first[0] if first else seconds,
        "overrun": seconds - params["time_budget"],
        "status": done.record["status"],
        "left out": sum(done.record["not_done_counts"].values()),
        "phases": phases,
    }


def shown(row: dict[str, Any]) -> str:
    """A run as the line of a table."""
    run = f"| {row['kind']} | {row['tasks']:,} | {row['budget']:g} | {row['first']:.2f} "
    return run + f"| {row['overrun']:+.2f} | {row['status']} | {row['left out']:,} |"


def rows_of(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The figures of each run, printed as they come."""
    print("| run | tasks | budget, s | first submission, s | overrun, s | status | left out |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        given = write_programs(Path(name))
        counts, kinds, budgets = [text.split(",") for text in (options.tasks, options.kinds, options.budgets)]
        data = {count: str(write_tasks(Path(name), int(count))) for count in counts}
        for count, kind, budget in itertools.product(counts, kinds, map(float, budgets)):
            with tempfile.TemporaryDirectory() as out:
                common = {"data": data[count], "time_budget": budget, "progress": False, "out": out}
                found = apart("--one", json.dumps(common | given[kind]))
            row = {"kind": kind, "tasks": int(count), "budget": budget, **found}
            print(shown(row), flush=True)
            yield row


def main() -> int:
    parser = parser_of(__doc__, saves=True)
    parser.add_argument("--budgets", default="3,10,30", help="seconds")
    parser.add_argument("--tasks", default="10,400,2000", help="numbers of tasks")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(json.loads(options.one))))
        return 0
    rows = list(rows_of(options))
    return ended(rows, options.json, [shown(row) for row in rows if row["overrun"] > TARGET])


if __name__ == "__main__":
    sys.exit(main())
