"""What a search decides about cells, as primitives: small total functions of grids of one shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, repeat_over, stretch, tallies, to_array, to_grid
from kaggle_batt.dsl.extensions.division import divided
from kaggle_batt.dsl.extensions.registry import Table, primitive
from kaggle_batt.dsl.values.kinds import Container, Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

#: ways to rank: the ground, then by frequency; all but 0; only 0 and the ground exchanged; by place
ALL, ALL_BUT_ZERO, EXCHANGED, PLACE = WAYS = (0, 1, 2, 5)


def ground_of(array: Array) -> int:
    """The most frequent color; between lines of another color, of those that all panels of one shape have;
    else that of three quarters of the edge, if it is half as frequent and half of its cells are off the edge.
    """
    counts, panels = tallies(array), divided(array)
    most = counts.index(max(counts))
    if panels and panels.alike:
        shared = sorted(set.intersection(*[set(part.tobytes()) for part in panels.parts]))
        return most if panels.line == most else max(shared, key=counts.__getitem__, default=most)
    edge = tallies(np.concatenate([array[0], array[-1], array[1:-1, 0], array[1:-1, -1]]))
    outer = edge.index(max(edge))
    wide = 4 * edge[outer] >= 3 * sum(edge) and counts[outer] >= max(2 * edge[outer], counts[most] / 2)
    return outer if wide else most


def ranks_of(array: Array, way: int) -> Array:
    """Color → rank (a permutation of 0..9) in one of the ways above, ties by the lower color.

    A color that the grid lacks keeps its number if no rank takes it, so a color that only outputs have is the
    same in all grids.
    """
    if way == PLACE:
        return _permutation(_by_place(array))
    ground = 0 if way == ALL_BUT_ZERO else ground_of(array)
    if way == EXCHANGED:
        ranks = np.arange(10, dtype=np.uint8)
        ranks[0], ranks[ground] = ground, 0
        return ranks
    counts = tallies(array)
    present = sorted([c for c in range(10) if counts[c]], key=lambda color: (-counts[color], color))
    return _permutation([ground, *[color for color in present if color != ground]])


def _by_place(array: Array) -> list[int]:
    """The colors, those in most quarters of the grid first, then those nearer to the first cell."""
    rows, columns = (np.arange(size) * 2 // size for size in array.shape)
    quarters = 2 * rows[:, None] + columns
    nearness = np.add.outer(*map(np.arange, array.shape))
    keys = {}
    for color in np.unique(array).tolist():
        own = array == color
        near = int(nearness[own].sum()) * 1000 // int(own.sum())
        keys[color] = (-len(np.unique(quarters[own])), near, color)
    return sorted(keys, key=lambda color: keys[color])


def _permutation(present: list[int]) -> Array:
    """The first color becomes 0, the next ones 9, 8, …; the others keep their numbers or fill free ones."""
    taken = [0, *range(9, 0, -1)][: len(present)]
    absent = [color for color in range(10) if color not in present]
    ranks = np.arange(10, dtype=np.uint8)
    ranks[present] = taken
    free = [rank for rank in range(10) if rank not in taken and rank not in absent]
    ranks[[color for color in absent if color in taken]] = free
    return ranks


@primitive(cost=4)
def nth(container: Container, number: Integer) -> Any:
    """The element with that number, from 0; DslError if it does not exist or is not defined."""
    if not isinstance(container, tuple) or not 0 <= number < len(container):
        raise DslError(f"nth: no element {number}")
    if container[number] is None:
        raise DslError(f"nth: element {number} is not defined for this grid")
    return container[number]


def _same_shape(*grids: Grid) -> list[Array]:
    arrays = [to_array(grid) for grid in grids]
    if len({array.shape for array in arrays}) > 1:
        raise DslError("grids of different shapes")
    return arrays


def lookup_of(changes: Iterable[Sequence[int]]) -> Array:
    """An array that gives the new value of each value from 0 to 255."""
    lookup = np.arange(256, dtype=np.uint8)
    for old, new in changes:
        lookup[old] = new
    return lookup


@primitive(cost=5)
def recolor_by(grid: Grid, table: Table) -> Grid:
    """Each color replaced by the table's `(from, to)`; a color without an entry stays."""
    return to_grid(lookup_of(table)[to_array(grid)])


