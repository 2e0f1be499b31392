"""Families about lattices: what stands at the crossings of their lines."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, cut
from kaggle_batt.dsl.extensions.registry import family


def _crossing(array: Array) -> tuple[list[int], list[int], int] | None:
    """The rows and columns without 0, and the color that most of their crossings have."""
    rows, columns = np.flatnonzero((array > 0).all(1)).tolist(), np.flatnonzero((array > 0).all(0)).tolist()
    if min(len(rows), len(columns)) < 2 or (len(rows), len(columns)) == array.shape:
        return None
    counts = np.bincount(array[rows][:, columns].ravel())
    return rows, columns, int(counts.argmax())


@family(
    "crossings marked trimmed agreeing", cost=13, charge=(12, 1), tried=Tried(350, once, only_resized=True)
)
def lattices(array: Array) -> Results | None:
    """The crossings of full lines as a small grid: all, those that are not of the main color, their box, and
    the color of four neighbouring ones where they agree."""
    lines = _crossing(array)
    if lines is None:
        return None
    rows, columns, ground = lines
    small = array[rows][:, columns]
    marked = np.where(small == ground, 0, small).astype(np.uint8)
    trimmed = cut(marked, marked > 0)
    found: Results = {"crossings": small, "marked": marked, "trimmed": trimmed}
    if trimmed is not None and min(trimmed.shape) > 1:
        one = trimmed[:-1, :-1]
        like = (one == trimmed[1:, :-1]) & (one == trimmed[:-1, 1:]) & (one == trimmed[1:, 1:])
        found["agreeing"] = np.where(like, one, 0).astype(np.uint8)
    return found
