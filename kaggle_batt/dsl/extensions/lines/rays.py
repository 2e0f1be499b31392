"""Straight lines: rays, lines between cells, lines drawn on, lines through everything."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once, segmented
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, shift, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import parts_of

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
        grown = np.where(blocked, result, moved)
        blocked = blocked | stopped
        result = grown
        reach *= 2
    return result


@Tried(110, once, deep=True)
@family(
    "right left down up down_right down_left up_right up_left across down_up straight diagonal all "
    "only_right only_left only_down only_up",
    cost=12,
    charge=(210, 35),
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
        found[name] = np.where(array > 0, 0, layer)
    return found


@Tried(120, once, deep=True)
@family(
    "across down across_down diagonal all only_across only_down only_both rows columns rows_columns "
    "columns_rows rays_across rays_down rays_both crossings between ends_across ends_down ends_both",
    cost=12,
    charge=(210, 40),
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
        lines.append(np.where(meets, drawn[first], 0))
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
        "crossings": both,
        "between": facing,
    }


def _between_edges(array: Array) -> Array:
    """Full rows where the first and the last cell have one color, nothing else."""
    first = np.where(array[:, 0] == array[:, -1], array[:, 0], 0)
    return np.repeat(first[:, None], array.shape[1], 1).astype(np.uint8)


@Tried(530, once, deep=True)
@family(
    "down_right down_left up_right up_left all upper lower all_mask upper_mask lower_mask",
    cost=13,
    charge=(165, 15),
)
def corner_rays(array: Array) -> Results | None:
    """Diagonal lines outward over 0 from the outer corners of what is colored."""
    if min(array.shape) < 3:
        return None
    free, drawn = array == 0, []
    for down, right in STEPS[4:]:
        around = shift(array, 0, -right) | shift(array, -down, 0) | shift(array, -down, -right)
        # all other cells block, so a ray goes on from the corners alone
        seeds = np.where(~free & (around == 0), array, np.where(free, np.uint8(0), 255))
        layer = ray(seeds, down, right)
        drawn.append(np.where(free & (layer < 255), layer, 0))
    found: Results = {name: under(array, layer) for name, layer in zip(NAMES[4:], drawn, strict=True)}
    for name, layers in (("all", drawn), ("upper", drawn[2:]), ("lower", drawn[:2])):
        found[name] = under(array, *layers)
        found[f"{name}_mask"] = under(*layers) > 0
    return found


@Tried(130, once, deep=True)
@family(
    "right left down up down_right down_left up_right up_left straight diagonal all ends",
    cost=12,
    charge=(400, 20),
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
        seeds = np.where(tip, array, np.where(free, np.uint8(0), 255))
        layer = ray(seeds, down, right)
        drawn.append(np.where(free & (layer < 255), layer, array))
    found: Results = dict(zip(NAMES, drawn, strict=True))
    found["straight"] = under(*drawn[:4])
    found["diagonal"] = under(*drawn[4:])
    found["all"] = under(*drawn)
    found["ends"] = np.where(ends, array, 0)
    return found


#: the directions of each kind of line, as numbers of `STEPS`
KINDS = {
    "across": (0, 1),
    "down": (2, 3),
    "straight": (0, 1, 2, 3),
    "falling": (4, 7),
    "rising": (5, 6),
    "diagonal": (4, 5, 6, 7),
    "all": (0, 1, 2, 3, 4, 5, 6, 7),
}


def _lone(array: Array) -> list[tuple[int, int]]:
    """The colored cells without a neighbour of their color, in reading order."""
    like = np.logical_or.reduce([shift(array, *step) == array for step in STEPS])
    return [(row, column) for row, column in np.argwhere((array > 0) & ~like).tolist()]


def _lines(array: Array, cells: list[tuple[int, int]], number: int) -> Array:
    """Lines from the cells in one direction to the edge, in their colors."""
    board = np.zeros_like(array)
    down, right = STEPS[number]
    for row, column in cells:
        color = array[row, column]
        while 0 <= row < array.shape[0] and 0 <= column < array.shape[1]:
            board[row, column] = color
            row, column = row + down, column + right
    return board


@Tried(830, once)
@family(" ".join([f"{kind} {kind}_marks" for kind in KINDS]), cost=13, charge=(70, 10))
def piercings(array: Array) -> Results | None:
    """Lines through everything from the colored cells without a like neighbour: over the grid, as marks."""
    cells = _lone(array)
    if not 0 < len(cells) <= 12:
        return None
    drawn = [_lines(array, cells, number) for number in range(8)]
    found: Results = {}
    for kind, numbers in KINDS.items():
        board = np.maximum.reduce([drawn[number] for number in numbers])
        found[kind] = np.where(board > 0, board, array)
        found[f"{kind}_marks"] = board > 0
    return found


#: stands for a larger part while lines are drawn: a color no grid has
_WALL = 254
_SIDES = ("right", "left", "down", "up")


def _toward(singles: Array, walls: Array) -> tuple[Array, Array]:
    """Lines from single cells to the first wall in each straight direction; the cells of walls they meet."""
    board = np.where(walls, _WALL, singles)
    lines, hits = np.zeros_like(board), np.zeros_like(board)
    for down, right in STEPS[:4]:
        drawn = ray(board, down, right)
        # what comes back from the walls reaches just the cells that see one
        ends = ray(board, -down, -right)
        meets = (board == 0) & (drawn < _WALL) & (drawn > 0) & (ends == _WALL)
        lines = under(lines, np.where(meets, drawn, 0))
        hit = shift(np.where((drawn < _WALL) & (meets | (singles > 0)), drawn, 0), down, right)
        hits = under(hits, np.where(walls, hit, 0))
    return lines, hits


def _past(own: Array, singles: Array, step: tuple[int, int]) -> Array:
    """Lines from a part to the edge in each row or column where a single cell lies on that side of it."""
    beyond = (ray(own, *step) > 0) & (own == 0)
    colors = np.where(beyond, singles, 0).max(1 if step[0] == 0 else 0, keepdims=True)
    return np.where(beyond, colors, 0)


@Tried(540, segmented("COLOR_8"))
@family("toward toward_only hits past_right past_left past_down past_up past_all", cost=14, charge=(155, 25))
def beams(array: Array, segmentation: int) -> Results | None:
    """Lines from single cells to larger parts, the cells they meet; from the largest part past the cells."""
    parts = parts_of(array, segmentation)
    if len(parts) < 2 or min(array.shape) < 3 or array.max() >= _WALL:
        return None
    largest = max(parts, key=lambda part: part.size)
    flat = np.zeros(array.size, np.uint8)
    for part in parts:
        if part.size == 1:
            flat[part.cells] = part.color
    if largest.size == 1 or not flat.any():
        return None
    singles = flat.reshape(array.shape)
    lines, hits = _toward(singles, np.where(singles, 0, array))
    found: Results = {"toward": under(array, lines), "toward_only": lines, "hits": hits}
    own = np.zeros(array.size, np.uint8)
    own[largest.cells] = 1
    past = [_past(own.reshape(array.shape), singles, step) for step in STEPS[:4]]
    for name, layer in zip(_SIDES, past, strict=True):
        found[f"past_{name}"] = under(layer, array)
    found["past_all"] = under(*past, array)
    return found
