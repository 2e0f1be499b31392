"""JSON files of the user's, read with care; every fault names the file and the place in it."""

from __future__ import annotations

import json
import reprlib
from collections import Counter
from pathlib import Path
from typing import Any

from kaggle_batt.errors import KaggleBattError, TaskError

MAX_FILE_BYTES = 64 * 1024 * 1024  # the largest known ARC file has 4 MB; a cap keeps a wrong path harmless


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
        if len(content) > MAX_FILE_BYTES:
            raise error(f"{path}: larger than the {MAX_FILE_BYTES // 2**20} MB allowed for a JSON file")
        return json.loads(content, object_pairs_hook=_no_duplicates)
    except OSError as problem:
        raise error(f"{path}: can't be read: {problem.strerror or problem}") from problem
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        raise error(f"{path}: not whole JSON: {problem.msg} at {place}") from problem
    except RecursionError as problem:
        raise error(f"{path}: JSON is nested too deeply") from problem
    except ValueError as problem:  # a duplicate key, bytes that aren't UTF-8, an integer of 5,000 digits
        raise error(f"{path}: {problem}") from problem


def described(value: Any) -> str:
    """A short text of a value with its type, safe for values of any size."""
    if type(value) is int:
        return str(value) if abs(value) < 10**12 else f"an integer of {value.bit_length()} bits"
    return "null" if value is None else f"{reprlib.repr(value)} (a {type(value).__name__})"


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; ValueError if a key comes twice, which json would silently drop."""
    result = dict(pairs)
    if len(result) < len(pairs):
        twice = Counter([key for key, _ in pairs]).most_common(1)[0][0]
        raise ValueError(f"the name {twice!r} comes twice in one object")
    return result
