"""Parts chosen by their properties or by how they stand to a color."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arguments import DEEP, segmented
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, shift
from kaggle_batt.dsl.extensions.properties import DECISIVE, POSITION, PROPERTIES, properties_of
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Parts, drawn, parts_of

_KEEPS = " ".join(
    [f"keep_{end}_{name} drop_{end}_{name}" for name in PROPERTIES for end in ("most", "least")]
)
_WITH = " ".join([f"keep_{name} drop_{name}" for name in DECISIVE])
_CROPS = " ".join([f"{end}_{name}" for name in PROPERTIES for end in ("most", "least", "odd")])


def _same_picture(parts: Parts) -> bool:
    first = parts[0].picture
    return all(part.picture.shape == first.shape and (part.picture == first).all() for part in parts[1:])


@Tried(171, segmented("COLOR_4 FILLED_8 COLOR_8 EACH_COLOR EMPTY_4 FILLED_4"), deep=DEEP)
@family(f"{_KEEPS} {_WITH} keep_over_1 keep_over_2", cost=13, charge=(250, 100))
def part_filters(array: Array, segmentation: int) -> Results | None:
    """The grid with only the parts that have the most, the least of a property, or without them."""
    parts = parts_of(array, segmentation)
    if len(parts) < 2:
        return None
    rows = properties_of(array, segmentation)
    made: dict[tuple[int, ...], Array] = {}

    def kept(chosen: list[int]) -> Array:
        key = tuple(chosen)
        if key not in made:
            made[key] = drawn(array, [parts[k] for k in chosen], segmentation)
        return made[key]

    found: Results = {}
    for index, name in enumerate(PROPERTIES):
        values = [row[index] for row in rows]
        most, least = max(values), min(values)
        if most == least:
            continue
        for end, extreme in (("most", most), ("least", least)):
            found[f"keep_{end}_{name}"] = kept([k for k, v in enumerate(values) if v == extreme])
            found[f"drop_{end}_{name}"] = kept([k for k, v in enumerate(values) if v != extreme])
    for name in DECISIVE:
        values = [row[POSITION[name]] for row in rows]
        found[f"keep_{name}"] = kept([k for k, v in enumerate(values) if v > 0])
        found[f"drop_{name}"] = kept([k for k, v in enumerate(values) if v <= 0])
    found["keep_over_1"] = kept([k for k, part in enumerate(parts) if part.size > 1])
    found["keep_over_2"] = kept([k for k, part in enumerate(parts) if part.size > 2])
    return found


def _chosen(values: list[int]) -> dict[str, list[int]]:
    """The numbers of the parts with the most, with the least, with a value no other has."""
    most, least = max(values), min(values)
    if most == least:
        return {}
    counts = Counter(values)
    odd = [k for k, value in enumerate(values) if counts[value] == 1]
    found = {
        "most": [k for k, value in enumerate(values) if value == most],
        "least": [k for k, value in enumerate(values) if value == least],
    }
    if len(odd) == 1 and len(values) > 2:
        found["odd"] = odd
    return found


@Tried(
    172,
    segmented("COLOR_4 FILLED_8 COLOR_8 EACH_COLOR EMPTY_4 FILLED_4"),
    deep=DEEP,
    crops=True,
    resizes=True,
)
@family(_CROPS, cost=13, charge=(70, 14))
def part_crops(array: Array, segmentation: int) -> Results | None:
    """One part alone on its bounding box: the one that stands out by a property."""
    parts = parts_of(array, segmentation)
    if len(parts) < 2:
        return None
    rows = properties_of(array, segmentation)
    found: Results = {}
    for index, name in enumerate(PROPERTIES):
        for end, numbers in _chosen([row[index] for row in rows]).items():
            chosen = [parts[k] for k in numbers]
            if _same_picture(chosen):
                part = chosen[0]
                found[f"{end}_{name}"] = array[part.box] if segmentation in (5, 6) else part.picture
    return found


@Tried(190, segmented("COLOR_4 FILLED_8 EMPTY_4 COLOR_8 PLAIN_4 FILLED_NEAR"), crops=True, resizes=True)
@family(_CROPS, cost=15, charge=(120, 20))
def box_crops(array: Array, segmentation: int) -> Results | None:
    """All that the grid has in the bounding box of the part that stands out by a property."""
    parts = parts_of(array, segmentation)
    if len(parts) < 2:
        return None
    rows = properties_of(array, segmentation)
    found: Results = {}
    for index, name in enumerate(PROPERTIES):
        for end, numbers in _chosen([row[index] for row in rows]).items():
            if len(numbers) == 1:
                found[f"{end}_{name}"] = array[parts[numbers[0]].box]
    return found


@Tried(200, segmented("COLOR_4 FILLED_8 COLOR_8"), crops=True, resizes=True)
@family(
    "part_0 part_1 part_2 part_last box_0 box_1 box_2 box_last biggest_color smallest_color",
    cost=13,
    charge=(12, 2),
    parts=(1, 60),
)
def parts_in_order(array: Array, parts: Parts) -> Results | None:
    """The first parts in reading order and the last one, alone and with what their boxes contain."""
    found: Results = {}
    for number, part in [*enumerate(parts[:3]), ("last", parts[-1])]:
        found[f"part_{number}"] = part.picture
        found[f"box_{number}"] = array[part.box]
    sizes = [part.size for part in parts]
    for name, extreme in (("biggest_color", max(sizes)), ("smallest_color", min(sizes))):
        found[name] = np.full_like(array, parts[sizes.index(extreme)].color)
    return found


def _spread(mask: Mask) -> Mask:
    """The mask and its eight neighbours."""
    return np.logical_or.reduce([mask, *[shift(mask, *step) for step in STEPS]])


def counts_of(array: Array, parts: Parts, color: int) -> dict[str, list[int]]:
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


@Tried(750, lambda facts: [(way, color) for color in facts.colors for way in (3, 1)], crops=True)
@family(
    " ".join([f"keep_{name} drop_{name}" for name in ("own", "box", "touch", "row", "column")])
    + " "
    + " ".join(
        [f"{end}_{name} {end}_{name}_box" for name in ("own", "box", "touch") for end in ("most", "least")]
    ),
    cost=14,
    charge=(60, 10),
)
def color_picks(array: Array, segmentation: int, color: int) -> Results | None:
    """Parts with or without the color; the one part with most or least of it, alone or with its box."""
    parts = parts_of(array, segmentation)
    if len(parts) < 2 or not (array == color).any():
        return None
    found: Results = {}
    for name, values in counts_of(array, parts, color).items():
        found[f"keep_{name}"] = drawn(
            array, [p for p, v in zip(parts, values, strict=True) if v], segmentation
        )
        found[f"drop_{name}"] = drawn(
            array, [p for p, v in zip(parts, values, strict=True) if not v], segmentation
        )
        if name in ("row", "column"):
            continue
        for end, extreme in (("most", max(values)), ("least", min(values))):
            if values.count(extreme) == 1:
                part = parts[values.index(extreme)]
                found[f"{end}_{name}"] = part.picture
                found[f"{end}_{name}_box"] = array[part.box]
    return found
