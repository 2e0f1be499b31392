"""A family at work on the panels' main colors as a small grid, drawn back into the panels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Family, Results, family
from kaggle_batt.dsl.extensions.fills import fills
from kaggle_batt.dsl.extensions.lines import extensions, rays
from kaggle_batt.dsl.extensions.panels import Span, divided
from kaggle_batt.dsl.extensions.relations import stamps
from kaggle_batt.dsl.extensions.symmetry import mirrored

#: the families at work, by number
WORKERS: tuple[Family, ...] = (stamps, mirrored, fills, rays, extensions)


def _main(panel: Array) -> int:
    """The panel's most frequent color other than 0."""
    counts = np.bincount(panel.ravel(), minlength=2)
    counts[0] = 0
    return int(counts.argmax())


@lru_cache(maxsize=64)
def _small(height: int, width: int, data: bytes) -> tuple[tuple[list[Span], list[Span]], Array] | None:
    """How the grid is divided and its panels' main colors; None with fewer than three rows or columns."""
    array = np.frombuffer(data, np.uint8).reshape(height, width)
    spans = divided(array)
    if spans is None or not 3 <= min(len(spans[0]), len(spans[1])) <= LARGEST:
        return None
    colors = [[_main(array[slice(*rows), slice(*columns)]) for columns in spans[1]] for rows in spans[0]]
    return spans, np.array(colors, np.uint8)


@family(" ".join([f"r{number}" for number in range(max([len(one.names) for one in WORKERS]))]))
def panel_work(array: Array, which: int) -> Results | None:
    """Every panel in the color that each result of family `which` on the grid of main colors has there."""
    found = _small(array.shape[0], array.shape[1], array.tobytes())
    if found is None or not 0 <= which < len(WORKERS):
        return None
    (rows, columns), small = found
    results: Results = {}
    for number, made in enumerate(WORKERS[which].arrays(small)):
        if made is None or made.shape != small.shape:
            continue
        result = array.copy()
        for y, down in enumerate(rows):
            for x, right in enumerate(columns):
                if made[y, x] != small[y, x]:
                    result[slice(*down), slice(*right)] = made[y, x]
        results[f"r{number}"] = result
    return results
