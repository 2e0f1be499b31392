"""Families that put four parts of one size together, each in the corner that its shape fits."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of


def _corner(part: Part, empty: bool) -> tuple[int, int] | None:
    """The one corner of the part's box that is empty, or filled, as (row, column) of 0 and 1."""
    corners = part.picture[:: part.height - 1, :: part.width - 1] == 0
    places = np.argwhere(corners if empty else ~corners).tolist()
    return (places[0][0], places[0][1]) if len(places) == 1 else None


def _assembled(parts: tuple[Part, ...], empty: bool, inward: bool) -> Array | None:
    """The parts side by side so that these corners meet in the middle (or come to lie outside)."""
    places = [_corner(part, empty) for part in parts]
    if None in places or len(set(places)) < 4:
        return None
    height, width = parts[0].picture.shape
    board = np.zeros((2 * height, 2 * width), np.uint8)
    for part, place in zip(parts, places, strict=True):
        assert place is not None
        down, right = (1 - place[0], 1 - place[1]) if inward else place
        board[down * height : (down + 1) * height, right * width : (right + 1) * width] = part.picture
    return board


@family(
    "empty_inward empty_outward filled_inward filled_outward",
    cost=13,
    charge=(4, 1),
    tried=Tried(930, each(1, 3), only_resized=True),
)
def assembled(array: Array, mode: int) -> Results | None:
    """Four parts of one size as one picture: the one empty corner of each, or the one filled, toward the
    middle or outward."""
    parts = parts_of(array, mode)
    if len(parts) != 4 or len({part.picture.shape for part in parts}) > 1:
        return None
    shape = parts[0].picture.shape
    if min(shape) < 2 or 2 * max(shape) > LARGEST:
        return None
    return {
        "empty_inward": _assembled(parts, True, True),
        "empty_outward": _assembled(parts, True, False),
        "filled_inward": _assembled(parts, False, True),
        "filled_outward": _assembled(parts, False, False),
    }
