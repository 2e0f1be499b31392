"""Families of cell features: grids of small numbers (0..126) that decisions test, not pictures."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, shift
from kaggle_batt.dsl.extensions.lines import ray
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import POSITION, Part, codes_of, parts_of, properties_of

#: numbers are cut off here, so that a feature fits in a cell
MOST = 120
VALUES = [
    "size",
    "height",
    "width",
    "colors",
    "holes",
    "symmetry",
    "same_shape",
    "border",
    "same_form",
    "solid",
    "square",
    "area",
    "same_color",
    "fill",
    "color",
    "inside",
    "same_picture",
    "other_cells",
]
RANKS = [
    "size",
    "area",
    "height",
    "width",
    "holes",
    "same_shape",
    "same_color",
    "colors",
    "top",
    "left",
    "bottom",
    "right",
    "blanks",
]
_STEP_NAMES = ("right", "left", "down", "up", "down_right", "down_left", "up_right", "up_left")


@family(
    " ".join(
        [
            *VALUES,
            *[f"{name}_rank" for name in RANKS],
            *[f"{name}_rank_up" for name in RANKS],
            "row_in_part column_in_part ring_in_part parity_in_part count",
            "turn_2 turn_3 turn_2_down turn_3_down shape_code form_code",
        ]
    ),
    cost=10,
    charge=(200, 60),
)
def part_features(array: Array, mode: int) -> Results | None:
    """For each cell of a part: the part's properties plus one, its rank by them, its turn from the
    left or the top, a number for its shape; 0 outside the parts."""
    parts = parts_of(array, mode)
    if not parts:
        return None
    rows = properties_of(array, mode)
    owner = np.full(array.size, len(parts))
    for number, part in enumerate(parts):
        owner[part.cells] = number

    def spread(values: list[int]) -> Array:
        table = np.array([min(max(value, 0), MOST) + 1 for value in values] + [0], np.uint8)
        return table[owner].reshape(array.shape)

    found: Results = {name: spread([row[POSITION[name]] for row in rows]) for name in VALUES}
    for name in RANKS:
        column = [row[POSITION[name]] for row in rows]
        steps = {value: rank for rank, value in enumerate(sorted(set(column)))}
        found[f"{name}_rank_up"] = spread([steps[value] for value in column])
        found[f"{name}_rank"] = spread([len(steps) - 1 - steps[value] for value in column])
    for suffix, side in (("", "left"), ("_down", "top")):
        places = [row[POSITION[side]] for row in rows]
        order = sorted(set(places))
        for size in (2, 3):
            found[f"turn_{size}{suffix}"] = spread([order.index(place) % size for place in places])
    for name, codes in zip(("shape_code", "form_code"), codes_of(array, mode), strict=True):
        found[name] = spread(codes)
    found.update(_within_parts(array, parts))
    found["count"] = np.full_like(array, len(parts))
    return found


def _within_parts(array: Array, parts: tuple[Part, ...]) -> Results:
    """Where in its part's bounding box a cell lies: from the top, the left, the nearest side."""
    width = array.shape[1]
    down, right, ring = (np.zeros(array.size, np.uint8) for _ in range(3))
    for part in parts:
        rows, columns = np.divmod(part.cells, width)
        rows, columns = rows - part.top, columns - part.left
        down[part.cells], right[part.cells] = rows + 1, columns + 1
        depth = np.minimum(
            np.minimum(rows, part.height - 1 - rows), np.minimum(columns, part.width - 1 - columns)
        )
        ring[part.cells] = depth + 1
    parity = np.where(down > 0, (down + right) % 2 + 1, 0).astype(np.uint8)
    grids = (down, right, ring, parity)
    names = ("row_in_part", "column_in_part", "ring_in_part", "parity_in_part")
    return {name: grid.reshape(array.shape) for name, grid in zip(names, grids, strict=True)}


@family(
    " ".join([f"next_{name}" for name in _STEP_NAMES])
    + " "
    + " ".join([f"second_{name}" for name in _STEP_NAMES[:4]])
    + " "
    + " ".join([f"seen_{name}" for name in _STEP_NAMES])
    + " filled_4 filled_8 like_4 like_8 like_diagonal colors_8 seen_count seen_same like_across like_down"
    + " seen_unlike",
    cost=10,
    charge=(400, 60),
)
def neighbour_features(array: Array) -> Results:
    """The colors next to each cell (10 outside), the first colors seen from it, and counts of them."""
    found: Results = {}
    moved = [shift(array, -down, -right, 10) for down, right in STEPS]
    seen = [shift(ray(array, -down, -right), -down, -right) for down, right in STEPS]
    for name, layer, view in zip(_STEP_NAMES, moved, seen, strict=True):
        found[f"next_{name}"], found[f"seen_{name}"] = layer, view
    for name, (down, right) in zip(_STEP_NAMES[:4], STEPS, strict=False):
        found[f"second_{name}"] = shift(array, -2 * down, -2 * right, 10)

    def count(masks: list[Mask]) -> Array:
        return np.sum(masks, axis=0, dtype=np.uint8)

    inside = [(layer > 0) & (layer < 10) for layer in moved]
    like = [layer == array for layer in moved]
    found["filled_4"], found["filled_8"] = count([*inside[:4]]), count([*inside])
    found["like_4"], found["like_8"] = count([*like[:4]]), count([*like])
    found["like_diagonal"] = count([*like[4:]])
    found["like_across"], found["like_down"] = count([*like[:2]]), count([*like[2:4]])
    found["colors_8"] = count([np.logical_or.reduce([layer == c for layer in moved]) for c in range(1, 10)])
    found["seen_count"] = count([view > 0 for view in seen[:4]])
    across, down = (seen[0] == seen[1]) & (seen[0] > 0), (seen[2] == seen[3]) & (seen[2] > 0)
    unlike = [np.where((view != array) & (moved[k] != array), view, 0) for k, view in enumerate(seen[:4])]
    found["seen_unlike"] = np.max(unlike, axis=0)
    found["seen_same"] = count([across, down])
    return found


