"""What is drawn repeated to the edges, continued to a size; spirals and rings that fill the grid."""

from functools import lru_cache, reduce
from itertools import pairwise
from operator import and_
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Facts
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results, coordinates, equal, only, under
from kaggle_batt.dsl.extensions.bits import guarded_bits
from kaggle_batt.dsl.extensions.geometry import Box, bounds, four, padded, shift, transposed
from kaggle_batt.dsl.extensions.registry import Tried, family

#: numbers of the repetitions that are drawn: the box itself, those before, those after, all
_ONE, _BACK, _ON, _ALL = (0, 0), (-99, 0), (0, 99), (-99, 99)
#: by name the repetitions below each other and side by side
_WAYS = {
    "right": (_ONE, _ON),
    "left": (_ONE, _BACK),
    "down": (_ON, _ONE),
    "up": (_BACK, _ONE),
    "across": (_ONE, _ALL),
    "downward": (_ALL, _ONE),
    "everywhere": (_ALL, _ALL),
}


def smallest_period(array: Array) -> int:
    """The smallest shift down under which the rows repeat; the height if none does."""
    return next((step for step in range(1, len(array)) if equal(array[step:], array[:-step])), len(array))


@lru_cache(maxsize=4096)
def _places(start: int, size: int, length: int, first: int, last: int, rest: int) -> Any:
    """For each cell of a line its place in a picture of that size, repeated from `start` on; `rest` where the
    number of the repetition is outside `first` to `last`."""
    number, place = np.divmod(np.arange(length) - start, size)
    return np.where((number >= first) & (number <= last), np.minimum(place, rest), rest)


def _laid(array: Array, box: Box, gap: int, way: str) -> Array:
    """The box drawn again at multiples of its size plus the gap, under the grid."""
    height, width = array[box].shape
    # the last row and column are empty
    picture = padded(array[box], 0, 1, 0, 1)
    (tall, wide), (down, across) = array.shape, _WAYS[way]
    rows = _places(box[0].start, height + gap, tall, *down, height)
    columns = _places(box[1].start, width + gap, wide, *across, width)
    return under(array, picture.take(rows, 0).take(columns, 1))


@Tried(360, deep=True)
@family(
    " ".join([f"{name}_{gap}" for gap in (0, 1) for name in _WAYS])
    + " lines_across lines_down lines_along period_right period_down period_across period_downward"
    + " period_everywhere unframed unframed_next packed",
    cost=13,
    charge=(103, 45),
)
def tilings(array: Array) -> Results | None:
    """The box of the colored cells repeated to the edges, touching or a cell apart; colored lines in turn;
    the colored cells repeated wherever they fit."""
    box = bounds(array > 0)
    if box is None:
        return None
    picture, (rows, columns) = array[box], box
    if picture.shape == array.shape:
        return _unframed(array)
    found: Results = {f"{way}_{gap}": _laid(array, box, gap, way) for gap in (0, 1) for way in _WAYS}
    first_rows = slice(rows.start, rows.start + smallest_period(picture))
    first_columns = slice(columns.start, columns.start + smallest_period(picture.T))
    for way in ("right", "across", "down", "downward", "everywhere"):
        down, across = _WAYS[way]
        part = rows if down == _ONE else first_rows, columns if across == _ONE else first_columns
        found[f"period_{way}"] = _laid(array, part, 0, way)
    found["lines_across"], found["lines_down"] = _in_turn(array), transposed(_in_turn, array)
    found["lines_along"] = found["lines_across" if array.shape[1] >= array.shape[0] else "lines_down"]
    found["packed"] = _packed(array, picture)
    return found


def _packed(array: Array, picture: Array) -> Array:
    """The grid with copies of the picture on cells of 0, each as high up, then as far left as it fits."""
    stride, free = array.shape[1] + 1, guarded_bits(array == 0)
    rows, columns = picture.nonzero()
    cells = rows * stride + columns
    offsets, places = cells.tolist(), list[int]()
    shape = sum([1 << offset for offset in offsets])
    while fits := reduce(and_, [free >> offset for offset in offsets]):
        places.append((fits & -fits).bit_length() - 1)
        free &= ~(shape << places[-1])
    result = array.copy()
    result[np.divmod(np.array(places, np.int64)[:, None] + cells, stride)] = picture[rows, columns]
    return result


def _unframed(array: Array) -> Results | None:
    """What the last corner's color hides right and below, by the period of the rest; the same one cell on."""
    known = bounds(array != array[-1, -1])
    if known is None or known[0].start or known[1].start or array[known].size == array.size:
        return None
    picture = array[known]
    rows = picture[np.arange(array.shape[0]) % smallest_period(picture)]
    right, across = smallest_period(picture.T), np.arange(array.shape[1])
    return {"unframed": rows[:, across % right], "unframed_next": rows[:, (across + 1) % right]}


