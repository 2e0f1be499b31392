"""Learned rules: one applied cell after cell in a direction, one that draws a figure around every mark."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, to_array, to_grid
from kaggle_batt.dsl.extensions.geometry import quarters
from kaggle_batt.dsl.extensions.registry import Table, primitive
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

#: what a cell reads beside its own color, as (up, left) steps back into the results before turning
CONTEXTS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((1, 0),), ((1, 1),), ((2, 0),), ((1, 0), (2, 0)), ((1, 1), (1, -1)), ((1, 0), (0, 1)),
    ((1, 0), (1, 1)), ((1, 1), (2, 2)), ((3, 0),), ((1, 0), (1, -1)),
)  # fmt: skip
OUTSIDE = 10  #: what is read outside the grid


def class_of(color: int) -> int:
    """0 for 0, 1 for a color, 10 outside: all that a rule for any color may read."""
    return color if color in (0, OUTSIDE) else 1


def swept(array: Array, context: int, like: int, table: Table) -> Array:
    """The downward sweep: each cell by the table's `(own, read…, color)`, without an entry itself. With
    `like` 1 the keys are classes (see `class_of`), and a color 11 + k means the color read k-th."""
    rules = {entry[:-1]: entry[-1] for entry in table}
    height, width = array.shape
    reads = CONTEXTS[context]
    result = [[OUTSIDE] * (width + 4) for _ in range(height + 3)]
    for row, colors in enumerate(array.tolist(), 3):
        for column, own in enumerate(colors, 2):
            seen = [result[row - up][column - left] for up, left in reads]
            key = (own, *seen) if not like else (class_of(own), *map(class_of, seen))
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


def stamped(array: Array, marks: Array, value: int, everywhere: int, table: Table) -> Array:
    """The array with the stencil drawn around each mark: on cells of 0 only, or everywhere."""
    result = array.copy()
    height, width = array.shape
    places = np.argwhere(marks == value)
    entries = np.array(table, np.int64).reshape(-1, 3)
    rows = places[:, 0] + entries[:, :1]
    columns = places[:, 1] + entries[:, 1:2]
    own = array[places[:, 0], places[:, 1]]
    ink = np.where(entries[:, 2:] == OWN, own, entries[:, 2:])
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    rows, columns, ink = rows[inside], columns[inside], ink[inside]
    if not everywhere:
        free = array[rows, columns] == 0
        rows, columns, ink = rows[free], columns[free], ink[free]
    # numpy assigns in order, so the last of several entries for a cell counts
    result[rows, columns] = ink
    return result


@primitive(cost=12)
def stencil(grid: Grid, marks: Grid, value: Integer, everywhere: Integer, table: Table) -> Grid:
    """The grid with `(down, right, color)` drawn around every cell where the marks have the value.

    With `everywhere` 0 only cells of 0 are drawn on. Color 10 is that of the marked cell.
    """
    array, marked = to_array(grid), to_array(marks)
    if array.shape != marked.shape:
        raise DslError("stencil: the marks have another shape")
    return to_grid(stamped(array, marked, value, everywhere, table))
