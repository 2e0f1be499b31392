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
    way: int  #: the argument of `key` and of the primitives
    calls: tuple[str, str]  #: the primitives there and back
    key: Callable[[Array, int], Any]
    there: Callable[[Array, Any], Array]
    back: Callable[[Array, Any], Array]

    def keys(self, inputs: list[Array]) -> list[Any]:
        return [self.key(array, self.way) for array in inputs]


#: changes but for name and way: colors as their ranks, grids in a position that they choose, panels as cells
RANKS = ("rank_colors", "unrank_colors"), cells.ranks_of, lambda grid, ranks: ranks[grid], cells.unranked
TURNS = ("orient", "unorient"), positions.position_of, positions.moved, positions.moved_back
PANELS = ("panel_colors", "in_panels"), panels.panels_of, panels.colors_of, lambda grid, own: own.filled(grid)
EXCHANGED = Change("exchanged", cells.EXCHANGED, *RANKS)
BY_PLACE = Change("by place", cells.PLACE, *RANKS)
ON_ZERO = (Change("ranked", cells.ALL_BUT_ZERO, *RANKS), BY_PLACE)  #: all inputs have 0
ON_COLOR = (Change("ranked", cells.ALL, *RANKS), BY_PLACE)
STRIPES = Change("stripes", positions.STRIPES_ACROSS, *TURNS)
TURNED = Change("turned", positions.RAREST_UP, *TURNS)
REDUCED = tuple([Change(name, way, *PANELS) for way, name in enumerate(("panels", "blocks", "unlined"))])
#: budget's parts: views on 0 as background, the task beside them, others, views of two changes
ON_GROUND, BESIDE, OTHER, COMBINED = 16, 8, 4, 1


class TaskView:
    """A task as a search sees it: the inputs of demos then tests, and the outputs of demos."""

    def __init__(self, inputs: list[Array], outputs: list[Array], name: str, share: int) -> None:
        self.inputs, self.outputs, self.name, self.share = inputs, outputs, name, share
        self.brief = False  #: whether only what needs no states is searched

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
        return inner

    def answers(self, grids: list[Array]) -> list[Array]:
        """The answers to the task itself, from answers in this view; none if one has no way back."""
        return grids


class Changed(TaskView):
    """A view of which each grid is changed by a key of its input."""

    def __init__(self, base: TaskView, change: Change, share: int = OTHER) -> None:
        self.base, self.change, self.keys = base, change, change.keys(base.inputs)
        inputs, outputs = (list(map(change.there, some, self.keys)) for some in (base.inputs, base.outputs))
        name = f"{base.name} {change.name}" if isinstance(base, Changed) else change.name
        super().__init__(inputs, outputs, name, share)

    def expression(self, inner: Expression) -> Expression:
        (there, back), way = self.change.calls, self.change.way
        return self.base.expression((back, _replaced(inner, (there, INPUT, way)), INPUT, way))

    def answers(self, grids: list[Array]) -> list[Array]:
        keys = self.keys[len(self.outputs) :]
        if any(grid.size == 0 or grid.max() > 9 for grid in grids):
            return []
        if self.change in REDUCED and any(g.shape != key.shape for g, key in zip(grids, keys, strict=True)):
            return []
        return self.base.answers(list(map(self.change.back, grids, keys)))


class Grounded(TaskView):
    """A task whose outputs have a ground of their own in place of 0: as if it were 0."""

    def __init__(self, inputs: list[Array], outputs: list[Array], ground: int) -> None:
        bare = [np.where(output == ground, 0, output).astype(np.uint8) for output in outputs]
        super().__init__(inputs, bare, "grounded", ON_GROUND)
        self.ground = ground

    def expression(self, inner: Expression) -> Expression:
        return ("recolor_by", inner, Lit(((0, self.ground),)))

    def answers(self, grids: list[Array]) -> list[Array]:
        return [np.where(grid == 0, self.ground, grid).astype(np.uint8) for grid in grids]


def views_of(inputs: list[Array], outputs: list[Array], *, combined: bool = False) -> list[TaskView]:
    """The task itself, then the views that change something: colors first, then positions.

    With `combined`, all are at last also turned by their stripes, and those of changed colors in both ways;
    else the likeliest of them, in brief.
    """
    found = [TaskView(inputs, outputs, "plain", ON_GROUND)]
    on_zero = _on_zero(inputs)
    without_zero = not all((array == 0).any() for array in inputs)
    if not on_zero:
        exchanged = Changed(found[0], EXCHANGED)
        if without_zero or exchanged.agreement > found[0].agreement:
            found[0].share, exchanged.share = BESIDE, ON_GROUND
        _add(found, exchanged)
    agreed = max([view.agreement for view in found])
    for change in ON_COLOR if without_zero else ON_ZERO:
        view: TaskView = Changed(found[0], change)
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
            view = Changed(found[0], change, OTHER if change is REDUCED[-1] else ON_GROUND)
            if not _on_zero(view.inputs):
                view = Changed(view, EXCHANGED, view.share)
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
            _add(views, Changed(base, change, share))


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
