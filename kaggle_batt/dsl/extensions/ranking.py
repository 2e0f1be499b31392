"""Colors by how often they occur in a grid: the base of color-free programs."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, tallies


def ranks_of(array: Array, fixed: int) -> Array:
    """Color → rank (a permutation of 0..9): more frequent first, ties by the lower color.

    With `fixed` 1, color 0 keeps rank 0 however often it occurs.
    """
    counts = tallies(array)
    order = sorted(range(10), key=lambda color: (-counts[color], color))
    if fixed:
        order.remove(0)
        order.insert(0, 0)
    ranks = np.zeros(10, np.uint8)
    ranks[order] = np.arange(10, dtype=np.uint8)
    return ranks
