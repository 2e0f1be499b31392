"""Locations and patches: boxes, neighbours, lines, moving."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.boards import STRIDE, rectangle, stride_of
from kaggle_batt.dsl.values.build import expected, indices_in, patch_of_pairs, tight
from kaggle_batt.dsl.values.kinds import Integer, IntegerTuple
from kaggle_batt.dsl.values.limits import meter, spend
from kaggle_batt.dsl.values.set_algebra import together
from kaggle_batt.dsl.values.sets import patches_in
from kaggle_batt.dsl.values.shapes import EMPTY, Grid, Indices, Location, Object, Patch
from kaggle_batt.errors import DslError

FAR = 42  #: how far lines and moves go: beyond any answer's edge
SIDE = 30  #: how long frontiers are: the side of the largest answer


def patch_of(value: Any) -> Any:
    """The value, or the set of a tuple of locations or cells, as a patch; raises `DslError` for others."""
    if type(value) is Object or type(value) is Indices:
        return value
    patches = patches_in(value)
    if patches:
        return together(patches)
    if type(value) is Grid and value.width == 2:
        return indices_in(value)
    if type(value) is tuple and value:
        patch = patch_of_pairs(value)
        if patch is not None:
            return patch
    raise expected("a patch", value)


def set_of(value: Any) -> Any:
    """The patch, where a tuple of its locations is something else; raises `DslError` for other values."""
    if type(value) is Object or type(value) is Indices:
        return value
    raise expected("a set of locations or cells", value)


def filled(value: Any) -> Any:
    """The value as a patch with cells; raises `DslError` for other values."""
    patch = patch_of(value)
    if patch is EMPTY or not patch.height:
        raise DslError("the patch is empty")
    return patch


def filled_set(value: Any) -> Any:
    """The value as a patch with cells, tuples refused; raises `DslError` for other values."""
    return filled(set_of(value))


def vector(value: Any) -> tuple[int, int]:
    """Both parts of an IntegerTuple; raises `DslError` for other values."""
    if type(value) is tuple and len(value) == 2:
        row, column = value
        if type(row) is type(column) is int:
            return value
        if isinstance(row, int) and isinstance(column, int):
            return int(row), int(column)
    raise expected("an IntegerTuple", value)


def toindices(patch: Patch) -> Indices:
    """The locations alone."""
    patch = set_of(patch)
    return patch if type(patch) is Indices else Indices(*patch.box, patch.board)


def recolor(value: Integer, patch: Patch) -> Any:
    """The cells at these locations, all of that color."""
    patch = patch_of(patch)
    if not isinstance(value, int):
        raise expected("a color")
    if not patch.height:
        return EMPTY
    return Object(patch.top, patch.left, patch.height, patch.width, ((int(value), patch.board),))


def shift(patch: Patch, directions: IntegerTuple) -> Patch:
    """The patch moved by the vector."""
    down, right = vector(directions)
    patch = patch_of(patch)
    if type(patch) is Object:
        return Object(patch.top + down, patch.left + right, patch.height, patch.width, patch.planes)
    if not patch.height:
        return patch
    return Indices(patch.top + down, patch.left + right, patch.height, patch.width, patch.board)


def normalize(patch: Patch) -> Patch:
    """The patch moved so that its upper left corner is the origin."""
    patch = patch_of(patch)
    return shift(patch, (-patch.top, -patch.left))


def ulcorner(patch: Patch) -> IntegerTuple:
    """The upper left corner of the bounding box."""
    patch = filled(patch)
    return (patch.top, patch.left)


def urcorner(patch: Patch) -> IntegerTuple:
    """The upper right corner of the bounding box."""
    patch = filled(patch)
    return (patch.top, patch.left + patch.width - 1)


def llcorner(patch: Patch) -> IntegerTuple:
    """The lower left corner of the bounding box."""
    patch = filled(patch)
    return (patch.top + patch.height - 1, patch.left)


def lrcorner(patch: Patch) -> IntegerTuple:
    """The lower right corner of the bounding box."""
    patch = filled(patch)
    return (patch.top + patch.height - 1, patch.left + patch.width - 1)


def uppermost(patch: Patch) -> Integer:
    """The topmost row."""
    return int(filled(patch).top)


def lowermost(patch: Patch) -> Integer:
    """The lowest row."""
    patch = filled(patch)
    return patch.top + patch.height - 1


def leftmost(patch: Patch) -> Integer:
    """The leftmost column."""
    return int(filled(patch).left)


def rightmost(patch: Patch) -> Integer:
    """The rightmost column."""
    patch = filled(patch)
    return patch.left + patch.width - 1


def center(patch: Patch) -> IntegerTuple:
    """The upper left corner plus half, floored, of the height and the width."""
    patch = filled_set(patch)
    return (patch.top + patch.height // 2, patch.left + patch.width // 2)


def centerofmass(patch: Patch) -> IntegerTuple:
    """The floored mean row and column."""
    patch = filled_set(patch)
    found: Any = toindices(patch).ordered()
    count = len(patch)
    return (sum([p[0] for p in found]) // count, sum([p[1] for p in found]) // count)


def corners(patch: Patch) -> Indices:
    """The set of the four corners of the bounding box."""
    patch = filled(patch)
    height, width = patch.height, patch.width
    row = 1 | 1 << width - 1
    return Indices(*patch.box, row | row << (height - 1) * stride_of(width))


def backdrop(patch: Patch) -> Indices:
    """All locations of the bounding box."""
    patch = patch_of(patch)
    return Indices(*patch.box, rectangle(patch.height, patch.width)) if patch.height else EMPTY


def _cells_or_set(value: Any) -> Any:
    """The patch, also of a tuple of cells, as `merge` returns; raises `DslError` for other values."""
    if type(value) is tuple and value:
        found = patch_of_pairs(value)
        if type(found) is Object:
            return found
    return set_of(value)


def delta(patch: Patch) -> Indices:
    """The locations of the bounding box that are not in the patch."""
    patch = _cells_or_set(patch)
    if not patch.height:
        return EMPTY
    missing = rectangle(patch.height, patch.width) & ~patch.board
    return tight(missing, patch.top, patch.left, stride_of(patch.width))


@lru_cache(maxsize=4096)
def _ring(height: int, width: int) -> int:
    stride = stride_of(width)
    inner = boards.rectangle_in(height - 2, width - 2, stride) << stride + 1
    return rectangle(height, width) & ~inner


def _outline(patch: Any, by: int) -> Any:
    """The outline of the bounding box made larger by that many cells on each side; corners may cross."""
    top, height = patch.top - by, patch.height + 2 * by
    left, width = patch.left - by, patch.width + 2 * by
    if height < 1:
        top, height = top + height - 1, 2 - height
    if width < 1:
        left, width = left + width - 1, 2 - width
    boards.check_box(height, width)
    return Indices(top, left, height, width, _ring(height, width))


def box(patch: Patch) -> Indices:
    """The outline of the bounding box."""
    patch = patch_of(patch)
    return _outline(patch, 0) if patch.height else EMPTY


def inbox(patch: Patch) -> Indices:
    """The outline of the box a cell smaller on each side."""
    return _outline(filled(patch), -1)


def outbox(patch: Patch) -> Indices:
    """The outline of the box a cell larger on each side."""
    return _outline(filled(patch), 1)


#: boards of three rows of three: the neighbours of a location
DIRECT, DIAGONAL, ALL = (
    a | b << STRIDE | c << 2 * STRIDE
    for a, b, c in ((0b010, 0b101, 0b010), (0b101, 0b000, 0b101), (0b111, 0b101, 0b111))
)


def dneighbors(loc: IntegerTuple) -> Indices:
    """The 4 direct neighbours."""
    row, column = vector(loc)
    return Indices(row - 1, column - 1, 3, 3, DIRECT)


def ineighbors(loc: IntegerTuple) -> Indices:
    """The 4 diagonal neighbours."""
    row, column = vector(loc)
    return Indices(row - 1, column - 1, 3, 3, DIAGONAL)


def neighbors(loc: IntegerTuple) -> Indices:
    """All 8 neighbours."""
    row, column = vector(loc)
    return Indices(row - 1, column - 1, 3, 3, ALL)


@lru_cache(maxsize=4096)
def _line(height: int, width: int, rising: bool) -> int:
    if height == 1:
        return (1 << width) - 1
    stride = stride_of(width)
    step = 0 if width == 1 else -1 if rising else 1
    start = width - 1 if rising else 0
    return boards.from_rows([1 << start + i * step for i in range(height)], stride)


def connect(a: IntegerTuple, b: IntegerTuple) -> Indices:
    """The straight (also diagonal) line between the locations, else nothing."""
    (i, j), (k, m) = vector(a), vector(b)
    return line(i, j, k, m)


def line(i: int, j: int, k: int, m: int) -> Indices:
    """`connect` of (i, j) and (k, m)."""
    down, right = k - i, m - j
    if down and right and down != right and down != -right:
        return EMPTY
    rising = down > 0 > right or right > 0 > down
    top, left = i, j
    if down < 0:
        down, top = -down, k
    if right < 0:
        right, left = -right, m
    height, width = down + 1, right + 1
    if height > STRIDE or width >= STRIDE:
        boards.check_box(height, width)
    if down > 6 or right > 6:
        spend((height if down > right else width) >> 3)
    return Indices(top, left, height, width, _line(height, width, rising))


def lines_between(left: Sequence[Location], right: Sequence[Location] | None) -> list[Indices]:
    """What `connect` of every pair of locations gives; within one set (`right` is None) each line once."""
    before, count = meter.left, len(left)
    found = [
        line(i, j, k, m)
        for number, (k, m) in enumerate(left if right is None else right)
        for i, j in (left[number:] if right is None else left)
        if i == k or j == m or i - k == j - m or i - k == m - j
    ]
    if right is None:  # the way back spends as much
        spend(before - meter.left)
    pairs = count * (count + 1) // 2 if right is None else count * len(right)
    return found if len(found) == pairs else [*found, EMPTY]


def shoot(start: IntegerTuple, direction: IntegerTuple) -> Indices:
    """The line of 42 steps in that direction."""
    (i, j), (down, right) = vector(start), vector(direction)
    return line(i, j, i + FAR * down, j + FAR * right)


def vfrontier(location: IntegerTuple) -> Indices:
    """The column through the location, 30 long from 0."""
    return Indices(0, vector(location)[1], SIDE, 1, rectangle(SIDE, 1))


def hfrontier(location: IntegerTuple) -> Indices:
    """The row through the location, 30 long from 0."""
    return Indices(vector(location)[0], 0, 1, SIDE, rectangle(1, SIDE))


def hperiod(obj: Patch) -> Integer:
    """The smallest shift to the left after which the object lies within itself; else its width."""
    obj = patch_of(obj)
    tall, wide, stride = obj.height, obj.width, stride_of(obj.width)
    return _period(obj, wide, lambda board, p: board >> p & boards.rectangle_in(tall, wide - p, stride))


def vperiod(obj: Patch) -> Integer:
    """The smallest shift upward after which the object lies within itself; else its height."""
    obj = patch_of(obj)
    stride = stride_of(obj.width)
    return _period(obj, obj.height, lambda board, p: board >> p * stride)


def _period(patch: Any, most: int, shifted: Any) -> int:
    """The smallest shift below `most` after which each board lies within itself, else `most`."""
    if type(patch) is Indices and most > 1:
        raise expected("an object", patch)
    planes = [board for _, board in patch.planes] if type(patch) is Object else [patch.board]
    for p in range(1, most):
        if all([shifted(board, p) & ~board == 0 for board in planes]):
            return p
    return int(most)


def remade(patch: Any, height: int, width: int, change: Any) -> Any:
    """The patch with `change` applied to each of its boards, in a box of a new size at the same corner."""
    boards.check_box(height, width)
    spend(height >> 2)
    if type(patch) is Object:
        planes = tuple([(color, change(board)) for color, board in patch.planes])
        return Object(patch.top, patch.left, height, width, planes)
    return Indices(patch.top, patch.left, height, width, change(patch.board))
