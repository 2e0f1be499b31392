"""Families about ways through 0: how many steps from a color each cell is."""

from __future__ import annotations

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.features import MOST
from kaggle_batt.dsl.extensions.registry import family


def _steps(array: Array, color: int) -> Any:
    """For each cell the steps from the color's cells through 0 plus one, as int; 0 where no way leads."""
    stride = array.shape[1] + 2
    values = np.pad(array, 1, constant_values=255).tobytes()
    steps = [0] * len(values)
    front = [index for index, value in enumerate(values) if value == color]
    for index in front:
        steps[index] = 1
    for index in front:
        far = steps[index] + 1
        for other in (index + 1, index - 1, index + stride, index - stride):
            if not steps[other] and values[other] == 0:
                steps[other] = far
                front.append(other)
    return np.array(steps).reshape(-1, stride)[1:-1, 1:-1]


def _alternating(array: Array, rare: int, second: int) -> Array:
    """The ways from the rarest color in turn in the second rarest and in the rarest."""
    free = np.where(array == second, 0, array).astype(np.uint8)
    steps = _steps(free, rare)
    painted = np.where(steps % 2 == 1, rare, second)
    return np.where((steps > 0) & (free == 0), painted, array).astype(np.uint8)


@family("steps parity thirds reached alternating", cost=12, charge=(60, 30), tried=Tried(900, each(0)))
def paths(array: Array, color: int) -> Results | None:
    """The steps through 0 from the color (0: the rarest) plus one, their remainder by two and by three plus
    one, where they lead, else 0; the ways from the rarest color in turn in the second rarest color and in
    it."""
    if not 0 <= color < 10:
        return None
    counts = np.bincount(array.ravel(), minlength=10)
    present = sorted([(int(counts[c]), c) for c in range(1, 10) if counts[c]])
    if len(present) < 2 or (color and not counts[color]):
        return None
    rare, second = present[0][1], present[1][1]
    steps = _steps(array, color or rare)
    reached = steps > 0
    return {
        "steps": np.minimum(steps, MOST + steps % 2).astype(np.uint8),
        "parity": np.where(reached, steps % 2 + 1, 0).astype(np.uint8),
        "thirds": np.where(reached, steps % 3 + 1, 0).astype(np.uint8),
        "reached": reached.astype(np.uint8),
        "alternating": None if color else _alternating(array, rare, second),
    }
