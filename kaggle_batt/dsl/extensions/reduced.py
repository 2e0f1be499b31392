"""Families of pictures of blocks brought to one cell a block."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results, cut, of_blocks, tallies
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of


def _shrunk(array: Array) -> Array | None:
    """The grid with one cell for each of its largest plain square blocks; None if these are single cells."""
    sizes = range(min(array.shape), 1, -1)
    return next((small for size in sizes if (small := of_blocks(array, size)) is not None), None)


@family(
    "largest largest_of_rest colored most",
    cost=13,
    charge=(40, 3),
    tried=Tried(440, each(0, 1), only_resized=True),
)
def reduced(array: Array, mode: int) -> Results | None:
    """The largest part with one cell for each of its blocks, in its color and in the main one of the rest; so
    all that is colored, and the most frequent color."""
    parts = parts_of(array, mode)
    counts = tallies(array)
    if len(parts) < 2 or not any(counts[1:]):
        whole = cut(array, array > 0)
        return None if whole is None else {"colored": _shrunk(whole)}
    largest = max(parts, key=lambda part: part.size)
    small = _shrunk(largest.picture)
    rest = [0 if color in (0, largest.color) else count for color, count in enumerate(counts)]
    found: Results = {"largest": small}
    if small is not None and any(rest):
        found["largest_of_rest"] = np.where(small > 0, rest.index(max(rest)), 0).astype(np.uint8)
    main = counts.index(max(counts[1:]), 1)
    for name, mask in (("colored", array > 0), ("most", array == main)):
        picture = cut(np.where(mask, array, 0).astype(np.uint8), mask)
        found[name] = None if picture is None else _shrunk(picture)
    return found
