"""A task as a list of pairs of grids, without a division into demos and tests."""

from __future__ import annotations

from typing import Any

from kaggle_batt.errors import TaskError

#: where an object has its list of pairs; a list of pairs alone is known, too
KEY = "examples"


def is_pair(value: Any) -> bool:
    """Whether a JSON value is an input with its output, as an object or as a list of two grids."""
    if isinstance(value, dict):
        return "input" in value
    return isinstance(value, list) and len(value) == 2 and all([_is_rows(grid) for grid in value])


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def pairs_of(value: Any) -> list[Any] | None:
    """The pairs of a JSON value of that form, None for one of another form."""
    pairs = value.get(KEY) if isinstance(value, dict) and "train" not in value else value
    return pairs if isinstance(pairs, list) and pairs and all(map(is_pair, pairs)) else None


def divided(value: Any, demos: int, place: str) -> Any:
    """The value of a task; a list of pairs as one, whose first `demos` pairs are its demos.

    Raises TaskError for a list of pairs that leaves no demo or no test.
    """
    pairs = pairs_of(value)
    if pairs is None:
        return value
    if not 0 < demos < len(pairs):
        got = f"--demos {demos} leaves no test" if demos else "give --demos N"
        raise TaskError(f"{place}: a list of {len(pairs)} pairs, of which the first N are demos: {got}")
    samples = [
        pair if isinstance(pair, dict) else dict(zip(("input", "output"), pair, strict=True))
        for pair in pairs
    ]
    return {"train": samples[:demos], "test": samples[demos:]}
