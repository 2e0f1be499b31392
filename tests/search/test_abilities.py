"""What the whole search can do: hand-made tasks of one ability each, whose colors change roles."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from kaggle_batt.search import search
from kaggle_batt.tasks.task import Sample, Task
from tests.search import made_up_ways as ways
from tests.search import made_up_wholes as wholes
from tests.search.made_up import (
    MADE_UP,
    above_the_mark,
    bars_of_numbers,
    by_a_framed_legend,
    colored_as_their_like,
    colored_from_above,
    copied_into_frames,
    fallen_without_specks,
    first_and_last_rows,
    headed_in_a_frame,
    pointed_by_the_rare,
)

Pair = tuple[Any, Any]


def holes_on_any_ground(random: Random) -> Pair:
    """Frames on a ground of any color are filled with 8."""
    ground, frame = random.sample(range(8), 2)
    before = np.full((random.randint(9, 12), random.randint(9, 12)), ground, np.uint8)
    top, left = random.randint(1, 3), random.randint(1, 3)
    height, width = random.randint(3, 5), random.randint(3, 5)
    before[top : top + height, left : left + width] = frame
    before[top + 1 : top + height - 1, left + 1 : left + width - 1] = ground
    before[0, random.randint(0, 8)] = frame
    after = before.copy()
    after[top + 1 : top + height - 1, left + 1 : left + width - 1] = 8
    return before, after


def rows_continued_in_another_color(random: Random) -> Pair:
    """Rows that repeat go on to half as many more, in 2 whatever their color was."""
    period, color = np.zeros((random.choice((2, 3)), random.randint(4, 6)), np.uint8), random.randint(3, 9)
    for row in period:
        row[random.sample(range(len(row)), 2)] = 1
    after = np.tile(period, (6, 1))
    return color * after[: 4 * len(period)], 2 * after[: 6 * len(period)]


def hidden_stripes(random: Random) -> Pair:
    """Stripes of a period, slanted or across, where a rectangle hides them."""
    colors = np.array(random.sample(range(1, 10), random.randint(3, 4)), np.uint8)
    rows, columns = np.mgrid[0 : random.randint(8, 11), 0 : random.randint(8, 11)]
    after = colors[(rows + columns * random.choice((0, 1))) % len(colors)]
    before = after.copy()
    before[random.randint(0, 3) :, random.randint(3, 5) :][:4, :4] = 0
    return before, after


def between_bars(random: Random) -> Pair:
    """What lies between two bars is cut out, with them; ground, noise and bars have any colors."""
    ground, noise, bar = random.sample(range(10), 3)
    before = np.full((random.randint(11, 13), random.randint(11, 14)), ground, np.uint8)
    before.ravel()[random.sample(range(before.size), random.randint(2, 40))] = noise
    top, left = random.randint(0, 3), random.randint(1, 3)
    after = before[top:, left:][: random.randint(3, 7), : random.randint(4, 7)]
    after[:, [0, -1]] = bar
    return before, after.copy()


def lines_step_aside(random: Random) -> Pair:
    """Lines in any color rise from the ground, one cell to the right before each stone in their way."""
    height, stone = random.randint(10, 12), random.randint(1, 9)
    before = np.zeros((height, random.randint(10, 12)), np.uint8)
    after = before.copy()
    for start in (1, 5):
        color = random.choice([color for color in range(1, 10) if color != stone])
        before[-1, start] = after[-1, start] = color
        turn, column = random.randint(3, height - 4), start
        before[turn, start] = after[turn, start] = stone
        for row in range(height - 2, -1, -1):
            if row == turn:
                column += 1
                after[row + 1, column] = color
            after[row, column] = color
    return before, after


def lines_thrown_back(random: Random) -> Pair:
    """A slanted line starts in a corner and is thrown back by both edges."""
    before = np.zeros((random.randint(8, 13), random.randint(3, 6)), np.uint8)
    after, color, column, step = before.copy(), random.randint(1, 9), 0, 1
    before[-1, 0] = color
    for row in range(len(before) - 1, -1, -1):
        after[row, column] = color
        step = step if 0 <= column + step < before.shape[1] else -step
        column += step
    return before, after


def corridors_in_turn(random: Random) -> Pair:
    """Corridors between walls of any color are filled in turn in 2 and 3, from where both are."""
    wall = random.choice((1, 4, 5, 8))
    size = random.randint(7, 11)
    before = np.full((size, size), wall, np.uint8)
    before[1::2, 1 : size - 1] = 0
    for row in range(2, size - 2, 2):
        before[row, random.randint(1, size - 2)] = 0
    rows, columns = np.mgrid[0:size, 0:size]
    after = np.where(before == 0, 2 + (rows + columns) % 2, before).astype(np.uint8)
    before[1, 1:3] = after[1, 1:3]
    return before, after


def figure_of_panels(random: Random) -> Pair:
    """On a grid of panels of any size a figure is drawn around each panel of its middle's color."""
    line, middle, arms = random.sample(range(1, 10), 3)
    side = random.randint(1, 3)
    small = np.zeros((8, 8), np.uint8)
    after = small.copy()
    for number, (row, column) in enumerate(random.sample([(1, 1), (1, 5), (5, 1), (6, 6), (4, 4)], 3)):
        after[row, column - 1 : column + 2] = after[row - 1 : row + 2, column] = arms
        after[row, column] = small[row, column] = middle
        if number == 0:
            small[row - 1 : row + 2, column - 1 : column + 2] = after[
                row - 1 : row + 2, column - 1 : column + 2
            ]

    def drawn(cells: Any) -> Any:
        grid = np.full((8 * side + 7, 8 * side + 7), line, np.uint8)
        for row in range(8):
            for column in range(8):
                top, left = row * (side + 1), column * (side + 1)
                grid[top : top + side, left : left + side] = cells[row, column]
        return grid[:30, :30]

    return drawn(small), drawn(after)


