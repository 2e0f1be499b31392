"""Rows and columns: gaps between cells, full lines, lines that go on like another, cells that stick out."""

from __future__ import annotations

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, shift, tallies, under
from kaggle_batt.dsl.extensions.lines.rays import ray
from kaggle_batt.dsl.extensions.regions.rooms import opened
from kaggle_batt.dsl.extensions.registry import Tried, family


def _gaps(array: Array) -> tuple[Array, Array, Array, Array]:
    """Of each cell of 0 between colored cells of its row: the color before it, the color after it, its
    distance from either."""
    height, width = array.shape
    before, after = np.zeros_like(array), np.zeros_like(array)
    since, until = np.zeros_like(array), np.zeros_like(array)
    color, steps = np.zeros(height, np.uint8), np.zeros(height, np.uint8)
    for column in range(width):
        own = array[:, column]
        color, steps = np.where(own > 0, own, color), np.where(own > 0, 0, steps + 1)
        before[:, column], since[:, column] = color, steps
    color, steps = np.zeros(height, np.uint8), np.zeros(height, np.uint8)
    for column in range(width - 1, -1, -1):
        own = array[:, column]
        color, steps = np.where(own > 0, own, color), np.where(own > 0, 0, steps + 1)
        after[:, column], until[:, column] = color, steps
    gap = (array == 0) & (before > 0) & (after > 0)
    return tuple([np.where(gap, layer, 0) for layer in (before, after, since, until)])  # type: ignore[return-value]


def _one_way(array: Array) -> Results:
    before, after, since, until = _gaps(array)
    gap = before > 0
    middle = gap & (np.abs(since.astype(np.int16) - until) <= 1)
    nearest = np.where(since < until, before, np.where(until < since, after, 0))
    return {
        "nearest": under(array, nearest),
        "first": under(array, before),
        "second": under(array, after),
        "gap": gap,
        "unlike": (gap & (before != after)),
        "like": np.where(gap & (before == after), before, 0),
        "middle": middle,
        "length": np.where(gap, np.minimum(since + until - 1, 9), 0),
        "distance": np.where(gap, np.minimum(np.minimum(since, until), 9), 0),
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
    across = _one_way(array)
    down = {name: None if layer is None else layer.T for name, layer in _one_way(array.T).items()}
    found: Results = {f"across_{name}": layer for name, layer in across.items()}
    found.update({f"down_{name}": layer for name, layer in down.items()})
    one, two = across["gap"], down["gap"]
    assert one is not None and two is not None
    found["both_gap"], found["either_gap"] = one & two, one | two
    return found


def _completed(array: Array) -> Array | None:
    """Every row begun gone on with the pattern of the first full row, each of its colors exchanged."""
    filled = (array > 0).sum(1)
    full = np.flatnonzero(filled == array.shape[1])
    begun = np.flatnonzero((filled > 0) & (filled < array.shape[1])).tolist()
    if not len(full) or not begun or (array[full[0]] == array[full[0], 0]).all():
        return None
    model, result = array[full[0]], array.copy()
    for number in begun:
        row = result[number]
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
def analogies(array: Array) -> Results | None:
    """Rows, columns gone on as the first full one is; empty ones at the end colored as the first one says."""
    down, right = _in_sequence(array), _in_sequence(array.T)
    columns = _completed(array.T)
    return {
        "rows": _completed(array),
        "columns": None if columns is None else columns.T,
        "sequence_down": down,
        "sequence_right": None if right is None else right.T,
    }


#: share (percent) of a line's cells that are of one color, crossings with others left out
_NEARLY = 75


def _lines(array: Array) -> list[int]:
    """The numbers of the rows that are nearly all of one color other than 0."""
    counts = np.stack([(array == color).sum(1) for color in range(1, 10)], 1).max(1)
    return np.flatnonzero(100 * counts >= _NEARLY * array.shape[1]).tolist()


def _side_color(line: Array) -> int:
    """The color that nearly all cells of an edge have, else 0."""
    counts = np.bincount(line, minlength=2)
    counts[0] = 0
    color = int(counts.argmax())
    return color if 100 * int(counts[color]) >= _NEARLY * len(line) else 0


def _pulled(array: Array) -> tuple[Array, Array] | None:
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
    rows, columns = _lines(array), _lines(array.T)
    if len(rows) > 1 and len(columns) > 1 and rows[-1] - rows[0] > 1 and columns[-1] - columns[0] > 1:
        room = array[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        found["between"], found["between_inside"] = room, room[1:-1, 1:-1]
        pulled = _pulled(room)
        if pulled:
            found["room_drawn"], found["room_stacked"] = pulled
    pulled = _pulled(array)
    if pulled:
        found["drawn"], found["stacked"] = pulled
    return found


def _crossed(array: Array, marked: Array, lines: Array) -> Array:
    """The lines drawn in the bumps' main color over 0, in the main other color over that one."""
    inner = int(np.bincount(marked[marked > 0]).argmax())
    counts = np.bincount(array[(array > 0) & (array != inner)], minlength=1)
    outer = int(counts.argmax())
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
        "without_bumps": np.where(marked > 0, 0, array),
        "lines": lines,
        "rays": rays,
        "lines_over": under(marked, lines),
        "crossed": _crossed(array, marked, lines),
    }
