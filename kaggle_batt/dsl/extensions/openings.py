"""Families about cups: parts with one gap in the rim of their box, and corners where parts bend."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 20


def _line(board: Array, row: int, column: int, step: tuple[int, int], color: int) -> None:
    """A line from that cell on to the edge."""
    while 0 <= row < board.shape[0] and 0 <= column < board.shape[1]:
        board[row, column] = color
        row, column = row + step[0], column + step[1]


def _gap(part: Part) -> tuple[list[tuple[int, int]], tuple[int, int]] | None:
    """The cells of the one gap in the rim of the part's box and the way out of it; None without exactly
    one."""
    empty = part.picture == 0
    found = []
    last = part.height - 1, part.width - 1
    sides = (
        ((-1, 0), [(0, k) for k in range(part.width)]),
        ((1, 0), [(last[0], k) for k in range(part.width)]),
        ((0, -1), [(k, 0) for k in range(part.height)]),
        ((0, 1), [(k, last[1]) for k in range(part.height)]),
    )
    for step, cells in sides:
        gap = [cell for cell in cells if empty[cell]]
        if gap:
            found.append((gap, step))
    if len(found) != 1:
        return None
    gap, step = found[0]
    return (gap, step) if sum(gap[-1]) - sum(gap[0]) == len(gap) - 1 else None


def _from_gap(boards: dict[str, Array], part: Part) -> bool:
    """Draw what the part's gap sends out; whether it has one."""
    found = _gap(part)
    if found is None:
        return False
    gap, (down, right) = found
    cells = [(row + part.top, column + part.left) for row, column in gap]
    for row, column in cells:
        _line(boards["beam"], row, column, (down, right), part.color)
    for (row, column), turn in ((cells[0], -1), (cells[-1], 1)):
        _line(boards["fan"], row, column, (down or turn, right or turn), part.color)
    boards["inside"][part.box][part.picture == 0] = part.color
    return True


def _from_bends(board: Array, part: Part) -> bool:
    """Draw diagonals out of the corners of the part's box where two of its lines meet; whether there are
    any."""
    picture = part.picture
    if min(picture.shape) < 2 or picture.all():
        return False
    drawn = False
    for up, row in ((-1, part.top), (1, part.bottom)):
        for left, column in ((-1, part.left), (1, part.right)):
            y, x = row - part.top, column - part.left
            if picture[y, x] and picture[y - up, x] and picture[y, x - left]:
                _line(board, row + up, column + left, (up, left), part.color)
                drawn = True
    return drawn


@family(
    "inside beam fan inside_beam all bends bends_only", cost=13, charge=(30, 5), tried=Tried(810, each(1, 3))
)
def openings(array: Array, mode: int) -> Results | None:
    """What comes out of the one gap in the rim of a part's box: filled inside, a beam, diagonals; diagonals
    out of the corners where a part bends."""
    parts = parts_of(array, mode)
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    boards = {name: np.zeros_like(array) for name in ("inside", "beam", "fan", "bends")}
    found: Results = {}
    if any([_from_gap(boards, part) for part in parts]):
        inside, beam, fan = boards["inside"], boards["beam"], boards["fan"]
        found = {"inside": under(array, inside), "beam": under(array, beam), "fan": under(array, fan)}
        found["inside_beam"] = under(array, inside, beam)
        found["all"] = under(array, inside, beam, fan)
    if any([_from_bends(boards["bends"], part) for part in parts]):
        found["bends"], found["bends_only"] = under(array, boards["bends"]), boards["bends"]
    return found
