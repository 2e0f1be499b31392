"""Families about pictures that explain others: pairs of colors as a legend, one panel as the model of all."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results, under
from kaggle_batt.dsl.extensions.panels import divided
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

Pairs = list[tuple[int, int]]


def _dominoes(array: Array) -> tuple[Pairs, list[Part]]:
    """The colors of all parts that are two unlike cells side by side or one below the other; the parts."""
    pairs, legend = [], []
    for part in parts_of(array, 3):
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


@family(
    "forward backward exchanged forward_alone backward_alone exchanged_alone without",
    cost=13,
    charge=(10, 1),
    tried=Tried(320, once),
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
    kept = np.where(rest == 0, array, 0).astype(np.uint8)
    back = [(two, one) for one, two in pairs]
    found: Results = {"without": rest}
    for name, table in (("forward", pairs), ("backward", back), ("exchanged", pairs + back)):
        made = _recolored(rest, table)
        found[f"{name}_alone"], found[name] = made, under(kept, made)
    return found


_COPIES = ("copied", "mirrored", "quarter_turned")


@family(
    " ".join([f"{name} {name}_over" for name in _COPIES]) + " over_flipped over_reversed_flipped",
    cost=13,
    charge=(60, 20),
    tried=Tried(330, once),
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
