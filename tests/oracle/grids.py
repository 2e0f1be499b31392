"""Grids."""

from __future__ import annotations

from typing import Any

from tests.oracle.colors import height, mostcolor, palette, shape, width
from tests.oracle.core import (
    OracleError,
    a_patch,
    cells,
    places,
    primitive,
    rows,
    some_places,
    some_rows,
    vector,
    whole,
)  # fmt: skip
from tests.oracle.patches import bounds, dneighbors, neighbors, normalize, shift, transposed, ulcorner


def built(grid: Any, color_at: Any) -> tuple[tuple[int, ...], ...]:
    """A grid of the same shape with the color `color_at(location, old color)` everywhere."""
    return tuple(
        tuple(color_at((i, j), color) for j, color in enumerate(row)) for i, row in enumerate(rows(grid))
    )


def at_least_one(n: Any) -> int:
    """The Integer, a number of parts or a factor."""
    if whole(n) < 1:
        raise OracleError(f"{n} is below 1")
    return n


@primitive
def rot90(grid):
    return transposed(rows(grid)[::-1])


@primitive
def rot180(grid):
    return tuple(row[::-1] for row in rows(grid)[::-1])


@primitive
def rot270(grid):
    return transposed(rows(grid))[::-1]


@primitive
def asindices(grid):
    return frozenset((i, j) for i, row in enumerate(rows(grid)) for j in range(len(row)))


@primitive
def asobject(grid):
    return frozenset((color, (i, j)) for i, row in enumerate(rows(grid)) for j, color in enumerate(row))


@primitive
def ofcolor(grid, value):
    wanted = whole(value)
    return frozenset(place for color, place in asobject(grid) if color == wanted)


@primitive
def index(grid, loc):
    i, j = vector(loc)
    high, wide = shape(some_rows(grid))
    return grid[i][j] if 0 <= i < high and 0 <= j < wide else None


@primitive
def toobject(patch, grid):
    return frozenset((index(grid, place), place) for place in places(patch) & asindices(some_rows(grid)))


@primitive
def objects(grid, univalued, diagonal, without_bg):
    background = mostcolor(rows(grid)) if whole(without_bg) and some_rows(grid) else None
    some_rows(grid)
    around = neighbors if whole(diagonal) else dneighbors
    one_color = bool(whole(univalued))
    left = {place for color, place in asobject(grid) if color != background}
    found = set()
    while left:
        start = min(left)
        component, new = {start}, {start}
        while new:
            reached = {near for place in new for near in around(place)} & left
            if one_color:
                reached = {place for place in reached if index(grid, place) == index(grid, start)}
            new = reached - component
            component |= new
        left -= component
        found.add(toobject(frozenset(component), grid))
    return frozenset(found)


def part_of(grid: Any, color: int) -> frozenset[Any]:
    """The object of all cells of that color."""
    return frozenset((color, place) for place in ofcolor(grid, color))


@primitive
def partition(grid):
    return frozenset(part_of(grid, color) for color in palette(rows(grid)))


@primitive
def fgpartition(grid):
    found = palette(rows(grid))
    background = mostcolor(grid)
    return frozenset(part_of(grid, color) for color in found if color != background)


def one_colored(lines: Any) -> list[int]:
    """The numbers of the lines that are of one color."""
    return [number for number, line in enumerate(lines) if len(set(line)) == 1]


@primitive
def frontiers(grid):
    high, wide = shape(some_rows(grid))
    across = [frozenset((i, j) for j in range(wide)) for i in one_colored(grid)]
    down = [frozenset((i, j) for i in range(high)) for j in one_colored(transposed(grid))]
    return frozenset(toobject(line, grid) for line in across + down)


@primitive
def compress(grid):
    across, down = one_colored(rows(grid)), one_colored(transposed(grid))
    return tuple(
        tuple(color for j, color in enumerate(row) if j not in down)
        for i, row in enumerate(grid)
        if i not in across
    )


@primitive
def occurrences(grid, obj):
    top, left, bottom, right = bounds(cells(a_patch(obj)))
    shape_of_it = normalize(frozenset(cells(obj)))
    high, wide = shape(some_rows(grid))
    return frozenset(
        (i, j)
        for i in range(high - (bottom - top))
        for j in range(wide - (right - left))
        if shift(shape_of_it, (i, j)) <= asobject(grid)
    )


