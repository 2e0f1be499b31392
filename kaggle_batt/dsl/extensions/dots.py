"""Families of single colors that stand out, as one cell."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, tallies
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of


def _fewest(values: dict[int, int]) -> int:
    return min(values, key=lambda color: (values[color], color))


def _most(values: dict[int, int]) -> int:
    return min(values, key=lambda color: (-values[color], color))


@family(
    "most_parts fewest_parts largest_part rest first last middle",
    cost=12,
    charge=(26, 3),
    tried=Tried(340, once, only_resized=True),
)
def dots(array: Array) -> Results | None:
    """The color of most parts, of fewest, of the largest part, the main one of the others; of places."""
    parts = parts_of(array, 0)
    if not parts:
        return None
    counts = Counter([part.color for part in parts])
    large = max(parts, key=lambda part: part.size).color
    others = {color: count for color, count in enumerate(tallies(array)) if count and color not in (0, large)}
    colors = {
        "most_parts": _most(counts),
        "fewest_parts": _fewest(counts),
        "largest_part": large,
        "first": int(array[0, 0]),
        "last": int(array[-1, -1]),
        "middle": int(array[array.shape[0] // 2, array.shape[1] // 2]),
    }
    if others:
        colors["rest"] = _most(others)
    return {name: np.full((1, 1), color, np.uint8) for name, color in colors.items()}
