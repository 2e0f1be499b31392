"""Learned rules: swept in a direction, grown until nothing changes, figures drawn around marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, to_array, to_grid
from kaggle_batt.dsl.extensions.geometry import STEPS, TURNS, Step, quarters
from kaggle_batt.dsl.extensions.registry import Table, primitive
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.limits import spend
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

#: what a cell reads beside its own color, as (up, left) steps back into the results before turning
CONTEXTS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((1, 0),), ((1, 1),), ((2, 0),), ((1, 0), (2, 0)), ((1, 1), (1, -1)), ((1, 0), (0, 1)),
    ((1, 0), (1, 1)), ((1, 1), (2, 2)), ((3, 0),), ((1, 0), (1, -1)),
)  # fmt: skip
OUTSIDE = 10  #: what is read outside the grid
#: for each value read what a rule for any color reads: 0 for 0, 1 for a color, 10 outside
CLASSES = [0, *[1] * 9, OUTSIDE]


def swept(array: Array, context: int, like: int, table: Table) -> Array:
    """The downward sweep: each cell by the table's `(own, read…, color)`, without an entry itself. With
    `like` 1 the keys are `CLASSES`, and a color 11 + k means the color read k-th."""
    rules = {entry[:-1]: entry[-1] for entry in table}
    height, width = array.shape
    reads = CONTEXTS[context]
    result = [[OUTSIDE] * (width + 4) for _ in range(height + 3)]
    for row, colors in enumerate(array.tolist(), 3):
        for column, own in enumerate(colors, 2):
            seen = [result[row - up][column - left] for up, left in reads]
            key = (own, *seen) if not like else tuple([CLASSES[value] for value in (own, *seen)])
            color = rules.get(key, own)
            result[row][column] = color if color < 11 else seen[color - 11]
    return np.array([line[2 : 2 + width] for line in result[3:]], np.uint8)


def turned(array: Array, turns: int) -> Array:
    """The array turned so that direction `turns` (quarter turns from downward) becomes downward."""
    return np.ascontiguousarray(quarters(array, turns))


@primitive(cost=12)
def sweep(grid: Grid, turns: Integer, context: Integer, like: Integer, table: Table) -> Grid:
    """The grid swept in a direction (quarter turns from downward) with that context and table."""
    array = to_array(grid)
    if not 0 <= context < len(CONTEXTS) or not 0 <= turns < 4 or array.max() > 9:
        raise DslError("sweep: no such direction or context")
    if like and any(entry[-1] > 10 + len(CONTEXTS[context]) for entry in table):
        raise DslError("sweep: the table copies what the context does not read")
    return to_grid(turned(swept(turned(array, turns), context, like, table), -turns))


OWN = 10  #: as a color in a stencil: the color of the marked cell


def drawn_at(board: Array, stride: int, places: Any, everywhere: int, table: Any) -> Array:
    """The flat board with the stencil drawn around the places: on cells of 0 only, or everywhere."""
    result = board.copy()
    down, right, inks = np.array(table).reshape(-1, 3).T[:, :, None]
    targets = (down * stride + right) + places
    ink = np.where(inks == OWN, board.take(places), inks.astype(np.uint8))
    if not everywhere:
        free = board.take(targets) == 0
        targets, ink = targets[free], ink[free]
    result[targets] = ink  # of several entries for one cell the last counts, as numpy assigns in order
    return result


def stamped(array: Array, marks: Array, value: int, everywhere: int, table: Table) -> Array:
    """The array with the stencil drawn around each mark: on cells of 0 only, or everywhere."""
    margin, entries = max(array.shape), np.array(table, np.int64).reshape(-1, 3)
    entries[:, :2] = entries[:, :2].clip(-margin, margin)  # what is farther away is outside as well
    board, (rows, columns) = canvas_of([array], margin), (marks == value).nonzero()
    places = (rows + margin) * board.shape[1] + columns + margin
    drawn = drawn_at(board.ravel(), board.shape[1], places, everywhere, entries)
    return drawn.reshape(board.shape)[margin:-margin, margin:-margin]


@primitive(cost=12)
def stencil(grid: Grid, marks: Grid, value: Integer, everywhere: Integer, table: Table) -> Grid:
    """The grid with `(down, right, color)` drawn around every cell where the marks have the value.

    With `everywhere` 0 only cells of 0 are drawn on. Color 10 is that of the marked cell.
    """
    array, marked = to_array(grid), to_array(marks)
    if array.shape != marked.shape:
        raise DslError("stencil: the marks have another shape")
    return to_grid(stamped(array, marked, value, everywhere, table))


#: what a rule reads: the neighbours as they are now, then as they were at first, near before far ones
OFFSETS: tuple[Step, ...] = (*STEPS, *[(2 * down, 2 * right) for down, right in STEPS])
NEAR, READ = len(STEPS), 2 * len(OFFSETS)
ANY, OTHER = 11, 12  #: values of what is read: any color, which a rule may copy; one unlike the copied color
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
