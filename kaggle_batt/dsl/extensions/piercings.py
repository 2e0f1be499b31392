"""Families of lines that go through everything, from cells without a like neighbour."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, shift
from kaggle_batt.dsl.extensions.registry import family

MOST_CELLS = 12
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


@family(
    " ".join([f"{kind} {kind}_marks" for kind in KINDS]), cost=13, charge=(70, 10), tried=Tried(830, once)
)
def piercings(array: Array) -> Results | None:
    """Lines through everything from the colored cells without a like neighbour: over the grid, as marks."""
    cells = _lone(array)
    if not 0 < len(cells) <= MOST_CELLS:
        return None
    drawn = [_lines(array, cells, number) for number in range(8)]
    found: Results = {}
    for kind, numbers in KINDS.items():
        board = np.maximum.reduce([drawn[number] for number in numbers])
        found[kind] = np.where(board > 0, board, array)
        found[f"{kind}_marks"] = (board > 0).astype(np.uint8)
    return found
