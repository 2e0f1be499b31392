"""Properties of the parts of a grid: a table of name and measure; codes that name a part's shape."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, eight
from kaggle_batt.dsl.extensions.segments import Part, Parts, hole_count, parts_in

#: properties that say something by being more than 0
DECISIVE = ("border", "holes", "symmetry", "solid", "single", "square", "inside")


class Picture(NamedTuple):
    """What a part's picture says alone: keys of its shape and of that however turned, its own, its number of
    cells of each color, how many of the two mirrorings leave it as it is, the regions of 0 it encloses."""

    shape: tuple[tuple[int, ...], bytes]
    form: tuple[tuple[int, ...], bytes]
    key: tuple[tuple[int, ...], bytes]
    colors: list[int]
    symmetry: int
    holes: int


class Seen(NamedTuple):
    """A part as its properties see it: its picture, the parts of its grid, of that shape, with the grid's
    number of cells of each color and its rarest color, and how many parts have its shape, its form, its
    picture, its color."""

    part: Part
    picture: Picture
    parts: Parts
    shape: tuple[int, int]
    colors: Counter[int]
    rare: int
    alike: tuple[int, int, int, int]


#: the properties a part has; filters and crops rank the parts of one grid by them
PROPERTIES: dict[str, Callable[[Seen], Any]] = {
    "size": lambda one: one.part.size,
    "area": lambda one: one.part.picture.size,
    "height": lambda one: one.part.height,
    "width": lambda one: one.part.width,
    "colors": lambda one: len(one.picture.colors) - 1 - one.picture.colors[1:].count(0),
    "holes": lambda one: one.picture.holes,
    "top": lambda one: one.part.top,
    "left": lambda one: one.part.left,
    "fill": lambda one: one.part.size * 60 // one.part.picture.size,
    "symmetry": lambda one: one.picture.symmetry,
    "same_shape": lambda one: one.alike[0],
    "same_color": lambda one: one.alike[3],
    "rare_cells": lambda one: one.picture.colors[one.rare] if one.rare < len(one.picture.colors) else 0,
    "border": lambda one: on_border(one.part, one.shape),
    "bottom": lambda one: one.part.bottom,
    "right": lambda one: one.part.right,
    "same_form": lambda one: one.alike[1],
    "same_picture": lambda one: one.alike[2],
    "solid": lambda one: one.picture.colors[0] == 0,
    "square": lambda one: one.part.height == one.part.width,
    "color_cells": lambda one: one.colors[one.part.color],
    "single": lambda one: one.part.size == 1,
    "blanks": lambda one: one.picture.colors[0],
    "other_cells": lambda one: one.part.size - max(one.picture.colors[1:]),
    "color": lambda one: one.part.color,
    "inside": lambda one: min(sum([_within(one.part, other) for other in one.parts]), 3),
}
POSITION = {name: index for index, name in enumerate(PROPERTIES)}


def on_border(part: Part, shape: tuple[int, int]) -> bool:
    """Whether the part touches an edge of a grid of that shape."""
    return 0 in (part.top, part.left) or part.bottom == shape[0] - 1 or part.right == shape[1] - 1


def _within(part: Part, other: Part) -> bool:
    """Whether the part's box lies strictly inside the other's."""
    return (
        other.top < part.top
        and part.bottom < other.bottom
        and other.left < part.left
        and part.right < other.right
    )


def form_of(mask: Array) -> tuple[tuple[int, ...], bytes]:
    """A key equal for all rotations and reflections of the mask."""
    return min([(view.shape, view.tobytes()) for view in eight(mask)])


@lru_cache(maxsize=4096)
def _picture(height: int, width: int, data: bytes) -> Picture:
    """What there is to say about the picture of these bytes."""
    picture = np.frombuffer(data, np.uint8).reshape(height, width)
    mask = (picture > 0).astype(np.uint8)
    symmetry = (data == picture[:, ::-1].tobytes()) + (data == picture[::-1].tobytes())
    shape, key = (mask.shape, mask.tobytes()), (picture.shape, data)
    colors = np.bincount(picture.ravel(), minlength=11).tolist()
    return Picture(shape, form_of(mask), key, colors, symmetry, hole_count(picture) if colors[0] else 0)


@lru_cache(maxsize=4096)
def _pictures(height: int, width: int, data: bytes, segmentation: int) -> list[Picture]:
    parts = parts_in(height, width, data, segmentation)
    return [_picture(part.height, part.width, part.picture.tobytes()) for part in parts]


def pictures_of(array: Array, segmentation: int) -> list[Picture]:
    """What the picture of each part says alone."""
    return _pictures(array.shape[0], array.shape[1], array.tobytes(), segmentation)


@lru_cache(maxsize=4096)
def _properties(height: int, width: int, data: bytes, segmentation: int) -> tuple[tuple[int, ...], ...]:
    parts = parts_in(height, width, data, segmentation)
    colors = Counter(data)
    rare = min([(count, color) for color, count in colors.items() if color], default=(0, 0))[1]
    pictures = _pictures(height, width, data, segmentation)
    keys = list(zip(*[(one.shape, one.form, one.key) for one in pictures], strict=True))
    keys.append(tuple([part.color for part in parts]))
    counts = [Counter(kind) for kind in keys]
    rows = []
    for number, part in enumerate(parts):
        alike: Any = tuple([count[kind[number]] for count, kind in zip(counts, keys, strict=True)])
        one = Seen(part, pictures[number], parts, (height, width), colors, rare, alike)
        rows.append(tuple([int(measure(one)) for measure in PROPERTIES.values()]))
    return tuple(rows)


def properties_of(array: Array, segmentation: int) -> tuple[tuple[int, ...], ...]:
    """One row of integers per part, in the order of `PROPERTIES`."""
    return _properties(array.shape[0], array.shape[1], array.tobytes(), segmentation)


def code_of(shape: tuple[int, ...], data: bytes) -> int:
    """A number up to 118 for a picture: like ones have the same, unlike ones seldom."""
    return crc32(data, shape[-1]) % 119


def standing_out(columns: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, list[int]]]:
    """For each measure of things the numbers of those with the most, with the least, of the one with a value
    no other has."""
    for name, values in columns.items():
        most, least = max(values, default=0), min(values, default=0)
        if most == least:
            continue
        for end, extreme in (("most", most), ("least", least)):
            yield f"{end}_{name}", [k for k, value in enumerate(values) if value == extreme]
        if len(values) > 2:
            odd = [value for value, count in Counter(values).items() if count == 1]
            if len(odd) == 1:
                yield f"odd_{name}", [values.index(odd[0])]
