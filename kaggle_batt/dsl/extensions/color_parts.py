"""Parts chosen or marked by how they stand to one color: contain it, touch it, share its rows."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, shift
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, drawn, parts_of


def _spread(mask: Mask) -> Mask:
    """The mask and its eight neighbours."""
    return np.logical_or.reduce([mask, *[shift(mask, *step) for step in STEPS]])


def counts_of(array: Array, parts: tuple[Part, ...], color: int) -> dict[str, list[int]]:
    """For each part: cells of the color in it, in its box, next to it; rows and columns it shares."""
    mask = array == color
    near = _spread(mask)
    flat, near_flat = mask.ravel(), near.ravel()
    rows, columns = mask.any(1), mask.any(0)
    return {
        "own": [int(flat[part.cells].sum()) for part in parts],
        "box": [int(mask[part.box].sum()) for part in parts],
        # a part of the color itself does not touch it
        "touch": [0 if flat[part.cells].all() else int(near_flat[part.cells].sum()) for part in parts],
        "row": [int(rows[part.top : part.bottom + 1].any()) for part in parts],
        "column": [int(columns[part.left : part.right + 1].any()) for part in parts],
    }


@family("own box touch row column box_rank touch_first", cost=12, charge=(24, 7))
def color_part_features(array: Array, mode: int, color: int) -> Results | None:
    """For each cell of a part the part's counts of the color plus one, as in `counts_of`; 0 outside."""
    parts = parts_of(array, mode)
    if not parts or not (array == color).any():
        return None
    found: Results = {}
    counts = counts_of(array, parts, color)
    steps = sorted(set(counts["box"]), reverse=True)
    counts["box_rank"] = [steps.index(value) for value in counts["box"]]
    counts["touch_first"] = [int(value > 0) for value in counts["touch"]]
    for name, values in counts.items():
        layer = np.zeros(array.size, np.uint8)
        for part, value in zip(parts, values, strict=True):
            layer[part.cells] = min(value, 100) + 1
        found[name] = layer.reshape(array.shape)
    return found


@family(
    " ".join([f"keep_{name} drop_{name}" for name in ("own", "box", "touch", "row", "column")])
    + " "
    + " ".join(
        [f"{end}_{name} {end}_{name}_box" for name in ("own", "box", "touch") for end in ("most", "least")]
    ),
    cost=14,
    charge=(60, 10),
    tried=Tried(750, lambda facts: [(way, color) for color in facts.colors for way in (3, 1)], crops=True),
)
def color_picks(array: Array, mode: int, color: int) -> Results | None:
    """Parts with or without the color; the one part with most or least of it, alone or with its box."""
    parts = parts_of(array, mode)
    if len(parts) < 2 or not (array == color).any():
        return None
    found: Results = {}
    for name, values in counts_of(array, parts, color).items():
        found[f"keep_{name}"] = drawn(array, [p for p, v in zip(parts, values, strict=True) if v], mode)
        found[f"drop_{name}"] = drawn(array, [p for p, v in zip(parts, values, strict=True) if not v], mode)
        if name in ("row", "column"):
            continue
        for end, extreme in (("most", max(values)), ("least", min(values))):
            if values.count(extreme) == 1:
                part = parts[values.index(extreme)]
                found[f"{end}_{name}"] = part.picture
                found[f"{end}_{name}_box"] = array[part.box]
    return found
