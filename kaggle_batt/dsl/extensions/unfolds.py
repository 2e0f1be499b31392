"""Families about a color that says where a part goes on: mirrored over its side, drawn on toward it."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds, main_color, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 12
MOST_MARKS = 8
Box = tuple[int, int, int, int]


def _side(box: Box, marks: Any) -> tuple[int, int]:
    """In which straight direction the marks lie from the middle of the box."""
    middle = np.array([box[0] + box[1] - 1, box[2] + box[3] - 1]) / 2
    away = marks.mean(0) - middle
    axis = int(abs(away[1]) > abs(away[0]))
    sign = int(np.sign(away[axis]))
    return (0, sign) if axis else (sign, 0)


def _mirrored(board: Array, picture: Array, box: Box, step: tuple[int, int]) -> None:
    """Draw the picture's mirror image on the board, beside the box in that direction."""
    down, right = step
    for row, column in np.argwhere(picture).tolist():
        y, x = box[0] + row, box[2] + column
        y = 2 * box[1] - 1 - y if down > 0 else 2 * box[0] - 1 - y if down < 0 else y
        x = 2 * box[3] - 1 - x if right > 0 else 2 * box[2] - 1 - x if right < 0 else x
        if 0 <= y < board.shape[0] and 0 <= x < board.shape[1]:
            board[y, x] = picture[row, column]


@family("folded folded_kept image", cost=14, charge=(46, 5), tried=Tried(670, each_ink))
def unfolds(array: Array, color: int) -> Results | None:
    """Parts mirrored over the side on which they have the color: in its place, under it, the images alone."""
    parts = [part for part in parts_of(array, 3) if color and (part.picture == color).any()]
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    images = np.zeros_like(array)
    for part in parts:
        main = np.where(part.picture == color, 0, part.picture).astype(np.uint8)
        box = bounds(main)
        if box is None:
            continue
        own = main[box[0] : box[1], box[2] : box[3]]
        step = _side(box, np.argwhere(part.picture == color))
        if step == (0, 0):
            return None
        at = (box[0] + part.top, box[1] + part.top, box[2] + part.left, box[3] + part.left)
        _mirrored(images, own, at, step)
    without = np.where(array == color, 0, array).astype(np.uint8)
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


@family("dragged dragged_whole dragged_kept", cost=14, charge=(60, 6), tried=Tried(680, each_ink))
def drags(array: Array, color: int) -> Results | None:
    """Parts drawn on, cell by cell, from their middle toward each of their cells of the color: in their main
    color, as they are, in their main color with the color kept."""
    parts = [part for part in parts_of(array, 3) if color and (part.picture == color).any()]
    if not 0 < len(parts) <= MOST_PARTS or int((array == color).sum()) > MOST_MARKS:
        return None
    plain, whole = np.zeros_like(array), np.zeros_like(array)
    for part in parts:
        main = main_color(np.where(part.picture == color, 0, part.picture))
        if not main:
            continue
        solid = np.where(part.picture > 0, main, 0).astype(np.uint8)
        plain[part.box] = np.where(solid > 0, solid, plain[part.box])
        for row, column in np.argwhere(part.picture == color).tolist():
            step = (
                int(np.sign(2 * row - part.height + 1)),
                int(np.sign(2 * column - part.width + 1)),
            )
            if step != (0, 0):
                _dragged(plain, solid, part, step)
                _dragged(whole, part.picture, part, step)
    return {"dragged": plain, "dragged_whole": under(array, whole), "dragged_kept": under(array, plain)}
