"""One file of tasks by id, `{id: task}`, and the file of its test outputs beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kaggle_batt.errors import TaskError
from kaggle_batt.tasks.formats.entry import AnyPath, Found, TaskEntry
from kaggle_batt.tasks.json_file import described, read_json
from kaggle_batt.tasks.names import shown


def tasks_by_id(value: Any, path: AnyPath, solutions: AnyPath | None) -> Found:
    """The tasks; test outputs from the file of solutions, where there is one.

    Solutions of other tasks are ignored, so that a part of the challenges can be beside all solutions.
    """
    if not isinstance(value, dict):
        raise TaskError(f"{path}: expected an object with a task or with tasks by id, got {described(value)}")
    if not value:
        raise TaskError(f"{path}: no task in this file")
    outputs = None if solutions is None else read_json(solutions)
    if outputs is not None and not isinstance(outputs, dict):
        raise TaskError(
            f"{solutions}: expected an object with solutions by task id, got {described(outputs)}"
        )
    entries = {}
    for id, raw in value.items():
        place = f"{path}: task {shown(id)}"
        load: Callable[[], Any] = partial(dict.get, value, id)
        if outputs is not None:
            missing = f"{solutions}: no list of solutions for task {shown(id)!r}, which {path.name} has"
            load = partial(_solved, raw, outputs.get(id), place, missing)
        entries[id] = TaskEntry(id, place, str(path), load)
    return Found(entries)


def _solved(raw: Any, outputs: Any, place: str, missing: str) -> Any:
    """The task with the outputs of a solutions file put in, one for each test input."""
    tests = raw.get("test") if isinstance(raw, dict) else None
    if not isinstance(outputs, list):
        raise TaskError(missing)
    if not isinstance(tests, list):
        return raw
    if len(outputs) != len(tests):
        raise TaskError(f"{place}: solutions: expected a list of {len(tests)} grids, got {len(outputs)}")
    solved = []
    for number, (sample, output) in enumerate(zip(tests, outputs, strict=True), 1):
        if isinstance(sample, dict) and sample.get("output") not in (None, [], output):
            raise TaskError(f"{place}: test {number} output: the solutions file has another grid")
        solved.append({**sample, "output": output} if isinstance(sample, dict) else sample)
    return {**raw, "test": solved}
