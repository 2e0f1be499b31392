"""Color, shape and scaling of pieces: grids and patches alike."""

from __future__ import annotations

from typing import Any

from kaggle_batt.dsl.primitives.containers import sequence
from kaggle_batt.dsl.primitives.grids import factor
from kaggle_batt.dsl.primitives.patches import remade, set_of
from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.build import expected, from_lines, grid_of, make_grid, make_set, part_of, rows_of
from kaggle_batt.dsl.values.kinds import Boolean, Element, FrozenSet, Integer, IntegerTuple, Objects, Piece
from kaggle_batt.dsl.values.limits import spend
from kaggle_batt.dsl.values.sets import FSet
from kaggle_batt.dsl.values.shapes import EMPTY, Grid, Indices, Object, Patch
from kaggle_batt.errors import DslError


def _object_of(value: Any) -> Object:
    if type(value) is Object:
        return value
    raise expected("an object with cells", value)


def _is_patch(value: Any) -> bool:
    return type(value) is Object or type(value) is Indices


def _counts(element: Any) -> list[tuple[int, int]]:
    """(color, number of cells) of a grid or an object, colors ascending."""
    if type(element) is Object:
        return [(color, board.bit_count()) for color, board in element.planes]
    if _is_patch(element):
        if element.height:
            raise DslError("an element has colors; locations were given")
        return []
    grid = grid_of(element)
    spend(len(grid.data) >> 5)
    data = grid.data
    return [(color, data.count(color & 255)) for color in grid.colors()]


def mostcolor(element: Element) -> Integer:
    """The color of the most cells; of several, the lowest."""
    if type(element) is Grid and element.data:
        spend(len(element.data) >> 5)
        return element.most_common()
    return _extreme(max, element)


def leastcolor(element: Element) -> Integer:
    """The color of the fewest cells, of those present; of several, the lowest."""
    return _extreme(min, element)


def _extreme(extreme: Any, element: Any) -> int:
    counts = _counts(element)
    if not counts:
        raise DslError("nothing has a color here")
    return int(extreme(counts, key=lambda pair: pair[1])[0])


def palette(element: Element) -> FrozenSet:
    """The set of colors present."""
    colors = tuple([color for color, _ in _counts(element)])
    return FSet(colors, 1) if colors else EMPTY


def numcolors(element: Element) -> Integer:
    """The number of colors present."""
    return len(_counts(element))


def colorcount(element: Element, value: Integer) -> Integer:
    """The number of cells of that color."""
    if not isinstance(value, int):
        raise expected("a color")
    if type(element) is Grid:
        return element.data.count(value & 255) if -128 <= value <= 127 else 0
    return dict(_counts(element)).get(value, 0)


def color(obj: Any) -> Integer:
    """The color of the object's first cell: its lowest color."""
    if type(obj) is tuple and obj and type(obj[0]) is tuple and obj[0]:
        return obj[0][0]  # of a tuple of cells
    return int(_object_of(obj).planes[0][0])


def colorfilter(objs: Objects, value: Integer) -> Objects:
    """The objects whose first cell has that color."""
    if not isinstance(value, int):
        raise expected("a color")
    found = [obj for obj in sequence(objs) if color(obj) == value]
    return part_of(objs, found) if type(objs) is FSet else make_set(found)


def height(piece: Piece) -> Integer:
    """The number of rows of the grid or of the bounding box; 0 when empty."""
    return int(piece.height if _is_patch(piece) else grid_of(piece).height)


def width(piece: Piece) -> Integer:
    """The number of columns of the grid or of the bounding box; 0 when empty."""
    return int(piece.width if _is_patch(piece) else grid_of(piece).width)


def shape(piece: Piece) -> IntegerTuple:
    """(height, width)."""
    frame = piece if _is_patch(piece) else grid_of(piece)
    return (frame.height, frame.width)


def portrait(piece: Piece) -> Boolean:
    """Is it higher than wide?"""
    rows, columns = shape(piece)
    return rows > columns


def square(piece: Piece) -> Boolean:
    """Is it as high as wide, and for a patch also filled?"""
    rows, columns = shape(piece if _is_patch(piece) else rows_of(piece))
    return rows == columns and (not _is_patch(piece) or len(piece) == rows * columns)


def vline(patch: Patch) -> Boolean:
    """Is it a filled vertical line?"""
    patch = set_of(patch)
    return patch.width == 1 and patch.height == len(patch)


def hline(patch: Patch) -> Boolean:
    """Is it a filled horizontal line?"""
    patch = set_of(patch)
    return patch.height == 1 and patch.width == len(patch)


def hupscale(grid: Grid, n: Integer) -> Grid:
    """Each cell n wide."""
    grid, n = grid_of(grid), factor(n)
    if not grid.data:
        return make_grid(grid.height, 0, b"")
    _make_room(grid, 1, n)
    return make_grid(grid.height, grid.width * n, _widened(grid.data, n))


def _widened(data: bytes, n: int) -> bytes:
    wider = bytearray(len(data) * n)
    for i in range(n):
        wider[i::n] = data
    return bytes(wider)


def vupscale(grid: Grid, n: Integer) -> Grid:
    """Each cell n high."""
    grid, n = grid_of(grid), factor(n)
    _make_room(grid, n, 1)
    return from_lines([line for line in grid.lines for _ in range(n)])


def _make_room(grid: Grid, down: int, right: int) -> None:
    """Check the size of a grid that many times as high and wide, and spend for it."""
    spend(len(grid.data) * down * right >> 5)
    make_grid(grid.height * down, grid.width * right, b"")


def upscale(element: Element, n: Integer) -> Element:
    """Each cell n high and n wide; an object keeps its upper left corner."""
    if not _is_patch(element):
        return vupscale(hupscale(element, n), n)
    n, patch = factor(n), element
    if not patch.height:
        return patch
    obj = _object_of(patch)
    tall, wide = obj.height, obj.width
    boards.check_box(tall * n, wide * n)
    return remade(obj, tall * n, wide * n, lambda board: _magnified(board, tall, wide, n))


def _magnified(board: int, tall: int, wide: int, n: int) -> int:
    rows = boards.cut(_widened(boards.to_digits(board, tall, wide), n), tall, wide * n)
    return boards.from_digits(b"".join([row for row in rows for _ in range(n)]), wide * n)
