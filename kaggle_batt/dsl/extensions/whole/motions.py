"""Motions of the whole grid, its crops and portions."""

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, coordinates, tallies
from kaggle_batt.dsl.extensions.geometry import WAYS, bounds, cut, eight, framed_by, shift
from kaggle_batt.dsl.extensions.registry import Tried, family


@Tried(10, deep=True)
@family(
    "upside_down left_right half_turn transposed quarter three_quarters counter_transposed",
    cost=10,
    charge=(16, 0),
)
def turns(array: Array) -> Results:
    """The seven rigid motions of the grid."""
    names = "upside_down left_right half_turn transposed three_quarters quarter counter_transposed"
    return dict(zip(names.split(), eight(array)[1:], strict=True))


@Tried(230, deep=True)
@family(
    "right left down up roll_right roll_left roll_down roll_up sorted_rows sorted_columns framed edged "
    "without_first_row without_last_row without_first_column without_last_column "
    "down_right down_left up_right up_left slanted_right slanted_left",
    cost=14,
    charge=(56, 2),
)
def shifts(array: Array) -> Results:
    """The grid moved by one cell, rolled, each row one cell further than that above, its rows sorted, framed
    by 0 or by its own edge."""
    height, width = array.shape
    rows, columns = coordinates(height, width)
    return {
        **{name: shift(array, *step) for name, step in WAYS.items()},
        "roll_right": np.concatenate((array[:, -1:], array[:, :-1]), 1),
        "roll_left": np.concatenate((array[:, 1:], array[:, :1]), 1),
        "roll_down": np.concatenate((array[-1:], array[:-1])),
        "roll_up": np.concatenate((array[1:], array[:1])),
        "sorted_rows": array[np.argsort((array > 0).sum(1), kind="stable")],
        "sorted_columns": array[:, np.argsort((array > 0).sum(0), kind="stable")],
        "slanted_right": array[rows, (columns - rows) % width],
        "slanted_left": array[rows, (columns + rows) % width],
        "framed": framed_by(array),
        "edged": array.take(range(-1, height + 1), 0, mode="clip").take(range(-1, width + 1), 1, mode="clip"),
        "without_first_row": array[1:],
        "without_last_row": array[:-1],
        "without_first_column": array[:, 1:],
        "without_last_column": array[:, :-1],
    }


@Tried(30, deep=True, crops=True, resizes=True)
@family(
    "trim_zero trim_most inner inner_2 box_mask rarest rarest_inside rarest_color_mask without_frame_color "
    "zero_box most_box corners between_lines inside_lines block",
    cost=11,
    charge=(70, 4),
)
def crops(array: Array) -> Results:
    """The parts of the grid that its background, its rarest color, its frame or its full lines delimit; the
    block of its background among noise."""
    counts = tallies(array)
    background = counts.index(max(counts))
    rare = min([(counts[c], c) for c in range(10) if counts[c]], default=(0, 0))[1]
    rows, columns = (array > 0).all(1), (array > 0).all(0)
    found: Results = {
        "trim_zero": cut(array, array > 0),
        "trim_most": cut(array, array != background) if background else None,
        "inner": array[1:-1, 1:-1],
        "inner_2": array[2:-2, 2:-2],
        "rarest": cut(array, array == rare),
        "rarest_inside": cut(array, array == rare, 1),
        "rarest_color_mask": array == rare,
        "without_frame_color": cut(array, array != array[0, 0]),
        "zero_box": cut(array, array == 0),
        "most_box": cut(array, array == background),
        "between_lines": cut(array, np.outer(rows, columns)),
        "inside_lines": cut(array, np.outer(rows, columns), 1),
        "block": _block(array, array == background),
        "corners": array[[0, -1]][:, [0, -1]] if min(array.shape) > 1 else None,
    }
    box = bounds(array > 0)
    if box is not None:
        mask = found["box_mask"] = np.zeros(array.shape, np.uint8)
        mask[box] = 1
    return found


def _block(array: Array, mask: Mask) -> Array | None:
    """The rows and columns with a third as many full squares of two by two cells as any has."""
    full = mask[1:, 1:] & mask[1:, :-1] & mask[:-1, 1:] & mask[:-1, :-1]
    sides = [np.flatnonzero(3 * lines >= lines.max(initial=1)) for lines in (full.sum(1), full.sum(0))]
    return array[tuple([slice(side[0], side[-1] + 2) for side in sides])] if all(map(len, sides)) else None


@Tried(40, deep=True, crops=True, resizes=True)
@family(
    "left right top bottom top_left top_right bottom_left bottom_right third_left third_middle third_right "
    "third_top third_center third_bottom square_left square_right square_top square_bottom first_row "
    "last_row first_column last_column even_columns odd_columns even_rows odd_rows",
    cost=12,
    charge=(24, 3),
)
def portions(array: Array) -> Results:
    """Halves, quarters, thirds (a separating line is left out), the first square, single lines."""
    height, width = array.shape
    rows, columns = height // 2, width // 2
    top, bottom = array[:rows], array[height - rows :]
    found: Results = {
        "left": array[:, :columns], "right": array[:, width - columns :], "top": top, "bottom": bottom,
        "top_left": top[:, :columns], "top_right": top[:, width - columns :],
        "bottom_left": bottom[:, :columns], "bottom_right": bottom[:, width - columns :],
        "first_row": array[:1], "last_row": array[-1:],
        "first_column": array[:, :1], "last_column": array[:, -1:],
        "even_columns": array[:, ::2], "odd_columns": array[:, 1::2],
        "even_rows": array[::2], "odd_rows": array[1::2],
    }  # fmt: skip
    found.update(zip(("third_left", "third_middle", "third_right"), _thirds(array), strict=False))
    thirds = [third.T for third in _thirds(array.T)]
    found.update(zip(("third_top", "third_center", "third_bottom"), thirds, strict=False))
    if width > height:
        found["square_left"], found["square_right"] = array[:, :height], array[:, width - height :]
    if height > width:
        found["square_top"], found["square_bottom"] = array[:width], array[height - width :]
    return found


def _thirds(array: Array) -> list[Array]:
    """Three equal parts side by side, with or without separating columns between them; else none."""
    width = array.shape[1]
    for gap in (0, 1):
        size = (width - 2 * gap) // 3
        if size > 0 and 3 * size + 2 * gap == width:
            return [array[:, k * (size + gap) : k * (size + gap) + size] for k in range(3)]
    return []
