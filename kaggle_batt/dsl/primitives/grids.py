"""Grids: reading cells, painting, cutting, joining."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from kaggle_batt.dsl.primitives.patches import filled, patch_of, set_of, shift, toindices, vector
from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.boards import STRIDE, rectangle, stride_of
from kaggle_batt.dsl.values.build import (
    box_in,
    expected,
    from_lines,
    grid_of,
    make_grid,
    object_of,
    rows_of,
    tight_object,
)
from kaggle_batt.dsl.values.kinds import Integer, IntegerTuple, Tuple
from kaggle_batt.dsl.values.limits import check_cells, check_elements, spend
from kaggle_batt.dsl.values.sets import patches_in
from kaggle_batt.dsl.values.shapes import EMPTY, Grid, Indices, Object, Patch
from kaggle_batt.errors import DslError

#: from b"0"/b"1" to a byte that keeps or replaces a cell
_MASK = bytes(255 if byte == 49 else 0 for byte in range(256))
_ANSWER = 900  #: cells of the largest answer
_FEW = 12  #: up to this many cells, and one more for each 64 of the grid, are set one by one


def factor(n: Any) -> int:
    """The number if it is an Integer of at least 1; raises `DslError` for others."""
    if not isinstance(n, int) or n < 1:
        raise expected("a number of at least 1", n)
    return n


def color_byte(value: Any) -> int:
    """A color as the byte that stands for it; raises `DslError` outside -128..127."""
    if not isinstance(value, int) or not -128 <= value <= 127:
        raise expected("a color", value)
    return value & 255


def asindices(grid: Grid) -> Indices:
    """All locations."""
    grid = grid_of(grid)
    if not grid.data:
        return EMPTY
    return Indices(0, 0, grid.height, grid.width, rectangle(grid.height, grid.width))


def asobject(grid: Grid) -> Any:
    """All cells."""
    grid = grid_of(grid)
    if not grid.data:
        return EMPTY
    spend(grid.height >> 2)
    return Object(0, 0, grid.height, grid.width, grid.planes)


def ofcolor(grid: Grid, value: Integer) -> Indices:
    """The locations of that color."""
    grid = grid_of(grid)
    if grid.height > 3:
        spend(grid.height >> 2)
    if not isinstance(value, int):
        raise expected("a color")
    board = grid.board(value)
    return Indices(*box_in(board, stride_of(grid.width))) if board else EMPTY


def index(grid: Grid, loc: IntegerTuple) -> Any:
    """The color at the location; None outside."""
    grid = rows_of(grid)
    row, column = vector(loc)
    if not (0 <= row < grid.height and 0 <= column < grid.width):
        return None
    byte = grid.data[row * grid.width + column]
    return byte if byte < 128 else byte - 256


def seen(board: int, patch: Patch, grid: Grid) -> int:
    """A patch's board in the grid's stride, clipped to the grid."""
    top, left, height, width = patch.top, patch.left, patch.height, patch.width
    if top >= 0 <= left and top + height <= grid.height and left + width <= grid.width < STRIDE:
        return board << top * STRIDE + left
    return boards.window(board, (top, left, height, width), grid.height, grid.width)


def toobject(patch: Patch, grid: Grid) -> Any:
    """The grid's cells at those of the patch's locations that are inside."""
    patch, grid = patch_of(patch), rows_of(grid)
    spend(grid.height >> 2)
    return seen_object(patch, grid) if patch.height and grid.data else EMPTY


def seen_object(patch: Any, grid: Grid) -> Any:
    """`toobject` of a patch that is not empty and a grid with cells; spends nothing."""
    inside = seen(patch.board, patch, grid)
    return tight_object(
        [(color, board & inside) for color, board in grid.planes], 0, 0, stride_of(grid.width)
    )


def _colored(grid: Grid, byte: int, board: int) -> Grid:
    """The grid with that color where the board (in its stride) is set."""
    count = board.bit_count()
    if not count:
        return grid
    spend(1 + (len(grid.data) >> 6))
    if count <= _FEW + (len(grid.data) >> 6):
        return _set_cells(grid, byte, board)
    size = len(grid.data)
    mask = int.from_bytes(boards.to_digits(board, grid.height, grid.width).translate(_MASK), "little")
    old = int.from_bytes(grid.data, "little")
    new = int.from_bytes(bytes([byte]) * size, "little")
    return Grid(grid.height, grid.width, (old ^ (old ^ new) & mask).to_bytes(size, "little"))


def _set_cells(grid: Grid, byte: int, board: int) -> Grid:
    cells = bytearray(grid.data)
    stride = stride_of(grid.width)
    gap = stride - grid.width
    while board:
        low = board & -board
        place = low.bit_length() - 1
        cells[place - place // stride * gap] = byte
        board ^= low
    return Grid(grid.height, grid.width, bytes(cells))


def fill(grid: Grid, value: Integer, patch: Patch) -> Grid:
    """The grid colored at the patch's locations, except outside of the grid."""
    patch, grid, byte = patch_of(patch), rows_of(grid), color_byte(value)
    if not patch.height or not grid.data:
        return make_grid(grid.height, grid.width, grid.data)
    return _colored(grid, byte, seen(patch.board, patch, grid))


