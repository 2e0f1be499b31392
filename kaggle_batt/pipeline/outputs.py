"""Program files, named by their md5, and links to the best programs of each task."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.files import FOLDERS, unwritable, write_atomic
from kaggle_batt.pipeline.scores import KEEP, SIDES, speed_class
from kaggle_batt.pipeline.state import RunState
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.names import safe_name

#: folders of links
LINKS = ("solver_dir", "differ_dir")
#: phase under which the journal lists the files and links of an attempt that its deadline ended
LATE = "late save"

#: called with the path of a program file or link before it is made
OnNew = Callable[[Path], None]


def _ignore(path: Path) -> None:
    """The callback of callers that need none."""


class Kept(NamedTuple):
    """A program kept for a task: its md5, score and speed class (higher is better for both)."""

    md5: str
    score: int
    speed: int


def save_files(folder: Path, state: RunState, tools: Tools) -> dict[str, list[str]]:
    """Write the validated programs and the differs, and link the best of each task.

    Returns, by folder, the names of program files there that are not this run's. A late run may keep what the
    whole run does not: it journals what it makes, and the run that resumes it removes that first.
    """
    on_new = _resumed(folder, tools)
    kept = state.kept_md5s()
    solvers = [state.programs[md5] for md5 in sorted(kept)]
    others = {}
    for part, programs in zip(FOLDERS, (solvers, [e.program for e in state.differs.entries]), strict=True):
        save_programs(folder / part, programs, on_new)
        own = {program.md5 for program in programs}
        others[part] = sorted({path.stem for path in (folder / part).glob("*.py")} - own)
    for name in state.tasks:
        _link_solvers(folder, state, name, on_new)
        _link_differs(folder, state, name, on_new)
    return others


def _resumed(folder: Path, tools: Tools) -> OnNew:
    """Remove what earlier, late attempts made; return the callback that journals what this one makes."""
    journal = tools.journal
    before = {name for phase, name in journal.records if phase == LATE} if journal else set()
    remove_files(folder, sorted(before))

    def on_new(path: Path) -> None:
        name = path.relative_to(folder).as_posix()
        if journal and tools.not_done and name not in before:
            journal.add(LATE, name, "")

    return on_new


def save_programs(folder: Path, programs: Iterable[Program], on_new: OnNew = _ignore) -> int:
    """Write `<md5>.py` for each program that is not there yet; return how many were written."""
    written = 0
    for program in programs:
        path = folder / f"{program.md5}.py"
        content = program.text.encode()
        if not _holds(path, content):
            on_new(path)
            write_atomic(path, content, durable=False)  # thousands of files: waiting would take minutes
            written += 1
    return written


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def _link_solvers(folder: Path, state: RunState, name: str, on_new: OnNew) -> None:
    outputs = state.outputs[name]
    right, steps = outputs.matches("demo"), outputs.steps()
    kept = [Kept(state.md5(name, p), right[p], speed_class(steps[p])) for p in state.kept[name]]
    root = folder / "solver_dir" / f"solve_{safe_name(name)}"
    save_links(root, folder / "solver_md5", kept, state.keep, on_new)


def _link_differs(folder: Path, state: RunState, name: str, on_new: OnNew) -> None:
    """Link each differ under its best score with any of the task's kept programs."""
    result = state.results[name]
    for side in SIDES:
        kept = []
        for entry in state.differs.entries:
            scores = result.s_score.get(entry.name, {}).get(side, {})
            speed = speed_class(result.differ_steps.get(entry.name, 0))
            kept.append(Kept(entry.md5, max(scores.values(), default=0), speed))
        root = folder / "differ_dir" / side / f"solve_{safe_name(name)}"
        save_links(root, folder / "differ_md5", kept, state.keep, on_new)


def save_links(
    root: Path, files: Path, kept: Iterable[Kept], keep: int = KEEP, on_new: OnNew = _ignore
) -> None:
    """Link the best programs of a task as `root/<score>/<speed>/<md5>.py` to `files/<md5>.py`.

    At most `keep` stay. A new program replaces the worst (lowest score, then slowest) only if it is better;
    on a tie the old one stays.
    """
    new = {item.md5: item for item in kept}
    old = {}
    for item in read_links(root):
        if new.get(item.md5, item) == item:
            old[item.md5] = item
        else:
            _remove(_path(root, item), root)
    chosen = [*old.values(), *[item for item in new.values() if item.md5 not in old]]
    chosen.sort(key=lambda item: (-item.score, -item.speed))  # stable: the old stay in front on a tie
    for item in chosen[keep:]:
        _remove(_path(root, item), root)
    for item in chosen[:keep]:
        _link(_path(root, item), files / f"{item.md5}.py", on_new)


def read_links(root: Path) -> list[Kept]:
    """The programs linked under a task's folder, without links to files that are gone."""
    found = []
    for path in sorted(root.glob("*/*/*.py")):
        score, speed = path.parts[-3:-1]
        if score.isdigit() and speed.isdigit() and path.exists():
            found.append(Kept(path.stem, int(score), int(speed)))
    return found


def _path(root: Path, item: Kept) -> Path:
    return root / str(item.score) / str(item.speed) / f"{item.md5}.py"


def _link(path: Path, target: Path, on_new: OnNew) -> None:
    """Make a relative symbolic link, or a copy where links are not supported."""
    if path.exists():
        return
    on_new(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        try:
            path.symlink_to(os.path.relpath(target, path.parent))
        except (OSError, NotImplementedError):
            write_atomic(path, target.read_bytes())
    except OSError as error:
        raise unwritable(path, error) from None


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Remove program files and links, named relative to the run's folder; other names are ignored."""
    for name in names:
        path = Path(name)
        if path.parts[:1] in [(part,) for part in (*FOLDERS, *LINKS)] and ".." not in path.parts:
            _remove(folder / path, folder)


def _remove(path: Path, root: Path) -> None:
    """Remove a file, and the folders below the root that are empty without it."""
    try:
        path.unlink(missing_ok=True)
        for folder in path.relative_to(root).parents[:-1]:
            if (root / folder).is_dir() and not any((root / folder).iterdir()):
                (root / folder).rmdir()
    except OSError as error:
        raise unwritable(path, error) from None
