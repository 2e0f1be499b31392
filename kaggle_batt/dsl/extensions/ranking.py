"""Colors by how often they occur in a grid: the base of color-free programs."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, tallies
from kaggle_batt.dsl.extensions.segments import parts_of

#: ways to rank: all colors, most frequent first · all but 0 · 0 and the most frequent exchanged ·
#: all but 0, rarest first · all but 0, by the color's largest part
ALL, ALL_BUT_ZERO, EXCHANGED, RAREST_FIRST, LARGEST_PART = range(5)
WAYS = 5


def ranks_of(array: Array, way: int) -> Array:
    """Color → rank (a permutation of 0..9) in one of the ways above, ties by the lower color.

    A color the grid does not have keeps its own number where no rank takes it, so that a color new in the
    output is the same in all grids.
    """
    counts = tallies(array)
    if way == EXCHANGED:
        ranks = np.arange(10, dtype=np.uint8)
        most = counts.index(max(counts))
        ranks[0], ranks[most] = most, 0
        return ranks
    sign = 1 if way == RAREST_FIRST else -1
    if way == LARGEST_PART:
        counts = _largest_parts(array, counts)
    present = sorted([c for c in range(10) if counts[c]], key=lambda color: (sign * counts[color], color))
    if way != ALL:
        present = [0, *[color for color in present if color]]
    return _permutation(present)


def _largest_parts(array: Array, counts: list[int]) -> list[int]:
    """For each color the size of its largest part (8 neighbours); the counts where parts are too many."""
    sizes = [counts[0]] + [0] * 9
    for part in parts_of(array, 1):
        sizes[part.color] = max(sizes[part.color], part.size)
    return sizes if any(sizes[1:]) else counts


def _permutation(present: list[int]) -> Array:
    """Ranks by place in the list; the other colors as they are, or in the places left."""
    absent = [color for color in range(10) if color not in present]
    ranks = np.zeros(10, np.uint8)
    ranks[present] = np.arange(len(present), dtype=np.uint8)
    kept = [color for color in absent if color >= len(present)]
    ranks[kept] = kept
    free = [rank for rank in range(len(present), 10) if rank not in kept]
    ranks[[color for color in absent if color not in kept]] = free
    return ranks
