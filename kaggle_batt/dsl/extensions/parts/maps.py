"""Every part redrawn in place, or in the color of a part that is like it."""

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import DEEP, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Results, by_cells
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import holes_of, parts_of

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
def _pictures(picture: Array) -> tuple[Array, Any]:
    """The picture redrawn in each of `_WITHIN`, in this order; its most frequent color."""
    mask, (height, width) = picture > 0, picture.shape
    most, least = _colors(picture)
    found = np.zeros((len(_WITHIN), height, width), np.uint8)
    for name in ("hollow", "filled"):
        found[_WITHIN[name]] = picture
    found[_WITHIN["box"]] = most
    found[_WITHIN["hollow"], 1:-1, 1:-1] = 0
    found[_WITHIN["center"], (height - 1) // 2 : height // 2 + 1, (width - 1) // 2 : width // 2 + 1] = most
    found[_WITHIN["left_right"]] = picture[:, ::-1]
    found[_WITHIN["upside_down"]] = picture[::-1]
    found[_WITHIN["half_turn"]] = picture[::-1, ::-1]
    for region in _holes(picture):
        found[_WITHIN["filled"], *region] = found[_WITHIN["holes"], *region] = most
    found[_WITHIN["majority"]] = mask * most
    found[_WITHIN["inner"], 1:-1, 1:-1] = picture[1:-1, 1:-1]
    found[_WITHIN["rarest"]] = mask * least
    found[_WITHIN["corners"], :: max(height - 1, 1), :: max(width - 1, 1)] = most
    found[_WITHIN["lower_half"], height // 2 :] = picture[height // 2 :]
    found[_WITHIN["box_rest"]] = ~mask * most
    found[_WITHIN["upper_half"], : (height + 1) // 2] = picture[: (height + 1) // 2]
    found[_WITHIN["first_corner"], 0, 0] = most
    found[_WITHIN["last_corner"], -1, -1] = most
    return found, most


def _holes(picture: Array) -> list[tuple[Any, Any]]:
    """The rows and columns of the cells of each region that the picture encloses."""
    places = [np.divmod(np.array(region), picture.shape[1] + 2) for region in holes_of(picture)]
    return [(rows - 1, columns - 1) for rows, columns in places]


@Tried(460, segmented("COLOR_4 FILLED_8 COLOR_8 EMPTY_4 EACH_COLOR LINKED COLOR_NEAR"), deep=DEEP)
@family(IN_PLACE, cost=14, charge=(38, 52))
def part_maps(array: Array, segmentation: int) -> Results | None:
    """Every part redrawn inside (or around) its bounding box."""
    parts = parts_of(array, segmentation)
    if not 1 <= len(parts) <= 40:
        return None
    names = IN_PLACE.split()
    layers = np.zeros((len(names), *array.shape), np.uint8)
    found: Results = dict(zip(names, layers, strict=True))
    for part in parts:
        pictures, most = _pictures(part.picture)
        np.copyto(layers[: len(pictures), *part.box], pictures, where=pictures > 0)
        # the ring of cells around the box, alone and with the box
        ring = slice(max(part.top - 1, 0), part.bottom + 2), slice(max(part.left - 1, 0), part.right + 2)
        layer = found["frame_out"][ring]
        found["grown_box"][ring] = most
        layer[layer == 0] = most
        found["frame_out"][part.box] = 0
    return found
