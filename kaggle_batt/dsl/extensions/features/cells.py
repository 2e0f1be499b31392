"""Numbers about a cell: what surrounds it, where it lies, its panel, the whole grid."""

from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, by_count, coordinates, equal, only
from kaggle_batt.dsl.extensions.bits import guarded_bits, masks_of
from kaggle_batt.dsl.extensions.division import divided
from kaggle_batt.dsl.extensions.geometry import OPPOSITE, STEPS, STRAIGHT, WAYS, cut, neighbours, shift
from kaggle_batt.dsl.extensions.lines import all_rays
from kaggle_batt.dsl.extensions.properties import POSITION, properties_of
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Segmentation, parts_of
from kaggle_batt.dsl.extensions.whole.colors import main_of_rows

_COLOR_BITS = np.array([0, *[1 << color for color in range(9)], *[0] * 246], np.uint16)  #: each color's bit


def _count(masks: Any) -> Array:
    """The number of masks that hold for each cell."""
    found: Array = np.add.reduce(masks, 0, dtype=np.uint8)
    return found


@family(
    " ".join(
        [
            *[f"next_{name}" for name in WAYS],
            *[f"second_{name}" for name in STRAIGHT],
            *[f"seen_{name}" for name in WAYS],
            "filled_4 filled_8 like_4 like_8 like_diagonal colors_8 seen_count seen_same like_across",
            "like_down seen_unlike",
        ]
    ),
    cost=10,
    charge=(109, 16),
    stacked=True,
)
def neighbour_features(array: Array) -> Results:
    """The colors next to each cell (10 outside), the first colors seen from it, and counts of them."""
    drawn, back = all_rays(array), neighbours(array, 10)
    moved = np.array([back[k] for k in OPPOSITE])
    seen = [shift(drawn[k], *STEPS[k]) for k in OPPOSITE]
    found: Results = {}
    for (name, step), layer, view in zip(WAYS.items(), moved, seen, strict=True):
        found[f"next_{name}"], found[f"seen_{name}"] = layer, view
        if 0 in step:
            found[f"second_{name}"] = shift(array, -2 * step[0], -2 * step[1], 10)
    inside, like = (moved > 0) & (moved < 10), moved == array
    colors = np.bitwise_or.reduce(_COLOR_BITS.take(moved), 0)
    across, down = (seen[0] == seen[1]) & (seen[0] > 0), (seen[2] == seen[3]) & (seen[2] > 0)
    unlike = [only(view, (view != array) & (moved[k] != array)) for k, view in enumerate(seen[:4])]
    return {
        **found,
        "filled_4": _count(inside[:4]),
        "filled_8": _count(inside),
        "like_4": _count(like[:4]),
        "like_8": _count(like),
        "like_diagonal": _count(like[4:]),
        "like_across": _count(like[:2]),
        "like_down": _count(like[2:4]),
        "colors_8": np.bitwise_count(colors),
        "seen_count": _count([view > 0 for view in seen[:4]]),
        "seen_unlike": np.max(unlike, axis=0),
        "seen_same": _count([across, down]),
    }


@family(
    "depth row_2 column_2 cell_2 row_3 column_3 diagonal_3 counter_3 row_2_up column_2_up row column "
    "diagonal counter row_up column_up filled_in_row filled_in_column row_half column_half "
    "row_is_fullest column_is_fullest "
    "colors_in_row colors_in_column like_in_row like_in_column edges",
    cost=12,
    charge=(66, 12),
)
def place_features(array: Array) -> Results:
    """Where a cell lies: rows, columns, residues, diagonals, depth; what its row and column contain."""
    columns = {name.replace("row", "column"): layer.T for name, layer in _in_rows(array.T).items()}
    return {**_places(*array.shape), **_in_rows(array), **columns}


