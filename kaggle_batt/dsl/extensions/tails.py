"""Families of bars that grow out of parts, as long as a number about the part."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 25
MEASURES: dict[str, Callable[[Part], int]] = {
    "colors": lambda part: len(set(part.picture.tobytes()) - {0}),
    "size": lambda part: part.size,
}
WAYS = ("right", "left", "down", "up")


def _bar(part: Part, way: str, length: int) -> tuple[slice, slice]:
    """The cells beside the part in that direction, as broad as its box."""
    rows, columns = part.box
    if way == "right":
        return rows, slice(part.right + 1, part.right + 1 + length)
    if way == "left":
        return rows, slice(max(part.left - length, 0), part.left)
    if way == "down":
        return slice(part.bottom + 1, part.bottom + 1 + length), columns
    return slice(max(part.top - length, 0), part.top), columns


@family(
    " ".join([f"{way}_{name}{own}" for way in WAYS for name in MEASURES for own in ("", "_own")]),
    cost=14,
    charge=(80, 10),
    tried=Tried(820, each(3)),
)
def tails(array: Array, mode: int) -> Results | None:
    """A bar beside each part, as long as it has colors, cells: as marks, in its color under
    the grid."""
    parts = parts_of(array, mode)
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    found: Results = {}
    for name, measure in MEASURES.items():
        lengths = [measure(part) for part in parts]
        for way in WAYS:
            board = np.zeros_like(array)
            for part, length in zip(parts, lengths, strict=True):
                board[_bar(part, way, length)] = part.color
            found[f"{way}_{name}"] = (board > 0).astype(np.uint8)
            found[f"{way}_{name}_own"] = under(array, board)
    return found
