"""Features by which a rule chooses among the objects of a grid."""

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np

from kaggle_batt.dsl.extensions.arrays import equal
from kaggle_batt.dsl.extensions.geometry import STEPS, bounds
from kaggle_batt.dsl.extensions.objects.rays import ends_of, heading_of
from kaggle_batt.dsl.extensions.objects.scene import RELATIONS, Scene
from kaggle_batt.dsl.extensions.properties import PROPERTIES, form_of
from kaggle_batt.dsl.extensions.segments import Part


def _sides(scene: Scene, side: str) -> list[int]:
    """The different places of the parts' left or top sides, ascending."""
    return sorted({getattr(part, side) for part in scene.parts})


#: where a part lies in its scene and how it stands
PLACED: dict[str, Callable[[Scene, Part], int]] = {
    "tall": lambda scene, part: part.height > part.width,
    "wide": lambda scene, part: part.width > part.height,
    "edge_top": lambda scene, part: part.top == 0,
    "edge_bottom": lambda scene, part: part.bottom == scene.height - 1,
    "edge_left": lambda scene, part: part.left == 0,
    "edge_right": lambda scene, part: part.right == scene.width - 1,
    "left_half": lambda scene, part: part.left + part.right < scene.width - 1,
    "top_half": lambda scene, part: part.top + part.bottom < scene.height - 1,
    "left_turn": lambda scene, part: scene.once(_sides, "left").index(part.left) % 2,
    "top_turn": lambda scene, part: scene.once(_sides, "top").index(part.top) % 2,
    "parity": lambda scene, part: part.size % 2,
    "length_parity": lambda scene, part: max(part.height, part.width) % 2,
    "ends": lambda scene, part: len(ends_of(part.picture)),
    "surplus": lambda scene, part: part.size - part.height - part.width,
    "same_across": lambda scene, part: equal(part.picture, part.picture[:, ::-1]),
    "same_down": lambda scene, part: equal(part.picture, part.picture[::-1]),
    "spans": lambda scene, part: part.height == scene.height or part.width == scene.width,
}
#: properties whose value is a feature; those by which parts are ranked; those that may be unique
VALUES = (
    "size", "colors", "holes", "symmetry", "border", "solid", "square", "single", "inside", "color",
    "height", "width", "same_shape", "same_color", "fill", "same_form", "same_picture",
)  # fmt: skip
RANKED = (
    "size", "area", "height", "width", "holes", "top", "left", "bottom", "right", "colors", "same_shape",
    "same_color", "other_cells", "color_cells",
)  # fmt: skip
NUMBERED = ("size", "left", "top")  #: properties by which parts are numbered in ascending order
ODD = ["color", "size", "same_form", "colors", "holes", "height", "width", "symmetry"]
BESIDE = ("largest", "nearest", "other_color")  #: related parts on a side of which a part may lie
WHOLE = ("parts", "landscape", "mirrored", "upright", "striped")
FEATURES: tuple[str, ...] = (
    *VALUES,
    *[f"{end}_{name}" for name in RANKED for end in ("most", "least")],
    *[f"odd_{name}" for name in ODD],
    *PLACED,
    "nears",
    "heading",
    "centered",
    *[f"rank_{name}" for name in NUMBERED],
    *[f"has_{name}" for name in RELATIONS],
    *[f"color_of_{name}" for name in RELATIONS],
    *[f"{way}_{name}" for name in BESIDE for way in ("side_of", "across")],
    *WHOLE,
    "rank_down_size",
    "layer",
    *[f"end_{name}" for name in NUMBERED],
    *[f"side_of_{color}" for color in range(1, 10)],
    *("middle_size", "middle_place", "same_figure"),
)
#: tenths beside the entries in the table, by name or by how a name starts
COSTS = {
    "most_": 0, "least_": 0, "middle_": 0, "odd_": 1, "has_": 1, "color_of_": 5, "color": 2, "size": 3,
    "height": 3, "width": 3, "fill": 4, "same_": 2, "parts": 3, "tall": 0, "wide": 0, "single": 0, "spans": 0,
    "rank_": 2,
}  # fmt: skip


@cache
def feature_cost(name: str) -> int:
    """Tenths beside the entries in the table."""
    starts = [cost for start, cost in COSTS.items() if start.endswith("_") and name.startswith(start)]
    return COSTS.get(name, max(starts, default=1))


EQUAL, AT_LEAST, UNEQUAL, BELOW = range(4)  #: how a feature is compared with a value


def holds(own: int, how: int, value: int) -> bool:
    """Whether a test on a feature holds."""
    return ((own >= value) if how % 2 else (own == value)) != (how >= UNEQUAL)


