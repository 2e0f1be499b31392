"""The differences between two runs, each with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kaggle_batt.errors import StoreError
from kaggle_batt.pipeline.files import FOLDERS, read_json, record_path
from kaggle_batt.pipeline.record import FORMAT, essence

#: characters shown of a value
WIDTH = 80


def compare_records(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """The differences between two run records, each as ``path: this ≠ that``; none when equal.

    The last line lists programs that exceeded a limit, as these can be the cause. Raises `StoreError` for
    records of another format.
    """
    for record in (a, b):
        form = record.get("format") if isinstance(record, Mapping) else None
        if form != FORMAT:
            raise StoreError(f"a record of format {FORMAT} was expected, not {form!r}")
    found = list(_differences((), essence(a), essence(b)))
    hits = sorted({f"{item['unit']} ({item['kind']})" for r in (a, b) for item in r.get("struck", [])})
    if found and hits:
        found.append(f"cut by the clock or the memory limit, not by steps: {', '.join(hits)}")
    return found


def _differences(path: tuple[Any, ...], a: Any, b: Any) -> Iterator[str]:
    if isinstance(a, dict) and isinstance(b, dict):
        for key in _unlike(a, b):
            yield from _differences((*path, key), a.get(key, _MISSING), b.get(key, _MISSING))
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for number, (one, two) in enumerate(zip(a, b, strict=True)):
            yield from _differences((*path, number), one, two)
    elif a != b or type(a) is not type(b):
        yield f"{' / '.join(map(str, path))}: {_shown(a, b)}"


def _unlike(a: dict[Any, Any], b: dict[Any, Any]) -> list[Any]:
    """The keys to compare below, in order: all but equal plain values, which records mostly hold."""
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
    """Both values; of long ones the part around the first place where they differ."""
    one, two = repr(a), repr(b)
    unlike = [place for place, (x, y) in enumerate(zip(one, two, strict=False)) if x != y]
    same = unlike[0] if unlike else min(len(one), len(two))
    start = max(0, same - 20) if max(len(one), len(two)) > WIDTH else 0
    parts = [text[start:] for text in (one, two)]
    return " ≠ ".join(["…" * (start > 0) + part[:WIDTH] + "…" * (len(part) > WIDTH) for part in parts])


def compare_files(
    a: Path, b: Path, others_a: Mapping[str, Sequence[str]], others_b: Mapping[str, Sequence[str]]
) -> list[str]:
    """The differences between the program files of two runs' folders, byte for byte.

    `others_a` and `others_b` name files of other runs, by folder; they are left out.
    """
    found = []
    for folder in FOLDERS:
        one = _files(a / folder, others_a.get(folder, ()))
        two = _files(b / folder, others_b.get(folder, ()))
        for name in sorted({*one, *two}):
            if one.get(name) != two.get(name):
                where = "differ" if name in one and name in two else f"only in {a if name in one else b}"
                found.append(f"{folder} / {name}: {where}")
    return found


def _files(folder: Path, others: Sequence[str]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.py") if path.stem not in others}


def compare_runs(a: str | Path, b: str | Path) -> list[str]:
    """The differences between two runs given by their folders (or records).

    Raises `ParameterError` if there is no run, `StoreError` if its record or a file can't be read.
    """
    paths = [record_path(a), record_path(b)]
    one, two = [read_json(path) for path in paths]
    found = compare_records(one, two)
    others = [record.get("older_files", {}) for record in (one, two)]
    try:
        return found + compare_files(paths[0].parent, paths[1].parent, *others)
    except OSError as error:
        raise StoreError(f"{error.filename}: cannot be read ({error.strerror})") from None
