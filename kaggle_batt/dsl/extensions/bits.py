"""Masks of cells as the bits of one number, so that a flood is a few shifts."""

from collections.abc import Sequence

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask


def bits_of(mask: Mask) -> int:
    """The flat mask as bits of one number, the first cell being the lowest."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def guarded_bits(mask: Mask) -> int:
    """The mask as one number, first cell lowest, a 0 between rows; a row of 0 after each mask of a stack."""
    *stack, height, width = mask.shape
    framed = np.zeros((*stack, height + len(stack), width + 1), np.uint8)
    framed[..., :height, :-1] = mask
    return bits_of(framed)


def flooded(start: int, through: int, stride: int) -> int:
    """The cells that paths through `through` join to the first ones, all as bits of rows of that stride."""
    before = 0
    while start != before:
        before = start
        start |= (start << 1 | start >> 1 | start << stride | start >> stride) & through
    return start


def masks_of(bits: Sequence[int], height: int, width: int) -> Mask:
    """The masks of numbers that `guarded_bits` makes, as a stack; other bits are ignored."""
    cells = height * (width + 1)
    size = -(-cells // 8)
    whole = (1 << 8 * size) - 1
    data = b"".join([(one & whole).to_bytes(size, "little") for one in bits])
    rows = np.frombuffer(data, np.uint8).reshape(-1, size)
    masks = np.unpackbits(rows, axis=1, count=cells, bitorder="little")
    return masks.reshape(-1, height, width + 1)[:, :, :-1].view(bool)


def enclosed(stack: Array) -> Mask:
    """The cells of 0 of a stack of grids that no path of 0 joins to the edge."""
    number, height, width = stack.shape
    edge, free = np.ones(stack.shape, bool), guarded_bits(stack == 0)
    edge[:, 1:-1, 1:-1] = False
    inside = free & ~flooded(free & guarded_bits(edge), free, width + 1)
    return masks_of([inside], number * (height + 1), width).reshape(number, height + 1, width)[:, :height]