def paint(grid: Grid, obj: Any) -> Grid:
    """The grid colored by the object's cells, except outside of the grid.

    Of cells at one place the last counts: in a tuple the last one, in a set the one of the highest color.
    """
    grid = rows_of(grid)
    parts = patches_in(obj) if grid.data else ()
    if parts and all([type(p) is Object and p.planes[0][0] >= 0 and p.planes[-1][0] < 10 for p in parts]):
        shown = _shown(grid, parts)
    else:
        patch: Any = EMPTY if obj == () else patch_of(obj)
        if type(obj) is tuple and patch.board.bit_count() < len(patch):
            patch = object_of({place: (color, place) for color, place in obj}.values())
        if type(patch) is not Object and patch.height:
            raise DslError("an object was expected, not locations")
        if not grid.data:
            return make_grid(grid.height, grid.width, grid.data)
        planes = patch.planes if patch.height else ()
        shown = [(color_byte(color), seen(board, patch, grid)) for color, board in planes]
    for color, board in shown:
        grid = _colored(grid, color, board)
    return grid


def _shown(grid: Grid, objects: Sequence[Any]) -> list[tuple[int, int]]:
    """The boards by color of what a grid shows of objects laid over each other."""
    free = rectangle(grid.height, grid.width)
    planes: dict[int, int] = {}
    for obj in reversed(objects):
        for color, board in reversed(obj.planes):
            board = seen(board, obj, grid) & free
            free ^= board
            planes[color] = planes.get(color, 0) | board
    return list(planes.items())


def underfill(grid: Grid, value: Integer, patch: Patch) -> Grid:
    """`fill` only where the grid has its most common color."""
    patch, grid, byte = patch_of(patch), _with_cells(grid), color_byte(value)
    if not patch.height:
        return grid
    return _colored(grid, byte, seen(patch.board, patch, grid) & grid.board(grid.most_common()))


def underpaint(grid: Grid, obj: Any) -> Grid:
    """`paint` only where the grid has its most common color.

    Of cells at one place the first of another color counts: in a set the one of the lowest color.
    """
    grid = _with_cells(grid)
    if type(obj) is not Object:
        patch = patch_of(obj)
        if patch.height and (type(patch) is not Object or len(toindices(patch)) < len(obj)):
            raise DslError("an object was expected")
        obj = patch
    background = grid.most_common()
    free = grid.board(background)
    for color, board in obj.planes if obj.height else ():
        if color != background:
            board = seen(board, obj, grid) & free
            grid, free = _colored(grid, color_byte(color), board), free & ~board
    return grid


def _with_cells(value: Any) -> Grid:
    grid = grid_of(value)
    if not grid.data:
        raise DslError("the grid has no cells")
    return grid


def cover(grid: Grid, patch: Patch) -> Grid:
    """The patch's locations filled with the grid's most common color."""
    grid = _with_cells(grid)
    return fill(grid, grid.most_common(), toindices(patch))


def move(grid: Grid, obj: Any, offset: IntegerTuple) -> Grid:
    """The grid with the object covered, then painted moved by the offset."""
    return paint(cover(grid, obj), shift(obj, offset))


def replace(grid: Grid, replacee: Integer, replacer: Integer) -> Grid:
    """One color replaced by another."""
    grid = grid_of(grid)
    spend(len(grid.data) >> 6)
    new = bytes([color_byte(replacer)])
    return make_grid(grid.height, grid.width, grid.data.replace(bytes([color_byte(replacee)]), new))


def switch(grid: Grid, a: Integer, b: Integer) -> Grid:
    """Two colors exchanged."""
    grid = grid_of(grid)
    spend(len(grid.data) >> 6)
    one, two = color_byte(a), color_byte(b)
    table = bytes.maketrans(bytes([one, two]), bytes([two, one]))
    return make_grid(grid.height, grid.width, grid.data.translate(table))


def canvas(value: Integer, dimensions: IntegerTuple) -> Grid:
    """A grid of one color."""
    rows, columns = vector(dimensions)
    byte = color_byte(value)
    if rows <= 0 or columns <= 0:
        return make_grid(rows, columns, b"")
    size = rows * columns
    if size > _ANSWER:
        check_cells(rows, columns)
    spend(size >> 6)
    return (
        _of_one_color(byte, rows, columns) if size <= _ANSWER else Grid(rows, columns, bytes([byte]) * size)
    )


