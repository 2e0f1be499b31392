"""Places and patches."""

from __future__ import annotations

from typing import Any

from tests.oracle.colors import shape
from tests.oracle.core import (
    OracleError,
    a_patch,
    cells,
    is_location,
    ordered,
    places,
    primitive,
    rows,
    some_places,
    some_rows,
    vector,
    whole,
)  # fmt: skip


def bounds(patch: Any) -> tuple[int, int, int, int]:
    """Uppermost, leftmost, lowermost and rightmost of a patch that has locations."""
    found = some_places(patch)
    return (
        min(i for i, _ in found),
        min(j for _, j in found),
        max(i for i, _ in found),
        max(j for _, j in found),
    )


def moved(patch: Any, move: Any) -> Any:
    """The patch as a set with each location taken to `move(i, j)`."""
    found = ordered(patch)
    if patch == ():
        raise OracleError("no patch: ()")
    if all(is_location(place) for place in found):
        return frozenset(move(i, j) for i, j in found)
    return frozenset((color, move(i, j)) for color, (i, j) in cells(patch))


@primitive
def ulcorner(patch):
    top, left, _, _ = bounds(patch)
    return (top, left)


@primitive
def urcorner(patch):
    top, _, _, right = bounds(patch)
    return (top, right)


@primitive
def llcorner(patch):
    _, left, bottom, _ = bounds(patch)
    return (bottom, left)


@primitive
def lrcorner(patch):
    _, _, bottom, right = bounds(patch)
    return (bottom, right)


@primitive
def uppermost(patch):
    return bounds(patch)[0]


@primitive
def leftmost(patch):
    return bounds(patch)[1]


@primitive
def lowermost(patch):
    return bounds(patch)[2]


@primitive
def rightmost(patch):
    return bounds(patch)[3]


