"""Invariants: what holds in every demo should hold for an answer; each that it breaks is a penalty."""

from collections.abc import Callable
from functools import partial

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, by_cells, equal, tallies
from kaggle_batt.search.solutions import Answers, grids_of

Invariant = Callable[[Array, Array], bool]


def _alike(before: Array, after: Array) -> bool:
    return before.shape == after.shape


def _symmetric(turn: Callable[[Array], Array]) -> Invariant:
    return lambda before, after: equal(after, turn(after))


def _keeps(chosen: Callable[[Array], Mask]) -> Invariant:
    """The chosen cells of the input stay as they are."""
    return lambda before, after: _alike(before, after) and bool((before == after)[chosen(before)].all())


#: what may hold for a pair, and the penalty (tenths) of an answer that breaks what holds for all demos
INVARIANTS: tuple[tuple[str, Invariant, int], ...] = (
    ("changes", lambda before, after: not equal(before, after), 40),
    ("same size", _alike, 20),
    ("left-right symmetric", _symmetric(lambda grid: grid[:, ::-1]), 20),
    ("up-down symmetric", _symmetric(lambda grid: grid[::-1]), 20),
    ("symmetric about the diagonal", _symmetric(lambda grid: grid.T), 20),
    ("half-turn symmetric", _symmetric(lambda grid: grid[::-1, ::-1]), 16),
    ("colored cells kept", _keeps(lambda grid: grid > 0), 16),
    ("empty cells kept", _keeps(lambda grid: grid == 0), 16),
    ("only the main color changes", _keeps(lambda grid: grid != np.bincount(grid.ravel()).argmax()), 12),
    ("no new color", lambda before, after: set(after.tobytes()) <= set(before.tobytes()), 16),
    ("same colors", lambda before, after: set(after.tobytes()) == set(before.tobytes()), 8),
    ("same count of each color", lambda before, after: tallies(before) == tallies(after), 12),
    ("same filled count", lambda before, after: np.count_nonzero(before) == np.count_nonzero(after), 8),
    ("more than one color", lambda before, after: len(set(after.tobytes())) > 1, 20),
    ("no 0", lambda before, after: 0 not in after.tobytes(), 12),
)


class Invariants:
    """The invariants that all demos have, and the colors of all their outputs."""

    def __init__(self, inputs: list[Array], outputs: list[Array]) -> None:
        tests = inputs[len(outputs) :]
        #: for each test; many sets of answers share the answer of one
        self.penalties = [by_cells(1000)(partial(self.penalty, test)) for test in tests]
        pairs = list(zip(inputs, outputs, strict=False))
        self.holding = [(holds, cost) for _, holds, cost in INVARIANTS if all(holds(*pair) for pair in pairs)]
        colors = [set(after.tobytes()) for after in outputs]
        self.always = set.intersection(*colors)
        self.ever = set.union(*colors)

    def worst(self, answers: Answers) -> int:
        """The largest penalty (tenths) of the answers to the tests."""
        return max([penalty(one) for penalty, one in zip(self.penalties, grids_of(answers), strict=True)])

    def penalty(self, before: Array, after: Array) -> int:
        """The penalty (tenths) of an answer to that input."""
        total = sum([cost for holds, cost in self.holding if not holds(before, after)])
        seen = set(after.tobytes())
        total += 8 * len(self.always - seen - set(before.tobytes()))
        return total + 16 * len(seen - self.ever - set(before.tobytes()))
