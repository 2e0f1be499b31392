"""Finisher by a sweep: the output cell as a function of the input cell and output cells before it.

The demos' own outputs stand in for the results already made, so a table that fits them reproduces them.
Most states are ruled out by pairs of cells: two that read the same and become unlike must start unlike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.combining.rules import CONTEXTS, OUTSIDE, contexts_of, swept, turned
from kaggle_batt.search.expression import Table
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.sheet import Sheet
from kaggle_batt.search.states import State

MOST_CHANGES = 8
#: pairs of cells that sieve states, in each way and by each kind of table
PAIRS = 192
Pairs = tuple[Any, Any]


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """A direction and a context: the demo outputs turned that way, what their cells read, and pairs of
    cells that read the same (`plain`), or the same classes without a common copy (`like`), become unlike."""

    turns: int
    context: int
    reads: list[Array]
    target: Array
    plain: Pairs
    like: Pairs


class Sweeper:
    """Tries states against all ways of sweeping into the outputs, each state once."""

    def __init__(self, outputs: list[Array]) -> None:
        self.ways = [_way(outputs, turns, context) for turns in range(4) for context in range(len(CONTEXTS))]
        self.tried: set[State] = set()

    def sweeps(self, sheet: Sheet, states: list[State], finds: Finds, doubt: int) -> None:
        """Take in every new state from which a sweep with a small table makes the outputs."""
        fresh = [s for s in states if s not in self.tried and max([int(g.max()) for g in s.grids]) <= 9]
        self.tried.update(states)
        if not fresh:
            return
        turned_cells = [_cells(fresh, sheet.demos, turns) for turns in range(4)]
        for way in self.ways:
            if sheet.meter.over:
                return
            sheet.meter.spend(30 + 2 * len(fresh))
            own = turned_cells[way.turns]
            for number in _possible(own, way):
                _try_state(sheet, fresh[number], finds, doubt, way, own[number])


def _way(outputs: list[Array], turns: int, context: int) -> Way:
    targets = [turned(output, turns) for output in outputs]
    target = np.concatenate([one.ravel() for one in targets])
    layers = [contexts_of(one, context) for one in targets]
    reads = [np.concatenate([one[k].ravel() for one in layers]) for k in range(len(layers[0]))]
    plain = _pairs(_code(reads, 16), target, [])
    like = _pairs(_code([_classes(read) for read in reads], 16), target, reads)
    return Way(turns, context, reads, target, plain, like)


def _code(layers: list[Array], base: int) -> Any:
    """One number for what each cell reads."""
    code = np.zeros(layers[0].size, np.int64)
    for layer in layers:
        code = code * base + layer
    return code


def _classes(layer: Array) -> Array:
    """0 for 0, 1 for a color, `OUTSIDE` outside."""
    return np.where((layer == 0) | (layer == OUTSIDE), layer, 1).astype(np.uint8)


def _pairs(code: Any, target: Array, copies: list[Array]) -> Pairs:
    """Up to `PAIRS` pairs of cells of one code and unlike targets that no copy explains, evenly spread."""
    order = np.lexsort((target, code))
    found_first, found_second = [], []
    for distance in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144):
        one, two = order[:-distance], order[distance:]
        fits = (code[one] == code[two]) & (target[one] != target[two])
        for copy in copies:
            fits &= (copy[one] != target[one]) | (copy[two] != target[two])
        found_first.append(one[fits])
        found_second.append(two[fits])
    first, second = np.concatenate(found_first), np.concatenate(found_second)
    step = -(-len(first) // PAIRS) or 1
    return first[::step], second[::step]


def _cells(states: list[State], demos: int, turns: int) -> Array:
    """A row of turned demo cells for each state."""
    return np.stack(
        [np.concatenate([turned(grid, turns).ravel() for grid in state.grids[:demos]]) for state in states]
    )


def _possible(own: Array, way: Way) -> list[int]:
    """The rows that no pair rules out."""
    first, second = way.plain
    fits = (own[:, first] != own[:, second]).all(1)
    first, second = way.like
    one, two = own[:, first], own[:, second]
    copied = (one == way.target[first]) & (two == way.target[second])
    fits |= (((one > 0) != (two > 0)) | copied).all(1)
    return fits.nonzero()[0].tolist()  # type: ignore[no-any-return]


def _try_state(sheet: Sheet, state: State, finds: Finds, doubt: int, way: Way, own: Array) -> None:
    sheet.meter.spend(200 + sheet.demo_cells // 7)
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
    codes = np.unique(_code([own, *way.reads, way.target], 16))
    keys = codes // 16
    if (keys[1:] == keys[:-1]).any():
        return []
    width = len(way.reads)
    entries = [_digits(int(one), width + 2) for one in codes]
    return [entry for entry in entries if entry[0] != entry[-1]]


def _like_table(own: Array, way: Way) -> list[tuple[int, ...]]:
    """The same with classes of colors as keys and with copies of what was read; else []."""
    layers = [own, *way.reads]
    keys, which = np.unique(_code([_classes(layer) for layer in layers], 16), return_inverse=True)
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
