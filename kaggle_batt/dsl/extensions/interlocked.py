"""Families of parts moved to where they fit the largest one best."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, shift
from kaggle_batt.dsl.extensions.moves import put
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 7


def _best(board: Array, part: Part) -> tuple[int, int]:
    """Where on the free cells of the board the part touches most sides, first in reading order; where it
    is if it can't touch any."""
    mask = part.picture > 0
    filled = board > 0
    touched = np.sum([shift(filled, *step) for step in STEPS[:4]], axis=0, dtype=np.int64)
    blocked = (sliding_window_view(filled, mask.shape) & mask).any((2, 3))
    contact = (sliding_window_view(touched, mask.shape) * mask).sum((2, 3))
    contact[blocked] = -1
    if contact.max() < 1:
        return part.top, part.left
    place = int(contact.argmax())
    return place // contact.shape[1], place % contact.shape[1]


@family("moved moved_only", cost=14, charge=(140, 15), tried=Tried(590, each(1)))
def interlocked(array: Array, mode: int) -> Results | None:
    """All parts but the largest moved, larger ones first, to where they touch it, and each other, most."""
    parts = list(parts_of(array, mode))
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    largest = max(parts, key=lambda part: part.size)
    board, alone = np.zeros_like(array), np.zeros_like(array)
    board[largest.box] = largest.picture
    for part in sorted(parts, key=lambda one: -one.size):
        if part is largest:
            continue
        top, left = _best(board, part)
        for layer in (board, alone):
            put(layer, part, (top - part.top, left - part.left), 1)
    return {"moved": board, "moved_only": alone}
