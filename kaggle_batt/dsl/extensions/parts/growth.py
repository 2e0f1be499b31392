"""Parts that grow: rings, bars, repeated toward marks, drawn out."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds, under, without
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, parts_of

Box = tuple[int, int, int, int]
_RINGS = ("half", "side", "two", "colors", "several")


def _colors(part: Part) -> int:
    """The number of the part's colors."""
    return len(set(part.picture.tobytes()) - {0})


@Tried(250, segmented("COLOR_4 FILLED_8"))
@family(" ".join([*_RINGS, *[f"{name}_only" for name in _RINGS]]), cost=14, charge=(61, 27), parts=(1, 40))
def halos(array: Array, parts: Parts) -> Results:
    """The boxes of the parts grown on all sides by half of the shorter side, by it, by 2, by their
    colors, by 1 if they have several cells."""
    found: Results = {}
    for number, name in enumerate(_RINGS):
        layer = np.zeros(array.shape, np.uint8)
        for part in parts:
            side = min(part.height, part.width)
            thick = (side // 2, side, 2, _colors(part), int(part.size > 1))[number]
            top, left = max(part.top - thick, 0), max(part.left - thick, 0)
            window = layer[top : part.bottom + thick + 1, left : part.right + thick + 1]
            window[window == 0] = part.color
        found[name], found[f"{name}_only"] = under(array, layer), without(layer, array > 0)
    return found


def _outline(board: Array, box: list[int], steps: list[int], color: int) -> None:
    """The sides of a rectangle that move, as far as they lie on the board."""
    top, bottom, left, right = box
    rows, columns = slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))
    for row, step in ((top, steps[0]), (bottom - 1, steps[1])):
        if step and 0 <= row < board.shape[0]:
            board[row, columns] = color
    for column, step in ((left, steps[2]), (right - 1, steps[3])):
        if step and 0 <= column < board.shape[1]:
            board[rows, column] = color


@Tried(150, once)
@family("echoed", cost=14, charge=(31, 5))
def echoes(array: Array) -> Results | None:
    """Rectangles around all that is colored, at the distance of its outermost part from those inside."""
    parts = parts_of(array, Segmentation.COLOR_8)
    if not 2 <= len(parts) <= 20:
        return None
    shell = max(parts, key=lambda part: part.height * part.width)
    rest = array.copy()
    rest.ravel()[shell.cells] = 0
    outer, inner = bounds(array > 0), bounds(rest > 0)
    if outer is None or inner is None or outer == inner:
        return None
    steps = [outer[side] - inner[side] for side in range(4)]
    board, box = np.zeros(array.shape, np.uint8), list(outer)
    for _ in range(max(array.shape)):
        # a side at the edge, or one that the inner parts share, stays where it is
        box = [value + step for value, step in zip(box, steps, strict=True)]
        _outline(board, box, steps, shell.color)
    return {"echoed": under(array, board)}
