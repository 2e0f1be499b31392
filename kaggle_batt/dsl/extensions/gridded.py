"""A family at work on a grid of cells: panels or blocks of one color each, taken as single cells."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results, of_blocks
from kaggle_batt.dsl.extensions.balances import balances
from kaggle_batt.dsl.extensions.fills import fills
from kaggle_batt.dsl.extensions.lines import joins, rays
from kaggle_batt.dsl.extensions.panels import Span, divided
from kaggle_batt.dsl.extensions.picks import part_filters
from kaggle_batt.dsl.extensions.registry import Family, family
from kaggle_batt.dsl.extensions.symmetry import mirrored
from kaggle_batt.dsl.extensions.templates import completions

Spans = tuple[list[Span], list[Span]]
#: the families that are applied, with their arguments, by number
INNER: tuple[tuple[Family, tuple[int, ...]], ...] = (
    (fills, ()),
    (rays, ()),
    (joins, ()),
    (mirrored, ()),
    (completions, (3,)),
    (balances, (3,)),
    (part_filters, (0,)),
)


def _blocks(array: Array) -> Spans | None:
    """The largest square blocks of one color each that make up the grid; None if single cells do."""
    height, width = array.shape
    for side in range(min(height, width) // 2, 1, -1):
        if of_blocks(array, side) is not None:
            return [(k, k + side) for k in range(0, height, side)], [
                (k, k + side) for k in range(0, width, side)
            ]
    return None


@lru_cache(maxsize=512)
def _cells(height: int, width: int, data: bytes) -> tuple[Array, Spans] | None:
    """The grid of the panels' or blocks' colors, and where they are; None if one has several colors."""
    array = np.frombuffer(data, np.uint8).reshape(height, width)
    spans = divided(array) or _blocks(array)
    if spans is None or min(len(spans[0]), len(spans[1])) < 2:
        return None
    small = array[[top for top, _ in spans[0]]][:, [left for left, _ in spans[1]]]
    return (small, spans) if np.array_equal(_expanded(array, small, spans), array) else None


def _expanded(array: Array, small: Array, spans: Spans) -> Array:
    """The grid with its panels in the small grid's colors."""
    result = array.copy()
    for (top, bottom), row in zip(spans[0], small.tolist(), strict=True):
        for (left, right), color in zip(spans[1], row, strict=True):
            result[top:bottom, left:right] = color
    return result


@family(
    " ".join([f"r{number}" for number in range(max([len(one.names) for one, _ in INNER]))]),
    cost=14,
    charge=(25, 2),
    tried=Tried(880, each(*range(7))),
)
def gridded(array: Array, which: int) -> Results | None:
    """Each result of inner family `which` on the grid of cells, drawn at the size of the panels or blocks."""
    found = _cells(*array.shape, array.tobytes())
    if found is None or not 0 <= which < len(INNER):
        return None
    small, spans = found
    inner, args = INNER[which]
    results = inner.arrays(np.ascontiguousarray(small), *args)
    return {
        f"r{number}": _expanded(array, result, spans)
        for number, result in enumerate(results)
        if result is not None and result.shape == small.shape
    }
