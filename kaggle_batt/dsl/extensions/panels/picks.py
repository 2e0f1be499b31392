"""Panels that stand out, that a cell points to, that are the model of all others."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, under
from kaggle_batt.dsl.extensions.panels.panels import Panels, divided, symmetries
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
        "colors": [int((count[1:] > 0).sum()) for count in counts],
        "repeated": [common[key] for key in keys],
        "symmetric": [_symmetries(panel) for panel in panels],
        "parts": [len(parts_of(panel, Segmentation.FILLED_8)) for panel in panels],
        "parts_like": [len(parts_of(panel, Segmentation.COLOR_8)) for panel in panels],
        "holes": [hole_count(panel) if panel.any() else 0 for panel in panels],
        "rows": [int(panel.any(1).sum()) for panel in panels],
        "columns": [int(panel.any(0).sum()) for panel in panels],
    }
    found.update({f"color_{color}": [int(count[color]) for count in counts] for color in range(1, 10)})
    return found


def _symmetries(panel: Array) -> int:
    """How many of the two mirrorings, the diagonal one and the half turn leave the panel as it is."""
    diagonal = panel.shape[0] == panel.shape[1] and np.array_equal(panel, panel.T)
    return symmetries(panel) + int(np.array_equal(panel, panel[::-1, ::-1])) + int(diagonal)


def _picked(panels: list[Array], values: list[int], end: str) -> Array | None:
    """The one picture of the panels with the extreme (or the only) value, if it is one."""
    if end == "odd":
        counts = Counter(values)
        chosen = [k for k, value in enumerate(values) if counts[value] == 1] if len(values) > 2 else []
        return panels[chosen[0]] if len(chosen) == 1 else None
    extreme = max(values) if end == "most" else min(values)
    chosen = [k for k, value in enumerate(values) if value == extreme]
    first = panels[chosen[0]]
    one = len(set(values)) > 1 and all(np.array_equal(panels[k], first) for k in chosen)
    return first if one else None


@Tried(300, once)
@family(" ".join([*_PICKS, *[f"spread_{name}" for name in _PICKS]]), cost=13, charge=(250, 40))
def panel_picks(array: Array) -> Results | None:
    """The panel with the most, the least, the only value of a measure; its cells spread over the panels."""
    panels = divided(array)
    if panels is None or len(panels.boxes) > 40:
        return None
    measures, found = measures_of(panels.parts), Results()
    for name in _PICKS:
        end, _, measure = name.partition("_")
        panel = found[name] = _picked(panels.parts, measures[measure], end)
        if panel is not None and panel.shape == panels.shape:
            found[f"spread_{name}"] = panels.filled(panel)
    return found


@Tried(893, each_ink)
@family("moved moved_alone kept filled filled_alone", cost=13, charge=(45, 2))
def pointed(array: Array, color: int) -> Results | None:
    """Of the one panel with one cell of the color, that cell's place as the place of a panel: the panel
    copied there, only the panel there kept, filled with the color (`alone`: all others emptied)."""
    if not color or not 0 < np.count_nonzero(array == color) <= 20:
        return None
    panels = divided(array)
    if panels is None or len(panels.boxes) > 60 or not panels.alike:
        return None
    marked = [part for part in panels.parts if np.count_nonzero(part == color) == 1]
    if len(marked) != 1:
        return None
    row, column = np.argwhere(marked[0] == color)[0].tolist()
    if row >= panels.shape[0] or column >= panels.shape[1]:
        return None
    there = panels.boxes[row * panels.across + column]
    bare = panels.filled(np.zeros(panels.shape, np.uint8))
    found = {}
    for name, base, content in (
        ("moved", array, marked[0]),
        ("moved_alone", bare, marked[0]),
        ("kept", bare, array[there]),
        ("filled", array, color),
        ("filled_alone", bare, color),
    ):
        found[name] = base.copy()
        found[name][there] = content
    return dict(found)


_COPIES = ("copied", "mirrored", "quarter_turned")


@Tried(330, once)
@family(
    " ".join([f"{name} {name}_over" for name in _COPIES]) + " over_flipped over_reversed_flipped",
    cost=13,
    charge=(60, 20),
)
def panel_copies(array: Array) -> Results | None:
    """All panels filled from the fullest one: alike, mirrored from panel to panel, or turned."""
    panels = divided(array)
    if panels is None or len(panels.boxes) > 30 or not panels.alike:
        return None
    found = _flipped_over(panels.parts)
    for name in _COPIES:
        result = _copied(panels, name)
        if result is None:
            break
        found[name], found[f"{name}_over"] = result, under(array, result)
    return found


def _copied(panels: Panels, name: str) -> Array | None:
    """All panels filled from the fullest one as it looks so many panels further; None if turned ones do not
    fit."""
    filled = [int((part > 0).sum()) for part in panels.parts]
    model = filled.index(max(filled))
    panel, result = panels.parts[model], panels.array.copy()
    for number, box in enumerate(panels.boxes):
        down = number // panels.across - model // panels.across
        right = number % panels.across - model % panels.across
        view = panel
        if name == "mirrored":
            view = panel[:: -1 if down % 2 else 1, :: -1 if right % 2 else 1]
        elif name == "quarter_turned":
            view = np.rot90(panel, -(down + right))
        if view.shape != panel.shape:
            return None
        result[box] = view
    return result


def _flipped_over(panels: list[Array]) -> Results:
    """Of two panels the first laid over the second one's mirror image, and the other way round."""
    if len(panels) != 2:
        return {}
    one, flipped = panels[0], panels[1][:, ::-1]
    return {"over_flipped": under(one, flipped), "over_reversed_flipped": under(flipped, one)}
