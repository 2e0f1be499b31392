"""Relations of two patches: shared rows and columns, distance, direction."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kaggle_batt.dsl.primitives.patches import FAR, center, filled, patch_of, shift, toindices
from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.boards import rectangle, stride_of
from kaggle_batt.dsl.values.build import frame_of, placed, rows_of
from kaggle_batt.dsl.values.kinds import Boolean, Integer, IntegerTuple
from kaggle_batt.dsl.values.limits import spend
from kaggle_batt.dsl.values.shapes import Grid, Patch


@lru_cache(maxsize=512)
def _rows_used(board: int, height: int, stride: int) -> int:
    bits = 0
    for i, row in enumerate(boards.rows_of(board, height, stride)):
        if row:
            bits |= 1 << i
    return bits


_columns_used = lru_cache(maxsize=512)(boards.columns_used)


def _shared(used: Any, one: Any, start: int, other: Any, start_other: int) -> bool:
    """Do the rows, or columns, that two patches use have one in common?"""
    a = used(one.board, one.height, stride_of(one.width))
    b = used(other.board, other.height, stride_of(other.width))
    move = start_other - start
    if abs(move) > max(a.bit_length(), b.bit_length()):
        return False
    return bool(a & b << move if move >= 0 else a << -move & b)


def hmatching(a: Patch, b: Patch) -> Boolean:
    """Do the patches share a row?"""
    a, b = patch_of(a), patch_of(b)
    if a.top >= b.top + b.height or b.top >= a.top + a.height:
        return False
    return _shared(_rows_used, a, a.top, b, b.top)


def vmatching(a: Patch, b: Patch) -> Boolean:
    """Do the patches share a column?"""
    a, b = patch_of(a), patch_of(b)
    if a.left >= b.left + b.width or b.left >= a.left + a.width:
        return False
    return _shared(_columns_used, a, a.left, b, b.left)


def manhattan(a: Patch, b: Patch) -> Integer:
    """The smallest Manhattan distance between their cells."""
    a, b = filled(a), filled(b)
    if a.height == a.width == b.height == b.width == 1:
        return int(abs(a.top - b.top) + abs(a.left - b.left))
    spend(a.height + b.height >> 1)
    reach = _gap(a.top, a.height, b.top, b.height) + _gap(a.left, a.width, b.left, b.width)
    if reach <= 2 * len(a) * len(b):
        return _grown_until_met(a, b)
    spend(len(a) * len(b) >> 2)
    ours, theirs = toindices(a).ordered(), toindices(b).ordered()
    return min([abs(i - k) + abs(j - m) for i, j in ours for k, m in theirs])


def _grown_until_met(a: Any, b: Any) -> int:
    """Grow one patch cell by cell on a common board until it meets the other."""
    top, left, height, width = frame_of((a, b))
    stride = stride_of(width)
    inside = rectangle(height, width)
    mine = placed(a.board, a.box, top, left, width)
    target = placed(b.board, b.box, top, left, width)
    steps = 0
    while not mine & target:
        mine |= (mine << 1 | mine >> 1 | mine << stride | mine >> stride) & inside
        steps += 1
    return steps


def adjacent(a: Patch, b: Patch) -> Boolean:
    """Is the smallest distance between their cells 1?"""
    a, b = filled(a), filled(b)
    if _gap(a.top, a.height, b.top, b.height) + _gap(a.left, a.width, b.left, b.width) > 1:
        return False
    spend(a.height + b.height >> 3)
    top, left, height, width = frame_of((a, b))
    stride = stride_of(width)
    mine = placed(a.board, a.box, top, left, width)
    target = placed(b.board, b.box, top, left, width)
    grown = (mine << 1 | mine >> 1 | mine << stride | mine >> stride) & rectangle(height, width)
    return bool(grown & target) and not mine & target


def _gap(a: int, length_a: int, b: int, length_b: int) -> int:
    """The distance between two ranges; 0 where they overlap, 1 where they touch."""
    return max(0, b - (a + length_a) + 1, a - (b + length_b) + 1)


def bordering(patch: Patch, grid: Grid) -> Boolean:
    """Does the patch's bounding box touch the grid's edge?"""
    patch, grid = filled(patch), rows_of(grid)
    bottom, right = patch.top + patch.height, patch.left + patch.width
    return patch.top == 0 or patch.left == 0 or bottom == grid.height or right == grid.width


def position(a: Patch, b: Patch) -> IntegerTuple:
    """The direction from a's center to b's, each part -1, 0 or 1; (0, -1) for equal centers."""
    (i, j), (k, m) = center(a), center(b)
    if i == k:
        return (0, 1 if j < m else -1)
    down = 1 if i < k else -1
    return (down, 0 if j == m else 1 if j < m else -1)


def gravitate(source: Patch, destination: Patch) -> IntegerTuple:
    """How far the source moves until it is adjacent, at most 42 steps.

    It moves vertically if the patches share a column, else horizontally, toward the destination's center.
    """
    (i, j), (k, m) = center(source), center(destination)
    if vmatching(source, destination):
        step = (1 if i < k else -1, 0)
    else:
        step = (0, 1 if j < m else -1)
    count = 0
    while count < FAR and not adjacent(source, destination):
        count += 1
        source = shift(source, step)
    return (count * step[0], count * step[1])
