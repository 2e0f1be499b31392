"""One picture made of two: halves, pieces, a frame and what belongs in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each, each_ink
from kaggle_batt.dsl.extensions.arrays import (
    Array,
    Results,
    blown_up,
    bounds,
    equal,
    fits,
    main_color,
    only,
    paste,
    quarters,
    stretch,
    without,
)
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, largest_of, parts_of

#: in place of a segmentation: the two halves along the longer side
HALVES = 9


def _halves(array: Array, wide: bool) -> list[Array]:
    """Both halves, side by side or one below the other, a middle line left out."""
    height, width = array.shape
    if wide:
        return [array[:, : width // 2], array[:, width - width // 2 :]]
    return [array[: height // 2], array[height - height // 2 :]]


def _pieces(array: Array, segmentation: int) -> list[Array]:
    """The two pieces, that of more colors first, else the smaller one; none unless there are just two."""
    found = _halves(array, array.shape[0] <= array.shape[1])
    if segmentation != HALVES:
        found = [part.picture for part in parts_of(array, segmentation)]
    if len(found) != 2 or min([piece.size for piece in found]) < 2:
        return []
    return sorted(found, key=lambda piece: (-len(set(piece.tobytes()) - {0}), piece.size))


def _reduced(picture: Array, shape: tuple[int, ...]) -> Array | None:
    """The picture with each block as one cell, down to that shape."""
    down, right = picture.shape[0] // shape[0], picture.shape[1] // shape[1]
    if not down or not right or picture.shape != (down * shape[0], right * shape[1]):
        return None
    small = picture[::down, ::right]
    return small if equal(stretch(small, *picture.shape), picture) else None


def _fitted(small: Array, large: Array) -> Array | None:
    """The small picture enlarged to the box of the large one's inner 0 cells, inside it."""
    box = bounds(large[1:-1, 1:-1] == 0) if min(large.shape) > 2 else None
    if box is None:
        return None
    height, width = box[1] - box[0], box[3] - box[2]
    if height % small.shape[0] or width % small.shape[1]:
        return None
    result = large.copy()
    result[box[0] + 1 : box[1] + 1, box[2] + 1 : box[3] + 1] = stretch(small, height, width)
    return result


def _sided(framed: Array) -> Array:
    """The colored cells inside a frame in the color of the side that is nearest, if one side is."""
    height, width = framed.shape
    rows, columns = np.mgrid[0:height, 0:width]
    far = np.stack([rows, height - 1 - rows, columns, width - 1 - columns])
    middle = height // 2, width // 2
    colors = framed[[0, -1, middle[0], middle[0]], [middle[1], middle[1], 0, -1]]
    one = (far == far.min(0)).sum(0) == 1
    inside = (far.min(0) > 0) & one & (framed > 0)
    return np.where(inside, colors[far.argmin(0)], framed)


def _product(outer: Any, inner: Any) -> Array | None:
    """Each cell of the outer mask or picture replaced by the inner one times it."""
    if outer.size * inner.size > 900:
        return None
    result: Array = np.kron(outer, inner)
    return result if fits(result) else None


@Tried(240, each(HALVES, Segmentation.FILLED_8, Segmentation.COLOR_8), deep=True, only_resized=True)
@family(
    "one_in_two two_in_one two_in_two one_in_one masked reduced fitted fitted_inside fitted_sides",
    cost=14,
    charge=(38, 1),
)
def pairings(array: Array, segmentation: int) -> Results | None:
    """Of two pieces (9: the halves): each cell of one replaced by the other, the one of more colors where
    the other, brought to its size, is colored; the smaller enlarged to fit into the larger."""
    pieces = _pieces(array, segmentation)
    if not pieces:
        return None
    one, two = pieces
    reduced = _reduced(two, one.shape)
    fitted = _fitted(*sorted(pieces, key=lambda piece: piece.size))
    return {
        "two_in_one": _product(one, two > 0),
        "one_in_two": _product(two > 0, one),
        "one_in_one": _product(one > 0, two),
        "two_in_two": _product(two, one > 0),
        "masked": None if reduced is None else only(one, reduced > 0),
        "reduced": reduced,
        "fitted": fitted,
        "fitted_sides": None if fitted is None else _sided(fitted),
        "fitted_inside": None if fitted is None else fitted[1:-1, 1:-1],
    }


def _likeness(frame: Array, inner: Array) -> int:
    """How many cells of the inner picture's halves have the color of the frame's side there."""
    found = 0
    for turn in range(4):
        main, half = main_color(quarters(frame, turn)[0, 1:-1]), quarters(inner, turn)
        if main:
            found += int((half[: (len(half) + 1) // 2] == main).sum())
    return found


def _centered(frame: Array, picture: Array) -> Array | None:
    """The picture in the middle of the frame's inside, under what is there; None if it is too large."""
    top, left = (frame.shape[0] - picture.shape[0]) // 2, (frame.shape[1] - picture.shape[1]) // 2
    if min(top, left) < 1:
        return None
    result = frame.copy()
    paste(result, picture, top, left, below=True)
    return result


def _scaled(frame: Array, picture: Array, color: int) -> Array | None:
    """The picture enlarged and laid in the frame so that all colors there are right; the first way."""
    content = without(frame, frame == color)
    box = bounds(content > 0)
    if box is None:
        return None
    for scale in range(1, 7):
        large = blown_up(picture, scale, scale)
        tall, wide = large.shape
        for top in range(max(box[1] - tall, 0), min(box[0], frame.shape[0] - tall) + 1):
            for left in range(max(box[3] - wide, 0), min(box[2], frame.shape[1] - wide) + 1):
                window = content[top : top + tall, left : left + wide]
                if (window[window > 0] == large[window > 0]).all():
                    result = frame.copy()
                    paste(result, large, top, left, below=True)
                    return result
    return None


@Tried(590, each_ink, only_resized=True)
@family("as_is left_right upside_down half_turn matched scaled", cost=14, charge=(58, 6))
def inserted(array: Array, color: int) -> Results | None:
    """The box with the color at its corners and the largest part outside in its middle: as it is, mirrored,
    so that it is like the box's sides, enlarged so that it is right where the box has colors."""
    box = bounds(array == color)
    if box is None or not color or box[1] - box[0] < 3 or box[3] - box[2] < 3:
        return None
    frame, rest = array[box[0] : box[1], box[2] : box[3]], array.copy()
    rest[box[0] : box[1], box[2] : box[3]] = 0
    parts = [part for part in parts_of(rest, Segmentation.FILLED_8) if part.size > 1]
    if not (frame[[0, -1]][:, [0, -1]] == color).all() or not 0 < len(parts) <= 10:
        return None
    picture = largest_of(parts).picture
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