def thrown_over_a_line(random: Random) -> Pair:
    """What lies on one side of a line across the grid, in any colors, comes to lie on the other."""
    size, axis = random.randint(9, 12), random.randint(3, 5)
    before, line = np.zeros((size, random.randint(9, 12)), np.uint8), random.randint(1, 9)
    before[axis] = line
    after = before.copy()
    for _ in range(random.randint(4, 9)):
        down, column = random.choice((-3, -2, -1)), random.randint(0, before.shape[1] - 1)
        before[axis + down, column] = after[axis - down, column] = random.randint(1, 9)
    turn = random.randint(0, 3)
    return np.rot90(before, turn), np.rot90(after, turn)


def rule_in_a_frame(random: Random) -> Pair:
    """What is in a frame is cut out; its largest block takes the color of the smallest one."""
    before = np.zeros((random.randint(15, 18), random.randint(15, 18)), np.uint8)
    top, left, (frame, *colors) = random.randint(0, 2), random.randint(0, 2), random.sample(range(1, 10), 4)
    before[top : top + 12, left : left + 13] = frame
    inside = before[top + 1 : top + 11, left + 1 : left + 12]
    inside[:] = 0
    boxes = random.sample([(1, 1), (1, 6), (6, 1), (6, 6)], 3)
    sizes = random.sample([(1, 2), (2, 2), (3, 2), (3, 3), (3, 4)], 3)
    for (row, column), (height, width), color in zip(boxes, sizes, colors, strict=True):
        inside[row : row + height, column : column + width] = color
    order = sorted(range(3), key=lambda k: sizes[k][0] * sizes[k][1])
    after = np.where(inside == colors[order[2]], colors[order[0]], inside)
    before[-1, random.sample(range(15), 3)] = random.choice(colors)
    return before, after.astype(np.uint8)


