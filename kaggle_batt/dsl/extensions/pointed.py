"""Families of panels that a color's place in one of them points to."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.panels import divided
from kaggle_batt.dsl.extensions.registry import family

MOST_PANELS = 60
#: of the color
MOST_CELLS = 20


Box = tuple[slice, slice]


def _panels(array: Array) -> list[list[Box]]:
    """The panels' boxes by row and column; none unless there are few of one shape."""
    spans = divided(array)
    if spans is None or len(spans[0]) * len(spans[1]) > MOST_PANELS:
        return []
    boxes = [[(slice(*rows), slice(*columns)) for columns in spans[1]] for rows in spans[0]]
    shapes = {array[box].shape for row in boxes for box in row}
    return boxes if len(shapes) == 1 else []


def _pointing(array: Array, boxes: list[list[Box]], color: int) -> tuple[Box, Box] | None:
    """The one panel with one cell of the color, and the panel at that cell's place; None without them."""
    flat = [box for row in boxes for box in row]
    marked = [box for box in flat if np.count_nonzero(array[box] == color) == 1]
    if len(marked) != 1:
        return None
    row, column = np.argwhere(array[marked[0]] == color)[0].tolist()
    inside = row < len(boxes) and column < len(boxes[0])
    return (marked[0], boxes[row][column]) if inside else None


@family("moved moved_alone kept filled filled_alone", cost=13, charge=(45, 2), tried=Tried(893, each_ink))
def pointed(array: Array, color: int) -> Results | None:
    """Of the one panel with one cell of the color, that cell's place as the place of a panel: the panel
    copied there, only the panel there kept, filled with the color (`alone`: all others emptied)."""
    if not color or not 0 < np.count_nonzero(array == color) <= MOST_CELLS:
        return None
    boxes = _panels(array)
    found = _pointing(array, boxes, color)
    if found is None:
        return None
    source, there = found
    bare = array.copy()
    for row in boxes:
        for box in row:
            bare[box] = 0
    results = {name: (array if name in ("moved", "filled") else bare).copy() for name in pointed.names}
    for name in ("moved", "moved_alone"):
        results[name][there] = array[source]
    for name in ("filled", "filled_alone"):
        results[name][there] = color
    results["kept"][there] = array[there]
    return dict(results)