@lru_cache(maxsize=512)
def features_of(scene: Scene) -> dict[str, list[int]]:
    """For each feature its value for each part."""
    numbers = range(len(scene.parts))
    columns = dict(zip(PROPERTIES, map(list, zip(*scene.rows, strict=True)), strict=True))
    found = {name: columns[name] for name in VALUES}
    for name in RANKED:
        column, low, high = columns[name], min(columns[name]), max(columns[name])
        for end, value in (("most", high), ("least", low)):
            found[f"{end}_{name}"] = [int(v == value and low < high) for v in column]
    for name in ODD:
        column = columns[name]
        found[f"odd_{name}"] = [int(column.count(v) == 1) for v in column]
    for name, measure in PLACED.items():
        found[name] = [int(measure(scene, part)) for part in scene.parts]
    found["nears"] = (scene.touching.sum(1) - scene.touching.diagonal()).tolist()
    headings = [heading_of(scene, number) for number in numbers]
    found["heading"] = [0 if step is None else 1 + STEPS.index(step) for step in headings]
    found["layer"] = _layers(scene)
    found["centered"] = _centered(scene)
    figures = [form_of(part.picture) for part in scene.parts]  # turned and mirrored ones are the same
    found["same_figure"] = [figures.count(one) for one in figures]
    for name in NUMBERED:
        values = sorted(set(columns[name]))
        found[f"rank_{name}"] = [values.index(value) for value in columns[name]]
        found[f"end_{name}"] = [int(value in (values[0], values[-1])) for value in columns[name]]
    # the middle place is that along the axis on which the parts lie
    longer = max(("left", "top"), key=lambda name: max(columns[name]) - min(columns[name]))
    for name, of in (("size", "size"), ("place", longer)):
        last = max(found[f"rank_{of}"])
        found[f"middle_{name}"] = [int(2 * rank == last) for rank in found[f"rank_{of}"]]
    found["rank_down_size"] = [max(found["rank_size"]) - rank for rank in found["rank_size"]]
    for name in RELATIONS:
        others = [scene.related(name, k) for k in numbers]
        found[f"has_{name}"] = [int(other is not None) for other in others]
        if name in BESIDE:
            sides = [0 if other is None else side_of(scene, k, other) for k, other in enumerate(others)]
            found[f"side_of_{name}"] = sides
            found[f"across_{name}"] = [int(side in (1, 2)) for side in sides]
        found[f"color_of_{name}"] = [0 if other is None else scene.main[other] for other in others]
    for color in range(1, 10):
        only = scene.main.index(color) if scene.main.count(color) == 1 else None
        found[f"side_of_{color}"] = [0 if only is None else side_of(scene, k, only) for k in numbers]
    for name, value in _whole(scene).items():
        found[name] = [value] * len(numbers)
    return found


def _centered(scene: Scene) -> list[int]:
    """Which parts lie nearest to the middle of the part around them, or of the grid if none is in another."""
    outer = [scene.related("around", number) for number in range(len(scene.parts))]
    far = []
    for part, other in zip(scene.parts, outer, strict=True):
        spans = zip(part.spans, scene.spans if other is None else scene.parts[other].spans, strict=True)
        far.append(sum([abs(sum(own) - sum(whole)) for own, whole in spans]))
    asked = [k for k, other in enumerate(outer) if other is not None] or list(range(len(far)))
    least = min([far[k] for k in asked])
    return [int(k in asked and distance == least) for k, distance in enumerate(far)]


def _layers(scene: Scene) -> list[int]:
    """2 where other colored cells lie in a part's box, else 1 where it lies in the box of another, or 0."""
    boxes, found = np.zeros(scene.array.shape, np.uint8), []
    for part in scene.parts:
        boxes[part.box] += 1
    for part, colors in zip(scene.parts, scene.colors, strict=True):
        over = np.count_nonzero(scene.array[part.box]) > np.count_nonzero(colors)
        found.append(2 if over else int(max(boxes.take(part.cells).tobytes(), default=0) > 1))
    return found


def side_of(scene: Scene, number: int, other: int) -> int:
    """On which side of another part a part lies: 1 left, 2 right, 3 above, 4 below; 0 on none alone."""
    one, two = scene.parts[number], scene.parts[other]
    apart = (one.right < two.left, one.left > two.right, one.bottom < two.top, one.top > two.bottom)
    return apart.index(True) + 1 if sum(apart) == 1 else 0


def _whole(scene: Scene) -> dict[str, int]:
    """Features of the whole grid: its parts, its mirror axes, the direction of its stripes."""
    box = scene.array[bounds(scene.array > 0) or np.s_[:1, :1]]
    down, across = ((box[1:] != box[:-1]).sum(), (box[:, 1:] != box[:, :-1]).sum())
    return {
        "parts": len(scene.parts),
        "landscape": int(box.shape[1] > box.shape[0]),
        "mirrored": int((box == box[:, ::-1]).all()),
        "upright": int((box == box[::-1]).all()),
        "striped": int(down > across),
    }
