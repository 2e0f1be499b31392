"""Families of lines between single cells and larger parts: toward them, and from them past the cells."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, shift, under
from kaggle_batt.dsl.extensions.lines import ray
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of

#: stands for a larger part while lines are drawn: a color no grid has
_WALL = 254
_SIDES = ("right", "left", "down", "up")


def _toward(singles: Array, walls: Array) -> tuple[Array, Array]:
    """Lines from single cells to the first wall in each straight direction; the cells of walls they meet."""
    board = np.where(walls, _WALL, singles).astype(np.uint8)
    lines, hits = np.zeros_like(board), np.zeros_like(board)
    for down, right in STEPS[:4]:
        drawn = ray(board, down, right)
        # what comes back from the walls reaches just the cells that see one
        ends = ray(board, -down, -right)
        meets = (board == 0) & (drawn < _WALL) & (drawn > 0) & (ends == _WALL)
        lines = under(lines, np.where(meets, drawn, 0).astype(np.uint8))
        hit = shift(np.where((drawn < _WALL) & (meets | (singles > 0)), drawn, 0), down, right)
        hits = under(hits, np.where(walls, hit, 0).astype(np.uint8))
    return lines, hits


def _past(own: Array, singles: Array, step: tuple[int, int]) -> Array:
    """Lines from a part to the edge in each row or column where a single cell lies on that side of it."""
    beyond = (ray(own, *step) > 0) & (own == 0)
    colors = np.where(beyond, singles, 0).max(1 if step[0] == 0 else 0, keepdims=True)
    return np.where(beyond, colors, 0).astype(np.uint8)


@family(
    "toward toward_only hits past_right past_left past_down past_up past_all",
    cost=14,
    charge=(155, 25),
    tried=Tried(540, each(1)),
)
def beams(array: Array, mode: int) -> Results | None:
    """Lines from single cells to larger parts, the cells they meet; from the largest part past the cells."""
    parts = parts_of(array, mode)
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
