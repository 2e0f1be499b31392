"""Families that make one small picture of many parts: their colors as a list, their pictures as a pile."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each, output_size
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results, repeat_over
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.scaling import enlarged
from kaggle_batt.dsl.extensions.segments import Part, parts_of

_ORDERS = ("across", "down", "large", "small", "counted", "reading")
_FILLS = ("rows", "columns", "snake")
MOST_PARTS = 40


def _listed(colors: list[int], height: int, width: int, fill: str) -> Array:
    """The colors one after the other on a grid of that size, 0 after the last."""
    cells = np.zeros(height * width, np.uint8)
    chosen = colors[: height * width]
    cells[: len(chosen)] = chosen
    if fill == "columns":
        return cells.reshape(width, height).T
    grid = cells.reshape(height, width)
    if fill == "snake":
        grid[1::2] = grid[1::2, ::-1]
    return grid


@family(
    " ".join([f"{order}_{fill}" for order in _ORDERS for fill in _FILLS]),
    cost=15,
    charge=(60, 5),
    tried=Tried(
        410,
        lambda facts: [(way, *size) for size in output_size(facts) for way in (0, 1, 3)],
        only_resized=True,
    ),
)
def listed(array: Array, mode: int, height: int, width: int) -> Results | None:
    """The colors of the parts in order of place or size, or colors by count, on a grid of that size."""
    parts = parts_of(array, mode)
    if not 0 < len(parts) <= MOST_PARTS or not (0 < height <= LARGEST and 0 < width <= LARGEST):
        return None
    counts = np.bincount(array.ravel(), minlength=10)
    orders = {
        "across": [part.color for part in sorted(parts, key=lambda one: (one.left, one.top))],
        "down": [part.color for part in sorted(parts, key=lambda one: (one.top, one.left))],
        "large": [part.color for part in sorted(parts, key=lambda one: -one.size)],
        "small": [part.color for part in sorted(parts, key=lambda one: one.size)],
        "counted": sorted([c for c in range(1, 10) if counts[c]], key=lambda c: (-int(counts[c]), c)),
        "reading": [part.color for part in parts],
    }
    return {
        f"{order}_{fill}": _listed(colors, height, width, fill)
        for order, colors in orders.items()
        for fill in _FILLS
    }


def _piled(parts: list[Part], height: int, width: int) -> Array:
    """The parts' pictures about one middle, earlier ones above."""
    board = np.zeros((height, width), np.uint8)
    for part in parts:
        top, left = (height - part.height) // 2, (width - part.width) // 2
        window = board[top : top + part.height, left : left + part.width]
        np.copyto(window, part.picture, where=(window == 0) & (part.picture > 0))
    return board


@family(
    "small_first large_first united_corner_up united_corner_down",
    cost=14,
    charge=(60, 5),
    tried=Tried(420, each(0, 1, 3, 4), only_resized=True),
)
def piled(array: Array, mode: int) -> Results | None:
    """The parts laid over each other about one middle, or by their upper or lower corners."""
    parts = list(parts_of(array, mode))
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    height, width = max([part.height for part in parts]), max([part.width for part in parts])
    by_size = sorted(parts, key=lambda part: part.size)
    up, down = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    for part in by_size:
        window = up[: part.height, : part.width]
        np.copyto(window, part.picture, where=(window == 0) & (part.picture > 0))
        window = down[height - part.height :, width - part.width :]
        np.copyto(window, part.picture, where=(window == 0) & (part.picture > 0))
    return {
        "small_first": _piled(by_size, height, width),
        "large_first": _piled(by_size[::-1], height, width),
        "united_corner_up": up,
        "united_corner_down": down,
    }


@family(
    "same_box same_box_alone any_box any_box_scaled recolored recolored_scaled",
    cost=14,
    charge=(40, 3),
    tried=Tried(450, each(1, 3, 2)),
)
def imprinted(array: Array, mode: int) -> Results | None:
    """The picture of the part with most colors (else the largest) put in the place of the other parts."""
    parts = list(parts_of(array, mode))
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    model = max(parts, key=lambda part: (len(set(part.picture.tobytes()) - {0}), part.size))
    names = ("same_box", "same_box_alone", "any_box", "any_box_scaled", "recolored", "recolored_scaled")
    found = {name: array.copy() for name in names}
    found["same_box_alone"].ravel()[model.cells] = 0
    for part in parts:
        if part is model:
            continue
        same = (part.height, part.width) == (model.height, model.width)
        down, right = part.height // model.height, part.width // model.width
        scaled = down == right > 0 and (part.height, part.width) == (down * model.height, down * model.width)
        large = enlarged(model.picture, down, right) if scaled else None
        if same:
            found["same_box"][part.box] = found["same_box_alone"][part.box] = model.picture
            found["recolored"][part.box] = np.where(model.picture > 0, part.color, 0)
        if large is not None:
            found["any_box_scaled"][part.box] = large
            found["recolored_scaled"][part.box] = np.where(large > 0, part.color, 0)
        tiled = repeat_over(model.picture, part.height, part.width)
        window = found["any_box"][part.box]
        np.copyto(window, tiled, where=part.picture > 0)
    return dict(found)
