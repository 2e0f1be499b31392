"""Families of parts that take a color from other parts that are like them or close to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, form_of, hole_count, main_among, parts_of

MOST_PARTS = 40
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


def _nearest(part: Part, models: list[Part], measure: Callable[[tuple[int, int]], int | None]) -> int | None:
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


@family(
    " ".join([f"{name} {name}_alone" for name in _NAMES]),
    cost=14,
    charge=(350, 60),
    tried=Tried(470, each(1, 0)),
)
def likenesses(array: Array, mode: int) -> Results | None:
    """Parts of the most frequent color recolored like the part of another color with the same shape, size,
    holes, or the nearest one; with those others left in place, and alone."""
    parts = parts_of(array, mode)
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
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


def _color(name: str, part: Part, models: list[Part]) -> int | None:
    """The color the part takes; None if no model, or models of several colors, are like it."""
    if name in _MEASURES:
        return _nearest(part, models, _MEASURES[name])
    key = _KEYS[name]
    own = key(part)
    colors = {model.color for model in models if key(model) == own}
    return colors.pop() if len(colors) == 1 else None
