"""Families of parts that grow: pulled out to a single cell in line with them, echoed outward."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

Box = tuple[int, int, int, int]


def _pulled(array: Array, part: Part, row: int) -> Array:
    """The part's columns drawn out to a row above or below it, its middle row repeated."""
    result = array.copy()
    extra = part.top - row if row < part.top else row - part.bottom
    half = part.height // 2
    middle = np.repeat(part.picture[half : half + 1], extra, 0)
    tall = np.concatenate([part.picture[:half], middle, part.picture[half:]], 0)
    top = min(row, part.top)
    window = result[top : top + len(tall), part.left : part.right + 1]
    np.copyto(window, tall, where=tall > 0)
    return result


@family("pulled", cost=14, charge=(4, 1), tried=Tried(600, once))
def drawn_out(array: Array) -> Results | None:
    """Of two parts, the larger one drawn out to the other, a single cell in line with it."""
    parts = sorted(parts_of(array, 3), key=lambda one: one.size)
    if len(parts) != 2 or parts[0].size > 1 or parts[1].size == 1:
        return None
    single, part = parts
    rest = array.copy()
    rest[single.top, single.left] = 0
    beside = part.left <= single.left <= part.right, part.top <= single.top <= part.bottom
    if all(beside):
        return None
    if beside[0]:
        return {"pulled": _pulled(rest, part, single.top)}
    if beside[1]:
        turned = np.ascontiguousarray(rest.T)
        twin = next((one for one in parts_of(turned, 3) if one.size == part.size), None)
        return None if twin is None else {"pulled": _pulled(turned, twin, single.left).T}
    return None


def _outline(board: Array, box: Box, steps: list[int], color: int) -> None:
    """The sides of a rectangle that move, as far as they lie on the board."""
    top, bottom, left, right = box
    rows, columns = slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))
    for row, step in ((top, steps[0]), (bottom - 1, steps[1])):
        if step and 0 <= row < board.shape[0]:
            board[row, columns] = color
    for column, step in ((left, steps[2]), (right - 1, steps[3])):
        if step and 0 <= column < board.shape[1]:
            board[rows, column] = color


@family("echoed", cost=14, charge=(25, 4), tried=Tried(610, once))
def echoes(array: Array) -> Results | None:
    """Rectangles around all that is colored, at the distance of its outermost part from those inside."""
    parts = parts_of(array, 1)
    outer = bounds(array > 0)
    if outer is None or not 2 <= len(parts) <= 20:
        return None
    shell = max(parts, key=lambda part: part.height * part.width)
    rest = array.copy()
    rest.ravel()[shell.cells] = 0
    inner = bounds(rest > 0)
    if inner is None:
        return None
    steps = [outer[side] - inner[side] for side in range(4)]
    if not any(steps):
        return None
    board = np.zeros_like(array)
    box = list(outer)
    for _ in range(max(array.shape)):
        # a side at the edge, or one that the inner parts share, stays where it is
        box = [value + step for value, step in zip(box, steps, strict=True)]
        _outline(board, (box[0], box[1], box[2], box[3]), steps, shell.color)
    return {"echoed": under(array, board)}
