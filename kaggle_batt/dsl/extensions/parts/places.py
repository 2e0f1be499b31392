"""Parts set in line with one of them, fitted to the largest one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds, paste, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import FROM_TOP, Part, Parts, Segmentation, largest_of

_ANCHORS = ("first", "colored")
_WAYS = ("top", "bottom", "left", "right", "middle", "center")


def moved_parts(array: Array, parts: Parts, shift_of: Callable[[Part], tuple[int, int]]) -> Array | None:
    """The parts alone, each moved by its own (down, right); None if one would leave the grid."""
    board = np.zeros(array.shape, np.uint8)
    for part in parts:
        down, right = shift_of(part)
        top, left = part.top + down, part.left + right
        if min(top, left) < 0 or top + part.height > array.shape[0] or left + part.width > array.shape[1]:
            return None
        paste(board, part.picture, top, left)
    return board


@Tried(640, lambda facts: [(way, facts.rarest) for way in (Segmentation.COLOR_8, Segmentation.FILLED_8)])
@family(
    " ".join([f"{way}_{anchor}" for anchor in _ANCHORS for way in _WAYS]) + " into_box",
    cost=14,
    charge=(110, 7),
    roles=True,
    parts=(2, 20),
)
def alignments(array: Array, parts: Parts, color: int) -> Results:
    """All parts moved along one axis until they are in line with one: by an edge or by the middle."""
    found = _into_box(array, parts, color)
    for name, anchor in _anchors(parts, color).items():
        for way in _WAYS:
            found[f"{way}_{name}"] = moved_parts(array, parts, partial(_way_to, anchor, way))
    return found


def _way_to(anchor: Part, way: str, part: Part) -> tuple[int, int]:
    """How far (down, right) the part is from being in line with the anchor."""
    if way == "middle":
        return (anchor.top + anchor.bottom - part.top - part.bottom) // 2, 0
    if way == "center":
        return 0, (anchor.left + anchor.right - part.left - part.right) // 2
    away = getattr(anchor, way) - getattr(part, way)
    return (away, 0) if way in ("top", "bottom") else (0, away)


def _into_box(array: Array, parts: Parts, color: int) -> Results:
    """The largest part of other colors moved into the middle of the color's bounding box."""
    box = bounds(array == color)
    others = [part for part in parts if part.color != color]
    if box is None or not others or not color:
        return {}
    part = largest_of(others)
    top, left = (box[0] + box[1] - part.height) // 2, (box[2] + box[3] - part.width) // 2
    moved = moved_parts(array, [part], lambda one: (top - one.top, left - one.left))
    if moved is None:
        return {}
    rest = array.copy()
    rest.ravel()[part.cells] = 0
    return {"into_box": under(moved, rest)}


def _anchors(parts: Parts, color: int) -> dict[str, Part]:
    """The parts that others may be set in line with: the first one, the only one of the color."""
    found = {"first": min(parts, key=FROM_TOP)}
    own = [part for part in parts if part.color == color]
    return found | {"colored": own[0]} if len(own) == 1 else found
