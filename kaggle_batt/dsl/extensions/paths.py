"""Families about ways through 0: how many steps from a color each cell is."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, family
from kaggle_batt.dsl.extensions.features import MOST


def _steps(array: Array, color: int) -> list[int]:
    """For each cell the steps through 0, and into what stands there, from the color's cells; 0 where no way
    leads."""
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
    return steps


@family("steps parity thirds reached")
def paths(array: Array, color: int) -> Results | None:
    """The steps from the color through 0 plus one, their remainder by two and by three plus one, where they
    lead; 0 elsewhere."""
    if not color or not (array == color).any():
        return None
    steps = np.array(_steps(array, color)).reshape(array.shape[0] + 2, -1)[1:-1, 1:-1]
    found = steps > 0
    return {
        "steps": np.minimum(steps, MOST).astype(np.uint8),
        "parity": np.where(found, steps % 2 + 1, 0).astype(np.uint8),
        "thirds": np.where(found, steps % 3 + 1, 0).astype(np.uint8),
        "reached": found.astype(np.uint8),
    }
