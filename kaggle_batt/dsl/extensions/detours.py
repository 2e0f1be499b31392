"""Families of lines that start at an edge and step aside: around what is in their way, at marked lines."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, under
from kaggle_batt.dsl.extensions.registry import family

MOST_LINES = 15


def _around(board: Array, array: Array, column: int, side: int) -> None:
    """A line from the lowest row up, one step aside below each cell in its way."""
    height, width = array.shape
    color = array[height - 1, column]
    for row in range(height - 1, -1, -1):
        board[row, column] = color
        if row and array[row - 1, column] not in (0, color):
            column += side
            if not 0 <= column < width:
                return
            board[row, column] = color


def _shifted(board: Array, array: Array, column: int, shifts: list[int]) -> None:
    """A line from the lowest row up, moved by each row's shift from there on."""
    color = array[-1, column]
    for row in range(array.shape[0] - 1, -1, -1):
        column += shifts[row]
        if not 0 <= column < array.shape[1]:
            return
        board[row, column] = color


def _marked(array: Array, color: int) -> list[int]:
    """For each row 1 if its left edge holds another color, -1 if its right edge does."""
    left: Mask = (array[:, 0] > 0) & (array[:, 0] != color)
    right: Mask = (array[:, -1] > 0) & (array[:, -1] != color)
    shifts: list[int] = (left.astype(int) - right.astype(int)).tolist()
    return [*shifts[:-1], 0]


def _turns_to_bottom(mask: Mask) -> int | None:
    """The quarter turns that bring the one edge on which all true cells lie to the bottom."""
    for turns in range(4):
        turned = np.rot90(mask, turns)
        if turned.any() and not turned[:-1].any():
            return turns
    return None


@family("around_right around_left away toward", cost=13, charge=(35, 5), tried=Tried(892, each_ink))
def detours(array: Array, color: int) -> Results | None:
    """Lines from a color's cells, all on one edge, to the opposite one: stepping right or left before what
    is in the way, away from marks on the other edges or toward them."""
    if not color or min(array.shape) < 3:
        return None
    turns = _turns_to_bottom(array == color)
    if turns is None:
        return None
    turned = np.rot90(array, turns)
    columns = np.flatnonzero(turned[-1] == color).tolist()
    if len(columns) > MOST_LINES:
        return None
    shifts = _marked(turned, color)
    boards = {name: np.zeros_like(turned) for name in detours.names}
    for column in columns:
        _around(boards["around_right"], turned, column, 1)
        _around(boards["around_left"], turned, column, -1)
        _shifted(boards["away"], turned, column, shifts)
        _shifted(boards["toward"], turned, column, [-shift for shift in shifts])
    return {name: under(array, np.rot90(board, -turns)) for name, board in boards.items()}
