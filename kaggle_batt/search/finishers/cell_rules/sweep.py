"""Finisher "sweep": the output cell as a function of the state's cell and output cells before it.

The demos' own outputs stand in for the results already made, so a table that fits them reproduces them.
Most states are ruled out by pairs of cells: two that read the same and become unlike must start unlike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, numbered
from kaggle_batt.dsl.extensions.combining.rules import CLASSES, CONTEXTS, OUTSIDE, canvas_of, swept, turned
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass, Workspace
from kaggle_batt.search.solutions import COLORS
from kaggle_batt.search.states import State

MOST_STATES = {Pass.TABLES: 6, Pass.STAGE: 40, Pass.ALL: 120}  #: states tried in each pass
MOST_CHANGES = 8
PAIRS = 192  #: pairs of cells that rule states out, in each way and by each kind of table
_CLASSES = np.array(CLASSES, np.uint8)
Pairs = tuple[Any, Any]


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """A direction and a context: the demo outputs turned that way, and what their cells read.

    Of pairs that become unlike, `plain` read the same, `like` the same classes and copy nothing in common.
    """

    turns: int
    context: int
    reads: list[Array]
    target: Array
    plain: Pairs
    like: Pairs


def directions(workspace: Workspace) -> list[tuple[Any, list[Way]]]:
    """For each direction the demo cells in the order of a sweep, and the ways into the outputs."""
    outputs, grids = workspace.pool.outputs, numbered(workspace.pool.shapes)
    orders = [np.concatenate([turned(grid, turns).ravel() for grid in grids]) for turns in range(4)]
    return [(order, list(_ways(outputs, turns))) for turns, order in enumerate(orders)]


def sweeps(group: Group) -> None:
    """Add every new state of plain colors from which a sweep with a small table makes the outputs."""
    if not group.pool.same or not group.likely:
        return
    tried, budget = group.workspace.tried["sweep"], group.pool.budget
    new = [state for state in group.states[: MOST_STATES[group.at]] if state not in tried]
    tried.update(new)
    states = [state for state in new if not state.data.translate(None, COLORS)]
    if not states:
        return
    rows = np.frombuffer(b"".join([state.data for state in states]), np.uint8).reshape(len(states), -1)
    for order, ways in group.workspace.once(directions):
        cells = rows.take(order, 1)
        for way in ways:
            if budget.exhausted:
                return
            budget.spend(30 + 2 * len(states))
            for number in _possible(cells, way):
                _try_state(group, states[number], way, cells[number])


def _ways(outputs: list[Array], turns: int) -> Iterator[Way]:
    """The ways of one direction, one for each context."""
    canvas = canvas_of([turned(output, turns) for output in outputs])
    flat = canvas.ravel()
    places = (flat != OUTSIDE).nonzero()[0]
    target = flat.take(places)
    # what is before the first cell is read from the end, where nothing but outside is
    layers = {step: flat.take(places - step[0] * canvas.shape[1] - step[1]) for step in set(chain(*CONTEXTS))}
    classes = {step: _CLASSES.take(layer) for step, layer in layers.items()}
    for context, steps in enumerate(CONTEXTS):
        reads = [layers[step] for step in steps]
        like = _pairs(_code([classes[step] for step in steps]), target, reads)
        yield Way(turns, context, reads, target, _pairs(_code(reads), target, []), like)


def _code(layers: list[Array]) -> Any:
    """One number for what each cell reads: four bits a layer."""
    code = np.zeros(layers[0].size, np.int64)
    for layer in layers:
        code = code * 16 + layer
    return code


def _digits(code: int, length: int) -> tuple[int, ...]:
    """The colors read, from their code."""
    return tuple([(code >> 4 * k) & 15 for k in range(length - 1, -1, -1)])


def _pairs(code: Any, target: Array, copies: list[Array]) -> Pairs:
    """Up to `PAIRS` pairs of cells of one code and unlike targets that no copy explains, evenly spread."""
    size = len(target)
    keys = np.sort(((code << 4 | target) << 14) | np.arange(size))  # sorted by code, then target, then place
    order, code, colors = keys & 16383, keys >> 18, keys >> 14 & 15
    places = _neighbours(size)

    def all_of(layer: Any) -> Any:
        """A row for each distance: of each place the value so far behind, that of none being the last."""
        return layer.take(places, mode="clip")

    fits = (all_of(code) == code) & (all_of(colors) != colors) & (places < size)
    for copy in copies:
        deviates = copy[order] != colors
        fits &= deviates | all_of(deviates)
    distance, found = fits.nonzero()
    first, second = order[found], order[places[distance, found]]
    step = -(-len(first) // PAIRS) or 1
    return first[::step], second[::step]


@lru_cache(maxsize=64)
def _neighbours(size: int) -> Any:
    """For each distance a row of the places so far behind each place."""
    return np.arange(size) + np.array([[1], [2], [3], [5], [8], [13], [21], [34], [55], [89], [144]])


def _possible(cells: Array, way: Way) -> list[int]:
    """The rows of cells that no pair rules out."""
    first, second = way.plain
    fits = np.logical_and.reduce(cells.take(first, 1) != cells.take(second, 1), 1)
    first, second = way.like
    one, two = cells.take(first, 1), cells.take(second, 1)
    copied = (one == way.target.take(first)) & (two == way.target.take(second))
    fits |= np.logical_and.reduce(((one > 0) != (two > 0)) | copied, 1)
    return fits.nonzero()[0].tolist()  # type: ignore[no-any-return]


def _try_state(group: Group, state: State, way: Way, cells: Array) -> None:
    """Add the sweep from a state, if a small table fits."""
    pool = group.pool
    pool.budget.spend(200 + len(cells) // 7)
    for like, table in ((0, _plain_table(cells, way)), (1, _like_table(cells, way))):
        if not table or len(table) > MOST_CHANGES:
            continue
        rows = tuple(table)
        grids = [turned(grid, way.turns) for grid in state.grids[pool.demos :]]
        answers = [turned(swept(grid, way.context, like, rows), -way.turns) for grid in grids]
        expression = ("sweep", state.expression, way.turns, way.context, like, Lit(rows))
        group.add(expression, answers, "sweep")
        return


def _plain_table(cells: Array, way: Way) -> list[tuple[int, ...]]:
    """The entries (own color, colors read, new color) that change a cell; [] if there is no function."""
    codes = np.unique(_code([cells, *way.reads, way.target]))
    keys = codes // 16
    if np.count_nonzero(keys[1:] == keys[:-1]):
        return []
    entries = [_digits(int(one), len(way.reads) + 2) for one in codes]
    return [entry for entry in entries if entry[0] != entry[-1]]


def _like_table(cells: Array, way: Way) -> list[tuple[int, ...]]:
    """The same with classes of colors as keys; the new color may be a copy of one that was read."""
    layers = [cells, *way.reads]
    keys, which = np.unique(_code([_CLASSES.take(layer) for layer in layers]), return_inverse=True)
    correct = [np.bincount(which, layer != way.target, len(keys)) == 0 for layer in layers]
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


SWEEP = Finisher("sweep", tuple(MOST_STATES), sweeps, rate=65)
