"""Color and shape."""

from __future__ import annotations

from typing import Any

from tests.oracle.core import OracleError, a_patch, cells, ordered, places, primitive, rows, some_rows, whole


def colors(element: Any) -> list[int]:
    """The color of each cell of a grid or an object."""
    if isinstance(element, tuple):
        return [color for row in rows(element) for color in row]
    return [color for color, _ in cells(element)]


def some_colors(element: Any) -> list[int]:
    """The same of an element that has cells."""
    found = colors(element)
    if not found:
        raise OracleError("no cells")
    return found


@primitive
def mostcolor(element):
    found = some_colors(element)
    return max(sorted(found), key=found.count)


@primitive
def leastcolor(element):
    found = some_colors(element)
    return min(sorted(found), key=found.count)


@primitive
def palette(element):
    return frozenset(colors(element))


@primitive
def numcolors(element):
    return len(set(colors(element)))


@primitive
def colorcount(element, value):
    return colors(element).count(whole(value))


@primitive
def colorfilter(objs, value):
    wanted = whole(value)
    return frozenset(obj for obj in ordered(objs) if color(obj) == wanted)


@primitive
def color(obj):
    return cells(obj)[0][0]


def span(numbers: Any) -> int:
    """How many numbers from the least to the greatest."""
    return max(numbers) - min(numbers) + 1 if numbers else 0


@primitive
def height(piece):
    return len(rows(piece)) if isinstance(piece, tuple) else span([i for i, _ in places(piece)])


@primitive
def width(piece):
    if isinstance(piece, tuple):
        return len(rows(piece)[0]) if piece else 0
    return span([j for _, j in places(piece)])


@primitive
def shape(piece):
    return (height(piece), width(piece))


@primitive
def portrait(piece):
    return height(piece) > width(piece)


@primitive
def square(piece):
    filled = (isinstance(piece, tuple) and bool(some_rows(piece))) or len(piece) == height(piece) * width(
        piece
    )
    return filled and height(piece) == width(piece)


@primitive
def vline(patch):
    elements = a_patch(patch)
    return shape(elements) == (len(elements), 1)


@primitive
def hline(patch):
    elements = a_patch(patch)
    return shape(elements) == (1, len(elements))
