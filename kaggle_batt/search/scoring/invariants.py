"""Invariants: what holds in every demo should hold for an answer; each one that it breaks is a penalty.

Only the demos and the answer count, not the programs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, tallies

Invariant = Callable[[Array, Array], bool]


def _alike(before: Array, after: Array) -> bool:
    return before.shape == after.shape


def _symmetric(turn: Callable[[Array], Array]) -> Invariant:
    return lambda before, after: np.array_equal(after, turn(after))


def _keeps_colored(before: Array, after: Array) -> bool:
    """Colored cells stay as they are."""
    return _alike(before, after) and bool(((before == 0) | (before == after)).all())


def _keeps_empty(before: Array, after: Array) -> bool:
    """Cells of 0 stay 0."""
    return _alike(before, after) and bool(((before > 0) | (after == 0)).all())


def _keeps_main(before: Array, after: Array) -> bool:
    """Only cells of the main color change."""
    main = np.bincount(before.ravel()).argmax()
    return _alike(before, after) and bool(((before == main) | (before == after)).all())


#: what may hold for a pair, and the penalty (tenths) of an answer that breaks what holds for all demos
INVARIANTS: tuple[tuple[str, Invariant, int], ...] = (
    ("changes", lambda before, after: not np.array_equal(before, after), 40),
    ("same size", _alike, 20),
    ("left-right symmetric", _symmetric(lambda grid: grid[:, ::-1]), 20),
    ("up-down symmetric", _symmetric(lambda grid: grid[::-1]), 20),
    ("symmetric about the diagonal", _symmetric(lambda grid: grid.T), 20),
    ("half-turn symmetric", _symmetric(lambda grid: grid[::-1, ::-1]), 16),
    ("colored cells kept", _keeps_colored, 16),
    ("empty cells kept", _keeps_empty, 16),
    ("only the main color changes", _keeps_main, 12),
    ("no new color", lambda before, after: set(after.tobytes()) <= set(before.tobytes()), 16),
    ("same colors", lambda before, after: set(after.tobytes()) == set(before.tobytes()), 8),
    ("same count of each color", lambda before, after: tallies(before) == tallies(after), 12),
    ("same filled count", lambda before, after: int((before > 0).sum()) == int((after > 0).sum()), 8),
    ("more than one color", lambda before, after: len(set(after.tobytes())) > 1, 20),
    ("no 0", lambda before, after: bool((after > 0).all()), 12),
)


class Invariants:
    """The invariants that all demos have, and the colors of all their outputs."""

    def __init__(self, inputs: list[Array], outputs: list[Array]) -> None:
        pairs = list(zip(inputs, outputs, strict=False))
        self.holding = [
            (holds, tenths) for _, holds, tenths in INVARIANTS if all(holds(*pair) for pair in pairs)
        ]
        colors = [set(after.tobytes()) for after in outputs]
        self.always = set.intersection(*colors)
        self.ever = set.union(*colors)

    def penalty(self, before: Array, after: Array) -> int:
        """The penalty (tenths) of an answer to that input."""
        total = sum([tenths for holds, tenths in self.holding if not holds(before, after)])
        seen = set(after.tobytes())
        total += 8 * len(self.always - seen - set(before.tobytes()))
        return total + 16 * len(seen - self.ever - set(before.tobytes()))
