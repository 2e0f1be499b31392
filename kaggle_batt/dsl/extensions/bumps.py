"""Families of the cells that stick out of solid pictures, and of the lines through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, shift, tallies, under
from kaggle_batt.dsl.extensions.blocks import opened
from kaggle_batt.dsl.extensions.lines import ray
from kaggle_batt.dsl.extensions.registry import family


def _crossed(array: Array, marked: Array, lines: Array) -> Array:
    """The lines drawn in the bumps' main color over 0, in the main other color over that one."""
    inner = int(np.bincount(marked[marked > 0]).argmax())
    counts = np.bincount(array[(array > 0) & (array != inner)], minlength=1)
    outer = int(counts.argmax())
    drawn = np.where(array == 0, inner, np.where(array == inner, outer, array))
    return np.where(lines > 0, drawn, array).astype(np.uint8)


def _tips(mask: Any) -> list[tuple[Mask, int, int]]:
    """The cells that stick out of the mask's solid areas, for each straight direction."""
    body = opened(mask, 2, 2)
    odd = mask & ~body
    if not body.any() or not odd.any() or 4 * int(odd.sum()) > int(mask.sum()):
        return []
    found = []
    for down, right in STEPS[:4]:
        beside = shift(mask, right, down) | shift(mask, -right, -down) | shift(mask, -down, -right)
        found.append((odd & shift(body, down, right) & ~beside, down, right))
    return found


@family("bumps without_bumps lines rays lines_over crossed", cost=13, charge=(50, 12), tried=Tried(630, once))
def bumps(array: Array) -> Results | None:
    """Single cells of a color that stick out of a solid area of it; lines along them, outward from them."""
    marked, lines, rays = (np.zeros_like(array) for _ in range(3))
    counts = tallies(array)
    for color in [color for color in range(1, 10) if counts[color] >= 5]:
        for tips, down, right in _tips(array == color):
            marked[tips] = color
            lines |= np.broadcast_to(tips.any(0 if down else 1, keepdims=True), array.shape)
            rays |= ray(tips.astype(np.uint8), down, right) if tips.any() else 0
    if not marked.any():
        return None
    return {
        "bumps": marked,
        "without_bumps": np.where(marked > 0, 0, array).astype(np.uint8),
        "lines": lines,
        "rays": rays,
        "lines_over": under(marked, lines),
        "crossed": _crossed(array, marked, lines),
    }