@lru_cache(maxsize=64)
def _places(height: int, width: int) -> Results:
    """The features that only the grid's shape decides, not to be changed."""
    rows, columns = (places.astype(np.uint8) for places in coordinates(height, width))
    up, back = height - 1 - rows, width - 1 - columns
    found: Results = {
        "depth": np.minimum(np.minimum(rows, up), np.minimum(columns, back)),
        "cell_2": (rows + columns) % 2,
        "diagonal_3": (rows + columns) % 3,
        "counter_3": (rows + 60 - columns) % 3,
        "diagonal": rows == columns,
        "counter": rows + columns == width - 1,
        "edges": _count([rows == 0, columns == 0, up == 0, back == 0]),
    }
    for name, number, rest in (("row", rows, up), ("column", columns, back)):
        found |= {name: number, f"{name}_2": number % 2, f"{name}_3": number % 3}
        found |= {f"{name}_up": rest, f"{name}_2_up": rest % 2}
        found[f"{name}_half"] = np.sign(number.astype(np.int16) - rest) + 1
    return found


def _in_rows(array: Array) -> Results:
    """The features of the row of each cell."""
    filled, width = (array > 0).sum(1)[:, None], array.shape[1]
    colors = _count([(array == color).any(1) for color in range(10)])
    return {
        "filled_in_row": np.repeat(filled, width, 1),
        "row_is_fullest": np.repeat(filled == filled.max(), width, 1),
        "colors_in_row": np.repeat(colors[:, None], width, 1),
        "like_in_row": _alike(array),
    }


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
    charge=(36, 6),
    roles=True,
)
def color_features(array: Array, color: int) -> Results:
    """Relations of each cell to one color: neighbours of it, its row and column, seen from it, distance."""
    mask = array == color
    moved = neighbours(mask)
    in_row = np.repeat(mask.sum(1)[:, None], array.shape[1], 1)
    in_column = np.repeat(mask.sum(0)[None, :], array.shape[0], 0)
    found: Results = {
        "near_4": _count(moved[:4]),
        "near_8": _count(moved),
        "in_row": in_row,
        "in_column": in_column,
        "row_or_column": _count([in_row > 0, in_column > 0]),
        "distance": _distance(mask),
    }
    if color:
        seen = [shift(drawn, *step) for drawn, step in zip(all_rays(array) == color, STEPS, strict=True)]
        found["seen_straight"], found["seen_diagonal"] = _count(seen[:4]), _count(seen[4:])
    return found


def _distance(mask: Mask) -> Array:
    """Chessboard distance to the nearest true cell, at most 9; 10 without any."""
    stride, everything = mask.shape[1] + 1, guarded_bits(np.ones(mask.shape, bool))
    reached = [guarded_bits(mask)]
    while len(reached) < 10 and reached[-1] != everything:
        wide = reached[-1] | reached[-1] << 1 | reached[-1] >> 1
        reached.append((wide | wide << stride | wide >> stride) & everything)
    # a cell is as far away as there are masks without it
    return _count(~masks_of(reached, *mask.shape))


