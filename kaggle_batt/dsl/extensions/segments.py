"""Connected parts of a grid and their properties, shared by all object families.

Segmentation modes: 0 same color, 4 neighbours · 1 same color, 8 neighbours · 2 any color but 0,
4 neighbours · 3 any color but 0, 8 neighbours · 4 one part per color · 5 regions of 0, 4 neighbours ·
6 cells of one color whatever it is (0 too), 4 neighbours ·
7 any color but 0, up to two cells apart · 8 same color, up to two cells apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array

#: a grid with more parts than this has no object results
MOST_PARTS = 60
#: name → weight of the properties a part has; ranks are taken over the parts of one grid
PROPERTIES = [
    "size",
    "area",
    "height",
    "width",
    "colors",
    "holes",
    "top",
    "left",
    "fill",
    "symmetry",
    "same_shape",
    "same_color",
    "rare_cells",
    "border",
    "bottom",
    "right",
    "same_form",
    "same_picture",
    "solid",
    "square",
    "color_cells",
    "single",
    "blanks",
    "other_cells",
    "color",
    "inside",
]
POSITION = {name: index for index, name in enumerate(PROPERTIES)}
DECISIVE = ("border", "holes", "symmetry", "solid", "single", "square", "inside")


class Part:
    """One part: flat cell indices, bounding box, picture (0 outside the part), first cell's color."""

    __slots__ = ("bottom", "cells", "color", "height", "left", "picture", "right", "size", "top", "width")

    def __init__(self, cells: list[int], array: Array, mode: int) -> None:
        width = array.shape[1]
        self.cells = np.array(cells)
        rows, columns = np.divmod(self.cells, width)
        self.top, self.left = int(rows.min()), int(columns.min())
        self.bottom, self.right = int(rows.max()), int(columns.max())
        self.height, self.width = self.bottom - self.top + 1, self.right - self.left + 1
        self.size = len(cells)
        self.picture = np.zeros((self.height, self.width), np.uint8)
        values = array.ravel()[self.cells]
        self.picture[rows - self.top, columns - self.left] = values + 1 if mode in (5, 6) else values
        # parts are shared by all that asks for them
        self.picture.setflags(write=False)
        self.color = int(array.ravel()[cells[0]])

    @property
    def box(self) -> tuple[slice, slice]:
        """The bounding box as an index into the grid."""
        return slice(self.top, self.bottom + 1), slice(self.left, self.right + 1)


def main_among(parts: Iterable[Part]) -> int:
    """The color of the parts with most cells together, the lowest of several."""
    cells: Counter[int] = Counter()
    for part in parts:
        cells[part.color] += part.size
    return min(cells, key=lambda color: (-cells[color], color))


def label(array: Array, mode: int) -> list[list[int]]:
    """The parts as lists of flat indices, by their first cell in reading order (see the modes above)."""
    if mode == 4:
        by_color: dict[int, list[int]] = {}
        for index, color in enumerate(array.tobytes()):
            if color:
                by_color.setdefault(color, []).append(index)
        return list(by_color.values())
    if mode in (7, 8):
        return _clusters(array, mode)
    height, width = array.shape
    stride = width + 1
    padded = np.full((height + 2, stride), 255, np.uint8)
    padded[1:-1, :-1] = array
    if mode in (2, 3):
        padded[1:-1, :-1] = np.where(array > 0, 1, 255)
    values = bytearray(padded.tobytes())
    around = [1, -1, stride, -stride]
    if mode in (1, 3):
        around += [stride + 1, stride - 1, 1 - stride, -1 - stride]
    return _flood(values, around, stride, mode)


#: how far apart the cells of a cluster may be
_REACH = [(down, right) for down in range(-2, 3) for right in range(-2, 3) if down or right]


def _clusters(array: Array, mode: int) -> list[list[int]]:
    """Parts whose cells may be up to two cells apart, gaps and diagonals included."""
    height, width = array.shape
    colors = array.tobytes()
    left = {index for index, color in enumerate(colors) if color}
    parts = []
    for start in sorted(left):
        if start not in left:
            continue
        left.discard(start)
        cells = [start]
        for cell in cells:
            row, column = divmod(cell, width)
            for down, right in _REACH:
                y, x = row + down, column + right
                if not (0 <= y < height and 0 <= x < width):
                    continue
                other = y * width + x
                if other in left and (mode == 7 or colors[other] == colors[start]):
                    left.discard(other)
                    cells.append(other)
        parts.append(cells)
    return parts


