"""Views of a task: colors ranked by frequency, grids turned by their content, panels as cells, no lines,
outputs on the inputs' ground.

A program of a view is wrapped: first the change of the input, at the end the way back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions import panels
from kaggle_batt.dsl.extensions.arrays import Array, equal
from kaggle_batt.dsl.extensions.combining import cells, positions
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.expression import INPUT, Expression


@dataclass(frozen=True)
class Change:
    """A change of grids by a key of their input: `there(grid, key)`, undone by `back(grid, key)`."""

    name: str
    calls: tuple[str, str, int]  #: the primitives there and back, and their argument
    key: Callable[[Array, int], Any]
    there: Callable[[Array, Any], Array]
    back: Callable[[Array, Any], Array]

    def keys(self, inputs: list[Array]) -> list[Any]:
        return [self.key(array, self.calls[2]) for array in inputs]


def _ranked(way: int, name: str) -> Change:
    """Colors as their ranks."""
    calls = ("rank_colors", "unrank_colors", way)
    return Change(name, calls, cells.ranks_of, lambda grid, ranks: ranks[grid], cells.unranked)


def _turned(way: int, name: str) -> Change:
    """Grids in a position of their own choice."""
    calls = ("orient", "unorient", way)
    return Change(name, calls, positions.position_of, positions.moved, positions.moved_back)


def _reduced(way: int, name: str) -> Change:
    """Panels as cells."""
    calls = ("panel_colors", "in_panels", way)
    return Change(name, calls, panels.panels_of, panels.colors_of, lambda grid, own: own.filled(grid))


EXCHANGED = _ranked(cells.EXCHANGED, "exchanged")
BY_PLACE = _ranked(cells.PLACE, "by place")
ON_ZERO = (_ranked(cells.ALL_BUT_ZERO, "ranked"), BY_PLACE)  #: all inputs have 0
ON_COLOR = (_ranked(cells.ALL, "ranked"), BY_PLACE)
STRIPES = _turned(positions.STRIPES_ACROSS, "stripes")
TURNED = _turned(positions.RAREST_UP, "turned")
REDUCED = tuple([_reduced(way, name) for way, name in enumerate(("panels", "blocks", "unlined"))])
#: budget's parts: views on 0 as background, the task beside them, others, views of two changes
ON_GROUND, BESIDE, OTHER, COMBINED = 16, 8, 4, 1


class TaskView:
    """A task as a search sees it: the inputs of demos then tests, and the outputs of demos, changed.

    `base` is the view that is changed further; its inputs and outputs are given.
    """

    def __init__(
        self,
        inputs: list[Array],
        outputs: list[Array],
        change: Change | None = None,
        share: int = OTHER,
        base: TaskView | None = None,
    ) -> None:
        self.change, self.name, self.share = change, "plain", share
        self.brief = False  #: whether only what needs no states is searched
        self.inputs, self.outputs, self.base = inputs, outputs, base
        if change:
            self.name = f"{base.name} {change.name}" if base and base.change else change.name
            self.keys = change.keys(inputs)
            self.inputs = list(map(change.there, inputs, self.keys))
            self.outputs = list(map(change.there, outputs, self.keys))

    @cached_property
    def looks(self) -> bytes:
        """The inputs up to one exchange of colors other than 0, the same in all of them."""
        cells = np.concatenate([grid.ravel() for grid in self.inputs])
        colors, first = np.unique(cells[cells > 0], return_index=True)
        numbers = np.zeros(256, np.uint8)
        numbers[colors[np.argsort(first)]] = np.arange(1, len(colors) + 1)
        return b"".join([bytes(grid.shape) + numbers[grid].tobytes() for grid in self.inputs])

    @cached_property
    def agreement(self) -> int:
        """Percent of the colors' changes and presences in the outputs that are the same in all demos."""
        sets = [_becomes(*pair) for pair in zip(self.inputs, self.outputs, strict=False)]
        return 100 * len(set.intersection(*sets)) // max(len(set.union(*sets)), 1)

    def expression(self, inner: Expression) -> Expression:
        """The program for the task itself, from a program of this view."""
        if self.change is None:
            return inner
        there, back, way = self.change.calls
        changed = (back, _replaced(inner, (there, INPUT, way)), INPUT, way)
        return self.base.expression(changed) if self.base else changed

    def answers(self, grids: list[Array]) -> list[Array]:
        """The answers to the task itself, from answers in this view; none if one has no way back."""
        if self.change is None:
            return grids
        keys = self.keys[len(self.outputs) :]
        if any(grid.size == 0 or grid.max() > 9 for grid in grids):
            return []
        if self.change in REDUCED and any(g.shape != key.shape for g, key in zip(grids, keys, strict=True)):
            return []
        found = list(map(self.change.back, grids, keys))
        return self.base.answers(found) if self.base else found


