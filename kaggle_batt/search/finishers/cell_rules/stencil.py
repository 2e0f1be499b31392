"""Finisher "stencil": what the demos draw around every marked cell, learned offset by offset."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.combining.rules import OWN, canvas_of, drawn_at, stamped
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass, Workspace
from kaggle_batt.search.states import State

RADIUS = 3
SIZE = 2 * RADIUS + 1
MOST_STATES = 1500  #: states considered
MOST_SPARSE = 150  #: of these the ones with few colored cells that are tried
SHARE_OF_MARKS = 20  #: percent of the cells that are marks, at most
MOST_MARKS = 120  #: marks at most
MOST_ENTRIES = 40
MOST_PARTS = 60  #: stencils tried together
MOST_TOGETHER = 4  #: stencils that together make the outputs
OUTSIDE = 255
Rows = tuple[tuple[int, ...], ...]


@dataclass(eq=False)
class Stencil:
    """Marks, a state's cells of a `value` at `places` of the board; the `rows` drawn on 0 or `everywhere`."""

    state: State
    value: int
    everywhere: int
    rows: Rows
    places: Any

    def on(self, grids: list[Array], samples: slice) -> list[Array]:
        """The grids of these samples with the stencil drawn."""
        pairs = zip(grids, self.state.grids[samples], strict=True)
        return [stamped(grid, marks, self.value, self.everywhere, self.rows) for grid, marks in pairs]

    def on_board(self, board: Array, stride: int) -> Array:
        """The board of all demos with the stencil drawn; cells outside the grids do not matter."""
        return drawn_at(board, stride, self.places, self.everywhere, self.rows)


class Stenciler:
    """The demos of one pool on a board, the states tried, the stencils that draw a part.

    A board is flat, its grids lie below each other, so far apart that a stencil on one meets no other.
    """

    def __init__(self, workspace: Workspace) -> None:
        pool = workspace.pool
        self.root = pool.root
        self.demos, self.tests = slice(pool.demos), slice(pool.demos, None)
        inputs = pool.root.grids[self.demos]
        boards = [canvas_of(grids, RADIUS, OUTSIDE) for grids in (inputs, pool.outputs)]
        self.stride = boards[0].shape[1]
        self.input, self.output = [board.ravel() for board in boards]
        self.changed, self.inside = self.input != self.output, self.input != OUTSIDE
        self.places = np.flatnonzero(self.inside)
        offsets = np.arange(-RADIUS, RADIUS + 1)
        self.steps = (offsets[:, None] * self.stride + offsets).ravel()
        self.tried = workspace.tried["stencil"]
        self.parts: list[Stencil] = []
        self.known: dict[bytes, list[tuple[Rows, int, int]]] = {}  #: by marks

    def errors(self, made: Array, before: Array) -> tuple[int, int]:
        """The number of cells that differ from the outputs, and how many of them were changed."""
        different = (made != self.output) & self.inside
        return int(np.count_nonzero(different)), int(np.count_nonzero(different & (made != before)))

    def around(self, places: Any) -> list[tuple[Rows, int, int]]:
        """The rows drawn around marks on 0, and everywhere, with their errors; many states share marks."""
        key = places.tobytes()
        if key not in self.known:
            self.known[key] = [self._checked(places, *one) for one in enumerate(self.learned(places))]
        return self.known[key]

    def _checked(self, places: Any, everywhere: int, rows: Rows) -> tuple[Rows, int, int]:
        """The rows with their errors; none if they are too many."""
        if not 0 < len(rows) <= MOST_ENTRIES:
            return (), 0, 0
        made = Stencil(self.root, 0, everywhere, rows, places).on_board(self.input, self.stride)
        return rows, *self.errors(made, self.input)

    def learned(self, places: Any) -> tuple[Rows, Rows]:
        """The offsets where all marks see one output color, for stencils drawn on 0 and everywhere."""
        changes = np.logical_or.reduce(self.changed.take(places[:, None] + self.steps), 0)
        numbers = changes.nonzero()[0]
        if not len(numbers):
            return (), ()
        around = places[:, None] + self.steps[numbers]
        before, after = self.input.take(around), self.output.take(around)
        copied = after == self.input.take(places)[:, None]
        free, inside = before == 0, before < OUTSIDE
        on_free = np.logical_or.reduce(free & (before != after), 0)
        return _entries(free, after, copied, on_free, numbers), _entries(inside, after, copied, True, numbers)