@primitive
def fill(grid, value, patch):
    new, here = whole(value), places(patch)
    return built(some_rows(grid), lambda place, color: new if place in here else color)


@primitive
def paint(grid, obj):
    colors = {place: color for color, place in cells(obj)}
    return built(some_rows(grid), lambda place, color: colors.get(place, color))


@primitive
def underfill(grid, value, patch):
    new, here, background = whole(value), places(patch), mostcolor(rows(grid))
    return built(grid, lambda place, color: new if color == background and place in here else color)


@primitive
def underpaint(grid, obj):
    background = mostcolor(rows(grid))
    colors = {place: color for color, place in reversed(cells(obj)) if color != background}
    return built(grid, lambda place, color: colors.get(place, color) if color == background else color)


@primitive
def cover(grid, patch):
    return fill(grid, mostcolor(rows(grid)), patch)


@primitive
def move(grid, obj, offset):
    return paint(cover(grid, cells(obj)), shift(obj, offset))


@primitive
def replace(grid, replacee, replacer):
    old, new = whole(replacee), whole(replacer)
    return built(grid, lambda _, color: new if color == old else color)


@primitive
def switch(grid, a, b):
    exchanged = {whole(a): whole(b), whole(b): a}
    return built(grid, lambda _, color: exchanged.get(color, color))


@primitive
def crop(grid, start, dims):
    (i, j), (height, width) = vector(start), vector(dims)
    return tuple(row[j : j + width] for row in rows(grid)[i : i + height])


@primitive
def subgrid(patch, grid):
    top, left, bottom, right = bounds(some_places(a_patch(patch)))
    return crop(grid, (top, left), (bottom - top + 1, right - left + 1))


@primitive
def trim(grid):
    return tuple(row[1:-1] for row in rows(grid)[1:-1])


@primitive
def tophalf(grid):
    return rows(grid)[: len(grid) // 2]


@primitive
def bottomhalf(grid):
    return rows(grid)[(len(grid) + 1) // 2 :]


@primitive
def lefthalf(grid):
    return rot270(tophalf(rot90(grid)))


@primitive
def righthalf(grid):
    return rot270(bottomhalf(rot90(grid)))


def starts(length: int, n: int) -> list[int]:
    """Where n equal parts of a length start, with a separator of one where it does not divide."""
    step = length // n + (1 if length % n else 0)
    return [step * part for part in range(n)]


@primitive
def hsplit(grid, n):
    high, wide = shape(some_rows(grid))
    return tuple(crop(grid, (0, start), (high, wide // n)) for start in starts(wide, at_least_one(n)))


@primitive
def vsplit(grid, n):
    high, wide = shape(some_rows(grid))
    return tuple(crop(grid, (start, 0), (high // n, wide)) for start in starts(high, at_least_one(n)))


@primitive
def hconcat(a, b):
    return tuple(left + right for left, right in zip(rows(a), rows(b), strict=False))


@primitive
def vconcat(a, b):
    return rows(rows(a) + rows(b))


@primitive
def cellwise(a, b, fallback):
    if height(rows(a)) > height(rows(b)) or width(a) > width(b):
        raise OracleError("the second grid is smaller")
    other = whole(fallback)
    return built(some_rows(a), lambda place, color: color if index(b, place) == color else other)


@primitive
def canvas(value, dims):
    high, wide = vector(dims)
    color = whole(value)
    return tuple(tuple(color for _ in range(wide)) for _ in range(high))


def times(items: Any, n: int) -> tuple[Any, ...]:
    """Each item n times."""
    count = at_least_one(n)
    return tuple(item for item in items for _ in range(count))


@primitive
def hupscale(grid, n):
    count = at_least_one(n)
    return tuple(times(row, count) for row in rows(grid))


@primitive
def vupscale(grid, n):
    return times(rows(grid), n)


@primitive
def upscale(element, n):
    if isinstance(element, tuple):
        return vupscale(hupscale(element, n), n)
    count = at_least_one(n)
    if not cells(element):
        return frozenset()
    large = {
        (color, (i * count + down, j * count + right))
        for color, (i, j) in normalize(element)
        for down in range(count)
        for right in range(count)
    }
    return shift(frozenset(large), ulcorner(element))


@primitive
def downscale(grid, n):
    step = at_least_one(n)
    return tuple(row[::step] for row in some_rows(grid)[::step])
