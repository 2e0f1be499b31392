"""Rows and columns: gaps between cells, full lines, lines that go on like another, cells that stick out."""

from __future__ import annotations

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import (
    STEPS,
    Array,
    Mask,
    Results,
    only,
    shift,
    tallies,
    transposed,
    under,
    without,
)
from kaggle_batt.dsl.extensions.lines.rays import ray
from kaggle_batt.dsl.extensions.regions.rooms import opened
from kaggle_batt.dsl.extensions.registry import Tried, family


def _before(array: Array) -> tuple[Array, Array]:
    """Of each cell the last color in its row up to it, and how many cells before it that is."""
    colors, distances = np.zeros_like(array), np.zeros_like(array)
    color, steps = np.zeros(array.shape[0], np.uint8), np.zeros(array.shape[0], np.uint8)
    for column in range(array.shape[1]):
        own = array[:, column]
        color, steps = np.where(own > 0, own, color), np.where(own > 0, 0, steps + 1)
        colors[:, column], distances[:, column] = color, steps
    return colors, distances


def _in_rows(array: Array) -> Results:
    """What there is to say about the cells of 0 between two colored cells of their row."""
    before, since = _before(array)
    after, until = [layer[:, ::-1] for layer in _before(array[:, ::-1])]
    gap = (array == 0) & (before > 0) & (after > 0)
    before, after, since, until = [only(layer, gap) for layer in (before, after, since, until)]
    nearest = np.where(since < until, before, only(after, until < since))
    return {
        "nearest": under(array, nearest),
        "first": under(array, before),
        "second": under(array, after),
        "gap": gap,
        "unlike": gap & (before != after),
        "like": only(before, gap & (before == after)),
        "middle": gap & (np.abs(since.astype(np.int16) - until) <= 1),
        "length": only(np.minimum(since + until - 1, 9), gap),
        "distance": only(np.minimum(np.minimum(since, until), 9), gap),
    }


_NAMES = ("nearest", "first", "second", "gap", "unlike", "like", "middle", "length", "distance")


@Tried(500, once, deep=True)
@family(
    " ".join([f"{way}_{name}" for way in ("across", "down") for name in _NAMES]) + " both_gap either_gap",
    cost=13,
    charge=(350, 15),
)
def facing(array: Array) -> Results | None:
    """The gaps in rows and in columns: filled from the nearer end or from one end, as masks, as measures."""
    if array.size < 3 or not array.any():
        return None
    across, down = _in_rows(array), {name: layer.T for name, layer in _in_rows(array.T).items()}
    found: Results = {f"across_{name}": layer for name, layer in across.items()}
    found.update({f"down_{name}": layer for name, layer in down.items()})
    found["both_gap"], found["either_gap"] = across["gap"] & down["gap"], across["gap"] | down["gap"]
    return found


def _completed(array: Array) -> Array | None:
    """Every row begun gone on with the pattern of the first full row, each of its colors exchanged."""
    filled = (array > 0).sum(1)
    full = np.flatnonzero(filled == array.shape[1])
    begun = np.flatnonzero((filled > 0) & (filled < array.shape[1])).tolist()
    if not len(full) or not begun or (array[full[0]] == array[full[0], 0]).all():
        return None
    model, result = array[full[0]], array.copy()
    for row in [result[number] for number in begun]:
        known = row > 0
        table = np.zeros(256, np.uint8)
        table[model[known]] = row[known]
        # a color that stands for two would leave the row's own cells wrong
        if (table[model][known] == row[known]).all():
            row[~known] = table[model][~known]
    return result


def _in_sequence(array: Array) -> Array | None:
    """The empty rows at the end each in one color of the first row, from left to right, again and again."""
    filled = np.flatnonzero(array.any(1))
    if not len(filled) or filled[-1] + 1 == array.shape[0] or not array[0].all():
        return None
    first, result = int(filled[-1]) + 1, array.copy()
    places = np.arange(array.shape[0] - first) % array.shape[1]
    result[first:] = array[0][places][:, None]
    return result


@Tried(620, once)
@family("rows columns sequence_down sequence_right", cost=13, charge=(42, 2))
def analogies(array: Array) -> Results:
    """Rows, columns gone on as the first full one is; empty ones at the end colored as the first one says."""
    return {
        "rows": _completed(array),
        "columns": transposed(_completed, array),
        "sequence_down": _in_sequence(array),
        "sequence_right": transposed(_in_sequence, array),
    }


