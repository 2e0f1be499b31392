"""Families that make one picture of two: each cell of one replaced by the other, one fitted to the other."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds, cut, fits, only, stretch
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of

#: as a mode: the two halves along the longer side
HALVES = 9


def _halves(array: Array) -> list[Array]:
    """Both halves along the longer side, a middle line left out."""
    height, width = array.shape
    if height > width:
        return [array[: height // 2], array[height - height // 2 :]]
    return [array[:, : width // 2], array[:, width - width // 2 :]]


def _pieces(array: Array, mode: int) -> list[Array]:
    """The two pieces, that of more colors first, else the smaller one; none unless there are just two."""
    found = [part.picture for part in parts_of(array, mode)] if mode != HALVES else _halves(array)
    if len(found) != 2 or min([piece.size for piece in found]) < 2:
        return []
    return sorted(found, key=lambda piece: (-len(set(piece.tobytes()) - {0}), piece.size))


def _reduced(picture: Array, shape: tuple[int, ...]) -> Array | None:
    """The picture with each block as one cell, down to that shape."""
    down, right = picture.shape[0] // shape[0], picture.shape[1] // shape[1]
    if not down or not right or picture.shape != (down * shape[0], right * shape[1]):
        return None
    small = picture[::down, ::right]
    return small if np.array_equal(stretch(small, *picture.shape), picture) else None


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
    return np.where(inside, colors[far.argmin(0)], framed).astype(np.uint8)


def _product(outer: Array, inner: Array) -> Array | None:
    """Each cell of the outer mask or picture replaced by the inner one times it."""
    if outer.size * inner.size > 900:
        return None
    result = np.kron(outer, inner).astype(np.uint8)
    return result if fits(result) else None


@family(
    "one_in_two two_in_one two_in_two one_in_one masked reduced fitted fitted_inside fitted_sides",
    cost=14,
    charge=(40, 5),
    tried=Tried(940, each(9, 3, 1), deep=True, only_resized=True),
)
def pairings(array: Array, mode: int) -> Results | None:
    """Of two pieces (mode 9: the halves): each cell of one replaced by the other, the one of more colors
    where the other, brought to its size, is colored; the smaller enlarged to fit into the larger."""
    pieces = _pieces(array, mode)
    if not pieces:
        return None
    one, two = pieces
    small, large = sorted(pieces, key=lambda piece: piece.size)
    own, other = (one > 0).astype(np.uint8), (two > 0).astype(np.uint8)
    reduced = _reduced(two, one.shape)
    fitted = _fitted(small, large)
    return {
        "two_in_one": _product(one, other),
        "one_in_two": _product(other, one),
        "one_in_one": _product(own, two),
        "two_in_two": _product(two, own),
        "masked": None if reduced is None else only(one, reduced > 0),
        "reduced": reduced,
        "fitted": fitted,
        "fitted_sides": None if fitted is None else _sided(fitted),
        "fitted_inside": None if fitted is None else cut(fitted, np.ones_like(fitted), 1),
    }
