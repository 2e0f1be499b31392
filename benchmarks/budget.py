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
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from kaggle_batt.api import run  # noqa: E402
from kaggle_batt.generate.library import library_solvers  # noqa: E402
from kaggle_batt.generate.mutate import mutants  # noqa: E402
from kaggle_batt.programs.battery import Battery  # noqa: E402
from kaggle_batt.programs.battery_file import dump_battery  # noqa: E402
from kaggle_batt.tasks.loading import load_tasks  # noqa: E402

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
    known = load_tasks()
    tasks = {}
    for number, (name, task) in zip(
        range(count), list(known.items()) * (count // len(known) + 1), strict=False
    ):
        parts = {"train": task.demo, "test": task.test}
        tasks[f"{name}-{number}"] = {
            part: [{"input": sample.input, "output": sample.output} for sample in samples]
            for part, samples in parts.items()
        }
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
    began, first, over = time.monotonic(), [], threading.Event()

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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budgets", default="3,10,30", help="seconds")
    parser.add_argument("--tasks", default="10,400,2000", help="numbers of tasks")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(json.loads(options.one))))
        return 0
    rows = []
    print("| run | tasks | budget, s | first submission, s | overrun, s | status | left out |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        given = write_programs(Path(name))
        for count in map(int, options.tasks.split(",")):
            data = write_tasks(Path(name), count)
            for kind in options.kinds.split(","):
                for budget in map(float, options.budgets.split(",")):
                    with tempfile.TemporaryDirectory() as out:
                        common = {"data": str(data), "time_budget": budget, "progress": False, "out": out}
                        order = [sys.executable, __file__, "--one", json.dumps(common | given[kind])]
                        done = subprocess.run(order, capture_output=True, text=True)
                    if done.returncode:
                        sys.exit(done.stderr)
                    row = {"kind": kind, "tasks": count, "budget": budget, **json.loads(done.stdout)}
                    rows.append(row)
                    print(shown(row), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    missed = [row for row in rows if row["overrun"] > TARGET]
    print(f"{len(missed)} of {len(rows)} runs over the target")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
