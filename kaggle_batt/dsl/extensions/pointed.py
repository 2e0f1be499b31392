"""Families of panels that a color's place in one of them points to."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, family
from kaggle_batt.dsl.extensions.panels import divided

MOST_PANELS = 60
#: of the color
MOST_CELLS = 20


@family("moved moved_alone kept filled filled_alone")
def pointed(array: Array, color: int) -> Results | None:
    """Of the one panel with one cell of the color, that cell's place as the place of a panel: the panel
    moved there, only the panel there kept, filled with the color (`alone`: all others emptied)."""
    if not color or not 0 < np.count_nonzero(array == color) <= MOST_CELLS:
        return None
    spans = divided(array)
    if spans is None or len(spans[0]) * len(spans[1]) > MOST_PANELS:
        return None
    boxes = [[(slice(*rows), slice(*columns)) for columns in spans[1]] for rows in spans[0]]
    flat = [box for row in boxes for box in row]
    if len({array[box].shape for box in flat}) > 1:
        return None
    marked = [box for box in flat if np.count_nonzero(array[box] == color) == 1]
    if len(marked) != 1:
        return None
    row, column = np.argwhere(array[marked[0]] == color)[0].tolist()
    if row >= len(spans[0]) or column >= len(spans[1]):
        return None
    there, bare = boxes[row][column], array.copy()
    for box in flat:
        bare[box] = 0
    found = {name: array.copy() for name in ("moved", "filled")}
    found.update({name: bare.copy() for name in ("moved_alone", "kept", "filled_alone")})
    for name in ("moved", "moved_alone"):
        found[name][there] = array[marked[0]]
    for name in ("filled", "filled_alone"):
        found[name][there] = color
    found["kept"][there] = array[there]
    return dict(found)
