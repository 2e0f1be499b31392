"""Rules over objects: hand-made tasks of one ability each, in other colors, sizes, places and numbers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as grids_of

from kaggle_batt.dsl.extensions.geometry import STEPS
from kaggle_batt.dsl.extensions.objects.act import acted
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ROLES
from kaggle_batt.dsl.extensions.objects.place import PLACES
from kaggle_batt.dsl.extensions.objects.scene import scene_of
from kaggle_batt.dsl.extensions.segments import PARTS, Segmentation
from kaggle_batt.programs.program import Program
from kaggle_batt.search.catalog import operations
from kaggle_batt.search.finishers.assemblies import ASSEMBLED
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass, Workspace
from kaggle_batt.search.finishers.object_actions import Demos
from kaggle_batt.search.finishers.objects import OBJECTS, Lists, _divisions
from kaggle_batt.search.solutions import Solutions
from kaggle_batt.search.solutions import grids_of as grids_of_answers
from kaggle_batt.search.states import Pool
from kaggle_batt.search.step_budget import StepBudget
from tests.search.finished import finished

Pair = tuple[Any, Any]
Box = tuple[int, int, int, int]


def board(random: Random) -> Any:
    """An empty grid of a random size."""
    return np.zeros((random.randint(12, 16), random.randint(12, 16)), np.uint8)


def boxes(random: Random, number: int, array: Any, least: int = 2) -> list[Box]:
    """Boxes (top, left, height, width) that do not touch, all of different sizes."""
    found: list[Box] = []
    while len(found) < number:
        height, width = random.randint(least, least + 2), random.randint(least, least + 2)
        top, left = (
            random.randint(1, array.shape[0] - height - 1),
            random.randint(1, array.shape[1] - width - 1),
        )
        apart = all(
            top > t + h or t > top + height or left > b + w or b > left + width for t, b, h, w in found
        )
        if apart and height * width not in [h * w for _, _, h, w in found]:
            found.append((top, left, height, width))
    return found


def fill(array: Any, box: Box, color: int) -> None:
    """Draw a full box."""
    top, left, height, width = box
    array[top : top + height, left : left + width] = color


def only_largest(random: Random) -> Pair:
    """The largest box stays, the others vanish."""
    before = board(random)
    placed = boxes(random, random.randint(2, 4), before)
    for box in placed:
        fill(before, box, random.randint(1, 9))
    after = np.zeros_like(before)
    largest = max(placed, key=lambda b: b[2] * b[3])
    fill(after, largest, int(before[largest[0], largest[1]]))
    return before, after


def takes_color_of_largest(random: Random) -> Pair:
    """Every box takes the color of the largest: a color by its role, another one in each grid."""
    before = board(random)
    placed = boxes(random, 3, before)
    for box, color in zip(placed, random.sample(range(1, 10), 3), strict=True):
        fill(before, box, color)
    top, left, _, _ = max(placed, key=lambda b: b[2] * b[3])
    return before, np.where(before > 0, before[top, left], 0)


def moves_by_its_shape(random: Random) -> Pair:
    """Tall boxes go to the right edge, wide ones stay."""
    before = board(random)
    after = before.copy()
    tops = random.sample((1, 7), 2)
    for top, height, width in ((tops[0], 2, random.randint(3, 4)), (tops[1], random.randint(3, 5), 2)):
        color, left = random.randint(1, 9), random.randint(1, 6)
        fill(before, (top, left, height, width), color)
        fill(after, (top, before.shape[1] - width if height > width else left, height, width), color)
    return before, after


def middle_between_walls(random: Random) -> Pair:
    """A cell goes to the middle between two walls, whichever way these run."""
    before = np.zeros((9, 13), np.uint8)
    low, half = random.randint(0, 2), random.randint(2, 4)
    wall, dot = random.sample(range(1, 10), 2)
    before[:, [low, low + 2 * half]] = wall
    after = before.copy()
    row = random.randint(1, 7)
    before[row, low + 1], after[row, low + half] = dot, dot
    return (before.T, after.T) if random.random() < 0.5 else (before, after)


def hidden_comes_to_the_front(random: Random) -> Pair:
    """Of two crossing bars the interrupted one is completed."""
    before = board(random)
    over, under = random.sample(range(1, 10), 2)
    row, column = random.randint(2, 9), random.randint(2, 9)
    before[:, column] = under
    before[row] = over
    after = before.copy()
    after[row, column] = under
    return (before.T, after.T) if random.random() < 0.5 else (before, after)


def rays_of_single_cells(random: Random) -> Pair:
    """Single cells draw a line downward, boxes do not."""
    before = board(random)
    fill(before, (1, 1, 2, random.randint(2, 3)), random.randint(1, 9))
    after = before.copy()
    for column in random.sample(range(5, 11), 2):
        row, color = random.randint(1, 6), random.randint(1, 9)
        before[row, column] = color
        after[row:, column] = color
    after[before > 0] = before[before > 0]
    return before, after


def all_fall(random: Random) -> Pair:
    """All boxes fall, one onto the other."""
    before = board(random)
    after = np.zeros_like(before)
    low = before.shape[0]
    left, colors = random.randint(1, 6), random.sample(range(1, 10), 3)
    for top, color in zip((6, 3, 0), colors, strict=True):
        height, width = random.randint(1, 2), random.randint(2, 4)
        low -= height
        fill(before, (top, left, height, width), color)
        fill(after, (low, left, height, width), color)
    return before, after


def edge_by_the_way_it_stands(random: Random) -> Pair:
    """A decision about the whole: a line at the top for a wide box, at the right for a tall one."""
    before = board(random)
    long, short = random.randint(4, 6), random.randint(2, 3)
    wide = random.random() < 0.5
    height, width = (short, long) if wide else (long, short)
    fill(before, (random.randint(1, 4), random.randint(1, 4), height, width), random.choice((1, 2, 4, 5)))
    after = before.copy()
    after[(0, slice(None)) if wide else (slice(None), -1)] = 3
    return before, after


def hidden_half(random: Random) -> Pair:
    """A symmetric figure is completed where a box hides it, and the box vanishes."""
    before = board(random)
    figure = np.random.default_rng(random.randint(0, 99)).integers(0, 2, (random.randint(5, 7), 4))
    figure[:, ::3], figure[0], figure[-1] = 1, 1, 1
    color, cover = random.sample(range(1, 10), 2)
    whole = color * np.concatenate([figure[:, ::-1], figure[:, 1:]], 1).astype(np.uint8)
    top, left = random.randint(1, 4), random.randint(1, 4)
    after = np.zeros_like(before)
    after[top : top + len(whole), left : left + whole.shape[1]] = whole
    before = after.copy()
    fill(before, (top + random.randint(1, 2), left + 4, 3, 3), cover)
    return before, after


def missing_arm(random: Random) -> Pair:
    """A figure of quarter turns gets its last arm, in 2."""
    rows, columns = np.mgrid[-3:4, -3:4]
    arm = np.random.default_rng(random.randint(0, 99)).integers(0, 2, (7, 7)).astype(np.uint8)
    arm[2, 3], arm[:, :] = 1, arm * ((rows < 0) & (columns > rows) & (columns <= -rows))
    arms = [np.rot90(arm, turn) for turn in random.sample(range(4), 4)]
    picture = np.maximum.reduce(arms[:3])
    picture[3, 3] = 1
    before = board(random)
    top, left = random.randint(0, 4), random.randint(0, 4)
    before[top : top + 7, left : left + 7] = random.choice((1, 3, 4)) * picture
    after = before.copy()
    after[top : top + 7, left : left + 7][(arms[3] > 0) & (picture == 0)] = 2
    return before, after


def over_the_mark(random: Random) -> Pair:
    """A box goes to the other side of a mark."""
    before = board(random)
    color, mark = random.sample(range(1, 10), 2)
    row, middle, gap = random.randint(2, 9), random.randint(4, 7), random.randint(1, 2)
    before[row, middle] = mark
    after = before.copy()
    height, width = random.randint(2, 3), random.randint(1, 2)
    fill(before, (row - 1, middle - gap - width + 1, height, width), color)
    fill(after, (row - 1, middle + gap, height, width), color)
    return (before.T, after.T) if random.random() < 0.5 else (before, after)


def crossing_lines(random: Random) -> Pair:
    """Cells draw lines in their row and column; where lines of unlike colors meet is 5."""
    before = board(random)
    number = random.randint(2, 3)
    after = np.zeros_like(before)
    cells = zip(random.sample(range(12), number), random.sample(range(12), number), strict=True)
    for (row, column), color in zip(cells, random.sample((1, 2, 3, 4, 6), number), strict=True):
        before[row, column] = color
        for line in (after[row], after[:, column]):
            line[:] = np.where(line == 0, color, 5)
        after[row, column] = color
    return before, after


def piece_into_its_hole(random: Random) -> Pair:
    """Of the pieces that lie about, the one with the shape of the frame's hole goes into it."""
    before = board(random)
    frame, piece = random.sample(range(1, 10), 2)
    shapes = [np.array(shape, np.uint8) for shape in ([[1, 1], [1, 0]], [[1, 1, 1]], [[1], [1], [1], [1]])]
    random.shuffle(shapes)
    hole = np.pad(shapes[0], 1)
    left = random.randint(0, 5)
    before[1 : 1 + len(hole), left : left + hole.shape[1]] = frame * (1 - hole)
    after = before.copy()
    after[2 : 1 + len(hole) - 1, left + 1 : left + hole.shape[1] - 1][shapes[0] > 0] = piece
    for row, column, shape in ((8, 1, shapes[0]), (8, 6, shapes[1])):
        before[row : row + len(shape), column : column + shape.shape[1]] = piece * shape
    after[8 : 8 + len(shapes[1]), 6 : 6 + shapes[1].shape[1]] = piece * shapes[1]
    return before, after


