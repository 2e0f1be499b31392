"""Parts that move: by steps of their own, straight toward a color."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, only, under, without
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, parts_of

Step = tuple[int, int]


def slide(board: Array, part: Part, step: Step) -> tuple[int, bool]:
    """How many steps the part can go on the board; whether a colored cell stopped it."""
    mask = part.picture > 0
    top, left, steps = part.top, part.left, 0
    while True:
        top, left = top + step[0], left + step[1]
        if min(top, left) < 0 or top + part.height > board.shape[0] or left + part.width > board.shape[1]:
            return steps, False
        if np.count_nonzero(board[top : top + part.height, left : left + part.width][mask]):
            return steps, True
        steps += 1


def put(board: Array, part: Part, step: Step = (0, 0), steps: int = 1) -> None:
    """Draw the part moved by so many steps, all on the board."""
    top, left = part.top + step[0] * steps, part.left + step[1] * steps
    np.copyto(board[top : top + part.height, left : left + part.width], part.picture, where=part.picture > 0)


def _nearest_contact(board: Array, part: Part) -> tuple[int, Step] | None:
    """How far, and in which straight direction, the part goes until it touches; None if it never does."""
    ways = [(*slide(board, part, step), number) for number, step in enumerate(STEPS[:4])]
    hits = [(steps, number) for steps, hit, number in ways if hit]
    return (min(hits)[0], STEPS[min(hits)[1]]) if hits else None


def moved_parts(array: Array, parts: Parts, shift_of: Callable[[Part], Step]) -> Array | None:
    """The parts alone, each moved by its own (down, right); None if one would leave the grid."""
    board = np.zeros(array.shape, np.uint8)
    for part in parts:
        down, right = shift_of(part)
        top, left = part.top + down, part.left + right
        if min(top, left) < 0 or top + part.height > array.shape[0] or left + part.width > array.shape[1]:
            return None
        put(board, part, (down, right))
    return board


def _mark_behind(board: Array, part: Part, step: Step, steps: int) -> None:
    """Mark the full line just behind the moved part."""
    down, right = step
    if down:
        row = (part.top - 1 if down > 0 else part.bottom + 1) + down * steps
        board[max(row, 0) : row + 1] = 1
    else:
        column = (part.left - 1 if right > 0 else part.right + 1) + right * steps
        board[:, max(column, 0) : column + 1] = 1


@Tried(520, each_ink)
@family("moved trail lines_behind moved_alone", cost=14, charge=(77, 17), roles=True)
def attracted(array: Array, color: int) -> Results | None:
    """The parts of other colors slid straight until they touch the color; with the way they came; the lines
    behind them; without the color."""
    still = only(array, array == color)
    movers = parts_of(without(array, array == color), Segmentation.FILLED_8)
    if not color or not np.count_nonzero(still) or not 0 < len(movers) <= 8:
        return None
    board, trail, behind = still.copy(), still.copy(), np.zeros(array.shape, np.uint8)
    for part in movers:
        way = _nearest_contact(still, part)
        if way is None:
            return None
        steps, step = way
        put(board, part, step, steps)
        for k in range(steps + 1):
            put(trail, part, step, k)
        _mark_behind(behind, part, step, steps)
    alone = without(board, still > 0)
    return {"moved": board, "trail": under(trail, array), "lines_behind": behind, "moved_alone": alone}
