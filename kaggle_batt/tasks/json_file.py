"""JSON files of the user's, read with care; every fault names the file and the place in it."""

import gzip
import json
import reprlib
import zipfile
import zlib
from pathlib import Path
from typing import Any

from kaggle_batt.errors import KaggleBattError, TaskError

MAX_DIGITS = 4000  # of a whole number; Python converts 4,300
MAX_FILE_BYTES = 64 * 1024 * 1024  # the largest known ARC file has 4 MB; a cap keeps a wrong path harmless
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


class Fault(str):
    """Replaces a refused part of a JSON value, so that one bad task does not affect the others."""


def read_capped_json(path: Path | zipfile.Path, error: type[KaggleBattError] = TaskError) -> Any:
    """The JSON value in a file of at most MAX_FILE_BYTES, unpacked if it ends in `.gz`.

    A `Fault` replaces an object inside with a name twice and a number of over MAX_DIGITS digits. Raises
    `error`, with the path, for a file missing, too large, torn, not UTF, too deep or itself such an object.
    """
    return parse_json(read_capped_bytes(path, error), str(path), error)


def read_capped_bytes(path: Path | zipfile.Path, error: type[KaggleBattError] = TaskError) -> bytes:
    """The bytes of a file, at most MAX_FILE_BYTES, unpacked if it ends in `.gz`."""
    try:
        if not path.is_file():
            raise error(f"{path}: no such file")
        with path.open("rb") as file:
            stream: Any = gzip.GzipFile(fileobj=file) if path.name.endswith(".gz") else file
            content: bytes = stream.read(MAX_FILE_BYTES + 1)
    except OSError as problem:
        raise error(f"{path}: can't be read: {problem.strerror or problem}") from problem
    except _UNREADABLE as problem:  # a torn or encrypted archive
        raise error(f"{path}: can't be unpacked: {problem}") from problem
    if len(content) > MAX_FILE_BYTES:
        raise error(f"{path}: larger than the {MAX_FILE_BYTES // 2**20} MB allowed for a JSON file")
    return content


def parse_json(content: bytes, place: str, error: type[KaggleBattError] = TaskError) -> Any:
    """The JSON value of a text; what `read_capped_json` documents."""
    try:
        value = _parsed(content)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise error(f"{place}: not whole JSON: {problem.msg} at {where}") from problem
    except RecursionError as problem:
        raise error(f"{place}: JSON is nested too deeply") from problem
    except ValueError as problem:  # bytes that aren't UTF-8
        raise error(f"{place}: {problem}") from problem
    if isinstance(value, Fault):
        raise error(f"{place}: {value}")
    return value


def stem_of(name: str) -> str:
    """The name of a JSON file without its ends, `.json` or `.json.gz`."""
    base = name[:-3] if name.lower().endswith(".gz") else name
    return base.rpartition(".")[0] or base


def described(value: Any) -> str:
    """A short text of a value with its type, safe for values of any size."""
    if isinstance(value, Fault):
        return value
    if type(value) is int:
        return str(value) if abs(value) < 10**12 else f"an integer of {value.bit_length()} bits"
    return "null" if value is None else f"{reprlib.repr(value)} (a {type(value).__name__})"


def _parsed(content: bytes) -> Any:
    """The value, read a second time with our own reading of numbers if one has too many digits."""
    try:
        return json.loads(content, object_pairs_hook=_no_duplicates)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:  # an integer of over 4,300 digits
        return json.loads(content, object_pairs_hook=_no_duplicates, parse_int=_whole_number)


def _whole_number(text: str) -> int | Fault:
    digits = len(text.lstrip("-"))
    return int(text) if digits <= MAX_DIGITS else Fault(f"a number of {digits} digits")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Fault:
    """A JSON object; a fault if a name comes twice, which json would silently drop."""
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    names = [name for name, _ in pairs]
    return Fault(f"an object in which the name {max(names, key=names.count)!r} comes twice")