@family(
    "panel panel_row panel_column row_in column_in repeated_in filled_rank filled_rank_up ring_in parity",
    cost=11,
    charge=(44, 26),
)
def panel_features(array: Array) -> Results | None:
    """For each cell of a panel: which panel, where in it, what it contains (plus one); 0 on the lines."""
    panels = divided(array)
    if panels is None or len(panels.boxes) > 100:
        return None
    across = len(panels.columns)
    filled = [int(np.count_nonzero(part > 0)) for part in panels.parts]
    ranks = sorted(set(filled))
    common = Counter([part.tobytes() for part in panels.parts])
    found = {name: np.zeros(array.shape, np.uint8) for name in panel_features.names}
    for number, (box, part) in enumerate(zip(panels.boxes, panels.parts, strict=True)):
        rows, columns = coordinates(*part.shape)
        down, right = part.shape[0] - 1 - rows, part.shape[1] - 1 - columns
        values = {
            "panel": number,
            "panel_row": number // across,
            "panel_column": number % across,
            "row_in": rows,
            "column_in": columns,
            "repeated_in": min(common[part.tobytes()], 100),
            "filled_rank": len(ranks) - 1 - ranks.index(filled[number]),
            "filled_rank_up": ranks.index(filled[number]),
            "ring_in": np.minimum(np.minimum(rows, down), np.minimum(columns, right)),
            "parity": (number // across + number % across) % 2,
        }
        for name, value in values.items():
            found[name][box] = np.minimum(value, 120) + 1
    return dict(found)


@family("nearest row_color column_color nearest_straight distance distance_2", cost=12, charge=(66, 11))
def nearest_features(array: Array) -> Results:
    """The color of the nearest colored cell over any ground (also by rows plus columns) and its distance; the
    most frequent colors of the cell's row and column."""
    result = array.copy()
    for _ in range(max(array.shape)):
        grown = result.copy()
        for layer in neighbours(result):
            np.copyto(grown, layer, where=grown == 0)
        if (grown == result).all():
            break
        result = grown
    return {
        "nearest": result,
        "row_color": np.repeat(main_of_rows(array)[0], array.shape[1], 1),
        "column_color": np.repeat(main_of_rows(array.T)[0].T, array.shape[0], 0),
        **_measured(array),
    }


def _measured(array: Array) -> Results:
    """The color nearest by rows plus columns, 0 if two are; a king's steps to color, their parity."""
    places = np.argwhere(array)
    if not 0 < len(places) <= 20:
        return {}
    rows, columns = coordinates(*array.shape)
    down = np.abs(rows[None] - places[:, 0, None, None])
    right = np.abs(columns[None] - places[:, 1, None, None])
    nearest = down + right == (down + right).min(0)
    colors = array[tuple(places.T)][:, None, None]
    near = np.where(nearest, colors, 0).max(0)
    steps = np.maximum(down, right).min(0)
    straight = only(near, near == np.where(nearest, colors, 255).min(0))
    return {"nearest_straight": straight, "distance": steps, "distance_2": steps % 2}


_COUNTED = (Segmentation.COLOR_4, Segmentation.COLOR_8, Segmentation.FILLED_8, Segmentation.EMPTY_4)


def measures_of(array: Array) -> dict[str, int]:
    """The measures by name, each 0 or more; programs number them, so a new one comes last."""
    height, width = array.shape
    order = by_count(array)
    parts = {way: parts_of(array, way) for way in _COUNTED}
    box = cut(array, array > 0)
    tall, wide = (0, 0) if box is None else box.shape
    across = equal(array, array[:, ::-1])
    down = equal(array, array[::-1])
    turned = height == width and equal(array, array.T)
    filled = int(np.count_nonzero(array > 0))
    bars = parts[Segmentation.COLOR_8]
    return {
        "left_right": across,
        "up_down": down,
        "transposed": turned,
        "half_turn": equal(array, array[::-1, ::-1]),
        "symmetries": across + down + turned,
        "wider": width > height,
        "higher": height > width,
        "colors": len(order),
        "filled": filled,
        "most": order[0] if order else 0,
        "least": order[-1] if order else 0,
        **{f"parts_{way:d}": len(parts[way]) for way in _COUNTED},
        "largest": max([part.size for part in parts[Segmentation.COLOR_4]], default=0),
        "largest_1": max([part.size for part in parts[Segmentation.COLOR_8]], default=0),
        "box_height": tall,
        "box_width": wide,
        "holes": sum([row[POSITION["holes"]] for row in properties_of(array, Segmentation.COLOR_8)]),
        "equal_parts": len({part.picture.tobytes() for part in parts[Segmentation.FILLED_8]}),
        "second": order[1] if len(order) > 1 else 0,
        "tall_box": tall > wide,
        "first_color": array[0, 0],
        "middle_color": array[height // 2, width // 2],
        "rows_equal": (array == array[:1]).all(),
        "columns_equal": (array == array[:, :1]).all(),
        "parity": filled % 2,
        "more_wide": sum([(part.width > part.height) - (part.width < part.height) for part in bars]) > 0,
    }


@family(" ".join(measures_of(np.zeros((1, 1), np.uint8))), cost=12, charge=(58, 0))
def overall(array: Array, height: int, width: int) -> Results | None:
    """Each measure of the grid, at most 120, in every cell of a grid of that size (0, 0: its own)."""
    size = (height, width) if height else array.shape
    if not all(0 < side <= 30 for side in size):
        return None
    return {name: np.full(size, min(int(value), 120)) for name, value in measures_of(array).items()}
