"""Families of straight lines: rays in the eight directions, lines between equal cells, full lines."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, shift, under
from kaggle_batt.dsl.extensions.registry import family

NAMES = ("right", "left", "down", "up", "down_right", "down_left", "up_right", "up_left")


def ray(array: Array, down: int, right: int) -> Array:
    """Every colored cell drawn on through the cells of 0 in that direction."""
    result = array
    reach = 1
    # doubling: a run of 0 of any length is crossed after log2 rounds, blocked at each colored cell
    blocked = array > 0
    longest = max(array.shape)
    while reach < longest:
        moved = shift(result, down * reach, right * reach)
        stopped = shift(blocked, down * reach, right * reach, 1)
        grown = np.where(blocked, result, moved).astype(np.uint8)
        blocked = blocked | stopped
        result = grown
        reach *= 2
    return result


@family(
    "right left down up down_right down_left up_right up_left across down_up straight diagonal all "
    "only_right only_left only_down only_up",
    cost=12,
    charge=(210, 35),
    tried=Tried(110, once, deep=True),
)
def rays(array: Array) -> Results | None:
    """Rays from every colored cell over 0 up to the next colored cell or the edge."""
    if array.size < 2:
        return None
    drawn = [ray(array, *step) for step in STEPS]
    found: Results = dict(zip(NAMES, drawn, strict=True))
    found["across"] = under(drawn[0], drawn[1])
    found["down_up"] = under(drawn[2], drawn[3])
    found["straight"] = under(*drawn[:4])
    found["diagonal"] = under(*drawn[4:])
    found["all"] = under(*drawn)
    for name, layer in zip(("only_right", "only_left", "only_down", "only_up"), drawn, strict=False):
        found[name] = np.where(array > 0, 0, layer).astype(np.uint8)
    return found


@family(
    "across down across_down diagonal all only_across only_down only_both rows columns rows_columns "
    "columns_rows rays_across rays_down rays_both crossings between ends_across ends_down ends_both",
    cost=12,
    charge=(210, 40),
    tried=Tried(120, once, deep=True),
)
def joins(array: Array) -> Results | None:
    """Lines between two cells of one color with only 0 between them; whole rows and columns of colors;
    rows and columns whose ends are alike."""
    if array.size < 2:
        return None
    drawn = [ray(array, *step) for step in STEPS]
    free = array == 0
    lines = []
    for first, second in ((0, 1), (2, 3), (4, 7), (5, 6)):
        meets = free & (drawn[first] == drawn[second])
        lines.append(np.where(meets, drawn[first], 0).astype(np.uint8))
    rows = np.repeat(array.max(1)[:, None], array.shape[1], 1)
    columns = np.repeat(array.max(0)[None, :], array.shape[0], 0)
    both = (lines[0] > 0) & (lines[1] > 0)
    facing = free & (drawn[0] > 0) & (drawn[1] > 0)
    facing |= free & (drawn[2] > 0) & (drawn[3] > 0)
    ends = _between_edges(array), _between_edges(array.T).T
    return {
        "ends_across": ends[0],
        "ends_down": ends[1],
        "ends_both": under(*ends),
        "across": under(array, lines[0]),
        "down": under(array, lines[1]),
        "across_down": under(array, lines[0], lines[1]),
        "diagonal": under(array, lines[2], lines[3]),
        "all": under(array, *lines),
        "only_across": lines[0],
        "only_down": lines[1],
        "only_both": under(lines[0], lines[1]),
        "rows": rows,
        "columns": columns,
        "rows_columns": under(rows, columns),
        "columns_rows": under(columns, rows),
        "rays_across": under(array, drawn[0], drawn[1]),
        "rays_down": under(array, drawn[2], drawn[3]),
        "rays_both": under(array, *drawn[:4]),
        "crossings": both.astype(np.uint8),
        "between": facing.astype(np.uint8),
    }


def _between_edges(array: Array) -> Array:
    """Full rows where the first and the last cell have one color, nothing else."""
    first = np.where(array[:, 0] == array[:, -1], array[:, 0], 0)
    return np.repeat(first[:, None], array.shape[1], 1).astype(np.uint8)


@family(
    "down_right down_left up_right up_left all upper lower all_mask upper_mask lower_mask",
    cost=13,
    charge=(165, 15),
    tried=Tried(530, once, deep=True),
)
def corner_rays(array: Array) -> Results | None:
    """Diagonal lines outward over 0 from the outer corners of what is colored."""
    if min(array.shape) < 3:
        return None
    free, drawn = array == 0, []
    for down, right in STEPS[4:]:
        around = shift(array, 0, -right) | shift(array, -down, 0) | shift(array, -down, -right)
        # all other cells block, so a ray goes on from the corners alone
        seeds = np.where(~free & (around == 0), array, np.where(free, 0, 255)).astype(np.uint8)
        layer = ray(seeds, down, right)
        drawn.append(np.where(free & (layer < 255), layer, 0).astype(np.uint8))
    found: Results = {name: under(array, layer) for name, layer in zip(NAMES[4:], drawn, strict=True)}
    for name, layers in (("all", drawn), ("upper", drawn[2:]), ("lower", drawn[:2])):
        found[name] = under(array, *layers)
        found[f"{name}_mask"] = (under(*layers) > 0).astype(np.uint8)
    return found


@family(
    "right left down up down_right down_left up_right up_left straight diagonal all ends",
    cost=12,
    charge=(400, 20),
    tried=Tried(130, once, deep=True),
)
def extensions(array: Array) -> Results | None:
    """Lines of two or more like cells, one cell wide, drawn on over 0 in their own direction."""
    if min(array.shape) < 3:
        return None
    free = array == 0
    drawn, ends = [], np.zeros(array.shape, bool)
    for down, right in STEPS:
        behind = shift(array, down, right)
        aside = shift(array, right, -down), shift(array, -right, down)
        if down and right:
            aside = shift(array, down, 0), shift(array, 0, right)
        tip = ~free & (behind == array) & (aside[0] != array) & (aside[1] != array)
        tip &= shift(array, -down, -right) == 0
        ends |= tip
        # all other cells block, so a ray goes on from the tips alone
        seeds = np.where(tip, array, np.where(free, 0, 255)).astype(np.uint8)
        layer = ray(seeds, down, right)
        drawn.append(np.where(free & (layer < 255), layer, array).astype(np.uint8))
    found: Results = dict(zip(NAMES, drawn, strict=True))
    found["straight"] = under(*drawn[:4])
    found["diagonal"] = under(*drawn[4:])
    found["all"] = under(*drawn)
    found["ends"] = np.where(ends, array, 0).astype(np.uint8)
    return found
