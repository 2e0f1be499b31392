"""Counts of parts and cells drawn as marks on a small grid."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, small_output_size
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of

MODES = (0, 1, 3, 5, 4)
MEASURES = ["parts", "over_1", "squares", "largest"]
COUNTS = [f"{measure}_{mode}" for mode in MODES for measure in MEASURES]
COUNTS += [f"parts_of_{color}" for color in range(1, 10)] + [f"cells_of_{color}" for color in range(10)]
COUNTS += [f"squares_of_{color}" for color in range(1, 10)] + ["colors", "filled"]
DRAWINGS = ("rows", "columns", "checks", "diagonal")


def counts_of(array: Array) -> list[int]:
    """The counts in the order of `COUNTS`."""
    found = []
    for mode in MODES:
        parts = parts_of(array, mode)
        sizes = [part.size for part in parts]
        squares = sum([part.size == 4 and part.height == part.width == 2 for part in parts])
        found += [len(parts), sum([size > 1 for size in sizes]), squares, max(sizes, default=0)]
    parts = parts_of(array, 0)
    blocks = [part.color for part in parts if part.size == 4 and part.height == part.width == 2]
    colors = [part.color for part in parts_of(array, 1)]
    cells = np.bincount(array.ravel(), minlength=10)
    found += [colors.count(color) for color in range(1, 10)] + cells[:10].tolist()
    found += [blocks.count(color) for color in range(1, 10)]
    return [*found, int((cells[1:] > 0).sum()), int(cells[1:].sum())]


def _ranks(height: int, width: int, drawing: int) -> Array:
    """The order in which a drawing fills the cells; 255 where it never does."""
    order = np.arange(height * width).reshape(height, width)
    if drawing == 1:
        order = np.arange(height * width).reshape(width, height).T
    if drawing in (2, 3):
        rows, columns = np.mgrid[0:height, 0:width]
        mask = (rows + columns) % 2 == 0 if drawing == 2 else rows == columns
        order = np.where(mask, np.cumsum(mask.ravel()).reshape(height, width) - 1, 999)
    return np.minimum(order, 255).astype(np.uint8)


@family(
    " ".join([f"{count}_{drawing}" for count in COUNTS for drawing in DRAWINGS]),
    cost=18,
    charge=(450, 10),
    tried=Tried(970, small_output_size),
)
def count_marks(array: Array, height: int, width: int) -> Results | None:
    """Each count as that many cells of 1 on a grid of the given size: by rows, columns, checks, diagonal."""
    if not (0 < height <= 30 and 0 < width <= 30):
        return None
    counts = counts_of(array)
    found: Results = {}
    for number, drawing in enumerate(DRAWINGS):
        order = _ranks(height, width, number)
        for name, count in zip(COUNTS, counts, strict=True):
            found[f"{name}_{drawing}"] = (order < min(count, 255)).astype(np.uint8)
    return found
