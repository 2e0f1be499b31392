"""Families of a single row or column that goes on: each next one grown or moved by a cell."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results, shift, under
from kaggle_batt.dsl.extensions.registry import family

STEPS = {"grown_right": 1, "grown_left": -1, "moved_right": 1, "moved_left": -1}
LENGTHS = ("half", "full", "filled")


def _grown(row: Array, name: str, length: int) -> Array:
    """So many rows: the first, and each next one grown or moved by a cell."""
    rows = [row]
    while len(rows) < length:
        moved = shift(rows[-1], 0, STEPS[name])
        rows.append(under(rows[-1], moved) if name.startswith("grown") else moved)
    return np.concatenate(rows)


@family(
    " ".join([f"{name}_{length}" for name in STEPS for length in LENGTHS]),
    cost=12,
    charge=(3, 1),
    tried=Tried(910, once, only_resized=True),
)
def growths(array: Array) -> Results | None:
    """A grid of one row (or column) continued downward (to the right), as many rows as half its cells, as its
    cells, as its colored cells: each next one grown, or moved, to the right or left (down or up)."""
    upright = array.shape[1] == 1
    row = array.T if upright else array
    if row.shape[0] > 1 or not 2 < row.shape[1] <= LARGEST:
        return None
    lengths = {"half": row.shape[1] // 2, "full": row.shape[1], "filled": int((row > 0).sum())}
    found: Results = {}
    for name in STEPS:
        for kind, length in lengths.items():
            grid = _grown(row, name, length)
            found[f"{name}_{kind}"] = grid.T if upright else grid
    return found
