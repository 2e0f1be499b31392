"""Boards cell by cell: rows in and out, and a patch seen by a grid, in strides of 64 and wider."""

import random

import pytest

from kaggle_batt.dsl import boards


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
    """What leaves the grid is cut off on every side, whatever the strides."""
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
