"""Families of wide free room: away from all that is colored, the largest rectangle there, its arms."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, bounds, shift
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.relations import largest_room


def _arms(free: Mask, room: Array) -> Array:
    """The room, and the free rows and columns that lead from it straight to an edge."""
    box = bounds(room > 0)
    if box is None:
        return room
    top, bottom, left, right = box
    result = room > 0
    # all of the way to the edge must be free
    result[bottom:, left:right] = free[bottom:, left:right].all(0)
    result[:top, left:right] = free[:top, left:right].all(0)
    result[top:bottom, right:] = free[top:bottom, right:].all(1, keepdims=True)
    result[top:bottom, :left] = free[top:bottom, :left].all(1, keepdims=True)
    return result.astype(np.uint8)


@family("core core_room core_arms room_arms", cost=13, charge=(90, 30), tried=Tried(650, once))
def cores(array: Array) -> Results | None:
    """The cells of 0 without a colored neighbour; the largest rectangle of them, of 0; with its arms."""
    filled = array > 0
    if min(array.shape) < 3 or filled.all():
        return None
    core = ~np.logical_or.reduce([filled, *[shift(filled, *step) for step in STEPS]])
    room = largest_room((~core).astype(np.uint8))
    return {
        "core": core.astype(np.uint8),
        "core_room": room,
        "core_arms": _arms(core, room),
        "room_arms": _arms(~filled, largest_room(array)),
    }
