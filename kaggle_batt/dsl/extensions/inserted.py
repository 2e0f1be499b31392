"""Families of a part put into the box that the cells of a color span."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import Array, Results, blown_up, bounds, main_color, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of

LARGEST_SCALE = 6


def _likeness(frame: Array, inner: Array) -> int:
    """How many cells of the inner picture's halves have the color of the frame's side there."""
    found = 0
    for turn in range(4):
        side, half = np.rot90(frame, turn)[0, 1:-1], np.rot90(inner, turn)
        main = main_color(side)
        if main:
            found += int((half[: (len(half) + 1) // 2] == main).sum())
    return found


def _centered(frame: Array, picture: Array) -> Array | None:
    """The picture in the middle of the frame's inside, under what is there; None if it is too large."""
    top, left = (frame.shape[0] - picture.shape[0]) // 2, (frame.shape[1] - picture.shape[1]) // 2
    if min(top, left) < 1:
        return None
    board = np.zeros_like(frame)
    board[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return under(frame, board)


def _scaled(frame: Array, picture: Array, color: int) -> Array | None:
    """The picture enlarged and laid in the frame so that all colors there are right; the first way."""
    content = np.where(frame == color, 0, frame)
    box = bounds(content > 0)
    if box is None:
        return None
    for scale in range(1, LARGEST_SCALE + 1):
        large = blown_up(picture, scale, scale)
        for top in range(max(box[1] - len(large), 0), min(box[0], len(frame) - len(large)) + 1):
            for left in range(
                max(box[3] - large.shape[1], 0), min(box[2], frame.shape[1] - large.shape[1]) + 1
            ):
                window = content[top : top + len(large), left : left + large.shape[1]]
                if (window[window > 0] == large[window > 0]).all():
                    board = np.zeros_like(frame)
                    board[top : top + len(large), left : left + large.shape[1]] = large
                    return under(frame, board)
    return None


@family(
    "as_is left_right upside_down half_turn matched scaled",
    cost=14,
    charge=(75, 10),
    tried=Tried(370, each_ink, only_resized=True),
)
def inserted(array: Array, color: int) -> Results | None:
    """The box with the color at its corners and the largest part outside in its middle: as it is, mirrored,
    so that it is like the box's sides, enlarged so that it is right where the box has colors."""
    box = bounds(array == color)
    if box is None or not color or box[1] - box[0] < 3 or box[3] - box[2] < 3:
        return None
    if not (array[[box[0], box[1] - 1]][:, [box[2], box[3] - 1]] == color).all():
        return None
    rest = array.copy()
    rest[box[0] : box[1], box[2] : box[3]] = 0
    parts = [part for part in parts_of(rest, 3) if part.size > 1]
    if not 0 < len(parts) <= 10:
        return None
    frame, picture = array[box[0] : box[1], box[2] : box[3]], max(parts, key=lambda part: part.size).picture
    views = {
        "as_is": picture,
        "left_right": picture[:, ::-1],
        "upside_down": picture[::-1],
        "half_turn": picture[::-1, ::-1],
    }
    likest = max(views.values(), key=lambda view: _likeness(frame, view))
    found: Results = {name: _centered(frame, view) for name, view in views.items()}
    found["matched"], found["scaled"] = _centered(frame, likest), _scaled(frame, picture, color)
    return found
