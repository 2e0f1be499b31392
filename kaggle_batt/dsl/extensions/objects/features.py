"""Features by which a rule chooses among the objects of a grid."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np

from kaggle_batt.dsl.extensions.arrays import STEPS, shift
from kaggle_batt.dsl.extensions.objects.scene import RELATIONS, Scene
from kaggle_batt.dsl.extensions.properties import PROPERTIES
from kaggle_batt.dsl.extensions.segments import Part

#: properties whose value is a feature; by which parts are ranked; that a part may share with no other
VALUES = [
    "size",
    "colors",
    "holes",
    "symmetry",
    "border",
    "solid",
    "square",
    "single",
    "inside",
    "color",
    "height",
    "width",
    "same_shape",
    "same_color",
    "fill",
    "same_form",
    "same_picture",
]
RANKED = [
    "size",
    "area",
    "height",
    "width",
    "holes",
    "top",
    "left",
    "bottom",
    "right",
    "colors",
    "same_shape",
    "same_color",
    "other_cells",
    "color_cells",
]
ODD = ["color", "size", "same_form", "colors", "holes", "height", "width", "symmetry"]
PLACED = [
    "tall",
    "wide",
    "edge_top",
    "edge_bottom",
    "edge_left",
    "edge_right",
    "left_half",
    "top_half",
    "left_turn",
    "top_turn",
    "parity",
    "length_parity",
    "ends",
    "surplus",
]
#: related parts on a side of which a part may lie
BESIDE = ("largest", "nearest", "other_color")
WHOLE = ("parts", "landscape", "mirrored", "upright", "striped")
FEATURES: tuple[str, ...] = (
    *VALUES,
    *[f"{end}_{name}" for name in RANKED for end in ("most", "least")],
    *[f"odd_{name}" for name in ODD],
    *PLACED,
    "nears",
    *[f"has_{name}" for name in RELATIONS],
    *[f"color_of_{name}" for name in RELATIONS],
    *[f"{way}_{name}" for name in BESIDE for way in ("side_of", "across")],
    *WHOLE,
)
#: tenths beside the entries in the table, by name or by what a name starts with
COSTS = {
    "most_": 0, "least_": 0, "odd_": 1, "has_": 1, "color_of_": 5, "color": 2, "size": 3, "height": 3,
    "width": 3, "fill": 4, "same_": 2, "parts": 3, "tall": 0, "wide": 0, "single": 0,
}  # fmt: skip


@cache
def feature_cost(name: str) -> int:
    """Tenths beside the entries in the table."""
    starts = [cost for start, cost in COSTS.items() if start.endswith("_") and name.startswith(start)]
    return COSTS.get(name, max(starts, default=1))


#: how a feature is compared with a value: equal, at least, not equal, below
EQUAL, AT_LEAST, UNEQUAL, BELOW = range(4)


def holds(own: int, how: int, value: int) -> bool:
    """Whether a test on a feature holds."""
    return ((own >= value) if how % 2 else (own == value)) != (how >= UNEQUAL)


@lru_cache(maxsize=512)
def features_of(scene: Scene) -> dict[str, list[int]]:
    """For each feature its value at each part."""
    numbers = range(len(scene.parts))
    columns = dict(zip(PROPERTIES, map(list, zip(*scene.rows, strict=True)), strict=True))
    found = {name: columns[name] for name in VALUES}
    for name in RANKED:
        column = columns[name]
        for end, value in (("most", max(column)), ("least", min(column))):
            found[f"{end}_{name}"] = [int(v == value and min(column) < max(column)) for v in column]
    for name in ODD:
        column = columns[name]
        found[f"odd_{name}"] = [int(column.count(v) == 1) for v in column]
    found.update(_placed(scene))
    for name in RELATIONS:
        others = [scene.related(name, k) for k in numbers]
        found[f"has_{name}"] = [int(other is not None) for other in others]
        if name in BESIDE:
            sides = [0 if other is None else side_of(scene, k, other) for k, other in enumerate(others)]
            found[f"side_of_{name}"] = sides
            found[f"across_{name}"] = [int(side in (1, 2)) for side in sides]
        found[f"color_of_{name}"] = [0 if other is None else scene.main[other] for other in others]
    for name, value in _whole(scene).items():
        found[name] = [value] * len(numbers)
    return found


def side_of(scene: Scene, number: int, other: int) -> int:
    """On which side of another part a part lies: 1 left, 2 right, 3 above, 4 below; 0 on none alone."""
    one, two = scene.parts[number], scene.parts[other]
    apart = (one.right < two.left, one.left > two.right, one.bottom < two.top, one.top > two.bottom)
    return apart.index(True) + 1 if sum(apart) == 1 else 0


def _placed(scene: Scene) -> dict[str, list[int]]:
    """Where the parts lie and how they stand."""
    parts, height, width = scene.parts, scene.height, scene.width
    lefts, tops = (sorted({getattr(p, side) for p in parts}) for side in ("left", "top"))
    measures: tuple[Callable[[Part], int], ...] = (
        lambda p: p.height > p.width,
        lambda p: p.width > p.height,
        lambda p: p.top == 0,
        lambda p: p.bottom == height - 1,
        lambda p: p.left == 0,
        lambda p: p.right == width - 1,
        lambda p: p.left + p.right < width - 1,
        lambda p: p.top + p.bottom < height - 1,
        lambda p: lefts.index(p.left) % 2,
        lambda p: tops.index(p.top) % 2,
        lambda p: p.size % 2,
        lambda p: max(p.height, p.width) % 2,
        _ends,
        lambda p: p.size - p.height - p.width,
    )
    found = {
        name: [int(measure(part)) for part in parts] for name, measure in zip(PLACED, measures, strict=True)
    }
    found["nears"] = [sum(row) - row[k] for k, row in enumerate(scene.touching)]
    return found


def _ends(part: Part) -> int:
    """How many cells of the part have one neighbor in it."""
    mask = np.pad(part.picture > 0, 1).astype(np.int8)
    return int(((sum([shift(mask, *step) for step in STEPS[:4]]) == 1) & (mask > 0)).sum())


def _whole(scene: Scene) -> dict[str, int]:
    """What is decided about the whole grid: its parts, its mirror axes, the way of its stripes."""
    filled = np.argwhere(scene.array > 0)
    (top, left), (bottom, right) = (filled.min(0), filled.max(0)) if len(filled) else ((0, 0), (0, 0))
    box = scene.array[top : bottom + 1, left : right + 1]
    down, across = ((box[1:] != box[:-1]).sum(), (box[:, 1:] != box[:, :-1]).sum())
    return {
        "parts": len(scene.parts),
        "landscape": int(box.shape[1] > box.shape[0]),
        "mirrored": int((box == box[:, ::-1]).all()),
        "upright": int((box == box[::-1]).all()),
        "striped": int(down > across),
    }
