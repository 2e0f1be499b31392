"""Finisher by a decision tree: tests on cells at the inner nodes, a color or a copied layer at the leaves.

Greedy by information gain (fixed-point, so no rounding decides), from several roots; the cheapest wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.choices import Mask, Source, Tests, columns_of, shares_of
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.sheet import Sheet, Words, count

DEEPEST = 5
Grown = tuple[Expression, Array, int]


@cache
def _log_table(most: int) -> npt.NDArray[np.int64]:
    """n·log2(n) in 1/1024, n = 0..most, by integer arithmetic alone."""
    values = [0, 0]
    for number in range(2, most + 1):
        whole = number.bit_length() - 1
        square, fraction = number << (40 - whole), 0
        for _ in range(16):
            square = square * square >> 40
            fraction <<= 1
            if square >> 41:
                square >>= 1
                fraction |= 1
        values.append(number * ((whole << 16) + fraction) >> 6)
    return np.array(values[: most + 1], np.int64)


@dataclass(eq=False)
class Settings:
    """How a tree may grow: inner nodes, weight of a test's cost against its gain, which root to take."""

    nodes: int
    weight: int
    root: int = 0


class Grower:
    """Grows trees over one set of tests, labels and sources."""

    def __init__(self, sheet: Sheet, tests: Tests, sources: list[Source], labels: Any) -> None:
        self.sheet, self.tests, self.labels = sheet, tests, labels
        self.sources = sorted(sources, key=lambda source: source.cost)
        self.rights = np.stack([source.right for source in self.sources])
        self.columns = columns_of(sheet, tests.rows)
        self.logs = _log_table(9000)

    def grow(self, settings: Settings) -> Grown | None:
        """The tree's expression, its cells, its number of inner nodes; None if it does not fit."""
        self.left, self.settings = settings.nodes, settings
        everywhere = np.ones(self.sheet.length, bool)
        return self._node(self.sheet.everything, everywhere, 0)

    def _leaf(self, cells: Words) -> Source | None:
        """The cheapest source right in all these cells."""
        fits = ~(cells & ~self.rights).any(1)
        return self.sources[int(fits.argmax())] if fits.any() else None

    def _node(self, cells: Words, mask: Mask, depth: int) -> Grown | None:
        leaf = self._leaf(cells)
        if leaf is not None:
            return leaf.expression, leaf.vector, 0
        if depth == DEEPEST or self.left == 0 or self.sheet.meter.over:
            return None
        self.left -= 1
        number = self._best(cells, depth)
        if number is None:
            return None
        test = self.tests.rows[number]
        inside = test[: self.sheet.words]
        yes = self._node(cells & inside, mask, depth + 1)
        no = yes and self._node(cells & ~inside, mask, depth + 1)
        if yes is None or no is None:
            return None
        vector = np.where(self.sheet.mask_of(test), yes[1], no[1])
        return self.tests.ask(number, yes[0], no[0]), vector, yes[2] + no[2] + 1

    def _best(self, cells: Words, depth: int) -> int | None:
        """The number of the test to ask: most information gained less its cost; ties by number."""
        labels = [label for label in (cells & self.labels) if label.any()]
        totals = np.array([int(count(label)) for label in labels])
        shares = shares_of(self.sheet, self.columns, labels)
        inside = shares.sum(1)
        logs = self.logs
        total = int(totals.sum())
        before = int(logs[total] - logs[totals].sum())
        after = logs[inside] - logs[shares].sum(1)
        after += logs[total - inside] - logs[totals - shares].sum(1)
        score = (before - after) * 1000 // max(before, 1) - self.settings.weight * self.tests.costs
        usable = (inside > 0) & (inside < total)
        if not usable.any():
            return None
        score[~usable] = -(10**9)
        if depth == 0 and self.settings.root:
            order = np.argsort(-score, kind="stable")
            return int(order[min(self.settings.root, len(order) - 1)])
        return int(score.argmax())


def grow_trees(
    sheet: Sheet,
    tests: Tests,
    sources: list[Source],
    finds: Finds,
    doubt: int,
    nodes: int,
    roots: int,
    weights: tuple[int, ...] = (2,),
) -> None:
    """Trees from the best roots, with outputs and with deviations from the first source as labels."""
    if not len(tests.questions):
        return
    systems = [list(sheet.wanted)]
    copied = sources[0].right if sources else None
    if copied is not None and sources[0].expression[0] != "blank":
        systems.append([copied, *[w & ~copied for w in sheet.wanted if (w & ~copied).any()]])
    for labels in systems:
        grower = Grower(sheet, tests, sources, np.stack(labels))
        for weight in weights:
            for root in range(roots):
                if sheet.meter.over:
                    return
                grown = grower.grow(Settings(nodes, weight, root))
                if grown is not None and grown[2]:
                    finds.add(grown[0], sheet.answers(grown[1]), doubt + 4 * grown[2], "tree")
