"""Parts of a grid: the ways to divide it, and the connected parts that all families of parts share."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import compress

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, by_cells
from kaggle_batt.dsl.extensions.bits import flooded, guarded_bits
from kaggle_batt.dsl.extensions.division import divided, tiles
from kaggle_batt.dsl.extensions.geometry import Box, framed_by, padded

MOST_PARTS = 120  #: a grid with more parts has no object results


class Segmentation(IntEnum):
    """A way to divide a grid into parts or boxes; programs give its number."""

    COLOR_4 = 0  #: connected cells of one color other than 0, with 4 neighbours
    COLOR_8 = 1  #: the same with 8 neighbours
    FILLED_4 = 2  #: connected cells of any colors other than 0, with 4 neighbours
    FILLED_8 = 3  #: the same with 8 neighbours
    EACH_COLOR = 4  #: all cells of a color other than 0, connected or not
    EMPTY_4 = 5  #: connected cells of 0
    PLAIN_4 = 6  #: connected cells of one color, 0 too
    LINKED = 7  #: cells of one color up to two cells apart, of any colors if next to each other
    COLOR_NEAR = 8  #: cells of one color up to two cells apart
    WHOLE = 9  #: all colored cells as one part
    PANELS = 10  #: panels between lines; where these are not alike the stretches of a strip, if any
    ROWS = 11
    COLUMNS = 12
    QUARTERS = 13  #: a middle line belongs to none
    RECTANGLES = 14  #: full rectangles of one color but 0, at least two cells wide and high, largest first
    DOTTED = 15  #: as `COLOR_8`; of the parts of one cell those of one color up to two cells apart as one
    STREWN = 16  #: as `COLOR_8`; each cell of a part less than half as large as the largest by itself
    APART = 17  #: as `FILLED_8`, but the part of `COLOR_8` with the largest box, as a frame, by itself


BOXES = frozenset({Segmentation.PANELS, Segmentation.ROWS, Segmentation.COLUMNS, Segmentation.QUARTERS})
PARTS = frozenset(Segmentation) - BOXES  #: segmentations into parts
MOST_BOXES = 30  #: a grid with more boxes than this has none


class Part:
    """One part: flat cell indices, bounding box, picture (0 outside the part), first cell's color.

    Its spans are the first and last row, the first and last column of the box.
    """

    __slots__ = (
        "bottom", "cells", "color", "height", "left", "picture", "right", "size", "spans", "top", "width",
    )  # fmt: skip

    def __init__(self, cells: list[int], array: Array, segmentation: int, box: Box | None = None) -> None:
        data, width = array.tobytes(), array.shape[1]
        self.cells: Mask = np.array(cells, np.int64)
        self.size = len(cells)
        across = [cell % width for cell in cells]
        if box is None:
            self.top, self.left = min(cells) // width, min(across)
            self.bottom, self.right = max(cells) // width, max(across)
        else:
            (self.top, bottom, _), (self.left, right, _) = [side.indices(30) for side in box]
            self.bottom, self.right = bottom - 1, right - 1
        self.spans = (self.top, self.bottom), (self.left, self.right)
        self.height, self.width = self.bottom - self.top + 1, self.right - self.left + 1
        self.color = data[cells[0]] if cells else 0
        if segmentation in (Segmentation.EMPTY_4, Segmentation.PLAIN_4):
            data = data.translate(_ONE_MORE)
        picture, start = bytearray(self.height * self.width), self.top * self.width + self.left
        for cell, column in zip(cells, across, strict=True):
            picture[cell // width * self.width + column - start] = data[cell]
        # parts are shared by all callers, so the picture is read-only
        self.picture = np.frombuffer(bytes(picture), np.uint8).reshape(self.height, self.width)

    @property
    def box(self) -> Box:
        """The bounding box as an index into the grid."""
        return slice(self.top, self.bottom + 1), slice(self.left, self.right + 1)


_ONE_MORE = bytes([*range(1, 256), 0])  #: a table that gives each color plus one
Parts = Sequence[Part]


def boxes_of(array: Array, segmentation: int) -> list[Box]:
    """The boxes of a segmentation, those of its parts if it has none of its own; at most 30, else none."""
    height, width = array.shape
    if segmentation == Segmentation.PANELS:
        panels = divided(array)
        found = [] if panels and panels.alike else _stretches(array)
        found = found or (panels.boxes if panels else [])
    elif segmentation == Segmentation.ROWS:
        found = tiles(array, 1, width).boxes
    elif segmentation == Segmentation.COLUMNS:
        found = tiles(array, height, 1).boxes
    elif segmentation == Segmentation.QUARTERS:
        rows, columns = [(slice(0, side // 2), slice(side - side // 2, side)) for side in array.shape]
        found = [(row, column) for row in rows for column in columns] if min(array.shape) > 1 else []
    else:
        found = [part.box for part in parts_of(array, segmentation)]
    return found if len(found) <= MOST_BOXES else []


def _stretches(array: Array) -> list[Box]:
    """The squares of a strip; of other grids the shortest equal stretches of which all but one look alike."""
    height, width = array.shape
    long, short = max(height, width), min(height, width)
    if long > short > 1 and long % short == 0:
        return tiles(array, short, short).boxes
    for axis, side in ((1, width), (0, height)):
        for number in range(side // 2, 2, -1):
            pieces = np.split(array, number, axis) if side % number == 0 else [array]
            if sorted(Counter([(piece > 0).tobytes() for piece in pieces]).values()) == [1, number - 1]:
                return tiles(array, *pieces[0].shape).boxes
    return []


def _boxed(array: Array, segmentation: int) -> Iterator[Part]:
    """A part for each box: its colored cells, maybe none, in the whole box."""
    numbers = np.arange(array.size).reshape(array.shape)
    for box in boxes_of(array, segmentation):
        yield Part(numbers[box][array[box] > 0].tolist(), array, segmentation, box)


def label(array: Array, segmentation: int) -> list[list[int]]:
    """The parts as lists of flat indices, by their first cell in reading order (see `Segmentation`)."""
    if segmentation in _BY_WAY:
        return _BY_WAY[segmentation](array)
    framed = framed_by(array, 255).tobytes()
    if segmentation in (Segmentation.FILLED_4, Segmentation.FILLED_8):
        framed = framed.translate(_FILLED)
    return _flood(bytearray(framed), array.shape[1] + 2, segmentation)


#: tables that give 1 for the cells of parts; cells outside have 255
_EMPTY = bytes([1]) + bytes(255)
_PLAIN = bytes([1]) * 255 + bytes(1)
_COLORED = bytes(1) + bytes([1]) * 254 + bytes(1)
_FILLED = bytes([255]) + bytes([1]) * 254 + bytes([255])  #: as if cells of 0 lay outside, too


def _clusters(array: Array, linked: bool) -> list[list[int]]:
    """Parts whose cells of one color, if `linked` of any next to each other, may be up to two cells apart."""
    width, stride, framed = array.shape[1], array.shape[1] + 4, padded(array, 2, 2, 2, 2)
    reach = [(down, right) for down in range(-2, 3) for right in range(-2, 3) if down or right]
    steps = [(down * stride + right, linked and max(abs(down), abs(right)) == 1) for down, right in reach]
    colors, parts = framed.tobytes(), []
    left = bytearray(colors)
    for start in np.flatnonzero(framed).tolist():
        if not left[start]:
            continue
        left[start], cells = 0, [start]
        for cell in cells:
            for step, any_color in steps:
                other = left[cell + step]
                if other and (any_color or other == colors[cell]):
                    left[cell + step] = 0
                    cells.append(cell + step)
        parts.append([(cell // stride - 2) * width + cell % stride - 2 for cell in cells])
    return parts


def _dotted(array: Array) -> list[list[int]]:
    parts, dots = label(array, Segmentation.COLOR_8), array.copy()
    large = [cells for cells in parts if len(cells) > 1]
    for cells in large:
        dots.put(cells, 0)
    return sorted([*large, *_clusters(dots, linked=False)])


def _strewn(array: Array) -> list[list[int]]:
    parts = label(array, Segmentation.COLOR_8)
    most = max(map(len, parts), default=0)
    kept = [part for part in parts if 2 * len(part) >= most]
    return sorted(kept + [[cell] for part in parts if 2 * len(part) < most for cell in part])


def _apart(array: Array) -> list[list[int]]:
    parts, width, rest = label(array, Segmentation.COLOR_8), array.shape[1], array.copy()
    frame = max(parts, key=lambda cells: _area(cells, width), default=[])
    rest.put(frame, 0)
    return sorted([frame, *label(rest, Segmentation.FILLED_8)]) if frame else []


def _area(cells: list[int], width: int) -> int:
    """How many cells the box of these cells has."""
    columns = [cell % width for cell in cells]
    return (max(cells) // width - min(cells) // width + 1) * (max(columns) - min(columns) + 1)


def _rectangles(array: Array) -> list[list[int]]:
    """The largest full rectangle of one color, then the largest that does not overlap it, and so on."""
    height, width = array.shape
    found: list[tuple[int, int, int, int, int]] = []
    for color in set(array.tobytes()) - {0}:
        rows = [int.from_bytes(np.packbits(row, bitorder="little"), "little") for row in array == color]
        for top in range(height):
            common = rows[top]
            for bottom in range(top + 1, height):
                common &= rows[bottom]
                if not common & common >> 1:
                    break
                found += [
                    ((top - bottom - 1) * (end - start), top, start, bottom, end)
                    for start, end in _runs(common)
                ]
    parts, free = [], (1 << height * width) - 1
    for _, top, left, bottom, end in sorted(found):
        lines = range(top, bottom + 1)
        bits = sum([((1 << end) - (1 << left)) << row * width for row in lines])
        if not bits & ~free:
            free ^= bits
            parts.append([row * width + column for row in lines for column in range(left, end)])
    return sorted(parts)


def _runs(bits: int) -> Iterator[tuple[int, int]]:
    """Where runs of ones of two or more start and end."""
    while bits:
        start = (bits & -bits).bit_length() - 1
        rest = bits + (bits & -bits)
        end = (rest & -rest).bit_length() - 1
        if end - start > 1:
            yield start, end
        bits = rest & bits


#: segmentations whose parts are not all connected cells, or not the whole of such
_BY_WAY: dict[int, Callable[[Array], list[list[int]]]] = {
    Segmentation.EACH_COLOR: lambda array: [
        np.flatnonzero(array == color).tolist() for color in dict.fromkeys(array.tobytes()) if color
    ],
    Segmentation.WHOLE: lambda array: [np.flatnonzero(array).tolist()] if np.count_nonzero(array) else [],
    Segmentation.LINKED: lambda array: _clusters(array, linked=True),
    Segmentation.COLOR_NEAR: lambda array: _clusters(array, linked=False),
    Segmentation.RECTANGLES: _rectangles,
    Segmentation.DOTTED: _dotted,
    Segmentation.STREWN: _strewn,
    Segmentation.APART: _apart,
}


@lru_cache(maxsize=1024)
def _flat_indices(cells: int, stride: int) -> list[int]:
    """For each cell of a framed grid its index without the frame."""
    return [(cell // stride - 1) * (stride - 2) + cell % stride - 1 for cell in range(cells)]


def _flood(values: bytearray, stride: int, segmentation: int) -> list[list[int]]:
    """Flood every wanted part of the framed bytes, marking its cells 255 as they are taken."""
    around = [1, -1, stride, -stride]
    if segmentation in (Segmentation.COLOR_8, Segmentation.FILLED_8):
        around += [stride + 1, stride - 1, 1 - stride, -1 - stride]
    flat, parts = _flat_indices(len(values), stride), []
    tables = {Segmentation.EMPTY_4: _EMPTY, Segmentation.PLAIN_4: _PLAIN}
    wanted = values.translate(tables.get(segmentation, _COLORED))  # type: ignore[call-overload]
    for start in compress(range(len(values)), wanted):
        value = values[start]
        if value == 255:
            continue
        cells = [start]
        values[start] = 255
        for cell in cells:
            for step in around:
                if values[cell + step] == value:
                    values[cell + step] = 255
                    cells.append(cell + step)
        parts.append([flat[cell] for cell in cells])
    return parts


@by_cells(maxsize=4096)
def parts_of(array: Array, segmentation: int) -> tuple[Part, ...]:
    """The parts of the grid (none if there are more than `MOST_PARTS`)."""
    if segmentation in BOXES:
        return tuple(_boxed(array, segmentation))
    listed = label(array, segmentation)
    if len(listed) > MOST_PARTS:
        return ()
    return tuple([Part(cells, array, segmentation) for cells in listed])


def holes_in(picture: Array) -> int:
    """The number of regions of 0 that a part encloses."""
    # most parts enclose none, which is found faster with bits of one number
    free, stride = guarded_bits(picture == 0), picture.shape[1] + 1
    if flooded(free & _edges(*picture.shape), free, stride) == free:
        return 0
    return len(label(framed_by(picture), Segmentation.EMPTY_4)) - 1


@lru_cache(maxsize=1024)
def _edges(height: int, width: int) -> int:
    """The cells at the edges of a grid of that size, as bits."""
    edges = np.ones((height, width), bool)
    edges[1:-1, 1:-1] = False
    return guarded_bits(edges)


def owners(array: Array, parts: Parts) -> Array:
    """For each cell the number of its part; for a cell of none the number of parts."""
    result = np.full(array.size, len(parts))
    for number, part in enumerate(parts):
        result[part.cells] = number
    return result
