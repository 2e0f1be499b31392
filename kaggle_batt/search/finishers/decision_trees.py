"""Finisher "tree": tests on cells at the inner nodes, a color or a copied layer at the leaves.

Trees grow greedily by information gain, in integers so that no rounding decides, from several roots.
"""

from functools import cache

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.decisions import MOST_PICTURES, CellTests, Leaf, leaves_of, tests_of
from kaggle_batt.search.finishers.features import features_of
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.sheet import Counts, Sheet, Words, count

DEEPEST = 5
SIZES = {Pass.FEATURES: (5, 2), Pass.STAGE: (6, 3), Pass.ALL: (8, 8)}  #: inner nodes, roots tried
MOST_BESIDE = 80  #: states asked about beside features
COST_WEIGHT = 2  #: weight of a test's cost against its gain
NODE_PENALTY = 4  #: penalty (tenths) for each inner node
Grown = tuple[Expression, Array, int]  #: expression, cells, number of inner nodes


@cache
def _log_table(most: int) -> Counts:
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


class Grower:
    """Grows trees over one set of tests, labels and leaves."""

    def __init__(self, sheet: Sheet, tests: CellTests, leaves: list[Leaf], labels: list[Words]) -> None:
        self.sheet, self.tests, self.labels = sheet, tests, np.stack(labels)
        self.leaves = sorted(leaves, key=lambda leaf: leaf.cost)
        #: the cells for which each leaf is wrong, a column for each, so that all are united along memory
        self.wrongs = np.ascontiguousarray(~np.stack([leaf.right for leaf in self.leaves], 1))
        self.logs = _log_table(9000)
        self.roots: list[int] = []  #: the tests in their order for the root of a tree
        self.known: dict[bytes, tuple[int, int | None]] = {}  #: by cells the steps and the best test

    def grow(self, nodes: int, root: int) -> Grown | None:
        """A tree of at most so many inner nodes, the test ranked `root` first; None if it does not fit."""
        self.left, self.root = nodes, root
        return self._node(self.sheet.everything, 0)

    def _node(self, cells: Words, depth: int) -> Grown | None:
        """The subtree for these demo cells."""
        fits = (np.bitwise_or.reduce(self.wrongs & cells[:, None], 0) == 0).nonzero()[0]
        if len(fits):
            leaf = self.leaves[fits[0]]
            return leaf.expression, leaf.vector, 0
        if depth == DEEPEST or self.left == 0 or self.sheet.budget.exhausted:
            return None
        self.left -= 1
        number = self._best(cells, depth)
        if number is None:
            return None
        test = self.tests.rows[number]
        inside = test[: self.sheet.words]
        yes = self._node(cells & inside, depth + 1)
        no = yes and self._node(cells & ~inside, depth + 1)
        if yes is None or no is None:
            return None
        vector = np.where(self.sheet.mask_of(test), yes[1], no[1])
        return self.tests.ask(number, yes[0], no[0]), vector, yes[2] + no[2] + 1

    def _best(self, cells: Words, depth: int) -> int | None:
        """The number of the test to ask: most information gained less its cost; ties by number."""
        key = cells.tobytes()
        if key not in self.known:
            labels = cells & self.labels
            labels = labels[np.logical_or.reduce(labels, 1)]
            score = self._scores(labels)
            if not depth and score is not None:  # all trees begin with the same cells
                self.roots = (-score).argsort(kind="stable").tolist()
            steps = 120 + self.tests.columns.size * len(labels) // 350
            self.known[key] = steps, None if score is None else int(score.argmax())
        steps, number = self.known[key]
        self.sheet.budget.spend(steps)
        if depth or number is None:
            return number
        return self.roots[min(self.root, len(self.roots) - 1)]

    def _scores(self, labels: Words) -> Counts | None:
        """For each test the information gained on the labels less its cost; None if no test divides them."""
        totals, shares = count(labels), self.tests.counts(labels)
        inside = np.add.reduce(shares, 0, dtype=np.uint16)
        logs = self.logs
        total = int(totals.sum())
        before = int(logs[total] - logs[totals].sum())
        after = logs.take(inside) - np.add.reduce(logs.take(shares), 0)
        after += logs.take(total - inside) - np.add.reduce(logs.take(totals[:, None] - shares), 0)
        score = (before - after) * 1000 // max(before, 1) - COST_WEIGHT * self.tests.costs
        usable = (inside > 0) & (inside < total)
        score[~usable] = -(10**9)
        return score if np.count_nonzero(usable) else None


def _labels(sheet: Sheet, first: Leaf) -> list[list[Words]]:
    """The demo cells by output color; and, where the first leaf copies a layer, by deviation from it."""
    found = [list(sheet.wanted)]
    if first.expression[0] != "blank":
        wrong = [wanted & ~first.right for wanted in sheet.wanted]
        found.append([first.right, *[cells for cells in wrong if np.count_nonzero(cells)]])
    return found


def decision_trees(group: Group) -> None:
    """Add trees over features with the cheapest states, over features alone, over states alone."""
    if not group.likely:
        return
    pictures, features = group.distinct[: MOST_PICTURES[group.at]], group.once(features_of)
    choices = [pictures[:MOST_BESIDE] + features]
    if group.at is Pass.ALL:
        choices += [features, pictures]
    for layers in choices:
        tests = tests_of(group, layers)
        if len(tests.rows):
            _grow(group, tests)


def _grow(group: Group, tests: CellTests) -> None:
    """Add trees from the best roots."""
    nodes, roots = SIZES[group.at]
    leaves = group.once(leaves_of)
    for labels in _labels(group.sheet, leaves[0]):
        grower = Grower(group.sheet, tests, leaves, labels)
        for root in range(roots):
            if group.pool.budget.exhausted:
                return
            grown = grower.grow(nodes, root)
            if grown is not None and grown[2]:
                group.add(grown[0], group.sheet.answers(grown[1]), "tree", NODE_PENALTY * grown[2])


DECISION_TREES = Finisher("tree", tuple(SIZES), decision_trees, rate=43)
