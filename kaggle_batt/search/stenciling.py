"""Finisher by a stencil: what the demos draw around every marked cell, learned offset by offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask
from kaggle_batt.dsl.extensions.combining.rules import OWN, stamped
from kaggle_batt.search.expression import Expression, Table
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.sheet import Sheet
from kaggle_batt.search.states import State

RADIUS = 3
#: marks are at most this share (percent) of the cells, entries at most so many
MOST_MARKS = 20
MOST_ENTRIES = 40
Rows = tuple[tuple[int, ...], ...]
_BROKEN = 255


@dataclass(eq=False)
class Stamp:
    """One stencil: whose marks, of which value, on what, which entries."""

    state: State
    value: int
    everywhere: int
    rows: Rows

    def on(self, grids: list[Array], marks: list[Array]) -> list[Array]:
        """The grids stamped."""
        return [
            stamped(g, m, self.value, self.everywhere, self.rows) for g, m in zip(grids, marks, strict=True)
        ]

    def around(self, inner: Expression) -> Expression:
        """The expression that stamps the inner one."""
        return ("stencil", inner, self.state.expression, self.value, self.everywhere, Table(self.rows))


def _windows(array: Array, fill: int) -> Array:
    """For each cell a row with its square neighbourhood."""
    framed = np.pad(array, RADIUS, constant_values=fill)
    size = 2 * RADIUS + 1
    return np.lib.stride_tricks.sliding_window_view(framed, (size, size)).reshape(array.size, size * size)


class Stenciler:
    """Learns stencils around the marks of states, each state once, from one root to its outputs."""

    def __init__(self, root: State, outputs: list[Array]) -> None:
        self.root, self.outputs = root, outputs
        self.inputs = list(root.grids[: len(outputs)])
        self.cells = np.concatenate([grid.ravel() for grid in self.inputs])
        self.before = np.concatenate([_windows(grid, _BROKEN) for grid in self.inputs])
        self.after = np.concatenate([_windows(grid, _BROKEN) for grid in outputs])
        self.tried: set[State] = set()
        self.parts: list[Stamp] = []

    def stencils(self, sheet: Sheet, states: list[State], finds: Finds, doubt: int) -> None:
        """Stencils around the marks of new states, singly and those never wrong together."""
        known = len(self.parts)
        for state in states:
            if state in self.tried:
                continue
            self.tried.add(state)
            cells = np.concatenate([grid.ravel() for grid in state.grids[: sheet.demos]])
            for value, amount in enumerate(np.bincount(cells, minlength=10)[:10].tolist()):
                if not 0 < 100 * amount <= MOST_MARKS * len(cells) or amount > 120:
                    continue
                if sheet.meter.over:
                    return
                self._try_marks(sheet, state, value, cells == value, finds, doubt)
        if len(self.parts) > known:
            _together(sheet, self.parts[:60], self.root, finds, doubt)

    def _try_marks(
        self, sheet: Sheet, state: State, value: int, chosen: Mask, finds: Finds, doubt: int
    ) -> None:
        """The stencils around one value's cells: on cells of 0 alone, and everywhere."""
        places = np.flatnonzero(chosen)
        marks = list(state.grids[: sheet.demos])
        for everywhere in (0, 1):
            sheet.meter.spend(50 + len(places) // 2)
            rows = self._learned(places, everywhere)
            if not 0 < len(rows) <= MOST_ENTRIES:
                continue
            sheet.meter.spend(25 * sheet.demos)
            stamp = Stamp(state, value, everywhere, rows)
            wrong = _errors(stamp.on(self.inputs, marks), self.inputs, self.outputs)
            if wrong[0] == 0:
                _add(sheet, [stamp], self.root, finds, doubt)
            elif wrong[1] == 0:
                self.parts.append(stamp)

    def _learned(self, places: Any, everywhere: int) -> Rows:
        """The offsets at which all marks see one color in the output where they may draw."""
        size = 2 * RADIUS + 1
        before, after, own = self.before[places], self.after[places], self.cells[places][:, None]
        drawn = before != _BROKEN if everywhere else before == 0
        # one mark alone says little where others could have spoken too
        changed = (drawn & (before != after)).any(0) & (2 * drawn.sum(0) >= len(drawn))
        if not changed.any():
            return ()
        high = np.where(drawn, after, 0).max(0)
        low = np.where(drawn, after, _BROKEN).min(0)
        owned = (~drawn | (after == own)).all(0)
        rows = []
        for place in np.flatnonzero(changed).tolist():
            offset = place // size - RADIUS, place % size - RADIUS
            if high[place] == low[place]:
                rows.append((*offset, int(high[place])))
            elif owned[place]:
                rows.append((*offset, OWN))
        return tuple(rows)


def _errors(made: list[Array], inputs: list[Array], outputs: list[Array]) -> tuple[int, int]:
    """Cells that differ from the outputs; those of them that the stamp changed."""
    wrong = harmful = 0
    for result, before, after in zip(made, inputs, outputs, strict=True):
        different = result != after
        wrong += int(different.sum())
        harmful += int((different & (result != before)).sum())
    return wrong, harmful


def _together(sheet: Sheet, stamps: list[Stamp], root: State, finds: Finds, doubt: int) -> None:
    """Greedy union of stencils that never draw wrongly."""
    grids: list[Array] = list(root.grids[: sheet.demos])
    chosen: list[Stamp] = []
    left = _errors(grids, grids, sheet.outputs)[0]
    for _ in range(4):
        best: tuple[int, int] | None = None
        sheet.meter.spend(80 * len(stamps))
        for number, stamp in enumerate(stamps):
            made = stamp.on(grids, list(stamp.state.grids[: sheet.demos]))
            wrong, harmful = _errors(made, grids, sheet.outputs)
            if not harmful and (best is None or (wrong, number) < best):
                best = wrong, number
        if best is None or best[0] >= left:
            return
        left = best[0]
        stamp = stamps[best[1]]
        grids = stamp.on(grids, list(stamp.state.grids[: sheet.demos]))
        chosen.append(stamp)
        if best[0] == 0:
            _add(sheet, chosen, root, finds, doubt)
            return


def _add(sheet: Sheet, stamps: list[Stamp], root: State, finds: Finds, doubt: int) -> None:
    expression, grids = root.expression, list(root.grids[sheet.demos :])
    for stamp in stamps:
        expression = stamp.around(expression)
        grids = stamp.on(grids, list(stamp.state.grids[sheet.demos :]))
    finds.add(expression, grids, doubt, "stencil")
