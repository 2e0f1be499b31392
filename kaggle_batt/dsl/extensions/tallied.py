"""Families of a small grid repeated as often as it has cells of a kind."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results
from kaggle_batt.dsl.extensions.registry import family

COUNTS = ("filled", "empty", "colors", "all")


def _copies(array: Array, number: int, side: int) -> Array | None:
    """So many copies in reading order on a board of `side` times `side` of them."""
    height, width = array.shape
    if not (0 < side * height <= LARGEST and side * width <= LARGEST):
        return None
    board = np.zeros((side * height, side * width), np.uint8)
    for place in range(min(number, side * side)):
        row, column = divmod(place, side)
        board[row * height : (row + 1) * height, column * width : (column + 1) * width] = array
    return board


@family(
    " ".join([f"{number}_on_{side}" for side in COUNTS[:3] for number in COUNTS]),
    cost=14,
    charge=(15, 1),
    tried=Tried(920, once, deep=True, only_resized=True),
)
def tallied(array: Array) -> Results | None:
    """Copies of the grid, as many as it has colored cells, cells of 0, colors (or all) on a board whose
    side is such a number of them."""
    if max(array.shape) > 6:
        return None
    filled = int((array > 0).sum())
    counts = {
        "filled": filled,
        "empty": array.size - filled,
        "colors": len(set(array.tobytes()) - {0}),
        "all": LARGEST * LARGEST,
    }
    return {
        f"{number}_on_{side}": _copies(array, counts[number], counts[side])
        for side in COUNTS[:3]
        for number in COUNTS
    }
