"""Boards cell by cell: rows in and out, and a patch seen by a grid, in strides of 64 and wider."""

import random

import pytest

from kaggle_batt.dsl.primitives.geometry import cmirror, dmirror
from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.shapes import Grid, Indices, locations_in


def seen(board, box, height, width):
    """`boards.window`, cell by cell."""
    top, left, tall, wide = box
    found = 0
    for row in range(tall):
        for column in range(wide):
            inside = 0 <= row + top < height and 0 <= column + left < width
            if inside and board >> row * boards.stride_of(wide) + column & 1:
                found |= 1 << (row + top) * boards.stride_of(width) + column + left
    return found


@pytest.mark.parametrize("seed", range(40))
def test_window(seed):
    """A board is clipped to the grid on every side, for all strides."""
    chance = random.Random(f"window {seed}")
    for _ in range(25):
        tall, wide = chance.randint(1, 7), chance.choice((1, 3, 8, 63, 64, 70, 130))
        height, width = chance.randint(1, 7), chance.choice((1, 4, 9, 63, 64, 100))
        rows = [chance.getrandbits(wide) for _ in range(tall)]
        board = boards.from_rows(rows, boards.stride_of(wide))
        assert list(boards.rows_of(board, tall, boards.stride_of(wide))) == rows
        far = chance.choice((8, 140))
        box = (chance.randint(-8, 8), chance.randint(-far, far), tall, wide)
        assert boards.window(board, box, height, width) == seen(board, box, height, width), box


SIZES = ((1, 1), (3, 5), (10, 10), (1, 30), (30, 1), (30, 30), (4, 63), (5, 64), (5, 70), (70, 5), (65, 66))


def cells_of(board, height, width):
    """The board as rows of bits, cell by cell."""
    stride = boards.stride_of(width)
    return [[board >> row * stride + column & 1 for column in range(width)] for row in range(height)]


@pytest.mark.parametrize("height, width", SIZES)
def test_turned_and_written_out(height, width):
    """Mirrored along both diagonals, and as digits, with random, sparse and full rows."""
    chance = random.Random(f"turned {height} {width}")
    for rows in (
        [chance.getrandbits(width) for _ in range(height)],
        [1 << chance.randrange(width) for _ in range(height)],
        [(1 << width) - 1] * height,
        [0] * height,
    ):
        board = boards.from_rows(rows, boards.stride_of(width))
        cells = cells_of(board, height, width)
        mirrored = [list(column) for column in zip(*cells, strict=True)]
        countered = [row[::-1] for row in mirrored[::-1]]
        patch = Indices(0, 0, height, width, board)
        assert cells_of(dmirror(patch).board, width, height) == mirrored
        assert cells_of(cmirror(patch).board, width, height) == countered
        digits = boards.to_digits(board, height, width)
        assert list(digits) == [48 + bit for row in cells for bit in row]
        assert boards.from_digits(digits, width) == board


@pytest.mark.parametrize("height, width", SIZES)
@pytest.mark.parametrize(
    "top, left",
    [(0, 0), (-3, -70), (2, 40), (1000, 63), (5, 64), (-1, -1), (-64, -64), (-65, 0), (63, 63), (98, 0)],
)
def test_listed(height, width, top, left):
    """The locations of a board, wherever its box is."""
    chance = random.Random(f"listed {height} {width} {top} {left}")
    for bits in (chance.getrandbits(width), (1 << width) - 1, 0b1001 % (1 << width), 1 << width - 1):
        rows = [bits if chance.random() < 0.8 else 0 for _ in range(height)]
        board = boards.from_rows(rows, boards.stride_of(width))
        expected = [
            (top + row, left + column)
            for row, cells in enumerate(cells_of(board, height, width))
            for column, bit in enumerate(cells)
            if bit
        ]
        assert locations_in(board, top, left, height, width) == expected


def test_the_most_common_color():
    """Of all grids the one that counting all cells finds, the lowest of several, below zero too."""
    chance = random.Random("most common")
    for _ in range(2000):
        colors = chance.choices((0, 1, 2, 5, 9, 10, 127, -1, -128), k=chance.choice((1, 2, 3, 8)))
        height, width = chance.randint(1, 5), chance.randint(1, 5)
        cells = [chance.choice(colors) for _ in range(height * width)]
        grid = Grid(height, width, bytes([color & 255 for color in cells]))
        assert grid.most_common() == max(sorted(set(cells)), key=cells.count)
