"""What a reader of a format returns, and the names of splits."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: a file or folder on disk or in a zip; readers use what both kinds of path have
AnyPath = Path | zipfile.Path

SPLITS = ("training", "evaluation", "test")
SHORT = {"train": "training", "eval": "evaluation"}  #: other names of splits that are in use


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """One task as found: `place` names it in messages, `load` gives its JSON value or raises TaskError."""

    id: str
    place: str
    source: str
    load: Callable[[], Any]


@dataclass(frozen=True)
class Found:
    """The tasks found, by id, and files beside them that were skipped, with the reason for each path."""

    entries: dict[str, TaskEntry]
    skipped: dict[str, str] = field(default_factory=dict)