def _in_turn(array: Array) -> Array | None:
    """The columns with color filled, and repeated in turn to the right at the distance of the first two."""
    columns = np.flatnonzero(array.any(0)).tolist()
    if len({b - a for a, b in pairwise(columns)}) != 1:
        return None
    result = np.zeros(array.shape, np.uint8)
    for number, column in enumerate(range(columns[0], array.shape[1], columns[1] - columns[0])):
        result[:, column] = array[:, columns[number % len(columns)]].max()
    return result


@Tried(260, Facts.grown_size, only_resized=True)
@family(
    "down right both alternated down_end right_end nested slanted slid_down slid_right",
    cost=13,
    charge=(50, 0),
)
def continued(array: Array, height: int, width: int) -> Results | None:
    """The grid's smallest repetition continued down, right or both ways to that size (if negative, in halves
    of its own); the same moved by a step each time; nested corners, slanted stripes."""
    tall, wide = array.shape
    sides = (height, tall), (width, wide)
    height, width = (-wanted * own // 2 if wanted < 0 else wanted for wanted, own in sides)
    if not (tall <= height <= LARGEST and wide <= width <= LARGEST) or (height, width) == array.shape:
        return None
    down, right = smallest_period(array), smallest_period(array.T)
    rows, columns = np.arange(height), np.arange(width)
    found = _along_diagonal(array, height, width)
    found["both"] = array[rows % down][:, columns % right]
    found["alternated"] = array[rows % tall][:, columns % wide]
    if width == wide:
        found["down"] = array[rows % down]
        found["slid_down"] = _slid(array, height)
        found["down_end"] = array[np.where(rows < tall, rows, (rows - tall) % down)]
    if height == tall:
        found["right"] = array[:, columns % right]
        found["slid_right"] = transposed(lambda turned: _slid(turned, width), array)
        found["right_end"] = array[:, np.where(columns < wide, columns, (columns - wide) % right)]
    return found


def _slid(array: Array, height: int) -> Array | None:
    """That many rows: those of the grid, then the smallest number of them that repeat moved by a step, so."""
    for down in range(1, len(array)):
        first, other = (array[[0, down]] > 0).argmax(1).tolist()
        if equal(array[down:], shift(array[:-down], 0, other - first)):
            blocks = [array[:down]]
            while len(blocks) * down < height:
                blocks.append(shift(blocks[-1], 0, other - first))
            return np.concatenate(blocks)[:height]
    return None


def _along_diagonal(array: Array, height: int, width: int) -> Results:
    """Nested corners, or diagonal lines, in the colors of the grid continued, where it consists of them."""
    rows, columns = coordinates(height, width)
    found: Results = {}
    for name, place in (("nested", np.maximum(rows, columns)), ("slanted", rows + columns)):
        inner = place[: array.shape[0], : array.shape[1]]
        colors = np.zeros(int(inner.max()) + 1, np.uint8)
        colors[inner[array > 0]] = array[array > 0]
        turn = np.trim_zeros(colors)
        if len(turn) > 1 and equal(only(colors[inner], array > 0), array):
            found[name] = turn[(place - int(np.flatnonzero(colors)[0])) % len(turn)]
    return found


@lru_cache(maxsize=256)
def _spiral(height: int, width: int) -> Array:
    """1 on a path that starts to the right in the upper left corner and turns inward, a cell from itself."""
    board = np.ones((height + 4, width + 4), np.uint8)
    board[2:-2, 2:-2] = 0
    row, column, way, turns = 2, 2, 0, 0
    board[row, column] = 1
    while turns < 2:
        down, right = ((0, 1), (1, 0), (0, -1), (-1, 0))[way]
        # one cell ahead must be free and the next one not part of the way
        y, x = row + 2 * down, column + 2 * right
        inside = 2 <= y < height + 2 and 2 <= x < width + 2
        if board[row + down, column + right] or (inside and board[y, x]):
            way, turns = (way + 1) % 4, turns + 1
            continue
        row, column, turns = row + down, column + right, 0
        board[row, column] = 1
    board = board[2:-2, 2:-2]
    board.setflags(write=False)
    return board


@Tried(110)
@family("right right_up left left_up down down_left up up_left", cost=13, charge=(14, 4))
def spirals(array: Array) -> Results | None:
    """Spirals from a corner inward, as marks, named by their first direction (and their corner); in a grid of
    more than two colors only if none is its ground."""
    height, width = array.shape
    data, colors = array.tobytes(), set(array.tobytes())
    if min(height, width) < 3 or (len(colors) > 2 and 2 * max(map(data.count, colors)) > len(data)):
        return None
    names = "right right_up left left_up down up down_left up_left"
    made = [*four(_spiral(height, width)), *four(_spiral(width, height).T)]
    return dict(zip(names.split(), made, strict=True))
