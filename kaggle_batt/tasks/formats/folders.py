"""Folders of files of one task each: flat, nested, or with a folder for each split."""

from __future__ import annotations

from collections import Counter
from functools import partial

from kaggle_batt.errors import TaskError
from kaggle_batt.tasks.formats.competition import SHORT, SPLITS, competition_files
from kaggle_batt.tasks.formats.entry import AnyPath, Found, TaskEntry
from kaggle_batt.tasks.json_file import read_json, stem_of

ENDS = (".json", ".json.gz")
#: JSON files of other kinds that lie beside tasks: Kaggle's, a run's, a repository's
FOREIGN = {
    *("dataset-metadata.json", "kernel-metadata.json", "metadata.json", "manifest.json"),
    *("run.json", "submission.json", "sample_submission.json", "summary.json"),
    *("package.json", "package-lock.json"),
}
MAX_DEPTH = 5  #: of folders that are searched


def split_folder(folder: AnyPath, split: str) -> AnyPath | None:
    """The folder of a split in a folder with folders for splits; None where it has none.

    Raises TaskError where it has those of other splits only.
    """
    named = _by_split(folder)
    if named.keys().isdisjoint(SPLITS):
        return None
    if split not in named:
        raise TaskError(f"{folder}: no folder {split!r} in it, though it has folders of other splits")
    return named[split]


def inner_folder(folder: AnyPath) -> AnyPath | None:
    """The one folder below with a competition's files or with folders for splits; None for none.

    A folder with files of tasks of its own is not searched. Raises TaskError for several at the same depth.
    """
    level = [] if _json_files(folder)[0] else [folder]
    for _ in range(MAX_DEPTH):
        level = [inner for path in level for inner in _folders(path)]
        found = [p for p in level if competition_files(p) or not _by_split(p).keys().isdisjoint(SPLITS)]
        if len(found) > 1:
            names = ", ".join(sorted(map(str, found)))
            raise TaskError(f"{folder}: several folders of tasks in it; give one of {names}")
        if found:
            return found[0]
    return None


def task_paths(folder: AnyPath) -> tuple[list[AnyPath], dict[str, str]]:
    """The files of tasks in a folder, else in the folders below it; and the skipped ones with the reason.

    Files known to be of another kind are skipped, unless there are no others.
    """
    own, foreign = _json_files(folder)
    level = [folder]
    if not own:
        for _ in range(MAX_DEPTH):
            level = [inner for path in level for inner in _folders(path)]
            for path in level:
                tasks, others = _json_files(path)
                own, foreign = [*own, *tasks], [*foreign, *others]
    if not own:
        own, foreign = foreign, []
    if not own:
        raise TaskError(f"{folder}: no task in this folder: expected *.json files")
    return own, {str(path): "a file of this name holds no task" for path in foreign}


def task_files(folder: AnyPath, paths: list[AnyPath], skipped: dict[str, str]) -> Found:
    """One task from each path, whose id is the file's name, with its path where names repeat."""
    times = Counter([stem_of(path.name) for path in paths])
    entries = {}
    for path in paths:
        id = stem_of(path.name)
        if times[id] > 1:
            id = stem_of(str(path).removeprefix(str(folder)).strip("/\\").replace("\\", "/"))
        entries[id] = TaskEntry(id, str(path), str(path), partial(read_json, path))
    return Found(entries, skipped)


def _by_split(folder: AnyPath) -> dict[str, AnyPath]:
    """The folders in a folder by name, those of splits by the split's."""
    return {SHORT.get(path.name.lower(), path.name.lower()): path for path in _folders(folder)}


def _json_files(folder: AnyPath) -> tuple[list[AnyPath], list[AnyPath]]:
    """The JSON files in a folder: those that may be tasks, those that are known to be of another kind."""
    files = [path for path in _visible(folder) if path.name.lower().endswith(ENDS) and path.is_file()]
    own = [path for path in files if path.name not in FOREIGN]
    return own, [path for path in files if path.name in FOREIGN]


def _folders(folder: AnyPath) -> list[AnyPath]:
    return [path for path in _visible(folder) if path.is_dir()]


def _visible(folder: AnyPath) -> list[AnyPath]:
    """What is in a folder, by name, without hidden files and those that macOS adds to a zip."""
    inner: list[AnyPath] = [*folder.iterdir()]
    shown = [path for path in inner if not path.name.startswith((".", "__MACOSX"))]
    return sorted(shown, key=lambda path: path.name)