@lru_cache(maxsize=2048)
def _of_one_color(byte: int, rows: int, columns: int) -> Grid:
    """A small grid of that color, kept for all runs with its planes."""
    color = byte if byte < 128 else byte - 256
    return Grid(rows, columns, bytes([byte]) * (rows * columns), ((color, rectangle(rows, columns)),))


def crop(grid: Grid, start: IntegerTuple, dims: IntegerTuple) -> Grid:
    """The part from that corner of that size, as far as it is in the grid.

    As in Python's slices, a negative start or end counts from the far edge.
    """
    grid = grid_of(grid)
    (top, left), (rows, columns) = vector(start), vector(dims)
    data, wide = grid.data, grid.width
    if 0 <= top < top + rows <= grid.height and 0 <= left < left + columns <= wide:
        spend(rows >> 2)
        first = top * wide + left
        parts = [data[i : i + columns] for i in range(first, first + rows * wide, wide)]
        return Grid(rows, columns, b"".join(parts))
    lines = grid.lines[top : top + rows]
    spend(len(lines) >> 2)
    return from_lines([line[left : left + columns] for line in lines])


def subgrid(patch: Patch, grid: Grid) -> Grid:
    """The part of the grid in the patch's bounding box."""
    patch = filled(set_of(patch))
    return crop(grid, (patch.top, patch.left), (patch.height, patch.width))


def trim(grid: Grid) -> Grid:
    """The grid without its border."""
    return from_lines([line[1:-1] for line in grid_of(grid).lines[1:-1]])


def tophalf(grid: Grid) -> Grid:
    """The upper half, a middle row left out."""
    grid = grid_of(grid)
    half = grid.height // 2
    return make_grid(half, grid.width if half else 0, grid.data[: half * grid.width])


def bottomhalf(grid: Grid) -> Grid:
    """The lower half, a middle row left out."""
    grid = grid_of(grid)
    half = grid.height // 2
    return make_grid(half, grid.width if half else 0, grid.data[len(grid.data) - half * grid.width :])


def lefthalf(grid: Grid) -> Grid:
    """The left half, a middle column left out."""
    grid = grid_of(grid)
    half = grid.width // 2
    return from_lines([line[:half] for line in grid.lines if half])


def righthalf(grid: Grid) -> Grid:
    """The right half, a middle column left out."""
    grid = grid_of(grid)
    start = (grid.width + 1) // 2
    return from_lines([line[start:] for line in grid.lines if grid.width > 1])


def _parts(n: Any) -> int:
    check_elements(factor(n))
    spend(n)
    return int(n)


def hsplit(grid: Grid, n: Integer) -> Tuple:
    """n equal parts side by side; separators of one cell are skipped where it does not divide."""
    grid, n = rows_of(grid), _parts(n)
    wide, gap = grid.width // n, int(grid.width % n != 0)
    return tuple([crop(grid, (0, (wide + gap) * i), (grid.height, wide)) for i in range(n)])


def vsplit(grid: Grid, n: Integer) -> Tuple:
    """n equal parts one below the other; separators of one cell are skipped where it does not divide."""
    grid, n = rows_of(grid), _parts(n)
    tall, gap = grid.height // n, int(grid.height % n != 0)
    return tuple([crop(grid, ((tall + gap) * i, 0), (tall, grid.width)) for i in range(n)])


def hconcat(a: Grid, b: Grid) -> Grid:
    """The grids side by side, as high as the lower one."""
    a, b = grid_of(a), grid_of(b)
    if a.height > 3:
        spend(a.height >> 2)
    height = min(a.height, b.height)
    parts = chain.from_iterable(zip(a.lines, b.lines, strict=False))
    return make_grid(height, a.width + b.width, b"".join(parts))


def vconcat(a: Grid, b: Grid) -> Grid:
    """One grid below the other."""
    a, b = grid_of(a), grid_of(b)
    if a.height and b.height and a.width != b.width:
        raise DslError("the grids differ in width")
    return make_grid(a.height + b.height, a.width or b.width, a.data + b.data)


def cellwise(a: Grid, b: Grid, fallback: Integer) -> Grid:
    """The color where both grids agree, else the fallback."""
    a, b, byte = rows_of(a), grid_of(b), color_byte(fallback)
    if b.height < a.height or b.width < a.width:
        raise DslError("the second grid is smaller than the first")
    if (a.height, a.width) != (b.height, b.width):
        b = grid_of(crop(b, (0, 0), (a.height, a.width)))
    spend(len(a.data) >> 4)
    cells = [x if x == y else byte for x, y in zip(a.data, b.data, strict=True)]
    return make_grid(a.height, a.width, bytes(cells))


def downscale(grid: Grid, n: Integer) -> Grid:
    """Every n-th row and column."""
    grid, n = rows_of(grid), factor(n)
    return from_lines([line[::n] for line in grid.lines[::n]])
