"""Properties of the parts of a grid: a table of name and measure; codes that name a part's shape."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, by_cells, equal
from kaggle_batt.dsl.extensions.geometry import eight
from kaggle_batt.dsl.extensions.segments import Part, holes_in, parts_of

#: properties that are telling where they are more than a number
DECISIVE = {
    **dict.fromkeys(("border", "holes", "symmetry", "solid", "single", "square", "inside"), 0),
    "same_picture": 1, "size": 2,
}  # fmt: skip


class Picture(NamedTuple):
    """What a part's picture alone says."""

    shape: tuple[tuple[int, ...], bytes]  #: a key of its shape
    form: tuple[tuple[int, ...], bytes]  #: a key of its shape up to turns and mirrorings
    key: tuple[tuple[int, ...], bytes]  #: a key of itself
    colors: list[int]  #: the number of its cells of each color
    symmetry: int  #: the number of mirrorings, at the middle or the diagonal, that leave it unchanged
    holes: int


class _Whole(NamedTuple):
    """What the properties of parts need of the grid."""

    boxes: list[tuple[int, int, int, int]]  #: its parts' boxes
    shape: tuple[int, ...]
    colors: dict[int, int]  #: the number of its cells of each color
    rare: int  #: its rarest color


def _named(part: Part, picture: Picture, whole: _Whole, alike: Sequence[int]) -> dict[str, int]:
    """The properties of a part by name; `alike` says how many parts have its shape, form, picture, color."""
    colors, area, blanks = picture.colors, part.height * part.width, picture.colors[0]
    same_shape, same_form, same_picture, same_color = alike
    ends = part.top, part.left, whole.shape[0] - 1 - part.bottom, whole.shape[1] - 1 - part.right
    return {
        "size": part.size, "area": area, "height": part.height, "width": part.width,
        "colors": len(colors) - 1 - colors[1:].count(0), "holes": picture.holes,
        "top": part.top, "left": part.left, "fill": part.size * 60 // area, "symmetry": picture.symmetry,
        "same_shape": same_shape, "same_color": same_color,
        "rare_cells": colors[whole.rare] if whole.rare < len(colors) else 0,
        "border": int(0 in ends), "bottom": part.bottom, "right": part.right,
        "same_form": same_form, "same_picture": same_picture, "solid": int(blanks == 0),
        "square": int(part.height == part.width), "color_cells": whole.colors[part.color],
        "single": int(part.size == 1), "blanks": blanks, "other_cells": part.size - max(colors[1:]),
        "color": part.color, "inside": min(_around(part, whole.boxes), 3),
    }  # fmt: skip


def _around(part: Part, boxes: list[tuple[int, int, int, int]]) -> int:
    """The number of boxes that have the part's box strictly inside."""
    top, bottom, left, right = part.top, part.bottom, part.left, part.right
    return sum([a < top and bottom < b and c < left and right < d for a, b, c, d in boxes])


def form_of(mask: Array) -> tuple[tuple[int, ...], bytes]:
    """A key equal for all rotations and reflections of the mask."""
    return min([(view.shape, view.tobytes()) for view in eight(mask)])


@by_cells(maxsize=4096)
def _picture(picture: Array) -> Picture:
    mask = (picture > 0).astype(np.uint8)
    symmetry = sum([equal(picture, view) for view in (picture[:, ::-1], picture[::-1], picture.T)])
    shape, key = (mask.shape, mask.tobytes()), (picture.shape, picture.tobytes())
    colors = np.bincount(picture.ravel(), minlength=11).tolist()
    return Picture(shape, form_of(mask), key, colors, symmetry, holes_in(picture) if colors[0] else 0)


_CELL = Part([0], np.ones((1, 1), np.uint8), 0), _picture(np.ones((1, 1), np.uint8))
#: the names of a part's properties; filters and crops rank the parts of one grid by them
PROPERTIES = tuple(_named(*_CELL, _Whole([], (1, 1), {1: 1}, 1), (1, 1, 1, 1)))
POSITION = {name: index for index, name in enumerate(PROPERTIES)}


@by_cells(maxsize=4096)
def pictures_of(array: Array, segmentation: int) -> list[Picture]:
    return [_picture(part.picture) for part in parts_of(array, segmentation)]


@by_cells(maxsize=4096)
def properties_of(array: Array, segmentation: int) -> tuple[tuple[int, ...], ...]:
    """One row of integers per part, in the order of `PROPERTIES`."""
    parts, data = parts_of(array, segmentation), array.tobytes()
    colors = {color: data.count(color) for color in set(data)}
    rare = min([(count, color) for color, count in colors.items() if color], default=(0, 0))[1]
    pictures = pictures_of(array, segmentation)
    keys = [(one.shape, one.form, one.key, part.color) for one, part in zip(pictures, parts, strict=True)]
    counts = [Counter(kind) for kind in zip(*keys, strict=True)]
    alike = [[count[key] for count, key in zip(counts, own, strict=True)] for own in keys]
    boxes = [(part.top, part.bottom, part.left, part.right) for part in parts]
    whole = _Whole(boxes, array.shape, colors, rare)
    rows = [_named(part, own, whole, like) for part, own, like in zip(parts, pictures, alike, strict=True)]
    return tuple([tuple(row.values()) for row in rows])


def code_of(shape: tuple[int, ...], data: bytes) -> int:
    """A number up to 118 for a picture; equal ones share it, unlike ones seldom do."""
    return crc32(data, shape[-1]) % 119
