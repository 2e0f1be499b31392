"""Finisher "list": cases taken off one after the other, the rest from one leaf.

A case is a test whose remaining cells one leaf gets right, or a layer laid over the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.decisions import MOST_PICTURES, CellTests, Leaf, leaves_of, tests_of
from kaggle_batt.search.finishers.features import features_of
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.sheet import Layer, Sheet, Words, count, total

BEAMS = {Pass.FEATURES: (4, 4), Pass.STAGE: (6, 5), Pass.ALL: (12, 6)}  #: width of the beam, length of lists
MOST_OVERLAYS = 3000  #: layers that may be laid over the rest
MOST_LEAVES = 10  #: leaves of cases
MOST_ENDS = 3  #: leaves that lists end in
LISTS_SHARE = 60  #: percent of the steps left; decision trees come after them


class Case(NamedTuple):
    """The open cells that it settles, its cost, the number of its test, the leaf of the cells taken.

    Without a leaf the number is that of a layer. Unless `holds`, it takes the cells that fail the test.
    """

    gain: int
    cost: int
    number: int
    leaf: Leaf | None = None
    holds: bool = True


@dataclass(eq=False)
class PartialList:
    """A list under construction: the demo cells not taken yet, its cost, its cases."""

    rest: Words
    cost: int
    cases: tuple[Case, ...]


class ListSearch:
    """Beam search for lists over one set of tests, layers laid over the rest, and leaves."""

    def __init__(self, sheet: Sheet, tests: CellTests, overlays: list[Layer], leaves: list[Leaf]) -> None:
        self.sheet, self.tests, self.overlays, self.leaves = sheet, tests, overlays, leaves
        zeros = np.concatenate(  # for each overlay the demo cells it paints, and those it paints wrongly
            [np.zeros(0, np.uint64), *[layer.rows[0, : sheet.words] for layer in overlays]]
        )
        rights = np.concatenate([np.zeros(0, np.uint64), *sheet.rights(overlays)])
        self.painted = sheet.everything & ~zeros.reshape(-1, sheet.words)
        wrong = self.painted & ~rights.reshape(-1, sheet.words)
        # a column for each overlay, so that all are united along memory
        self.wrong = np.ascontiguousarray(wrong.T)
        self.rights = np.array([leaf.right for leaf in leaves])
        self.leaf_costs = np.array([leaf.cost for leaf in leaves])
        sheet.budget.spend(8 * len(overlays))

    def search(self, last: Leaf, width: int, length: int) -> list[tuple[Expression, Array]]:
        """Complete lists that end in `last`, as expression and cells."""
        need = self.sheet.everything & ~last.right
        beam = [PartialList(self.sheet.everything, last.cost, ())]
        done: list[PartialList] = []
        seen: set[bytes] = set()
        for _ in range(length):
            grown: list[tuple[int, PartialList]] = []
            for node in beam:
                if self.sheet.budget.exhausted:
                    break
                for score, child in self._children(node, need, width):
                    key = child.rest.tobytes()
                    if key in seen:
                        continue
                    seen.add(key)
                    if np.count_nonzero(child.rest & need):
                        grown.append((score, child))
                    else:
                        done.append(child)
            beam = [node for _, node in sorted(grown, key=lambda one: -one[0])[:width]]
            if len(done) >= width:
                break
        return [self._finished(node.cases, last) for node in done]

    def _children(self, node: PartialList, need: Words, width: int) -> list[tuple[int, PartialList]]:
        """The list with each of the best next cases, and a score."""
        rest = node.rest
        open_cells = total(rest & need)
        cases = self._overlay_cases(rest, need) + self._test_cases(rest, need, width)
        scored = [(100 * case.gain // open_cells - (node.cost + case.cost), case) for case in cases]
        scored.sort(key=lambda one: -one[0])
        return [
            (score, PartialList(rest & ~self._taken(case), node.cost + case.cost, (*node.cases, case)))
            for score, case in scored[:width]
        ]

    def _taken(self, case: Case) -> Words:
        """The demo cells that a case takes, if they are not taken yet."""
        if case.leaf is None:
            return self.painted[case.number]  # type: ignore[no-any-return]
        row: Words = self.tests.rows[case.number, : self.sheet.words]
        return row if case.holds else self.sheet.everything & ~row

    def _overlay_cases(self, rest: Words, need: Words) -> list[Case]:
        """The layers that paint most open cells, and none of the rest wrongly."""
        if not self.overlays:
            return []
        self.sheet.budget.spend(20 + self.painted.size // 100)
        fits = (np.bitwise_or.reduce(self.wrong & rest[:, None], 0) == 0).nonzero()[0]
        gains = count(self.painted[fits] & (rest & need))
        best = (-gains).argsort(kind="stable")[:40]
        pairs = zip(gains[best].tolist(), fits[best].tolist(), strict=True)
        return [Case(gain, self.overlays[number].cost + 6, number) for gain, number in pairs if gain]

    def _test_cases(self, rest: Words, need: Words, width: int) -> list[Case]:
        """The best tests (or their opposites) whose remaining cells one leaf gets right."""
        tests = self.tests
        if not len(tests.rows):
            return []
        self.sheet.budget.spend(200 + tests.columns.size * (len(self.leaves) + 2) // 400)
        rights = rest & self.rights
        right = count(rights)
        # what a leaf that is right in no open cell gets right is settled by the end of the list
        useful = np.bitwise_or.reduce(rights & need, 1).nonzero()[0]
        if not len(useful):
            return []
        counts = tests.counts(np.concatenate([[rest, rest & need], rights[useful]]))
        inside, gains = counts[:2]
        left, wanted = total(rest), total(rest & need)
        # of each leaf and test the cells for which the leaf is wrong: none, or all there are
        wrong = inside - counts[2:]
        fits = np.empty((len(useful), 2, len(gains)), bool)
        np.logical_and(wrong == 0, gains > 0, out=fits[:, 0])
        np.logical_and(wrong == (left - right[useful])[:, None], gains < wanted, out=fits[:, 1])
        leaf, opposite, number = fits.nonzero()
        gained = np.where(opposite, wanted - gains[number], gains[number]).astype(np.int64)
        leaf = useful[leaf]
        costs = tests.costs[number] + self.leaf_costs[leaf] + 7
        best = (costs - gained * 100 // max(wanted, 1)).argsort(kind="stable")[:width]
        found = [chosen[best].tolist() for chosen in (gained, costs, number, leaf, opposite == 0)]
        return [Case(a, b, c, self.leaves[k], holds) for a, b, c, k, holds in zip(*found, strict=True)]

    def _finished(self, cases: Sequence[Case], last: Leaf) -> tuple[Expression, Array]:
        """The list as nested choices, and the cells it gives."""
        expression, vector = last.expression, last.vector
        for case in reversed(cases):
            taken = case.leaf or self.overlays[case.number]
            if case.leaf is None:
                inside = taken.vector > 0
                expression = ("over", taken.expression, expression)
            else:
                inside = self.sheet.mask_of(self.tests.rows[case.number]) == case.holds
                choices = (taken.expression, expression) if case.holds else (expression, taken.expression)
                expression = self.tests.ask(case.number, *choices)
            vector = np.where(inside, taken.vector, vector)
        return expression, vector


def decision_lists(group: Group) -> None:
    """Add lists that end in each of the leaves right in most demo cells; leave steps for trees."""
    sheet = group.sheet
    layers = group.distinct[: MOST_PICTURES[group.at]] + group.once(features_of)
    leaves = group.once(leaves_of)
    overlays = [layer for layer in group.layers[:MOST_OVERLAYS] if not layer.values.item(0)]
    lists = ListSearch(sheet, tests_of(group, layers), overlays, leaves[:MOST_LEAVES])
    ends = sorted(leaves, key=lambda one: one.cost // 4 - total(one.right) * 30 // sheet.demo_cells)
    with sheet.budget.within(LISTS_SHARE):
        for last in ends[:MOST_ENDS]:
            for expression, vector in lists.search(last, *BEAMS[group.at]):
                group.add(expression, sheet.answers(vector), "list")


DECISION_LISTS = Finisher("list", tuple(BEAMS), decision_lists, rate=49)
