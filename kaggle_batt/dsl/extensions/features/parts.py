"""Numbers about the part that a cell belongs to."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, coordinates
from kaggle_batt.dsl.extensions.properties import POSITION, code_of, pictures_of, properties_of
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Parts, owners, parts_of

MOST = 120  #: larger numbers become this, so that a feature fits in a cell
VALUES = (
    "size height width colors holes symmetry same_shape border same_form solid square area "
    "same_color fill color inside same_picture other_cells"
)
RANKS = "size area height width holes same_shape same_color colors top left bottom right blanks"


@family(
    " ".join(
        [
            *VALUES.split(),
            *[f"{name}_rank" for name in RANKS.split()],
            *[f"{name}_rank_up" for name in RANKS.split()],
            "row_in_part column_in_part ring_in_part parity_in_part count",
            "turn_2 turn_3 turn_2_down turn_3_down shape_code form_code",
            "row_from_bottom column_from_right",
        ]
    ),
    cost=10,
    charge=(94, 31),
)
def part_features(array: Array, segmentation: int) -> Results | None:
    """For each cell of a part: its properties plus one, its ranks by them, its place from the left or the top
    modulo 2 and 3, codes of its shape; 0 outside the parts."""
    parts = parts_of(array, segmentation)
    if not parts:
        return None
    values = _values(array, segmentation)
    table = np.zeros((len(values), len(parts) + 1), np.uint8)
    table[:, :-1] = np.array(list(values.values()), np.int64).clip(0, MOST) + 1
    owner = owners(array, parts)
    grids = table.take(owner, 1).reshape(-1, *array.shape)
    found: Results = dict(zip(values, grids, strict=True))
    found.update(_within_parts(array, parts, owner))
    found["count"] = np.full_like(array, len(parts))
    return found


def _values(array: Array, segmentation: int) -> dict[str, Sequence[int]]:
    """The numbers of all parts by name."""
    columns = list(zip(*properties_of(array, segmentation), strict=True))
    values: dict[str, Sequence[int]] = {name: columns[POSITION[name]] for name in VALUES.split()}
    for name in RANKS.split():
        column = columns[POSITION[name]]
        steps = {value: rank for rank, value in enumerate(sorted(set(column)))}
        values[f"{name}_rank_up"] = [steps[value] for value in column]
        values[f"{name}_rank"] = [len(steps) - 1 - steps[value] for value in column]
    for suffix, side in (("", "left"), ("_down", "top")):
        places = columns[POSITION[side]]
        order = sorted(set(places))
        for size in (2, 3):
            values[f"turn_{size}{suffix}"] = [order.index(place) % size for place in places]
    for name in ("shape", "form"):
        pictures = pictures_of(array, segmentation)
        values[f"{name}_code"] = [code_of(*getattr(picture, name)) for picture in pictures]
    return values


def _within_parts(array: Array, parts: Parts, owner: Any) -> Results:
    """Where a cell lies in its part's bounding box: from the top, the left, the nearest side."""
    # a cell of no part belongs to a box below and to the right of the grid
    boxes = np.array([(part.top, part.bottom, part.left, part.right) for part in parts] + [(99, 99, 99, 99)])
    top, bottom, left, right = boxes.T.take(owner, 1)
    rows, columns = (places.ravel() for places in coordinates(*array.shape))
    down, across = np.maximum(rows - top, -1), np.maximum(columns - left, -1)
    up, back = bottom - rows, right - columns
    ring = np.minimum.reduce([down, across, up, back])
    parity = np.where(down < 0, 0, (down + across) % 2 + 1)
    up, back = np.where(down < 0, 0, [up + 1, back + 1])
    made = np.array([down + 1, across + 1, ring + 1, parity, up, back])
    grids = made.astype(np.uint8).reshape(-1, *array.shape)
    names = "row_in_part column_in_part ring_in_part parity_in_part row_from_bottom column_from_right"
    return dict(zip(names.split(), grids, strict=True))
