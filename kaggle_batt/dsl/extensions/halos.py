"""Families of rings around parts, as thick as the part's own measures."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 40


def _measures(part: Part) -> dict[str, int]:
    """How thick a ring is drawn, by name."""
    side = min(part.height, part.width)
    colors = len(set(part.picture.tobytes()) - {0})
    several = int(part.size > 1)
    return {"half": side // 2, "side": side, "two": 2, "colors": colors, "several": several}


_NAMES = ("half", "side", "two", "colors", "several")


@family(
    " ".join([*_NAMES, *[f"{name}_only" for name in _NAMES]]),
    cost=14,
    charge=(70, 10),
    tried=Tried(550, each(0, 3)),
)
def halos(array: Array, mode: int) -> Results | None:
    """The boxes of the parts grown on all sides by half of the shorter side, by it, by 2, by their
    colors, by 1 if they have several cells."""
    parts = parts_of(array, mode)
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    layers = {name: np.zeros_like(array) for name in _NAMES}
    for part in parts:
        for name, thick in _measures(part).items():
            top, left = max(part.top - thick, 0), max(part.left - thick, 0)
            window = layers[name][top : part.bottom + thick + 1, left : part.right + thick + 1]
            window[window == 0] = part.color
    found: Results = {name: under(array, layer) for name, layer in layers.items()}
    for name, layer in layers.items():
        found[f"{name}_only"] = np.where(array > 0, 0, layer).astype(np.uint8)
    return found
