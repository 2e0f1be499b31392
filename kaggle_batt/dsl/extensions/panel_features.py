"""Cell features of grids divided into panels, and of where the nearest colored cell is."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, shift
from kaggle_batt.dsl.extensions.colors import main_of_rows
from kaggle_batt.dsl.extensions.panels import divided
from kaggle_batt.dsl.extensions.registry import family

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
    straight = np.where(near == least, near, 0).astype(np.uint8)
    return {"nearest_straight": straight, "distance": steps, "distance_2": steps % 2}


def _line_color(array: Array) -> Array:
    """For each cell its row's most frequent color other than 0."""
    return np.repeat(main_of_rows(array), array.shape[1], 1)
