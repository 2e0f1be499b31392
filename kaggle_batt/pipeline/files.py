"""The only writer: solver and differ files, the links to the best of each task, the run record.

Every file is written whole under another name and then moved into place, so a killed run leaves only
whole files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from kaggle_batt.errors import ParameterError, StoreError
from kaggle_batt.pipeline.scores import KEEP
from kaggle_batt.programs.program import Program

RECORD = "run.json"
SUBMISSION = "submission.json"
JOURNAL = "journal.jsonl"
#: folders of program files, each named by its md5, and of links to them
FOLDERS = ("solver_md5", "differ_md5")
LINKS = ("solver_dir", "differ_dir")

#: told of a program file or link before it is made
Claim = Callable[[Path], None]


def unclaimed(path: Path) -> None:
    """The claim of who need not know."""


class Kept(NamedTuple):
    """A program kept for a task: its md5, score and speed class (higher is better for both)."""

    md5: str
    score: int
    speed: int


def write_atomic(path: Path, content: bytes, durable: bool = True) -> None:
    """Write the file whole, or leave what was there. Raises `StoreError` with the reason.

    `durable` waits for the disk, so that the file is whole after a loss of power too.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> StoreError:
    """What is told of a file that can't be written."""
    return StoreError(f"{path}: cannot be written ({error.strerror or error}); earlier files are whole")


def usable_folder(name: str) -> Path:
    """The path of a folder to write to. Raises `ParameterError` where something else has that name."""
    path = Path(name)
    if path.exists() and not path.is_dir():
        raise ParameterError(f"out: {name!r} is not a folder")
    return path


def sweep(folder: Path) -> None:
    """Remove the unfinished parts of files that a killed run left."""
    for place in ("", *FOLDERS):
        for part in sorted((folder / place).glob(".*.part")):
            with suppress(OSError):
                part.unlink()


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file, keys as given."""
    write_atomic(path, (json.dumps(value, indent=1) + "\n").encode())


def read_json(path: Path) -> Any:
    """The value of a JSON file. Raises `StoreError` where it is missing or torn."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise StoreError(f"{path}: is not JSON ({error})") from None


def record_path(run: str | Path) -> Path:
    """The record of a run, given by its folder or by the record's own path.

    Raises `ParameterError` where there is none.
    """
    path = Path(run) / RECORD if Path(run).is_dir() else Path(run)
    if not path.is_file():
        raise ParameterError(f"there is no run at {str(run)!r}: {path} is missing")
    return path


def save_programs(folder: Path, programs: Iterable[Program], claim: Claim = unclaimed) -> int:
    """Write `<md5>.py` for each program that is not there yet; return how many were written."""
    written = 0
    for program in programs:
        path = folder / f"{program.md5}.py"
        content = program.text.encode()
        if not _holds(path, content):
            claim(path)
            write_atomic(path, content, durable=False)  # thousands of files: waiting would take minutes
            written += 1
    return written


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def save_links(
    root: Path, files: Path, kept: Iterable[Kept], keep: int = KEEP, claim: Claim = unclaimed
) -> None:
    """Link the best programs of a task as `root/<score>/<speed>/<md5>.py` to `files/<md5>.py`.

    At most `keep` stay. A newcomer replaces the worst (lowest score, then slowest) only if it is
    better; on a tie the older stays.
    """
    old = {found.md5: found for found in read_links(root)}
    new = {item.md5: item for item in kept}
    for item in new.values():
        before = old.get(item.md5)
        if before is not None and before != item:
            _unlink(root, before)
            del old[item.md5]
    chosen = [*old.values(), *[item for item in new.values() if item.md5 not in old]]
    chosen.sort(key=lambda item: (-item.score, -item.speed))  # stable: the older stay in front on a tie
    for item in chosen[keep:]:
        _unlink(root, item)
    for item in chosen[:keep]:
        _link(_path(root, item), files / f"{item.md5}.py", claim)


def read_links(root: Path) -> list[Kept]:
    """What is linked under a task's folder, but for links to files that are gone."""
    found = []
    for path in sorted(root.glob("*/*/*.py")):
        score, speed = path.parts[-3:-1]
        if score.isdigit() and speed.isdigit() and path.exists():
            found.append(Kept(path.stem, int(score), int(speed)))
    return found


def _path(root: Path, item: Kept) -> Path:
    return root / str(item.score) / str(item.speed) / f"{item.md5}.py"


def _unlink(root: Path, item: Kept) -> None:
    _remove(_path(root, item), root)


def _remove(path: Path, root: Path) -> None:
    """Remove a file, and the folders below the root that are empty without it."""
    try:
        path.unlink(missing_ok=True)
        for folder in path.relative_to(root).parents[:-1]:
            if (root / folder).is_dir() and not any((root / folder).iterdir()):
                (root / folder).rmdir()
    except OSError as error:
        raise unwritable(path, error) from None


def take_back(folder: Path, names: Iterable[str]) -> None:
    """Remove program files and links that were claimed, given relative to the run's folder."""
    for name in names:
        path = Path(name)
        if path.parts[:1] in [(part,) for part in (*FOLDERS, *LINKS)] and ".." not in path.parts:
            _remove(folder / path, folder)


def _link(path: Path, target: Path, claim: Claim) -> None:
    """A relative symbolic link, or a copy where links are not to be had."""
    if path.exists():
        return
    claim(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        try:
            path.symlink_to(os.path.relpath(target, path.parent))
        except (OSError, NotImplementedError):
            write_atomic(path, target.read_bytes())
    except OSError as error:
        raise unwritable(path, error) from None