def piece_that_fits_as_it_is(random: Random) -> Pair:
    """Of two pieces the one that need not be turned goes into the frame, not between two colors."""
    before = board(random)
    frame, other, one, two = random.sample(range(1, 10), 4)
    shape = np.rot90(np.array([[1, 1], [1, 0]], np.uint8), random.randint(0, 3))
    hole, left = np.pad(shape, 1), random.randint(5, 8)
    before[:4, :4] = before[:4, left : left + 4] = frame * (1 - hole)
    before[0, :4] = other
    after = before.copy()
    after[1:3, left + 1 : left + 3] += one * shape
    places = [(6, random.randint(1, 8)), (9, random.randint(1, 8))]
    random.shuffle(places)
    for array, (row, column), piece in (
        (before, places[0], one * shape),
        (before, places[1], two * shape[::-1, ::-1]),
        (after, places[1], two * shape[::-1, ::-1]),
    ):
        array[row : row + 2, column : column + 2] = piece
    return before, after


def lines_within_a_block(random: Random) -> Pair:
    """A hole in a block becomes a line through it that ends with the block."""
    before = np.zeros((14, 12), np.uint8)
    rows = 0
    after = before.copy()
    for color in random.sample(range(1, 10), 3):
        height, column = random.randint(3, 4), random.randint(1, 10)
        before[rows : rows + height] = after[rows : rows + height] = color
        before[rows + random.randint(1, height - 2), column] = 0
        after[rows : rows + height, column] = 0
        rows += height
    return before[:rows], after[:rows]


def ring_about_the_odd_one(random: Random) -> Pair:
    """The one cell of a color of its own stays, with a ring of 2 about it; all others vanish."""
    before = board(random)
    odd, one, two = random.sample((1, 3, 4, 5, 6), 3)
    cells = [(row, column) for row in range(12) for column in range(12)]
    for (row, column), color in zip(random.sample(cells, 9), [one, two] * 4, strict=False):
        before[row, column] = color
    row, column = random.randint(1, 10), random.randint(1, 10)
    before[row, column] = odd
    after = np.zeros_like(before)
    after[row - 1 : row + 2, column - 1 : column + 2] = 2
    after[row, column] = odd
    return before, after


def color_by_the_number_of_ends(random: Random) -> Pair:
    """Figures with three ends become 4, those with two 6, whatever their sizes."""
    before = np.zeros((14, 14), np.uint8)
    after = before.copy()
    for top, left in ((1, 1), (1, 8), (8, 1), (8, 8)):
        size, forked = random.randint(3, 5), random.random() < 0.5
        figure = np.zeros((size, size), bool)
        figure[0], figure[:, random.randint(1, size - 2) if forked else 0] = True, True
        figure = np.rot90(figure, random.randint(0, 3))
        before[top : top + size, left : left + size][figure] = 3
        after[top : top + size, left : left + size][figure] = 4 if forked else 6
    return before, after


def as_many_on_a_diagonal(random: Random) -> Pair:
    """A diagonal as long as there are boxes, in their color."""
    before, after = as_many_as_boxes(random)
    color = random.choice((1, 2, 8))
    return np.where(before > 0, color, 0).astype(np.uint8), color * np.eye(after.shape[1], dtype=np.uint8)


def each_to_its_bar(random: Random) -> Pair:
    """Cells go to the bar of their color, over whatever lies between; those without a bar vanish."""
    before, after = (np.zeros((12, 14), np.uint8) for _ in range(2))
    colors = random.sample(range(1, 10), 3)
    for column, color in ((0, colors[0]), (13, colors[1])):
        before[:, column] = after[:, column] = color
    rows = random.sample(range(12), random.randint(4, 6))
    for row, color in zip(rows, colors * 2, strict=False):
        before[row, random.randint(3, 10)] = color
        if color != colors[2]:
            after[row, 1 if color == colors[0] else 12] = color
    return (before.T, after.T) if random.random() < 0.5 else (before, after)


def onto_the_corners(random: Random) -> Pair:
    """Cells about a square of two by two come to lie on its cells."""
    before, after = (np.zeros((12, 12), np.uint8) for _ in range(2))
    square, *colors = random.sample(range(1, 10), 5)
    top, left = random.randint(3, 7), random.randint(3, 7)
    fill(before, (top, left, 2, 2), square)
    for (down, right), color in zip(((0, 0), (0, 1), (1, 0), (1, 1)), colors, strict=True):
        row = random.randint(0, top - 2) if down == 0 else random.randint(top + 3, 11)
        column = random.randint(0, left - 2) if right == 0 else random.randint(left + 3, 11)
        before[row, column] = after[top + down, left + right] = color
    return before, after


def completed_at_marks(random: Random) -> Pair:
    """A figure of three colors is drawn, turned, wherever its marks are."""
    before = np.zeros((16, 16), np.uint8)
    body, one, two = random.sample(range(1, 10), 3)
    figure = np.zeros((3, 3), np.uint8)
    figure[1], figure[0, 0], figure[0, 1], figure[2, random.randint(1, 2)] = body, one, two, two
    places = [(1, 1), (1, 8), (9, 2), (9, 10)]
    top, left = places[0]
    before[top : top + 3, left : left + 3] = figure
    after = before.copy()
    for top, left in random.sample(places[1:], random.randint(1, 2)):
        turned = np.rot90(figure, random.randint(0, 3))
        before[top : top + 3, left : left + 3] = np.where(turned == body, 0, turned)
        after[top : top + 3, left : left + 3] = turned
    return before, after


def drawn_at_marks_of_any_size(random: Random) -> Pair:
    """A figure is drawn at all squares of its mark's color, as much enlarged, cut off at the edge."""
    before = np.zeros((18, 18), np.uint8)
    body, mark = random.sample(range(1, 10), 2)
    figure = np.array([[0, 1, 0], [1, 2, 1], [1, random.randint(0, 1), 0]])
    figure = np.rot90(np.array([0, body, mark], np.uint8)[figure], random.randint(0, 3))
    before[1:4, 1:4] = figure
    after = before.copy()
    for size, top, left in ((3, 8, 8), *random.sample([(1, 2, 12), (2, 0, 14), (1, 12, 2), (2, 15, 1)], 2)):
        before[top : top + size, left : left + size] = mark
        large = np.kron(figure, np.ones((size, size), np.uint8))
        large = large[max(size - top, 0) :, max(size - left, 0) :]
        target = after[max(top - size, 0) :, max(left - size, 0) :][: len(large), : large.shape[1]]
        np.copyto(target, large[: len(target), : target.shape[1]], where=target == 0)
    return before, after