def _flood(values: bytearray, around: list[int], stride: int, mode: int) -> list[list[int]]:
    """Flood every wanted part of the padded bytes, marking its cells 255 as they are taken."""
    parts = []
    skip = () if mode == 6 else (0,)
    for start, value in enumerate(values):
        if value == 255 or (value != 0 if mode == 5 else value in skip):
            continue
        cells = [start]
        values[start] = 255
        for cell in cells:
            for step in around:
                if values[cell + step] == value:
                    values[cell + step] = 255
                    cells.append(cell + step)
        # back to flat indices without the frame
        parts.append([cell - stride - (cell - stride) // stride for cell in cells])
    return parts


@lru_cache(maxsize=4096)
def _parts(height: int, width: int, data: bytes, mode: int) -> tuple[Part, ...]:
    array = np.frombuffer(data, np.uint8).reshape(height, width)
    listed = label(array, mode)
    if len(listed) > MOST_PARTS:
        return ()
    return tuple([Part(cells, array, mode) for cells in listed])


def parts_of(array: Array, mode: int) -> tuple[Part, ...]:
    """The parts of the grid (none if there are more than `MOST_PARTS`)."""
    return _parts(array.shape[0], array.shape[1], array.tobytes(), mode)


def hole_count(picture: Array) -> int:
    """Number of regions of 0 that the part encloses."""
    framed = np.pad(picture, 1)
    return len(label(framed, 5)) - 1


def form_of(mask: Array) -> tuple[tuple[int, ...], bytes]:
    """A key equal for all rotations and reflections of the mask."""
    turned = []
    for base in (mask, mask.T):
        for view in (base, base[::-1], base[:, ::-1], base[::-1, ::-1]):
            turned.append((view.shape, view.tobytes()))
    return min(turned)


@lru_cache(maxsize=4096)
def _kinds(height: int, width: int, data: bytes, mode: int) -> tuple[list[Any], list[Any], list[Any]]:
    """For each part a key of its shape, its shape however turned, its picture."""
    shapes, forms, pictures = [], [], []
    for part in _parts(height, width, data, mode):
        mask = (part.picture > 0).astype(np.uint8)
        shapes.append((mask.shape, mask.tobytes()))
        forms.append(form_of(mask))
        pictures.append((part.picture.shape, part.picture.tobytes()))
    return shapes, forms, pictures


@lru_cache(maxsize=4096)
def _properties(height: int, width: int, data: bytes, mode: int) -> tuple[tuple[int, ...], ...]:
    parts = _parts(height, width, data, mode)
    color_cells = Counter(data)
    present = sorted([(count, color) for color, count in color_cells.items() if color])
    rare = present[0][1] if present else 0
    kinds = _kinds(height, width, data, mode)
    counts = [Counter(keys) for keys in kinds]
    colors = Counter([part.color for part in parts])
    rows = []
    for index, part in enumerate(parts):
        same = [count[keys[index]] for count, keys in zip(counts, kinds, strict=True)]
        rows.append(_row(part, parts, height, width, color_cells, rare, same, colors))
    return tuple(rows)


def _row(
    part: Part,
    parts: tuple[Part, ...],
    height: int,
    width: int,
    color_cells: Counter[int],
    rare: int,
    same: list[int],
    colors: Counter[int],
) -> tuple[int, ...]:
    """The properties of one part in the order of `PROPERTIES`."""
    picture = part.picture
    inner = np.bincount(picture.ravel(), minlength=max(rare + 1, 11))
    blanks = int(inner[0])
    area = part.height * part.width
    symmetry = int(np.array_equal(picture, picture[:, ::-1])) + int(np.array_equal(picture, picture[::-1]))
    border = part.top == 0 or part.left == 0 or part.bottom == height - 1 or part.right == width - 1
    inside = sum([_within(part, other) for other in parts])
    return (
        part.size,
        area,
        part.height,
        part.width,
        int((inner[1:] > 0).sum()),
        hole_count(picture) if blanks else 0,
        part.top,
        part.left,
        part.size * 60 // area,
        symmetry,
        same[0],
        colors[part.color],
        int(inner[rare]),
        int(border),
        part.bottom,
        part.right,
        same[1],
        same[2],
        int(blanks == 0),
        int(part.height == part.width),
        color_cells[part.color],
        int(part.size == 1),
        blanks,
        int(part.size - inner[1:].max()),
        part.color,
        min(inside, 3),
    )


def _within(part: Part, other: Part) -> bool:
    """Whether the part's box lies strictly inside the other's."""
    return (
        other.top < part.top
        and part.bottom < other.bottom
        and other.left < part.left
        and part.right < other.right
    )


def properties_of(array: Array, mode: int) -> tuple[tuple[int, ...], ...]:
    """One row of integers per part, in the order of `PROPERTIES`."""
    return _properties(array.shape[0], array.shape[1], array.tobytes(), mode)


def codes_of(array: Array, mode: int) -> tuple[list[int], ...]:
    """For each part a number up to 118 that names its shape, and one for its shape however turned."""
    kinds = _kinds(array.shape[0], array.shape[1], array.tobytes(), mode)[:2]
    return tuple([[code_of(shape, data) for shape, data in keys] for keys in kinds])


def code_of(shape: tuple[int, ...], data: bytes) -> int:
    """A number up to 118 for a picture: like ones have the same, unlike ones seldom."""
    return crc32(data, shape[-1]) % 119


def drawn(array: Array, parts: list[Part], mode: int) -> Array:
    """The grid with these parts only; regions of 0 are drawn in color 1."""
    result = np.zeros(array.size, np.uint8)
    source = np.ones(array.size, np.uint8) if mode == 5 else array.ravel()
    for part in parts:
        result[part.cells] = source[part.cells]
    return result.reshape(array.shape)
