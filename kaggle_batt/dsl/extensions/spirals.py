"""Families of spirals that fill a grid of the given one's size."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family

WAYS = ((0, 1), (1, 0), (0, -1), (-1, 0))


@lru_cache(maxsize=256)
def _spiral(height: int, width: int) -> Array:
    """1 on a way that starts in the upper left corner to the right and turns inward, one cell from itself."""
    board = np.ones((height + 4, width + 4), np.uint8)
    board[2:-2, 2:-2] = 0
    row, column, way, turns = 2, 2, 0, 0
    board[row, column] = 1
    while turns < 2:
        down, right = WAYS[way]
        # one cell ahead must be free and the next one not part of the way
        if board[row + down, column + right] or _blocked(board, row + 2 * down, column + 2 * right):
            way, turns = (way + 1) % 4, turns + 1
            continue
        row, column, turns = row + down, column + right, 0
        board[row, column] = 1
    board = board[2:-2, 2:-2]
    board.setflags(write=False)
    return board


def _blocked(board: Array, row: int, column: int) -> bool:
    """Whether the way has been at this cell; the frame around the grid is no way."""
    inside = 2 <= row < board.shape[0] - 2 and 2 <= column < board.shape[1] - 2
    return inside and bool(board[row, column])


@family(
    "right right_up left left_up down down_left up up_left", cost=13, charge=(18, 1), tried=Tried(850, once)
)
def spirals(array: Array) -> Results | None:
    """Spirals from a corner inward, named by where they go first (and from which corner), as marks."""
    height, width = array.shape
    if min(height, width) < 3 or len(set(array.tobytes())) > 2:
        return None
    one, two = _spiral(height, width), _spiral(width, height).T
    return {
        "right": one,
        "right_up": one[::-1],
        "left": one[:, ::-1],
        "left_up": one[::-1, ::-1],
        "down": two,
        "down_left": two[:, ::-1],
        "up": two[::-1],
        "up_left": two[::-1, ::-1],
    }
