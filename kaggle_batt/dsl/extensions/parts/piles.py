"""Parts laid over each other."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import segmented
from kaggle_batt.dsl.extensions.arrays import Array, Results, tallies
from kaggle_batt.dsl.extensions.geometry import paste
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Parts, parts_of


@Tried(290, segmented("COLOR_4 COLOR_8 FILLED_8 EACH_COLOR"), only_resized=True)
@family("small_first large_first united_corner_up united_corner_down by_mark", cost=14, charge=(85, 6))
def piled(array: Array, segmentation: int) -> Results | None:
    """The parts laid over each other at their middles, upper or lower corners, or the one cell of a color."""
    parts = parts_of(array, segmentation)
    if not 2 <= len(parts) <= 40:
        return None
    height, width = max([part.height for part in parts]), max([part.width for part in parts])
    boards = {name: np.zeros((height, width), np.uint8) for name in piled.names[:4]}
    by_size = sorted(parts, key=lambda part: part.size)
    for part in by_size:
        down, right = height - part.height, width - part.width
        paste(boards["small_first"], part.picture, down // 2, right // 2, below=True)
        paste(boards["united_corner_up"], part.picture, 0, 0, below=True)
        paste(boards["united_corner_down"], part.picture, down, right, below=True)
    for part in by_size[::-1]:
        place = (height - part.height) // 2, (width - part.width) // 2
        paste(boards["large_first"], part.picture, *place, below=True)
    marked = _by_mark(parts)
    return boards if marked is None else {**boards, "by_mark": marked}


def _by_mark(parts: Parts) -> Array | None:
    """The parts laid over each other by the cells of the one color that each has in one cell."""
    counts = [tallies(part.picture) for part in parts]
    once = [color for color in range(1, 10) if all(count[color] == 1 for count in counts)]
    if len(once) != 1:
        return None
    places = np.array([np.argwhere(part.picture == once[0])[0] for part in parts])
    after = np.array([part.picture.shape for part in parts]) - places
    top, left = places.max(0).tolist()
    height, width = (after.max(0) + places.max(0)).tolist()
    board = np.zeros((height, width), np.uint8)
    for part, (row, column) in zip(parts, places.tolist(), strict=True):
        paste(board, part.picture, top - row, left - column)
    return board
