"""Runs of older battery modules, for their tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kaggle_batt.api import Run, run
from kaggle_batt.tasks.task import Task
from tests.legacy.legacy_modules import SOLVERS, write_module
from tests.runs import TASKS, files

MIRROR, SCALE = "67a3c6ac", "9172f3a0"

#: five solvers that answer on every sample, and the differs
FEW = (*SOLVERS[:4], SOLVERS[11])

MARK = "import os; open({path!r}, 'a').write(f'{{os.getpid()}}\\n')"


def go_module(out: Path, battery: str, **values: Any) -> Run:
    """A run of a trusted module."""
    given = {"data": str(TASKS), "battery": battery, "trust_module": True, "workers": 2, "out": str(out)}
    return run({**given, **values})


def programs_of(run: Run, task: str) -> dict[str, Any]:
    """The kept programs' parts of the record by solver id, md5 included."""
    found = run.record["tasks"][task]["programs"]
    return {program["name"].split()[1]: {**program, "md5": md5} for md5, program in found.items()}


def raw(folder: Path, body: str, calls: str, top: str = "") -> str:
    """Write a module from the lines of `batt` as they are."""
    lines = "".join([f"    {line}\n" for line in body.splitlines()])
    path = write_module(folder, [], {}, name="raw")
    text = f"from shapes import *\n{top}\n\ndef batt(task_id, S, I, C, log_path):\n{lines}"
    Path(f"{path}.py").write_text(text)
    Path(f"{path}_call.py").write_text(calls)
    return path


def on_sample(task: Task, number: int, action: str) -> str:
    """Code for `batt` that acts on one demo sample alone."""
    return f"if I == {task.demo[number].input!r}:\n    {action}"


def assert_equal_but_paths(one: Run, two: Run) -> None:
    """Equal records of modules that lie in different places."""
    for part in ("candidates", "tasks", "differs", "battery"):
        assert one.record[part] == two.record[part]
    assert files(one.folder) == files(two.folder)
