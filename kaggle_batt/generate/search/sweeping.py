"""Finisher by a sweep: the output cell as a function of the input cell and output cells before it.

The demos' own outputs stand in for the results already made, so a table that fits them reproduces them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.sweeps import CONTEXTS, OUTSIDE, contexts_of, swept, turned
from kaggle_batt.generate.search.expression import Table
from kaggle_batt.generate.search.finds import Finds
from kaggle_batt.generate.search.sheet import Sheet
from kaggle_batt.generate.search.states import State

MOST_CHANGES = 8


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """A direction and a context, with the demo outputs turned that way and what their cells read."""

    turns: int
    context: int
    reads: list[Array]
    target: Array


def sweeps(sheet: Sheet, states: list[State], finds: Finds, doubt: int) -> None:
    """Every state from which a sweep with a small table makes the outputs."""
    for turns in range(4):
        targets = [turned(output, turns) for output in sheet.outputs]
        target = np.concatenate([one.ravel() for one in targets])
        for context in range(len(CONTEXTS)):
            layers = [contexts_of(one, context) for one in targets]
            reads = [np.concatenate([one[k].ravel() for one in layers]) for k in range(len(layers[0]))]
            for state in states:
                if sheet.meter.over:
                    return
                _try_state(sheet, state, finds, doubt, Way(turns, context, reads, target))


def _try_state(sheet: Sheet, state: State, finds: Finds, doubt: int, way: Way) -> None:
    sheet.meter.spend(50 + sheet.demo_cells // 7)
    own = np.concatenate([turned(grid, way.turns).ravel() for grid in state.grids[: sheet.demos]])
    if own.max() > 9:
        return
    for like, table in ((0, _plain_table(own, way)), (1, _like_table(own, way))):
        if not table or len(table) > MOST_CHANGES:
            continue
        rows = tuple(table)
        grids = [turned(grid, way.turns) for grid in state.grids[sheet.demos :]]
        answers = [turned(swept(grid, way.context, like, rows), -way.turns) for grid in grids]
        expression = ("sweep", state.expression, way.turns, way.context, like, Table(rows))
        finds.add(expression, answers, doubt, "sweep")
        return


def _plain_table(own: Array, way: Way) -> list[tuple[int, ...]]:
    """The entries that differ from the own color, if the output is a function of own and read; else []."""
    code = own.astype(np.int64)
    for layer in way.reads:
        code = code * 16 + layer
    codes = np.unique(code * 16 + way.target)
    keys = codes // 16
    if (keys[1:] == keys[:-1]).any():
        return []
    width = len(way.reads)
    entries = [_digits(int(one), width + 2) for one in codes]
    return [entry for entry in entries if entry[0] != entry[-1]]


def _like_table(own: Array, way: Way) -> list[tuple[int, ...]]:
    """The same with classes of colors as keys and with copies of what was read; else []."""
    layers = [own, *way.reads]
    code = np.zeros(own.size, np.int64)
    for layer in layers:
        code = code * 16 + np.where((layer == 0) | (layer == OUTSIDE), layer, 1)
    keys, which = np.unique(code, return_inverse=True)
    correct = [_always(which, len(keys), layer == way.target) for layer in layers]
    entries = []
    for number, key in enumerate(keys.tolist()):
        if correct[0][number]:
            continue
        action = next((10 + k for k in range(1, len(layers)) if correct[k][number]), None)
        if action is None:
            colors = np.unique(way.target[which == number])
            if len(colors) > 1:
                return []
            action = int(colors[0])
        entries.append((*_digits(key, len(layers)), action))
    return entries


def _always(which: Any, groups: int, right: Any) -> Any:
    """For each group of cells whether all of them are right."""
    return np.bincount(which, ~right, groups) == 0


def _digits(code: int, length: int) -> tuple[int, ...]:
    """The base-16 digits of a code."""
    return tuple([(code >> 4 * k) & 15 for k in range(length - 1, -1, -1)])
