"""Panels and pieces that are chosen, sorted and put together, each on hand-made variations with seeds."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from kaggle_batt.search.finishers import FINISHERS
from tests.search import test_objects

Pair = tuple[Any, Any]
ASSEMBLED = next(finisher for finisher in FINISHERS if finisher.name == "assembled")


def panels_sorted(random: Random) -> Pair:
    """Panels of unlike numbers of cells below each other come in the order of these numbers."""
    panels = []
    for size in random.sample(range(2, 8), 3):
        panel = np.zeros(9, np.uint8)
        panel[random.sample(range(9), size)] = 4
        panels.append(panel.reshape(3, 3))
    line = np.full((1, 3), 5, np.uint8)
    grid = np.concatenate([panels[0], line, panels[1], line, panels[2]])
    return grid, np.concatenate(sorted(panels, key=np.count_nonzero))


def corner_pieces(random: Random) -> Pair:
    """Each angle becomes the corner of a square that it is."""
    grid, square = np.zeros((12, 12), np.uint8), np.zeros((4, 4), np.uint8)
    places = random.sample([(0, 0), (0, 6), (6, 0), (6, 6)], 4)
    corners = [(0, 0), (0, 2), (2, 0), (2, 2)]
    for (top, left), (row, column), color in zip(
        places, corners, random.sample(range(1, 10), 4), strict=True
    ):
        piece = np.full((2, 2), color, np.uint8)
        piece[1 - row // 2, 1 - column // 2] = 0
        square[row : row + 2, column : column + 2] = piece
        top, left = top + random.randrange(4), left + random.randrange(4)
        grid[top : top + 2, left : left + 2] = piece
    return grid, square


def rows_and_columns(random: Random) -> Pair:
    """Full pieces lie roughly in two rows and two columns, and come together so."""
    grid = np.zeros((15, 15), np.uint8)
    whole = np.array(random.choices(range(1, 10), k=36), np.uint8).reshape(6, 6)
    for row in (0, 1):
        for column in (0, 1):
            top, left = 8 * row + random.randrange(4), 8 * column + random.randrange(4)
            piece = whole[3 * row : 3 * row + 3, 3 * column : 3 * column + 3]
            grid[top : top + 3, left : left + 3] = piece
    return grid, whole


def as_often_as_others(random: Random) -> Pair:
    """The figure comes once for each cell of 5, side by side."""
    grid, figure = np.zeros((10, 10), np.uint8), np.zeros((random.randint(2, 3), 2), np.uint8)
    figure[:, 0], figure[-1] = random.randint(1, 4), random.randint(6, 9)
    top, left = random.randint(0, 3), random.randint(0, 2)
    grid[top : top + len(figure), left : left + 2] = figure
    number = random.randint(2, 5)
    for cell in random.sample(range(5), number):
        grid[2 * cell, random.choice((6, 8))] = 5
    return grid, np.tile(figure, (1, number))


def all_of_the_largest(random: Random) -> Pair:
    """The longest bars, often all of them, become columns of their lengths, from left to right."""
    number, shorter, length = random.randint(2, 3), random.choice((0, 0, 2)), random.randint(3, 5)
    lengths = [length] * number + random.sample(range(1, length), shorter)
    random.shuffle(lengths)
    colors = random.sample(range(1, 10), len(lengths))
    grid = np.zeros((9, 11), np.uint8)
    for place, (own, color) in enumerate(zip(lengths, colors, strict=True)):
        top = random.randint(0, 9 - own)
        grid[top : top + own, 2 * place] = color
    kept = [color for own, color in zip(lengths, colors, strict=True) if own == length]
    return grid, np.tile(np.array(kept, np.uint8), (length, 1))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "make", [panels_sorted, corner_pieces, rows_and_columns, as_often_as_others, all_of_the_largest]
)
def test_ability(make: Callable[[Random], Pair], seed: int) -> None:
    """The finisher answers the test of a task of four demos."""
    test_objects.test_ability(ASSEMBLED, make, seed)
