"""Families of two halves with grounds of their own: the figures of one drawn in the other by their marks."""

from __future__ import annotations

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, main_color
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 12


def _halves(array: Array) -> tuple[Array, Array]:
    """The halves along the longer side."""
    wide = array if array.shape[0] >= array.shape[1] else array.T
    one, two = wide[: len(wide) // 2], wide[(len(wide) + 1) // 2 :]
    return (one, two) if array.shape[0] >= array.shape[1] else (one.T, two.T)


def _ground(half: Array) -> int:
    return int(np.bincount(half.ravel()).argmax())


def _marks(part: Part) -> Any:
    """(row, column) of the part's cells that are not of its main color."""
    return np.argwhere((part.picture > 0) & (part.picture != main_color(part.picture)))


def _drawn(board: Array, free: Array, part: Part) -> bool:
    """Draw the part where its marks meet their like on the free board; whether there is such a place."""
    marks = _marks(part)
    if not len(marks):
        return False
    colors = part.picture[tuple(marks.T)]
    for place in (np.argwhere(free == colors[0]) - marks[0]).tolist():
        rows, columns = marks[:, 0] + place[0], marks[:, 1] + place[1]
        top, left = place
        if min(top, left) < 0 or top + part.height > len(board) or left + part.width > board.shape[1]:
            continue
        if (free[rows, columns] == colors).all():
            window = (slice(top, top + part.height), slice(left, left + part.width))
            np.copyto(board[window], part.picture, where=part.picture > 0)
            free[window] = 0
            return True
    return False


def _transferred(source: Array, target: Array) -> Array | None:
    """The target with the source's figures drawn where their marks are found, most marks first."""
    parts = parts_of(np.where(source == _ground(source), 0, source + 1).astype(np.uint8), 3)
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    ground = _ground(target)
    board, free = target + 1, np.where(target == ground, 0, target + 1).astype(np.uint8)
    for part in sorted(parts, key=lambda one: -len(_marks(one))):
        _drawn(board, free, part)
    return (board - 1).astype(np.uint8)


@family("to_second to_first to_emptier", cost=13, charge=(160, 10), tried=Tried(360, once, only_resized=True))
def transferred(array: Array) -> Results | None:
    """Of two halves, the second with the figures of the first drawn where their marks are; the other way; the
    one with fewer cells off its ground."""
    if max(array.shape) < 4 or array.max() > 200:
        return None
    one, two = _halves(array)
    found: Results = {"to_second": _transferred(one, two), "to_first": _transferred(two, one)}
    off = [int((half != _ground(half)).sum()) for half in (one, two)]
    found["to_emptier"] = found["to_second" if off[0] >= off[1] else "to_first"]
    return found
