"""Grids brought into a position that their content chooses, or repeated in rows of positions."""

from __future__ import annotations

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, tallies, to_array, to_grid
from kaggle_batt.dsl.extensions.geometry import four
from kaggle_batt.dsl.extensions.registry import Table, primitive
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

RAREST_UP, STRIPES_ACROSS = range(2)  #: ways to choose: rarest color up and left, stripes made to run across


def moved(array: Array, position: int) -> Array:
    """One of the eight positions: bit 0 transposes, then bit 1 turns upside down, bit 2 left to right."""
    return np.ascontiguousarray(four(array.T if position & 1 else array)[position >> 1])


def moved_back(array: Array, position: int) -> Array:
    """The inverse of `moved`."""
    result = four(array)[position >> 1]
    return np.ascontiguousarray(result.T if position & 1 else result)


def position_of(array: Array, way: int) -> int:
    """The position that the grid's content chooses; the lowest of several."""
    if way == STRIPES_ACROSS:
        across, down = changes_of(array)
        return int(across > down)
    counts = tallies(array)
    rare = min([(counts[c], c) for c in range(10) if counts[c]])[1]
    mask = (array == rare).astype(np.int64)
    seen = [moved(mask, position) for position in range(8)]
    return min(range(8), key=lambda position: (_lean(seen[position].sum(1)), _lean(seen[position].sum(0))))


def _lean(counts: Any) -> int:
    """How far the cells counted by lines lie from the middle, positive if toward the last line."""
    return int(counts @ (2 * np.arange(len(counts)) - len(counts) + 1))


def changes_of(array: Array) -> tuple[int, int]:
    """Neighbouring cells of unlike color, side by side and one below the other."""
    pairs = (array[:, 1:], array[:, :-1]), (array[1:], array[:-1])
    across, down = [int(np.count_nonzero(one != two)) for one, two in pairs]
    return across, down


def _checked(grid: Grid, way: int) -> Array:
    array = to_array(grid)
    if array.max() > 9 or way not in (RAREST_UP, STRIPES_ACROSS):
        raise DslError("orient: a color above 9 or no such way")
    return array


@primitive(cost=4)
def orient(grid: Grid, way: Integer) -> Grid:
    """The grid in the position its content chooses."""
    array = _checked(grid, way)
    return to_grid(moved(array, position_of(array, way)))


@primitive(cost=4)
def unorient(grid: Grid, model: Grid, way: Integer) -> Grid:
    """The grid moved back as the model would be."""
    return to_grid(moved_back(to_array(grid), position_of(_checked(model, way), way)))


BLANK = 8  #: as a position: a block of 0


def arranged(array: Array, table: Table) -> Array:
    """The blocks in the table's positions (see `moved`) side by side and below each other."""
    blocks = {position: moved(array, position) for position in range(8)}
    blocks[BLANK] = np.zeros(array.shape, np.uint8)
    return np.concatenate([np.concatenate([blocks[p] for p in row], 1) for row in table], 0)


@primitive(cost=11)
def arrange(grid: Grid, table: Table) -> Grid:
    """The grid repeated as the table of positions says: 0..7 turned or mirrored, 8 blank."""
    array = to_array(grid)
    if len({len(row) for row in table}) != 1 or not all(0 <= p <= BLANK for row in table for p in row):
        raise DslError("arrange: the table is no rectangle of positions")
    if array.shape[0] != array.shape[1] and any(p & 1 for row in table for p in row):
        raise DslError("arrange: a grid that is no square can't be turned")
    if array.shape[0] * len(table) > LARGEST or array.shape[1] * len(table[0]) > LARGEST:
        raise DslError("arrange: the result is too large")
    return to_grid(arranged(array, table))
