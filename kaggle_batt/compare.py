"""Equality of two runs, with the path of each difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kaggle_batt.errors import StoreError
from kaggle_batt.record import FORMAT, essence
from kaggle_batt.store import read_json, record_path

#: folders whose files must be the same, byte for byte
FOLDERS = ("solver_md5", "differ_md5")
#: most differences that are listed
MOST = 200


def compare_records(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """The differences between two run records, each as ``path: this ≠ that``; none when equal.

    Programs that the clock or the memory limit cut are listed as such, apart from the rest.
    """
    for record in (a, b):
        if record.get("format") != FORMAT:
            raise StoreError(f"a record of format {FORMAT} was expected, not {record.get('format')!r}")
    found = list(_differences("", essence(a), essence(b)))
    struck = sorted({f"{item['unit']} ({item['kind']})" for r in (a, b) for item in r.get("struck", [])})
    if found and struck:
        found.append(f"cut by the clock or the memory limit, not by steps: {', '.join(struck)}")
    return found


def _differences(path: str, a: Any, b: Any) -> Iterator[str]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in sorted(set(a) | set(b), key=str):
            yield from _differences(
                f"{path} / {key}" if path else str(key), a.get(key, _MISSING), b.get(key, _MISSING)
            )
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for number, (one, two) in enumerate(zip(a, b, strict=True)):
            yield from _differences(f"{path} / {number}", one, two)
    elif a != b or type(a) is not type(b):
        yield f"{path}: {_short(a)} ≠ {_short(b)}"


class _Missing:
    def __repr__(self) -> str:
        return "missing"


_MISSING = _Missing()


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def compare_files(a: Path, b: Path) -> list[str]:
    """The differences between the program files of two runs' folders, byte for byte."""
    found = []
    for folder in FOLDERS:
        one, two = _files(a / folder), _files(b / folder)
        for name in sorted(set(one) | set(two)):
            if one.get(name) != two.get(name):
                where = "differ" if name in one and name in two else f"only in {a if name in one else b}"
                found.append(f"{folder} / {name}: {where}")
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}


def compare_runs(a: str | Path, b: str | Path) -> list[str]:
    """The differences between two runs given by their folders (or records).

    Raises `StoreError` where a record is missing or torn.
    """
    paths = [record_path(a), record_path(b)]
    found = compare_records(*[read_json(path) for path in paths])
    return found + compare_files(paths[0].parent, paths[1].parent)
