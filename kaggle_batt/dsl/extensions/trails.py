"""Families of a figure repeated in the direction of the marks beside it."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 8
MOST_CELLS = 40
FARTHEST = 12


def _side(low: int, high: int, first: int, last: int) -> int:
    """On which side of the stretch low..high the middle of first..last lies."""
    return ((first + last) > (low + high)) - ((first + last) < (low + high))


def _ways(model: Part, mark: Part) -> list[tuple[int, int]]:
    """The directions from the model toward the mark: diagonal, straight."""
    down = _side(model.top, model.bottom, mark.top, mark.bottom)
    right = _side(model.left, model.right, mark.left, mark.right)
    return [way for way in dict.fromkeys([(down, right), (down, 0), (0, right)]) if way != (0, 0)]


def _step(model: Part, mark: Part, width: int, apart: bool) -> tuple[int, int] | None:
    """The least move of the model that covers the mark and leaves the model's place; `apart`: that leaves a
    row or column between."""
    rows, columns = np.divmod(model.cells, width)
    own = set(zip(rows.tolist(), columns.tolist(), strict=True))
    wanted = [divmod(int(cell), width) for cell in mark.cells]
    for way in _ways(model, mark):
        fars = [(far * way[0], far * way[1]) for far in range(1, FARTHEST)]
        for down, right in [((model.height + 1) * way[0], (model.width + 1) * way[1])] if apart else fars:
            covers = all((row - down, column - right) in own for row, column in wanted)
            if covers and not any((row + down, column + right) in own for row, column in own):
                return down, right
    return None


def _repeated(board: Array, model: Part, move: tuple[int, int], color: int, times: int) -> None:
    """Draw the model moved once, twice, … in the color where the board is 0."""
    rows, columns = np.divmod(model.cells, board.shape[1])
    for _ in range(times):
        rows, columns = rows + move[0], columns + move[1]
        met = (rows >= 0) & (columns >= 0) & (rows < board.shape[0]) & (columns < board.shape[1])
        if not met.any():
            return
        free = met.copy()
        free[met] = board[rows[met], columns[met]] == 0
        board[rows[free], columns[free]] = color


def _trails(array: Array, model: Part, parts: tuple[Part, ...], apart: bool) -> Results:
    """The model repeated toward each other part: again and again, once, in its own color."""
    repeated, once, own = array.copy(), array.copy(), array.copy()
    moved = False
    for mark in parts:
        move = _step(model, mark, array.shape[1], apart) if mark is not model else None
        if move is not None:
            moved = True
            _repeated(repeated, model, move, mark.color, 30)
            _repeated(once, model, move, mark.color, 1)
            _repeated(own, model, move, model.color, 30)
    suffix = "_apart" if apart else ""
    return {f"repeated{suffix}": repeated, f"once{suffix}": once, f"own{suffix}": own} if moved else {}


@family(
    "repeated once own repeated_apart once_apart own_apart",
    cost=13,
    charge=(80, 10),
    tried=Tried(800, each(1)),
)
def trails(array: Array, mode: int) -> Results | None:
    """The largest part repeated toward each part beside it, so that a copy covers that one, in its color."""
    parts = parts_of(array, mode)
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    model = max(parts, key=lambda part: part.size)
    if not 1 < model.size <= MOST_CELLS:
        return None
    return {**_trails(array, model, parts, False), **_trails(array, model, parts, True)}
