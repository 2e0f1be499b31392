"""Families of parts mirrored at their cells of other colors, in these colors."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, main_color, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 8
MOST_SEEDS = 6


def _mirrors(picture: Array, main: int, row: int, column: int) -> tuple[int, int] | None:
    """The direction from the one straight neighbour of the main color, else from a diagonal one."""
    found = []
    for down, right in STEPS:
        y, x = row - down, column - right
        if 0 <= y < picture.shape[0] and 0 <= x < picture.shape[1] and picture[y, x] == main:
            found.append((down, right))
    straight = [step for step in found if 0 in step]
    chosen = straight or found
    return chosen[0] if len(chosen) == 1 else None


def _image(board: Array, cells: Array, seed: tuple[int, int], step: tuple[int, int], color: int) -> None:
    """Draw the cells mirrored over the sides by which the seed is reached."""
    rows, columns = cells[:, 0], cells[:, 1]
    if step[0]:
        rows = 2 * seed[0] - step[0] - rows
    if step[1]:
        columns = 2 * seed[1] - step[1] - columns
    inside = (rows >= 0) & (rows < board.shape[0]) & (columns >= 0) & (columns < board.shape[1])
    board[rows[inside], columns[inside]] = color


def _seeds(part: Part) -> tuple[int, list[tuple[int, int]]]:
    """The part's main color, its cells of others."""
    main = main_color(part.picture)
    return main, [
        (row, column) for row, column in np.argwhere((part.picture > 0) & (part.picture != main)).tolist()
    ]


@family("colored colored_over plain", cost=14, charge=(40, 5), tried=Tried(580, each(3)))
def reflections(array: Array, mode: int) -> Results | None:
    """Each part mirrored at its cells of other colors, in these: under it, over it, in the part's color."""
    parts = parts_of(array, mode)
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    colored, plain = np.zeros_like(array), np.zeros_like(array)
    for part in parts:
        main, seeds = _seeds(part)
        if len(seeds) > MOST_SEEDS:
            continue
        cells = np.argwhere(part.picture == main) + np.array([part.top, part.left])
        for row, column in seeds:
            step = _mirrors(part.picture, main, row, column)
            if step is not None:
                at = part.top + row, part.left + column
                _image(colored, cells, at, step, int(part.picture[row, column]))
                _image(plain, cells, at, step, main)
    if not plain.any():
        return None
    return {
        "colored": under(array, colored),
        "colored_over": under(colored, array),
        "plain": under(plain, array),
    }
