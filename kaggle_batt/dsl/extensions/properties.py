"""Properties of the parts of a grid: a table of name and measure; codes that name a part's shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.segments import Part, Parts, hole_count, parts_in

#: properties that say something by being more than 0
DECISIVE = ("border", "holes", "symmetry", "solid", "single", "square", "inside")


@dataclass(frozen=True, slots=True)
class Seen:
    """A part as its properties see it: among the parts of a grid of that shape, with its and the grid's
    number of cells of each color, the grid's rarest color, and how many parts have its shape, its form, its
    picture, its color."""

    part: Part
    parts: Parts
    shape: tuple[int, int]
    inner: list[int]
    colors: Counter[int]
    rare: int
    alike: tuple[int, int, int, int]


#: the properties a part has; filters and crops rank the parts of one grid by them
PROPERTIES: dict[str, Callable[[Seen], Any]] = {
    "size": lambda one: one.part.size,
    "area": lambda one: one.part.picture.size,
    "height": lambda one: one.part.height,
    "width": lambda one: one.part.width,
    "colors": lambda one: len(one.inner) - 1 - one.inner[1:].count(0),
    "holes": lambda one: hole_count(one.part.picture) if one.inner[0] else 0,
    "top": lambda one: one.part.top,
    "left": lambda one: one.part.left,
    "fill": lambda one: one.part.size * 60 // one.part.picture.size,
    "symmetry": lambda one: _symmetry(one.part.picture),
    "same_shape": lambda one: one.alike[0],
    "same_color": lambda one: one.alike[3],
    "rare_cells": lambda one: one.inner[one.rare],
    "border": lambda one: on_border(one.part, one.shape),
    "bottom": lambda one: one.part.bottom,
    "right": lambda one: one.part.right,
    "same_form": lambda one: one.alike[1],
    "same_picture": lambda one: one.alike[2],
    "solid": lambda one: one.inner[0] == 0,
    "square": lambda one: one.part.height == one.part.width,
    "color_cells": lambda one: one.colors[one.part.color],
    "single": lambda one: one.part.size == 1,
    "blanks": lambda one: one.inner[0],
    "other_cells": lambda one: one.part.size - max(one.inner[1:]),
    "color": lambda one: one.part.color,
    "inside": lambda one: min(sum([_within(one.part, other) for other in one.parts]), 3),
}
POSITION = {name: index for index, name in enumerate(PROPERTIES)}


def _symmetry(picture: Array) -> int:
    """How many of the two mirrorings leave the picture as it is."""
    data = picture.tobytes()
    return (data == picture[:, ::-1].tobytes()) + (data == picture[::-1].tobytes())


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
    turned = []
    for base in (mask, mask.T):
        for view in (base, base[::-1], base[:, ::-1], base[::-1, ::-1]):
            turned.append((view.shape, view.tobytes()))
    return min(turned)


@lru_cache(maxsize=4096)
def _kinds(height: int, width: int, data: bytes, segmentation: int) -> tuple[list[Any], list[Any], list[Any]]:
    """For each part a key of its shape, its shape however turned, its picture."""
    shapes, forms, pictures = [], [], []
    for part in parts_in(height, width, data, segmentation):
        mask = (part.picture > 0).astype(np.uint8)
        shapes.append((mask.shape, mask.tobytes()))
        forms.append(form_of(mask))
        pictures.append((part.picture.shape, part.picture.tobytes()))
    return shapes, forms, pictures


@lru_cache(maxsize=4096)
def _properties(height: int, width: int, data: bytes, segmentation: int) -> tuple[tuple[int, ...], ...]:
    parts = parts_in(height, width, data, segmentation)
    colors = Counter(data)
    rare = min([(count, color) for color, count in colors.items() if color], default=(0, 0))[1]
    keys = (*_kinds(height, width, data, segmentation), [part.color for part in parts])
    counts = [Counter(kind) for kind in keys]
    rows = []
    for number, part in enumerate(parts):
        alike: Any = tuple([count[kind[number]] for count, kind in zip(counts, keys, strict=True)])
        inner = np.bincount(part.picture.ravel(), minlength=max(rare + 1, 11)).tolist()
        one = Seen(part, parts, (height, width), inner, colors, rare, alike)
        rows.append(tuple([int(measure(one)) for measure in PROPERTIES.values()]))
    return tuple(rows)


def properties_of(array: Array, segmentation: int) -> tuple[tuple[int, ...], ...]:
    """One row of integers per part, in the order of `PROPERTIES`."""
    return _properties(array.shape[0], array.shape[1], array.tobytes(), segmentation)


def codes_of(array: Array, segmentation: int) -> tuple[list[int], ...]:
    """For each part a number up to 118 that names its shape, and one for its shape however turned."""
    kinds = _kinds(array.shape[0], array.shape[1], array.tobytes(), segmentation)[:2]
    return tuple([[code_of(shape, data) for shape, data in keys] for keys in kinds])


def code_of(shape: tuple[int, ...], data: bytes) -> int:
    """A number up to 118 for a picture: like ones have the same, unlike ones seldom."""
    return crc32(data, shape[-1]) % 119
