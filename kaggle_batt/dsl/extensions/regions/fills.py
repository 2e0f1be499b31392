"""Neighbourhoods: enclosed regions, growth, gravity; free room; rectangles drawn as outlines."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import (
    Array,
    Mask,
    Results,
    bounds,
    framed_by,
    guarded_bits,
    masks_of,
    neighbours,
    only,
    packed,
    tallies,
    transposed,
    under,
    without,
)
from kaggle_batt.dsl.extensions.regions.rooms import largest_room
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, label

#: (top, bottom, left, right), inclusive
Box = tuple[int, int, int, int]


def enclosed(array: Array) -> tuple[Mask, Array]:
    """Cells of 0 that no path of 0 joins to the edge; and the same with the color around each region."""
    framed = framed_by(array)
    stride, flat = framed.shape[1], framed.ravel()
    mask, around = np.zeros(flat.size, bool), np.zeros(flat.size, np.uint8)
    for region in label(framed, Segmentation.EMPTY_4)[1:]:
        cells = np.array(region)
        mask[cells] = True
        rim = np.concatenate([flat[cells + step] for step in (1, -1, stride, -stride)])
        around[cells] = np.bincount(rim[rim > 0]).argmax()
    return mask.reshape(framed.shape)[1:-1, 1:-1], around.reshape(framed.shape)[1:-1, 1:-1]


@Tried(160, once, deep=True)
@family(
    "enclosed_mask enclosed_color filled open_mask grow_8 grow_4 halo_8 halo_4 shrink edge_mask edge_cells "
    "without_edge fall_down fall_left fall_up fall_right without_lone rim_4 halo_diagonal grow_across "
    "grow_down smooth halo_count core flooded squares_only thinned grow_squares lone",
    cost=12,
    charge=(175, 100),
    stacked=True,
)
def fills(array: Array) -> Results | None:
    """Enclosed cells, growth into 0, shrinking, gravity, cells without a like neighbour."""
    if array[0].size < 2:
        return None
    inside, around = (np.array(layers) for layers in zip(*map(enclosed, array), strict=True))
    moved = neighbours(array)
    free = array == 0
    eight, four, oblique = under(*moved), under(*moved[:4]), under(*moved[4:])
    around_8 = np.array(moved)
    filled_near: Array = np.add.reduce(around_8 > 0, 0, dtype=np.uint8)
    like = np.add.reduce(around_8 == array, 0, dtype=np.uint8)
    free_4 = np.logical_or.reduce(around_8[:4] == 0)
    edge = np.ones_like(array)
    edge[:, 1:-1, 1:-1] = 0
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
        "rim_4": only(array, free_4 & ~free),
        "halo_diagonal": only(oblique, free),
        "grow_across": under(array, moved[0], moved[1]),
        "grow_down": under(array, moved[2], moved[3]),
        "smooth": np.where((filled_near >= 5) & free, eight, without(array, (filled_near <= 2) & ~free)),
        "halo_count": only(filled_near, free),
        "core": only(array, like == 8),
        "grow_squares": under(array, eight, under(*neighbours(eight))),
        "flooded": _flooded(array),
        "squares_only": only(array, _in_squares(array)),
        "thinned": np.array(list(map(_thinned, array))),
    }
    found["fall_left"], found["fall_right"] = packed(array, True), packed(array, False)
    for name, front in (("fall_up", True), ("fall_down", False)):
        found[name] = transposed(lambda turned, front=front: packed(turned, front), array)
    return found


def _flooded(array: Array) -> Array:
    """Every 0 takes the color that reaches it first through 0 (right, left, down, up on ties)."""
    result = array
    for _ in range(sum(array.shape[1:])):
        grown = under(result, *neighbours(result)[:4])
        if (grown == result).all():
            break
        result = grown
    return result


def _in_squares(array: Array) -> Mask:
    """Cells of a 2×2 block of one color."""
    top, bottom = array[:, :-1], array[:, 1:]
    like, mask = top == bottom, np.zeros(array.shape, bool)
    block = like[..., :-1] & like[..., 1:] & (top[..., :-1] == top[..., 1:]) & (top[..., :-1] > 0)
    for rows in (mask[:, :-1], mask[:, 1:]):
        rows[..., :-1] |= block
        rows[..., 1:] |= block
    return mask


def _thinned(array: Array) -> Array:
    """Ends of lines taken off, again and again: what remains are closed figures."""
    height, width = array.shape
    filled = array > 0
    left, stride = guarded_bits(filled), width + 1
    # the cells like the one to their right, the one below
    right, below = np.zeros(array.shape, bool), np.zeros(array.shape, bool)
    right[:, :-1], below[:-1] = array[:, :-1] == array[:, 1:], array[:-1] == array[1:]
    like_right, like_below = guarded_bits(right & filled), guarded_bits(below & filled)
    while True:
        one, two = like_right & left >> 1, like_below & left >> stride
        three, four = (like_right & left) << 1, (like_below & left) << stride
        kept = left & (one & two | three & four | (one | two) & (three | four))
        if kept == left:
            return only(array, masks_of([left], height, width)[0])
        left = kept


def _arms(free: Mask, room: Array) -> Mask:
    """The room, and the free rows and columns that lead from it straight to an edge."""
    result = room > 0
    box = bounds(result)
    if box is None:
        return result
    top, bottom, left, right = box
    # all of the way to the edge must be free
    result[bottom:, left:right] = free[bottom:, left:right].all(0)
    result[:top, left:right] = free[:top, left:right].all(0)
    result[top:bottom, right:] = free[top:bottom, right:].all(1, keepdims=True)
    result[top:bottom, :left] = free[top:bottom, :left].all(1, keepdims=True)
    return result


@Tried(380, once)
@family("core core_room core_arms room_arms", cost=13, charge=(68, 46))
def cores(array: Array) -> Results | None:
    """The cells of 0 without a colored neighbour; the largest rectangle of them, of 0; with its arms."""
    filled = array > 0
    if min(array.shape) < 3 or filled.all():
        return None
    core = ~np.logical_or.reduce([filled, *neighbours(filled)])
    room = largest_room(~core)
    return {
        "core": core,
        "core_room": room,
        "core_arms": _arms(core, room),
        "room_arms": _arms(~filled, largest_room(array)),
    }


def _runs(mask: Mask) -> list[list[int]]:
    """For each cell how far the mask goes on to the right, the cell included."""
    right = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int64)
    for column in range(mask.shape[1] - 1, -1, -1):
        right[:, column] = only(right[:, column + 1] + 1, mask[:, column])
    return right.tolist()


def outlines(array: Array, color: int) -> list[Box]:
    """The outlines of the color, 3×3 or larger; of those with one upper left corner only the largest."""
    mask = array == color
    right, down = _runs(mask), _runs(mask.T)
    found = []
    for top, left in np.argwhere(mask[:-2, :-2]).tolist():
        best: tuple[int, Box] | None = None
        for width in range(3, right[top][left] + 1):
            for height in range(3, min(down[left][top], down[left + width - 1][top]) + 1):
                area = width * height
                if right[top + height - 1][left] >= width and (best is None or area > best[0]):
                    best = area, (top, top + height - 1, left, left + width - 1)
        if best is not None:
            found.append(best[1])
    return found


def _area(box: Box) -> int:
    return (box[1] - box[0] + 1) * (box[3] - box[2] + 1)


@Tried(440, once, deep=True, crops=True)
@family(
    "inside outline inside_mask outline_mask box_mask second_inside second_outline smallest_inside "
    "smallest_outline all_inside all_boxes without_outlines only_outlines filled by_content",
    cost=13,
    charge=(52, 63),
)
def frames(array: Array) -> Results | None:
    """The largest outline: what it encloses, with and without it; all outlines, what they enclose."""
    if min(array.shape) < 3:
        return None
    counts = tallies(array)
    # a color with many more cells is ground, not outline
    boxes = [(box, c) for c in range(1, 10) if 8 <= counts[c] <= 260 for box in outlines(array, c)]
    boxes.sort(key=lambda one: (-_area(one[0]), one[0]))
    if not boxes:
        return None
    found = _masks(array, boxes)
    for name, (box, _) in (("", boxes[0]), ("second_", boxes[:2][-1]), ("smallest_", boxes[-1])):
        found[f"{name}outline"] = outline = array[box[0] : box[1] + 1, box[2] : box[3] + 1]
        found[f"{name}inside"] = outline[1:-1, 1:-1]
    return found


def _masks(array: Array, boxes: list[tuple[Box, int]]) -> Results:
    """Where the outlines and what they enclose are; these filled in the outlines' colors, or by content."""
    inside, whole, filled, content, largest, inner = (np.zeros(array.shape, np.uint8) for _ in range(6))
    for (top, bottom, left, right), color in boxes:
        window = array[top + 1 : bottom, left + 1 : right]
        whole[top : bottom + 1, left : right + 1] = 1
        inside[top + 1 : bottom, left + 1 : right] = 1
        filled[top + 1 : bottom, left + 1 : right] = color
        seen = np.bincount(window.ravel(), minlength=10)
        seen[[0, color]] = 0
        content[top : bottom + 1, left : right + 1] = seen.argmax() if np.count_nonzero(seen) else 0
    top, bottom, left, right = boxes[0][0]
    largest[top : bottom + 1, left : right + 1] = 1
    inner[top + 1 : bottom, left + 1 : right] = 1
    outline = whole - inside
    return {
        "inside_mask": inner,
        "outline_mask": largest - inner,
        "box_mask": largest,
        "all_inside": only(array, inside > 0),
        "all_boxes": whole,
        "without_outlines": without(array, outline > 0),
        "only_outlines": only(array, outline > 0),
        "filled": under(array, filled),
        "by_content": content,
    }
