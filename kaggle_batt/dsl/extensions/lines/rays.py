"""Straight lines: rays, lines between cells, lines drawn on, lines through everything."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import (
    STRAIGHT,
    WAYS,
    Array,
    Results,
    only,
    transposed,
    under,
    without,
)
from kaggle_batt.dsl.extensions.registry import Tried, family


class _Paths:
    """The cells of a grid of one shape along the lines of each of `STEPS`, an array of eight rows each.

    `cells` lists the cells line after line, `starts` the place where each place's line begins, `back` the
    place of each cell. `starts` and `back` count on from row to row.
    """

    def __init__(self, height: int, width: int) -> None:
        numbers = np.arange(height * width).reshape(height, width)
        falling = [numbers.diagonal(k) for k in range(1 - height, width)]
        rising = [numbers[:, ::-1].diagonal(k) for k in range(1 - height, width)]
        ways: list[list[Any]] = [list(numbers), list(numbers.T), falling, rising]
        # in the order of the steps: right, left, down, up, then the diagonals
        lines = [
            [line[::-1] for line in ways[number]] if back else ways[number]
            for number, back in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (3, 0), (3, 1), (2, 1))
        ]
        self.cells = np.array([np.concatenate(way) for way in lines])
        rows = np.arange(8)[:, None] * numbers.size
        lengths = [[len(line) for line in way] for way in lines]
        self.starts = rows + [np.repeat(np.cumsum([0, *one[:-1]]), one) for one in lengths]
        self.back = rows + np.argsort(self.cells, 1)


_paths_of = lru_cache(maxsize=256)(_Paths)


def all_rays(array: Array) -> Array:
    """Every colored cell of the grid, or of each of a stack, extended over 0 in each direction of `STEPS`."""
    paths = _paths_of(*array.shape[-2:])
    colors = array.reshape(-1, paths.cells.shape[1]).take(paths.cells.ravel(), 1)
    rows, length = colors.shape
    first = np.arange(0, rows * length, length)[:, None]
    # the last colored place so far on each line
    last = np.maximum.accumulate(np.where(colors > 0, np.arange(length), paths.starts.ravel()), 1) + first
    drawn = colors.take(last).take(paths.back.ravel() + first)
    return drawn.reshape(-1, *paths.cells.shape).swapaxes(0, 1).reshape(8, *array.shape)


@Tried(170, once, deep=True)
@family(
    "right left down up down_right down_left up_right up_left across down_up straight diagonal all "
    "only_right only_left only_down only_up",
    cost=12,
    charge=(20, 10),
    stacked=True,
)
def rays(array: Array) -> Results | None:
    """Rays from every colored cell over 0 up to the next colored cell or the edge."""
    if array[0].size < 2:
        return None
    drawn = all_rays(array)
    found: Results = dict(zip(WAYS, drawn, strict=True))
    for name, layers in (("across", drawn[:2]), ("down_up", drawn[2:4]), ("straight", drawn[:4])):
        found[name] = under(*layers)
    found["diagonal"], found["all"] = under(*drawn[4:]), under(*drawn)
    found.update({f"only_{name}": without(found[name], array > 0) for name in STRAIGHT})
    return found


@Tried(180, once, deep=True)
@family(
    "across down across_down diagonal all only_across only_down only_both rows columns rows_columns "
    "columns_rows rays_across rays_down rays_both crossings between ends_across ends_down ends_both",
    cost=12,
    charge=(24, 11),
    stacked=True,
)
def joins(array: Array) -> Results | None:
    """Lines over 0 between two cells of one color; rows and columns of colors, and those with like ends."""
    if array[0].size < 2:
        return None
    drawn = all_rays(array)
    free = array == 0
    pairs = [(drawn[one], drawn[two]) for one, two in ((0, 1), (2, 3), (4, 7), (5, 6))]
    lines = [only(one, free & (one == two)) for one, two in pairs]
    rows, columns = (np.broadcast_to(array.max(axis, keepdims=True), array.shape) for axis in (2, 1))
    facing = [free & (one > 0) & (two > 0) for one, two in pairs[:2]]
    across, down = _between_edges(array), transposed(_between_edges, array)
    return {
        "ends_across": across,
        "ends_down": down,
        "ends_both": under(across, down),
        "across": under(array, lines[0]),
        "down": under(array, lines[1]),
        "across_down": under(array, *lines[:2]),
        "diagonal": under(array, *lines[2:]),
        "all": under(array, *lines),
        "only_across": lines[0],
        "only_down": lines[1],
        "only_both": under(*lines[:2]),
        "rows": rows,
        "columns": columns,
        "rows_columns": under(rows, columns),
        "columns_rows": under(columns, rows),
        "rays_across": under(array, *drawn[:2]),
        "rays_down": under(array, *drawn[2:4]),
        "rays_both": under(array, *drawn[:4]),
        "crossings": (lines[0] > 0) & (lines[1] > 0),
        "between": facing[0] | facing[1],
    }


def _between_edges(array: Array) -> Array:
    """Full rows where the first and the last cell have one color, nothing else."""
    first = only(array[..., :1], array[..., :1] == array[..., -1:])
    return np.broadcast_to(first, array.shape)
