"""Hand-made tasks: rooms and mazes, rays, strips that list colors, figures that are continued or sorted."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from tests.search.made_up import COLORS, Pair, piece, put


def turned(random: Random, before: Any, after: Any) -> Pair:
    """Both grids turned by the same number of quarters."""
    turns = random.randint(0, 3)
    return np.rot90(before, turns).copy(), np.rot90(after, turns).copy()


def hidden_in_a_half_turn(random: Random) -> Pair:
    """What a box of any color hides of a picture that a half turn leaves unchanged."""
    hiding, *inks = random.sample(range(1, 10), 5)
    height, width = random.randint(9, 12), random.randint(9, 12)
    cells = np.array(random.choices(inks, k=height * width), np.uint8)
    half = cells.size // 2
    cells[-half:] = cells[:half][::-1]
    down, right = random.randint(2, 4), random.randint(2, 4)
    top, left = random.randint(0, height // 2 - down), random.randint(0, width - right)
    before = np.rot90(cells.reshape(height, width), 2 * random.randint(0, 1))
    window = before[top : top + down, left : left + right]
    after = window.copy()
    window[:] = hiding
    return turned(random, before, after)


def rooms_by_their_main_color(random: Random) -> Pair:
    """Rooms between walls of any color, which end at walls, are filled with the color they have most of."""
    wall, *inks = random.sample(range(1, 10), 4)
    before = np.zeros((random.randint(12, 15), random.randint(12, 15)), np.uint8)
    middle, *cuts = random.randint(5, 7), *random.sample(range(3, 9), 2)
    before[:, middle] = before[cuts[0], :middle] = before[cuts[1], middle:] = wall
    after = before.copy()
    spans = zip((slice(0, middle), slice(middle + 1, None)), cuts, strict=True)
    rooms = [(rows, span) for span, cut in spans for rows in (slice(0, cut), slice(cut + 1, None))]
    for room in random.sample(rooms, 3):
        places = random.sample(list(np.ndindex(before[room].shape)), 8)
        main, other = random.sample(inks, 2)
        for place, color in zip(places, [main] * 5 + [other] * 3, strict=True):
            before[room][place] = color
        after[room] = main
    return turned(random, before, after)


def main_colors_of_panels(random: Random) -> Pair:
    """For each panel the color that more of its specks have, 0 if both have as many."""
    line, *inks = random.sample(range(1, 10), 3)
    side, shape = random.randint(3, 4), (random.randint(2, 3), random.randint(2, 4))
    before, after = np.full([(side + 1) * n - 1 for n in shape], line, np.uint8), np.zeros(shape, np.uint8)
    for number, (row, column) in enumerate(random.sample(list(np.ndindex(shape)), after.size)):
        one, two = (2, 2) if number == 0 else random.choices(range(5), k=2)
        cells = [inks[0]] * one + [inks[1]] * two + [0] * (side * side - one - two)
        panel = np.reshape(random.sample(cells, len(cells)), (side, side))
        before[row * (side + 1) :, column * (side + 1) :][:side, :side] = panel
        after[row, column] = 0 if one == two else inks[one < two]
    return before, after


def copies_toward_the_mark(random: Random) -> Pair:
    """Copies of a figure, a cell apart, go on to the edge on the side where a mark juts out of it."""
    before = np.zeros((13, random.randint(13, 16)), np.uint8)
    after, width = before.copy(), before.shape[1]
    for top in (0, 7):
        ink, other, mark = random.sample(range(1, 10), 3)
        drawn = piece(random, 3, random.randint(2, 3)) * np.uint8(ink)
        drawn[1] = other
        rows, left, step = random.randint(0, 2), random.randint(2, 5), drawn.shape[1] + 1
        one, many = np.zeros((2, 6, 2 * width), np.uint8)
        one[rows + 1, left + step - 1] = many[rows + 1, left + step - 1] = mark
        put(one, drawn, rows, left)
        for place in range(left, width, step):
            put(many, drawn, rows, place)
        sign = random.choice((1, -1))
        before[top : top + 6], after[top : top + 6] = one[:, :width][:, ::sign], many[:, :width][:, ::sign]
    return turned(random, before, after)


def maze(random: Random, height: int, width: int) -> Any:
    """Walls of 1 around corridors of 0, in that many rows and columns, between which there is one way."""
    made = np.ones((2 * height + 3, 2 * width + 3), np.uint8)
    made[[0, -1]] = made[:, [0, -1]] = made[2, 2] = 0
    trail = [(2, 2)]
    while trail:
        row, column = trail[-1]
        steps = [(y, x) for y, x in ((0, 1), (1, 0), (0, -1), (-1, 0)) if made[row + 2 * y, column + 2 * x]]
        if steps:
            y, x = random.choice(steps)
            made[row + y, column + x] = made[row + 2 * y, column + 2 * x] = 0
            trail.append((row + 2 * y, column + 2 * x))
        else:
            trail.pop()
    return made[1:-1, 1:-1]


def way_through_a_maze(random: Random) -> Pair:
    """The way through a maze between two cells of a color."""
    wall, color = random.sample(range(1, 10), 2)
    before = maze(random, random.randint(4, 6), random.randint(4, 6)) * np.uint8(wall)
    before[tuple(np.transpose(random.sample(np.argwhere(before == 0).tolist(), 2)))] = color
    after = np.where(before == 0, color, before)
    while True:  # dead ends are not on the way
        way = np.pad(after == color, 1).astype(int)
        near = way[:-2, 1:-1] + way[2:, 1:-1] + way[1:-1, :-2] + way[1:-1, 2:]
        ends = (after == color) & (before == 0) & (near < 2)
        if not ends.any():
            return before, after
        after[ends] = 0


def dyed_rays(random: Random, stop: bool) -> Pair:
    """Rays from cells at the edge change their color at blocks, and may end at blocks of 5."""
    before = np.zeros((14, random.randint(14, 16)), np.uint8)
    after = before.copy()
    for row in (random.randint(2, 3), random.randint(6, 7), random.randint(10, 11)):
        before[row, 0] = random.choice(COLORS)
        for left in random.sample((3, 7, 11), random.randint(1, 3)):
            color = 5 if stop and random.randint(0, 2) == 0 else random.choice(COLORS)
            before[row - random.randint(0, 1) :, left + random.randint(0, 1)][:2] = color
        last = before[row, 0]
        for column, color in enumerate(before[row].tolist()):
            last = last if 0 in (color, last) else 0 if color == 5 else color
            after[row, column] = last
    return turned(random, before, np.where(before, before, after))


def rays_through_dyes(random: Random) -> Pair:
    """Rays from cells at the edge go on in the color of each block that they pass."""
    return dyed_rays(random, False)


def rays_through_dyes_until_gray(random: Random) -> Pair:
    """The same, but blocks of 5 stop them."""
    return dyed_rays(random, True)


def steered_ray(random: Random) -> Pair:
    """A ray from the edge turns right before a cell of 2 and left before a cell of 3."""
    height, width = random.randint(11, 14), random.randint(11, 14)
    before, down, right = np.zeros((height, width), np.uint8), 0, 1
    row, column = random.randint(4, 7), 0
    before[row, column] = color = random.choice((1, 4, 6, 7, 8, 9))
    after, straight = before.copy(), 0
    while 0 <= row + down < height and 0 <= column + right < width:
        ahead = row + down, column + right
        inside = 0 < ahead[0] < height - 1 and 0 < ahead[1] < width - 1
        if inside and straight > 2 and not after[ahead] and random.randint(0, 2) == 0:
            before[ahead] = after[ahead] = random.randint(2, 3)
        if before[ahead]:
            (down, right), straight = (right, -down) if before[ahead] == 2 else (-right, down), 0
        else:
            (row, column), straight = ahead, straight + 1
            after[ahead] = color
    return turned(random, before, after)


def broken_copies(random: Random) -> Pair:
    """One figure of several colors is whole, its copies, of which cells are missing, are completed."""
    whole = np.array(random.choices(random.sample(range(1, 10), 4), k=12), np.uint8).reshape(4, 3)
    whole[random.choice((0, -1)), random.choice((0, -1))] = 0
    before = np.zeros((random.randint(13, 15), random.randint(13, 15)), np.uint8)
    after = before.copy()
    for number, (top, left) in enumerate(random.sample([(0, 0), (0, 8), (7, 0), (7, 8)], 3)):
        left += random.randint(0, 1)
        kept = np.ones(12, bool)
        kept[random.sample(range(12), 6 * (number > 0))] = False
        put(before, whole * kept.reshape(4, 3), top, left)
        put(after, whole, top, left)
    return before, after


def colored_by_holes(random: Random) -> Pair:
    """Figures of 5 take the color of a strip that stands at the number of their holes."""
    strip = np.array([random.sample(COLORS, random.randint(3, 4))], np.uint8)
    before = np.zeros((16, 20), np.uint8)
    put(before, strip, 0, 0)
    after = before.copy()
    for top, left in random.sample([(row, column) for row in (2, 7, 12) for column in (0, 10)], 4):
        number = random.randint(1, strip.size)
        drawn = np.ones((random.randint(3, 4), 2 * number + 1), np.uint8)
        drawn[1:-1, 1::2] = 0
        put(before, 5 * drawn, top, left)
        put(after, strip[0, number - 1] * drawn, top, left)
    return before, after


def colored_by_size(random: Random) -> Pair:
    """Figures of 5 take the colors of a strip, the largest the first one."""
    strip = np.array([random.sample(COLORS, random.randint(3, 4))], np.uint8)
    sizes = sorted(random.sample([(2, 2), (2, 3), (3, 3), (3, 4), (4, 4)], strip.size), reverse=True)
    figures = [piece(random, *sides)[:, :: random.choice((1, -1))] for sides in sizes]
    places = random.sample([(row, column) for row in (2, 7) for column in (0, 5, 10)], strip.size)
    before = np.zeros((12, 15), np.uint8)
    put(before, strip, 0, 0)
    after = before.copy()
    for drawn, (top, left), color in zip(figures, places, strip[0], strict=True):
        put(before, 5 * drawn, top, left)
        put(after, color * drawn, top, left)
    return before, after


def noisy_patchwork(random: Random) -> Pair:
    """A cell for each of the large fields, some of whose cells have other colors."""
    colors = np.array([random.sample(COLORS, 4) for _ in range(4)], np.uint8)
    before = after = colors[: random.randint(2, 4), : random.randint(2, 4)]
    for axis, length in enumerate(after.shape):
        before = np.repeat(before, [random.randint(4, 7) for _ in range(length)], axis)
    cells = random.sample(range(before.size), before.size // 12)
    before.ravel()[cells] = random.choices(range(10), k=len(cells))
    return before, after.copy()


def overlaid_as_listed(random: Random) -> Pair:
    """Panels, each of one color, are laid over each other; a strip beside them lists them from the top."""
    line, *colors = random.sample(range(1, 10), 4)
    shape = random.randint(3, 4), random.randint(4, 6)
    panels = [
        color * np.reshape(random.choices((0, 1), k=24), (4, 6))[: shape[0], : shape[1]] for color in colors
    ]
    rule, after = np.full((1, shape[1]), line), np.zeros(shape, np.uint8)
    order = random.sample(range(3), 3)
    for number in order[::-1]:
        put(after, panels[number], 0, 0)
    right = np.vstack([panels[0], rule, panels[1], rule, panels[2]])
    left = np.zeros((len(right), 2), np.uint8)
    left[:, 1], left[1:4, 0] = line, [colors[number] for number in order]
    return np.hstack([left, right]).astype(np.uint8), after


def fallen_onto_shelves(random: Random) -> Pair:
    """Loose cells fall to the edge that has one color, or onto shelves of 5."""
    before = np.zeros((random.randint(10, 12), random.randint(10, 12)), np.uint8)
    inks, floor = random.sample(COLORS, 3), random.choice(COLORS)
    before.ravel()[random.sample(range(before.size), 16)] = random.choices(inks, k=16)
    for row in (3, 6):
        before[row, random.randint(0, 5) :][: random.randint(3, 5)] = 5
    before[-1] = floor
    after = before.copy()
    for column in after.T:
        for row in range(len(column) - 2, -1, -1):
            while column[row] not in (0, 5) and column[row + 1] == 0:
                column[row : row + 2] = 0, column[row]
                row += 1
    return turned(random, before, after)


def bars_by_odd_cells(random: Random) -> Pair:
    """Bars are sorted by the number of their odd cells, those with fewer first."""
    main, odd = random.sample(range(1, 10), 2)
    numbers = random.sample(range(5), random.randint(3, 4))
    bars = []
    for number in numbers:
        bar = np.zeros((12, 2), np.uint8)
        bar[random.randint(0, 3) :, 0] = main
        bar[random.sample(range(4, 12), number), 0] = odd
        bars.append(bar)
    ordered = [bar for _, bar in sorted(zip(numbers, bars, strict=True), key=lambda one: one[0])]
    before, after = np.hstack(bars), np.hstack(ordered)
    return (before, after) if random.randint(0, 1) else (before.T.copy(), after.T.copy())


def half_ways_through_a_maze(random: Random) -> Pair:
    """The way through a maze between two cells of unlike colors, each half in the color of its end."""
    while True:
        before, after = way_through_a_maze(random)
        color = next(iter(set(after.ravel().tolist()) - {0, int(before[0, 0])}))
        way = [tuple(np.argwhere(before == color)[0])]
        for row, column in way:
            near = [(row, column + 1), (row, column - 1), (row + 1, column), (row - 1, column)]
            way += [cell for cell in near if after[cell] == color and cell not in way]
        if len(way) > 7 and len(way) % 2 == 0:
            other = random.choice([one for one in range(1, 10) if one not in (color, before[0, 0])])
            before[way[-1]] = other
            for cell in way[len(way) // 2 :]:
                after[cell] = other
            return before, after


def rooms_as_listed(random: Random) -> Pair:
    """Rooms take the colors of a strip beside the walls, the largest its first color."""
    wall, *inks = random.sample(range(1, 10), 5)
    before = np.zeros((random.randint(10, 12), random.randint(11, 13)), np.uint8)
    middle, *cuts = random.randint(3, 4), *random.sample(range(3, 6), 2)
    before[:, 1] = before[:, middle + 2] = wall
    before[cuts[0], 1 : middle + 2] = before[cuts[1] + 3, middle + 2 :] = wall
    before[-2, 3] = before[1, -2] = wall
    spans = (slice(2, middle + 2), cuts[0]), (slice(middle + 3, None), cuts[1] + 3)
    rooms = [(rows, span) for span, cut in spans for rows in (slice(0, cut), slice(cut + 1, None))]
    sizes = [np.count_nonzero(before[room] == 0) for room in rooms]
    if len(set(sizes)) < 4:
        return rooms_as_listed(random)
    before[: len(inks), 0] = inks
    after = before.copy()
    for place, number in enumerate(sorted(range(4), key=lambda k: -sizes[k])):
        after[rooms[number]][before[rooms[number]] == 0] = inks[place]
    return (before, after) if random.randint(0, 1) else (before.T.copy(), after.T.copy())


def full_rows_vanish(random: Random) -> Pair:
    """Full rows vanish, what is above them moves down."""
    shape = random.randint(5, 7), random.randint(4, 6)
    before = np.array(random.choices((0, 1, 3, 6), k=shape[0] * shape[1]), np.uint8).reshape(shape)
    before[0] = 0
    for row in random.sample(range(2, shape[0]), random.randint(1, 2)):
        before[row] = random.choices((1, 3, 6), k=shape[1])
    kept = [row for row in before if 0 in row]
    after = np.array([np.zeros_like(before[0])] * (shape[0] - len(kept)) + kept)
    return before, after


def moved_on_around_a_block(random: Random) -> Pair:
    """All that lies around a block moves one cell on, clockwise."""
    before = np.full((random.randint(4, 6), random.randint(4, 6)), 5, np.uint8)
    ring = [(0, x) for x in range(before.shape[1])] + [(y, -1) for y in range(1, len(before))]
    ring += [(-1, x) for x in range(-2, -before.shape[1] - 1, -1)]
    ring += [(y, 0) for y in range(len(before) - 2, 0, -1)]
    rows, columns = np.array(ring).T
    inks = np.array(random.choices((0, 0, 1, 4, 7), k=len(ring)), np.uint8)
    before[rows, columns], after = inks, before.copy()
    after[rows, columns] = np.roll(inks, 1)
    return before, after


WAYS: tuple[Callable[[Random], Pair], ...] = (
    hidden_in_a_half_turn,
    rooms_by_their_main_color,
    main_colors_of_panels,
    copies_toward_the_mark,
    way_through_a_maze,
    rays_through_dyes,
    rays_through_dyes_until_gray,
    steered_ray,
    broken_copies,
    colored_by_holes,
    colored_by_size,
    noisy_patchwork,
    overlaid_as_listed,
    fallen_onto_shelves,
    bars_by_odd_cells,
    half_ways_through_a_maze,
    rooms_as_listed,
    full_rows_vanish,
    moved_on_around_a_block,
)
