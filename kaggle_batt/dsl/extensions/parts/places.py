"""Parts set in line, fitted to the largest one, thrown onto it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from kaggle_batt.dsl.extensions.arguments import Tried, each, window_sizes
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, bounds, shift, under
from kaggle_batt.dsl.extensions.parts.moves import moved_parts, put
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
        "main": np.where(counts[1:].any(0), counts[1:].argmax(0) + 1, 0),
    }


MOST_INTERLOCKED = 7


def _best(board: Array, part: Part) -> tuple[int, int]:
    """Where on the free cells of the board the part touches most sides, first in reading order; where it
    is if it can't touch any."""
    mask = part.picture > 0
    filled = board > 0
    touched = np.sum([shift(filled, *step) for step in STEPS[:4]], axis=0, dtype=np.int64)
    blocked = (sliding_window_view(filled, mask.shape) & mask).any((2, 3))
    contact = (sliding_window_view(touched, mask.shape) * mask).sum((2, 3))
    contact[blocked] = -1
    if contact.max() < 1:
        return part.top, part.left
    place = int(contact.argmax())
    return place // contact.shape[1], place % contact.shape[1]


@family("moved moved_only", cost=14, charge=(140, 15), tried=Tried(590, each(1)))
def interlocked(array: Array, mode: int) -> Results | None:
    """All parts but the largest moved, larger ones first, to where they touch it, and each other, most."""
    parts = list(parts_of(array, mode))
    if not 2 <= len(parts) <= MOST_INTERLOCKED:
        return None
    largest = max(parts, key=lambda part: part.size)
    board, alone = np.zeros_like(array), np.zeros_like(array)
    board[largest.box] = largest.picture
    for part in sorted(parts, key=lambda one: -one.size):
        if part is largest:
            continue
        top, left = _best(board, part)
        for layer in (board, alone):
            put(layer, part, (top - part.top, left - part.left), 1)
    return {"moved": board, "moved_only": alone}


MOST_CELLS = 40


def _clamped(rows: Array, columns: Array, anchor: Part, margin: int) -> tuple[Array, Array]:
    """The nearest cells in the anchor's box grown by the margin."""
    down = np.clip(rows, anchor.top - margin, anchor.bottom + margin)
    right = np.clip(columns, anchor.left - margin, anchor.right + margin)
    return down, right


def _opposite(rows: Array, columns: Array, anchor: Part) -> tuple[Array, Array]:
    """Just outside the anchor's box, on the other side of its middle."""
    low = 2 * rows < anchor.top + anchor.bottom
    left = 2 * columns < anchor.left + anchor.right
    return (
        np.where(low, anchor.bottom + 1, anchor.top - 1),
        np.where(left, anchor.right + 1, anchor.left - 1),
    )


def _painted(base: Array, rows: Array, columns: Array, colors: Array) -> Array:
    """The base with these cells colored, those outside left out."""
    inside = (rows >= 0) & (columns >= 0) & (rows < base.shape[0]) & (columns < base.shape[1])
    result = base.copy()
    result[rows[inside], columns[inside]] = colors[inside]
    return result


@family(
    "onto onto_alone beside beside_alone marks opposite",
    cost=13,
    charge=(30, 5),
    tried=Tried(760, each(1, 3)),
)
def projections(array: Array, mode: int) -> Results | None:
    """The small parts' cells moved to the nearest cell of the largest part's box, to the nearest one beside
    it, to beyond the opposite corner; the small parts left in place, or not."""
    parts = parts_of(array, mode)
    if len(parts) < 2:
        return None
    anchor = max(parts, key=lambda part: part.size)
    cells = np.concatenate([part.cells for part in parts if part is not anchor])
    if len(cells) > MOST_CELLS or anchor.size < 3:
        return None
    rows, columns = np.divmod(cells, array.shape[1])
    colors = array.ravel()[cells]
    alone = array.copy()
    alone.ravel()[cells] = 0
    rim, beside = _clamped(rows, columns, anchor, 0), _clamped(rows, columns, anchor, 1)
    return {
        "onto": _painted(array, *rim, colors),
        "onto_alone": _painted(alone, *rim, colors),
        "beside": _painted(array, *beside, colors),
        "beside_alone": _painted(alone, *beside, colors),
        "marks": _painted(np.zeros_like(array), *rim, colors),
        "opposite": _painted(alone, *_opposite(rows, columns, anchor), colors),
    }
