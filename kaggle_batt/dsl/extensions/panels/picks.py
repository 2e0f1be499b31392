"""Panels that stand out, that a cell points to, that are the model of all others."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import Array, Results, equal
from kaggle_batt.dsl.extensions.panels.panels import divided
from kaggle_batt.dsl.extensions.properties import code_of, standing_out
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, hole_count, parts_of

_MEASURES = (
    "filled colors repeated symmetric parts parts_like holes rows columns color_1 color_2 color_3 color_4 "
    "color_5 color_6 color_7 color_8 color_9"
)
_PICKS = [f"{end}_{name}" for name in _MEASURES.split() for end in ("most", "least", "odd")]


def measures_of(panels: list[Array]) -> dict[str, list[int]]:
    """For each measure its value for each panel."""
    keys = [(panel.shape, panel.tobytes()) for panel in panels]
    common = Counter(keys)
    counts = [np.bincount(panel.ravel(), minlength=10) for panel in panels]
    found = {
        "filled": [int(count[1:].sum()) for count in counts],
        "colors": [int(np.count_nonzero(count[1:] > 0)) for count in counts],
        "repeated": [common[key] for key in keys],
        "symmetric": [_symmetries(panel) for panel in panels],
        "parts": [len(parts_of(panel, Segmentation.FILLED_8)) for panel in panels],
        "parts_like": [len(parts_of(panel, Segmentation.COLOR_8)) for panel in panels],
        "holes": [hole_count(panel) if np.count_nonzero(panel) else 0 for panel in panels],
        "rows": [int(panel.any(1).sum()) for panel in panels],
        "columns": [int(panel.any(0).sum()) for panel in panels],
    }
    found.update({f"color_{color}": [int(count[color]) for count in counts] for color in range(1, 10)})
    return found


def _symmetries(panel: Array) -> int:
    """How many of the two mirrorings, the diagonal one and the half turn leave the panel unchanged."""
    diagonal = panel.shape[0] == panel.shape[1] and equal(panel, panel.T)
    images = panel[:, ::-1], panel[::-1], panel[::-1, ::-1]
    return sum([equal(panel, image) for image in images]) + int(diagonal)


def _form(panel: Array) -> int:
    """A number for the panel up to its colors."""
    _, first, numbers = np.unique(panel, return_index=True, return_inverse=True)
    return code_of(panel.shape, first[numbers].astype(np.int64).tobytes())


def _stretches(array: Array, axis: int) -> list[Array]:
    """The shortest equal stretches of which all but one have one form; none if there are none."""
    for number in range(array.shape[axis] // 2, 2, -1):
        pieces = np.split(array, number, axis) if array.shape[axis] % number == 0 else []
        if sorted(Counter(map(_form, pieces)).values()) == [1, number - 1]:
            return pieces
    return []


@Tried(450, once)
@family(" ".join([*_PICKS, *[f"spread_{name}" for name in _PICKS], "odd_form"]), cost=13, charge=(265, 66))
def panel_picks(array: Array) -> Results | None:
    """The panel with the most, the least or a unique value of a measure, its cells also spread over the
    panels; the odd one of equal stretches of the grid."""
    pieces = _stretches(array, 1) or _stretches(array, 0)
    found: Results = {}
    if pieces:
        odd = dict(standing_out({"form": list(map(_form, pieces))}))["odd_form"]
        found["odd_form"] = pieces[odd[0]]
    panels = divided(array)
    if panels is None or len(panels.boxes) > 40:
        return found
    for name, numbers in standing_out(measures_of(panels.parts)):
        panel = panels.parts[numbers[0]]
        if all(equal(panels.parts[k], panel) for k in numbers):
            found[name] = panel
            found[f"spread_{name}"] = panels.filled(panel) if panel.shape == panels.shape else None
    return found
