"""Neighbourhoods: enclosed regions, growth, gravity; free room; rectangles drawn as outlines."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, only, under, without
from kaggle_batt.dsl.extensions.bits import flooded, guarded_bits, stack_of
from kaggle_batt.dsl.extensions.geometry import neighbours, packed, transposed
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, label


def _enclosed(array: Array) -> Mask:
    """The cells of 0 of a stack that no path of 0 joins to the edge."""
    edge, stride = np.ones(array.shape, bool), array.shape[2] + 1
    edge[:, 1:-1, 1:-1] = False
    free = guarded_bits(array == 0)
    return stack_of(free & ~flooded(free & guarded_bits(edge), free, stride), array.shape)


def _around(array: Array, inside: Mask) -> Array:
    """The enclosed cells of a grid in the color most frequent around their region."""
    around, flat, stride = np.zeros(array.size, np.uint8), array.ravel(), array.shape[1]
    for region in label(np.where(inside, 0, np.uint8(1)), Segmentation.EMPTY_4) if inside.any() else ():
        cells = np.array(region)
        rim = np.concatenate([flat[cells + step] for step in (1, -1, stride, -stride)])
        around[cells] = np.bincount(rim[rim > 0]).argmax()
    return around.reshape(array.shape)


@Tried(160, deep=True)
@family(
    "enclosed_mask enclosed_color filled open_mask grow_8 grow_4 halo_8 halo_4 shrink edge_mask edge_cells "
    "without_edge fall_down fall_left fall_up fall_right without_lone rim_4 halo_diagonal grow_across "
    "grow_down smooth halo_count core squares_only grow_squares lone",
    cost=12,
    charge=(47, 20),
    stacked=True,
)
def fills(array: Array) -> Results | None:
    """Enclosed cells, growth into 0, shrinking, gravity, cells without a like neighbour."""
    if array[0].size < 2:
        return None
    inside = _enclosed(array)
    around = np.array(list(map(_around, array, inside)))
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
        "squares_only": only(array, _in_squares(array)),
    }
    found["fall_left"], found["fall_right"] = packed(array, True), packed(array, False)
    for name, front in (("fall_up", True), ("fall_down", False)):
        found[name] = transposed(lambda turned, front=front: packed(turned, front), array)
    return found


def _in_squares(array: Array) -> Mask:
    """The cells of 2×2 blocks of one color."""
    top, bottom = array[:, :-1], array[:, 1:]
    like, mask = top == bottom, np.zeros(array.shape, bool)
    block = like[..., :-1] & like[..., 1:] & (top[..., :-1] == top[..., 1:]) & (top[..., :-1] > 0)
    for rows in (mask[:, :-1], mask[:, 1:]):
        rows[..., :-1] |= block
        rows[..., 1:] |= block
    return mask
