"""A grid repeated in rows and columns, each copy in its own position."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, to_array, to_grid
from kaggle_batt.dsl.extensions.orient import moved
from kaggle_batt.dsl.extensions.registry import primitive
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

#: as a position: a block of 0
BLANK = 8
Table = tuple[tuple[int, ...], ...]


def arranged(array: Array, table: Table) -> Array:
    """The blocks of the table's positions (see `orient.moved`) side by side and below each other."""
    blocks = {position: moved(array, position) for position in range(8)}
    blocks[BLANK] = np.zeros_like(array)
    return np.concatenate([np.concatenate([blocks[p] for p in row], 1) for row in table], 0)


@primitive(cost=11)
def arrange(grid: Grid, table: Table) -> Grid:
    """The grid repeated as the table of positions says, 0..7 turned or mirrored, 8 blank."""
    array = to_array(grid)
    if len({len(row) for row in table}) != 1 or not all(0 <= p <= BLANK for row in table for p in row):
        raise DslError("arrange: the table is no rectangle of positions")
    turned = any(p & 1 for row in table for p in row if p != BLANK)
    if turned and array.shape[0] != array.shape[1]:
        raise DslError("arrange: a grid that is no square can't be turned")
    if array.shape[0] * len(table) > LARGEST or array.shape[1] * len(table[0]) > LARGEST:
        raise DslError("arrange: the result is too large")
    return to_grid(arranged(array, table))
