"""Neighbourhoods: enclosed regions, growth, gravity; empty lines, rings, full blocks, corners."""

from functools import lru_cache

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Facts
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, coordinates, only, tallies, under, without
from kaggle_batt.dsl.extensions.bits import enclosed, guarded_bits, masks_of
from kaggle_batt.dsl.extensions.geometry import neighbours, packed, padded, quarters, transposed
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, label, parts_of


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
    inside = enclosed(array)
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


@Tried(350, deep=True)
@family(
    "empty_rows empty_columns empty_both empty_either rings rings_exchanged turned_on turned_back rolled_on "
    "rolled_back cleared",
    cost=14,
    charge=(70, 2),
)
def rooms(array: Array) -> Results | None:
    """Empty rows and columns; concentric rings in the opposite order, with their colored cells, or all,
    moved on; without full rows, those above fallen."""
    if min(array.shape) < 3:
        return None
    rows = np.repeat(array.max(1, keepdims=True) == 0, array.shape[1], 1)
    columns = np.repeat(array.max(0, keepdims=True) == 0, array.shape[0], 0)
    kept = array[array.min(1) == 0]
    return {
        "cleared": padded(kept, len(array) - len(kept), 0, 0, 0),
        "empty_rows": rows,
        "empty_columns": columns,
        "empty_both": rows & columns,
        "empty_either": rows | columns,
        **_rings(array),
    }


def _rings(array: Array) -> Results:
    """Cells moved on along the rings; where each has one color, these in the opposite order."""
    height, width = array.shape
    rows, columns = coordinates(height, width)
    depth = np.minimum(np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns))
    colors = array.diagonal()[: int(depth.max()) + 1]
    order = clockwise(height, width)
    moved = [one for cells in (order[array.take(order) > 0], order) for one in _moved_on(array, depth, cells)]
    found: Results = dict(zip(("turned_on", "turned_back", "rolled_on", "rolled_back"), moved, strict=True))
    if np.count_nonzero(colors[depth] != array):
        return found
    distinct = list(dict.fromkeys(colors.tolist()))
    exchange = np.zeros(256, np.uint8)
    exchange[distinct] = distinct[::-1]
    return {"rings": colors[::-1][depth], "rings_exchanged": exchange[array], **found}


def _moved_on(array: Array, depth: Array, cells: Array) -> tuple[Array, Array]:
    """Each of the cells in the color of the one before it or after it, clockwise, on its ring."""
    last = np.flatnonzero(np.diff(depth.ravel()[cells], append=-1))  # of each ring
    after = np.arange(1, len(cells) + 1)
    after[last] = (np.roll(last, 1) + 1) % max(len(cells), 1)
    on, back, colors = array.copy(), array.copy(), array.ravel()[cells]
    on.put(cells[after], colors)
    back.put(cells, colors[after])
    return on, back


@lru_cache(maxsize=64)
def clockwise(height: int, width: int) -> Array:
    """The cells of a grid ring by ring from outside, each clockwise from its corner on."""
    numbers, found = np.arange(height * width).reshape(height, width), []
    while numbers.size:
        found.append(numbers[0])
        numbers = np.rot90(numbers[1:])
    return np.concatenate(found)


def _begun(mask: int, step: int, number: int) -> int:
    """The cells that begin so many of the mask in steps of that many bits."""
    done = 1
    while done < number:
        by = min(done, number - done)
        mask, done = mask & mask >> by * step, done + by
    return mask


