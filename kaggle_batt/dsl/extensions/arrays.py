"""Grids as numpy arrays: conversion, and the few helpers that all families share."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.values.build import grid_of
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

Array = npt.NDArray[np.uint8]
Mask = npt.NDArray[Any]
Results = dict[str, Any]  #: by name an array, the bytes of one of the grid's shape, or None
LARGEST = 30  #: the largest side of an extension's result
Step = tuple[int, int]
#: the eight directions: name -> (row, column) step
WAYS: dict[str, Step] = {
    "right": (0, 1), "left": (0, -1), "down": (1, 0), "up": (-1, 0),
    "down_right": (1, 1), "down_left": (1, -1), "up_right": (-1, 1), "up_left": (-1, -1),
}  # fmt: skip
STEPS = tuple(WAYS.values())
STRAIGHT, DIAGONAL = tuple(WAYS)[:4], tuple(WAYS)[4:]
#: the mirrorings and turns of steps, as the rows of a matrix: `counter` is about the other diagonal
TURNS: dict[str, tuple[Step, Step]] = {
    "same": ((1, 0), (0, 1)), "across": ((1, 0), (0, -1)), "down": ((-1, 0), (0, 1)),
    "half": ((-1, 0), (0, -1)), "quarter": ((0, 1), (-1, 0)), "back": ((0, -1), (1, 0)),
    "diagonal": ((0, 1), (1, 0)), "counter": ((0, -1), (-1, 0)),
}  # fmt: skip
OPPOSITE = (1, 0, 3, 2, 7, 6, 5, 4)  #: for each step the number of the opposite one


def to_array(grid: Any) -> Array:
    """The grid's colors as a read-only array of bytes; DslError if it is no grid of colors 0..127."""
    grid = grid_of(grid)
    if not grid.data:
        raise DslError("a grid with cells was expected")
    array = np.frombuffer(grid.data, np.uint8).reshape(grid.height, grid.width)
    if array.max() > 127:
        raise DslError("colors below zero have no meaning here")
    return array


def to_grid(array: Array) -> Grid:
    """The grid of an array of bytes."""
    return Grid(array.shape[0], array.shape[1], np.ascontiguousarray(array, np.uint8).tobytes())


def fits(array: Array | None) -> bool:
    """Whether a grid may have this result: not empty, at most `LARGEST` on a side."""
    return array is not None and array.size > 0 and max(array.shape) <= LARGEST


def equal(one: Array, other: Array) -> bool:
    """Whether two arrays of bytes have one shape and the same cells."""
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def eight(picture: Array) -> list[Array]:
    """The picture in its eight positions, itself first."""
    return [
        view for base in (picture, picture.T) for view in (base, base[::-1], base[:, ::-1], base[::-1, ::-1])
    ]


def shift(array: Any, down: int, right: int, fill: int = 0) -> Any:
    """The array, or each of a stack, moved by that many cells; freed cells get the color `fill`."""
    height, width = array.shape[-2:]
    result = np.full(array.shape, fill, array.dtype) if fill else np.zeros(array.shape, array.dtype)
    rows, columns = height - abs(down), width - abs(right)
    if rows > 0 and columns > 0:
        top, left = max(down, 0), max(right, 0)
        from_top, from_left = max(-down, 0), max(-right, 0)
        result[..., top : top + rows, left : left + columns] = array[
            ..., from_top : from_top + rows, from_left : from_left + columns
        ]
    return result


def framed_by(array: Any, fill: int = 0) -> Any:
    """The array, or each of a stack, with a frame of one cell around it."""
    *stack, height, width = array.shape
    framed = np.empty((*stack, height + 2, width + 2), array.dtype)
    framed[..., 0, :] = framed[..., -1, :] = framed[..., 0] = framed[..., -1] = fill
    framed[..., 1:-1, 1:-1] = array
    return framed


def padded(array: Array, above: int, below: int, before: int, after: int) -> Array:
    """The array with that many rows and columns of 0 around it."""
    height, width = array.shape
    result = np.zeros((above + height + below, before + width + after), np.uint8)
    result[above : above + height, before : before + width] = array
    return result


def neighbours(array: Any, fill: int = 0) -> list[Any]:
    """The array, or a stack, as `shift` moves it by each of `STEPS`; views of one array."""
    height, width = array.shape[-2:]
    framed = framed_by(array, fill)
    return [framed[..., 1 - down : 1 - down + height, 1 - right : 1 - right + width] for down, right in STEPS]


def guarded_bits(mask: Mask) -> int:
    """The mask as one number, first cell lowest, a 0 between rows; a row of 0 after each mask of a stack."""
    *stack, height, width = mask.shape
    framed = np.zeros((*stack, height + len(stack), width + 1), np.uint8)
    framed[..., :height, :-1] = mask
    return int.from_bytes(np.packbits(framed, bitorder="little").tobytes(), "little")


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


