"""Objects acted on by a decision list over their features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, to_array, to_grid
from kaggle_batt.dsl.extensions.objects.features import FEATURES, features_of, holds
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ROLES, ink_of
from kaggle_batt.dsl.extensions.objects.place import FREES, PLACES, drawn_at
from kaggle_batt.dsl.extensions.objects.scene import Scene, scene_of
from kaggle_batt.dsl.extensions.registry import Table, primitive
from kaggle_batt.dsl.extensions.segments import PARTS
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

Action = tuple[int, int]  #: what a part becomes: a place and an ink


def inked_at(scene: Scene, number: int, action: Action) -> tuple[Any, Any] | None:
    """The cells that the action draws for a part, their colors or color; None if it is not defined there."""
    place, ink = action
    drawn = drawn_at(scene, number, place)
    if drawn is None:
        return None
    cells, colors = drawn
    if ink != AS_IS:
        color = ink_of(scene, number, ink)
        return None if color is None else (cells, color)
    return cells, scene.main[number] if colors is None else colors


def acted(scene: Scene, actions: Sequence[Action], crossing: int | None = None) -> Array:
    """The grid with an action for each part; a part whose action is not defined stays as it is.

    Parts that leave their places are drawn last. Cells drawn in unlike colors get the color `crossing`.
    """
    result, drawn, last = scene.array.flatten(), list[tuple[Any, Any]](), list[tuple[Any, Any]]()
    for number, action in enumerate(actions):
        made = inked_at(scene, number, action)
        if made is not None:
            free = PLACES[action[0]].kind == FREES
            (last if free else drawn).append(made)
            if free:
                result[scene.parts[number].cells] = 0
    first, crossed = np.full(result.shape, 255, np.uint8), np.zeros(result.shape, bool)
    for cells, colors in drawn + last:
        if crossing is not None:
            crossed[cells] |= (first[cells] != 255) & (first[cells] != colors)
            first[cells] = colors
        result[cells] = colors
    result[crossed] = crossing or 0
    return result.reshape(scene.array.shape)


def chosen(scene: Scene, table: Table) -> list[Action]:
    """For each part the action of the first row that it meets."""
    *tests, last = table
    found = [(last[0], last[1])] * len(scene.parts)
    features = features_of(scene) if tests else {}
    for feature, how, value, place, ink in reversed(tests):
        pairs = zip(features[FEATURES[feature]], found, strict=True)
        found = [(place, ink) if holds(own, how, value) else later for own, later in pairs]
    return found


@primitive(cost=8)
def act_by(grid: Grid, segmentation: Integer, table: Table) -> Grid:
    """The grid with each part drawn by the first row of the table that it meets.

    Rows are `(feature, how, value, place, ink)`, the last one `(place, ink)`. A row `(color,)` may come
    before them, for cells that two parts draw in unlike colors.
    """
    crossing, rows = parted(table)
    _check(segmentation, rows)
    scene = scene_of(to_array(grid), segmentation)
    if not scene.parts:
        raise DslError("act_by: the grid has no parts, or too many")
    return to_grid(acted(scene, chosen(scene, rows), crossing))


def parted(table: Table) -> tuple[int | None, Table]:
    """The color of crossings (None if the table has none), and the rows of tests and actions."""
    if table and len(table[0]) == 1 and 0 <= table[0][0] <= 9:
        return table[0][0], table[1:]
    return None, table


def _check(segmentation: int, table: Table) -> None:
    lengths = [len(row) for row in table]
    if segmentation not in PARTS or not lengths or lengths.pop() != 2 or any(n != 5 for n in lengths):
        raise DslError("act_by: a segmentation and rows of five numbers, the last of two, were expected")
    for row in table:
        if not (0 <= row[-2] < len(PLACES) and 0 <= row[-1] < AS_IS + len(ROLES)):
            raise DslError("act_by: no such place or ink")
        if len(row) == 5 and not 0 <= row[0] < len(FEATURES):
            raise DslError("act_by: no such feature")
