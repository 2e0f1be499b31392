"""Families that pick one panel of a divided grid by a measure, or spread its cells over all panels."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.panels import divided
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import hole_count, parts_of

MOST_PANELS = 40
MEASURES = (
    "filled", "colors", "repeated", "symmetric", "parts", "parts_like", "holes", "rows", "columns",
    *[f"color_{color}" for color in range(1, 10)],
)  # fmt: skip
_ENDS = ("most", "least", "odd")


def measures_of(panels: list[Array]) -> dict[str, list[int]]:
    """For each measure its value for each panel."""
    keys = [(panel.shape, panel.tobytes()) for panel in panels]
    common = Counter(keys)
    counts = [np.bincount(panel.ravel(), minlength=10) for panel in panels]
    found = {
        "filled": [int(count[1:].sum()) for count in counts],
        "colors": [int((count[1:] > 0).sum()) for count in counts],
        "repeated": [common[key] for key in keys],
        "symmetric": [_symmetries(panel) for panel in panels],
        "parts": [len(parts_of(panel, 3)) for panel in panels],
        "parts_like": [len(parts_of(panel, 1)) for panel in panels],
        "holes": [hole_count(panel) if panel.any() else 0 for panel in panels],
        "rows": [int(panel.any(1).sum()) for panel in panels],
        "columns": [int(panel.any(0).sum()) for panel in panels],
    }
    found.update({f"color_{color}": [int(count[color]) for count in counts] for color in range(1, 10)})
    return found


def _symmetries(panel: Array) -> int:
    """How many of the two mirrorings, the diagonal one and the half turn leave the panel as it is."""
    diagonal = panel.shape[0] == panel.shape[1] and np.array_equal(panel, panel.T)
    straight = [np.array_equal(panel, view) for view in (panel[:, ::-1], panel[::-1], panel[::-1, ::-1])]
    return sum(straight) + int(diagonal)


def _picked(panels: list[Array], values: list[int], end: str) -> Array | None:
    """The one picture of the panels with the extreme (or the only) value, if it is one."""
    if end == "odd":
        counts = Counter(values)
        chosen = [k for k, value in enumerate(values) if counts[value] == 1] if len(values) > 2 else []
        return panels[chosen[0]] if len(chosen) == 1 else None
    extreme = max(values) if end == "most" else min(values)
    if max(values) == min(values):
        return None
    chosen = [k for k, value in enumerate(values) if value == extreme]
    first = panels[chosen[0]]
    return first if all(np.array_equal(panels[k], first) for k in chosen) else None


@family(
    " ".join([f"{end}_{name}" for name in MEASURES for end in _ENDS])
    + " "
    + " ".join([f"spread_{end}_{name}" for name in MEASURES for end in _ENDS]),
    cost=13,
    charge=(250, 40),
    tried=Tried(300, once),
)
def panel_picks(array: Array) -> Results | None:
    """The panel with the most, the least, the only value of a measure; its cells spread over the panels."""
    spans = divided(array)
    if spans is None:
        return None
    boxes = [(slice(*rows), slice(*columns)) for rows in spans[0] for columns in spans[1]]
    if len(boxes) > MOST_PANELS:
        return None
    panels = [array[box] for box in boxes]
    found: Results = {}
    for name, values in measures_of(panels).items():
        for end in _ENDS:
            panel = _picked(panels, values, end)
            if panel is None:
                continue
            found[f"{end}_{name}"] = panel
            if panel.shape == (len(spans[0]), len(spans[1])):
                result = array.copy()
                for box, color in zip(boxes, panel.ravel().tolist(), strict=True):
                    result[box] = color
                found[f"spread_{end}_{name}"] = result
    return found