def drawn_at_many_marks(random: Random) -> Pair:
    """A mark and its neighbor are drawn at marks of more cells than a small board has."""
    before, (body, mark) = np.zeros((24, 24), np.uint8), random.sample(range(1, 10), 2)
    figure = np.array([[body, mark]], np.uint8)
    before[22, 1:3] = figure
    after = before.copy()
    for size, top, left in zip((5, 4, 4, 3), (1, 7, 12, 17), random.sample(range(5, 18), 4), strict=True):
        before[top : top + size, left : left + size] = mark
        after[top : top + size, left - size : left + size] = np.kron(figure, np.ones((size, size), np.uint8))
    return before, after


def completed_about_its_core(random: Random) -> Pair:
    """A cross of five cells has an arm of one cell or more, which is mirrored both ways."""
    core, color = random.sample(range(1, 10), 2)
    size = random.randint(1, 4)
    quarter = np.zeros((4, 4), np.uint8)
    for cell in ((3, 3), (2, 3), (2, 2), (1, 2))[:size]:
        quarter[cell] = color
    half = np.hstack([quarter, np.zeros((4, 3), np.uint8), quarter[:, ::-1]])
    after = np.zeros((13, 14), np.uint8)
    top, left = random.randint(0, 2), random.randint(0, 3)
    after[top : top + 11, left : left + 11] = np.vstack([half, np.zeros((3, 11), np.uint8), half[::-1]])
    after[top + 4 : top + 7, left + 4 : left + 7] = core * np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    before = after.copy()
    before[
        (after == color) & ~(np.indices(after.shape) < np.array([top + 4, left + 4])[:, None, None]).all(0)
    ] = 0
    return before, after


def completed_in_the_color_begun(random: Random) -> Pair:
    """Where a figure is begun beside a mark, it is completed in the color of the beginning, as enlarged."""
    before = np.zeros((20, 20), np.uint8)
    mark, *colors = random.sample(range(1, 10), 4)
    figure = np.array([[0, 1, 0], [1, 2, random.randint(0, 1)], [0, 1, 1]], np.uint8)
    figure = np.rot90(figure, random.randint(0, 3))
    after = before.copy()
    for color, (size, top, left) in zip(colors, ((1, 1, 1), (2, 1, 12), (3, 9, 5)), strict=True):
        large = np.kron(figure, np.ones((size, size), np.uint8))
        after[top : top + 3 * size, left : left + 3 * size] = np.array([0, color, mark])[large]
        place = before[top : top + 3 * size, left : left + 3 * size]
        if size > 1:
            large[:size], large[:, -size:], large[-size:, :size] = 0, 0, 0
            large[(0 if random.random() < 0.5 else 2) * size :][:size, :] = 0
        place[:] = np.array([0, color, mark])[large]
    return before, after


def outline_turned(random: Random) -> Pair:
    """What is a part of the large figure, turned or mirrored, is completed to it in its own color."""
    before = np.zeros((16, 16), np.uint8)
    colors = random.sample(range(1, 10), 3)
    figure = np.array([[1, 1, 1, 1], [1, 0, 0, 1], [1, 0, 0, 0], [1, 1, 0, 0]], np.uint8)
    before[1:5, 1:5] = colors[0] * figure
    after = before.copy()
    for color, (top, left) in zip(colors[1:], ((1, 9), (9, 5)), strict=True):
        turned = np.rot90(figure, random.randint(0, 3))[:: random.choice((1, -1))]
        after[top : top + 4, left : left + 4] = color * turned
        piece = np.zeros((4, 4), np.uint8)
        piece[[0, -1]] = turned[[0, -1]]
        before[top : top + 4, left : left + 4] = color * piece
    return before, after


def colors_by_the_legend(random: Random) -> Pair:
    """Boxes take the color that stands beside theirs in a legend, which stays."""
    before = np.zeros((14, 14), np.uint8)
    colors = random.sample(range(1, 10), 6)
    legend = np.array(colors, np.uint8).reshape(3, 2)
    flat = random.random() < 0.5
    top, left = random.choice(((0, 0), (0, 11), (11, 0)))
    legend = legend.T if flat else legend
    before[top : top + legend.shape[0], left : left + legend.shape[1]] = legend
    after = before.copy()
    partners = dict(zip(colors[::2], colors[1::2], strict=True))
    for row, column in random.sample([(4, 4), (4, 9), (8, 4), (8, 9)], 3):
        color, height, width = random.choice(colors[::2]), random.randint(2, 3), random.randint(2, 3)
        before[row : row + height, column : column + width] = color
        after[row : row + height, column : column + width] = partners[color]
    return before, after


