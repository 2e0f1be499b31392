"""Families of the room between full lines, and of cells drawn or moved to the edge of their color."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family

#: share (percent) of a line's cells that are of one color, crossings with others left out
_NEARLY = 75


def _lines(array: Array) -> list[int]:
    """The numbers of the rows that are nearly all of one color other than 0."""
    counts = np.stack([(array == color).sum(1) for color in range(1, 10)], 1).max(1)
    return np.flatnonzero(100 * counts >= _NEARLY * array.shape[1]).tolist()


def _side_color(line: Array) -> int:
    """The color that nearly all cells of an edge have, else 0."""
    counts = np.bincount(line, minlength=2)
    counts[0] = 0
    color = int(counts.argmax())
    return color if 100 * int(counts[color]) >= _NEARLY * len(line) else 0


def _pulled(array: Array) -> tuple[Array, Array] | None:
    """Inner cells of an edge's color drawn on to that edge, and stacked up at it; None without any."""
    drawn, stacked, found = array.copy(), array.copy(), False
    for turn in range(4):
        view, heap = np.rot90(drawn, turn), np.rot90(stacked, turn)
        color = _side_color(np.ascontiguousarray(view[-1]))
        inner = heap[1:-1, 1:-1]
        own = inner == color
        if not color or not own.any():
            continue
        found = True
        np.copyto(view[1:-1, 1:-1], color, where=np.maximum.accumulate(own, 0) & (view[1:-1, 1:-1] == 0))
        inner[own] = 0
        reach = np.arange(inner.shape[0])[::-1, None] < own.sum(0)[None]
        np.copyto(inner, color, where=reach & (inner == 0))
    return (drawn, stacked) if found else None


@family(
    "between between_inside drawn stacked room_drawn room_stacked",
    cost=13,
    charge=(120, 10),
    tried=Tried(640, once),
)
def edges(array: Array) -> Results | None:
    """The room from the first to the last full line; cells drawn on, moved to the edge of their color."""
    if min(array.shape) < 3:
        return None
    found: Results = {}
    rows, columns = _lines(array), _lines(array.T)
    if len(rows) > 1 and len(columns) > 1 and rows[-1] - rows[0] > 1 and columns[-1] - columns[0] > 1:
        room = array[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        found["between"], found["between_inside"] = room, room[1:-1, 1:-1]
        pulled = _pulled(room)
        if pulled:
            found["room_drawn"], found["room_stacked"] = pulled
    pulled = _pulled(array)
    if pulled:
        found["drawn"], found["stacked"] = pulled
    return found
