"""Families of parts repeated once on all sides, touching."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 5


def _beside(board: Array, part: Part, step: tuple[int, int], picture: Array) -> None:
    """The picture drawn on the board in the part's box moved by its own size."""
    top, left = part.top + step[0] * part.height, part.left + step[1] * part.width
    rows = slice(max(top, 0), max(top + part.height, 0))
    columns = slice(max(left, 0), max(left + part.width, 0))
    window = board[rows, columns]
    if window.size:
        seen = picture[rows.start - top :, columns.start - left :][: window.shape[0], : window.shape[1]]
        np.copyto(window, seen, where=(window == 0) & (seen > 0))


def _corner(part: Part, step: tuple[int, int]) -> Array:
    """A picture of the part's size in the color of its corner (or middle of a side) in that direction."""
    row = (part.height - 1) * (step[0] + 1) // 2
    return np.full_like(part.picture, part.picture[row, (part.width - 1) * (step[1] + 1) // 2])


@family(
    "straight diagonal all straight_mirrored diagonal_turned corners corners_opposite",
    cost=14,
    charge=(120, 10),
    tried=Tried(560, each(3)),
)
def around(array: Array, mode: int) -> Results | None:
    """Every part drawn again on its sides, at its corners, mirrored there; blocks in its corners' colors."""
    parts = parts_of(array, mode)
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    layers = {name: np.zeros_like(array) for name in around.names}
    for part in parts:
        for down, right in STEPS:
            kind = "diagonal" if down and right else "straight"
            mirrored = part.picture[:: -1 if down else 1, :: -1 if right else 1]
            _beside(layers[kind], part, (down, right), part.picture)
            _beside(layers["all"], part, (down, right), part.picture)
            name = "diagonal_turned" if kind == "diagonal" else "straight_mirrored"
            _beside(layers[name], part, (down, right), mirrored)
            if kind == "diagonal":
                _beside(layers["corners"], part, (down, right), _corner(part, (down, right)))
                _beside(layers["corners_opposite"], part, (down, right), _corner(part, (-down, -right)))
    return {name: under(array, layer) for name, layer in layers.items()}
