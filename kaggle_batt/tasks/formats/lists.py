"""Lists of tasks: a JSON array of them, or JSON lines, one task a line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from kaggle_batt.errors import TaskError
from kaggle_batt.tasks.formats.entry import AnyPath, Found, TaskEntry
from kaggle_batt.tasks.formats.pairs import KEY, is_pair
from kaggle_batt.tasks.json_file import parse_json, read_bytes, stem_of

LINES = (".jsonl", ".ndjson")  #: ends of names of files of JSON lines
_IDS = ("id", "task_id", "name", "uid")  # where a task in a list may have its id


def json_lines(path: AnyPath) -> Found:
    """The tasks of a file of JSON lines; a line that is not JSON costs only itself."""
    items: list[tuple[str, Any]] = []
    for number, line in enumerate(read_bytes(path).splitlines(), 1):
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
        id = stem_of(path.name)
        return Found({id: TaskEntry(id, str(path), str(path), lambda: value)})
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
    """The value, raised if it is an error."""
    if isinstance(value, TaskError):
        raise value
    return value
