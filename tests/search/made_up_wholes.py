"""Hand-made tasks of whole grids and panels: folded, mended, unfolded, laid over each other, chosen."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from random import Random
from typing import Any

import numpy as np

from tests.search.made_up import COLORS, Pair, put
from tests.search.made_up_ways import turned


def speckled(random: Random, shape: tuple[int, int], inks: list[int]) -> Any:
    """A grid of that shape whose cells are empty or of one of these colors."""
    cells = random.choices([0, 0, *inks], k=shape[0] * shape[1])
    return np.array(cells, np.uint8).reshape(shape)


def folded_over_a_line(random: Random) -> Pair:
    """The smaller side is folded over a line of 5 onto the larger one; where both have color there is 2."""
    one, two = random.sample((1, 3, 4, 6, 7, 8, 9), 2)
    height, width = random.randint(5, 7), random.randint(4, 6)
    large = speckled(random, (height, width), [one])
    small = speckled(random, (random.randint(2, height - 1), width), [two])
    after, above = large.copy(), large[-len(small) :]
    after[-len(small) :] = np.where((above > 0) & (small[::-1] > 0), 2, above + small[::-1])
    return turned(random, np.vstack([large, np.full((1, width), 5, np.uint8), small]), after)


def listed_beside_panels(random: Random) -> Pair:
    """Panels side by side, each of one color, are laid over each other as a strip at the side lists them."""
    line, *colors = random.sample(range(1, 10), 4)
    shape = random.randint(4, 5), random.randint(3, 5)
    panels = [np.uint8(color) * speckled(random, shape, [1]) for color in colors]
    strip, rule = np.zeros((shape[0], 1), np.uint8), np.full((shape[0], 1), line, np.uint8)
    after = np.zeros(shape, np.uint8)
    for row, number in reversed(list(enumerate(random.sample(range(3), 3)))):
        strip[row] = colors[number]
        put(after, panels[number], 0, 0)
    before = np.hstack([strip, rule, panels[0], rule, panels[1], rule, panels[2]])
    return before, after


def half_of_the_symmetric(random: Random) -> Pair:
    """The first half of the one picture that is its own mirror image, left and right or up and down."""
    inks = random.sample(range(1, 10), 3)
    before = np.zeros((14, 15), np.uint8)
    after = np.array(random.choices(inks, k=8), np.uint8).reshape(4, 2)
    after[0] = inks[:2]
    upright = random.randint(0, 1)
    whole = np.hstack([after, after[:, ::-1]])
    places = random.sample([(1, 1), (1, 9), (8, 2), (9, 9)], 3)
    for number, (row, column) in enumerate(places):
        picture = np.array(random.choices(inks, k=16), np.uint8).reshape(4, 4)
        picture[0], picture[-1] = [inks[0], inks[1], inks[2], inks[2]], [inks[1], inks[0], inks[0], inks[1]]
        put(before, picture if number else whole.T if upright else whole, row, column)
    return before, after.T.copy() if upright else after


def fullest_in_each_row(random: Random) -> Pair:
    """In each row of panels the one with most cells is filled with its color, the others are emptied."""
    line, *inks = random.sample(range(1, 10), 4)
    side, shape = random.randint(3, 4), (random.randint(2, 3), random.randint(2, 3))
    before = np.full([(side + 1) * n - 1 for n in shape], line, np.uint8)
    after = before.copy()
    for row in range(shape[0]):
        sizes = random.sample(range(1, side * side - 1), shape[1])
        for column, size in enumerate(sizes):
            color = random.choice(inks)
            cells = random.sample([color] * size + [0] * (side * side - size), side * side)
            top, left = row * (side + 1), column * (side + 1)
            before[top : top + side, left : left + side] = np.reshape(cells, (side, side))
            after[top : top + side, left : left + side] = color * (size == max(sizes))
    return before, after


def enlarged_to_the_squares(random: Random) -> Pair:
    """Squares of 5 show the small picture, enlarged to their size."""
    inks = random.sample(COLORS, 3)
    size = random.randint(2, 3)
    picture = np.array(random.choices(inks, k=size * size), np.uint8).reshape(size, size)
    picture[0, :2] = inks[:2]
    before = np.zeros((20, 21), np.uint8)
    after = before.copy()
    places = random.sample([(0, 0), (0, 11), (10, 1), (11, 11)], 4)
    for number, (top, left) in enumerate(places[: random.randint(3, 4)]):
        times = random.randint(2, 3) if number else 1
        put(before, np.full((size * times, size * times), 5) if number else picture, top, left)
        put(after, np.kron(picture, np.ones((times, times), np.uint8)), top, left)
    return before, after


def figure_without_a_twin(random: Random) -> Pair:
    """Of figures that come in pairs, one mirrored or turned, the one that stands alone."""
    inks = random.sample(range(1, 10), 3)
    # all have as many cells of each color
    rests = sorted(set(permutations([*inks, *inks[:2]])))
    pictures = [
        np.array([inks[0], inks[0], inks[1], inks[2], *rest], np.uint8).reshape(3, 3)
        for rest in random.sample(rests, random.randint(3, 4))
    ]
    twins = [np.rot90(one[:, ::-1], random.randint(0, 3)) for one in pictures[1:]]
    shown = [*pictures, *twins]
    before = np.zeros((13, 13), np.uint8)
    places = random.sample([(row, column) for row in (0, 5, 10) for column in (0, 5, 10)], len(shown))
    for picture, (row, column) in zip(shown, places, strict=True):
        put(before, picture, row, column)
    return before, pictures[0]


def joined_by_the_color_of_a_line(random: Random) -> Pair:
    """In the first panel's color what both have if the line between them is 2, what either has if it is 1."""
    one, two = random.sample((3, 4, 6, 7, 8, 9), 2)
    shape, line = (random.randint(4, 6), random.randint(4, 6)), random.randint(1, 2)
    left, right = speckled(random, shape, [one, one]), speckled(random, shape, [two, two])
    both, either = (left > 0) & (right > 0), (left > 0) | (right > 0)
    before = np.hstack([left, np.full((shape[0], 1), line, np.uint8), right])
    return before, np.uint8(one) * (both if line == 2 else either)


WHOLES: tuple[Callable[[Random], Pair], ...] = (
    folded_over_a_line,
    listed_beside_panels,
    half_of_the_symmetric,
    fullest_in_each_row,
    enlarged_to_the_squares,
    figure_without_a_twin,
    joined_by_the_color_of_a_line,
)
