"""Colors, shapes, places and patches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kaggle_batt.dsl.plain.numbers import is_tuple, rows_of
from kaggle_batt.dsl.primitives import patches
from kaggle_batt.dsl.primitives.patches import FAR, SIDE
from kaggle_batt.dsl.values.build import make_set
from kaggle_batt.dsl.values.limits import check_elements, spend
from kaggle_batt.dsl.values.shapes import SetValue
from kaggle_batt.errors import DslError


def _colors(element: Any) -> list[Any]:
    if is_tuple(element):
        return [value for row in element for value in row]
    return [value for value, _ in element]


def _commonest(element: Any, direction: int) -> Any:
    values = _colors(element)
    spend(len(values))
    tally: dict[Any, int] = {}
    for value in values:
        tally[value] = tally.get(value, 0) + direction
    return max(make_set(values), key=tally.__getitem__)


def mostcolor(element: Any) -> Any:
    return _commonest(element, 1)


def leastcolor(element: Any) -> Any:
    return _commonest(element, -1)


def palette(element: Any) -> Any:
    return make_set(_colors(element))


def numcolors(element: Any) -> Any:
    return len(palette(element))


def colorcount(element: Any, value: Any) -> Any:
    if is_tuple(element):
        return sum([rows_of(row).count(value) for row in element])
    return sum([color == value for color, _ in element])


def _lead(container: Any) -> Any:
    for item in container:
        return item
    raise DslError("the container is empty")


def colorfilter(objs: Any, value: Any) -> Any:
    return make_set([obj for obj in objs if _lead(obj)[0] == value])


def color(obj: Any) -> Any:
    return _lead(obj)[0]


def height(piece: Any) -> Any:
    if len(piece) == 0 or is_tuple(piece):
        return len(piece)
    return lowermost(piece) - uppermost(piece) + 1


def width(piece: Any) -> Any:
    if len(piece) == 0:
        return 0
    return len(piece[0]) if is_tuple(piece) else rightmost(piece) - leftmost(piece) + 1


def shape(piece: Any) -> Any:
    return (height(piece), width(piece))


def portrait(piece: Any) -> Any:
    return height(piece) > width(piece)


def square(piece: Any) -> Any:
    if is_tuple(piece):
        return len(piece) == len(piece[0])
    tall, wide = shape(piece)
    return tall * wide == len(piece) and tall == wide


def vline(patch: Any) -> Any:
    return height(patch) == len(patch) and width(patch) == 1


def hline(patch: Any) -> Any:
    return width(patch) == len(patch) and height(patch) == 1


def _has_colors(patch: Any) -> bool:
    """Are the elements pairs of a color and a location, to go by the first one?"""
    return is_tuple(_lead(patch)[1])


def toindices(patch: Any) -> Any:
    if len(patch) == 0:
        return make_set([])
    return make_set([place for _, place in patch]) if _has_colors(patch) else rows_of(patch)


def _axis(patch: Any, number: int) -> list[Any]:
    places = [(row, column) for row, column in toindices(patch)]
    return [place[number] for place in places]


def uppermost(patch: Any) -> Any:
    return min(_axis(patch, 0))


def lowermost(patch: Any) -> Any:
    return max(_axis(patch, 0))


def leftmost(patch: Any) -> Any:
    return min(_axis(patch, 1))


def rightmost(patch: Any) -> Any:
    return max(_axis(patch, 1))


def _corner(patch: Any, *extremes: Callable[[Any], Any]) -> Any:
    axes = list(zip(*toindices(patch), strict=False))
    if len(axes) > 2 and extremes[0] is not extremes[1]:
        raise DslError("a patch was expected")
    return tuple([(extremes[0] if number == 0 else extremes[1])(axis) for number, axis in enumerate(axes)])


def ulcorner(patch: Any) -> Any:
    return _corner(patch, min, min)


def urcorner(patch: Any) -> Any:
    return _corner(patch, min, max)


def llcorner(patch: Any) -> Any:
    return _corner(patch, max, min)


def lrcorner(patch: Any) -> Any:
    return _corner(patch, max, max)


def corners(patch: Any) -> Any:
    return make_set([ulcorner(patch), urcorner(patch), llcorner(patch), lrcorner(patch)])


def center(patch: Any) -> Any:
    return (uppermost(patch) + height(patch) // 2, leftmost(patch) + width(patch) // 2)


def centerofmass(patch: Any) -> Any:
    return tuple([sum(axis) // len(patch) for axis in zip(*toindices(patch), strict=False)])


def recolor(value: Any, patch: Any) -> Any:
    return make_set([(value, place) for place in toindices(patch)])


def moved(patch: Any, place: Callable[[Any, Any], Any]) -> Any:
    """The patch with each location at the place that the function returns."""
    if _has_colors(patch):
        return make_set([(value, place(row, column)) for value, (row, column) in patch])
    return make_set([place(row, column) for row, column in patch])


def shift(patch: Any, directions: Any) -> Any:
    if len(patch) == 0:
        return rows_of(patch)
    down, right = directions
    return moved(patch, lambda row, column: (row + down, column + right))


def normalize(patch: Any) -> Any:
    return shift(patch, (-uppermost(patch), -leftmost(patch))) if len(patch) else rows_of(patch)


def _around(loc: Any, steps: Iterable[tuple[int, int]]) -> Any:
    return make_set([(loc[0] + down, loc[1] + right) for down, right in steps])


STRAIGHT = ((-1, 0), (1, 0), (0, -1), (0, 1))
SLANTED = ((-1, -1), (-1, 1), (1, -1), (1, 1))


def dneighbors(loc: Any) -> Any:
    return _around(loc, STRAIGHT)


def ineighbors(loc: Any) -> Any:
    return _around(loc, SLANTED)


def neighbors(loc: Any) -> Any:
    return _around(loc, STRAIGHT + SLANTED)


def hmatching(a: Any, b: Any) -> Any:
    return not set(_axis(a, 0)).isdisjoint(_axis(b, 0))


def vmatching(a: Any, b: Any) -> Any:
    return not set(_axis(a, 1)).isdisjoint(_axis(b, 1))


def manhattan(a: Any, b: Any) -> Any:
    ours, theirs = toindices(a), toindices(b)
    spend(len(ours) * len(theirs))
    return min([abs(i - k) + abs(j - m) for i, j in ours for k, m in theirs])


def adjacent(a: Any, b: Any) -> Any:
    return manhattan(a, b) == 1


def bordering(patch: Any, grid: Any) -> Any:
    if uppermost(patch) == 0 or leftmost(patch) == 0 or lowermost(patch) == len(grid) - 1:
        return True
    return rightmost(patch) == len(grid[0]) - 1


def position(a: Any, b: Any) -> Any:
    (i, j), (k, m) = center(toindices(a)), center(toindices(b))
    down = 0 if i == k else 1 if i < k else -1
    return (down, 0 if down and j == m else 1 if j < m else -1)


def gravitate(source: Any, destination: Any) -> Any:
    (i, j), (k, m) = center(source), center(destination)
    upright = vmatching(source, destination)
    step = (1 if i < k else -1, 0) if upright else (0, 1 if j < m else -1)
    count = 0
    while count < FAR and not adjacent(source, destination):
        count += 1
        source = shift(source, step)
    return (count * step[0], count * step[1])


def filled_box(top: int, left: int, bottom: int, right: int) -> Any:
    rows = range(top, bottom + 1)
    columns = range(left, right + 1) if rows else ()
    check_elements(len(rows) * len(columns))
    return [(row, column) for row in rows for column in columns]


def backdrop(patch: Any) -> Any:
    if len(patch) == 0:
        return make_set([])
    (top, left), (bottom, right) = ulcorner(toindices(patch)), lrcorner(patch)
    return make_set(filled_box(top, left, bottom, right))


def delta(patch: Any) -> Any:
    if len(patch) == 0:
        return make_set([])
    places = toindices(patch)
    if not isinstance(places, SetValue):
        raise DslError("a set was expected")
    return backdrop(patch) - places


def _outline(patch: Any, by: int) -> Any:
    top, bottom = sorted((uppermost(patch) - by, lowermost(patch) + by))
    left, right = sorted((leftmost(patch) - by, rightmost(patch) + by))
    whole = filled_box(top, left, bottom, right)
    return make_set([place for place in whole if place[0] in (top, bottom) or place[1] in (left, right)])


def box(patch: Any) -> Any:
    return _outline(patch, 0) if len(patch) else rows_of(patch)


def inbox(patch: Any) -> Any:
    return _outline(patch, -1)


def outbox(patch: Any) -> Any:
    return _outline(patch, 1)


def connect(a: Any, b: Any) -> Any:
    return patches.connect(tuple(a), tuple(b))


def shoot(start: Any, direction: Any) -> Any:
    down, right = start[0] + FAR * direction[0], start[1] + FAR * direction[1]
    return connect(start, (down, right))


def vfrontier(location: Any) -> Any:
    return make_set([(row, location[1]) for row in range(SIDE)])


def hfrontier(location: Any) -> Any:
    return make_set([(location[0], column) for column in range(SIDE)])


def _period(obj: Any, extent: Callable[[Any], Any], down: int, right: int) -> Any:
    whole = normalize(obj)
    most = extent(whole)
    for count in range(1, most):
        spend(len(whole))
        moved = shift(whole, (-count * down, -count * right))
        if all([cell in whole for cell in [(c, (i, j)) for c, (i, j) in moved if min(i, j) >= 0]]):
            return count
    return most


def hperiod(obj: Any) -> Any:
    return _period(obj, width, 0, 1)


def vperiod(obj: Any) -> Any:
    return _period(obj, height, 1, 0)
