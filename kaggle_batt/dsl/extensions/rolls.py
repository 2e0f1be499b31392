"""Families of grids moved by a count."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results
from kaggle_batt.dsl.extensions.registry import family

#: counts above this are no counts of steps
MOST = 10
_WAYS = ("right", "left", "down", "up", "down_right", "down_left", "up_right", "up_left")


@family(" ".join(_WAYS), cost=14, charge=(30, 2), tried=Tried(690, each_ink))
def rolls(array: Array, color: int) -> Results | None:
    """All but the color rolled in each direction by the number of its cells."""
    mask = array == color
    count = int(mask.sum())
    if not 0 < count <= MOST or color == 0:
        return None
    rest = np.where(mask, 0, array).astype(np.uint8)
    return {
        name: np.roll(rest, (down * count, right * count), (0, 1))
        for name, (down, right) in zip(_WAYS, STEPS, strict=True)
    }
