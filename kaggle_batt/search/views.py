"""Other ways to see a task: colors ranked by frequency, grids turned by their content.

A view's programs are wrapped: first the change of view, at the end the way back, both of the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.combining import positions
from kaggle_batt.dsl.extensions.combining.cells import (
    ALL,
    ALL_BUT_ZERO,
    EXCHANGED,
    LARGEST_PART,
    RAREST_FIRST,
    ranks_of,
)
from kaggle_batt.search.expression import INPUT, Expression

NAMES = {
    ALL: "ranked",
    ALL_BUT_ZERO: "ranked",
    EXCHANGED: "exchanged",
    RAREST_FIRST: "rarest",
    LARGEST_PART: "by part",
}
TURNS = {positions.STRIPES_ACROSS: "stripes", positions.RAREST_UP: "turned"}
Back = Callable[[Array, Array], Array]


@dataclass(frozen=True, eq=False)
class TaskView:
    """A task as a search sees it: inputs of demos then tests, outputs of demos, and the way back.

    `calls` are the primitives there and back with their argument; `back(grid, original)` undoes the view.
    `share` is its part of the budget.
    """

    name: str
    inputs: list[Array]
    outputs: list[Array]
    share: int
    calls: tuple[str, str, int] | None = None
    back: Back | None = None
    originals: tuple[Array, ...] = ()

    def expression(self, inner: Expression) -> Expression:
        """The program on the task itself of a program found in this view."""
        if self.calls is None:
            return inner
        there, back, way = self.calls
        return (back, _replaced(inner, (there, INPUT, way)), INPUT, way)

    def answers(self, grids: list[Array]) -> list[Array]:
        """The answers on the task itself of answers given in this view; none if one has no way back."""
        if self.back is None:
            return grids
        if any(grid.size == 0 or grid.max() > 9 for grid in grids):
            return []
        originals = self.originals[len(self.outputs) :]
        return [self.back(grid, original) for grid, original in zip(grids, originals, strict=True)]


def _replaced(node: Expression, by: Expression) -> Expression:
    """The expression with the input replaced; shared parts stay shared by being equal."""
    memo: dict[Expression, Expression] = {}

    def walk(part: Expression) -> Expression:
        if not isinstance(part, tuple):
            return part
        if part == INPUT:
            return by
        if part not in memo:
            memo[part] = (part[0], *[walk(argument) for argument in part[1:]])
        return memo[part]

    return walk(node)


def views_of(inputs: list[Array], outputs: list[Array]) -> list[TaskView]:
    """The plain view, then those that change something: colors first, then positions."""
    found = [TaskView("plain", inputs, outputs, 4)]
    for view in (*_color_views(inputs, outputs), *_turned_views(inputs, outputs)):
        if not any(_equal(view.inputs, other.inputs) for other in found):
            found.append(view)
    return found


def _color_views(inputs: list[Array], outputs: list[Array]) -> Iterator[TaskView]:
    """Background as 0 and colors ranked; or, where 0 is the background, colors ranked both ways."""
    zero_first = all(np.bincount(array.ravel()).argmax() == 0 for array in inputs)
    for way in (ALL_BUT_ZERO, RAREST_FIRST, LARGEST_PART) if zero_first else (EXCHANGED, ALL):
        ranks = [ranks_of(array, way) for array in inputs]

        def back(grid: Array, original: Array, way: int = way) -> Array:
            order = np.argsort(ranks_of(original, way)).astype(np.uint8)
            return order[grid]

        yield TaskView(
            NAMES[way],
            [rank[array] for rank, array in zip(ranks, inputs, strict=True)],
            [rank[array] for rank, array in zip(ranks, outputs, strict=False)],
            1 if way == LARGEST_PART else 2,
            ("rank_colors", "unrank_colors", way),
            back,
            tuple(inputs),
        )


def _turned_views(inputs: list[Array], outputs: list[Array]) -> Iterator[TaskView]:
    """The grids in positions of their own choice, where these differ between samples."""
    for way in (positions.STRIPES_ACROSS, positions.RAREST_UP):
        if way == positions.STRIPES_ACROSS and not all(map(_striped, inputs)):
            continue
        chosen = [positions.position_of(array, way) for array in inputs]
        if len(set(chosen)) == 1:
            continue

        def back(grid: Array, original: Array, way: int = way) -> Array:
            return positions.moved_back(grid, positions.position_of(original, way))

        yield TaskView(
            TURNS[way],
            [positions.moved(array, p) for array, p in zip(inputs, chosen, strict=True)],
            [positions.moved(array, p) for array, p in zip(outputs, chosen, strict=False)],
            1,
            ("orient", "unorient", way),
            back,
            tuple(inputs),
        )


def _striped(array: Array) -> bool:
    """Whether colors change at least half as often again in one direction as in the other."""
    few, many = sorted(positions.changes_of(array))
    return 2 * many >= 3 * few and many > 0


def _equal(one: list[Array], two: list[Array]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
