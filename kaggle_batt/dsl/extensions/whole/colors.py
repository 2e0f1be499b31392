"""Colors of the whole grid: keep, erase, exchange, count; what one color marks."""

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Facts
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Mask, Results, only, tallies, under, without
from kaggle_batt.dsl.extensions.bits import flooded, guarded_bits, masks_of
from kaggle_batt.dsl.extensions.geometry import Box, bounds, cut, framed_by, neighbours
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.roles import FIRST_ROLE, ROLES, color_of

#: tables for each color that leave it alone, that take it away
KEEP = [bytes(color) + bytes([color]) + bytes(255 - color) for color in range(10)]
ERASE = [bytes([*range(color), 0, *range(color + 1, 256)]) for color in range(10)]


@Tried(70, deep=True)
@family(
    "keep_most keep_least erase_most erase_least inverse all_most all_least dot_most dot_least row_by_count "
    "column_by_count bars_by_count bars_down empty_mask filled_mask exchanged row_by_first second_most "
    "rows_main columns_main lines_main lines_whole stripes rows_first columns_first",
    cost=10,
    charge=(50, 3),
)
def color_views(array: Array) -> Results | None:
    """The grid seen by the frequency of its colors; `most` and `least` leave 0 out."""
    counts, data = tallies(array), array.tobytes()
    present = [color for color in range(10) if counts[color]]
    order = sorted(present[1:] if counts[0] else present, key=lambda color: -counts[color])
    if not order:
        return None
    most, least = order[0], min(order, key=lambda color: (counts[color], color))
    found: Results = {
        "keep_most": data.translate(KEEP[most]),
        "keep_least": data.translate(KEEP[least]),
        "second_most": data.translate(KEEP[order[1]]) if len(order) > 1 else None,
        "erase_most": data.translate(ERASE[most]),
        "erase_least": data.translate(ERASE[least]),
        "inverse": data.translate(bytes([most]) + bytes(255)),
        "all_most": bytes([most]) * array.size,
        "all_least": bytes([least]) * array.size,
        "dot_most": np.array([[most]], np.uint8),
        "dot_least": np.array([[least]], np.uint8),
        "row_by_count": np.array([order], np.uint8),
        "column_by_count": np.array([order], np.uint8).T,
        "row_by_first": np.array([list(dict.fromkeys(data.translate(None, b"\0")))], np.uint8),
        "empty_mask": data.translate(b"\1" + bytes(255)),
        "filled_mask": data.translate(b"\0" + b"\1" * 255),
        **_lines_main(array),
        "rows_first": _first_in_rows(array),
        "columns_first": _first_in_rows(array.T).T,
    }
    if counts[most] <= 30:
        bars = np.arange(counts[most])[:, None] < np.array([counts[color] for color in order])
        found["bars_by_count"] = bars * np.array(order, np.uint8)
        found["bars_down"] = found["bars_by_count"].T
    if len(present) == 2:
        found["exchanged"] = np.where(array == present[0], np.uint8(present[1]), np.uint8(present[0]))
    return found


@Tried(75)
@family(" ".join(ROLES), cost=8, charge=(26, 1))
def inks(array: Array) -> Results:
    """The whole grid in the color of each role."""
    colors = {role: color_of(array, FIRST_ROLE + number) for number, role in enumerate(ROLES)}
    return {role: np.full_like(array, color) for role, color in colors.items() if color is not None}


def main_of_rows(array: Array) -> tuple[Any, Any]:
    """Each row's most frequent color other than 0, as a column, and how many cells have it."""
    height = array.shape[0]
    codes = np.minimum(array, 10) + np.arange(0, 11 * height, 11)[:, None]
    counts = np.bincount(codes.ravel(), minlength=11 * height).reshape(height, 11)
    counts[:, 0] = counts[:, 10] = 0
    # 0 in a row without any
    return counts.argmax(1).astype(np.uint8)[:, None], np.maximum.reduce(counts, 1)[:, None]


def _first_in_rows(array: Array) -> Array:
    """The colored cells in the color of the first one of their row."""
    colored = array > 0
    return array[np.arange(len(array)), colored.argmax(1)][:, None] * colored


def _lines_main(array: Array) -> Results:
    """Lines in their main color, in the direction that changes fewer cells, or where it has more than half of
    them; full lines as stripes."""
    (down, below), (right, beside) = main_of_rows(array), main_of_rows(array.T)
    rows, columns = down.repeat(array.shape[1], 1), right.T.repeat(array.shape[0], 0)
    across = np.count_nonzero(rows != array) <= np.count_nonzero(columns != array)
    stripes = _stripes(down if across else right)
    whole = down * (2 * below > array.shape[1]), (right * (2 * beside > array.shape[0])).T
    return {
        "rows_main": rows,
        "columns_main": columns,
        "lines_main": rows if across else columns,
        "lines_whole": under(*whole),
        "stripes": stripes if stripes is None or across else stripes.T,
    }


