"""Bitboards: a set of cells within a box as one integer, a row every `stride` bits, column 0 lowest.

Shifting, merging or comparing a thousand cells as one of Python's integers costs about one function call. The
stride is 64 for boxes up to 63 wide, so that boards of most patches line up. At least one column at the end
of a row is always free: a shift by one column never meets the next row.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from kaggle_batt.dsl.values.limits import MAX_BOX
from kaggle_batt.errors import LimitError

STRIDE = 64
TALL = 64  #: higher boards are cut without a `Struct`, whose size grows with its rows


def stride_of(width: int) -> int:
    """The stride of a board `width` columns wide: 64, or the next power of two above the width."""
    return STRIDE if width < STRIDE else 1 << width.bit_length()


def check_box(height: int, width: int) -> None:
    """Raise `LimitError` for a bounding box whose board has more than `MAX_BOX` bits."""
    if height * stride_of(width) > MAX_BOX:
        raise LimitError(f"a patch spread over {height}x{width} cells is over the limit of {MAX_BOX} bits")


@lru_cache(maxsize=8192)
def rectangle(height: int, width: int) -> int:
    """The board of a full rectangle at the origin, in the stride of `width`."""
    return rectangle_in(height, width, stride_of(width))


@lru_cache(maxsize=8192)
def rectangle_in(height: int, width: int, stride: int) -> int:
    """The board of a full rectangle at the origin, in a given stride."""
    if height <= 0 or width <= 0:
        return 0
    ones = ((1 << stride * height) - 1) // ((1 << stride) - 1)
    return ones * ((1 << width) - 1)


def columns_used(board: int, height: int, stride: int) -> int:
    """All rows of the board laid over each other: the set of columns in use, as bits."""
    while height > 1:
        height = (height + 1) >> 1
        board |= board >> height * stride  # an odd middle row is added twice, which is harmless
    return board & ((1 << stride) - 1)


def rows_of(board: int, height: int, stride: int) -> Iterable[int]:
    """The rows of a board, top first, each as the bits of its columns."""
    if stride == STRIDE:
        return struct.unpack(f"<{height}Q", board.to_bytes(height * 8, "little"))
    long = stride >> 3
    data = board.to_bytes(height * long, "little")
    return [int.from_bytes(data[i : i + long], "little") for i in range(0, len(data), long)]


def from_rows(rows: Iterable[int], stride: int) -> int:
    """The board with these rows, top first."""
    if stride == STRIDE:
        rows = tuple(rows)
        return int.from_bytes(struct.pack(f"<{len(rows)}Q", *rows), "little")
    return int.from_bytes(b"".join([row.to_bytes(stride >> 3, "little") for row in rows]), "little")


def restride(board: int, height: int, old: int, new: int) -> int:
    """The same cells in another stride (which must be wide enough)."""
    return board if old == new else from_rows(rows_of(board, height, old), new)


def columns_of(row: int) -> list[int]:
    """The columns set in a row, ascending."""
    columns = []
    while row:
        low = row & -row
        columns.append(low.bit_length() - 1)
        row ^= low
    return columns


@lru_cache(maxsize=1 << 16)
def picker(row: int) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """A function that returns a tuple of a sequence's items at the columns set in a row, at least one."""
    columns = columns_of(row)
    first, last = columns[0], columns[-1]
    if last - first < len(columns):
        return itemgetter(slice(first, last + 1))
    return itemgetter(*columns)


def spread(board: int, places: int) -> int:
    """A board moved to each of the set bits of another, all laid over each other; both in one stride."""
    if board.bit_count() < places.bit_count():
        board, places = places, board
    result = 0
    while places:
        low = places & -places
        result |= board << low.bit_length() - 1
        places ^= low
    return result


@lru_cache(maxsize=2048)
def _cutter(height: int, width: int, before: int) -> Callable[[bytes], tuple[bytes, ...]]:
    return struct.Struct(f"{before}x{width}s" * height).unpack


def cut(data: bytes, height: int, width: int, before: int = 0) -> Sequence[bytes]:
    """The rows of consecutive bytes, each preceded by `before` bytes to skip."""
    # a `Struct` takes less than half the time of a slice a row
    if height <= TALL:
        return _cutter(height, width, before)(data)
    step = before + width
    return [data[row * step + before : (row + 1) * step] for row in range(height)]


def to_digits(board: int, height: int, width: int) -> bytes:
    """One byte a cell, row by row: ``b"1"`` where the board is set, ``b"0"`` elsewhere."""
    stride = stride_of(width)
    digits = format(board, f"0{height * stride}b").encode()
    return b"".join(cut(digits, height, width, stride - width))[::-1]


def from_digits(digits: bytes, width: int) -> int:
    """The board of bytes ``b"0"`` and ``b"1"``, row by row, in the stride of `width`."""
    padding = b"0" * (stride_of(width) - width)
    return int(padding.join(cut(digits[::-1], len(digits) // width, width)), 2)


def _clipped(board: int, box: tuple[int, int, int, int], height: int, width: int, stride: int) -> int:
    """A board moved by its box within the same stride, clipped to the grid."""
    top, left, tall, wide = box
    first, last = max(0, -left), min(wide, width - left)
    if first or last < wide:
        board &= rectangle_in(tall, last - first, stride) << first
    move = top * stride + left
    board = board << move if move >= 0 else board >> -move
    return board & (1 << height * stride) - 1 if top + tall > height else board


def window(board: int, box: tuple[int, int, int, int], height: int, width: int) -> int:
    """A patch's board as seen by a grid of `height` x `width` cells, clipped, in its stride. `box` is the
    patch's (top, left, height, width) in the grid's coordinates."""
    top, left, tall, wide = box
    stride = stride_of(width)
    old = stride_of(wide)
    if top >= height or left >= width or top + tall <= 0 or left + wide <= 0:
        return 0
    if old == stride:
        return _clipped(board, box, height, width, stride)
    first, last = max(0, -top), min(tall, height - top)
    rows = rows_of(board >> first * old & (1 << (last - first) * old) - 1, last - first, old)
    full = (1 << width) - 1
    moved = [row << left & full for row in rows] if left >= 0 else [row >> -left & full for row in rows]
    return from_rows(moved, stride) << max(0, top) * stride
