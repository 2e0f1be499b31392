"""Reading and writing a run's files.

A file is written whole under another name and then moved into place, so that a killed run leaves only whole
files.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from kaggle_batt.errors import ParameterError, StoreError

RECORD = "run.json"
SUBMISSION = "submission.json"
JOURNAL = "journal.jsonl"
#: folders of program files, each named by its md5
FOLDERS = ("solver_md5", "differ_md5")


def write_atomic(path: Path, content: bytes, durable: bool = True) -> None:
    """Write the file whole, or leave the old one. Raises `StoreError` with the reason.

    `durable` waits for the disk, so that the file is whole after a loss of power, too.
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
    """The error for a file that can't be written."""
    return StoreError(f"{path}: cannot be written ({error.strerror or error}); earlier files are whole")


def usable_folder(name: str) -> Path:
    """The path of a folder to write to. Raises `ParameterError` where something else has that name."""
    path = Path(name).expanduser()
    if (path.exists() or path.is_symlink()) and not path.is_dir():
        kind = "not a folder" if path.exists() else "a link to nothing"
        raise ParameterError(f"out: {name!r} is {kind}")
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
    path = Path(run).expanduser()
    path = path / RECORD if path.is_dir() else path
    if not path.is_file():
        raise ParameterError(f"there is no run at {str(run)!r}: {path} is missing")
    return path
