"""Rigid motions of grids.

A motion moves the cell at place p[k] to place k. For up to 256 cells that is one call of
`bytes.translate`: translating the bytes p by the table "index -> color of that cell". Larger grids are
cut into strided slices.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from kaggle_batt.dsl.values.build import grid_of, make_grid
from kaggle_batt.dsl.values.limits import spend
from kaggle_batt.dsl.values.shapes import Grid

_SLICED: dict[str, Callable[[bytes, int, int], bytes]] = {
    "rot180": lambda data, h, w: data[::-1],
    "hmirror": lambda data, h, w: b"".join([data[i : i + w] for i in range(h * w - w, -1, -w)]),
    "vmirror": lambda data, h, w: _SLICED["hmirror"](data[::-1], h, w),
    "dmirror": lambda data, h, w: b"".join([data[j::w] for j in range(w)]),
    "cmirror": lambda data, h, w: _SLICED["dmirror"](data[::-1], h, w),
    "rot90": lambda data, h, w: _SLICED["dmirror"](_SLICED["hmirror"](data, h, w), h, w),
    "rot270": lambda data, h, w: b"".join([data[j::w] for j in range(w - 1, -1, -1)]),
}
_TURNS = frozenset({"dmirror", "cmirror", "rot90", "rot270"})


@lru_cache(maxsize=4096)
def _places(name: str, height: int, width: int) -> bytes:
    return _SLICED[name](bytes(range(height * width)), height, width)


def permuted(name: str, grid: Grid) -> Any:
    """The grid after one of the rigid motions, by name."""
    data, height, width = grid.data, grid.height, grid.width
    count = len(data)
    if not count:
        turned = name in _TURNS
        return () if turned else ((),) * height
    spend(count >> 6)
    if count <= 256:
        moved = _places(name, height, width).translate(data + bytes(256 - count))
    else:
        moved = _SLICED[name](data, height, width)
    return make_grid(width, height, moved) if name in _TURNS else Grid(height, width, moved)


def rot90(grid: Grid) -> Grid:
    """A quarter turn clockwise."""
    return permuted("rot90", grid_of(grid))


def rot180(grid: Grid) -> Grid:
    """A half turn."""
    return permuted("rot180", grid_of(grid))


def rot270(grid: Grid) -> Grid:
    """A quarter turn counter-clockwise."""
    return permuted("rot270", grid_of(grid))