@primitive(cost=9)
def combine_by(upper: Grid, lower: Grid, table: Table) -> Grid:
    """A cell with colors a above and b below takes the table's `(a, b, color)`, without an entry a."""
    first, second = _same_shape(upper, lower)
    lookup = np.repeat(np.arange(256, dtype=np.uint8), 256)
    for above, below, target in table:
        lookup[above * 256 + below] = target
    return to_grid(lookup[first.astype(np.int64) * 256 + second])


@primitive(cost=7)
def stretched(grid: Grid, model: Grid) -> Grid:
    """Each cell enlarged to a block, to the model's size; DslError if that is no multiple."""
    array, (height, width) = to_array(grid), (model.height, model.width)
    if height % grid.height or width % grid.width or not grid.data:
        raise DslError("stretched: the model's size is no multiple of the grid's")
    return to_grid(stretch(array, height, width))


@primitive(cost=7)
def tiled_over(grid: Grid, model: Grid) -> Grid:
    """The grid repeated to the right and down, cut off at the model's size."""
    return to_grid(repeat_over(to_array(grid), model.height, model.width))


@primitive(cost=6)
def over(upper: Grid, lower: Grid) -> Grid:
    """The upper grid; where it is 0 the lower shows."""
    first, second = _same_shape(upper, lower)
    return to_grid(np.where(first > 0, first, second))


@primitive(cost=2)
def blank(grid: Grid, color: Integer) -> Grid:
    """A grid of the same shape in one color."""
    return Grid(grid.height, grid.width, bytes([color]) * len(grid.data))


@primitive(cost=7)
def where(test: Grid, value: Integer, yes: Grid, no: Grid) -> Grid:
    """`yes` in the cells where the test grid has the value, `no` elsewhere."""
    asked, first, second = _same_shape(test, yes, no)
    return to_grid(np.where(asked == value, first, second))


@primitive(cost=9)
def where_least(test: Grid, value: Integer, yes: Grid, no: Grid) -> Grid:
    """`yes` in the cells where the test grid has at least the value, `no` elsewhere."""
    asked, first, second = _same_shape(test, yes, no)
    return to_grid(np.where(asked >= value, first, second))


@primitive(cost=4)
def rank_colors(grid: Grid, way: Integer) -> Grid:
    """Colors replaced by their rank by frequency, in one of `WAYS`."""
    array = _checked(grid, way)
    return to_grid(ranks_of(array, way)[array])


@primitive(cost=4)
def unrank_colors(grid: Grid, model: Grid, way: Integer) -> Grid:
    """The inverse of `rank_colors` of the model: ranks replaced by the model's colors."""
    return to_grid(unranked(_checked(grid, way), ranks_of(to_array(model), way)))


def unranked(array: Array, ranks: Array) -> Array:
    """The ranks replaced by their colors."""
    return np.argsort(ranks).astype(np.uint8)[array]


def _checked(grid: Grid, way: int) -> Array:
    array = to_array(grid)
    if array.max() > 9 or way not in WAYS:
        raise DslError("ranks: a color above 9 or no such way")
    return array


@primitive(cost=12)
def picture_by(grid: Grid, table: Table) -> Grid:
    """The picture of the table's `(number, width, cells …)` whose number is the grid's first cell."""
    if not grid.data:
        raise DslError("picture_by: a grid with cells was expected")
    for number, width, *cells in table:
        if number == grid.data[0]:
            return _picture(width, cells)
    raise DslError("picture_by: no picture for this number")


def _picture(width: int, cells: list[int]) -> Grid:
    """The cells as rows of that width."""
    height = len(cells) // width if width > 0 else 0
    whole = 0 < height <= LARGEST and width <= LARGEST and height * width == len(cells)
    if not whole or not all(0 <= cell <= 9 for cell in cells):
        raise DslError("picture_by: the cells are no picture of that width")
    return Grid(height, width, bytes(cells))
