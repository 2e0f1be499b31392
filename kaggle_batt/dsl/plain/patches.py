"""Colors, shapes, places and patches."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from kaggle_batt.dsl.plain.numbers import is_tuple, rows_of
from kaggle_batt.dsl.primitives import patches
from kaggle_batt.dsl.primitives.patches import FAR, SIDE
from kaggle_batt.dsl.values.build import make_set
from kaggle_batt.dsl.values.limits import check_elements, spend
from kaggle_batt.dsl.values.shapes import SetValue
from kaggle_batt.errors import DslError

STRAIGHT = ((-1, 0), (1, 0), (0, -1), (0, 1))
SLANTED = ((-1, -1), (-1, 1), (1, -1), (1, 1))


def _colors(element: Any) -> list[Any]:
    if is_tuple(element):
        return [value for row in element for value in row]
    return [value for value, _ in element]


def palette(element: Any) -> Any:
    return make_set(_colors(element))


def _commonest(direction: int, element: Any) -> Any:
    values = _colors(element)
    spend(len(values))
    tally: dict[Any, int] = {}
    for value in values:
        tally[value] = tally.get(value, 0) + direction
    return max(make_set(values), key=tally.__getitem__)


mostcolor, leastcolor = partial(_commonest, 1), partial(_commonest, -1)


def colorcount(element: Any, value: Any) -> Any:
    if is_tuple(element):
        return sum([rows_of(row).count(value) for row in element])
    return sum([color == value for color, _ in element])


def _lead(container: Any) -> Any:
    for item in container:
        return item
    raise DslError("the container is empty")


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


def square(piece: Any) -> Any:
    if is_tuple(piece):
        return len(piece) == len(piece[0])
    tall, wide = shape(piece)
    return tall * wide == len(piece) and tall == wide


def _has_colors(patch: Any) -> bool:
    """Are the elements pairs of a color and a location, as the first one shows?"""
    return is_tuple(_lead(patch)[1])


def toindices(patch: Any) -> Any:
    if len(patch) == 0:
        return make_set([])
    return make_set([place for _, place in patch]) if _has_colors(patch) else rows_of(patch)


def _axis(patch: Any, number: int) -> list[Any]:
    places = [(row, column) for row, column in toindices(patch)]
    return [place[number] for place in places]


def _axes(patch: Any) -> list[Any]:
    return list(zip(*toindices(patch), strict=False))


def _side(extreme: Callable[[Any], Any], number: int, patch: Any) -> Any:
    return extreme(_axis(patch, number))


uppermost, lowermost = partial(_side, min, 0), partial(_side, max, 0)
leftmost, rightmost = partial(_side, min, 1), partial(_side, max, 1)


def _corner(vertical: Callable[[Any], Any], horizontal: Callable[[Any], Any], patch: Any) -> Any:
    axes = _axes(patch)
    if len(axes) > 2 and vertical is not horizontal:
        raise DslError("a patch was expected")
    return tuple([(horizontal if number else vertical)(axis) for number, axis in enumerate(axes)])


ulcorner, urcorner = partial(_corner, min, min), partial(_corner, min, max)
llcorner, lrcorner = partial(_corner, max, min), partial(_corner, max, max)


def center(patch: Any) -> Any:
    return (uppermost(patch) + height(patch) // 2, leftmost(patch) + width(patch) // 2)


def moved(patch: Any, place: Callable[[Any, Any], Any]) -> Any:
    """The patch with each location at the place that the function returns for it."""
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


def _matching(a: Any, b: Any, number: int) -> bool:
    return not set(_axis(a, number)).isdisjoint(_axis(b, number))


def manhattan(a: Any, b: Any) -> Any:
    ours, theirs = toindices(a), toindices(b)
    spend(len(ours) * len(theirs))
    return min([abs(i - k) + abs(j - m) for i, j in ours for k, m in theirs])


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
    upright = _matching(source, destination, 1)
    step = (1 if i < k else -1, 0) if upright else (0, 1 if j < m else -1)
    count = 0
    while count < FAR and manhattan(source, destination) != 1:
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


def connect(a: Any, b: Any) -> Any:
    return patches.connect(tuple(a), tuple(b))


def _period(obj: Any, extent: Callable[[Any], Any], down: int, right: int) -> Any:
    whole = normalize(obj)
    most = extent(whole)
    for count in range(1, most):
        spend(len(whole))
        moved = shift(whole, (-count * down, -count * right))
        if all([cell in whole for cell in [(c, (i, j)) for c, (i, j) in moved if min(i, j) >= 0]]):
            return count
    return most


SHORT: dict[str, Callable[..., Any]] = {
    "numcolors": lambda element: len(palette(element)),
    "colorfilter": lambda objs, value: make_set([obj for obj in objs if _lead(obj)[0] == value]),
    "color": lambda obj: _lead(obj)[0],
    "portrait": lambda piece: height(piece) > width(piece),
    "vline": lambda patch: height(patch) == len(patch) and width(patch) == 1,
    "hline": lambda patch: width(patch) == len(patch) and height(patch) == 1,
    "corners": lambda patch: make_set([f(patch) for f in (ulcorner, urcorner, llcorner, lrcorner)]),
    "centerofmass": lambda patch: tuple([sum(axis) // len(patch) for axis in _axes(patch)]),
    "recolor": lambda value, patch: make_set([(value, place) for place in toindices(patch)]),
    "dneighbors": lambda loc: _around(loc, STRAIGHT),
    "ineighbors": lambda loc: _around(loc, SLANTED),
    "neighbors": lambda loc: _around(loc, STRAIGHT + SLANTED),
    "hmatching": lambda a, b: _matching(a, b, 0),
    "vmatching": lambda a, b: _matching(a, b, 1),
    "adjacent": lambda a, b: manhattan(a, b) == 1,
    "box": lambda patch: _outline(patch, 0) if len(patch) else rows_of(patch),
    "inbox": lambda patch: _outline(patch, -1),
    "outbox": lambda patch: _outline(patch, 1),
    "shoot": lambda start, way: connect(start, (start[0] + FAR * way[0], start[1] + FAR * way[1])),
    "vfrontier": lambda location: make_set([(row, location[1]) for row in range(SIDE)]),
    "hfrontier": lambda location: make_set([(location[0], column) for column in range(SIDE)]),
    "hperiod": lambda obj: _period(obj, width, 0, 1),
    "vperiod": lambda obj: _period(obj, height, 1, 0),
}
