"""Every part redrawn in place, or in the color of a part that is like it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import DEEP, segmented
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results
from kaggle_batt.dsl.extensions.properties import form_of
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, hole_count, label, main_among

IN_PLACE = [
    "box",
    "hollow",
    "center",
    "left_right",
    "upside_down",
    "half_turn",
    "filled",
    "holes",
    "majority",
    "inner",
    "rarest",
    "corners",
    "lower_half",
    "box_rest",
    "upper_half",
    "first_corner",
    "last_corner",
    "grown_box",
    "frame_out",
]


def _colors(part: Part) -> tuple[int, int]:
    """The part's most and least frequent color."""
    counts = np.bincount(part.picture.ravel(), minlength=10)
    counts[0] = 0
    present = [(int(counts[c]), c) for c in counts.nonzero()[0].tolist()]
    return int(counts.argmax()), min(present)[1]


def _pictures(part: Part) -> dict[str, Array]:
    """The part's bounding box redrawn in each way that stays within it."""
    picture = part.picture
    mask = picture > 0
    most, least = (np.uint8(color) for color in _colors(part))
    full = np.full(picture.shape, most, np.uint8)
    hollow, inner = picture.copy(), np.zeros_like(picture)
    hollow[1:-1, 1:-1] = 0
    inner[1:-1, 1:-1] = picture[1:-1, 1:-1]
    lower, upper = picture.copy(), picture.copy()
    lower[: part.height // 2] = 0
    upper[(part.height + 1) // 2 :] = 0
    center, corners = np.zeros_like(picture), np.zeros_like(picture)
    center[(part.height - 1) // 2 : part.height // 2 + 1, (part.width - 1) // 2 : part.width // 2 + 1] = most
    corners[:: max(part.height - 1, 1), :: max(part.width - 1, 1)] = most
    first, last = np.zeros_like(picture), np.zeros_like(picture)
    first[0, 0], last[-1, -1] = most, most
    holes = _holes(picture) * most
    return {
        "box": full,
        "hollow": hollow,
        "center": center,
        "left_right": picture[:, ::-1],
        "upside_down": picture[::-1],
        "half_turn": picture[::-1, ::-1],
        "filled": np.where(holes > 0, holes, picture),
        "holes": holes,
        "majority": np.where(mask, most, np.uint8(0)),
        "inner": inner,
        "rarest": np.where(mask, least, np.uint8(0)),
        "corners": corners,
        "first_corner": first,
        "last_corner": last,
        "lower_half": lower,
        "upper_half": upper,
        "box_rest": np.where(mask, np.uint8(0), full),
    }


def _holes(picture: Array) -> Array:
    """1 in the cells the picture encloses."""
    result = np.zeros((picture.shape[0] + 2, picture.shape[1] + 2), np.uint8)
    if not (picture == 0).any():
        return result[1:-1, 1:-1]
    flat = result.reshape(-1)
    for region in label(np.pad(picture, 1), Segmentation.EMPTY_4)[1:]:
        flat[region] = 1
    return result[1:-1, 1:-1]


@Tried(180, segmented("COLOR_4 FILLED_8 COLOR_8 EMPTY_4 EACH_COLOR FILLED_NEAR COLOR_NEAR"), deep=DEEP)
@family(
    " ".join(
        [
            *IN_PLACE,
            "row_of_parts column_of_parts row_of_colors column_of_colors sorted_bars",
            "count_row count_square sorted_bars_right",
        ]
    ),
    cost=14,
    charge=(250, 130),
    parts=(1, 40),
)
def part_maps(array: Array, parts: Parts) -> Results | None:
    """Every part redrawn inside (or around) its bounding box; or the parts side by side."""
    found: Results = {name: np.zeros_like(array) for name in IN_PLACE}
    for part in parts:
        for name, picture in _pictures(part).items():
            layer = found[name]
            assert layer is not None
            np.copyto(layer[part.box], picture, where=picture > 0)
        _around(found, array, part)
    found.update(_in_line(list(parts)))
    return found


def _around(found: Results, array: Array, part: Part) -> None:
    """The ring of cells around the part's bounding box, alone and with the box."""
    most = _colors(part)[0]
    top, left = max(part.top - 1, 0), max(part.left - 1, 0)
    bottom, right = part.bottom + 2, part.right + 2
    grown, ring = found["grown_box"], found["frame_out"]
    assert grown is not None and ring is not None
    grown[top:bottom, left:right] = most
    layer = ring[top:bottom, left:right]
    layer[layer == 0] = most
    ring[part.box] = 0


def _in_line(parts: Parts) -> Results:
    """The parts' pictures or colors in order of their position, their sizes as bars."""
    by_column = sorted(parts, key=lambda part: (part.left, part.top))
    by_row = sorted(parts, key=lambda part: (part.top, part.left))
    count = len(parts)
    if count > LARGEST:
        return {}
    found: Results = {
        "row_of_colors": np.array([[part.color for part in by_column]], np.uint8),
        "column_of_colors": np.array([[part.color] for part in by_row], np.uint8),
        "count_row": np.ones((1, count), np.uint8),
        "count_square": np.ones((count, count), np.uint8),
    }
    if count <= 10 and len({part.height for part in parts}) == 1:
        found["row_of_parts"] = np.concatenate([part.picture for part in by_column], 1)
    if count <= 10 and len({part.width for part in parts}) == 1:
        found["column_of_parts"] = np.concatenate([part.picture for part in by_row], 0)
    by_size = sorted(parts, key=lambda part: (-part.size, part.color))
    longest = by_size[0].size
    if longest <= LARGEST:
        bars = np.zeros((count, longest), np.uint8)
        for row, part in enumerate(by_size):
            bars[row, : part.size] = part.color
        found["sorted_bars"] = bars
        found["sorted_bars_right"] = bars[:, ::-1]
    return found


_KEYS: dict[str, Callable[[Part], Any]] = {
    "shape": lambda part: ((part.picture > 0).shape, (part.picture > 0).tobytes()),
    "form": lambda part: form_of((part.picture > 0).astype(np.uint8)),
    "size": lambda part: part.size,
    "height": lambda part: part.height,
    "width": lambda part: part.width,
    "holes": lambda part: hole_count(part.picture),
}


def _gap(one: Part, two: Part) -> tuple[int, int]:
    """Rows and columns between the bounding boxes, 0 where they overlap."""
    rows = max(one.top - two.bottom, two.top - one.bottom, 0)
    return rows, max(one.left - two.right, two.left - one.right, 0)


def _nearest(part: Part, models: Parts, measure: Callable[[tuple[int, int]], int | None]) -> int | None:
    """The color of the one model for which the measure of the gap is least; None on a tie of colors."""
    judged = [(value, model.color) for model in models if (value := measure(_gap(part, model))) is not None]
    if not judged:
        return None
    least = min(judged)[0]
    colors = {color for value, color in judged if value == least}
    return colors.pop() if len(colors) == 1 else None


_MEASURES: dict[str, Callable[[tuple[int, int]], int | None]] = {
    "nearest": lambda gap: max(gap),
    "touching": lambda gap: 1 if sum(gap) <= 1 else None,
    "in_row": lambda gap: gap[1] if gap[0] == 0 else None,
    "in_column": lambda gap: gap[0] if gap[1] == 0 else None,
}
_NAMES = (*_KEYS, *_MEASURES)


@Tried(470, segmented("COLOR_8 COLOR_4"))
@family(" ".join([f"{name} {name}_alone" for name in _NAMES]), cost=14, charge=(350, 60), parts=(2, 40))
def likenesses(array: Array, parts: Parts) -> Results | None:
    """Parts of the most frequent color recolored like the part of another color with the same shape, size,
    holes, or the nearest one; with those others left in place, and alone."""
    base = main_among(parts)
    models = [part for part in parts if part.color != base]
    if not models:
        return None
    changing = [part for part in parts if part.color == base]
    found: Results = {}
    for name in _NAMES:
        colors = [_color(name, part, models) for part in changing]
        if not any(colors):
            continue
        layer, alone = array.copy().ravel(), np.zeros(array.size, np.uint8)
        for part, color in zip(changing, colors, strict=True):
            layer[part.cells] = alone[part.cells] = color or base
        found[name], found[f"{name}_alone"] = layer.reshape(array.shape), alone.reshape(array.shape)
    return found


def _color(name: str, part: Part, models: Parts) -> int | None:
    """The color the part takes; None if no model, or models of several colors, are like it."""
    if name in _MEASURES:
        return _nearest(part, models, _MEASURES[name])
    key = _KEYS[name]
    own = key(part)
    colors = {model.color for model in models if key(model) == own}
    return colors.pop() if len(colors) == 1 else None
