"""Rigid motions of grids and patches.

A grid's bytes, and a patch's boards as digits, are cut into strided slices. A patch stays at its bounding
box's upper left corner.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from kaggle_batt.dsl.primitives.patches import filled, remade
from kaggle_batt.dsl.values.boards import cut, from_digits, to_digits
from kaggle_batt.dsl.values.build import grid_of, make_grid
from kaggle_batt.dsl.values.kinds import Piece
from kaggle_batt.dsl.values.limits import spend
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object

_SLICED: dict[str, Callable[[bytes, int, int], bytes]] = {
    "rot180": lambda data, h, w: data[::-1],
    "hmirror": lambda data, h, w: b"".join(cut(data, h, w)[::-1]),
    "vmirror": lambda data, h, w: _SLICED["hmirror"](data[::-1], h, w),
    "dmirror": lambda data, h, w: b"".join([data[j::w] for j in range(w)]),
    "cmirror": lambda data, h, w: _SLICED["dmirror"](data[::-1], h, w),
    "rot90": lambda data, h, w: b"".join([data[h * w - w + j :: -w] for j in range(w)]),
    "rot270": lambda data, h, w: b"".join([data[j::w] for j in range(w - 1, -1, -1)]),
}
_TURNS = frozenset({"dmirror", "cmirror", "rot90", "rot270"})


def _permuted(name: str, grid: Grid) -> Any:
    """The grid after one of the rigid motions, by name."""
    data, height, width = grid.data, grid.height, grid.width
    if not data:
        return () if name in _TURNS else ((),) * height
    spend(len(data) >> 6)
    moved = _SLICED[name](data, height, width)
    return make_grid(width, height, moved) if name in _TURNS else Grid(height, width, moved)


def rot90(grid: Grid) -> Grid:
    """A quarter turn clockwise."""
    return _permuted("rot90", grid_of(grid))


def rot180(grid: Grid) -> Grid:
    """A half turn."""
    return _permuted("rot180", grid_of(grid))


def rot270(grid: Grid) -> Grid:
    """A quarter turn counter-clockwise."""
    return _permuted("rot270", grid_of(grid))


def _mirrored(name: str, piece: Any) -> Any:
    """The piece after one of the mirrorings, by name."""
    if type(piece) is not Object and type(piece) is not Indices:
        return _permuted(name, piece if type(piece) is Grid else grid_of(piece))
    tall, wide = piece.height, piece.width
    height, width = (wide, tall) if name in _TURNS else (tall, wide)
    return remade(filled(piece), height, width, lambda board: _flipped(name, board, tall, wide))


@lru_cache(maxsize=1024)
def _flipped(name: str, board: int, height: int, width: int) -> int:
    """The board after one of the mirrorings; those of one shape come again in many places."""
    digits = _SLICED[name](to_digits(board, height, width), height, width)
    return from_digits(digits, height if name in _TURNS else width)


def hmirror(piece: Piece) -> Piece:
    """Upside down; a patch stays at its bounding box's upper left corner."""
    return _mirrored("hmirror", piece)


def vmirror(piece: Piece) -> Piece:
    """Left to right; a patch stays at its bounding box's upper left corner."""
    return _mirrored("vmirror", piece)


def dmirror(piece: Piece) -> Piece:
    """Along the main diagonal; a patch stays at its bounding box's upper left corner."""
    return _mirrored("dmirror", piece)


def cmirror(piece: Piece) -> Piece:
    """Along the counter-diagonal; a patch stays at its bounding box's upper left corner."""
    mirrored = _mirrored("cmirror", piece)
    if type(mirrored) is Object or type(mirrored) is Indices:
        spend(mirrored.height >> 2)  # together with `remade` and the next call as much as three mirrorings
        spend(mirrored.width >> 2)
    return mirrored
