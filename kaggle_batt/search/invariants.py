"""What holds in every demo should hold for an answer: each broken invariant is a doubt.

Independent of the programs: only the demos' pairs and the answer are looked at.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, tallies

Law = Callable[[Array, Array], bool]


def _alike(before: Array, after: Array) -> bool:
    return before.shape == after.shape


def _symmetric(turn: Callable[[Array], Array]) -> Law:
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


#: what may hold for a pair, and the doubt (tenths) where an answer breaks what all demos obey
LAWS: tuple[tuple[str, Law, int], ...] = (
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
    """The laws that all demos obey, and the colors all their outputs have."""

    def __init__(self, inputs: list[Array], outputs: list[Array]) -> None:
        pairs = list(zip(inputs, outputs, strict=False))
        self.laws = [(law, doubt) for _, law, doubt in LAWS if all(law(a, b) for a, b in pairs)]
        colors = [set(after.tobytes()) for after in outputs]
        self.always = set.intersection(*colors)
        self.ever = set.union(*colors)

    def doubt(self, before: Array, after: Array) -> int:
        """Tenths of doubt that the answer is the output of that input."""
        total = sum([doubt for law, doubt in self.laws if not law(before, after)])
        seen = set(after.tobytes())
        total += 8 * len(self.always - seen - set(before.tobytes()))
        return total + 16 * len(seen - self.ever - set(before.tobytes()))
