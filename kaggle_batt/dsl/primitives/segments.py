"""Objects of a grid: connected components, colors, frontiers (and their removal), occurrences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.boards import rectangle, stride_of
from kaggle_batt.dsl.values.build import (
    box_in,
    expected,
    from_lines,
    grid_of,
    make_set,
    rows_of,
    tight,
    tight_object,
)
from kaggle_batt.dsl.values.kinds import Boolean, Objects
from kaggle_batt.dsl.values.limits import spend
from kaggle_batt.dsl.values.sets import FSet
from kaggle_batt.dsl.values.shapes import EMPTY, Grid, Indices, Object
from kaggle_batt.errors import DslError


def objects(grid: Grid, univalued: Boolean, diagonal: Boolean, without_bg: Boolean) -> Objects:
    """The connected components.

    Of one color or of any, with diagonals or without, with or without the most common color (the background).
    """
    grid = rows_of(grid)
    for flag in (univalued, diagonal, without_bg):
        if not isinstance(flag, int):
            raise expected("a Boolean")
    if not grid.data:
        if without_bg:
            raise DslError("a grid without cells has no background")
        return EMPTY
    spend(len(grid.data) >> 3)
    stride = stride_of(grid.width)
    planes = _foreground(grid) if without_bg else grid.planes
    found: list[Any] = []
    if univalued:
        for color, plane in planes:
            found += _objects(color, plane, stride, bool(diagonal))
    else:
        parts, alone = _parts(sum([board for _, board in planes]), stride, bool(diagonal))
        for part in (*parts, *[1 << place for place in boards.columns_of(alone)]):
            found.append(tight_object([(color, board & part) for color, board in planes], 0, 0, stride))
    return FSet(tuple(found), 1) if found else EMPTY


def _foreground(grid: Grid) -> Sequence[tuple[int, int]]:
    """The planes of all colors but the most common one."""
    background = grid.most_common()
    return [(color, grid.board(color)) for color in grid.colors() if color != background]


def _objects(color: int, board: int, stride: int, diagonal: bool) -> list[Object]:
    """The connected components of a plane, those of several cells first, by their lowest cell."""
    parts, alone = _parts(board, stride, diagonal)
    found = [_object(color, part, stride) for part in parts]
    planes = ((color, 1),)
    while alone:
        low = alone & -alone
        row, column = divmod(low.bit_length() - 1, stride)
        found.append(Object(row, column, 1, 1, planes))
        alone ^= low
    return found


def _object(color: int, board: int, stride: int) -> Object:
    """The object of the cells of a board of a grid, all of one color."""
    row, column, height, width, board = box_in(board, stride)
    return Object(row, column, height, width, ((color, board),))


def _parts(board: int, stride: int, diagonal: bool) -> tuple[list[int], int]:
    """The connected components of several cells of a board, by their lowest cell, and the cells alone. Each
    component grows from the run of its lowest cell until nothing is added."""
    sides = board << 1 | board >> 1
    wide = board | sides if diagonal else board
    rest = board & (sides | wide << stride | wide >> stride)
    alone = board ^ rest
    parts = []
    while rest:
        part, grown = 0, rest & ~(rest + (rest & -rest))
        while part != grown:
            part = grown
            wide = part | part << 1 | part >> 1
            if not diagonal:
                wide &= rest
            grown = (wide | wide << stride | wide >> stride) & rest
        parts.append(part)
        rest ^= part
    return parts, alone


def partition(grid: Grid) -> Objects:
    """One object per color."""
    grid = grid_of(grid)
    return _by_color(grid, grid.planes)


def fgpartition(grid: Grid) -> Objects:
    """One object per color, without the most common one."""
    grid = grid_of(grid)
    if not grid.data:
        raise DslError("a grid without cells has no background")
    return _by_color(grid, _foreground(grid))


def _by_color(grid: Any, planes: Sequence[tuple[int, int]]) -> Any:
    stride = stride_of(grid.width)
    spend(grid.height)
    found = [_object(color, board, stride) for color, board in planes]
    return FSet(tuple(found), 1) if found else EMPTY


def lines_of_one_color(grid: Grid) -> tuple[list[int], list[int]]:
    """The rows and the columns of one color."""
    data, wide = grid.data, grid.width
    spend(grid.height + wide >> 2)
    rows = [i for i, line in enumerate(grid.lines) if line and line.count(line[0]) == len(line)]
    columns = [data[j::wide] for j in range(wide)]
    return rows, [j for j, line in enumerate(columns) if line.count(line[0]) == len(line)]


def frontiers(grid: Grid) -> Objects:
    """The rows and columns of one color, as objects."""
    grid = rows_of(grid)
    tall, wide = grid.height, grid.width
    rows, columns = lines_of_one_color(grid)
    signed = [byte if byte < 128 else byte - 256 for byte in grid.data]
    row, column = rectangle(1, wide), rectangle(tall, 1)
    found = [Object(i, 0, 1, wide, ((signed[i * wide], row),)) for i in rows]
    found += [Object(0, j, tall, 1, ((signed[j], column),)) for j in columns]
    return make_set(found)


def compress(grid: Grid) -> Grid:
    """The grid without the rows and columns of one color."""
    grid = grid_of(grid)
    rows, columns = (set(found) for found in lines_of_one_color(grid))
    kept = [j for j in range(grid.width) if j not in columns]
    lines = [line for i, line in enumerate(grid.lines) if i not in rows]
    if not columns:
        return from_lines(lines)
    return from_lines([bytes([line[j] for j in kept]) for line in lines])


def occurrences(grid: Grid, obj: Any) -> Indices:
    """Where the object's upper left corner can stand so that it lies in the grid exactly.

    The boards of the grid's colors are shifted back by each cell of the object and intersected; those of a
    full rectangle need fewer shifts (see `_eroded`).
    """
    grid = rows_of(grid)
    if type(obj) is not Object:
        raise expected("an object with cells", obj)
    high, long = obj.height, obj.width
    tall, wide = grid.height - high + 1, grid.width - long + 1
    if tall < 1 or wide < 1:
        return EMPTY
    spend(len(obj))
    stride = stride_of(grid.width)
    found, whole = boards.rectangle_in(tall, wide, stride), boards.rectangle_in(high, long, stride)
    for color, board in obj.planes:
        cells = grid.board(color)
        board = boards.restride(board, high, stride_of(long), stride)
        if board == whole:
            found &= _eroded(_eroded(cells, long, 1), high, stride)
            continue
        while board and found:
            found &= cells >> (board & -board).bit_length() - 1
            board &= board - 1
    return tight(found, 0, 0, stride)


def _eroded(cells: int, length: int, step: int) -> int:
    """The cells that begin a run of that length in the direction of a step."""
    run = 1
    while run < length:
        more = min(run, length - run)
        cells &= cells >> more * step
        run += more
    return cells