class Grounded(TaskView):
    """A task whose outputs have a ground of their own in place of 0: as if it were 0."""

    def __init__(self, inputs: list[Array], outputs: list[Array], ground: int) -> None:
        bare = [np.where(output == ground, 0, output).astype(np.uint8) for output in outputs]
        super().__init__(inputs, bare, share=ON_GROUND)
        self.name, self.ground = "grounded", ground

    def expression(self, inner: Expression) -> Expression:
        return ("recolor_by", inner, Lit(((0, self.ground),)))

    def answers(self, grids: list[Array]) -> list[Array]:
        return [np.where(grid == 0, self.ground, grid).astype(np.uint8) for grid in grids]


def views_of(inputs: list[Array], outputs: list[Array], *, combined: bool = False) -> list[TaskView]:
    """The task itself, then the views that change something: colors first, then positions.

    With `combined`, all are at last also turned by their stripes, and those of changed colors in both ways;
    else the likeliest of them, in brief.
    """
    found = [TaskView(inputs, outputs, share=ON_GROUND)]
    on_zero = _on_zero(inputs)
    without_zero = not all((array == 0).any() for array in inputs)
    if not on_zero:
        exchanged = TaskView(inputs, outputs, EXCHANGED)
        if without_zero or exchanged.agreement > found[0].agreement:
            found[0].share, exchanged.share = BESIDE, ON_GROUND
        _add(found, exchanged)
    agreed = max([view.agreement for view in found])
    for change in ON_COLOR if without_zero else ON_ZERO:
        view = TaskView(inputs, outputs, change)
        if not on_zero and view.agreement > agreed:  # then ranks must make colors agree
            view.share = OTHER * max(1, view.agreement // 25)
        if on_zero or agreed < 100:
            _add(found, view)
        agreed = max(agreed, view.agreement)
    recolored = found[1:]
    base = max(found[: 1 if on_zero else None], key=lambda view: view.agreement)
    share = OTHER if base is found[0] else BESIDE
    _add_turned(found, base, share, (STRIPES, TURNED) if all(map(_striped, inputs)) else (TURNED,))
    for change in REDUCED:
        if _is_of_panels(inputs, outputs, change):
            view = TaskView(inputs, outputs, change, OTHER if change is REDUCED[-1] else ON_GROUND)
            if not _on_zero(view.inputs):
                view = TaskView(view.inputs, view.outputs, EXCHANGED, view.share, view)
            _add(found, view)
    seen = b"".join([array.tobytes() for array in inputs])
    grounds = set.intersection(*[set(output.tobytes()) for output in outputs]) - set(seen)
    if on_zero and len(grounds) == 1 and all(0 not in output for output in outputs):
        found.append(Grounded(inputs, outputs, grounds.pop()))
    number = len(found)
    for view in [found[0], *recolored] if combined else [base]:
        _add_turned(found, view, COMBINED, (STRIPES, TURNED))
    for view in found[number:]:
        view.brief = not combined
    return found


def _on_zero(inputs: list[Array]) -> bool:
    """Whether all inputs have 0 as their ground."""
    return all(cells.ground_of(array) == 0 for array in inputs)


def _add_turned(views: list[TaskView], base: TaskView, share: int, changes: tuple[Change, ...]) -> None:
    """Add the views of another one in which grids are turned each its way."""
    for change in changes:
        if len(set(change.keys(base.inputs))) > 1:
            _add(views, TaskView(base.inputs, base.outputs, change, share, base))


def _is_of_panels(inputs: list[Array], outputs: list[Array], change: Change) -> bool:
    """Whether inputs and outputs have the same panels, of one color each."""
    keys = change.keys(inputs)
    return None not in keys and all(
        before.shape == after.shape and equal(change.back(change.there(after, own), own), after)
        for before, after, own in zip(inputs, outputs, keys, strict=False)
    )


def _add(views: list[TaskView], view: TaskView) -> None:
    """Add a view that looks like none before."""
    if not any(view.looks == other.looks for other in views):
        views.append(view)


def _becomes(before: Array, after: Array) -> set[tuple[int, int]]:
    """The colors that the output has, and which other ones they were where the shape stays."""
    old = before if before.shape == after.shape else np.full_like(after, 10)
    changed = old != after
    changes = zip(old[changed].tolist(), after[changed].tolist(), strict=True)
    return {(10, int(color)) for color in np.unique(after)} | set(changes)


def _striped(array: Array) -> bool:
    """Whether colors change at least half as often again in one direction as in the other."""
    few, many = sorted(positions.changes_of(array))
    return 2 * many >= 3 * few and many > 0


def _replaced(node: Expression, by: Expression) -> Expression:
    """The expression with the input replaced; shared parts stay shared by being equal."""
    if node == INPUT or not isinstance(node, tuple):
        return by if node == INPUT else node
    return (node[0], *[_replaced(argument, by) for argument in node[1:]])