@family(
    "depth row_2 column_2 cell_2 row_3 column_3 diagonal_3 counter_3 row_2_up column_2_up row column "
    "diagonal counter row_up column_up filled_in_row filled_in_column row_half column_half "
    "row_is_fullest column_is_fullest "
    "colors_in_row colors_in_column like_in_row like_in_column edges",
    cost=12,
    charge=(180, 60),
)
def place_features(array: Array) -> Results:
    """Where a cell lies: rows, columns, residues, diagonals, depth; what its row and column hold."""
    height, width = array.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.uint8)
    up, back = height - 1 - rows, width - 1 - columns
    filled = array > 0
    in_row = np.repeat(filled.sum(1)[:, None], width, 1)
    in_column = np.repeat(filled.sum(0)[None, :], height, 0)
    grids = {
        "depth": np.minimum(np.minimum(rows, up), np.minimum(columns, back)),
        "row_2": rows % 2,
        "column_2": columns % 2,
        "cell_2": (rows + columns) % 2,
        "row_3": rows % 3,
        "column_3": columns % 3,
        "diagonal_3": (rows + columns) % 3,
        "counter_3": (rows + 60 - columns) % 3,
        "row_2_up": up % 2,
        "column_2_up": back % 2,
        "row": rows,
        "column": columns,
        "row_up": up,
        "column_up": back,
        "diagonal": rows == columns,
        "counter": rows + columns == width - 1,
        "filled_in_row": in_row,
        "filled_in_column": in_column,
        "row_half": np.sign(rows.astype(np.int16) - up) + 1,
        "column_half": np.sign(columns.astype(np.int16) - back) + 1,
        "row_is_fullest": in_row == in_row.max(),
        "column_is_fullest": in_column == in_column.max(),
        "colors_in_row": np.repeat(_distinct(array)[:, None], width, 1),
        "colors_in_column": np.repeat(_distinct(array.T)[None, :], height, 0),
        "like_in_row": _alike(array),
        "like_in_column": _alike(array.T).T,
        "edges": (rows == 0).astype(np.uint8) + (columns == 0) + (up == 0) + (back == 0),
    }
    return {name: grid.astype(np.uint8) for name, grid in grids.items()}


def _distinct(array: Array) -> Array:
    """Number of colors other than 0 in each row."""
    return np.sum([(array == c).any(1) for c in range(1, 10)], axis=0, dtype=np.uint8)


def _alike(array: Array) -> Array:
    """For each cell the number of cells of its color in its row."""
    result = np.zeros(array.shape, np.int64)
    for color in set(array.tobytes()):
        mask = array == color
        result += mask * mask.sum(1)[:, None]
    return result.astype(np.uint8)


@family(
    "near_4 near_8 in_row in_column row_or_column seen_straight seen_diagonal distance",
    cost=11,
    charge=(220, 60),
)
def color_features(array: Array, color: int) -> Results:
    """How each cell stands to one color: neighbours of it, its row and column, seen from it, distance."""
    mask = array == color
    moved = [shift(mask, *step).astype(np.uint8) for step in STEPS]
    straight = moved[0] + moved[1] + moved[2] + moved[3]
    height, width = array.shape
    in_row = np.repeat(mask.sum(1)[:, None], width, 1)
    in_column = np.repeat(mask.sum(0)[None, :], height, 0)
    found: Results = {
        "near_4": straight,
        "near_8": straight + moved[4] + moved[5] + moved[6] + moved[7],
        "in_row": in_row.astype(np.uint8),
        "in_column": in_column.astype(np.uint8),
        "row_or_column": (in_row > 0).astype(np.uint8) + (in_column > 0),
        "distance": _distance(mask),
    }
    if color:
        seen = [shift(ray(array, *step), *step) == color for step in STEPS]
        found["seen_straight"] = np.sum(seen[:4], axis=0, dtype=np.uint8)
        found["seen_diagonal"] = np.sum(seen[4:], axis=0, dtype=np.uint8)
    return found


def _distance(mask: object) -> Array:
    """Chessboard distance to the nearest true cell, at most 9; 10 without any."""
    reached = np.asarray(mask)
    result = np.where(reached, 0, 10).astype(np.uint8)
    for distance in range(1, 10):
        grown = reached.copy()
        for step in STEPS:
            grown |= shift(reached, *step)
        if (grown == reached).all():
            break
        result[grown & ~reached] = distance
        reached = grown
    return result
