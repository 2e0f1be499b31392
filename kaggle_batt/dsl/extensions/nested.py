"""Families at work inside: on every part, panel or line, or on a grid of panels or blocks."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each
from kaggle_batt.dsl.extensions.arrays import Array, Results, of_blocks
from kaggle_batt.dsl.extensions.lines.rays import joins, rays
from kaggle_batt.dsl.extensions.panels.panels import Span, divided
from kaggle_batt.dsl.extensions.parts.picks import part_filters
from kaggle_batt.dsl.extensions.parts.symmetry import balances
from kaggle_batt.dsl.extensions.parts.templates import completions
from kaggle_batt.dsl.extensions.regions.fills import fills
from kaggle_batt.dsl.extensions.regions.rooms import blocks
from kaggle_batt.dsl.extensions.registry import Family, Tried, family
from kaggle_batt.dsl.extensions.segments import parts_of
from kaggle_batt.dsl.extensions.whole.colors import color_views
from kaggle_batt.dsl.extensions.whole.motions import shifts, turns
from kaggle_batt.dsl.extensions.whole.symmetry import mirrored, periods

#: the families that can be applied inside, by number
INNER: tuple[Family, ...] = (turns, color_views, mirrored, fills, rays, joins, shifts, periods, blocks)
#: modes 0..6 are those of the parts' boxes; then panels between lines, rows, columns, quarters
PANELS, ROWS, COLUMNS, QUARTERS = 10, 11, 12, 13
MOST_BOXES = 30
#: (segmentation, inner family) worth trying: parts' boxes, panels, rows, columns, quarters
TRIED = (
    *[(segmentation, which) for segmentation in (3, 1, 5) for which in (1, 2, 3, 4, 5, 8)],
    *[(10, which) for which in (0, 1, 2, 3, 4, 5, 7, 8)],
    *[(segmentation, which) for segmentation in (11, 12) for which in (1, 2, 4, 5, 7)],
    (13, 0), (3, 0), (3, 7), (0, 8),
)  # fmt: skip
Box = tuple[slice, slice]


def boxes_of(array: Array, segmentation: int) -> list[Box]:
    """The boxes of a segmentation, at most `MOST_BOXES`, else none."""
    height, width = array.shape
    found: list[Box] = []
    if segmentation == PANELS:
        spans = divided(array)
        if spans is not None:
            found = [(slice(*rows), slice(*columns)) for rows in spans[0] for columns in spans[1]]
    elif segmentation == ROWS:
        found = [(slice(k, k + 1), slice(0, width)) for k in range(height)]
    elif segmentation == COLUMNS:
        found = [(slice(0, height), slice(k, k + 1)) for k in range(width)]
    elif segmentation == QUARTERS:
        found = _quarters(height, width)
    else:
        found = [part.box for part in parts_of(array, segmentation)]
    return found if len(found) <= MOST_BOXES else []


def _quarters(height: int, width: int) -> list[Box]:
    """The four quarters, a middle line left out."""
    rows, columns = height // 2, width // 2
    if not (rows and columns):
        return []
    return [
        (down, right)
        for down in (slice(0, rows), slice(height - rows, height))
        for right in (slice(0, columns), slice(width - columns, width))
    ]


@Tried(960, lambda facts: list(TRIED))
@family(
    " ".join([f"r{number}" for number in range(max([len(one.names) for one in INNER]))]),
    cost=14,
    charge=(350, 130),
)
def inside(array: Array, segmentation: int, which: int) -> Results | None:
    """Every box replaced by each result of inner family `which` on it, if it keeps its shape."""
    boxes = boxes_of(array, segmentation)
    if not boxes or not 0 <= which < len(INNER):
        return None
    inner = INNER[which]
    results: list[Array | None] = [array.copy() for _ in inner.names]
    memo: dict[tuple[tuple[int, ...], bytes], list[Array | None]] = {}
    for box in boxes:
        window = np.ascontiguousarray(array[box])
        key = window.shape, window.tobytes()
        if key not in memo:
            memo[key] = inner.arrays(window)
        for number, made in enumerate(memo[key]):
            result = results[number]
            if result is None:
                continue
            if made is None or made.shape != window.shape:
                # a box the inner family has nothing to say about stays, unless it is the wrong shape
                results[number] = result if made is None else None
            else:
                result[box] = made
    return {f"r{number}": result for number, result in enumerate(results)}


Spans = tuple[list[Span], list[Span]]
#: the families that are applied, with their arguments, by number
INNER_OF_CELLS: tuple[tuple[Family, tuple[int, ...]], ...] = (
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


@Tried(880, each(*range(7)))
@family(
    " ".join([f"r{number}" for number in range(max([len(one.names) for one, _ in INNER_OF_CELLS]))]),
    cost=14,
    charge=(25, 2),
)
def gridded(array: Array, which: int) -> Results | None:
    """Each result of inner family `which` on the grid of cells, drawn at the size of the panels or blocks."""
    found = _cells(*array.shape, array.tobytes())
    if found is None or not 0 <= which < len(INNER_OF_CELLS):
        return None
    small, spans = found
    inner, args = INNER_OF_CELLS[which]
    results = inner.arrays(np.ascontiguousarray(small), *args)
    return {
        f"r{number}": _expanded(array, result, spans)
        for number, result in enumerate(results)
        if result is not None and result.shape == small.shape
    }
