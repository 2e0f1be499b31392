"""Growth: rules of a cell and its neighbours, applied until nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, to_array, to_grid
from kaggle_batt.dsl.extensions.geometry import STEPS, TURNS, Step
from kaggle_batt.dsl.extensions.registry import Table, primitive
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.limits import spend
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

#: what a rule reads: the neighbours as they are now, then as they were at first, near before far ones
OFFSETS: tuple[Step, ...] = (*STEPS, *[(2 * down, 2 * right) for down, right in STEPS])
NEAR, READ = len(STEPS), 2 * len(OFFSETS)
#: values beside the colors: outside the grid; any color, which a rule may copy; one unlike the copied color
OUTSIDE, ANY, OTHER = 10, 11, 12
MARGIN = 2
#: the ways in which rules are turned and mirrored, by number
SYMMETRIES = (
    ("same",),
    tuple(TURNS),
    ("same", "half", "quarter", "back"),
    ("same", "across"),
    ("same", "down"),
)


@cache
def turned_reads(symmetry: int) -> tuple[tuple[int, ...], ...]:
    """For each turn of a symmetry, the number that is read in place of each number."""
    found = []
    for name in SYMMETRIES[symmetry]:
        (a, b), (c, d) = TURNS[name]
        places = [OFFSETS.index((a * down + b * right, c * down + d * right)) for down, right in OFFSETS]
        found.append((*places, *[place + len(OFFSETS) for place in places]))
    return tuple(found)


def canvas_of(arrays: Sequence[Array], margin: int = MARGIN, outside: int = OUTSIDE) -> Array:
    """The grids one below the other, with margins of `outside`."""
    height, width = sum([len(one) + 2 * margin for one in arrays]), max([one.shape[1] for one in arrays])
    canvas, top = np.full((height, width + 2 * margin), outside, np.uint8), margin
    for array in arrays:
        canvas[top : top + len(array), margin : margin + array.shape[1]] = array
        top += len(array) + 2 * margin
    return canvas


def strides_of(canvas: Array) -> list[int]:
    """The distance of each of `OFFSETS` in a flat canvas."""
    return [down * canvas.shape[1] + right for down, right in OFFSETS]


def _meets(seen: Array, wanted: int, first: Array | None) -> Any:
    """Where a neighbour is as wanted; `ANY` after the first means the first one's color."""
    if wanted < ANY:
        return seen == wanted
    colored = (seen > 0) & (seen < OUTSIDE)
    if first is None:
        return colored
    return seen == first if wanted == ANY else colored & (seen != first)


def grown(canvas: Array, symmetry: int, table: Table, on_round: Callable[[int], None] | None = None) -> Array:
    """The canvas after all rules are applied, all at once, until nothing changes.

    A rule is `(own color, what it reads, value, what else, value, …, color)`; the first one that applies to a
    cell counts. A cell changes at most once. `on_round` is called with the steps of each round.
    """
    before, strides = canvas.ravel(), strides_of(canvas)
    flat, cells = before.copy(), {own: np.flatnonzero(before == own) for own, *_ in table}
    rules = [(row, reads) for row in table for reads in turned_reads(symmetry)]
    steps, changed = 16 * len(rules) + (len(flat) >> 10), True
    while changed:
        if on_round:
            on_round(steps)
        changed, fresh = False, flat.copy()
        for (own, *conditions, color), reads in rules:
            places, first = cells[own], None
            for what, wanted in zip(conditions[::2], conditions[1::2], strict=True):
                read = reads[what]
                source = flat if read < len(OFFSETS) else before
                seen = source[places + strides[read % len(OFFSETS)]]
                met = _meets(seen, wanted, first)
                places, first = places[met], seen[met] if first is None else first[met]
            ink = np.full(len(places), color, np.uint8) if color != ANY or first is None else first
            applies = (fresh[places] == own) & (ink != own)
            if np.count_nonzero(applies):
                changed = True
                fresh[places[applies]] = ink[applies]
        flat = fresh
        cells = {own: places[flat[places] == own] for own, places in cells.items()}
    return flat.reshape(canvas.shape)


@primitive(cost=12)
def grow(grid: Grid, symmetry: Integer, table: Table) -> Grid:
    """The grid after rules `(own color, what is read, value, …, color)` until nothing changes.

    Neighbours are read as they have become (0 to 15) or as they were (16 to 31). The value 11 means any
    color; as the color of a rule it means the one read first.
    """
    array = to_array(grid)
    if not 0 <= symmetry < len(SYMMETRIES) or array.max() >= OUTSIDE:
        raise DslError("grow: no such symmetry, or a color above 9")
    for row in table:
        reads = row[1:-1:2]
        if len(row) not in (4, 6) or any(not 0 <= read < READ for read in reads) or row[0] == row[-1]:
            raise DslError("grow: a rule has a color, one or two neighbours with values, another color")
    return to_grid(grown(canvas_of([array]), symmetry, table, spend)[MARGIN:-MARGIN, MARGIN:-MARGIN])