def pieces_about_a_mark(random: Random) -> Pair:
    """Pieces that each have one cell of 5 are laid over each other by it."""
    after = np.zeros((3, 3), np.uint8)
    before = np.zeros((11, 11), np.uint8)
    corners = random.sample([(0, 0), (0, 6), (6, 0), (6, 6)], 3)
    rims = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
    start, lengths = random.randint(0, 7), random.choice(((2, 3, 3), (3, 2, 3), (2, 2, 4), (2, 3, 2)))
    for (top, left), length, color in zip(
        corners, lengths, random.sample((1, 2, 3, 4, 6, 7), 3), strict=True
    ):
        top, left = top + random.randint(0, 1), left + random.randint(0, 1)
        for number in range(start, start + length):
            row, column = rims[number % 8]
            before[top + row, left + column] = after[row, column] = color
        before[top + 1, left + 1] = after[1, 1] = 5
        start += length
    return before, after


def turned_beside_lines(random: Random) -> Pair:
    """The first panel is repeated, mirrored and turned, in the empty ones beyond the lines."""
    side = random.randint(3, 4)
    panel = np.array(random.choices((0, 2, 3, 8), k=side * side), np.uint8).reshape(side, side)
    line, empty = np.full((side, 1), 5, np.uint8), np.zeros((side, side), np.uint8)
    before = np.hstack([panel, line, empty, line, empty])
    return before, np.hstack([panel, line, panel[:, ::-1], line, panel[::-1, ::-1]])


def halves_on_a_ground(random: Random) -> Pair:
    """Boxes of any color are drawn again on the other side of the grid, and the ground becomes 3."""
    before = np.zeros((random.randint(8, 12), 2 * random.randint(5, 7)), np.uint8)
    for top in (1, random.randint(4, 6)):
        color, left = random.choice((1, 2, 4, 6, 8)), random.randint(0, 2)
        before[top : top + 2, left : left + random.randint(2, 3)] = color
        before[top, left] = color
    after = np.maximum(before, before[:, ::-1])
    return before, np.where(after == 0, 3, after).astype(np.uint8)


