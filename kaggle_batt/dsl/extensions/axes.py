"""Families that complete what is drawn by its own axis of symmetry, wherever that lies."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, cut
from kaggle_batt.dsl.extensions.registry import family

#: cells that must agree with their mirror image for an axis to count
LEAST_AGREEING = 4


def _mirrored(array: Array, total: int) -> Array:
    """The array with column c where column total - c was; columns from outside are 0."""
    width = array.shape[1]
    sources = total - np.arange(width)
    inside = (sources >= 0) & (sources < width)
    return np.where(inside, array[:, np.clip(sources, 0, width - 1)], 0).astype(np.uint8)


def _axis(array: Array, hidden: Mask) -> int | None:
    """Twice the column of the axis with most agreeing colored cells and none against it but hidden ones."""
    best: tuple[int, int] | None = None
    width = array.shape[1]
    for total in range(2, 2 * width - 3):
        image = _mirrored(array, total)
        drawn = image > 0
        against = drawn & (image != array) & ~hidden
        agreeing = int((drawn & (image == array)).sum())
        if not against.any() and agreeing >= LEAST_AGREEING and (best is None or agreeing > best[0]):
            best = agreeing, total
    return None if best is None else best[1]


def _completed(array: Array, hidden: Mask) -> Array | None:
    total = _axis(array, hidden)
    if total is None:
        return None
    image = _mirrored(array, total)
    return np.where(array == 0, image, array).astype(np.uint8)


@family(
    "across down both across_patch down_patch both_patch",
    cost=13,
    charge=(500, 60),
    tried=Tried(660, each_ink),
)
def axes(array: Array, color: int) -> Results | None:
    """The picture without the color, completed by its axes; what the color hid, as its bounding box."""
    hidden = array == color
    if not color or not hidden.any() or hidden.all() or array.size < 16:
        return None
    rest = np.where(hidden, 0, array).astype(np.uint8)
    across = _completed(rest, hidden)
    turned = _completed(rest.T, hidden.T)
    down = None if turned is None else turned.T
    both = None if across is None else _completed(across.T, hidden.T)
    found: Results = {"across": across, "down": down, "both": None if both is None else both.T}
    for name, layer in list(found.items()):
        found[f"{name}_patch"] = None if layer is None else cut(layer, hidden)
    return found
