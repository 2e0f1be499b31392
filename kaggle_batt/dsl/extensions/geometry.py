"""Directions and boxes; arrays moved, turned, framed and cut."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array

Step = tuple[int, int]
Box = tuple[slice, slice]  #: rows and columns, as an index
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
OFF_MIDDLE = (0, 1, -1, 2, -2)  #: by how many cells an image moves whose mirror lies off the grid's middle
OPPOSITE = (1, 0, 3, 2, 7, 6, 5, 4)  #: for each step the number of the opposite one


def four(picture: Array) -> list[Array]:
    """The picture itself, upside down, left to right, turned by half."""
    return [picture, picture[::-1], picture[:, ::-1], picture[::-1, ::-1]]


def eight(picture: Array) -> list[Array]:
    """The picture in its eight positions: `four`, then those of the transposed one."""
    return [*four(picture), *four(picture.T)]


def shift(array: Any, down: int, right: int, fill: int = 0) -> Any:
    """The array, or each of a stack, moved by that many cells; freed cells get the color `fill`."""
    height, width = array.shape[-2:]
    result = np.full(array.shape, fill, array.dtype) if fill else np.zeros(array.shape, array.dtype)
    if abs(down) < height and abs(right) < width:
        above, below, before, after = max(down, 0), max(-down, 0), max(right, 0), max(-right, 0)
        seen = array[..., below : height - above, after : width - before]
        result[..., above : height - below, before : width - after] = seen
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


def packed(array: Array, front: bool) -> Array:
    """The colored cells of each row moved together, to its front or to its end."""
    *lines, width = array.shape
    ended = np.full((*lines, width + 1), 255, np.uint8)
    ended[..., :-1] = array
    rows = ended.tobytes().translate(None, b"\0").split(b"\xff")[:-1]
    pad = bytes.ljust if front else bytes.rjust
    return np.frombuffer(b"".join([pad(row, width, b"\0") for row in rows]), np.uint8).reshape(array.shape)


def bounds(mask: Any) -> Box | None:
    """The smallest box that has all true cells; None if there are none."""
    rows = np.logical_or.reduce(mask, 1).nonzero()[0]
    if not len(rows):
        return None
    columns = np.logical_or.reduce(mask, 0).nonzero()[0]
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def cut(array: Array, mask: Any, inset: int = 0) -> Array | None:
    """The part of the array in the mask's bounding box, smaller by `inset` on every side, maybe empty."""
    box = bounds(mask)
    return None if box is None else array[box][inset : -inset or None, inset : -inset or None]


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
