"""Grids as numpy arrays: conversion, cells laid over each other, blocks, counts of colors."""

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from itertools import accumulate
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.values.build import grid_of
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

Array = npt.NDArray[np.uint8]
Mask = npt.NDArray[Any]
Results = dict[str, Any]  #: by name an array, the bytes of one of the grid's shape, or None
LARGEST = 30  #: the largest side of an extension's result
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


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


class Once:
    """Keeps what functions return for this object and further arguments."""

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}

    def once(self, make: Callable[..., T], *args: Any) -> T:
        """What `make` returns for this object and the arguments, made on the first call."""
        key = make, args
        if key not in self._made:
            self._made[key] = make(self, *args)
        return self._made[key]


def by_cells(maxsize: int) -> Callable[[F], F]:
    """Cache a function of an array, which gets a read-only copy, and of further arguments, by all cells."""

    def declare(function: F) -> F:
        @lru_cache(maxsize=maxsize)
        def made(shape: tuple[int, ...], data: bytes, *args: Any) -> Any:
            return function(np.frombuffer(data, np.uint8).reshape(shape), *args)

        return cast(F, wraps(function)(lambda array, *args: made(array.shape, array.tobytes(), *args)))

    return declare


def fits(array: Array | None) -> bool:
    """Whether a grid may have this result: not empty, at most `LARGEST` on a side."""
    return array is not None and array.size > 0 and max(array.shape) <= LARGEST


def equal(one: Array, other: Array) -> bool:
    """Whether two arrays of bytes have one shape and the same cells."""
    return one.shape == other.shape and one.tobytes() == other.tobytes()


@lru_cache(maxsize=256)
def coordinates(height: int, width: int) -> tuple[Any, Any]:
    """The row and the column of each cell of a grid of that size, not to be changed."""
    places = np.mgrid[0:height, 0:width]
    places.setflags(write=False)
    return places[0], places[1]


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


def by_count(array: Array) -> list[int]:
    """The colors other than 0, the most frequent first, lower ones first among equals."""
    counts = tallies(array)
    return sorted([color for color in range(1, 10) if counts[color]], key=lambda c: (-counts[c], c))


def tallies(array: Array) -> list[int]:
    """Number of cells of each color 0..9."""
    return np.bincount(array.ravel(), minlength=10)[:10].tolist()