#: share (percent) of a line's cells that are of one color, crossings with others left out
_NEARLY = 75


def _full_lines(array: Array) -> list[int]:
    """The numbers of the rows that are nearly all of one color other than 0."""
    return [number for number, row in enumerate(array) if _side_color(row)]


def _side_color(line: Array) -> int:
    """The color that nearly all cells of a line have, else 0."""
    counts = np.bincount(line, minlength=2)
    counts[0] = 0
    color = int(counts.argmax())
    return color if 100 * int(counts[color]) >= _NEARLY * len(line) else 0


def _drawn_to_edges(array: Array) -> tuple[Array, Array] | None:
    """Inner cells of an edge's color drawn on to that edge, and stacked up at it; None without any."""
    drawn, stacked, found = array.copy(), array.copy(), False
    for turn in range(4):
        view, heap = np.rot90(drawn, turn), np.rot90(stacked, turn)
        color = _side_color(np.ascontiguousarray(view[-1]))
        inner = heap[1:-1, 1:-1]
        own = inner == color
        if not color or not own.any():
            continue
        found = True
        np.copyto(view[1:-1, 1:-1], color, where=np.maximum.accumulate(own, 0) & (view[1:-1, 1:-1] == 0))
        inner[own] = 0
        reach = np.arange(inner.shape[0])[::-1, None] < own.sum(0)[None]
        np.copyto(inner, color, where=reach & (inner == 0))
    return (drawn, stacked) if found else None


@Tried(640, once)
@family("between between_inside drawn stacked room_drawn room_stacked", cost=13, charge=(120, 10))
def edges(array: Array) -> Results | None:
    """The room from the first to the last full line; cells drawn on, moved to the edge of their color."""
    if min(array.shape) < 3:
        return None
    found: Results = {}
    rows, columns = _full_lines(array), _full_lines(array.T)
    if len(rows) > 1 and len(columns) > 1 and rows[-1] - rows[0] > 1 and columns[-1] - columns[0] > 1:
        room = array[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        found["between"], found["between_inside"] = room, room[1:-1, 1:-1]
        found["room_drawn"], found["room_stacked"] = _drawn_to_edges(room) or (None, None)
    found["drawn"], found["stacked"] = _drawn_to_edges(array) or (None, None)
    return found


def _crossed(array: Array, marked: Array, lines: Array) -> Array:
    """The lines drawn in the bumps' main color over 0, in the main other color over that one."""
    inner = np.bincount(marked[marked > 0]).argmax()
    outer = np.bincount(array[(array > 0) & (array != inner)], minlength=1).argmax()
    drawn = np.where(array == 0, inner, np.where(array == inner, outer, array))
    return np.where(lines > 0, drawn, array)


def _tips(mask: Any) -> list[tuple[Mask, int, int]]:
    """The cells that stick out of the mask's solid areas, for each straight direction."""
    body = opened(mask, 2, 2)
    odd = mask & ~body
    if not body.any() or not odd.any() or 4 * int(odd.sum()) > int(mask.sum()):
        return []
    found = []
    for down, right in STEPS[:4]:
        beside = shift(mask, right, down) | shift(mask, -right, -down) | shift(mask, -down, -right)
        found.append((odd & shift(body, down, right) & ~beside, down, right))
    return found


@Tried(630, once)
@family("bumps without_bumps lines rays lines_over crossed", cost=13, charge=(50, 12))
def bumps(array: Array) -> Results | None:
    """Single cells of a color that stick out of a solid area of it; lines along them, outward from them."""
    marked, lines, rays = (np.zeros_like(array) for _ in range(3))
    counts = tallies(array)
    for color in [color for color in range(1, 10) if counts[color] >= 5]:
        for tips, down, right in _tips(array == color):
            marked[tips] = color
            lines |= np.broadcast_to(tips.any(0 if down else 1, keepdims=True), array.shape)
            rays |= ray(tips.astype(np.uint8), down, right) if tips.any() else 0
    if not marked.any():
        return None
    return {
        "bumps": marked,
        "without_bumps": without(array, marked > 0),
        "lines": lines,
        "rays": rays,
        "lines_over": under(marked, lines),
        "crossed": _crossed(array, marked, lines),
    }
