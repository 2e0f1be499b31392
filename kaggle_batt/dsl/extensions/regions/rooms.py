"""Free room between parts, empty lines, zones, full blocks, crossings."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once, output_size
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, cut, tallies, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Parts, Segmentation, drawn, label, parts_of


@Tried(250, once, deep=True)
@family("across down both crosses rows columns boxes_of_color between between_inner", cost=14, charge=(60, 4))
def spans(array: Array) -> Results | None:
    """The free room between facing parts of one color; the middle rows and columns of the parts."""
    parts = parts_of(array, Segmentation.COLOR_8)
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
    for part in parts_of(array, Segmentation.EACH_COLOR):
        window = boxes[part.box]
        window[window == 0] = part.color
    found["rows"], found["columns"] = under(array, rows), under(array, columns)
    found["crosses"], found["boxes_of_color"] = under(array, rows, columns), boxes
    return found


def _facing(array: Array, parts: Parts) -> tuple[Array, Array]:
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


def _between(array: Array, parts: Parts) -> Results:
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


@Tried(270, once, deep=True)
@family(
    "empty_rows empty_columns empty_both empty_either largest_room rings rings_exchanged zones zone_masks",
    cost=14,
    charge=(120, 60),
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
    for region in label((array != wall).astype(np.uint8), Segmentation.FILLED_4):
        inside = np.bincount(array.ravel()[region], minlength=10)
        inside[0] = 0
        if inside.any():
            result[region] = inside.argmax()
            masks[region] = inside.argmax()
    return {"zones": result.reshape(array.shape), "zone_masks": masks.reshape(array.shape)}


@Tried(280, once, deep=True)
@family("largest smallest touching_edge not_touching square_ones", cost=14, charge=(8, 8))
def holes(array: Array) -> Results | None:
    """Regions of 0 as masks: the largest, the smallest, those at the edge, those that are squares."""
    parts = list(parts_of(array, Segmentation.EMPTY_4))
    if len(parts) < 2:
        return None
    sizes = [part.size for part in parts]
    last = array.shape[0] - 1, array.shape[1] - 1
    at_edge = [
        part.top == 0 or part.left == 0 or part.bottom == last[0] or part.right == last[1] for part in parts
    ]
    return {
        "largest": drawn(array, [p for p in parts if p.size == max(sizes)], Segmentation.EMPTY_4),
        "smallest": drawn(array, [p for p in parts if p.size == min(sizes)], Segmentation.EMPTY_4),
        "touching_edge": drawn(
            array, [p for p, edge in zip(parts, at_edge, strict=True) if edge], Segmentation.EMPTY_4
        ),
        "not_touching": drawn(
            array, [p for p, edge in zip(parts, at_edge, strict=True) if not edge], Segmentation.EMPTY_4
        ),
        "square_ones": drawn(
            array, [p for p in parts if p.height == p.width and p.size == p.height**2], Segmentation.EMPTY_4
        ),
    }


def opened(mask: Mask, height: int, width: int) -> Mask:
    """The cells that lie in a block of that size which the mask fills."""
    rows, columns = mask.shape[0] - height + 1, mask.shape[1] - width + 1
    result = np.zeros_like(mask)
    if rows < 1 or columns < 1:
        return result
    fits = np.ones((rows, columns), bool)
    for down in range(height):
        for right in range(width):
            fits &= mask[down : down + rows, right : right + columns]
    for down in range(height):
        for right in range(width):
            result[down : down + rows, right : right + columns] |= fits
    return result


SIZES = ((2, 2), (3, 3), (4, 4), (1, 3), (3, 1), (2, 3), (3, 2))


@Tried(310, once, deep=True)
@family(
    " ".join([f"{kind}_{down}x{right}" for kind in ("empty", "filled") for down, right in SIZES])
    + " rare_rows rare_columns rare_both",
    cost=13,
    charge=(220, 25),
)
def blocks(array: Array) -> Results:
    """Cells of 0 and colored cells in full blocks of a size; rows and columns of the rarest color."""
    found: Results = {}
    free = array == 0
    for down, right in SIZES:
        found[f"empty_{down}x{right}"] = opened(free, down, right)
        kept = opened(~free, down, right)
        found[f"filled_{down}x{right}"] = np.where(kept, array, 0)
    counts = tallies(array)
    present = [(counts[c], c) for c in range(10) if counts[c]]
    if len(present) > 1:
        rare = min(present)[1]
        mask = array == rare
        rows, columns = mask.any(1)[:, None], mask.any(0)[None, :]
        found["rare_rows"] = np.where(rows, rare, array)
        found["rare_columns"] = np.where(columns, rare, array)
        found["rare_both"] = np.where(rows | columns, rare, array)
    return found


@Tried(380, output_size, only_resized=True, crops=True)
@family("top_left top_right bottom_left bottom_right middle", cost=12, charge=(6, 2))
def places(array: Array, height: int, width: int) -> Results | None:
    """The part of that size in each corner and in the middle."""
    if height > array.shape[0] or width > array.shape[1] or min(height, width) < 1:
        return None
    bottom, right = array.shape[0] - height, array.shape[1] - width
    return {
        "top_left": array[:height, :width],
        "top_right": array[:height, right:],
        "bottom_left": array[bottom:, :width],
        "bottom_right": array[bottom:, right:],
        "middle": array[bottom // 2 : bottom // 2 + height, right // 2 : right // 2 + width],
    }


def _crossing(array: Array) -> tuple[list[int], list[int], int] | None:
    """The rows and columns without 0, and the color that most of their crossings have."""
    rows, columns = np.flatnonzero((array > 0).all(1)).tolist(), np.flatnonzero((array > 0).all(0)).tolist()
    if min(len(rows), len(columns)) < 2 or (len(rows), len(columns)) == array.shape:
        return None
    counts = np.bincount(array[rows][:, columns].ravel())
    return rows, columns, int(counts.argmax())


@Tried(350, once, only_resized=True)
@family("crossings marked trimmed agreeing", cost=13, charge=(12, 1))
def lattices(array: Array) -> Results | None:
    """The crossings of full lines as a small grid: all, those that are not of the main color, their box, and
    the color of four neighbouring ones where they agree."""
    lines = _crossing(array)
    if lines is None:
        return None
    rows, columns, ground = lines
    small = array[rows][:, columns]
    marked = np.where(small == ground, 0, small)
    trimmed = cut(marked, marked > 0)
    found: Results = {"crossings": small, "marked": marked, "trimmed": trimmed}
    if trimmed is not None and min(trimmed.shape) > 1:
        one = trimmed[:-1, :-1]
        like = (one == trimmed[1:, :-1]) & (one == trimmed[:-1, 1:]) & (one == trimmed[1:, 1:])
        found["agreeing"] = np.where(like, one, 0)
    return found
