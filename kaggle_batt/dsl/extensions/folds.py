"""Families of parts mirrored over the straight sides of others."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, main_among, parts_of

MOST_PARTS = 25
#: a straight side has at least this many cells
SHORTEST = 3
#: (whether it is a row, its number, its first and last cell along it)
Side = tuple[bool, int, int, int]


def _sides(part: Part) -> list[Side]:
    """The full rows and columns of the part's box."""
    found: list[Side] = []
    if part.width >= SHORTEST:
        rows = np.flatnonzero(part.picture.all(1)).tolist()
        found += [(True, part.top + row, part.left, part.right) for row in rows]
    if part.height >= SHORTEST:
        columns = np.flatnonzero(part.picture.all(0)).tolist()
        found += [(False, part.left + column, part.top, part.bottom) for column in columns]
    return found


def _nearest(part: Part, sides: list[Side]) -> Side | None:
    """The nearest side that the part faces, if there is one."""
    judged = []
    for side in sides:
        low, high = (part.top, part.bottom) if side[0] else (part.left, part.right)
        first, last = (part.left, part.right) if side[0] else (part.top, part.bottom)
        if (low > side[1] or high < side[1]) and first <= side[3] and last >= side[2]:
            judged.append((max(low - side[1], side[1] - high), side))
    return min(judged)[1] if judged else None


def _mirrored(board: Array, array: Array, part: Part, side: Side) -> None:
    """Draw the part's cells on the other side."""
    rows, columns = np.divmod(part.cells, array.shape[1])
    colors = array.ravel()[part.cells]
    if side[0]:
        rows = 2 * side[1] - rows
    else:
        columns = 2 * side[1] - columns
    met = (rows >= 0) & (columns >= 0) & (rows < array.shape[0]) & (columns < array.shape[1])
    board[rows[met], columns[met]] = colors[met]


@family("moved copied images", cost=13, charge=(40, 5), tried=Tried(790, each(1)))
def folds(array: Array, mode: int) -> Results | None:
    """The parts of other colors mirrored over the nearest straight side of a part of the main color."""
    parts = parts_of(array, mode)
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    main = main_among(parts)
    sides = [side for part in parts if part.color == main for side in _sides(part)]
    moved, copied, images = array.copy(), array.copy(), np.zeros_like(array)
    turned = [(part, side) for part in parts if part.color != main and (side := _nearest(part, sides))]
    if not turned:
        return None
    for part, _ in turned:
        moved.ravel()[part.cells] = 0
    for part, side in turned:
        for board in (moved, copied, images):
            _mirrored(board, array, part, side)
    return {"moved": moved, "copied": copied, "images": images}
