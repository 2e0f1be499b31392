"""Families about gaps: the cells of 0 between two colored cells of a row or a column."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, under
from kaggle_batt.dsl.extensions.registry import family


def _gaps(array: Array) -> tuple[Array, Array, Array, Array]:
    """Of each cell of 0 between colored cells of its row: the color before it, the color after it, its
    distance from either."""
    height, width = array.shape
    before, after = np.zeros_like(array), np.zeros_like(array)
    since, until = np.zeros_like(array), np.zeros_like(array)
    color, steps = np.zeros(height, np.uint8), np.zeros(height, np.uint8)
    for column in range(width):
        own = array[:, column]
        color, steps = np.where(own > 0, own, color), np.where(own > 0, 0, steps + 1)
        before[:, column], since[:, column] = color, steps
    color, steps = np.zeros(height, np.uint8), np.zeros(height, np.uint8)
    for column in range(width - 1, -1, -1):
        own = array[:, column]
        color, steps = np.where(own > 0, own, color), np.where(own > 0, 0, steps + 1)
        after[:, column], until[:, column] = color, steps
    gap = (array == 0) & (before > 0) & (after > 0)
    return tuple([np.where(gap, layer, 0).astype(np.uint8) for layer in (before, after, since, until)])  # type: ignore[return-value]


def _one_way(array: Array) -> Results:
    before, after, since, until = _gaps(array)
    gap = before > 0
    middle = gap & (np.abs(since.astype(np.int16) - until) <= 1)
    nearest = np.where(since < until, before, np.where(until < since, after, 0)).astype(np.uint8)
    return {
        "nearest": under(array, nearest),
        "first": under(array, before),
        "second": under(array, after),
        "gap": gap.astype(np.uint8),
        "unlike": (gap & (before != after)).astype(np.uint8),
        "like": np.where(gap & (before == after), before, 0).astype(np.uint8),
        "middle": middle.astype(np.uint8),
        "length": np.where(gap, np.minimum(since + until - 1, 9), 0).astype(np.uint8),
        "distance": np.where(gap, np.minimum(np.minimum(since, until), 9), 0).astype(np.uint8),
    }


_NAMES = ("nearest", "first", "second", "gap", "unlike", "like", "middle", "length", "distance")


@family(
    " ".join([f"{way}_{name}" for way in ("across", "down") for name in _NAMES]) + " both_gap either_gap",
    cost=13,
    charge=(350, 15),
    tried=Tried(500, once, deep=True),
)
def facing(array: Array) -> Results | None:
    """The gaps in rows and in columns: filled from the nearer end or from one end, as masks, as measures."""
    if array.size < 3 or not array.any():
        return None
    across = _one_way(array)
    down = {name: None if layer is None else layer.T for name, layer in _one_way(array.T).items()}
    found: Results = {f"across_{name}": layer for name, layer in across.items()}
    found.update({f"down_{name}": layer for name, layer in down.items()})
    one, two = across["gap"], down["gap"]
    assert one is not None and two is not None
    found["both_gap"], found["either_gap"] = one & two, one | two
    return found
