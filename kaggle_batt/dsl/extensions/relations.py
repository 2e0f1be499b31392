"""Families about how parts stand to each other: spans between them, crosses, stamps, zones, free room."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, drawn, label, parts_of


@family(
    "across down both crosses rows columns boxes_of_color between between_inner",
    cost=14,
    charge=(60, 4),
    tried=Tried(250, once, deep=True),
)
def spans(array: Array) -> Results | None:
    """The free room between facing parts of one color; the middle rows and columns of the parts."""
    parts = parts_of(array, 1)
    if min(array.shape) < 3 or not 0 < len(parts) <= 30:
        return None
    found: Results = {}
    if len(parts) <= 14:
        across, down = _facing(array, parts)
        found.update({"across": across, "down": down, "both": under(across, down)})
    if len(parts) <= 8:
        found.update(_between(array, parts))
    rows, columns, boxes = np.zeros_like(array), np.zeros_like(array), np.zeros_like(array)
    for part in parts:
        rows[(part.top + part.bottom) // 2 : part.top + part.height // 2 + 1] = part.color
        columns[:, (part.left + part.right) // 2 : part.left + part.width // 2 + 1] = part.color
    for part in parts_of(array, 4):
        window = boxes[part.box]
        window[window == 0] = part.color
    found["rows"], found["columns"] = under(array, rows), under(array, columns)
    found["crosses"], found["boxes_of_color"] = under(array, rows, columns), boxes
    return found


def _facing(array: Array, parts: tuple[Part, ...]) -> tuple[Array, Array]:
    """The empty rectangles between parts of one color that share rows; that share columns."""
    across, down = np.zeros_like(array), np.zeros_like(array)
    for index, part in enumerate(parts):
        for other in parts[:index]:
            if part.color != other.color:
                continue
            top, bottom = max(part.top, other.top), min(part.bottom, other.bottom) + 1
            left, right = min(part.right, other.right) + 1, max(part.left, other.left)
            _mark(across, array, (top, bottom, left, right), part.color)
            top, bottom = min(part.bottom, other.bottom) + 1, max(part.top, other.top)
            left, right = max(part.left, other.left), min(part.right, other.right) + 1
            _mark(down, array, (top, bottom, left, right), part.color)
    return across, down


def _between(array: Array, parts: tuple[Part, ...]) -> Results:
    """1 in the empty rectangles between any parts that share rows or columns, and in all but their edges."""
    whole, inner = np.zeros_like(array), np.zeros_like(array)
    for index, part in enumerate(parts):
        for other in parts[:index]:
            top, bottom = max(part.top, other.top), min(part.bottom, other.bottom) + 1
            left, right = max(part.left, other.left), min(part.right, other.right) + 1
            if top < bottom:
                _mark(whole, array, (top, bottom, right, left), 1)
                _mark(inner, array, (top + 1, bottom - 1, right, left), 1)
            elif left < right:
                _mark(whole, array, (bottom, top, left, right), 1)
                _mark(inner, array, (bottom, top, left + 1, right - 1), 1)
    return {"between": whole, "between_inner": inner}


def _mark(layer: Array, array: Array, box: tuple[int, int, int, int], color: int) -> None:
    top, bottom, left, right = box
    if top < bottom and left < right and not array[top:bottom, left:right].any():
        layer[top:bottom, left:right] = color


@family(
    "centered recolored by_marker centered_over", cost=14, charge=(6, 1), tried=Tried(260, once, deep=True)
)
def stamps(array: Array) -> Results | None:
    """The one large part stamped on every single cell: in its colors, in the cell's, by its marker."""
    parts = parts_of(array, 3)
    if not 2 <= len(parts) <= 30:
        return None
    model = max(parts, key=lambda part: part.size)
    marks = [part for part in parts if part.size == 1]
    if model.size == 1 or len(marks) != len(parts) - 1:
        return None
    middle = model.height // 2, model.width // 2
    found: Results = {
        "centered": stamped(array, model.picture, marks, middle, False),
        "recolored": stamped(array, model.picture, marks, middle, True),
        "centered_over": stamped(np.zeros_like(array), model.picture, marks, middle, False),
    }
    places = np.argwhere(model.picture == marks[0].color)
    if len(places) == 1 and len({mark.color for mark in marks}) == 1:
        anchor = int(places[0][0]), int(places[0][1])
        found["by_marker"] = stamped(array, model.picture, marks, anchor, False)
    return found


