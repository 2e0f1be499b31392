"""Families of square rings around single cells, at even distances, to the edges."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, under
from kaggle_batt.dsl.extensions.registry import family

MOST_CELLS = 6


def _rings(array: Array, centers: list[tuple[int, int]], step: int) -> Array:
    """Around each center, in its color, every ring whose distance is a multiple of the step; nearer ones
    first."""
    rows, columns = np.mgrid[0 : array.shape[0], 0 : array.shape[1]]
    far = [np.maximum(abs(rows - row), abs(columns - column)) for row, column in centers]
    colors = np.array([array[center] for center in centers], np.uint8)
    nearest = np.stack(far).argmin(0)
    return np.where(np.min(far, axis=0) % step == 0, colors[nearest], 0).astype(np.uint8)


def _even(cells: list[tuple[int, int]]) -> tuple[tuple[int, int], int] | None:
    """Of three cells in line at even distances the middle one, and the distance."""
    if len(cells) != 3:
        return None
    first, middle, last = cells
    if first[0] + last[0] != 2 * middle[0] or first[1] + last[1] != 2 * middle[1]:
        return None
    return middle, max(abs(first[0] - middle[0]), abs(first[1] - middle[1]))


@family("twos twos_over threes threes_over even", cost=13, charge=(30, 3), tried=Tried(860, once))
def ripples(array: Array) -> Results | None:
    """Rings around few cells at every second, every third distance, alone and under the grid; of three
    cells in line around the middle one, at their distance."""
    cells = [(row, column) for row, column in np.argwhere(array).tolist()]
    if not 0 < len(cells) <= MOST_CELLS:
        return None
    found: Results = {}
    for name, step in (("twos", 2), ("threes", 3)):
        rings = _rings(array, cells, step)
        found[name], found[f"{name}_over"] = rings, under(array, rings)
    even = _even(cells)
    if even is not None:
        found["even"] = _rings(array, [even[0]], even[1])
    return found
