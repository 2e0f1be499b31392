"""Families that set parts in line with one of them, or lay what surrounds marks over each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, window_sizes
from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds, under
from kaggle_batt.dsl.extensions.moves import moved_parts, put
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 20


_ANCHORS = ("largest", "smallest", "first", "last", "rarest", "colored")
_WAYS = ("top", "bottom", "left", "right", "middle", "center")


@family(
    " ".join([f"{way}_{anchor}" for anchor in _ANCHORS for way in _WAYS]) + " into_box into_box_alone",
    cost=14,
    charge=(120, 20),
    tried=Tried(720, lambda facts: [(way, facts.rarest) for way in (1, 3)]),
)
def alignments(array: Array, mode: int, color: int) -> Results | None:
    """All parts moved along one axis until they are in line with one: by an edge or by the middle."""
    parts = list(parts_of(array, mode))
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    found: Results = {}
    for name, anchor in _anchors(parts, color).items():
        ways: dict[str, Callable[[Part], tuple[int, int]]] = {
            "top": lambda part, to=anchor: (to.top - part.top, 0),  # type: ignore[misc]
            "bottom": lambda part, to=anchor: (to.bottom - part.bottom, 0),  # type: ignore[misc]
            "left": lambda part, to=anchor: (0, to.left - part.left),  # type: ignore[misc]
            "right": lambda part, to=anchor: (0, to.right - part.right),  # type: ignore[misc]
            "middle": lambda part, to=anchor: ((to.top + to.bottom - part.top - part.bottom) // 2, 0),  # type: ignore[misc]
            "center": lambda part, to=anchor: (0, (to.left + to.right - part.left - part.right) // 2),  # type: ignore[misc]
        }
        for way, shift_of in ways.items():
            found[f"{way}_{name}"] = moved_parts(array, parts, shift_of)
    found.update(_into_box(array, parts, color))
    return found


def _into_box(array: Array, parts: list[Part], color: int) -> Results:
    """The largest part of other colors moved into the middle of the color's bounding box."""
    box = bounds(array == color)
    others = [part for part in parts if part.color != color]
    if box is None or not others or not color:
        return {}
    part = max(others, key=lambda one: one.size)
    top = (box[0] + box[1] - part.height) // 2
    left = (box[2] + box[3] - part.width) // 2
    if min(top, left) < 0 or top + part.height > array.shape[0] or left + part.width > array.shape[1]:
        return {}
    moved = np.zeros_like(array)
    put(moved, part, (top - part.top, left - part.left), 1)
    rest = array.copy()
    rest.ravel()[part.cells] = 0
    return {"into_box": under(moved, rest), "into_box_alone": moved[box[0] : box[1], box[2] : box[3]]}


def _anchors(parts: list[Part], color: int) -> dict[str, Part]:
    """The parts that others may be set in line with, where they are the only ones of their kind."""
    found = {"first": min(parts, key=lambda part: (part.top, part.left))}
    found["last"] = max(parts, key=lambda part: (part.bottom, part.right))
    sizes = sorted([part.size for part in parts])
    if sizes[-1] > sizes[-2]:
        found["largest"] = max(parts, key=lambda part: part.size)
    if sizes[0] < sizes[1]:
        found["smallest"] = min(parts, key=lambda part: part.size)
    colors = [part.color for part in parts]
    single = [part for part in parts if colors.count(part.color) == 1]
    if len(single) == 1:
        found["rarest"] = single[0]
    own = [part for part in parts if part.color == color]
    if len(own) == 1:
        found["colored"] = own[0]
    return found


@family(
    "over over_reversed counted main",
    cost=14,
    charge=(60, 2),
    tried=Tried(400, window_sizes, only_resized=True),
)
def windows(array: Array, color: int, radius: int) -> Results | None:
    """The squares around all cells of the color laid over each other; outside the grid is 0."""
    places = np.argwhere(array == color)
    if not 0 < len(places) <= 30 or not 0 < radius <= 4:
        return None
    framed = np.pad(array, radius)
    size = 2 * radius + 1
    pile = np.stack([framed[row : row + size, column : column + size] for row, column in places.tolist()])
    filled = pile > 0
    last = len(pile) - 1 - filled[::-1].argmax(0)
    counts = np.stack([(pile == value).sum(0) for value in range(10)])
    return {
        "over": np.take_along_axis(pile, filled.argmax(0)[None], 0)[0],
        "over_reversed": np.take_along_axis(pile, last[None], 0)[0],
        "counted": np.minimum(filled.sum(0), 9).astype(np.uint8),
        "main": np.where(counts[1:].any(0), counts[1:].argmax(0) + 1, 0).astype(np.uint8),
    }
