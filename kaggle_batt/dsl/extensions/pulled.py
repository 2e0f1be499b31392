"""Families of blocks that thin lines pull together."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.blocks import opened
from kaggle_batt.dsl.extensions.moves import toward
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 8


def _thick(array: Array, color: int) -> Array:
    """The color's cells that lie in full blocks of two by two."""
    return np.where(opened(array == color, 2, 2), array, 0).astype(np.uint8)


@family("line_moves other_moves", cost=13, charge=(60, 5), tried=Tried(840, once))
def pulled(array: Array) -> Results | None:
    """Thin lines taken away and the blocks moved together: those of the lines' colors, or the others."""
    colors = [color for color in range(1, 10) if (array == color).any()]
    if not 1 < len(colors) < 5:
        return None
    pulling: list[Part] = []
    others: list[Part] = []
    for color in colors:
        thick = _thick(array, color)
        thin = np.count_nonzero(thick) < np.count_nonzero(array == color)
        (pulling if thin else others).extend(parts_of(thick, 1))
    if not pulling or not others or len(pulling) + len(others) > MOST_PARTS:
        return None
    return {"line_moves": toward(array, pulling, others)[0], "other_moves": toward(array, others, pulling)[0]}
