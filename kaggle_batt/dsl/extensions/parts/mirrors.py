"""Parts mirrored over sides, drawn on toward a color."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds, main_color, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, main_among, parts_of

#: a straight side has at least this many cells
SHORTEST = 3
#: (whether it is a row, its number, its first and last cell along it)
Side = tuple[bool, int, int, int]


def _sides(part: Part) -> list[Side]:
    """The full rows and columns of the part's box."""
    found: list[Side] = []
    if part.width >= SHORTEST:
        rows = np.flatnonzero(part.picture.all(1)).tolist()
        found += [(True, part.top + row, part.left, part.right) for row in rows]
    if part.height >= SHORTEST:
        columns = np.flatnonzero(part.picture.all(0)).tolist()
        found += [(False, part.left + column, part.top, part.bottom) for column in columns]
    return found


def _nearest(part: Part, sides: list[Side]) -> Side | None:
    """The nearest side that the part faces, if there is one."""
    judged = []
    for side in sides:
        low, high = (part.top, part.bottom) if side[0] else (part.left, part.right)
        first, last = (part.left, part.right) if side[0] else (part.top, part.bottom)
        if (low > side[1] or high < side[1]) and first <= side[3] and last >= side[2]:
            judged.append((max(low - side[1], side[1] - high), side))
    return min(judged)[1] if judged else None


def _folded(board: Array, array: Array, part: Part, side: Side) -> None:
    """Draw the part's cells on the other side."""
    rows, columns = np.divmod(part.cells, array.shape[1])
    colors = array.ravel()[part.cells]
    if side[0]:
        rows = 2 * side[1] - rows
    else:
        columns = 2 * side[1] - columns
    met = (rows >= 0) & (columns >= 0) & (rows < array.shape[0]) & (columns < array.shape[1])
    board[rows[met], columns[met]] = colors[met]


@Tried(790, segmented("COLOR_8"))
@family("moved copied images", cost=13, charge=(40, 5), parts=(2, 25))
def folds(array: Array, parts: Parts) -> Results | None:
    """The parts of other colors mirrored over the nearest straight side of a part of the main color."""
    main = main_among(parts)
    sides = [side for part in parts if part.color == main for side in _sides(part)]
    moved, copied, images = array.copy(), array.copy(), np.zeros_like(array)
    turned = [(part, side) for part in parts if part.color != main and (side := _nearest(part, sides))]
    if not turned:
        return None
    for part, _ in turned:
        moved.ravel()[part.cells] = 0
    for part, side in turned:
        for board in (moved, copied, images):
            _folded(board, array, part, side)
    return {"moved": moved, "copied": copied, "images": images}


MOST_UNFOLDED = 12
Box = tuple[int, int, int, int]


def _side(box: Box, marks: Any) -> tuple[int, int]:
    """In which straight direction the marks lie from the middle of the box."""
    middle = np.array([box[0] + box[1] - 1, box[2] + box[3] - 1]) / 2
    away = marks.mean(0) - middle
    axis = int(abs(away[1]) > abs(away[0]))
    sign = int(np.sign(away[axis]))
    return (0, sign) if axis else (sign, 0)


def _draw_mirrored(board: Array, picture: Array, box: Box, step: tuple[int, int]) -> None:
    """Draw the picture's mirror image on the board, beside the box in that direction."""
    down, right = step
    for row, column in np.argwhere(picture).tolist():
        y, x = box[0] + row, box[2] + column
        y = 2 * box[1] - 1 - y if down > 0 else 2 * box[0] - 1 - y if down < 0 else y
        x = 2 * box[3] - 1 - x if right > 0 else 2 * box[2] - 1 - x if right < 0 else x
        if 0 <= y < board.shape[0] and 0 <= x < board.shape[1]:
            board[y, x] = picture[row, column]


@Tried(670, each_ink)
@family("folded folded_kept image", cost=14, charge=(46, 5))
def unfolds(array: Array, color: int) -> Results | None:
    """Parts mirrored over the side on which they have the color: in its place, under it, the images alone."""
    parts = [
        part for part in parts_of(array, Segmentation.FILLED_8) if color and (part.picture == color).any()
    ]
    if not 0 < len(parts) <= MOST_UNFOLDED:
        return None
    images = np.zeros_like(array)
    for part in parts:
        main = np.where(part.picture == color, 0, part.picture)
        box = bounds(main)
        if box is None:
            continue
        own = main[box[0] : box[1], box[2] : box[3]]
        step = _side(box, np.argwhere(part.picture == color))
        if step == (0, 0):
            return None
        at = (box[0] + part.top, box[1] + part.top, box[2] + part.left, box[3] + part.left)
        _draw_mirrored(images, own, at, step)
    without = np.where(array == color, 0, array)
    return {"folded": under(without, images), "folded_kept": under(array, images), "image": images}


def _dragged(board: Array, picture: Array, part: Part, step: tuple[int, int]) -> None:
    """The picture drawn again and again in a direction until it has left the board."""
    for times in count(1):
        top, left = part.top + step[0] * times, part.left + step[1] * times
        rows = slice(max(top, 0), min(top + part.height, board.shape[0]))
        columns = slice(max(left, 0), min(left + part.width, board.shape[1]))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        seen = picture[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        np.copyto(board[rows, columns], seen, where=seen > 0)


@Tried(680, each_ink)
@family("dragged dragged_whole dragged_kept", cost=14, charge=(60, 6))
def drags(array: Array, color: int) -> Results | None:
    """Parts drawn on, cell by cell, from their middle toward each of their cells of the color: in their main
    color, as they are, in their main color with the color kept."""
    parts = [
        part for part in parts_of(array, Segmentation.FILLED_8) if color and (part.picture == color).any()
    ]
    if not 0 < len(parts) <= MOST_UNFOLDED or int((array == color).sum()) > 8:
        return None
    plain, whole = np.zeros_like(array), np.zeros_like(array)
    for part in parts:
        main = main_color(np.where(part.picture == color, 0, part.picture))
        if not main:
            continue
        solid = (part.picture > 0) * np.uint8(main)
        plain[part.box] = np.where(solid > 0, solid, plain[part.box])
        for row, column in np.argwhere(part.picture == color).tolist():
            step = (int(np.sign(2 * row - part.height + 1)), int(np.sign(2 * column - part.width + 1)))
            if step != (0, 0):
                _dragged(plain, solid, part, step)
                _dragged(whole, part.picture, part, step)
    return {"dragged": plain, "dragged_whole": under(array, whole), "dragged_kept": under(array, plain)}
