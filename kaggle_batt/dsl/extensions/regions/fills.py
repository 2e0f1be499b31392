"""Neighbourhoods: enclosed regions, growth, gravity; free room; rectangles drawn as outlines."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, bounds, only, shift, tallies, under
from kaggle_batt.dsl.extensions.regions.rooms import largest_room
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, label


def enclosed(array: Array) -> tuple[Mask, Array]:
    """Cells of 0 that no path of 0 joins to the edge; and the same with the color around each region."""
    framed = np.pad(array, 1)
    stride = framed.shape[1]
    flat = framed.ravel()
    mask, around = np.zeros(flat.size, bool), np.zeros(flat.size, np.uint8)
    for region in label(framed, Segmentation.EMPTY_4)[1:]:
        cells = np.array(region)
        mask[cells] = True
        rim = np.concatenate([flat[cells + step] for step in (1, -1, stride, -stride)])
        rim = rim[rim > 0]
        around[cells] = np.bincount(rim).argmax()
    return mask.reshape(framed.shape)[1:-1, 1:-1], around.reshape(framed.shape)[1:-1, 1:-1]


def pulled(array: Array, turns: int) -> Array:
    """Every colored cell fallen on its own: down after so many quarter turns."""
    turned = np.rot90(array, turns)
    order = np.argsort(turned > 0, axis=0, kind="stable")
    return np.rot90(np.take_along_axis(turned, order, 0), -turns)


@Tried(60, once, deep=True)
@family(
    "enclosed_mask enclosed_color filled open_mask grow_8 grow_4 halo_8 halo_4 shrink edge_mask edge_cells "
    "without_edge fall_down fall_left fall_up fall_right without_lone rim_4 halo_diagonal grow_across "
    "grow_down smooth halo_count core flooded squares_only thinned grow_squares lone",
    cost=12,
    charge=(350, 100),
)
def fills(array: Array) -> Results | None:
    """Enclosed cells, growth into 0, shrinking, gravity, cells without a like neighbour."""
    if array.size < 2:
        return None
    inside, around = enclosed(array)
    moved = [shift(array, *step) for step in STEPS]
    free = array == 0
    colored = ~free
    eight, four, oblique = under(*moved), under(*moved[:4]), under(*moved[4:])
    filled_near = sum([(layer > 0).astype(np.uint8) for layer in moved], np.zeros_like(array))
    like = sum([(layer == array).astype(np.uint8) for layer in moved], np.zeros_like(array))
    free_4 = np.logical_or.reduce([layer == 0 for layer in moved[:4]])
    edge = np.ones_like(array)
    edge[1:-1, 1:-1] = 0
    smooth = np.where((filled_near >= 5) & free, eight, np.where((filled_near <= 2) & colored, 0, array))
    found: Results = {
        "enclosed_mask": inside,
        "enclosed_color": around,
        "filled": under(array, around),
        "open_mask": free & ~inside,
        "grow_8": under(array, eight),
        "grow_4": under(array, four),
        "halo_8": only(eight, free),
        "halo_4": only(four, free),
        "shrink": only(array, filled_near == 8),
        "edge_mask": edge,
        "edge_cells": only(array, edge > 0),
        "without_edge": only(array, edge == 0),
        "without_lone": only(array, like > 0),
        "lone": only(array, like == 0),
        "rim_4": only(array, free_4 & colored),
        "halo_diagonal": only(oblique, free),
        "grow_across": under(array, moved[0], moved[1]),
        "grow_down": under(array, moved[2], moved[3]),
        "smooth": smooth,
        "halo_count": np.where(free, filled_near, 0),
        "core": only(array, like == 8),
        "grow_squares": under(array, eight, under(*[shift(eight, *step) for step in STEPS])),
        "flooded": _flooded(array),
        "squares_only": only(array, _in_squares(array)),
        "thinned": _thinned(array),
    }
    for turns, name in enumerate(("fall_down", "fall_left", "fall_up", "fall_right")):
        found[name] = pulled(array, turns)
    return found


def _flooded(array: Array) -> Array:
    """Every 0 takes the color that reaches it first through 0 (right, left, down, up on ties)."""
    result = array
    for _ in range(array.shape[0] + array.shape[1]):
        near = under(*[shift(result, *step) for step in STEPS[:4]])
        grown = under(result, near)
        if (grown == result).all():
            break
        result = grown
    return result


def _in_squares(array: Array) -> Mask:
    """Cells of a 2×2 block of one color."""
    block = (array[:-1, :-1] == array[1:, :-1]) & (array[:-1, :-1] == array[:-1, 1:])
    block &= (array[:-1, :-1] == array[1:, 1:]) & (array[:-1, :-1] > 0)
    mask = np.zeros(array.shape, bool)
    for down in (0, 1):
        for right in (0, 1):
            mask[down : down + block.shape[0], right : right + block.shape[1]] |= block
    return mask


def _thinned(array: Array) -> Array:
    """Ends of lines taken off, again and again: what is left are closed figures."""
    result = array
    for _ in range(array.size):
        like = sum(
            [(shift(result, *step) == result).astype(np.uint8) for step in STEPS[:4]], np.zeros_like(array)
        )
        ends = (result > 0) & (like <= 1)
        if not ends.any():
            break
        result = np.where(ends, 0, result)
    return result


def _arms(free: Mask, room: Array) -> Array:
    """The room, and the free rows and columns that lead from it straight to an edge."""
    box = bounds(room > 0)
    if box is None:
        return room
    top, bottom, left, right = box
    result = room > 0
    # all of the way to the edge must be free
    result[bottom:, left:right] = free[bottom:, left:right].all(0)
    result[:top, left:right] = free[:top, left:right].all(0)
    result[top:bottom, right:] = free[top:bottom, right:].all(1, keepdims=True)
    result[top:bottom, :left] = free[top:bottom, :left].all(1, keepdims=True)
    return result.astype(np.uint8)


@Tried(650, once)
@family("core core_room core_arms room_arms", cost=13, charge=(90, 30))
def cores(array: Array) -> Results | None:
    """The cells of 0 without a colored neighbour; the largest rectangle of them, of 0; with its arms."""
    filled = array > 0
    if min(array.shape) < 3 or filled.all():
        return None
    core = ~np.logical_or.reduce([filled, *[shift(filled, *step) for step in STEPS]])
    room = largest_room((~core).astype(np.uint8))
    return {
        "core": core,
        "core_room": room,
        "core_arms": _arms(core, room),
        "room_arms": _arms(~filled, largest_room(array)),
    }


Box = tuple[int, int, int, int]
#: a color with more cells than this is ground, not outline
MOST_CELLS = 260


def _runs(mask: Array) -> tuple[list[list[int]], list[list[int]]]:
    """For each cell how far the mask goes on to the right, and downward, the cell included."""
    height, width = mask.shape
    right, down = np.zeros((height, width + 1), np.int64), np.zeros((height + 1, width), np.int64)
    for column in range(width - 1, -1, -1):
        right[:, column] = np.where(mask[:, column], right[:, column + 1] + 1, 0)
    for row in range(height - 1, -1, -1):
        down[row] = np.where(mask[row], down[row + 1] + 1, 0)
    return right.tolist(), down.tolist()


def outlines(array: Array, color: int) -> list[Box]:
    """(top, bottom, left, right), inclusive, of the outlines of the color, 3×3 or larger, largest first.

    Of the outlines with one upper left corner only the largest counts.
    """
    mask = array == color
    right, down = _runs(mask)
    found = []
    for top, left in np.argwhere(mask[:-2, :-2]).tolist():
        best: tuple[int, Box] | None = None
        for width in range(3, right[top][left] + 1):
            for height in range(3, min(down[top][left], down[top][left + width - 1]) + 1):
                area = width * height
                if right[top + height - 1][left] >= width and (best is None or area > best[0]):
                    best = area, (top, top + height - 1, left, left + width - 1)
        if best is not None:
            found.append(best)
    found.sort(key=lambda one: (-one[0], one[1]))
    return [box for _, box in found]


def all_outlines(array: Array) -> list[tuple[Box, int]]:
    """The outlines of every color but 0 that is not too frequent, largest first."""
    counts = tallies(array)
    found = [(box, c) for c in range(1, 10) if 8 <= counts[c] <= MOST_CELLS for box in outlines(array, c)]
    found.sort(key=lambda one: (-_area(one[0]), one[0]))
    return found


def _area(box: Box) -> int:
    return (box[1] - box[0] + 1) * (box[3] - box[2] + 1)


@Tried(510, once, deep=True, crops=True)
@family(
    "inside outline inside_mask outline_mask box_mask second_inside second_outline smallest_inside "
    "smallest_outline all_inside all_boxes without_outlines only_outlines filled by_content",
    cost=13,
    charge=(150, 60),
)
def frames(array: Array) -> Results | None:
    """The largest outline: what it encloses, with and without it; all outlines, what they enclose."""
    if min(array.shape) < 3:
        return None
    boxes = all_outlines(array)
    if not boxes:
        return None
    found: Results = {}
    for name, box in (
        ("", boxes[0][0]),
        ("second_", boxes[min(1, len(boxes) - 1)][0]),
        ("smallest_", boxes[-1][0]),
    ):
        top, bottom, left, right = box
        found[f"{name}inside"] = array[top + 1 : bottom, left + 1 : right]
        found[f"{name}outline"] = array[top : bottom + 1, left : right + 1]
    found.update(_masks(array, boxes))
    return found


def _masks(array: Array, boxes: list[tuple[Box, int]]) -> Results:
    inside, whole, filled, content = (np.zeros_like(array) for _ in range(4))
    for (top, bottom, left, right), color in boxes:
        whole[top : bottom + 1, left : right + 1] = 1
        inside[top + 1 : bottom, left + 1 : right] = 1
        filled[top + 1 : bottom, left + 1 : right] = color
        seen = np.bincount(array[top + 1 : bottom, left + 1 : right].ravel(), minlength=10)
        seen[[0, color]] = 0
        content[top : bottom + 1, left : right + 1] = seen.argmax() if seen.any() else 0
    top, bottom, left, right = boxes[0][0]
    largest = np.zeros_like(array)
    largest[top : bottom + 1, left : right + 1] = 1
    inner = np.zeros_like(array)
    inner[top + 1 : bottom, left + 1 : right] = 1
    outline = whole - inside
    return {
        "inside_mask": inner,
        "outline_mask": largest - inner,
        "box_mask": largest,
        "all_inside": np.where(inside > 0, array, 0),
        "all_boxes": whole,
        "without_outlines": np.where(outline > 0, 0, array),
        "only_outlines": np.where(outline > 0, array, 0),
        "filled": np.where((filled > 0) & (array == 0), filled, array),
        "by_content": content,
    }
