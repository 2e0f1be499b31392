"""One picture made of two: halves, pieces, a frame and what belongs in it."""

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each
from kaggle_batt.dsl.extensions.arrays import Array, Results, of_blocks, only, stretch
from kaggle_batt.dsl.extensions.geometry import bounds
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, parts_of

HALVES = 9  #: in place of a segmentation: the two halves along the longer side


def _pieces(array: Array, segmentation: int) -> list[Array]:
    """The two pieces, the one of more colors first, else the smaller; none unless there are exactly two."""
    if segmentation == HALVES:  # without a middle line
        half = max(array.shape) // 2
        wide = array.shape[0] <= array.shape[1]
        found = [array[:, :half], array[:, -half:]] if wide else [array[:half], array[-half:]]
    else:
        found = [part.picture for part in parts_of(array, segmentation)]
    if len(found) != 2 or min([piece.size for piece in found]) < 2:
        return []
    return sorted(found, key=lambda piece: (-len(set(piece.tobytes()) - {0}), piece.size))


def _fitted(small: Array, large: Array) -> Array | None:
    """The small picture enlarged to the box of the large one's inner cells of 0, inside it."""
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
    """The colored cells inside a frame in the color of the nearest side, if one side is nearest."""
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
    return result


@Tried(240, each(HALVES, Segmentation.FILLED_8, Segmentation.COLOR_8), deep=True, only_resized=True)
@family(
    "one_in_two two_in_one two_in_two one_in_one masked reduced fitted fitted_inside fitted_sides",
    cost=14,
    charge=(55, 0),
)
def pairings(array: Array, segmentation: int) -> Results | None:
    """Of two pieces (9: the halves): each cell of one replaced by the other; the one of more colors where the
    other, scaled to its size, is colored; the smaller enlarged to fit into the larger."""
    pieces = _pieces(array, segmentation)
    if not pieces:
        return None
    one, two = pieces
    down, right = two.shape[0] // one.shape[0], two.shape[1] // one.shape[1]
    whole = two.shape == (down * one.shape[0], right * one.shape[1])
    reduced = of_blocks(two, down, right) if whole else None
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