@primitive
def center(patch):
    top, left, bottom, right = bounds(a_patch(patch))
    return (top + (bottom - top + 1) // 2, left + (right - left + 1) // 2)


@primitive
def centerofmass(patch):
    found, count = some_places(a_patch(patch)), len(patch)
    return (sum(i for i, _ in found) // count, sum(j for _, j in found) // count)


@primitive
def toindices(patch):
    return places(a_patch(patch))


@primitive
def recolor(value, patch):
    color = whole(value)
    return frozenset((color, place) for place in places(patch))


@primitive
def shift(patch, direction):
    down, right = vector(direction)
    return moved(patch, lambda i, j: (i + down, j + right))


@primitive
def normalize(patch):
    if not places(patch):
        return frozenset()
    top, left, _, _ = bounds(patch)
    return moved(patch, lambda i, j: (i - top, j - left))


def mirrored(piece: Any, of_grid: Any, of_place: Any) -> Any:
    """A grid by `of_grid`; a patch by `of_place(i, j, last row, last column)`, relative to its corner."""
    if isinstance(piece, tuple):
        return of_grid(rows(piece))
    top, left, bottom, right = bounds(piece)

    def move(i, j):
        down, along = of_place(i - top, j - left, bottom - top, right - left)
        return (top + down, left + along)

    return moved(piece, move)


@primitive
def hmirror(piece):
    return mirrored(piece, lambda grid: grid[::-1], lambda i, j, m, n: (m - i, j))


@primitive
def vmirror(piece):
    return mirrored(piece, lambda grid: tuple(row[::-1] for row in grid), lambda i, j, m, n: (i, n - j))


def transposed(grid: Any) -> Any:
    """The columns as rows."""
    return tuple(zip(*grid, strict=True))


@primitive
def dmirror(piece):
    return mirrored(piece, transposed, lambda i, j, m, n: (j, i))


@primitive
def cmirror(piece):
    return mirrored(
        piece,
        lambda grid: transposed(tuple(row[::-1] for row in grid[::-1])),
        lambda i, j, m, n: (n - j, m - i),
    )


@primitive
def dneighbors(loc):
    i, j = vector(loc)
    return frozenset([(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)])


@primitive
def ineighbors(loc):
    i, j = vector(loc)
    return frozenset([(i - 1, j - 1), (i - 1, j + 1), (i + 1, j - 1), (i + 1, j + 1)])


@primitive
def neighbors(loc):
    return dneighbors(loc) | ineighbors(loc)


@primitive
def hmatching(a, b):
    return bool({i for i, _ in places(a)} & {i for i, _ in places(b)})


@primitive
def vmatching(a, b):
    return bool({j for _, j in places(a)} & {j for _, j in places(b)})


@primitive
def manhattan(a, b):
    return min(abs(i - k) + abs(j - m) for i, j in places(a) for k, m in places(b))


@primitive
def adjacent(a, b):
    return manhattan(a, b) == 1


@primitive
def bordering(patch, grid):
    top, left, bottom, right = bounds(patch)
    height, width = shape(some_rows(grid))
    return top == 0 or left == 0 or bottom == height - 1 or right == width - 1


@primitive
def position(a, b):
    (i, j), (k, m) = center(a), center(b)
    down = (i < k) - (i > k)
    right = (j < m) - (j > m)
    return (0, -1) if down == right == 0 else (down, right)


@primitive
def gravitate(source, destination):
    (i, j), (k, m) = center(source), center(destination)
    if vmatching(source, destination):
        step = (1, 0) if i < k else (-1, 0)
    else:
        step = (0, 1) if j < m else (0, -1)
    for count in range(42):
        way = (step[0] * count, step[1] * count)
        if adjacent(shift(source, way), destination):
            return way
    return (step[0] * 42, step[1] * 42)


@primitive
def corners(patch):
    top, left, bottom, right = bounds(patch)
    return frozenset([(top, left), (top, right), (bottom, left), (bottom, right)])


def rectangle(top: int, left: int, bottom: int, right: int) -> frozenset[tuple[int, int]]:
    """All locations between two opposite corners, whichever they are."""
    return frozenset(
        (i, j)
        for i in range(min(top, bottom), max(top, bottom) + 1)
        for j in range(min(left, right), max(left, right) + 1)
    )


def outline(top: int, left: int, bottom: int, right: int) -> frozenset[tuple[int, int]]:
    """The locations on the edge of a rectangle."""
    inside = rectangle(top, left, bottom, right)
    return frozenset((i, j) for i, j in inside if i in (top, bottom) or j in (left, right))


@primitive
def backdrop(patch):
    return rectangle(*bounds(patch)) if places(patch) else frozenset()


@primitive
def delta(patch):
    return backdrop(a_patch(patch)) - places(patch)


@primitive
def box(patch):
    return outline(*bounds(patch)) if places(patch) else frozenset()


@primitive
def inbox(patch):
    top, left, bottom, right = bounds(patch)
    return outline(top + 1, left + 1, bottom - 1, right - 1)


@primitive
def outbox(patch):
    top, left, bottom, right = bounds(patch)
    return outline(top - 1, left - 1, bottom + 1, right + 1)


@primitive
def connect(a, b):
    (i, j), (k, m) = vector(a), vector(b)
    steps = max(abs(k - i), abs(m - j))
    if i != k and j != m and abs(k - i) != abs(m - j):
        return frozenset()
    down, right = (k > i) - (k < i), (m > j) - (m < j)
    return frozenset((i + down * step, j + right * step) for step in range(steps + 1))


@primitive
def shoot(start, direction):
    (i, j), (down, right) = vector(start), vector(direction)
    return connect(start, (i + 42 * down, j + 42 * right))


@primitive
def vfrontier(loc):
    _, j = vector(loc)
    return frozenset((i, j) for i in range(30))


@primitive
def hfrontier(loc):
    i, _ = vector(loc)
    return frozenset((i, j) for j in range(30))


def period(obj: Any, direction: tuple[int, int], extent: int) -> int:
    """The smallest shift after which what is left of the object lies within it; else its extent."""
    start = normalize(obj)
    if extent > 1:
        cells(start)
    for step in range(1, extent):
        shifted = shift(start, (direction[0] * step, direction[1] * step))
        if all(element in start for element in shifted if min(*next(iter(places((element,))))) >= 0):
            return step
    return extent


@primitive
def hperiod(obj):
    return period(obj, (0, -1), max((j + 1 for _, j in places(normalize(obj))), default=0))


@primitive
def vperiod(obj):
    return period(obj, (-1, 0), max((i + 1 for i, _ in places(normalize(obj))), default=0))
