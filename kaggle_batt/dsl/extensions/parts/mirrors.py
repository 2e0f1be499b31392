"""Parts mirrored over sides, drawn on toward a color."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, segmented
from kaggle_batt.dsl.extensions.arrays import (
    Array,
    Results,
    bounds,
    main_color,
    paint,
    paste,
    under,
    without,
)
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, main_among, parts_of

#: (whether it is a row, its number, its first and last cell along it)
Side = tuple[bool, int, int, int]
Box = tuple[int, int, int, int]


def _sides(part: Part) -> list[Side]:
    """The full rows and columns of the part's box, of three cells or more."""
    rows = np.flatnonzero(part.picture.all(1)).tolist() if part.width > 2 else []
    columns = np.flatnonzero(part.picture.all(0)).tolist() if part.height > 2 else []
    found = [(True, part.top + row, part.left, part.right) for row in rows]
    return found + [(False, part.left + column, part.top, part.bottom) for column in columns]


def _nearest(part: Part, sides: list[Side]) -> Side | None:
    """The nearest side that the part faces, if there is one."""
    judged = []
    for side in sides:
        (low, high), (first, last) = (part.top, part.bottom), (part.left, part.right)
        if not side[0]:
            low, high, first, last = first, last, low, high
        if (low > side[1] or high < side[1]) and first <= side[3] and last >= side[2]:
            judged.append((max(low - side[1], side[1] - high), side))
    return min(judged)[1] if judged else None


@Tried(790, segmented("COLOR_8"))
@family("moved copied images", cost=13, charge=(40, 5), parts=(2, 25))
def folds(array: Array, parts: Parts) -> Results | None:
    """The parts of other colors mirrored over the nearest straight side of a part of the main color."""
    main = main_among(parts)
    sides = [side for part in parts if part.color == main for side in _sides(part)]
    turned = [(part, side) for part in parts if part.color != main and (side := _nearest(part, sides))]
    if not turned:
        return None
    moved, copied, images = array.copy(), array.copy(), np.zeros_like(array)
    for part, _ in turned:
        moved.ravel()[part.cells] = 0
    for part, (lying, number, _, _) in turned:
        rows, columns = np.divmod(part.cells, array.shape[1])
        rows, columns = (2 * number - rows, columns) if lying else (rows, 2 * number - columns)
        for board in (moved, copied, images):
            paint(board, rows, columns, array.ravel()[part.cells])
    return {"moved": moved, "copied": copied, "images": images}


def _marked_parts(array: Array, color: int) -> list[Part]:
    """The parts of any colors that have the color; none if they are more than twelve."""
    parts = [part for part in parts_of(array, Segmentation.FILLED_8) if (part.picture == color).any()]
    return parts if color and len(parts) <= 12 else []


def _side(box: Box, marks: Any) -> tuple[int, int]:
    """In which straight direction the marks lie from the middle of the box."""
    away = marks.mean(0) - np.array([box[0] + box[1] - 1, box[2] + box[3] - 1]) / 2
    axis = int(abs(away[1]) > abs(away[0]))
    sign = int(np.sign(away[axis]))
    return (0, sign) if axis else (sign, 0)


@Tried(670, each_ink)
@family("folded folded_kept image", cost=14, charge=(46, 5))
def unfolds(array: Array, color: int) -> Results | None:
    """Parts mirrored over the side on which they have the color: in its place, under it, the images alone."""
    parts, images = _marked_parts(array, color), np.zeros_like(array)
    for part in parts:
        main = without(part.picture, part.picture == color)
        box = bounds(main)
        if box is None:
            continue
        step = _side(box, np.argwhere(part.picture == color))
        if step == (0, 0):
            return None
        # mirrored, the picture of the box lies beside it
        own = main[box[0] : box[1], box[2] : box[3]][:: -1 if step[0] else 1, :: -1 if step[1] else 1]
        top = part.top + box[0] + step[0] * own.shape[0]
        paste(images, own, top, part.left + box[2] + step[1] * own.shape[1])
    if not parts:
        return None
    folded = under(without(array, array == color), images)
    return {"folded": folded, "folded_kept": under(array, images), "image": images}


@Tried(680, each_ink)
@family("dragged dragged_whole dragged_kept", cost=14, charge=(60, 6))
def drags(array: Array, color: int) -> Results | None:
    """Parts drawn on, cell by cell, from their middle toward each of their cells of the color: in their main
    color, as they are, in their main color with the color kept."""
    parts = _marked_parts(array, color)
    if not parts or int((array == color).sum()) > 8:
        return None
    plain, whole = np.zeros_like(array), np.zeros_like(array)
    for part in parts:
        main = main_color(without(part.picture, part.picture == color))
        if not main:
            continue
        solid = (part.picture > 0) * np.uint8(main)
        paste(plain, solid, part.top, part.left)
        for row, column in np.argwhere(part.picture == color).tolist():
            down, right = np.sign([2 * row - part.height + 1, 2 * column - part.width + 1]).tolist()
            for k in count(1) if down or right else ():
                if not paste(plain, solid, part.top + k * down, part.left + k * right):
                    break
                paste(whole, part.picture, part.top + k * down, part.left + k * right)
    return {"dragged": plain, "dragged_whole": under(array, whole), "dragged_kept": under(array, plain)}
