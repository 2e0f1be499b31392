"""Families of parts that one color draws toward it."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, under
from kaggle_batt.dsl.extensions.moves import put, slide
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

#: with more moving parts than this there is no result
MOST_MOVERS = 8


def _nearest(board: Array, part: Part) -> tuple[int, tuple[int, int]] | None:
    """How far, and in which straight direction, the part goes until it touches; None if it never does."""
    ways = [(*slide(board, part, step), number) for number, step in enumerate(STEPS[:4])]
    hits = [(steps, number) for steps, hit, number in ways if hit]
    return (min(hits)[0], STEPS[min(hits)[1]]) if hits else None


def _behind(board: Array, part: Part, step: tuple[int, int], steps: int) -> None:
    """Mark the full line just behind the moved part."""
    down, right = step
    if down:
        row = (part.top - 1 if down > 0 else part.bottom + 1) + down * steps
        board[max(row, 0) : row + 1] = 1
    else:
        column = (part.left - 1 if right > 0 else part.right + 1) + right * steps
        board[:, max(column, 0) : column + 1] = 1


@family("moved trail lines_behind moved_alone", cost=14, charge=(80, 10), tried=Tried(700, each_ink))
def attracted(array: Array, color: int) -> Results | None:
    """The parts of other colors slid straight until they touch the color; with the way they came; the lines
    behind them; without the color."""
    still = np.where(array == color, array, 0).astype(np.uint8)
    movers = parts_of(np.where(array == color, 0, array).astype(np.uint8), 3)
    if not color or not still.any() or not 0 < len(movers) <= MOST_MOVERS:
        return None
    board, trail, behind = still.copy(), still.copy(), np.zeros_like(array)
    for part in movers:
        way = _nearest(still, part)
        if way is None:
            return None
        steps, step = way
        put(board, part, step, steps)
        for k in range(steps + 1):
            put(trail, part, step, k)
        _behind(behind, part, step, steps)
    alone = np.where(still > 0, 0, board).astype(np.uint8)
    drawn = under(trail, array)
    return {"moved": board, "trail": drawn, "lines_behind": behind, "moved_alone": alone}
