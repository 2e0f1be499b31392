"""Families about plain blocks and fixed places: rooms of a size, lines of the rarest color, corner crops."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once, output_size
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, tallies
from kaggle_batt.dsl.extensions.registry import family


def opened(mask: Mask, height: int, width: int) -> Mask:
    """The cells that lie in a block of that size which the mask fills."""
    rows, columns = mask.shape[0] - height + 1, mask.shape[1] - width + 1
    result = np.zeros_like(mask)
    if rows < 1 or columns < 1:
        return result
    fits = np.ones((rows, columns), bool)
    for down in range(height):
        for right in range(width):
            fits &= mask[down : down + rows, right : right + columns]
    for down in range(height):
        for right in range(width):
            result[down : down + rows, right : right + columns] |= fits
    return result


SIZES = ((2, 2), (3, 3), (4, 4), (1, 3), (3, 1), (2, 3), (3, 2))


@family(
    " ".join([f"{kind}_{down}x{right}" for kind in ("empty", "filled") for down, right in SIZES])
    + " rare_rows rare_columns rare_both",
    cost=13,
    charge=(220, 25),
    tried=Tried(310, once, deep=True),
)
def blocks(array: Array) -> Results:
    """Cells of 0 and colored cells in full blocks of a size; rows and columns of the rarest color."""
    found: Results = {}
    free = array == 0
    for down, right in SIZES:
        found[f"empty_{down}x{right}"] = opened(free, down, right).astype(np.uint8)
        kept = opened(~free, down, right)
        found[f"filled_{down}x{right}"] = np.where(kept, array, 0).astype(np.uint8)
    counts = tallies(array)
    present = [(counts[c], c) for c in range(10) if counts[c]]
    if len(present) > 1:
        rare = min(present)[1]
        mask = array == rare
        rows, columns = mask.any(1)[:, None], mask.any(0)[None, :]
        found["rare_rows"] = np.where(rows, rare, array).astype(np.uint8)
        found["rare_columns"] = np.where(columns, rare, array).astype(np.uint8)
        found["rare_both"] = np.where(rows | columns, rare, array).astype(np.uint8)
    return found


@family(
    "top_left top_right bottom_left bottom_right middle",
    cost=12,
    charge=(6, 2),
    tried=Tried(380, output_size, only_resized=True, crops=True),
)
def places(array: Array, height: int, width: int) -> Results | None:
    """The part of that size in each corner and in the middle."""
    if height > array.shape[0] or width > array.shape[1] or min(height, width) < 1:
        return None
    bottom, right = array.shape[0] - height, array.shape[1] - width
    return {
        "top_left": array[:height, :width],
        "top_right": array[:height, right:],
        "bottom_left": array[bottom:, :width],
        "bottom_right": array[bottom:, right:],
        "middle": array[bottom // 2 : bottom // 2 + height, right // 2 : right // 2 + width],
    }
