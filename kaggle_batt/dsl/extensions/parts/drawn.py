"""Parts drawn again: in place, on single cells, where their surroundings are met, over each other."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import DEEP, Facts, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, by_cells, only, tallies, without
from kaggle_batt.dsl.extensions.bits import enclosed
from kaggle_batt.dsl.extensions.geometry import eight, paste
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Parts, Segmentation, parts_of

IN_PLACE = (
    "box hollow center left_right upside_down half_turn filled holes majority inner rarest corners "
    "lower_half box_rest upper_half first_corner last_corner grown_box frame_out"
)
#: numbers of the pictures that stay within the part's bounding box
_WITHIN = {name: number for number, name in enumerate(IN_PLACE.split()[:-2])}


def _colors(picture: Array) -> tuple[Any, Any]:
    """The most and least frequent color of a part's picture, as bytes."""
    counts = np.bincount(picture.ravel(), minlength=10)
    counts[0] = 0
    present = [(int(counts[c]), c) for c in counts.nonzero()[0].tolist()]
    return np.uint8(counts.argmax()), np.uint8(min(present, default=(0, 0))[1])


@by_cells(maxsize=1024)
def _pictures(picture: Array) -> tuple[Array, Mask, Any]:
    """The picture redrawn in each of `_WITHIN`, in this order; where these are colored; its main color."""
    mask, (height, width) = picture > 0, picture.shape
    most, least = _colors(picture)
    found = np.zeros((len(_WITHIN), height, width), np.uint8)
    found[_WITHIN["hollow"]] = found[_WITHIN["filled"]] = picture
    found[_WITHIN["box"]] = most
    found[_WITHIN["hollow"], 1:-1, 1:-1] = 0
    found[_WITHIN["center"], (height - 1) // 2 : height // 2 + 1, (width - 1) // 2 : width // 2 + 1] = most
    found[_WITHIN["left_right"]] = picture[:, ::-1]
    found[_WITHIN["upside_down"]] = picture[::-1]
    found[_WITHIN["half_turn"]] = picture[::-1, ::-1]
    inside = enclosed(picture[None])[0]
    found[_WITHIN["filled"]][inside] = found[_WITHIN["holes"]][inside] = most
    found[_WITHIN["majority"]] = mask * most
    found[_WITHIN["inner"], 1:-1, 1:-1] = picture[1:-1, 1:-1]
    found[_WITHIN["rarest"]] = mask * least
    found[_WITHIN["corners"], :: max(height - 1, 1), :: max(width - 1, 1)] = most
    found[_WITHIN["lower_half"], height // 2 :] = picture[height // 2 :]
    found[_WITHIN["box_rest"]] = ~mask * most
    found[_WITHIN["upper_half"], : (height + 1) // 2] = picture[: (height + 1) // 2]
    found[_WITHIN["first_corner"], 0, 0] = most
    found[_WITHIN["last_corner"], -1, -1] = most
    return found, found > 0, most


@Tried(460, segmented("COLOR_4 FILLED_8 COLOR_8 EMPTY_4 EACH_COLOR LINKED COLOR_NEAR"), deep=DEEP)
@family(IN_PLACE, cost=14, charge=(38, 52))
def part_maps(array: Array, segmentation: int) -> Results | None:
    """Every part redrawn inside (or around) its bounding box."""
    parts = parts_of(array, segmentation)
    if not 1 <= len(parts) <= 40:
        return None
    layers = np.zeros((len(part_maps.names), *array.shape), np.uint8)
    found: Results = dict(zip(part_maps.names, layers, strict=True))
    for part in parts:
        pictures, colored, most = _pictures(part.picture)
        np.copyto(layers[: len(pictures), *part.box], pictures, where=colored)
        # the ring of cells around the box, alone and with the box
        ring = slice(max(part.top - 1, 0), part.bottom + 2), slice(max(part.left - 1, 0), part.right + 2)
        layer = found["frame_out"][ring]
        found["grown_box"][ring] = most
        layer[layer == 0] = most
        found["frame_out"][part.box] = 0
    return found


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


@Tried(630, Facts.each_ink)
@family("free free_turned around around_turned like like_turned", cost=13, charge=(112, 218), roles=True)
def sought(array: Array, color: int) -> Results | None:
    """The color's largest part drawn wherever its cells are 0, the rest of its box is met, or both."""
    own = only(array, array == color)
    parts = parts_of(own, Segmentation.COLOR_8)
    # a color with more cells is ground
    if not color or not parts or 5 * np.count_nonzero(own) > array.size:
        return None
    model = max(parts, key=lambda part: part.size)
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
    model = max(parts, key=lambda part: part.size)
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
    rising = sorted(parts, key=lambda part: part.size)
    # the order of the parts, and after how many halves of the room beside it each begins
    ways = {"small_first": (rising, 1), "large_first": (rising[::-1], 1)}
    ways |= {"united_corner_up": (rising, 0), "united_corner_down": (rising, 2)}
    found: Results = {name: np.zeros((height, width), np.uint8) for name in ways}
    for name, (ordered, halves) in ways.items():
        for part in ordered:
            down, right = (height - part.height) * halves // 2, (width - part.width) * halves // 2
            paste(found[name], part.picture, down, right, below=True)
    return {**found, "by_mark": _by_mark(parts)}


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
