"""Families that look for a color's figure elsewhere in the grid and draw it there."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of
from kaggle_batt.dsl.extensions.templates import eight

#: figures of more cells, or with more to compare, are not looked for
MOST_CELLS = 64
#: nor those of a color that has more than one cell of so many
MOST_SHARE = 5
#: how far a figure may stick out, with cells that are not looked for
MARGIN = 2
#: as a color: the rarest one
RAREST = 0


def _places(array: Array, wanted: list[tuple[int, int, int]], shape: tuple[int, ...]) -> Mask:
    """True at the upper left corners where all wanted (row, column, color) are met."""
    height, width = array.shape[0] - shape[0] + 1, array.shape[1] - shape[1] + 1
    if min(height, width) < 1:
        return np.zeros((0, 0), bool)
    found = np.ones((height, width), bool)
    for number, (row, column, color) in enumerate(wanted):
        found &= array[row : row + height, column : column + width] == color
        if number % 8 == 5 and not found.any():
            break
    return found


def _draw(result: Array, figure: Mask, places: Mask, color: int) -> None:
    """Color the figure's cells at each place, on a grid framed by `MARGIN`."""
    for row, column in np.argwhere(places).tolist():
        window = result[row : row + figure.shape[0], column : column + figure.shape[1]]
        window[figure] = color


def _wanted(picture: Array, mask: Mask, color: int | None) -> list[tuple[int, int, int]]:
    """(row, column, color) of the mask's cells: of that color, or of the picture's own."""
    return [
        (row, column, int(picture[row, column]) if color is None else color)
        for row, column in np.argwhere(mask).tolist()
    ]


@family(
    "free free_turned around around_turned like like_turned",
    cost=13,
    charge=(100, 48),
    tried=Tried(891, lambda facts: [*each_ink(facts), (0,)]),
)
def sought(array: Array, color: int) -> Results | None:
    """The largest part of the color (0: of the rarest) drawn wherever its cells are 0; wherever the rest of
    its box is met; both."""
    if color == RAREST:
        counts = np.bincount(array.ravel())
        color = int(np.where(counts > 0, counts, 999)[1:].argmin()) + 1 if len(counts) > 1 else 0
    own = np.where(array == color, array, 0).astype(np.uint8)
    parts = parts_of(own, 1)
    if not color or not parts or MOST_SHARE * np.count_nonzero(own) > array.size:
        return None
    model = max(parts, key=lambda part: part.size)
    if model.size < 3 or model.height * model.width > MOST_CELLS:
        return None
    framed = np.pad(array, MARGIN, constant_values=255)
    results = {name: framed.copy() for name in sought.names}
    for number, picture in enumerate(eight(array[model.box])):
        figure = picture == color
        rest = _wanted(picture, ~figure, None)
        ways = {"free": _places(framed, _wanted(picture, figure, 0), figure.shape)}
        if rest:
            ways["around"] = _places(framed, rest, figure.shape)
            ways["like"] = ways["free"] & ways["around"]
        for name, places in ways.items():
            for suffix in ("", "_turned") if number == 0 else ("_turned",):
                _draw(results[name + suffix], figure, places, color)
    return {name: grid[MARGIN:-MARGIN, MARGIN:-MARGIN] for name, grid in results.items()}