def repeated_toward_hints(random: Random) -> Pair:
    """A figure is repeated to the edges where a piece of it lies beside it, in the color of the piece."""
    before = np.zeros((17, 17), np.uint8)
    color, *others = random.sample(range(1, 10), 4)
    figure = np.array([[1, 1, 1], [1, 0, random.randint(0, 1)], [0, 1, 1], [1, 1, 0]], np.uint8)
    figure = np.rot90(figure[: random.randint(3, 4)], random.randint(0, 3))
    height, width = figure.shape
    before[7 : 7 + height, 7 : 7 + width] = color * figure
    after = before.copy()
    for other, (down, right) in zip(others, random.sample(STEPS, random.randint(1, 3)), strict=False):
        for k in (1, 2, 3):
            top, left = 7 + (height + 1) * k * down, 7 + (width + 1) * k * right
            rows, columns = np.argwhere(figure).T + np.array([[top], [left]])
            inside = (rows >= 0) & (columns >= 0) & (rows < 17) & (columns < 17)
            after[rows[inside], columns[inside]] = other
            near = inside & (rows // 2 == (rows // 2)[0])
            if k == 1:
                before[rows[near], columns[near]] = other
    return before, after


def back_from_the_edge(random: Random) -> Pair:
    """Bars on one edge of the grid move from it by their own lengths, also partly out of the grid."""
    before, after = (np.zeros((12, 14), np.uint8) for _ in range(2))
    for column, color in zip((1, 4, 5, 9), random.sample(range(1, 10), 4), strict=True):
        length, width = random.randint(1, 8), 1 + (column != 4)
        before[:length, column : column + width] = color
        after[length : 2 * length, column : column + width] = color
    turns = random.randint(0, 3)
    return np.rot90(before, turns).copy(), np.rot90(after, turns).copy()


def marked_where_it_opens(random: Random) -> Pair:
    """The cell of the grid's edge before each figure's open side becomes 4."""
    before, figure = np.zeros((14, 16), np.uint8), np.array([[1, 1, 1], [1, 0, 1]], np.uint8)
    columns = random.sample((0, 4, 8, 12), random.randint(2, 3))
    for column in columns:
        top = random.randint(1, 10)
        before[top : top + 2, column : column + 3] = random.choice((1, 2, 3)) * figure
    after = before.copy()
    after[-1, np.array(columns) + 1] = 4
    turns = random.randint(0, 3)
    return np.rot90(before, turns).copy(), np.rot90(after, turns).copy()


def strewn_about_a_block(random: Random) -> Pair:
    """Cells draw lines to the block, in their rows and columns, also where they touch each other."""
    before = board(random)
    cell, block = random.sample(range(1, 10), 2)
    top, left, height, width = random.randint(4, 6), random.randint(4, 6), 4, random.randint(3, 5)
    places = [(y, x) for y in range(12) for x in range(12) if not (2 < y < top + 5 and 2 < x < left + 6)]
    for y, x in random.sample(places, random.randint(10, 14)):
        before[y, x] = cell
    fill(before, (top, left, height, width), block)
    after = before.copy()
    for y, x in np.argwhere(before == cell).tolist():
        if top <= y < top + height:
            after[y, min(x, left + width) : max(x + 1, left)] = cell
        elif left <= x < left + width:
            after[min(y, top + height) : max(y + 1, top), x] = cell
    return before, after


def thrown_over_the_bar(random: Random) -> Pair:
    """Figures go to the other side of the bar of a bracket, mirrored at it, whichever side they are on."""
    before, after = (np.zeros((24, 16), np.uint8) for _ in range(2))
    bracket, color = random.sample(range(1, 10), 2)
    legs = random.randint(1, 3)
    for bar, sign in ((6, 1), (17, -1)):
        for array in (before, after):
            array[bar, 3:12] = bracket
            array[[bar + sign * k for k in range(legs + 1)], 3] = bracket
            array[[bar + sign * k for k in range(legs + 1)], 11] = bracket
        column, side = random.randint(4, 8), random.choice((sign, -sign))
        figure = [(1, 0), (1, 1), (2, 1), (2, 2 if random.random() < 0.5 else 0)]
        for down, right in figure:
            before[bar + side * (down + (legs if side == sign else 0)), column + right] = color
            after[bar - side * (down + (legs if side == sign else 0)), column + right] = color
    return before, after


def turns_at_stones(random: Random) -> Pair:
    """A line goes where its tail leaves off, to the right, and turns right at each stone."""
    size, (line, stone) = random.randint(10, 13), random.sample(range(1, 10), 2)
    before = np.zeros((size, size), np.uint8)
    row, column = size // 2, random.randint(5, size - 3)
    before[row, :2] = line
    after = before.copy()
    before[row, column], after[row, :column] = stone, line
    turn = random.randint(1, row)
    before[row + turn : row + turn + 1, column - 1] = stone
    after[row : row + turn, column - 1] = line
    if row + turn < size:
        after[row + turn - 1, :column] = line
    after[before == stone] = stone
    way = random.randint(0, 3)
    return np.rot90(before, way), np.rot90(after, way)


def thrown_back_by_walls(random: Random) -> Pair:
    """A slanted line of two cells is thrown back by the walls on both sides and leaves the grid."""
    height, width = random.randint(9, 14), random.randint(5, 8)
    line, wall = random.sample(range(1, 10), 2)
    before = np.zeros((height, width), np.uint8)
    before[:, [0, -1]] = wall
    after, column, step = before.copy(), random.randint(2, width - 3), random.choice((-1, 1))
    for row in range(height):
        after[row, column] = line
        if row < 2:
            before[row, column] = line
        step = step if 0 < column + step < width - 1 else -step
        column += step
    return before, after


def stairs_both_ways(random: Random) -> Pair:
    """Stairs of a new color go through a cell, to the right and up, to the left and down."""
    before = np.zeros((random.randint(9, 13), random.randint(9, 13)), np.uint8)
    row, column = random.randint(3, 6), random.randint(3, 6)
    before[row, column] = random.choice((1, 2, 4))
    after = before.copy()
    for sign in (-1, 1):
        y, x = row, column
        for k in range(40):
            y, x = (y + sign, x) if k % 4 < 2 else (y, x - sign)
            if not (0 <= y < len(before) and 0 <= x < before.shape[1]):
                break
            after[y, x] = 5
    return before, after


def mirrored_at_the_bar(random: Random) -> Pair:
    """Figures inside two brackets come to lie outside, mirrored at the bracket's bar."""
    bracket, color = random.sample(range(1, 10), 2)
    before, wide = np.zeros((18, 11), np.uint8), random.randint(5, 8)
    left = random.randint(1, 10 - wide)
    for row, arm in ((4, 5), (13, 12)):
        before[row, left : left + wide], before[arm, [left, left + wide - 1]] = bracket, bracket
    after = before.copy()
    for turned in (False, True):
        figure = np.array([[1, 1, 1], [random.randint(0, 1), 1, 0]], np.uint8) * color
        column, gap = left + random.randint(1, wide - 4), random.randint(0, 1)
        for array, flip, top in ((before, 1, 5 + gap), (after, -1, 2 - gap)):
            view = array[::-1] if turned else array
            view[top : top + 2, column : column + 3] = figure[::flip]
    turn = random.randint(0, 1)
    return np.rot90(before, turn), np.rot90(after, turn)


def piled_at_the_bar(random: Random) -> Pair:
    """Cells on both sides of a bar are piled up at it and take its color."""
    height, width = random.randint(10, 14), random.randint(10, 14)
    cell, bar = random.sample(range(1, 10), 2)
    before, after = (np.zeros((height, width), np.uint8) for _ in range(2))
    top = random.randint(4, height - 6)
    for array in (before, after):
        array[top : top + 2] = bar
    for column in random.sample(range(0, width, 2), 4):
        rows = random.sample(range(0, top, 2), random.randint(0, 2))
        before[rows, column] = cell
        after[top - len(rows) : top, column] = bar
        rows = random.sample(range(top + 2, height, 2), random.randint(0, 2))
        before[rows, column] = cell
        after[top + 2 : top + 2 + len(rows), column] = bar
    turn = random.randint(0, 1)
    return np.rot90(before, turn), np.rot90(after, turn)


def unfolded_where_touched(random: Random) -> Pair:
    """A figure is mirrored to each side on which a cell touches it, in that cell's color."""
    before = np.zeros((14, 14), np.uint8)
    color, *others = random.sample(range(1, 10), 3)
    figure = np.array([[0, 1, 1], [1, 1, 1], [1, 1, random.randint(0, 1)]], np.uint8)
    top, left = random.randint(4, 7), random.randint(4, 7)
    before[top : top + 3, left : left + 3] = figure * color
    after = before.copy()
    for (down, right), ink in zip(random.sample([(0, 1), (0, -1), (1, 0), (-1, 0)], 2), others, strict=True):
        row, column = top + 1 + 2 * down, left + 1 + 2 * right
        before[row, column] = ink
        part = after[top + 3 * down :, left + 3 * right :][:3, :3]
        part[:] = figure[:: -1 if down else 1, :: -1 if right else 1] * ink
    return before, after


def swept_slantwise(random: Random) -> Pair:
    """A block is drawn on to the edges, slanted, to the right and down."""
    before = np.zeros((random.randint(9, 13), random.randint(9, 13)), np.uint8)
    size, top, left = random.randint(1, 3), random.randint(0, 4), random.randint(0, 4)
    color = random.randint(1, 9)
    after = before.copy()
    before[top : top + size, left : left + size] = color
    for k in range(13):
        after[top + k : top + k + size, left + k : left + k + size] = color
    return before, after


def between_four_corners(random: Random) -> Pair:
    """What four cells or blocks alike are the corners of is filled with 7."""
    before = np.zeros((18, 18), np.uint8)
    color, size = random.randint(1, 6), random.randint(1, 2)
    after = before.copy()
    for top, left in random.sample([(0, 0), (1, 9), (9, 1), (10, 10)], random.randint(1, 3)):
        height, width = random.randint(1, 4), random.randint(1, 4)
        fill(after, (top + size, left + size, height, width), 7)
        for row, column in product((top, top + size + height), (left, left + size + width)):
            fill(before, (row, column, size, size), color)
            fill(after, (row, column, size, size), color)
    return before, after


def as_many_as_boxes(random: Random) -> Pair:
    """An empty row as long as there are boxes."""
    before = board(random)
    placed = boxes(random, random.randint(1, 4), before)
    for box in placed:
        fill(before, box, random.randint(1, 9))
    return before, np.zeros((1, len(placed)), np.uint8)


def boxes_in_a_row(random: Random) -> Pair:
    """All boxes side by side from left to right; the noise is dropped."""
    before = np.zeros((10, 15), np.uint8)
    pieces = []
    for left in (0, 5, 10):
        color, height = random.randint(1, 9), 3
        top, width = random.randint(2, 6), random.randint(2, 4)
        fill(before, (top, left, height, width), color)
        pieces.append(np.full((height, width), color, np.uint8))
    for column in random.sample(range(15), 3):
        before[0, column] = random.randint(1, 9)
    return before, np.concatenate(pieces, 1)


def goes_where_it_points(random: Random) -> Pair:
    """A figure goes to the edge that its thin end points to."""
    before = board(random)
    bar, arm = random.choice((3, 5)), random.randint(1, 3)
    figure = np.zeros((arm + 1, bar), np.uint8)
    figure[0], figure[:, bar // 2] = 1, 1
    figure *= random.randint(1, 9)
    after = before.copy()
    left = random.randint(1, before.shape[1] - bar - 1)
    top, low = random.randint(1, 4), before.shape[0] - arm - 1
    before[top : top + arm + 1, left : left + bar] = figure
    after[low:, left : left + bar] = figure
    turn = random.randint(0, 3)
    return np.rot90(before, turn), np.rot90(after, turn)


def slides_along_itself(random: Random) -> Pair:
    """A dotted line, slanted or not, goes its own way until it is stopped by a wall."""
    before = np.zeros((15, 15), np.uint8)
    line, wall = random.sample(range(1, 10), 2)
    before[:, 11] = wall
    after = before.copy()
    slant, row = random.choice((0, 1)), random.randint(0, 3)
    for k in (0, 2, 4):
        before[row + slant * k, k + 1], after[row + slant * (k + 5), k + 6] = line, line
    return (before.T, after.T) if random.random() < 0.5 else (before, after)


def sorted_by_size(random: Random) -> Pair:
    """Bars on a common ground come to stand in the order of their heights."""
    number = random.randint(3, 4)
    before, after = (np.zeros((9, 2 * number + 1), np.uint8) for _ in range(2))
    heights, colors = random.sample(range(1, 9), number), random.sample(range(1, 10), number)
    bars = list(zip(heights, colors, strict=True))
    for column, (height, color) in enumerate(bars):
        before[9 - height :, 2 * column + 1] = color
    for column, (height, color) in enumerate(sorted(bars)):
        after[9 - height :, 2 * column + 1] = color
    return before, after


def packed_by_size(random: Random) -> Pair:
    """Blocks side by side, as wide as they are large, come to stand in order; they still touch."""
    widths = random.sample(range(1, 6), random.randint(3, 4))
    blocks = list(zip(widths, random.sample(range(1, 10), len(widths)), strict=True))
    rows = [
        np.repeat([color for _, color in some], [width for width, _ in some])
        for some in (blocks, sorted(blocks))
    ]
    before, after = (np.zeros((5, len(row) + 2), np.uint8) for row in rows)
    before[1:3, 1:-1], after[1:3, 1:-1] = rows
    return before, after


def ends_go_on(random: Random) -> Pair:
    """Both ends of a bent line are drawn on to the edges."""
    before = board(random)
    row, column, color = random.randint(4, 8), random.randint(4, 8), random.randint(1, 9)
    after = before.copy()
    before[row, column : column + random.randint(2, 3)] = color
    before[row : row + random.randint(2, 3), column] = color
    after[row, column:], after[row:, column] = color, color
    turn = random.randint(0, 3)
    return np.rot90(before, turn), np.rot90(after, turn)


def from_above_to_below(random: Random) -> Pair:
    """A figure goes to the other side of a box, as far away and not turned."""
    before = board(random)
    box, color = random.sample(range(1, 10), 2)
    figure = np.array([[1, 1, 0], [random.randint(0, 1), 1, 1]], np.uint8) * color
    width, top, gap = random.randint(4, 7), random.randint(4, 6), random.randint(0, 2)
    fill(before, (top, 1, 2, width), box)
    after, left = before.copy(), random.randint(1, width - 2)
    before[top - gap - 2 : top - gap, left : left + 3] = figure
    after[top + gap + 2 : top + gap + 4, left : left + 3] = figure
    return before, after


def pushed_with_what_it_covers(random: Random) -> Pair:
    """All parts of one color fall to the left, onto cells that others leave."""
    before, after = (np.zeros((10, 12), np.uint8) for _ in range(2))
    color = random.randint(1, 9)
    row, gap, length = random.randint(1, 7), random.randint(1, 2), random.randint(3, 4)
    for left, array in ((2, before), (0, after)):
        array[row, left : left + length] = color
    for column, array in ((2 + length + gap, before), (length, after)):
        array[row - 1 : row + 3, column] = color
    return before, after


def dots_and_blocks(random: Random) -> Pair:
    """The left figure, dotted or of two colors, goes to the left edge, the right one to the right edge."""
    before, after = (np.zeros((11, 15), np.uint8) for _ in range(2))
    for side in (0, 1):
        color, other = random.sample(range(1, 10), 2)
        figure = np.zeros((3, 3), np.uint8) + color
        figure[1, 1] = other
        if random.random() < 0.5:
            figure = np.where(np.indices((3, 3)).sum(0) % 2 == 0, color, 0).astype(np.uint8)
        top, left = random.randint(0, 8), random.randint(1, 2) if side == 0 else random.randint(9, 11)
        before[top : top + 3, left : left + 3] = figure
        after[top : top + 3, 12 * side : 12 * side + 3] = figure
    return before, after


DOTS = ((0, 0), (0, 2), (2, 0), (2, 2))


def dots_beside_a_block(random: Random) -> Pair:
    """Two figures of dots fall to the lower edge; the block of their color beside them stays."""
    before = board(random)
    color, top = random.randint(1, 9), random.randint(1, 3)
    block = (top, random.randint(4, 5), random.randint(2, 3), 2)
    fill(before, block, color)
    after = before.copy()
    for left in (block[1] - 4, block[1] + 3):
        for row, column in random.choice([DOTS, DOTS[1:], (*DOTS[:2], *DOTS[3:])]):
            before[top + row, left + column] = color
            after[row - 3, left + column] = color
    return before, after


def what_lies_in_the_middle(random: Random) -> Pair:
    """Of the boxes in a frame, the one in its middle."""
    before = np.zeros((16, 16), np.uint8)
    size, top, left = random.choice((11, 13)), random.randint(0, 3), random.randint(0, 3)
    frame, *colors = random.sample(range(1, 10), 4)
    fill(before, (top, left, size, size), frame)
    fill(before, (top + 1, left + 1, size - 2, size - 2), 0)
    half = random.randint(0, 1)
    middle = (top + size // 2 - half, left + size // 2 - half, 2 * half + 1, 2 * half + 1)
    fill(before, middle, colors[0])
    corners = random.sample([(down, right) for down in (2, size - 4) for right in (2, size - 4)], 2)
    for (down, right), color in zip(corners, colors[1:], strict=True):
        fill(before, (top + down, left + right, 2, random.randint(1, 2)), color)
    return before, np.full((2 * half + 1, 2 * half + 1), colors[0], np.uint8)


def counted_on_a_column(random: Random) -> Pair:
    """A column of seven cells, as many of them filled from above in 4 as there are stones in the frame."""
    frame, stone = random.sample([1, 2, 3, 5, 6, 7, 8, 9], 2)
    before = np.zeros((random.randint(9, 13), random.randint(9, 13)), np.uint8)
    fill(before, (0, 0, *before.shape), frame)
    fill(before, (1, 1, before.shape[0] - 2, before.shape[1] - 2), 0)
    number, after = random.randint(1, 6), np.zeros((7, 1), np.uint8)
    places = [(down, right) for down in range(2, 7, 2) for right in range(2, 7, 2)]
    for down, right in random.sample(places, number):
        before[down, right] = stone
    after[:number] = 4
    return before, after


def colors_by_count(random: Random) -> Pair:
    """On the grid's diagonal the colors of a full grid, the most frequent one in the upper left corner."""
    size, colors = random.randint(6, 8), random.sample(range(1, 10), random.randint(3, 4))
    counts = random.sample(range(2, size * size // 5), len(colors) - 1)
    cells = [color for color, count in zip(colors[1:], counts, strict=True) for _ in range(count)]
    cells += [colors[0]] * (size * size - len(cells))
    order = sorted(colors, key=lambda color: -cells.count(color))
    random.shuffle(cells)
    after = np.zeros((size, size), np.uint8)
    after[range(len(order)), range(len(order))] = order
    return np.array(cells, np.uint8).reshape(size, size), after


def bars_by_width(random: Random) -> Pair:
    """Bars as long as boxes are wide, each on a line of its own, the widest first."""
    before = np.zeros((13, 14), np.uint8)
    bars = sorted(random.sample(range(2, 8), 3), reverse=True)
    tops = random.sample((0, 4, 8), 3)
    after = np.zeros((3, bars[0]), np.uint8)
    for number, (width, top) in enumerate(zip(bars, tops, strict=True)):
        color = random.randint(1, 9)
        fill(before, (top, random.randint(0, 6), random.randint(2, 3), width), color)
        after[number, :width] = color
    return before, after


def stripes_as_lines_lie(random: Random) -> Pair:
    """A square of as many stripes as there are lines across the grid, in their order and way."""
    before = np.zeros((random.randint(12, 14),) * 2, np.uint8)
    colors = random.sample(range(1, 10), random.randint(2, 4))
    for number, color in enumerate(colors):
        before[3 * number + random.randint(0, 1)] = color
    after = np.repeat(np.array(colors, np.uint8)[:, None], len(colors), 1)
    return (before.T, after.T) if random.random() < 0.5 else (before, after)


def as_many_as_sides(random: Random) -> Pair:
    """A row in 5 as long as a triangle, square, rhombus or hexagon has sides."""
    size, sides = random.randint(3, 5), random.choice((3, 4, 4, 6))
    before = np.zeros((14, 15), np.uint8)
    rows, columns = np.indices((2 * size + 1, 2 * size + 1)) - size
    slanted, side = abs(rows) + abs(columns) == size, random.random() < 0.5
    if sides == 3:
        slanted = slanted & (rows <= 0) | (rows == 0)
    elif sides == 4 and side:
        slanted = np.maximum(abs(rows), abs(columns)) == size
    elif sides == 6:
        slanted = np.insert(slanted, [size + 1] * 3, slanted[:, [size]], 1)
    top, left = random.randint(0, 14 - slanted.shape[0]), random.randint(0, 15 - slanted.shape[1])
    before[top:, left:][: slanted.shape[0], : slanted.shape[1]] = slanted * random.randint(1, 9)
    return before, np.full((1, sides), 5, np.uint8)


def as_many_as_layers(random: Random) -> Pair:
    """An empty row as long as there are lines in a pyramid, whether they touch or not, wherever it points."""
    layers, step = random.randint(1, 4), random.choice((1, 2))
    before = np.zeros((13, 13), np.uint8)
    for number in range(layers):
        row, wide = 2 + step * number, 2 * number + 1
        before[row, 6 - number : 6 - number + wide] = 4
    before[before > 0] = random.randint(1, 9)
    return np.rot90(before, random.randint(0, 3)), np.zeros((1, layers), np.uint8)


def pieces_fill_a_square(random: Random) -> Pair:
    """Two pieces, anywhere in the grid, are put together to a full square of three by three."""
    ends, colors = sorted(random.sample(range(4), 3)), random.sample(range(1, 10), 2)
    after = np.full((3, 3), colors[1], np.uint8)
    for row, end in enumerate(reversed(ends)):
        after[row, :end] = colors[0]
    before = np.zeros((random.randint(9, 11), random.randint(9, 11)), np.uint8)
    for color, top in zip(colors, random.sample((0, 5), 2), strict=True):
        left = random.randint(0, before.shape[1] - 3)
        before[top : top + 3, left : left + 3] = np.where(after == color, color, 0)
    return before, after


def pieces_fill_squares(random: Random) -> Pair:
    """Two pieces are put together to a full square of their own size."""
    side, colors = random.randint(3, 6), random.sample(range(1, 10), 2)
    ends = np.array([random.randint(1, side - 1) for _ in range(side)])
    ends[0] = 1 + ends[1] % (side - 1)
    after = np.where(np.arange(side) < ends[:, None], *colors).astype(np.uint8)
    before = np.zeros((13, random.randint(8, 14)), np.uint8)
    for color, top in zip(colors, random.sample((0, 7), 2), strict=True):
        left = random.randint(0, before.shape[1] - side)
        before[top : top + side, left : left + side] = np.where(after == color, color, 0)
    return before, after


def unlike_its_turned_image(random: Random) -> Pair:
    """Of the squares of a strip the one that mirroring at its diagonal changes."""
    side = random.randint(3, 5)
    squares = [
        np.array(random.choices(range(1, 10), k=side * side), np.uint8).reshape(side, side) for _ in "1234"
    ]
    made = [np.maximum(square, square.T) for square in squares]
    chosen = random.randrange(4)
    made[chosen] = squares[chosen]
    made[chosen][0, 1] = made[chosen][1, 0] % 9 + 1
    before = np.concatenate(made, 1)
    return (before.T, made[chosen].T) if random.random() < 0.5 else (before, made[chosen])


def rectangle_among_stripes(random: Random) -> Pair:
    """The largest rectangle of a color that is in stripes over the grid too."""
    before, color = np.zeros((random.randint(10, 14), random.randint(10, 14)), np.uint8), random.randint(1, 9)
    before[random.randint(0, 1) :: 2] = color
    # from a stripe to a stripe
    top = random.randint(1, 2) * 2 - int(before[1, 0] > 0)
    left, height, width = random.randint(0, 4), random.choice((3, 5)), random.randint(3, 5)
    fill(before, (top, left, height, width), color)
    after = before[top : top + height, left : left + width].copy()
    return (before.T, after.T) if random.random() < 0.5 else (before, after)


def figures_of_panels(random: Random) -> Pair:
    """The figures of panels that have grounds of their own side by side, by their middles."""
    line, *colors = random.sample(range(1, 10), 5)
    height, figures, panels = random.randint(7, 9), [], []
    for ground, color in (colors[:2], colors[2:]):
        size = random.choice((3, 5))
        figure = np.zeros((size, size), np.uint8)
        figure[size // 2], figure[:, random.randint(0, size - 1)] = color, color
        panel = np.full((height, size + random.randint(1, 3)), ground, np.uint8)
        top, left = random.randint(0, height - size), random.randint(0, panel.shape[1] - size)
        panel[top : top + size, left : left + size] = np.where(figure > 0, figure, ground)
        panels.append(panel)
        figures.append(figure)
    tallest = max(map(len, figures))
    padded = [np.pad(figure, (((tallest - len(figure)) // 2,) * 2, (0, 0))) for figure in figures]
    divider = np.full((height, 1), line, np.uint8)
    return np.concatenate([panels[0], divider, panels[1]], 1), np.concatenate(padded, 1)


def bars_as_long_as_colors(random: Random) -> Pair:
    """Below each block a bar of 3 hangs, as long as the block has colors."""
    before = np.zeros((12, 14), np.uint8)
    after = before.copy()
    for left in (1, 5, 9):
        colors, top = random.sample((1, 2, 4, 5, 6, 7, 8, 9), random.randint(1, 4)), random.randint(0, 4)
        block = np.array(colors * 4, np.uint8)[:4].reshape(2, 2)
        before[top : top + 2, left : left + 2] = after[top : top + 2, left : left + 2] = block
        after[top + 2 :, left : left + 2][: len(colors)] = 3
    return before, after


def bands_of_half_a_side(random: Random) -> Pair:
    """Around each rectangle lies a band of 3, above and beside it half as wide as its sides."""
    before = np.zeros((22, 22), np.uint8)
    after = before.copy()
    halves = zip(random.sample((1, 2, 3), 2), random.sample((1, 2, 3), 2), strict=True)
    for (top, left), (down, right) in zip(((4, 4), (14, 14)), halves, strict=True):
        top, left = top + random.randint(0, 1), left + random.randint(0, 1)
        after[top - down : top + 3 * down, left - right : left + 3 * right] = 3
        for array in (before, after):
            array[top : top + 2 * down, left : left + 2 * right] = 8
    return before, after


def lines_through_hollow_boxes(random: Random) -> Pair:
    """Lines of 6 run through the middles of hollow boxes, which may touch, over all cells of 0."""
    before, color = np.zeros((16, 18), np.uint8), random.randint(1, 5)
    lines = before > 0
    for top, left in ((0, random.randint(0, 3)), (5, random.randint(0, 3)), (5, random.randint(8, 12))):
        before[top : top + 5, left : left + 5] = color
        before[top + 1 : top + 4, left + 1 : left + 4] = 0
        lines[top + 2] = lines[:, left + 2] = True
    return before, np.where(lines & (before == 0), 6, before).astype(np.uint8)


def rings_as_far_apart(random: Random) -> Pair:
    """Around the middle of three cells lie rings as far apart as the cells, each way."""
    before = np.zeros((random.randint(14, 18), random.randint(14, 18)), np.uint8)
    after, (down, right) = before.copy(), random.sample((2, 3, 4), 2)
    row, column, color = random.randint(4, 9), random.randint(4, 9), random.randint(1, 9)
    for ring in range(9, 0, -1):
        for size, own in ((0, color), (1, 0)):
            top, left = max(row - ring * down + size, 0), max(column - ring * right + size, 0)
            after[top : row + ring * down + 1 - size, left : column + ring * right + 1 - size] = own
    for by in (-1, 0, 1):
        before[row + by * down, column + by * right] = color
    after[row, column] = color
    return before, after


def piece_in_front(random: Random) -> Pair:
    """Of three pieces that lie over each other the one in front is cut out; others lie alone."""
    before, place = np.zeros((26, 26), np.uint8), random.randint(7, 9)
    starts = [place, place + random.randint(2, 3), place + random.randint(4, 5)]
    sides = [random.randint(4, 6), random.randint(4, 6), random.randint(4, 6), 4, random.randint(5, 6)]
    for start, side, color in zip([0, 20, *starts], sides, random.sample(range(1, 10), 5), strict=True):
        piece = np.full((side, side), color, np.uint8)
        piece[:2, -2:] = color * (start not in (0, starts[2]))
        window = before[start : start + side, start : start + side]
        window[piece > 0] = piece[piece > 0]
    turns = random.randint(0, 3)
    return np.rot90(before, turns).copy(), np.rot90(piece, turns).copy()


def tails_in_their_own_colors(random: Random) -> Pair:
    """Cells at the corners of a block of four colors go on slantwise, each in its own color."""
    before = np.zeros((random.randint(10, 15), random.randint(10, 15)), np.uint8)
    top, left = random.randint(3, 6), random.randint(3, 6)
    before[top : top + 2, left : left + 2] = np.array(random.sample(range(1, 10), 4)).reshape(2, 2)
    after, height, width = before.copy(), *before.shape
    for down, right in random.sample(((-1, -1), (-1, 1), (1, -1), (1, 1)), random.randint(1, 2)):
        row, column, color = top + (down > 0) + down, left + (right > 0) + right, random.randint(1, 9)
        before[row, column] = color
        while 0 <= row < height and 0 <= column < width:
            after[row, column] = color
            row, column = row + down, column + right
    return before, after


def moved_by_their_cells(random: Random) -> Pair:
    """Each figure goes as many cells down as it has, whatever its shape."""
    before, after = np.zeros((18, 13), np.uint8), np.zeros((18, 13), np.uint8)
    shapes = (((1, 1), (0, 1)), ((1, 1, 1),), ((1,), (1,)), ((1, 1), (1, 1)), ((1, 0), (1, 1), (1, 1)))
    for left, rows in zip((0, 4, 8), random.sample(shapes, 3), strict=True):
        figure, top = random.randint(1, 9) * np.array(rows, np.uint8), random.randint(0, 8)
        for array, row in ((before, top), (after, top + np.count_nonzero(figure))):
            array[row : row + figure.shape[0], left : left + figure.shape[1]] = figure
    return before, after


def the_other_way_round(random: Random) -> Pair:
    """On each shelf the figures stand in the opposite order, between the same ends."""
    before = np.zeros((11, 20), np.uint8)
    before[[5, 10]] = 5
    after = before.copy()
    for floor in (5, 10):
        widths, gaps = random.choices((1, 2, 3), k=3), [*random.choices((1, 2), k=2), 0]
        colors = random.sample((1, 2, 3, 4, 6, 7), 3)
        left = start = random.randint(0, 6)
        end = start + sum(widths) + sum(gaps)
        for width, gap, color in zip(widths, gaps, colors, strict=True):
            height = random.randint(1, 3)
            before[floor - height : floor, left : left + width] = color
            last = start + end - left
            after[floor - height : floor, last - width : last] = color
            left += width + gap
    return before, after


def bars_as_high_as_cells_are_many(random: Random) -> Pair:
    """On each color of the bottom row stands a bar of as many cells as there are others of it above."""
    before, after = np.zeros((10, 11), np.uint8), np.zeros((10, 11), np.uint8)
    free = random.sample(range(8 * 11), 12)
    for column, color in zip((1, 4, 8), random.sample(range(1, 10), 3), strict=True):
        number = random.randint(1, 4)
        before.ravel()[[free.pop() for _ in range(number)]] = color
        before[-1, column] = color
        after[-1 - number :, column] = color
    return before, after


def alike_on_both_sides(random: Random) -> Pair:
    """Figures whose left half mirrors their right half become 3, the others 2."""
    before = np.zeros((12, 12), np.uint8)
    after = before.copy()
    alike = (((1, 1, 1), (0, 1, 0)), ((1, 0, 1), (1, 1, 1)), ((0, 1, 0), (1, 1, 1), (1, 1, 1)))
    unlike = (((1, 1, 1), (1, 0, 0)), ((1, 1), (1, 0)), ((1, 1, 0), (1, 1, 1), (1, 1, 0)))
    for place, (top, left) in enumerate(((1, 1), (1, 7), (7, 1), (7, 7))):
        even = place == 0 or (place > 1 and random.random() < 0.5)
        figure = np.array(random.choice(alike if even else unlike), np.uint8)
        for array, color in ((before, 5), (after, 3 if even else 2)):
            array[top : top + figure.shape[0], left : left + figure.shape[1]] = color * figure
    return before, after


ABILITIES: tuple[tuple[Finisher, Callable[[Random], Pair]], ...] = (
    *[(OBJECTS, make) for make in (only_largest, takes_color_of_largest, moves_by_its_shape)],
    *[(OBJECTS, make) for make in (middle_between_walls, hidden_comes_to_the_front, rays_of_single_cells)],
    *[(OBJECTS, make) for make in (all_fall, edge_by_the_way_it_stands)],
    *[(OBJECTS, make) for make in (hidden_half, missing_arm, over_the_mark, crossing_lines)],
    *[(OBJECTS, make) for make in (piece_into_its_hole, lines_within_a_block, ring_about_the_odd_one)],
    *[(OBJECTS, make) for make in (color_by_the_number_of_ends, each_to_its_bar, onto_the_corners)],
    *[(OBJECTS, make) for make in (completed_at_marks, goes_where_it_points, slides_along_itself)],
    *[(OBJECTS, make) for make in (sorted_by_size, from_above_to_below, pushed_with_what_it_covers)],
    *[(OBJECTS, make) for make in (dots_and_blocks, packed_by_size, ends_go_on)],
    *[(OBJECTS, make) for make in (turns_at_stones, thrown_back_by_walls, stairs_both_ways)],
    *[(OBJECTS, make) for make in (mirrored_at_the_bar, piled_at_the_bar)],
    *[(OBJECTS, make) for make in (unfolded_where_touched, swept_slantwise)],
    *[(OBJECTS, make) for make in (drawn_at_marks_of_any_size, completed_in_the_color_begun, outline_turned)],
    *[(OBJECTS, make) for make in (colors_by_the_legend, repeated_toward_hints, thrown_over_the_bar)],
    *[(OBJECTS, make) for make in (between_four_corners, dots_beside_a_block)],
    *[(OBJECTS, make) for make in (bars_as_long_as_colors, bands_of_half_a_side, lines_through_hollow_boxes)],
    *[(OBJECTS, make) for make in (rings_as_far_apart, back_from_the_edge, marked_where_it_opens)],
    *[(OBJECTS, make) for make in (piece_that_fits_as_it_is, strewn_about_a_block)],
    *[(OBJECTS, make) for make in (tails_in_their_own_colors, moved_by_their_cells, the_other_way_round)],
    *[(OBJECTS, make) for make in (bars_as_high_as_cells_are_many, alike_on_both_sides)],
    *[(OBJECTS, make) for make in (drawn_at_many_marks, completed_about_its_core)],
    *[(ASSEMBLED, make) for make in (as_many_as_boxes, boxes_in_a_row, as_many_on_a_diagonal)],
    *[(ASSEMBLED, make) for make in (what_lies_in_the_middle, figures_of_panels, counted_on_a_column)],
    *[(ASSEMBLED, make) for make in (colors_by_count, bars_by_width, stripes_as_lines_lie)],
    *[(ASSEMBLED, make) for make in (rectangle_among_stripes, as_many_as_sides, as_many_as_layers)],
    *[
        (ASSEMBLED, make)
        for make in (pieces_fill_a_square, pieces_fill_squares, piece_in_front, unlike_its_turned_image)
    ],
)


@pytest.mark.parametrize("seed", [0, *[pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2)]])
@pytest.mark.parametrize(("finisher", "make"), ABILITIES, ids=[make.__name__ for _, make in ABILITIES])
def test_ability(finisher: Finisher, make: Callable[[Random], Pair], seed: int) -> None:
    """The answer is among the best three, and its program read back alone gives it."""
    random = Random(seed)
    *demos, (test, wanted) = [make(random) for _ in range(5)]
    pool = Pool([*[before for before, _ in demos], test], [after for _, after in demos], StepBudget(10**9))
    panels = [one for one in operations(pool.root.grids, pool.outputs) if one.name == "panels"]
    solutions = finished(finisher, pool, [pool.root, *pool.expand(pool.root, panels)])
    best = [answers for _, answers in solutions.ranked()[:3]]
    answers = next(one for one in best if np.array_equal(grids_of_answers(one)[0], wanted))
    program = Program.parse(solutions.by_answers[answers][0].program.text)
    for before, after in [*demos, (test, wanted)]:
        assert np.array_equal(program.evaluate(tuple(map(tuple, before.tolist()))), after)


def test_all_that_explains_the_smallest_demo_is_likely() -> None:
    """Also places that draw the same there: a larger demo may tell them apart."""
    before, after = (np.zeros((5, 9), np.uint8) for _ in range(2))
    for array in (before, after):
        array[1:4, 5:8] = 3
    before[2, 1], after[2, 1:5] = 4, 4
    demos = Demos([scene_of(before, 1)], [after], StepBudget(10**6))
    likely = {PLACES[place].name for place in demos.likely_places()}
    assert likely >= {f"link_{relation}" for relation in ("largest", "nearest", "other_color", "aligned")}
    assert likely >= {f"ray_{way}_hit" for way in ("right", "across", "crosswise")}


@pytest.mark.parametrize("segmentation", sorted(PARTS))
def test_actions_explain_changes_only(segmentation: int) -> None:
    """A region of 0 that leaves its place explains none of its cells that stay 0."""
    before, after = board(Random(7)), board(Random(7))
    before[3:6, 3:6], after[2:5, 3:6] = 4, 4
    demos = Demos([scene_of(before, segmentation)], [after], StepBudget(10**6))
    assert all(not option.explained(demos.everything) & ~demos.need for option in demos.options())


def test_equal_divisions_are_tried_once() -> None:
    """Also those whose parts list their cells in another order."""
    before = np.zeros((9, 9), np.uint8)
    before[1:4, 1:4], before[6:8, 5:8] = 2, 3
    before[1, 2] = 0
    pool = Pool([before, before], [np.where(before == 2, 4, before)], StepBudget(10**6))
    group = Group(Workspace(pool, Solutions()), Pass.ROOT, [pool.root], pool.root)
    tried = [part.segmentation for part in _divisions(group, pool.root) if part.demos.likely_places()]
    assert tried == [Segmentation.COLOR_8]


def test_intermediate_grids_are_divided_at_corners_too() -> None:
    """Specks that touch at corners alone are also parts of their own."""
    before = np.eye(4, dtype=np.uint8)
    pool = Pool([before, before], [2 * before], StepBudget(10**6))
    group = Group(Workspace(pool, Solutions()), Pass.STAGE, [pool.root], pool.root)
    assert [len(part.scenes[0].parts) for part in _divisions(group, pool.root)] == [1, 4]


def test_what_explains_most_in_the_smallest_demo_is_tried_first() -> None:
    """With many parts steps for a third of the likely places are enough for what explains all."""
    random, scenes, outputs = Random(0), [], []
    for number in (3, 30):
        before = np.zeros((20, 20), np.uint8)
        before[8:13, 8:12] = 3
        corners = [(y, x) for y in (0, 2, 4, 14, 16, 18) for x in (0, 2, 4, 14, 16, 18)]
        for y, x in random.sample(corners, number):
            before[y, x] = random.randint(1, 2)
        before[10, 2], before[16, 9] = 4, 5
        after = before.copy()
        after[10, 2:8], after[13:17, 9] = 4, 5
        scenes.append(scene_of(before, 1))
        outputs.append(after)
    demos = Demos(scenes, outputs, StepBudget(10**9))
    likely = demos.likely_places()
    demos.budget.limit = demos.budget.used + 8 * len(demos.objects) * len(likely) // 3
    ((node, last),) = Lists(demos, likely).search()[:1]
    assert (node.rows, PLACES[last.action[0]].name) == ((), "link_largest")


def test_one_action_for_all_does_not_wait_for_lists_about_many_parts() -> None:
    """Squares are turned; divided by color, thrice as many parts take all steps before."""
    random, pairs = Random(0), list[Pair]()
    for _ in range(4):
        before, after = (np.zeros((21, 21), np.uint8) for _ in range(2))
        for row, column in random.sample(list(product(range(0, 21, 3), repeat=2)), 16):
            square = np.array(random.sample((1, 2, 3, 4), 4), np.uint8).reshape(2, 2)
            before[row : row + 2, column : column + 2] = square
            after[row : row + 2, column : column + 2] = np.rot90(square)
        pairs.append((before, after))
    pool = Pool([before for before, _ in pairs], [after for _, after in pairs[:3]], StepBudget(70_000))
    (answers,) = [grids_of_answers(found) for found in finished(OBJECTS, pool, [pool.root]).by_answers]
    assert np.array_equal(answers[0], pairs[3][1])


@pytest.mark.slow
def test_nothing_is_found_where_nothing_holds() -> None:
    """Outputs that are unrelated noise have no rule."""
    noise = np.random.default_rng(5)
    grids = [noise.integers(0, 4, (5, 5)).astype(np.uint8) for _ in range(7)]
    pool = Pool([*grids[:3], grids[6]], grids[3:6], StepBudget(10**9))
    assert not finished(OBJECTS, pool, [pool.root]).by_answers


@settings(max_examples=40, deadline=None)
@given(
    array=grids_of.arrays(
        np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 3)
    ),
    segmentation=st.sampled_from(sorted(PARTS)),
    ink=st.integers(0, AS_IS + len(ROLES) - 1),
)
def test_every_place_draws_within_the_grid(array: Any, segmentation: int, ink: int) -> None:
    """Each action on each part changes cells to colors and keeps the shape."""
    scene = scene_of(array, segmentation)
    for place in range(len(PLACES)):
        made = acted(scene, [(place, ink)] * len(scene.parts))
        assert made.shape == array.shape
        assert made.max() <= 9


@pytest.mark.parametrize(("side", "completed"), [(10, True), (30, False)])
def test_copies_are_sought_only_where_few_cells_are_compared(side: int, completed: bool) -> None:
    """A cell is missing of a copy beside the whole; a box of 900 cells is not sought in a grid of 1,830."""
    array = np.zeros((side, 2 * side + 1), np.uint8)
    array[0] = 1
    array[0, [side, -1]] = 0
    array[1:, [0, side + 1]] = 2
    place = [one.name for one in PLACES].index("restored")
    made = acted(scene_of(array, Segmentation.FILLED_8), [(place, AS_IS)] * 2)
    assert made[0, -1] == completed and np.array_equal(made[:, :-1], array[:, :-1])


@pytest.mark.parametrize(("width", "found"), [(600, True), (1100, False)])
def test_a_way_has_a_longest_length(width: int, found: bool) -> None:
    """Between two cells at the ends of a corridor."""
    array = np.zeros((1, width), np.uint8)
    array[0, [0, -1]] = 3
    place = [one.name for one in PLACES].index("way_same_color")
    made = acted(scene_of(array, Segmentation.COLOR_8), [(place, 4)] * 2)
    assert made.tolist() == [[3, *[4 * found] * (width - 2), 3]]
