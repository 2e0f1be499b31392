"""Families that make a chart of parts: stripes in their colors, in the order in which they lie."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 30


def _colors(parts: list[Part], across: bool) -> list[int]:
    """The parts' colors from left to right or from top to bottom, each once."""
    ordered = sorted(parts, key=lambda one: (one.left, one.top) if across else (one.top, one.left))
    return list(dict.fromkeys([part.color for part in ordered]))


def _stripes(colors: list[int], length: int, across: bool) -> Array | None:
    """A stripe of that length for each color, side by side (across) or one below the other."""
    if not colors or not 0 < length <= LARGEST:
        return None
    rows = np.repeat(np.array(colors, np.uint8)[:, None], length, 1)
    return rows.T if across else rows


def _charts(name: str, parts: list[Part]) -> Results:
    """Stripes as long as there are colors, and as long as the largest part has cells; by the parts' own
    way."""
    across, down = _colors(parts, True), _colors(parts, False)
    upright = sum([part.height > part.width for part in parts]) * 2 > len(parts)
    most = max([part.size for part in parts], default=0)
    return {
        f"{name}_square_across": _stripes(across, len(across), True),
        f"{name}_square_down": _stripes(down, len(down), False),
        f"{name}_square_own": _stripes(across if upright else down, len(across), upright),
        f"{name}_size_across": _stripes(across, most, True),
        f"{name}_size_down": _stripes(down, most, False),
    }


def _tally(parts: list[Part]) -> Results:
    """For each color a bar as long as it has parts, most first: lying, standing."""
    counts = Counter([part.color for part in parts])
    ordered = sorted(counts, key=lambda color: (-counts[color], color))
    bars = np.zeros((len(counts), max(counts.values())), np.uint8)
    for row, color in enumerate(ordered):
        bars[row, : counts[color]] = color
    return {"tally_lying": bars, "tally_standing": bars.T[::-1], "tally_hanging": bars.T}


CHOICES = ("all", "lines", "largest", "large")
WAYS = ("square_across", "square_down", "square_own", "size_across", "size_down")


@family(
    " ".join([f"{choice}_{way}" for choice in CHOICES for way in WAYS])
    + " tally_lying tally_standing tally_hanging",
    cost=14,
    charge=(40, 5),
    tried=Tried(950, each(1, 3), deep=True, only_resized=True),
)
def charts(array: Array, mode: int) -> Results | None:
    """Stripes in the colors of all parts, of those that are lines, of the largest, of those of two cells
    and more; a bar for each color by the number of its parts, lying, standing, hanging."""
    parts = list(parts_of(array, mode))
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    most = max([part.size for part in parts])
    return {
        **_tally(parts),
        **_charts("all", parts),
        **_charts("lines", [part for part in parts if min(part.height, part.width) == 1 < part.size]),
        **_charts("largest", [part for part in parts if part.size == most]),
        **_charts("large", [part for part in parts if part.size > 1]),
    }