def stamped(base: Array, picture: Array, marks: list[Part], anchor: tuple[int, int], recolor: bool) -> Array:
    """The picture drawn with its anchor cell on every mark."""
    result = base.copy()
    height, width = base.shape
    for mark in marks:
        top, left = mark.top - anchor[0], mark.left - anchor[1]
        rows = slice(max(top, 0), min(top + picture.shape[0], height))
        columns = slice(max(left, 0), min(left + picture.shape[1], width))
        seen = picture[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        ink = np.where(seen > 0, mark.color, 0).astype(np.uint8) if recolor else seen
        np.copyto(result[rows, columns], ink, where=seen > 0)
    return result


@family(
    "empty_rows empty_columns empty_both empty_either largest_room rings rings_exchanged zones zone_masks",
    cost=14,
    charge=(120, 60),
    tried=Tried(270, once, deep=True),
)
def rooms(array: Array) -> Results | None:
    """Empty rows and columns, the largest empty rectangle, concentric rings, zones between walls."""
    if min(array.shape) < 3:
        return None
    rows = np.repeat(array.max(1, keepdims=True) == 0, array.shape[1], 1).astype(np.uint8)
    columns = np.repeat(array.max(0, keepdims=True) == 0, array.shape[0], 0).astype(np.uint8)
    found: Results = {
        "empty_rows": rows,
        "empty_columns": columns,
        "empty_both": rows & columns,
        "empty_either": rows | columns,
        "largest_room": largest_room(array),
    }
    found.update(_rings(array))
    found.update(_zones(array))
    return found


def largest_room(array: Array) -> Array:
    """1 in the largest rectangle of 0 (of several, the one whose lower right corner comes first)."""
    heights = np.zeros(array.shape[1] + 1, np.int64)
    best, box = 0, (0, 0, 0, 0)
    empty: Mask = array == 0
    for row, free in enumerate(empty):
        heights[:-1] = np.where(free, heights[:-1] + 1, 0)
        open_bars: list[tuple[int, int]] = []
        for column, height in enumerate(heights.tolist()):
            start = column
            while open_bars and open_bars[-1][1] >= height:
                start, tall = open_bars.pop()
                if tall * (column - start) > best:
                    best, box = tall * (column - start), (row - tall + 1, row + 1, start, column)
            open_bars.append((start, height))
    result = np.zeros_like(array)
    result[box[0] : box[1], box[2] : box[3]] = 1
    return result


def _rings(array: Array) -> Results:
    """Where the grid is concentric rings: their colors in the opposite order."""
    height, width = array.shape
    rows, columns = np.mgrid[0:height, 0:width]
    depth = np.minimum(np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns))
    colors = []
    for ring in range(int(depth.max()) + 1):
        seen = array[depth == ring]
        if (seen != seen[0]).any():
            return {}
        colors.append(int(seen[0]))
    distinct = list(dict.fromkeys(colors))
    exchange = dict(zip(distinct, distinct[::-1], strict=True))
    return {
        "rings": np.array(colors[::-1], np.uint8)[depth],
        "rings_exchanged": np.array([exchange[color] for color in colors], np.uint8)[depth],
    }


def _zones(array: Array) -> Results:
    """Regions without the main color, each filled with the rare color it contains."""
    counts = np.bincount(array.ravel(), minlength=10)
    if (counts > 0).sum() < 2:
        return {}
    wall = int(counts[1:].argmax()) + 1
    result = array.copy().ravel()
    masks = np.zeros_like(result)
    for region in label((array != wall).astype(np.uint8), 2):
        inside = np.bincount(array.ravel()[region], minlength=10)
        inside[0] = 0
        if inside.any():
            result[region] = inside.argmax()
            masks[region] = inside.argmax()
    return {"zones": result.reshape(array.shape), "zone_masks": masks.reshape(array.shape)}


@family(
    "largest smallest touching_edge not_touching square_ones",
    cost=14,
    charge=(8, 8),
    tried=Tried(280, once, deep=True),
)
def holes(array: Array) -> Results | None:
    """Regions of 0 as masks: the largest, the smallest, those at the edge, those that are squares."""
    parts = list(parts_of(array, 5))
    if len(parts) < 2:
        return None
    sizes = [part.size for part in parts]
    last = array.shape[0] - 1, array.shape[1] - 1
    at_edge = [
        part.top == 0 or part.left == 0 or part.bottom == last[0] or part.right == last[1] for part in parts
    ]
    return {
        "largest": drawn(array, [p for p in parts if p.size == max(sizes)], 5),
        "smallest": drawn(array, [p for p in parts if p.size == min(sizes)], 5),
        "touching_edge": drawn(array, [p for p, edge in zip(parts, at_edge, strict=True) if edge], 5),
        "not_touching": drawn(array, [p for p, edge in zip(parts, at_edge, strict=True) if not edge], 5),
        "square_ones": drawn(array, [p for p in parts if p.height == p.width and p.size == p.height**2], 5),
    }