def _largest(mask: int, stride: int) -> int:
    """The cells of the largest blocks, at least two cells wide and high, that the mask fills, as bits."""
    sizes, most, height, rows = list[tuple[int, int]](), 0, 1, mask
    while rows := rows & mask >> height * stride:
        height += 1
        width = max(-(-most // height), 2)
        corners = _begun(rows, 1, width)
        while corners:
            if height * width > most:
                sizes, most = [], height * width
            sizes.append((height, width))
            corners, width = corners & rows >> width, width + 1
    found = 0
    for size in sizes:
        found |= _opened(mask, *size, stride)
    return found


def _opened(mask: int, height: int, width: int, stride: int) -> int:
    """The cells of the blocks of that size which the mask fills, as bits."""
    mask = _begun(_begun(mask, 1, width), stride, height)
    for step, times in ((1, width), (stride, height)):
        for _ in range(times - 1):
            mask |= mask << step
    return mask


_SIZES = ((2, 2), (3, 3), (4, 4), (1, 3), (3, 1), (2, 3), (3, 2))
_BLOCKS = [f"{kind}_{down}x{right}" for kind in ("empty", "filled") for down, right in _SIZES]


@Tried(370, deep=True)
@family(" ".join([*_BLOCKS, "rare_rows rare_columns rare_both empty_largest"]), cost=13, charge=(70, 8))
def blocks(array: Array) -> Results:
    """Cells of 0 and colored cells in full blocks of a size, cells of 0 in the largest ones; rows and columns
    of the rarest color."""
    counts, stride = tallies(array), array.shape[1] + 1
    bits = [guarded_bits(array == 0), guarded_bits(array > 0)]
    made = [_opened(mask, *size, stride) for mask in bits for size in _SIZES]
    grids = masks_of([*made, _largest(bits[0], stride)], *array.shape).view(np.uint8)
    grids[len(_SIZES) : -1] *= array
    found: Results = dict(zip([*_BLOCKS, "empty_largest"], grids, strict=True))
    present = [(counts[c], c) for c in range(10) if counts[c]]
    if len(present) > 1:
        rare = min(present)[1]
        rows, columns = (array == rare).any(1)[:, None], (array == rare).any(0)[None, :]
        for name, lines in (("rows", rows), ("columns", columns), ("both", rows | columns)):
            found[f"rare_{name}"] = np.where(lines, rare, array)
    return found


@Tried(60, Facts.output_size, only_resized=True, crops=True)
@family("top_left top_right bottom_left bottom_right middle", cost=12, charge=(10, 8))
def places(array: Array, height: int, width: int) -> Results | None:
    """The part of that size in each corner and in the middle."""
    bottom, right = array.shape[0] - height, array.shape[1] - width
    if min(bottom, right) < 0 or min(height, width) < 1:
        return None
    corners = {"top_left": (0, 0), "top_right": (0, right), "bottom_left": (bottom, 0)}
    corners |= {"bottom_right": (bottom, right), "middle": (bottom // 2, right // 2)}
    return {name: array[y : y + height, x : x + width] for name, (y, x) in corners.items()}


@Tried(330, Facts.each_color, deep=True)
@family("left up right down line", cost=12, charge=(70, 12), roles=True)
def settled(array: Array, color: int) -> Results | None:
    """The colored cells moved together to an edge or cells of that color, which stay; `line` is the edge that
    has one color."""
    if not np.count_nonzero(array == color):
        return None
    turned = [quarters(array, turns) for turns in range(4)]
    made = [quarters(_settled(one, color), -turns) for turns, one in enumerate(turned)]
    lines = [made[k] for k, one in enumerate(turned) if one[0, 0] and (one[:, 0] == one[0, 0]).all()]
    return {**dict(zip(settled.names, made, strict=False)), "line": lines[0] if len(lines) == 1 else None}


def _settled(array: Array, color: int) -> Array:
    """The same toward the first column."""
    fixed = array == color
    keys = 3 * np.cumsum(fixed, 1) + np.where(fixed, 0, np.where(array > 0, 1, 2))
    return np.take_along_axis(array, np.argsort(keys, 1, kind="stable"), 1)


@Tried(370, deep=True)
@family("main", cost=12, charge=(70, 11))
def chambers(array: Array) -> Results | None:
    """Each room in the color that most of its cells have beside 0; the walls have that of the largest box."""
    parts, result = parts_of(array, Segmentation.COLOR_8), array.copy()
    wall = max(parts, key=lambda part: part.picture.size, default=None)
    rooms = label((array == wall.color).astype(np.uint8), Segmentation.EMPTY_4) if wall else []
    for cells in rooms if 1 < len(rooms) <= 100 else []:
        _, *counts = tallies(array.take(cells))
        result.put(cells, counts.index(max(counts)) + 1 if any(counts) else 0)
    return {"main": result}
