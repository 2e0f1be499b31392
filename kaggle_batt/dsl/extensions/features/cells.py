"""Numbers about a cell: what surrounds it, where it lies, its panel, the whole grid."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, bounds, shift
from kaggle_batt.dsl.extensions.lines.rays import ray
from kaggle_batt.dsl.extensions.panels.panels import divided
from kaggle_batt.dsl.extensions.properties import properties_of
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of
from kaggle_batt.dsl.extensions.whole.colors import main_of_rows

_STEP_NAMES = ("right", "left", "down", "up", "down_right", "down_left", "up_right", "up_left")


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
        "in_row": in_row,
        "in_column": in_column,
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
    result = np.where(reached, 0, 10)
    for distance in range(1, 10):
        grown = reached.copy()
        for step in STEPS:
            grown |= shift(reached, *step)
        if (grown == reached).all():
            break
        result[grown & ~reached] = distance
        reached = grown
    return result


#: with more colored cells than this nothing is measured from them
MOST_PLACES = 20


@family(
    "panel panel_row panel_column row_in column_in filled_in colors_in main_in repeated_in filled_rank "
    "filled_rank_up ring_in parity",
    cost=11,
    charge=(100, 30),
)
def panel_features(array: Array) -> Results | None:
    """For each cell of a panel: which panel, where in it, what it holds (plus one); 0 on the lines."""
    spans = divided(array)
    if spans is None:
        return None
    boxes = [(slice(*rows), slice(*columns)) for rows in spans[0] for columns in spans[1]]
    if len(boxes) > 100:
        return None
    across = len(spans[1])
    filled = [int((array[box] > 0).sum()) for box in boxes]
    ranks = sorted(set(filled))
    common = Counter([array[box].tobytes() for box in boxes])
    found = {name: np.zeros_like(array) for name in panel_features.names}
    for number, box in enumerate(boxes):
        window = array[box]
        counts = np.bincount(window.ravel(), minlength=10)
        main = int(counts[1:].argmax()) + 1 if counts[1:].any() else 0
        rows, columns = np.mgrid[0 : window.shape[0], 0 : window.shape[1]]
        down, right = window.shape[0] - 1 - rows, window.shape[1] - 1 - columns
        values = {
            "panel": number,
            "panel_row": number // across,
            "panel_column": number % across,
            "row_in": rows,
            "column_in": columns,
            "filled_in": min(filled[number], 100),
            "colors_in": int((counts[1:] > 0).sum()),
            "main_in": main,
            "repeated_in": min(common[window.tobytes()], 100),
            "filled_rank": len(ranks) - 1 - ranks.index(filled[number]),
            "filled_rank_up": ranks.index(filled[number]),
            "ring_in": np.minimum(np.minimum(rows, down), np.minimum(columns, right)),
            "parity": (number // across + number % across) % 2,
        }
        for name, value in values.items():
            found[name][box] = np.minimum(value, 120) + 1
    return dict(found)


@family("nearest row_color column_color nearest_straight distance distance_2", cost=12, charge=(170, 22))
def nearest_features(array: Array) -> Results:
    """The color of the nearest colored cell over any ground, also by rows plus columns, and how far it is;
    the colors most frequent around, in line."""
    result = array.copy()
    for _ in range(max(array.shape)):
        grown = result.copy()
        for step in STEPS:
            moved = shift(result, *step)
            np.copyto(grown, moved, where=(grown == 0))
        if (grown == result).all():
            break
        result = grown
    found: Results = {
        "nearest": result,
        "row_color": _line_color(array),
        "column_color": _line_color(array.T).T,
    }
    found.update(_measured(array))
    return found


def _measured(array: Array) -> Results:
    """The color nearest by rows plus columns, 0 where two are; a king's steps to color, their parity."""
    places = np.argwhere(array)
    if not 0 < len(places) <= MOST_PLACES:
        return {}
    rows, columns = np.mgrid[0 : array.shape[0], 0 : array.shape[1]]
    down = np.abs(rows[None] - places[:, 0, None, None])
    right = np.abs(columns[None] - places[:, 1, None, None])
    sums = down + right
    colors = array[tuple(places.T)][:, None, None]
    near = np.where(sums == sums.min(0), colors, 0).max(0)
    least = np.where(sums == sums.min(0), colors, 255).min(0)
    steps = np.maximum(down, right).min(0).astype(np.uint8)
    straight = np.where(near == least, near, 0)
    return {"nearest_straight": straight, "distance": steps, "distance_2": steps % 2}


def _line_color(array: Array) -> Array:
    """For each cell its row's most frequent color other than 0."""
    return np.repeat(main_of_rows(array), array.shape[1], 1)


NAMES = (
    "left_right up_down transposed half_turn symmetries wider higher colors filled most least "
    "parts_0 parts_1 parts_3 parts_5 largest largest_1 box_height box_width holes equal_parts second "
    "tall_box first_color middle_color rows_equal columns_equal parity"
)


def measures_of(array: Array) -> dict[str, int]:
    """The measures by name, each 0 or more."""
    height, width = array.shape
    counts = np.bincount(array.ravel(), minlength=10)
    present = [(-int(counts[c]), c) for c in range(1, 10) if counts[c]]
    order = [color for _, color in sorted(present)] or [0]
    parts = {segmentation: parts_of(array, segmentation) for segmentation in (0, 1, 3, 5)}
    box = bounds(array > 0) or (0, 0, 0, 0)
    across = int(np.array_equal(array, array[:, ::-1]))
    down = int(np.array_equal(array, array[::-1]))
    turned = height == width and np.array_equal(array, array.T)
    return {
        "left_right": across,
        "up_down": down,
        "transposed": int(turned),
        "half_turn": int(np.array_equal(array, array[::-1, ::-1])),
        "symmetries": across + down + int(turned),
        "wider": int(width > height),
        "higher": int(height > width),
        "colors": len(present),
        "filled": int((array > 0).sum()),
        "most": order[0],
        "least": order[-1],
        "second": order[1] if len(order) > 1 else 0,
        "parts_0": len(parts[0]),
        "parts_1": len(parts[1]),
        "parts_3": len(parts[3]),
        "parts_5": len(parts[5]),
        "largest": max([part.size for part in parts[0]], default=0),
        "largest_1": max([part.size for part in parts[1]], default=0),
        "box_height": box[1] - box[0],
        "box_width": box[3] - box[2],
        "tall_box": int(box[1] - box[0] > box[3] - box[2]),
        "holes": sum([row[5] for row in properties_of(array, 1)]),
        "equal_parts": len({part.picture.tobytes() for part in parts[3]}),
        "first_color": int(array[0, 0]),
        "middle_color": int(array[height // 2, width // 2]),
        "rows_equal": int((array == array[:1]).all()),
        "columns_equal": int((array == array[:, :1]).all()),
        "parity": int((array > 0).sum()) % 2,
    }


@family(NAMES, cost=12, charge=(150, 100))
def overall(array: Array, height: int, width: int) -> Results | None:
    """Each measure of the grid, at most 120, in every cell of a grid of that size (0, 0: its own)."""
    size = (height, width) if height else array.shape
    if not all(0 < side <= 30 for side in size):
        return None
    return {name: np.full(size, min(value, 120), np.uint8) for name, value in measures_of(array).items()}
