"""A learned figure drawn around every mark."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, to_array, to_grid
from kaggle_batt.dsl.extensions.registry import primitive
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

Table = tuple[tuple[int, ...], ...]
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