def _stripes(mains: Array) -> Array | None:
    """A square with one row for each run of like main colors among the rows that have any."""
    runs = mains[:, 0].tolist()
    colors = [c for k, c in enumerate(runs) if c and (k == 0 or runs[k - 1] != c)]
    size = len(colors)
    return np.array(colors, np.uint8).repeat(size).reshape(size, size) if 1 < size <= 30 else None


@Tried(490, Facts.each_color, deep=True)
@family(
    "keep erase not_it crop crop_inside crop_without box_mask rows columns rows_or_columns rows_and_columns "
    "touching near touching_zero spread crop_others box_inside box_only outside_box lowest_row highest_row "
    "framed edged box_outline box_inner_outline box_outer_outline "
    "crop_wide crop_cornered self_at",
    cost=11,
    charge=(74, 1),
    roles=True,
)
def one_color(array: Array, color: int) -> Results | None:
    """What one color marks: its cells, its bounding box, its rows and columns, what touches it."""
    mask = array == color
    box = bounds(mask)
    if box is None:
        return None
    rows, columns, inside, lowest, highest = (np.zeros(array.shape, bool) for _ in range(5))
    rows[:], columns[:] = mask.any(1)[:, None], mask.any(0)
    moved = np.array(neighbours(mask))
    near4, near8 = np.logical_or.reduce(moved[:4]), np.logical_or.reduce(moved)
    inside[box], lowest[box[0].stop - 1], highest[box[0].start] = True, True, True
    crop = array[box]
    return {
        "keep": array.tobytes().translate(KEEP[color]) if color else mask,
        "erase": array.tobytes().translate(ERASE[color]) if color else None,
        "not_it": ~mask,
        "crop": crop,
        "crop_inside": crop[1:-1, 1:-1],
        "crop_without": without(crop, crop == color),
        "box_mask": inside,
        "rows": rows,
        "columns": columns,
        "rows_or_columns": rows | columns,
        "rows_and_columns": rows & columns,
        "touching": only(array, near4 & ~mask),
        "near": only(array, near8 & ~mask),
        "touching_zero": near4 & (array == 0),
        "spread": _spread(array, mask),
        "crop_others": cut(array, (array != color) & (array > 0)),
        "box_inside": only(array, inside & ~mask),
        "box_only": only(array, inside),
        "outside_box": without(array, inside),
        "self_at": np.kron(mask, array) if max(array.shape) ** 2 <= LARGEST else None,
        "crop_wide": _cut_wide(array, box, 1, 1),
        "crop_cornered": _cornered(array, box),
        "lowest_row": lowest,
        "highest_row": highest,
        "box_outline": _outline(array, box, 0),
        "box_inner_outline": _outline(array, box, 1),
        "box_outer_outline": _outline(array, box, -1),
        "framed": framed_by(array, color),
        "edged": framed_by(array[1:-1, 1:-1], color) if min(array.shape) > 2 else None,
    }


def _cut_wide(array: Array, box: Box, down: int, right: int) -> Array | None:
    """The box with that many rows and columns more on each side; None where the grid ends before."""
    wide, (height, width) = array[_widened(box, down, right)], array[box].shape
    return wide if wide.shape == (height + 2 * down, width + 2 * right) else None


def _widened(box: Box, down: int, right: int) -> Box:
    """The box with that many rows and columns more on each side, cut off where the grid begins."""
    sides = zip(box, (down, right), strict=True)
    rows, columns = (slice(max(side.start - by, 0), max(side.stop + by, 0)) for side, by in sides)
    return rows, columns


def _cornered(array: Array, box: Box) -> Array | None:
    """The box a row or a column wider on both sides, whichever then has corners of one color."""
    for way in ((0, 1), (1, 0)):
        cut_out = _cut_wide(array, box, *way)
        corners = set() if cut_out is None else set(cut_out[[0, 0, -1, -1], [0, -1, 0, -1]].tolist())
        if len(corners) == 1 and corners != {0}:
            return cut_out
    return None


def _outline(array: Array, box: Box, inset: int) -> Array:
    """1 along the rectangle that lies that many cells inside the box."""
    result = np.zeros(array.shape, np.uint8)
    result[_widened(box, -inset, -inset)] = 1
    result[_widened(box, -inset - 1, -inset - 1)] = 0
    return result


def _spread(array: Array, mask: Mask) -> Mask:
    """The cells of 0 that a path of 0 joins to the mask."""
    free, start, stride = guarded_bits(array == 0), guarded_bits(mask), array.shape[1] + 1
    return masks_of([flooded(start, free | start, stride) & free], *array.shape)[0]
