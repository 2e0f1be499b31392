"""Finisher "stencil": what the demos draw around every marked cell, learned offset by offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.combining.rules import OWN, stamped
from kaggle_batt.search.expression import Expression, LiteralTable
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass, Workspace
from kaggle_batt.search.states import State

RADIUS = 3
SIZE = 2 * RADIUS + 1
#: states considered, and of these the ones with few colored cells that are tried
MOST_STATES = 1500
MOST_SPARSE = 150
#: marks are at most this share (percent) of the cells, and at most so many
SHARE_OF_MARKS = 20
MOST_MARKS = 120
MOST_ENTRIES = 40
#: stencils tried together, stencils that together make the outputs
MOST_PARTS = 60
MOST_TOGETHER = 4
_OUTSIDE = 255
Rows = tuple[tuple[int, ...], ...]


@dataclass(eq=False)
class Stencil:
    """The state whose cells of one value are the marks, the entries, and whether they are drawn everywhere.

    Otherwise they are drawn on cells of 0 alone.
    """

    state: State
    value: int
    everywhere: int
    rows: Rows

    def on(self, grids: list[Array], samples: slice) -> list[Array]:
        """The grids of these samples with the stencil drawn."""
        pairs = zip(grids, self.state.grids[samples], strict=True)
        return [stamped(grid, marks, self.value, self.everywhere, self.rows) for grid, marks in pairs]

    def around(self, inner: Expression) -> Expression:
        """The expression that draws the stencil on the inner one."""
        return ("stencil", inner, self.state.expression, self.value, self.everywhere, LiteralTable(self.rows))


class Stenciler:
    """The surroundings of each cell of one pool's demos, the states tried, stencils that draw a part."""

    def __init__(self, workspace: Workspace) -> None:
        pool = workspace.pool
        self.root, self.outputs = pool.root, pool.outputs
        self.demos, self.tests = slice(pool.demos), slice(pool.demos, None)
        self.inputs = list(pool.root.grids[self.demos])
        self.cells = np.concatenate([grid.ravel() for grid in self.inputs])
        self.before = np.concatenate([_windows(grid) for grid in self.inputs])
        self.after = np.concatenate([_windows(grid) for grid in pool.outputs])
        self.tried: set[State] = set()
        self.parts: list[Stencil] = []

    def errors(self, made: list[Array], before: list[Array]) -> tuple[int, int]:
        """The number of cells that differ from the outputs, and of those among them that were changed."""
        wrong = harmful = 0
        for result, grid, output in zip(made, before, self.outputs, strict=True):
            different = result != output
            wrong += int(different.sum())
            harmful += int((different & (result != grid)).sum())
        return wrong, harmful

    def learned(self, places: Any, everywhere: int) -> Rows:
        """The offsets at which all marks see one color in the output where they may draw."""
        before, after, own = self.before[places], self.after[places], self.cells[places][:, None]
        drawn = before != _OUTSIDE if everywhere else before == 0
        # an offset that most marks cannot draw at says little
        changed = (drawn & (before != after)).any(0) & (2 * drawn.sum(0) >= len(drawn))
        if not changed.any():
            return ()
        high = np.where(drawn, after, 0).max(0)
        low = np.where(drawn, after, _OUTSIDE).min(0)
        owned = (~drawn | (after == own)).all(0)
        rows = []
        for place in np.flatnonzero(changed).tolist():
            offset = place // SIZE - RADIUS, place % SIZE - RADIUS
            if high[place] == low[place]:
                rows.append((*offset, int(high[place])))
            elif owned[place]:
                rows.append((*offset, OWN))
        return tuple(rows)


def _windows(array: Array) -> Array:
    """For each cell a row with its square neighbourhood."""
    framed = np.pad(array, RADIUS, constant_values=_OUTSIDE)
    return np.lib.stride_tricks.sliding_window_view(framed, (SIZE, SIZE)).reshape(array.size, SIZE**2)


def stencils(group: Group) -> None:
    """Add stencils around the marks of new states, singly and those never wrong together."""
    pool = group.pool
    # marks are made on the input, so the test grids too must have its shapes
    if not pool.same or not group.likely or group.sheet.shapes != pool.root.shapes:
        return
    stenciler = group.workspace.once(Stenciler)
    known = len(stenciler.parts)
    for state in _sparse(pool.root, group.states[:MOST_STATES]):
        if state in stenciler.tried:
            continue
        stenciler.tried.add(state)
        cells = np.concatenate([grid.ravel() for grid in state.grids[: pool.demos]])
        for value, amount in enumerate(np.bincount(cells, minlength=10)[:10].tolist()):
            if not 0 < 100 * amount <= SHARE_OF_MARKS * len(cells) or amount > MOST_MARKS:
                continue
            if pool.budget.exhausted:
                return
            _try_marks(group, stenciler, state, value, np.flatnonzero(cells == value))
    if len(stenciler.parts) > known:
        _try_together(group, stenciler)


def _sparse(root: State, states: list[State]) -> list[State]:
    """The root and the cheapest states with few colored cells."""
    found = [root]
    for state in states:
        filled = sum([int((grid > 0).sum()) for grid in state.grids])
        if state.depth and 0 < 10 * filled <= state.cells:
            found.append(state)
    return found[:MOST_SPARSE]


def _try_marks(group: Group, stenciler: Stenciler, state: State, value: int, places: Any) -> None:
    """Add or keep the stencils around one value's cells: on cells of 0 alone, and everywhere."""
    budget = group.pool.budget
    for everywhere in (0, 1):
        budget.spend(50 + len(places) // 2)
        rows = stenciler.learned(places, everywhere)
        if not 0 < len(rows) <= MOST_ENTRIES:
            continue
        budget.spend(25 * group.pool.demos)
        stencil = Stencil(state, value, everywhere, rows)
        made = stencil.on(stenciler.inputs, stenciler.demos)
        wrong, harmful = stenciler.errors(made, stenciler.inputs)
        if wrong == 0:
            _add(group, stenciler, [stencil])
        elif harmful == 0:
            stenciler.parts.append(stencil)


def _try_together(group: Group, stenciler: Stenciler) -> None:
    """Add a greedy union of stencils that never draw wrongly, if it makes the outputs."""
    parts = stenciler.parts[:MOST_PARTS]
    grids = stenciler.inputs
    chosen: list[Stencil] = []
    left = stenciler.errors(grids, grids)[0]
    while left and len(chosen) < MOST_TOGETHER:
        group.pool.budget.spend(80 * len(parts))
        errors = [stenciler.errors(part.on(grids, stenciler.demos), grids) for part in parts]
        harmless = [(wrong, number) for number, (wrong, harmful) in enumerate(errors) if not harmful]
        if not harmless or min(harmless)[0] >= left:
            return
        left, number = min(harmless)
        chosen.append(parts[number])
        grids = parts[number].on(grids, stenciler.demos)
    if not left:
        _add(group, stenciler, chosen)


def _add(group: Group, stenciler: Stenciler, chosen: list[Stencil]) -> None:
    """Add the input with these stencils drawn."""
    expression, grids = stenciler.root.expression, list(stenciler.root.grids[stenciler.tests])
    for stencil in chosen:
        expression = stencil.around(expression)
        grids = stencil.on(grids, stenciler.tests)
    group.add(expression, grids, "stencil")


STENCIL = Finisher("stencil", (Pass.STAGE, Pass.ALL), stencils)
