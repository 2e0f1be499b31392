"""Cells of a grid as bits of one integer, for sets that are compared again and again."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask
from kaggle_batt.dsl.extensions.objects.places import drawn_at
from kaggle_batt.dsl.extensions.objects.scene import Scene


def bits_of(mask: Mask) -> int:
    """The flat mask as bits of one number, the first cell being the lowest."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def _cell_bits(scene: Scene, cells: Array) -> int:
    mask = np.zeros(scene.array.size, bool)
    mask[cells] = True
    return bits_of(mask)


def part_bits(scene: Scene, number: int) -> int:
    """The cells of a part as bits."""
    return scene.once(_part_bits, number)


def _part_bits(scene: Scene, number: int) -> int:
    return _cell_bits(scene, scene.parts[number].cells)


def drawn_bits(scene: Scene, number: int, place: int) -> int:
    """The cells that a place, which is defined, draws for a part."""
    drawn = drawn_at(scene, number, place)
    return 0 if drawn is None else _cell_bits(scene, drawn[0])