def stack_of(bits: int, shape: tuple[int, ...]) -> Mask:
    """The stack of that shape of a number that `guarded_bits` makes."""
    number, height, width = shape
    masks = masks_of([bits], number * (height + 1), width)
    return masks.reshape(number, height + 1, width)[:, :height]


def packed(array: Array, front: bool) -> Array:
    """The colored cells of each row moved together, to its front or to its end."""
    *lines, width = array.shape
    ended = np.full((*lines, width + 1), 255, np.uint8)
    ended[..., :-1] = array
    rows = ended.tobytes().translate(None, b"\0").split(b"\xff")[:-1]
    pad = bytes.ljust if front else bytes.rjust
    return np.frombuffer(b"".join([pad(row, width, b"\0") for row in rows]), np.uint8).reshape(array.shape)


@lru_cache(maxsize=256)
def coordinates(height: int, width: int) -> tuple[Any, Any]:
    """The row and the column of each cell of a grid of that size, not to be changed."""
    rows, columns = np.mgrid[0:height, 0:width]
    rows.setflags(write=False)
    columns.setflags(write=False)
    return rows, columns


def numbered(shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """Arrays of these shapes, whose cells are numbered one after the other."""
    ends = accumulate([height * width for height, width in shapes], initial=0)
    pairs = zip(ends, shapes, strict=False)
    return [start + np.arange(height * width).reshape(height, width) for start, (height, width) in pairs]


def blown_up(array: Array, down: int, right: int) -> Array:
    """Each cell enlarged to a block of that size."""
    return np.repeat(np.repeat(array, down, 0), right, 1)


def stretch(array: Array, height: int, width: int) -> Array:
    """Each cell enlarged to a block, up to a size that is a multiple of the array's."""
    return blown_up(array, height // array.shape[0], width // array.shape[1])


def of_blocks(array: Array, down: int, right: int) -> Array | None:
    """The array with one cell for each block of that size; None if it is not made of such blocks."""
    if not down or not right or array.shape[0] % down or array.shape[1] % right:
        return None
    small = array[::down, ::right]
    return small if equal(blown_up(small, down, right), array) else None


def repeat_over(array: Array, height: int, width: int) -> Array:
    """The array repeated to the right and down, cut off at that size."""
    return array[np.arange(height) % array.shape[0]][:, np.arange(width) % array.shape[1]]


def bounds(mask: Any) -> tuple[int, int, int, int] | None:
    """(top, bottom, left, right), half open, of the true cells; None if there are none."""
    rows = mask.any(1).nonzero()[0]
    if not len(rows):
        return None
    columns = mask.any(0).nonzero()[0]
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def cut(array: Array, mask: Any, inset: int = 0) -> Array | None:
    """The part of the array in the mask's bounding box, smaller by `inset` on every side."""
    box = bounds(mask)
    if box is None:
        return None
    top, bottom, left, right = box
    if bottom - top <= 2 * inset or right - left <= 2 * inset:
        return None
    return array[top + inset : bottom - inset, left + inset : right - inset]


def only(array: Array, mask: Any) -> Array:
    """The array where the mask holds, else 0."""
    # a product of bytes is faster than one with booleans
    return array * mask.view(np.uint8)


def without(array: Array, mask: Any) -> Array:
    """The array, 0 where the mask holds."""
    return array * (~mask).view(np.uint8)


def under(*layers: Array) -> Array:
    """The first layer; where it is 0 the second shows through, and so on."""
    result = layers[0]
    for layer in layers[1:]:
        result = np.where(result, result, layer)
    return result


def paste(board: Array, picture: Array, top: int, left: int, below: bool = False) -> bool:
    """Draw the picture's colored cells, clipped, on or `below` the board; return whether the boxes meet."""
    rows = slice(max(top, 0), min(top + picture.shape[0], board.shape[0]))
    columns = slice(max(left, 0), min(left + picture.shape[1], board.shape[1]))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return False
    window = board[rows, columns]
    seen = picture[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    np.copyto(window, seen, where=(seen > 0) & (window == 0) if below else seen > 0)
    return True


def quarters(array: Any, turns: int) -> Any:
    """A view of the array turned counterclockwise by that many quarters."""
    return (array, array.T[::-1], array[::-1, ::-1], array.T[:, ::-1])[turns % 4]


def transposed(function: Callable[..., Any], *arrays: Any) -> Any:
    """The function's value for the transposed arrays (or stacks), transposed back; None if it gives none."""
    result = function(*[array.swapaxes(-1, -2) for array in arrays])
    return None if result is None else result.swapaxes(-1, -2)


def by_count(array: Array) -> list[int]:
    """The colors other than 0, the most frequent first, lower ones first among equals."""
    counts = tallies(array)
    return sorted([color for color in range(1, 10) if counts[color]], key=lambda c: (-counts[c], c))


def tallies(array: Array) -> list[int]:
    """Number of cells of each color 0..9."""
    return np.bincount(array.ravel(), minlength=10)[:10].tolist()
