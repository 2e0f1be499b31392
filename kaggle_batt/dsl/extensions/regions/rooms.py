"""Empty lines, zones, full blocks, crossings."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kaggle_batt.dsl.extensions.arguments import output_size
from kaggle_batt.dsl.extensions.arrays import Array, Results, coordinates, tallies
from kaggle_batt.dsl.extensions.bits import guarded_bits, masks_of
from kaggle_batt.dsl.extensions.registry import Tried, family


@Tried(350, deep=True)
@family(
    "empty_rows empty_columns empty_both empty_either rings rings_exchanged turned_on turned_back",
    cost=14,
    charge=(70, 2),
)
def rooms(array: Array) -> Results | None:
    """Empty rows and columns; concentric rings in the opposite order, with their colored cells moved on."""
    if min(array.shape) < 3:
        return None
    rows = np.repeat(array.max(1, keepdims=True) == 0, array.shape[1], 1)
    columns = np.repeat(array.max(0, keepdims=True) == 0, array.shape[0], 0)
    return {
        "empty_rows": rows,
        "empty_columns": columns,
        "empty_both": rows & columns,
        "empty_either": rows | columns,
        **_rings(array),
    }


def _rings(array: Array) -> Results:
    """Colored cells moved on along the rings; where each has one color, these in the opposite order."""
    height, width = array.shape
    rows, columns = coordinates(height, width)
    depth = np.minimum(np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns))
    colors = array.diagonal()[: int(depth.max()) + 1]
    found = _moved_on(array, depth)
    if np.count_nonzero(colors[depth] != array):
        return found
    distinct = list(dict.fromkeys(colors.tolist()))
    exchange = np.zeros(256, np.uint8)
    exchange[distinct] = distinct[::-1]
    return {"rings": colors[::-1][depth], "rings_exchanged": exchange[array], **found}


def _moved_on(array: Array, depth: Array) -> Results:
    """Each colored cell in the color of the one before it or after it, clockwise, on its ring."""
    clockwise = _clockwise(*array.shape)
    cells = clockwise[array.ravel()[clockwise] > 0]
    last = np.flatnonzero(np.diff(depth.ravel()[cells], append=-1))  # of each ring
    after = np.arange(1, len(cells) + 1)
    after[last] = (np.roll(last, 1) + 1) % max(len(cells), 1)
    on, back, colors = array.copy(), array.copy(), array.ravel()[cells]
    on.put(cells[after], colors)
    back.put(cells, colors[after])
    return {"turned_on": on, "turned_back": back}


@lru_cache(maxsize=64)
def _clockwise(height: int, width: int) -> Array:
    """The cells of a grid ring by ring from outside, each clockwise from its corner on."""
    numbers, found = np.arange(height * width).reshape(height, width), []
    while numbers.size:
        found.append(numbers[0])
        numbers = np.rot90(numbers[1:])
    return np.concatenate(found)


def _opened(mask: int, height: int, width: int, stride: int) -> int:
    """The cells of the blocks of that size which the mask fills, as bits."""
    for step, times in ((1, width), (stride, height)):
        for _ in range(times - 1):
            mask &= mask >> step
    for step, times in ((1, width), (stride, height)):
        for _ in range(times - 1):
            mask |= mask << step
    return mask


_SIZES = ((2, 2), (3, 3), (4, 4), (1, 3), (3, 1), (2, 3), (3, 2))
_BLOCKS = [f"{kind}_{down}x{right}" for kind in ("empty", "filled") for down, right in _SIZES]


@Tried(370, deep=True)
@family(
    " ".join([*_BLOCKS, "rare_rows rare_columns rare_both"]),
    cost=13,
    charge=(62, 5),
)
def blocks(array: Array) -> Results:
    """Cells of 0 and colored cells in full blocks of a size; rows and columns of the rarest color."""
    counts, stride = tallies(array), array.shape[1] + 1
    bits = [guarded_bits(array == 0), guarded_bits(array > 0)]
    made = [_opened(mask, *size, stride) for mask in bits for size in _SIZES]
    grids = masks_of(made, *array.shape).view(np.uint8)
    grids[len(_SIZES) :] *= array
    found: Results = dict(zip(_BLOCKS, grids, strict=True))
    present = [(counts[c], c) for c in range(10) if counts[c]]
    if len(present) > 1:
        rare = min(present)[1]
        rows, columns = (array == rare).any(1)[:, None], (array == rare).any(0)[None, :]
        for name, lines in (("rows", rows), ("columns", columns), ("both", rows | columns)):
            found[f"rare_{name}"] = np.where(lines, rare, array)
    return found


@Tried(60, output_size, only_resized=True, crops=True)
@family("top_left top_right bottom_left bottom_right middle", cost=12, charge=(10, 8))
def places(array: Array, height: int, width: int) -> Results | None:
    """The part of that size in each corner and in the middle."""
    bottom, right = array.shape[0] - height, array.shape[1] - width
    if min(bottom, right) < 0 or min(height, width) < 1:
        return None
    corners = {"top_left": (0, 0), "top_right": (0, right), "bottom_left": (bottom, 0)}
    corners |= {"bottom_right": (bottom, right), "middle": (bottom // 2, right // 2)}
    return {name: array[y : y + height, x : x + width] for name, (y, x) in corners.items()}
