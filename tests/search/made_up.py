"""Hand-made tasks: relations of parts, orders, numbers, and cells that follow others."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

Pair = tuple[Any, Any]
COLORS = (1, 2, 3, 4, 6, 7, 8, 9)  #: all but 0 and 5, which mark what a task is about


def piece(random: Random, height: int, width: int) -> Any:
    """A figure that fills a box of that size but for one corner, in 1."""
    made = np.ones((height, width), np.uint8)
    made[random.choice((0, -1)), random.choice((0, -1))] = 0
    return made


def put(grid: Any, drawn: Any, top: int, left: int) -> None:
    """Draw the colored cells of a picture on a grid."""
    window = grid[top:, left:][: drawn.shape[0], : drawn.shape[1]]
    window[drawn > 0] = drawn[drawn > 0]


def slanted(random: Random) -> Pair:
    """Each row moves one cell further to the right than the one above."""
    height, width = random.randint(4, 7), random.randint(3, 5)
    before = np.zeros((height, width + height), np.uint8)
    before[:, :width] = np.reshape(random.choices((0, *COLORS[:4]), k=height * width), (height, width))
    return before, np.array([np.roll(row, number) for number, row in enumerate(before)])


def first_of_the_column(random: Random) -> Pair:
    """All colored cells of a column take the color of its highest one."""
    before = np.array(random.choices((0, 0, *random.sample(COLORS, 3)), k=56), np.uint8).reshape(7, 8)
    after = before.copy()
    for column in after.T:
        column[column > 0] = next((cell for cell in column.tolist() if cell), 0)
    return before, after


def unlike_cells(random: Random) -> Pair:
    """The cells, of many colors, that two panels beside a line do not share are 2."""
    height, width = random.randint(3, 6), random.randint(3, 6)
    left = np.array(random.choices((0, *COLORS), k=height * width), np.uint8).reshape(height, width)
    right = left.copy()
    changed = random.sample(range(left.size), left.size // 3)
    right.ravel()[changed] = random.choices((0, *COLORS), k=len(changed))
    line = np.full((height, 1), 5, np.uint8)
    return np.hstack([left, line, right]), 2 * (left != right).astype(np.uint8)


def bent_lines(random: Random) -> Pair:
    """From the left cell of each pair of one color a line leads right, then straight to the other."""
    before, rows = np.zeros((13, 15), np.uint8), random.sample(range(13), 4)
    after = before.copy()
    for number, color in enumerate(random.sample(COLORS, 2)):
        one, two = rows[2 * number : 2 * number + 2]
        left, right = 7 * number + random.randint(0, 2), 7 * number + random.randint(4, 6)
        before[one, left] = before[two, right] = color
        after[one, left : right + 1] = after[min(one, two) : max(one, two) + 1, right] = color
    return before, after


def copied_into_frames(random: Random) -> Pair:
    """The figure of two colors is copied into every frame that it fits."""
    height, width = random.randint(2, 3), random.randint(2, 3)
    before, (ink, other, frame) = np.zeros((14, 14), np.uint8), random.sample(COLORS, 3)
    drawn = piece(random, height, width) * np.uint8(ink)
    drawn[height // 2, width // 2 - 1] = other
    before[0:height, 0:width] = drawn
    after = before.copy()
    for left in (0, 7)[: random.randint(1, 2)]:
        top = random.randint(4, 8)
        ring = before[top : top + height + 2, left : left + width + 2]
        ring[:], ring[1:-1, 1:-1] = frame, 0
        after[top : top + height + 2, left : left + width + 2] = ring
        after[top + 1 :, left + 1 :][:height, :width] = drawn
    return before, after


def in_the_order_of_marks(random: Random) -> Pair:
    """The figures side by side, in the order in which cells of their colors stand at the left."""
    count = random.randint(3, 4)
    before, colors = np.zeros((16, 13), np.uint8), random.sample(COLORS, count)
    before[: len(colors), 0] = colors
    drawn = [piece(random, 3, random.randint(2, 3)) * np.uint8(color) for color in colors]
    for slot, number in enumerate(random.sample(range(count), count)):
        put(before, drawn[number], 4 * slot, random.randint(2, 9))
    return before, np.hstack(drawn)


def colored_from_above(random: Random) -> Pair:
    """Each figure of 5 takes the color of the mark above it; marks below are not meant."""
    before = np.zeros((14, 12), np.uint8)
    after = before.copy()
    for left in range(0, 12, 4):
        top, colors = random.randint(3, 7), random.sample(COLORS, 2)
        drawn = piece(random, random.randint(2, 3), 3)
        put(before, 5 * drawn, top, left)
        put(after, np.uint8(colors[0]) * drawn, top, left)
        for grid in (before, after):
            grid[random.randint(0, 1), left + 1] = colors[0]
            grid[top + 4, left + 1] = colors[1]
    after[:] = np.where(before == 5, after, before)
    return before, after


def filled_as_their_like(random: Random) -> Pair:
    """Each frame of 5 is filled with the color of the block of its size."""
    before = np.zeros((15, 16), np.uint8)
    after = before.copy()
    sizes = random.sample([(3, 4), (4, 3), (4, 5), (3, 5), (4, 4)], 3)
    blocks = random.choice(((0, 2, 1), (1, 2, 0), (2, 0, 1), (2, 1, 0)))
    for slot, color in enumerate(random.sample(COLORS, 3)):
        height, width = sizes[blocks[slot]]
        before[5 * slot :, 9:][:height, :width] = after[5 * slot :, 9:][:height, :width] = color
        top = 5 * blocks[slot]
        for grid in (before, after):
            grid[top:, 1:][:height, :width] = 5
        before[top + 1 :, 2:][: height - 2, : width - 2] = 0
        after[top + 1 :, 2:][: height - 2, : width - 2] = color
    return before, after


def fallen_without_specks(random: Random) -> Pair:
    """Cells of 5 vanish, the others fall to the ground."""
    before = np.array(random.choices((0, 0, 5, *random.sample(COLORS, 2)), k=42), np.uint8).reshape(6, 7)
    before[random.randint(0, 5), random.randint(0, 6)] = 5
    kept = np.where(before == 5, 0, before)
    columns = [np.concatenate([column[column == 0], column[column > 0]]) for column in kept.T]
    return before, np.array(columns).T


def pointed_by_the_rare(random: Random) -> Pair:
    """Bars of 5 slide to the edge, led by their end of another color."""
    before = np.zeros((12, 12), np.uint8)
    after = before.copy()
    for top in range(1, 12, 4):
        bar = np.full(random.randint(2, 4), 5, np.uint8)
        end, left = random.choice((0, -1)), random.randint(1, 6)
        bar[end] = random.choice(COLORS)
        before[top, left : left + len(bar)] = bar
        after[top, slice(None, len(bar)) if end == 0 else slice(-len(bar), None)] = bar
    return before, after


def the_mirrored_panel(random: Random) -> Pair:
    """Of the panels between lines of 5 the one that is its own mirror image."""
    height, width = random.randint(3, 5), random.randint(3, 5)
    shape, inks = (height, width), (0, *random.sample(COLORS, 2))
    panels = [np.array(random.choices(inks, k=height * width), np.uint8).reshape(shape) for _ in range(3)]
    chosen = random.randint(0, 2)
    for number, panel in enumerate(panels):
        panel[0, 0], panel[0, -1] = inks[1:]
        if number == chosen:
            panel[:, width // 2 + width % 2 :] = panel[:, : width // 2][:, ::-1]
    line = np.full((height, 1), 5, np.uint8)
    return np.hstack([panels[0], line, panels[1], line, panels[2]]), panels[chosen]


def figure(random: Random, most: int = 4) -> Any:
    """A connected figure of at least three rows that is not a rectangle."""
    made = np.zeros((random.randint(3, most), 3), np.uint8)
    made[:, 1] = 1
    for row in (0, -1):
        made[row] = random.choice(((1, 1, 0), (0, 1, 1), (0, 1, 0)))
    made[1, random.choice((0, 2))] = 1
    return made[:, made.any(0)]


def above_the_mark(random: Random) -> Pair:
    """What stands straight above the block of 5 is cut out; other figures lie beside and below."""
    before, middle = np.zeros((18, 16), np.uint8), random.randint(5, 8)
    before[8:10, middle : middle + random.randint(2, 4)] = 5
    places = [(random.randint(1, 4), middle), (random.randint(0, 5), 0), (random.randint(0, 5), 13)]
    places += [(13, middle), (12, 1)]
    after = np.zeros((1, 1), np.uint8)
    for (top, left), color in zip(places, random.sample((1, 2, 3, 4, 6, 7), 5), strict=True):
        drawn = figure(random) * np.uint8(color)
        before[top:, left:][: drawn.shape[0], : drawn.shape[1]] = drawn
        after = drawn if (top, left) == places[0] else after
    return before, after


def highest_and_lowest(random: Random) -> Pair:
    """The color of the highest figure over the color of the lowest one, on any ground."""
    ground, *colors = random.sample(range(10), random.randint(4, 6))
    before = np.full((random.randint(14, 16), 20), ground, np.uint8)
    lefts = random.sample(range(0, 20, 4), len(colors))
    for number, (left, color) in enumerate(zip(lefts, colors, strict=True)):
        drawn = figure(random)
        window = before[2 * number :, left:][: drawn.shape[0], : drawn.shape[1]]
        window[drawn > 0] = color
    return before, np.array([[colors[0]], [colors[-1]]], np.uint8)


def first_and_last_rows(random: Random) -> Pair:
    """The first row of each figure is painted 2, its last one 3; one figure stands on another."""
    before = np.zeros((random.randint(16, 18), 12), np.uint8)
    after = before.copy()
    colors = random.sample((1, 4, 5, 6, 7, 8, 9), 6)
    for left, top in ((0, random.randint(0, 2)), (4, random.randint(0, 2)), (8, random.randint(0, 2))):
        for drawn in (figure(random, 7), figure(random, 7)):
            painted = drawn * np.uint8(colors.pop())
            before[top:, left:][: drawn.shape[0], : drawn.shape[1]] = painted
            painted[0], painted[-1] = 2 * drawn[0], 3 * drawn[-1]
            after[top:, left:][: drawn.shape[0], : drawn.shape[1]] = painted
            top += len(drawn)
    return before, after


def more_bars_across(random: Random) -> Pair:
    """A small sign, across or upright as most bars are, in their color."""
    across, upright = random.sample((1, 2, 3, 4), 2)
    before = np.zeros((13, random.randint(13, 15)), np.uint8)
    for number in range(across):
        before[1 + 2 * number, : random.randint(3, 5)] = 1
    for number in range(upright):
        before[random.randint(0, 3) :, 6 + 2 * number][: random.randint(3, 6)] = 1
    after, color = np.zeros((3, 3), np.uint8), random.randint(1, 9)
    after[1 if across > upright else slice(3), 1 if upright > across else slice(3)] = color
    return before * color, after


def scattered(random: Random, figures: list[Any], height: int = 13, width: int = 20) -> Any:
    """The figures on an empty grid, in places of their own."""
    grid = np.zeros((height, width), np.uint8)
    places = random.sample(
        [(top, left) for top in range(2, height - 3, 5) for left in range(0, width - 3, 4)], len(figures)
    )
    for (top, left), drawn in zip(places, figures, strict=True):
        grid[top:, left:][: drawn.shape[0], : drawn.shape[1]] = drawn
    return grid


def copies_as_often_as_marks(random: Random) -> Pair:
    """The figure side by side, a column apart, as often as there are single cells of 5."""
    drawn = figure(random) * np.uint8(random.choice((1, 2, 3, 4, 6)))
    marks = random.randint(2, 4)
    gap = np.zeros((len(drawn), 1), np.uint8)
    after = np.hstack([one for _ in range(marks) for one in (drawn, gap)][:-1])
    return scattered(random, [drawn, *[np.full((1, 1), 5, np.uint8)] * marks]), after


def bars_of_numbers(random: Random) -> Pair:
    """A bar for each color, as long as the number of its figures, the longest first."""
    numbers = sorted(random.sample(range(1, 5), random.randint(2, 3)), reverse=True)
    after = np.zeros((len(numbers), numbers[0]), np.uint8)
    figures = []
    for row, number, color in zip(after, numbers, random.sample(range(1, 10), len(numbers)), strict=True):
        row[:number] = color
        figures += [figure(random, 3) * np.uint8(color) for _ in range(number)]
    return scattered(random, figures), after


def in_the_order_of_a_row(random: Random) -> Pair:
    """Figures side by side, a column apart, in the order of the cells in the first row."""
    colors = random.sample(range(1, 10), random.randint(3, 4))
    figures = [figure(random, 3) * np.uint8(color) for color in colors]
    before = scattered(random, random.sample(figures, len(figures)))
    before[0, : 2 * len(colors) : 2] = colors
    gap = np.zeros((3, 1), np.uint8)
    return before, np.hstack([one for drawn in figures for one in (drawn, gap)][:-1])


def pattern_in_all_frames(random: Random) -> Pair:
    """What one frame contains is drawn in the empty ones."""
    before, color = np.zeros((15, 19), np.uint8), random.randint(3, 9)
    inner = np.array(random.choices((0, 1, 2), k=9), np.uint8).reshape(3, 3)
    inner[1, 1] = 1
    places = random.sample([(top, left) for top in (1, 8) for left in (0, 6, 12)], random.randint(3, 4))
    after = before.copy()
    for number, (top, left) in enumerate(places):
        for grid, full in ((before, number == 0), (after, True)):
            grid[top : top + 5, left : left + 5] = color
            grid[top + 1 : top + 4, left + 1 : left + 4] = inner * full
    return before, after


def missing_cells(random: Random) -> Pair:
    """Cells that pieces lack beside the whole figure are painted 2."""
    whole = np.ones((3, 3), np.uint8)
    whole[random.choice(((0, 0), (0, 1), (2, 2), (1, 0)))] = 0
    before, color = np.zeros((13, 17), np.uint8), random.choice((1, 3, 5, 8))
    after = before.copy()
    places = random.sample([(top, left) for top in (1, 6) for left in (1, 6, 11)], 4)
    for number, (top, left) in enumerate(places):
        piece = whole.copy()
        if number:
            piece[tuple(random.choice(np.argwhere(whole > 0).tolist()))] = 0
        before[top : top + 3, left : left + 3] = piece * color
        after[top : top + 3, left : left + 3] = piece * color + (whole - piece) * np.uint8(2)
    return before, after


def unfolded_at_a_bar(random: Random) -> Pair:
    """The half of a figure that stands against a bar is cut out and unfolded there, on any side."""
    half = np.array(random.choices((0, 1, 2), k=12), np.uint8).reshape(4, 3)
    half[random.randint(0, 3), 0], half[:, 2], half[0, 1] = 1, 2, 1
    half = np.hstack([half, np.full((4, 1), 5, np.uint8)])
    after, turns, before = (
        np.hstack([half, half[:, -2::-1]]),
        random.randint(0, 3),
        np.zeros((11, 11), np.uint8),
    )
    half = np.rot90(half, turns)
    top, left = random.randint(0, 6), random.randint(0, 6)
    before[top : top + half.shape[0], left : left + half.shape[1]] = half
    return before, np.rot90(after, turns).copy()


def sheets_from_the_top(random: Random) -> Pair:
    """The colors of a pile of sheets in a column, from the uppermost to the undermost."""
    colors, before = random.sample(COLORS, 3), np.zeros((13, 14), np.uint8)
    top, left, sign = random.randint(0, 1), random.randint(0, 2), random.choice((1, -1))
    for number, color in enumerate(colors[::-1]):
        row, column = top + 3 * number, left + 3 * number + random.randint(0, 1)
        before[row : row + 5, column : column + 5] = color
    return before[:, ::sign].copy(), np.array(colors, np.uint8)[:, None]


def the_one_in_the_middle(random: Random) -> Pair:
    """Of three or five figures in a row, or in a column, the middle one is cut out."""
    figures = [random.choice(COLORS) * figure(random) for _ in range(random.choice((3, 5)))]
    before = np.zeros((7, 6 * len(figures)), np.uint8)
    for number, drawn in enumerate(figures):
        put(before, drawn, random.randint(0, 2), 6 * number + random.randint(0, 1))
    middle, turns = figures[len(figures) // 2], random.randint(0, 1)
    return np.rot90(before, turns).copy(), np.rot90(middle, turns).copy()


def as_large_as_marks(random: Random) -> Pair:
    """The figure of two colors, each cell as many wide and high as there are single marks."""
    color, other, mark = random.sample(COLORS, 3)
    drawn = color * figure(random, 3)
    drawn[np.nonzero(drawn)[0][0], np.nonzero(drawn)[1][0]] = other
    marks = [np.full((1, 1), mark, np.uint8)] * random.randint(2, 4)
    return scattered(random, [drawn, *marks]), np.kron(drawn, np.ones((len(marks),) * 2, np.uint8))


def by_a_framed_legend(random: Random) -> Pair:
    """Figures take the color right of theirs in a legend, which lies in a corner behind lines."""
    colors = random.sample([color for color in COLORS if color != 5], 6)
    before = np.zeros((13, 15), np.uint8)
    before[:3, :2] = np.reshape(colors, (3, 2))
    before[:4, 3] = before[3, :3] = 5
    after = before.copy()
    for row, column in ((0, 6), (5, 1), (5, 8), (9, 3), (9, 10)):
        drawn, which = figure(random), random.randrange(3)
        put(before, colors[2 * which] * drawn, row, column)
        put(after, colors[2 * which + 1] * drawn, row, column)
    return before, after


def rings_inside_out(random: Random) -> Pair:
    """Nested rings of two or three colors exchange their order."""
    before, after = np.zeros((9, 18), np.uint8), np.zeros((9, 18), np.uint8)
    for column in (0, 9):
        colors = random.sample(COLORS, random.randint(2, 3))
        for depth, (color, other) in enumerate(zip(colors, colors[::-1], strict=True)):
            box = slice(1 + depth, 8 - depth), slice(column + depth, column + 7 - depth)
            before[box], after[box] = color, other
    return before, after


def cards_by_dots(random: Random) -> Pair:
    """Cards of equal size, each of a color with other dots, in a row by the number of their dots."""
    cards = []
    for number, color in zip(random.sample(range(1, 5), 3), random.sample(COLORS[:7], 3), strict=True):
        card = np.full((3, 3), color, np.uint8)
        card.ravel()[random.sample(range(9), number)] = 9
        cards.append((number, card))
    before = scattered(random, [card for _, card in cards])
    return before, np.hstack([card for _, card in sorted(cards, key=lambda one: one[0])])


def colored_as_their_like(random: Random) -> Pair:
    """Figures of 5 take the color of the model above of their shape; some are turned, some of one shape."""
    shapes = [np.array([[1, 1, 1], [1, 0, 0]]), np.array([[1, 1, 0], [0, 1, 1], [0, 1, 0]]), np.ones((2, 2))]
    before, colors = np.zeros((14, 13), np.uint8), random.sample(COLORS, 3)
    for number, shape in enumerate(random.sample(shapes, 3)):
        put(before, colors[number] * shape, 0, 5 * number)
        shapes[number] = np.rot90(shape, random.randint(0, 3))[:, :: random.choice((1, -1))]
    after = before.copy()
    for row, column in ((5, 0), (5, 5), (5, 10), (10, 2), (10, 8)):
        which, turns = random.randrange(3), random.randint(0, 1)
        put(before, 5 * np.rot90(shapes[which], turns), row, column)
        put(after, colors[which] * np.rot90(shapes[which], turns), row, column)
    return before, after


def exchanged_in_columns(random: Random) -> Pair:
    """Of figures one below the other, far apart, each takes the color of the other, on any ground."""
    ground, *colors = random.sample(range(10), 7)
    before = np.full((11, 13), ground, np.uint8)
    after = before.copy()
    for number, column in enumerate((0, 5, 10)):
        pair = colors[2 * number : 2 * number + 2]
        for row, color, other in zip((0, 7), pair, pair[::-1], strict=True):
            rows, columns = np.nonzero(figure(random, 3))
            rows += row + random.randint(0, 1)
            before[rows, columns + column], after[rows, columns + column] = color, other
    return before, after


def headed_in_a_frame(random: Random) -> Pair:
    """Bars in a frame that one of them touches move the way their odd cell points, until they meet it."""
    wall, body, head = random.sample(COLORS, 3)
    side, bar = random.randint(11, 14), np.array([[head, body, body]], np.uint8)
    before = np.full((side, side), wall, np.uint8)
    before[1:-1, 1:-1] = 0
    after, column = before.copy(), random.randint(2, side - 3)
    start = before, random.randint(4, side - 5), random.randint(3, 5)
    for grid, left, top in (start, (after, 1, side - 4)):
        put(grid, bar, 1, left)
        put(grid, bar.T[::-1], top, column)
    turns = random.randint(0, 3)
    return np.rot90(before, turns), np.rot90(after, turns)


MADE_UP = (
    slanted,
    first_of_the_column,
    unlike_cells,
    bent_lines,
    copied_into_frames,
    in_the_order_of_marks,
    colored_from_above,
    filled_as_their_like,
    fallen_without_specks,
    pointed_by_the_rare,
    the_mirrored_panel,
    above_the_mark,
    highest_and_lowest,
    first_and_last_rows,
    more_bars_across,
    copies_as_often_as_marks,
    bars_of_numbers,
    in_the_order_of_a_row,
    pattern_in_all_frames,
    missing_cells,
    unfolded_at_a_bar,
    sheets_from_the_top,
    the_one_in_the_middle,
    as_large_as_marks,
    by_a_framed_legend,
    rings_inside_out,
    cards_by_dots,
    colored_as_their_like,
    exchanged_in_columns,
    headed_in_a_frame,
)
