"""Straight lines: rays, lines between cells, lines through everything; gaps between the cells of a line."""

from functools import lru_cache
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, coordinates, only, under, without
from kaggle_batt.dsl.extensions.geometry import DIAGONAL, STEPS, STRAIGHT, WAYS, Step, neighbours
from kaggle_batt.dsl.extensions.registry import Tried, family

_WALL = 254  #: a color that no grid has: cells that block while lines are drawn


@lru_cache(maxsize=1024)
def _paths_of(height: int, width: int, steps: tuple[Step, ...]) -> tuple[Any, Any, Any]:
    """The cells along the lines in each of these directions, line after line, a row for each direction.

    For each of these places also the one where its line begins, and for each cell its place; both count on
    from row to row.
    """
    rows, columns = [places.ravel() for places in coordinates(height, width)]
    # numbers that cells of one line share, and that grow along each line
    lines = np.array([right * rows - down * columns for down, right in steps])
    along = np.array([down * rows + right * columns for down, right in steps])
    cells, first = np.lexsort((along, lines)), rows.size * np.arange(len(steps))[:, None]
    starts = [np.searchsorted(one, one) for one in np.sort(lines)]
    return cells, (starts + first).ravel(), (np.argsort(cells) + first).ravel()


def all_rays(array: Array, steps: tuple[Step, ...] = STEPS) -> Array:
    """For each direction the grid, or stack, with every colored cell extended over 0."""
    cells, starts, back = _paths_of(*array.shape[-2:], steps)
    colors = array.reshape(-1, cells.shape[1]).take(cells.ravel(), 1)
    rows, length = colors.shape
    first = np.arange(0, rows * length, length)[:, None]
    # the last colored place so far on each line
    last = np.maximum.accumulate(np.where(colors > 0, np.arange(length), starts), 1) + first
    drawn = colors.take(last).take(back + first)
    return drawn.reshape(-1, *cells.shape).swapaxes(0, 1).reshape(len(steps), *array.shape)


@Tried(170, deep=True)
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


@Tried(180, deep=True)
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
    # full lines whose first and last cell have one color
    ends = (array[..., :1], array[..., -1:]), (array[:, :1], array[:, -1:])
    across, down = (np.broadcast_to(only(one, one == two), array.shape) for one, two in ends)
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


@Tried(340, deep=True)
@family(
    "down_right down_left up_right up_left all upper lower all_mask upper_mask lower_mask",
    cost=13,
    charge=(19, 10),
    stacked=True,
)
def corner_rays(array: Array) -> Results | None:
    """Diagonal lines outward over 0 from the outer corners of the colored cells."""
    if min(array.shape[1:]) < 3:
        return None
    drawn, free, near = [], array == 0, dict(zip(STEPS, neighbours(array), strict=True))
    for down, right in STEPS[4:]:
        around = near[0, -right] | near[-down, 0] | near[-down, -right]
        # cells that are no corner stop the lines
        (layer,) = all_rays(np.where(free | (around == 0), array, np.uint8(_WALL)), ((down, right),))
        drawn.append(only(layer, free & (layer < _WALL)))
    found: Results = {name: under(array, layer) for name, layer in zip(DIAGONAL, drawn, strict=True)}
    for name, layers in (("all", drawn), ("upper", drawn[2:]), ("lower", drawn[:2])):
        found[name], found[f"{name}_mask"] = under(array, *layers), under(*layers) > 0
    return found


def _gaps(array: Array, step: Step) -> Results:
    """The features of the cells of 0 between two colored cells on their line in the direction of the step."""
    both_ways = step, (-step[0], -step[1])
    numbers = coordinates(*array.shape)[step[1]].astype(np.uint8) + 1
    before, after = all_rays(array, both_ways)
    gap = (array == 0) & (before > 0) & (after > 0)
    before, after = only(before, gap), only(after, gap)
    # how many cells away the cells of these colors are
    last, following = all_rays(only(numbers, array > 0), both_ways)
    since, until = only(numbers - last, gap), only(following - numbers, gap)
    nearest = np.where(since < until, before, only(after, until < since))
    return {
        "nearest": under(array, nearest),
        "first": under(array, before),
        "second": under(array, after),
        "gap": gap,
        "unlike": gap & (before != after),
        "like": only(before, gap & (before == after)),
        "middle": gap & (np.abs(since.astype(np.int16) - until) <= 1),
        "length": only(np.minimum(since + until - 1, 9), gap),
        "distance": only(np.minimum(np.minimum(since, until), 9), gap),
    }


_NAMES = ("nearest", "first", "second", "gap", "unlike", "like", "middle", "length", "distance")


@Tried(390, deep=True)
@family(
    " ".join([f"{way}_{name}" for way in ("across", "down") for name in _NAMES]) + " both_gap either_gap",
    cost=13,
    charge=(99, 9),
)
def facing(array: Array) -> Results | None:
    """The gaps in rows and in columns: filled from the nearer end or from one end, as masks, as measures."""
    if array.size < 3 or not np.count_nonzero(array):
        return None
    across, down = _gaps(array, WAYS["right"]), _gaps(array, WAYS["down"])
    found: Results = {f"across_{name}": layer for name, layer in across.items()}
    found.update({f"down_{name}": layer for name, layer in down.items()})
    found["both_gap"], found["either_gap"] = across["gap"] & down["gap"], across["gap"] | down["gap"]
    return found
