"""Families about neighbourhoods: enclosed regions, growing and shrinking, edges, gravity."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, only, shift, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import label


def enclosed(array: Array) -> tuple[Mask, Array]:
    """Cells of 0 that no path of 0 joins to the edge; and the same with the color around each region."""
    framed = np.pad(array, 1)
    stride = framed.shape[1]
    flat = framed.ravel()
    mask, around = np.zeros(flat.size, bool), np.zeros(flat.size, np.uint8)
    for region in label(framed, 5)[1:]:
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


@family(
    "enclosed_mask enclosed_color filled open_mask grow_8 grow_4 halo_8 halo_4 shrink edge_mask edge_cells "
    "without_edge fall_down fall_left fall_up fall_right without_lone rim_4 halo_diagonal grow_across "
    "grow_down smooth halo_count core flooded squares_only thinned grow_squares lone",
    cost=12,
    charge=(350, 100),
    tried=Tried(60, once, deep=True),
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
        "enclosed_mask": inside.astype(np.uint8),
        "enclosed_color": around,
        "filled": under(array, around),
        "open_mask": (free & ~inside).astype(np.uint8),
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
        "smooth": smooth.astype(np.uint8),
        "halo_count": np.where(free, filled_near, 0).astype(np.uint8),
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
        result = np.where(ends, 0, result).astype(np.uint8)
    return result
