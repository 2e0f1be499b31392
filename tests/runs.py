"""Runs of the pipeline for tests: small tasks, small batteries, in this process or in another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kaggle_batt.api import Run, run
from kaggle_batt.params import Params
from kaggle_batt.pipeline.compare import compare_runs
from kaggle_batt.pipeline.dispatch import Progress
from kaggle_batt.pipeline.record import make_record, not_done_fields
from kaggle_batt.pipeline.state import RunState
from kaggle_batt.pipeline.timings import Clock, PhaseTime
from kaggle_batt.programs.battery import Battery

ROOT = Path(__file__).parents[1]
#: the ten default tasks, one JSON file each
TASKS = ROOT / "tests" / "data" / "tasks"
#: 32 distinct solvers that all answer on each of 007bbfb7's samples, and five differs
BATTERY = ROOT / "tests" / "data" / "battery32.txt"
#: those, solvers of the other default tasks, twins, failing programs and a failing differ
MIXED = ROOT / "tests" / "data" / "mixed.txt"
#: of those one of each kind, where runs are many
FEW = ROOT / "tests" / "data" / "few.txt"
FOLDERS = ("solver_md5", "differ_md5")


def late_after(calls: int) -> Callable[[], bool]:
    """A function that returns False for the first calls, then True."""
    left = [calls]

    def late() -> bool:
        left[0] -= 1
        return left[0] < 0

    return late


def go(out: Path, watch: Progress | None = None, **values: Any) -> Run:
    """A run of the mixed battery on the default tasks in this process; `values` are parameters.

    The budget is so small that it cuts some programs. `watch` is called after each job.
    """
    given = {"data": str(TASKS), "battery": str(MIXED), "budget": 100, "engine": "serial", "out": str(out)}
    return run({**given, **values}, watch)


def options(out: Path, **values: Any) -> list[str]:
    """The same as arguments of the command line."""
    given = {"data": TASKS, "battery": MIXED, "budget": 100, "engine": "serial", "out": out, **values}
    return [
        "run",
        *[text for key, value in given.items() for text in (f"--{key.replace('_', '-')}", str(value))],
    ]


def environment(**values: str) -> dict[str, str]:
    """The environment of a process that is to find the package."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **values}


def command(
    *arguments: str | Path, python: str = sys.executable, cwd: Path = ROOT, **values: str
) -> subprocess.CompletedProcess[str]:
    """`python -m kaggle_batt` with these arguments, to its end; `values` go to its environment."""
    return subprocess.run(
        [python, "-m", "kaggle_batt", *map(str, arguments)],
        cwd=cwd,
        env=environment(**values),
        capture_output=True,
        text=True,
        timeout=120,
    )


def bare_record(walls: dict[str, float], solved: dict[str, list[bool | None]], cpu: float) -> dict[str, Any]:
    """The record of a run whose phases took so many seconds, with what is solved of each task."""
    state, clock = RunState({}, Battery([]), Battery([]), {}, 1), Clock()
    extra = {
        "struck": [],
        "older_files": {},
        "searched": {},
        "refused": {},
        "placeholders": {},
        "notes": [],
    }
    record = make_record(Params(), state, clock, 2, "done", {**not_done_fields([]), "skipped": {}, **extra})
    timings = [PhaseTime(phase, wall, cpu, 1).as_json() for phase, wall in walls.items()]
    tasks = {name: {"demo": 1, "test": len(right), "solved": right} for name, right in solved.items()}
    return {**record, "tasks": tasks, "timings": timings}


def record_of(folder: Path) -> dict[str, Any]:
    """The record of the run in a folder."""
    found: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return found


def files(folder: Path) -> dict[str, bytes]:
    """The program files of a run, by path in its folder."""
    paths = [path for part in FOLDERS for path in sorted((folder / part).iterdir())]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def assert_equal(one: Path, two: Path) -> None:
    """Both folders hold equal runs, and byte for byte the same files."""
    differences = compare_runs(one, two)
    assert differences == [], "\n".join(map(str, differences[:20]))
    assert files(one) == files(two)
    assert (one / "submission.json").read_bytes() == (two / "submission.json").read_bytes()
