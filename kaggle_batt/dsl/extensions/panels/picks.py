"""Panels that stand out, that a cell points to, that are the model of all others."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, under
from kaggle_batt.dsl.extensions.panels.panels import divided
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Segmentation, hole_count, parts_of

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


@Tried(300, once)
@family(
    " ".join([f"{end}_{name}" for name in MEASURES for end in _ENDS])
    + " "
    + " ".join([f"spread_{end}_{name}" for name in MEASURES for end in _ENDS]),
    cost=13,
    charge=(250, 40),
)
def panel_picks(array: Array) -> Results | None:
    """The panel with the most, the least, the only value of a measure; its cells spread over the panels."""
    spans = divided(array)
    if spans is None:
        return None
    boxes = [(slice(*rows), slice(*columns)) for rows in spans[0] for columns in spans[1]]
    if len(boxes) > 40:
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


MOST_POINTED = 60
#: of the color
Box = tuple[slice, slice]


def _panels(array: Array) -> list[list[Box]]:
    """The panels' boxes by row and column; none unless there are few of one shape."""
    spans = divided(array)
    if spans is None or len(spans[0]) * len(spans[1]) > MOST_POINTED:
        return []
    boxes = [[(slice(*rows), slice(*columns)) for columns in spans[1]] for rows in spans[0]]
    shapes = {array[box].shape for row in boxes for box in row}
    return boxes if len(shapes) == 1 else []


def _pointing(array: Array, boxes: list[list[Box]], color: int) -> tuple[Box, Box] | None:
    """The one panel with one cell of the color, and the panel at that cell's place; None without them."""
    flat = [box for row in boxes for box in row]
    marked = [box for box in flat if np.count_nonzero(array[box] == color) == 1]
    if len(marked) != 1:
        return None
    row, column = np.argwhere(array[marked[0]] == color)[0].tolist()
    inside = row < len(boxes) and column < len(boxes[0])
    return (marked[0], boxes[row][column]) if inside else None


@Tried(893, each_ink)
@family("moved moved_alone kept filled filled_alone", cost=13, charge=(45, 2))
def pointed(array: Array, color: int) -> Results | None:
    """Of the one panel with one cell of the color, that cell's place as the place of a panel: the panel
    copied there, only the panel there kept, filled with the color (`alone`: all others emptied)."""
    if not color or not 0 < np.count_nonzero(array == color) <= 20:
        return None
    boxes = _panels(array)
    found = _pointing(array, boxes, color)
    if found is None:
        return None
    source, there = found
    bare = array.copy()
    for row in boxes:
        for box in row:
            bare[box] = 0
    results = {name: (array if name in ("moved", "filled") else bare).copy() for name in pointed.names}
    for name in ("moved", "moved_alone"):
        results[name][there] = array[source]
    for name in ("filled", "filled_alone"):
        results[name][there] = color
    results["kept"][there] = array[there]
    return dict(results)


Pairs = list[tuple[int, int]]


def _dominoes(array: Array) -> tuple[Pairs, list[Part]]:
    """The colors of all parts that are two unlike cells side by side or one below the other; the parts."""
    pairs, legend = [], []
    for part in parts_of(array, Segmentation.FILLED_8):
        if part.size == 2 and part.height + part.width == 3:
            one, two = part.picture.ravel().tolist()
            if one != two:
                pairs.append((one, two))
                legend.append(part)
    return pairs, legend


def _recolored(array: Array, pairs: Pairs) -> Array:
    lookup = np.arange(256, dtype=np.uint8)
    for source, target in pairs:
        lookup[source] = target
    return lookup[array]


@Tried(320, once)
@family(
    "forward backward exchanged forward_alone backward_alone exchanged_alone without", cost=13, charge=(10, 1)
)
def legends(array: Array) -> Results | None:
    """All but the legend's dominoes recolored as they say, first to second color or back or both ways."""
    pairs, legend = _dominoes(array)
    if not 0 < len(pairs) <= 9:
        return None
    rest = array.copy()
    for part in legend:
        rest.ravel()[part.cells] = 0
    if not rest.any():
        return None
    kept = np.where(rest == 0, array, 0)
    back = [(two, one) for one, two in pairs]
    found: Results = {"without": rest}
    for name, table in (("forward", pairs), ("backward", back), ("exchanged", pairs + back)):
        made = _recolored(rest, table)
        found[f"{name}_alone"], found[name] = made, under(kept, made)
    return found


_COPIES = ("copied", "mirrored", "quarter_turned")


@Tried(330, once)
@family(
    " ".join([f"{name} {name}_over" for name in _COPIES]) + " over_flipped over_reversed_flipped",
    cost=13,
    charge=(60, 20),
)
def panel_copies(array: Array) -> Results | None:
    """All panels filled from the fullest one: alike, mirrored from panel to panel, or turned."""
    spans = divided(array)
    if spans is None or len(spans[0]) * len(spans[1]) > 30:
        return None
    boxes = {(y, x): (slice(*r), slice(*c)) for y, r in enumerate(spans[0]) for x, c in enumerate(spans[1])}
    panels = {place: array[box] for place, box in boxes.items()}
    if len({panel.shape for panel in panels.values()}) > 1:
        return None
    model = max(panels, key=lambda place: (int((panels[place] > 0).sum()), -place[0], -place[1]))
    found: Results = _flipped_over(list(panels.values()))
    for name in _COPIES:
        result = array.copy()
        for (y, x), box in boxes.items():
            view = _view(panels[model], name, y - model[0], x - model[1])
            if view.shape != panels[model].shape:
                return found
            result[box] = view
        found[name], found[f"{name}_over"] = result, under(array, result)
    return found


def _view(panel: Array, name: str, down: int, right: int) -> Array:
    """The panel as it looks so many panels further."""
    if name == "mirrored":
        return panel[:: -1 if down % 2 else 1, :: -1 if right % 2 else 1]
    return np.rot90(panel, -(down + right)) if name == "quarter_turned" else panel


def _flipped_over(panels: list[Array]) -> Results:
    """Of two panels the first laid over the second one's mirror image, and the other way round."""
    if len(panels) != 2:
        return {}
    one, two = panels
    flipped = two[:, ::-1]
    return {"over_flipped": under(one, flipped), "over_reversed_flipped": under(flipped, one)}
