"""Rows and columns: gaps between cells, full lines, lines that go on like another, cells that stick out."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, only, under
from kaggle_batt.dsl.extensions.registry import Tried, family


def _before(array: Array) -> tuple[Array, Array]:
    """For each cell the last color in its row up to it, and how many cells before it that is."""
    height, width = array.shape
    columns = np.arange(width)
    last = np.maximum.accumulate(np.where(array > 0, columns, -1), 1)
    # a row begins with 0 where nothing is colored yet
    places = np.maximum(last, 0) + np.arange(0, height * width, width)[:, None]
    return array.ravel().take(places), (columns - last).astype(np.uint8)


def _in_rows(array: Array) -> Results:
    """The features of the cells of 0 between two colored cells of their row."""
    before, since = _before(array)
    after, until = [layer[:, ::-1] for layer in _before(array[:, ::-1])]
    gap = (array == 0) & (before > 0) & (after > 0)
    before, after, since, until = [only(layer, gap) for layer in (before, after, since, until)]
    nearest = np.where(since < until, before, only(after, until < since))
    return {
        "nearest": under(array, nearest),
        "first": under(array, before),
        "second": under(array, after),
        "gap": gap,
        "unlike": gap & (before != after),
        "like": only(before, gap & (before == after)),
        "middle": gap & (np.abs(since.astype(np.int16) - until) <= 1),
        "length": only(np.minimum(since + until - 1, 9), gap),
        "distance": only(np.minimum(np.minimum(since, until), 9), gap),
    }


_NAMES = ("nearest", "first", "second", "gap", "unlike", "like", "middle", "length", "distance")


@Tried(390, deep=True)
@family(
    " ".join([f"{way}_{name}" for way in ("across", "down") for name in _NAMES]) + " both_gap either_gap",
    cost=13,
    charge=(99, 9),
)
def facing(array: Array) -> Results | None:
    """The gaps in rows and in columns: filled from the nearer end or from one end, as masks, as measures."""
    if array.size < 3 or not np.count_nonzero(array):
        return None
    across, down = _in_rows(array), {name: layer.T for name, layer in _in_rows(array.T).items()}
    found: Results = {f"across_{name}": layer for name, layer in across.items()}
    found.update({f"down_{name}": layer for name, layer in down.items()})
    found["both_gap"], found["either_gap"] = across["gap"] & down["gap"], across["gap"] | down["gap"]
    return found
