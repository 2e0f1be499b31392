"""The differences between two runs, each with its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kaggle_batt.errors import StoreError
from kaggle_batt.pipeline.files import FOLDERS, read_json, record_path
from kaggle_batt.pipeline.record import FORMAT, essence

#: most characters that are shown of a value
WIDTH = 80


def compare_records(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """The differences between two run records, each as ``path: this ≠ that``; none when equal.

    Programs that the clock or the memory limit cut are listed as such, apart from the rest.
    """
    for record in (a, b):
        form = record.get("format") if isinstance(record, Mapping) else None
        if form != FORMAT:
            raise StoreError(f"a record of format {FORMAT} was expected, not {form!r}")
    found = _differences((), essence(a), essence(b), [])
    struck = sorted({f"{item['unit']} ({item['kind']})" for r in (a, b) for item in r.get("struck", [])})
    if found and struck:
        found.append(f"cut by the clock or the memory limit, not by steps: {', '.join(struck)}")
    return found


def _differences(path: tuple[Any, ...], a: Any, b: Any, found: list[str]) -> list[str]:
    """Add the differences below a path to those found; returns them all."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in _unlike(a, b):
            _differences((*path, key), a.get(key, _MISSING), b.get(key, _MISSING), found)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for number, (one, two) in enumerate(zip(a, b, strict=True)):
            _differences((*path, number), one, two, found)
    elif a != b or type(a) is not type(b):
        found.append(f"{' / '.join(map(str, path))}: {_shown(a, b)}")
    return found


def _unlike(a: dict[Any, Any], b: dict[Any, Any]) -> list[Any]:
    """The keys to go into, in order: all but plain values that are the same, which records mostly hold."""
    if a.keys() != b.keys():
        return sorted({**a, **b}, key=str)
    deep = (dict, list)
    keys = [key for key, x in a.items() if type(x) in deep or x != (y := b[key]) or type(x) is not type(y)]
    return sorted(keys, key=str) if keys else keys


class _Missing:
    def __repr__(self) -> str:
        return "missing"


_MISSING = _Missing()


def _shown(a: Any, b: Any) -> str:
    """Both values; of long ones what is around the first place where they differ."""
    one, two = repr(a), repr(b)
    unlike = [place for place, (x, y) in enumerate(zip(one, two, strict=False)) if x != y]
    same = unlike[0] if unlike else min(len(one), len(two))
    start = max(0, same - 20) if max(len(one), len(two)) > WIDTH else 0
    return " ≠ ".join(["…" * (start > 0) + _cut(text[start:]) for text in (one, two)])


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[:WIDTH] + "…"


Older = Mapping[str, Sequence[str]]


def compare_files(a: Path, b: Path, older_a: Older, older_b: Older) -> list[str]:
    """The differences between the program files of two runs' folders, byte for byte.

    Files of earlier runs in the same folder (names by folder) are left out.
    """
    found = []
    for folder in FOLDERS:
        one = _files(a / folder, older_a.get(folder, ()))
        two = _files(b / folder, older_b.get(folder, ()))
        for name in sorted(set(one) | set(two)):
            if one.get(name) != two.get(name):
                where = "differ" if name in one and name in two else f"only in {a if name in one else b}"
                found.append(f"{folder} / {name}: {where}")
    return found


def _files(folder: Path, older: Sequence[str]) -> dict[str, bytes]:
    paths = [path for path in sorted(folder.glob("*.py")) if path.stem not in set(older)]
    return {path.name: path.read_bytes() for path in paths}


def compare_runs(a: str | Path, b: str | Path) -> list[str]:
    """The differences between two runs given by their folders (or records).

    Raises `ParameterError` where there is no run, `StoreError` where its record or a file can't be read.
    """
    paths = [record_path(a), record_path(b)]
    one, two = [read_json(path) for path in paths]
    found = compare_records(one, two)
    older = [record.get("older_files", {}) for record in (one, two)]
    try:
        return found + compare_files(paths[0].parent, paths[1].parent, *older)
    except OSError as error:
        raise StoreError(f"{error.filename}: cannot be read ({error.strerror})") from None
