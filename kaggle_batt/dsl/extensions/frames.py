"""Families about rectangles drawn as outlines: the largest one of a color, all of them."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, tallies
from kaggle_batt.dsl.extensions.registry import family

Box = tuple[int, int, int, int]
#: a color with more cells than this is ground, not outline
MOST_CELLS = 260


def _runs(mask: Array) -> tuple[list[list[int]], list[list[int]]]:
    """For each cell how far the mask goes on to the right, and downward, the cell included."""
    height, width = mask.shape
    right, down = np.zeros((height, width + 1), np.int64), np.zeros((height + 1, width), np.int64)
    for column in range(width - 1, -1, -1):
        right[:, column] = np.where(mask[:, column], right[:, column + 1] + 1, 0)
    for row in range(height - 1, -1, -1):
        down[row] = np.where(mask[row], down[row + 1] + 1, 0)
    return right.tolist(), down.tolist()


def outlines(array: Array, color: int) -> list[Box]:
    """(top, bottom, left, right), inclusive, of the outlines of the color, 3×3 or larger, largest first.

    Of the outlines with one upper left corner only the largest counts.
    """
    mask = array == color
    right, down = _runs(mask)
    found = []
    for top, left in np.argwhere(mask[:-2, :-2]).tolist():
        best: tuple[int, Box] | None = None
        for width in range(3, right[top][left] + 1):
            for height in range(3, min(down[top][left], down[top][left + width - 1]) + 1):
                area = width * height
                if right[top + height - 1][left] >= width and (best is None or area > best[0]):
                    best = area, (top, top + height - 1, left, left + width - 1)
        if best is not None:
            found.append(best)
    found.sort(key=lambda one: (-one[0], one[1]))
    return [box for _, box in found]


def all_outlines(array: Array) -> list[tuple[Box, int]]:
    """The outlines of every color but 0 that is not too frequent, largest first."""
    counts = tallies(array)
    found = [(box, c) for c in range(1, 10) if 8 <= counts[c] <= MOST_CELLS for box in outlines(array, c)]
    found.sort(key=lambda one: (-_area(one[0]), one[0]))
    return found


def _area(box: Box) -> int:
    return (box[1] - box[0] + 1) * (box[3] - box[2] + 1)


@family(
    "inside outline inside_mask outline_mask box_mask second_inside second_outline smallest_inside "
    "smallest_outline all_inside all_boxes without_outlines only_outlines filled by_content",
    cost=13,
    charge=(150, 60),
    tried=Tried(510, once, deep=True, crops=True),
)
def frames(array: Array) -> Results | None:
    """The largest outline: what it encloses, with and without it; all outlines, what they enclose."""
    if min(array.shape) < 3:
        return None
    boxes = all_outlines(array)
    if not boxes:
        return None
    found: Results = {}
    for name, box in (
        ("", boxes[0][0]),
        ("second_", boxes[min(1, len(boxes) - 1)][0]),
        ("smallest_", boxes[-1][0]),
    ):
        top, bottom, left, right = box
        found[f"{name}inside"] = array[top + 1 : bottom, left + 1 : right]
        found[f"{name}outline"] = array[top : bottom + 1, left : right + 1]
    found.update(_masks(array, boxes))
    return found


def _masks(array: Array, boxes: list[tuple[Box, int]]) -> Results:
    inside, whole, filled, content = (np.zeros_like(array) for _ in range(4))
    for (top, bottom, left, right), color in boxes:
        whole[top : bottom + 1, left : right + 1] = 1
        inside[top + 1 : bottom, left + 1 : right] = 1
        filled[top + 1 : bottom, left + 1 : right] = color
        seen = np.bincount(array[top + 1 : bottom, left + 1 : right].ravel(), minlength=10)
        seen[[0, color]] = 0
        content[top : bottom + 1, left : right + 1] = seen.argmax() if seen.any() else 0
    top, bottom, left, right = boxes[0][0]
    largest = np.zeros_like(array)
    largest[top : bottom + 1, left : right + 1] = 1
    inner = np.zeros_like(array)
    inner[top + 1 : bottom, left + 1 : right] = 1
    outline = whole - inside
    return {
        "inside_mask": inner,
        "outline_mask": largest - inner,
        "box_mask": largest,
        "all_inside": np.where(inside > 0, array, 0).astype(np.uint8),
        "all_boxes": whole,
        "without_outlines": np.where(outline > 0, 0, array).astype(np.uint8),
        "only_outlines": np.where(outline > 0, array, 0).astype(np.uint8),
        "filled": np.where((filled > 0) & (array == 0), filled, array).astype(np.uint8),
        "by_content": content,
    }
