"""Families of parts that fit together: moved, without turning, into one full rectangle."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 4
MOST_CELLS = 120


def _filled(board: Array, parts: list[Part]) -> Array | None:
    """The board with the parts on its cells of 0, so that none is left; None if they don't fit."""
    free = np.flatnonzero(board.ravel() == 0)
    if not parts:
        return None if len(free) else board
    if not len(free):
        return None
    row, column = divmod(int(free[0]), board.shape[1])
    for number, part in enumerate(parts):
        # in reading order a part's first cell must take the first free one
        left = column - int(np.flatnonzero(part.picture[0])[0])
        window = board[row : row + part.height, max(left, 0) : max(left, 0) + part.width]
        if left < 0 or window.shape != part.picture.shape or window[part.picture > 0].any():
            continue
        tried = board.copy()
        np.copyto(
            tried[row : row + part.height, left : left + part.width], part.picture, where=part.picture > 0
        )
        done = _filled(tried, [*parts[:number], *parts[number + 1 :]])
        if done is not None:
            return done
    return None


@family("square wide tall any", cost=14, charge=(24, 2), tried=Tried(430, each(0, 1), only_resized=True))
def jigsaws(array: Array, mode: int) -> Results | None:
    """The parts fitted together into a full square, a wide or a tall rectangle; the first of these."""
    parts = list(parts_of(array, mode))
    cells = sum([part.size for part in parts])
    if not 2 <= len(parts) <= MOST_PARTS or cells > MOST_CELLS:
        return None
    found: Results = {}
    tallest, widest = max([part.height for part in parts]), max([part.width for part in parts])
    for height in range(tallest, LARGEST + 1):
        width = cells // height
        if width < widest or width > LARGEST or height * width != cells:
            continue
        name = "square" if height == width else "wide" if width > height else "tall"
        if name not in found:
            found[name] = _filled(np.zeros((height, width), np.uint8), parts)
    made = [found.get(name) for name in ("square", "wide", "tall")]
    found["any"] = next((grid for grid in made if grid is not None), None)
    return found
