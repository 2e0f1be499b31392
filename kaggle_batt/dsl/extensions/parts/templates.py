"""Parts drawn again: on single cells, where their place is free or its surroundings are met, piled up."""

from collections.abc import Sequence

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, only, tallies, without
from kaggle_batt.dsl.extensions.geometry import eight, paste
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Parts, Segmentation, largest_of, parts_of

MARGIN = 2  #: how far the figure of `sought` may leave the grid, with cells that are not compared


def _figure_places(array: Array, picture: Array, mask: Mask) -> Mask:
    """True at the upper left corners where the picture's cells in the mask are met."""
    height, width = array.shape[0] - mask.shape[0] + 1, array.shape[1] - mask.shape[1] + 1
    if min(height, width) < 1:
        return np.zeros((0, 0), bool)
    found = np.ones((height, width), bool)
    for number, (row, column) in enumerate(np.argwhere(mask).tolist()):
        found &= array[row : row + height, column : column + width] == picture[row, column]
        if number % 8 == 5 and not np.count_nonzero(found):
            break
    return found


@Tried(630, each_ink)
@family("free free_turned around around_turned like like_turned", cost=13, charge=(112, 218), roles=True)
def sought(array: Array, color: int) -> Results | None:
    """The color's largest part drawn wherever its cells are 0, the rest of its box is met, or both."""
    own = only(array, array == color)
    parts = parts_of(own, Segmentation.COLOR_8)
    # a color with more cells is ground
    if not color or not parts or 5 * np.count_nonzero(own) > array.size:
        return None
    model = largest_of(parts)
    if model.size < 3 or model.height * model.width > 64:
        return None
    framed = np.pad(array, MARGIN, constant_values=255)
    results = {name: framed.copy() for name in sought.names}
    for number, picture in enumerate(eight(array[model.box])):
        figure = picture == color
        ways = {"free": _figure_places(framed, np.zeros(picture.shape, np.uint8), figure)}
        if not figure.all():
            ways["around"] = _figure_places(framed, picture, ~figure)
            ways["like"] = ways["free"] & ways["around"]
        for name, places in ways.items():
            for suffix in ("", "_turned") if number == 0 else ("_turned",):
                for row, column in np.argwhere(places).tolist():
                    window = results[name + suffix][row:, column:][: len(figure), : figure.shape[1]]
                    window[figure] = color
    return {name: grid[MARGIN:-MARGIN, MARGIN:-MARGIN] for name, grid in results.items()}


def _stamped(array: Array, picture: Mask, marks: Parts, anchor: Sequence[int]) -> Array:
    """The picture drawn with its anchor cell on every mark; a mask is drawn in the marks' colors."""
    result = array.copy()
    for mark in marks:
        ink = picture * np.uint8(mark.color) if picture.dtype == bool else picture
        paste(result, ink, mark.top - anchor[0], mark.left - anchor[1])
    return result


@Tried(20, deep=True)
@family("centered recolored by_marker centered_over", cost=14, charge=(81, 26))
def stamps(array: Array) -> Results | None:
    """The large part (no full line) stamped on every single cell, in its or the cell's color, by marker."""
    lines = (array == array[:, :1]).all(1)[:, None] | (array == array[:1]).all(0)
    parts = parts_of(without(array, lines), Segmentation.FILLED_8)
    if not 2 <= len(parts) <= 60:
        return None
    model = largest_of(parts)
    marks = [part for part in parts if part.size == 1]
    if model.size == 1 or len(marks) != len(parts) - 1:
        return None
    middle = model.height // 2, model.width // 2
    found: Results = {
        "centered": _stamped(array, model.picture, marks, middle),
        "recolored": _stamped(array, model.picture > 0, marks, middle),
        "centered_over": _stamped(np.zeros(array.shape, np.uint8), model.picture, marks, middle),
    }
    places = np.argwhere(model.picture == marks[0].color).tolist()
    if len(places) == 1 and len({mark.color for mark in marks}) == 1:
        found["by_marker"] = _stamped(array, model.picture, marks, places[0])
    return found


@Tried(290, segmented("COLOR_4 COLOR_8 FILLED_8 EACH_COLOR"), only_resized=True)
@family("small_first large_first united_corner_up united_corner_down by_mark", cost=14, charge=(85, 6))
def piled(array: Array, segmentation: int) -> Results | None:
    """The parts laid over each other at their middles, upper or lower corners, or the one cell of a color."""
    parts = parts_of(array, segmentation)
    if not 2 <= len(parts) <= 40:
        return None
    height, width = max([part.height for part in parts]), max([part.width for part in parts])
    boards = {name: np.zeros((height, width), np.uint8) for name in piled.names[:4]}
    by_size = sorted(parts, key=lambda part: part.size)
    for part in by_size:
        down, right = height - part.height, width - part.width
        paste(boards["small_first"], part.picture, down // 2, right // 2, below=True)
        paste(boards["united_corner_up"], part.picture, 0, 0, below=True)
        paste(boards["united_corner_down"], part.picture, down, right, below=True)
    for part in by_size[::-1]:
        place = (height - part.height) // 2, (width - part.width) // 2
        paste(boards["large_first"], part.picture, *place, below=True)
    marked = _by_mark(parts)
    return boards if marked is None else {**boards, "by_mark": marked}


def _by_mark(parts: Parts) -> Array | None:
    """The parts laid over each other by the cells of the one color that each has in one cell."""
    counts = [tallies(part.picture) for part in parts]
    once = [color for color in range(1, 10) if all(count[color] == 1 for count in counts)]
    if len(once) != 1:
        return None
    places = np.array([np.argwhere(part.picture == once[0])[0] for part in parts])
    after = np.array([part.picture.shape for part in parts]) - places
    top, left = places.max(0).tolist()
    height, width = (after.max(0) + places.max(0)).tolist()
    board = np.zeros((height, width), np.uint8)
    for part, (row, column) in zip(parts, places.tolist(), strict=True):
        paste(board, part.picture, top - row, left - column)
    return board
