"""Families of a figure repeated in the direction of the marks beside it."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, family
from kaggle_batt.dsl.extensions.components import Part, parts_of

MOST_PARTS = 8
MOST_CELLS = 40
FARTHEST = 12


def _sign(low: int, high: int, first: int, last: int) -> int:
    """On which side of the stretch low..high the stretch first..last lies by its middle; 0 if it is in
    line."""
    if low <= first and last <= high and last - first != high - low and 0 < first - low < high - last:
        return 0
    return ((first + last) > (low + high)) - ((first + last) < (low + high))


def _step(model: Part, mark: Part, width: int) -> tuple[int, int] | None:
    """The least move of the model, straight or diagonal, that covers the mark and leaves the model's
    place."""
    down = _sign(model.top, model.bottom, mark.top, mark.bottom)
    right = _sign(model.left, model.right, mark.left, mark.right)
    rows, columns = np.divmod(model.cells, width)
    own = set(zip(rows.tolist(), columns.tolist(), strict=True))
    wanted = [divmod(int(cell), width) for cell in mark.cells]
    ways = [(down, right)] if not down or not right else [(down, right), (down, 0), (0, right)]
    for way in ways:
        for far in range(1, FARTHEST if way != (0, 0) else 0):
            move = way[0] * far, way[1] * far
            covers = all((row - move[0], column - move[1]) in own for row, column in wanted)
            if covers and not any((row + move[0], column + move[1]) in own for row, column in own):
                return move
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


@family("repeated once repeated_own")
def trails(array: Array, mode: int) -> Results | None:
    """The largest part repeated toward each part beside it, so that a copy covers that one, in its color."""
    parts = parts_of(array, mode)
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    model = max(parts, key=lambda part: part.size)
    if not 1 < model.size <= MOST_CELLS:
        return None
    moves = [(part, _step(model, part, array.shape[1])) for part in parts if part is not model]
    repeated, once, own = array.copy(), array.copy(), array.copy()
    if not any(move for _, move in moves):
        return None
    for mark, move in moves:
        if move is not None:
            _repeated(repeated, model, move, mark.color, 30)
            _repeated(once, model, move, mark.color, 1)
            _repeated(own, model, move, model.color, 30)
    return {"repeated": repeated, "once": once, "repeated_own": own}