def _entries(drawn: Any, after: Array, copied: Any, changed: Any, numbers: Any) -> Rows:
    """The entries of a stencil, from a row for each mark and a column for each offset of these numbers."""
    # an offset that most marks cannot draw at says little
    usable = changed & (2 * np.add.reduce(drawn.view(np.uint8), 0, dtype=np.int16) >= len(drawn))
    if not np.count_nonzero(usable):
        return ()
    high = np.maximum.reduce(after * drawn, 0)
    same = high == np.minimum.reduce(np.where(drawn, after, OUTSIDE), 0)
    usable &= same | np.logical_and.reduce(copied | ~drawn, 0)
    columns = usable.nonzero()[0]
    inks = np.where(same, high, OWN)[columns].tolist()
    offsets = [(number // SIZE - RADIUS, number % SIZE - RADIUS) for number in numbers[columns].tolist()]
    return tuple([(*offset, ink) for offset, ink in zip(offsets, inks, strict=True)])


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
        cells = np.frombuffer(state.data, np.uint8, len(stenciler.places))
        for value, amount in enumerate(np.bincount(cells, minlength=10)[:10].tolist()):
            if not 0 < 100 * amount <= SHARE_OF_MARKS * len(cells) or amount > MOST_MARKS:
                continue
            if pool.budget.exhausted:
                return
            _try_marks(group, stenciler, state, value, stenciler.places[cells == value])
    if len(stenciler.parts) > known:
        _try_together(group, stenciler)


def _sparse(root: State, states: list[State]) -> list[State]:
    """The root and the cheapest states with few colored cells, a tenth at most."""
    empty = ((state, 10 * state.data.count(0), len(state.data)) for state in states if state.depth)
    sparse = (state for state, cells, size in empty if 9 * size <= cells < 10 * size)
    return [root, *islice(sparse, MOST_SPARSE - 1)]


def _try_marks(group: Group, stenciler: Stenciler, state: State, value: int, places: Any) -> None:
    """Add or keep the stencils around one value's cells: on cells of 0 alone, and everywhere."""
    budget = group.pool.budget
    for everywhere, (rows, wrong, harmful) in enumerate(stenciler.around(places)):
        budget.spend(50 + len(places) // 2)
        if not rows:
            continue
        budget.spend(25 * group.pool.demos)
        stencil = Stencil(state, value, everywhere, rows, places)
        if wrong == 0:
            _add(group, stenciler, [stencil])
        elif harmful == 0:
            stenciler.parts.append(stencil)


def _try_together(group: Group, stenciler: Stenciler) -> None:
    """Add a greedy union of stencils that never draw wrongly, if it makes the outputs."""
    parts = stenciler.parts[:MOST_PARTS]
    board, stride = stenciler.input, stenciler.stride
    chosen: list[Stencil] = []
    left = stenciler.errors(board, board)[0]
    while left and len(chosen) < MOST_TOGETHER:
        group.pool.budget.spend(80 * len(parts))
        errors = [stenciler.errors(part.on_board(board, stride), board) for part in parts]
        harmless = [(wrong, number) for number, (wrong, harmful) in enumerate(errors) if not harmful]
        if not harmless or min(harmless)[0] >= left:
            return
        left, number = min(harmless)
        chosen.append(parts[number])
        board = parts[number].on_board(board, stride)
    if not left:
        _add(group, stenciler, chosen)


def _add(group: Group, stenciler: Stenciler, chosen: list[Stencil]) -> None:
    """Add the input with these stencils drawn."""
    expression, grids = stenciler.root.expression, list(stenciler.root.grids[stenciler.tests])
    for one in chosen:
        expression = ("stencil", expression, one.state.expression, one.value, one.everywhere, Lit(one.rows))
        grids = one.on(grids, stenciler.tests)
    group.add(expression, grids, "stencil")


STENCIL = Finisher("stencil", (Pass.STAGE, Pass.ALL), stencils, rate=26)