def both_empty(random: Random) -> Pair:
    """Cells empty in both panels, whose ground, line and figures have any colors, stay so among 3."""
    ground, line, *figures = random.sample((0, 1, 2, 4, 5, 6, 7, 8, 9), 4)
    height, width = random.randint(8, 13), random.randint(5, 8)
    panels = [np.full((height, width), ground, np.uint8) for _ in range(2)]
    for panel, color in zip(panels, figures, strict=True):
        panel.ravel()[random.sample(range(panel.size), panel.size * 3 // 4)] = color
    before = np.hstack([panels[0], np.full((height, 1), line, np.uint8), panels[1]])
    empty = (panels[0] == ground) & (panels[1] == ground)
    return before, np.where(empty, ground, 3).astype(np.uint8)


def joined_panels(random: Random) -> Pair:
    """Panels of a color in a row are joined; lines, at any distances, and empty panels have any colors."""
    line, ground, color = random.sample(range(10), 3)
    small = np.full((5, 6), ground, np.uint8)
    after = small.copy()
    row, left, right = random.randint(0, 4), random.randint(0, 1), random.randint(3, 5)
    small[row, [left, right]] = after[row, left : right + 1] = color
    small[(row + 2) % 5, left] = after[(row + 2) % 5, left] = random.choice((color, ground))
    sizes = [random.choices((1, 2, 3), k=side) for side in small.shape]

    def drawn(cells: Any) -> Any:
        lines = [np.cumsum([0, *[size + 1 for size in side]]) for side in sizes]
        grid = np.full([line[-1] - 1 for line in lines], line, np.uint8)
        for (y, x), cell in np.ndenumerate(cells):
            grid[lines[0][y] : lines[0][y + 1] - 1, lines[1][x] : lines[1][x + 1] - 1] = cell
        return grid

    return drawn(small), drawn(after)


def many_parts(random: Random) -> Pair:
    """Bars of four cells, among more than sixty, become 2, the shorter ones 3."""
    before = np.full((30, 28), random.choice((0, 7, 8)), np.uint8)
    after, color = before.copy(), random.choice((1, 5, 6))
    for row in range(0, 30, 2):
        for column in range(random.randint(0, 2), 24, 5):
            length = random.randint(3, 4)
            before[row, column : column + length] = color
            after[row, column : column + length] = (3, 2)[length - 3]
    return before, after


def to_its_line_and_cut_out(random: Random) -> Pair:
    """What two full lines of one color and two of another enclose, its dots joined to the first line."""
    color, other = random.sample(range(1, 10), 2)
    before = np.zeros((random.randint(12, 15), random.randint(12, 15)), np.uint8)
    top, left, bottom, right = 2, random.randint(1, 2), before.shape[0] - 2, before.shape[1] - 3
    before[:, [left, right]] = color, other
    before[[top, bottom]] = random.choice([one for one in range(1, 10) if one not in (color, other)])
    for row in random.sample(range(top + 2, bottom - 1, 2), 2):
        before[row, random.randint(left + 3, right - 2)] = color
    before[0, random.randrange(left + 2, right - 1)] = color
    after = before[top : bottom + 1, left : right + 1].copy()
    for row in after[1:-1]:
        ends = np.flatnonzero(row == color)
        row[: ends[-1]] = color
    return before, after


def pattern_among_dots(random: Random) -> Pair:
    """A pattern of blocks of any size lies among dots of 5 and comes out small, in 2."""
    small, color = np.ones((3, 3), np.uint8), random.choice((1, 3, 4, 6, 7, 8, 9))
    small[random.randrange(3), random.randrange(3)] = small[2, random.randrange(3)] = 0
    side = random.randint(2, 4)
    before = np.zeros((18, 18), np.uint8)
    top, left = random.randint(1, 17 - 3 * side), random.randint(1, 17 - 3 * side)
    before[top : top + 3 * side, left : left + 3 * side] = color * np.kron(small, np.ones((side, side)))
    for _ in range(30):
        row, column = random.randrange(18), random.randrange(18)
        if not before[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2].any():
            before[row, column] = 5
    return before, 2 * small


def packed_without_overlap(random: Random) -> Pair:
    """The grid is filled with copies of the piece in its corner, row by row wherever one fits."""
    pieces = ([[1, 0], [1, 1], [0, 1]], [[1, 1], [1, 0]], [[1, 1, 1], [0, 1, 0]])
    piece = np.array(random.choice(pieces), np.uint8)
    before = np.zeros((random.randint(6, 9), random.randint(6, 9)), np.uint8)
    piece, after = piece * random.randint(1, 9), before.copy()
    height, width = piece.shape
    before[:height, :width] = piece
    for row, column in np.ndindex(before.shape[0] - height + 1, before.shape[1] - width + 1):
        window = after[row : row + height, column : column + width]
        if not (window * piece).any():
            window += piece
    return before, after


def bars_numbered_by_length(random: Random) -> Pair:
    """Bars on the bottom row take the number of their place by length as color, the longest 1."""
    lengths = random.sample(range(1, 9), random.randint(3, 6))
    before = np.zeros((10, 2 * len(lengths) + random.randint(1, 3)), np.uint8)
    after = before.copy()
    for number, length in enumerate(lengths):
        before[10 - length :, 2 * number + 1] = 5
        after[10 - length :, 2 * number + 1] = 1 + sum([length < other for other in lengths])
    return before, after


def beads_moved_on(random: Random) -> Pair:
    """The colors on a ring of cells move on by one, counterclockwise."""
    before = np.zeros((random.randint(5, 8), random.randint(5, 8)), np.uint8)
    depth, (height, width) = random.randint(0, 1), before.shape
    ring = [(depth, column) for column in range(depth, width - depth - 1)]
    ring += [(row, width - depth - 1) for row in range(depth, height - depth - 1)]
    ring = [ring[place] for place in sorted(random.sample(range(len(ring)), 4))]
    after = before.copy()
    colors = random.sample(range(1, 10), len(ring))
    for cell, color, other in zip(ring, colors, colors[1:] + colors[:1], strict=True):
        before[cell], after[cell] = color, other
    return before, after


def rows_met_again(random: Random) -> Pair:
    """Rows that occur twice or more stay, the others become 0."""
    width, number = random.randint(4, 7), random.randint(6, 9)
    rows = np.array(random.choices((1, 3, 6), k=number * width), np.uint8).reshape(number, width)
    rows[1], rows[4], rows[-1] = rows[0], rows[2], rows[0]
    rows = rows[random.sample(range(number), number)]
    often = [sum(np.array_equal(one, other) for other in rows) > 1 for one in rows]
    return rows, rows * np.array(often, np.uint8)[:, None]


def lines_made_whole(random: Random) -> Pair:
    """Broken lines are made whole, other cells vanish."""
    before, after = np.zeros((11, 12), np.uint8), np.zeros((11, 12), np.uint8)
    for row in random.sample(range(1, 10, 2), random.randint(1, 3)):
        before[row] = after[row] = random.randint(1, 9)
    before.ravel()[random.sample(range(before.size), 12)] = random.choices(range(10), k=12)
    turns = random.randint(0, 1)
    return np.rot90(before, turns).copy(), np.rot90(after, turns).copy()


def sides_exchanged(random: Random) -> Pair:
    """What is left of a line, anywhere in the grid, and what is right of it exchange their places."""
    height = random.randint(6, 9)
    left, right = (
        np.array(random.choices((0, 0, 0, 1, 4, 7), k=height * width), np.uint8).reshape(height, width)
        for width in random.sample(range(3, 7), 2)
    )
    line = np.full((height, 1), random.choice((2, 5, 8)), np.uint8)
    return np.hstack([left, line, right]), np.hstack([right, line, left])


ABILITIES: tuple[Callable[[Random], Pair], ...] = (
    holes_on_any_ground,
    rows_continued_in_another_color,
    hidden_stripes,
    between_bars,
    lines_step_aside,
    lines_thrown_back,
    corridors_in_turn,
    figure_of_panels,
    rule_in_a_frame,
    thrown_over_a_line,
    pieces_about_a_mark,
    turned_beside_lines,
    halves_on_a_ground,
    both_empty,
    joined_panels,
    many_parts,
    to_its_line_and_cut_out,
    pattern_among_dots,
    packed_without_overlap,
    beads_moved_on,
    bars_numbered_by_length,
    rows_met_again,
    lines_made_whole,
    sides_exchanged,
    *MADE_UP,
    *ways.WAYS,
    *wholes.WHOLES,
)

#: those of which a quarter of a million steps finds not all; half a million not all, or just so
MEDIUM = (
    *(colored_from_above, fallen_without_specks, above_the_mark, first_and_last_rows, colored_as_their_like),
    *(headed_in_a_frame, lines_step_aside),
    *(ways.hidden_in_a_half_turn, ways.copies_toward_the_mark, ways.noisy_patchwork),
)
LONG = (
    *(figure_of_panels, rule_in_a_frame, joined_panels, many_parts, pattern_among_dots, pointed_by_the_rare),
    *(bars_of_numbers, by_a_framed_legend, copied_into_frames),
    *(ways.broken_copies, ways.bars_by_odd_cells, ways.rooms_as_listed),
    *(wholes.half_of_the_symmetric, wholes.joined_by_the_color_of_a_line),
)
LONGEST = (wholes.figure_without_a_twin,)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "make",
    [pytest.param(make, marks=[pytest.mark.slow] * (place > 2)) for place, make in enumerate(ABILITIES)],
    ids=[make.__name__ for make in ABILITIES],
)
def test_ability(make: Callable[[Random], Pair], seed: int) -> None:
    """The answer is one of the best two."""
    random = Random(seed)
    *demos, (test, wanted) = [make(random) for _ in range(4)]
    samples = [Sample(before.tolist(), after.tolist()) for before, after in demos]
    task = Task("made up", tuple(samples), (Sample(test.tolist(), None),))
    tiers = (LONGEST, 2_000_000), (LONG, 1_000_000), (MEDIUM, 500_000)
    steps = next((steps for made, steps in tiers if make in made), 250_000)
    answers = [prediction.grids[0] for prediction in search(task, steps).predictions[:2]]
    assert any(np.array_equal(answer, wanted) for answer in answers)
