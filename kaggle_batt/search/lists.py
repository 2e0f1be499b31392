"""Finisher by a decision list: cases taken off one after the other, the rest to one source.

A case is a test whose remaining cells all have one color or all equal a copied layer, or a layer laid
over the rest; so stacking pictures is a special case. Beam search for cheap lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.choices import Source, Tests, columns_of, counted
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.sheet import Layer, Sheet, Words, count


@dataclass(frozen=True, eq=False, slots=True)
class Case:
    """One case: cells taken, what they get, what it costs, how it is written."""

    taken: Words
    kind: str
    number: int
    source: Source
    holds: bool


@dataclass(eq=False)
class Node:
    """A list in the making: demo cells not taken yet, cost so far, its cases."""

    rest: Words
    cost: int
    cases: tuple[Case, ...]


class Lister:
    """Beam search for decision lists over one set of tests, pictures to lay over, and sources."""

    def __init__(self, sheet: Sheet, tests: Tests, overlays: list[Layer], sources: list[Source]) -> None:
        self.sheet, self.tests, self.overlays, self.sources = sheet, tests, overlays, sources
        self.rows = np.ascontiguousarray(tests.rows[:, : sheet.words])
        self.columns = columns_of(sheet, tests.rows)
        self.painted, self.wrong = self._overlay_bits()

    def _overlay_bits(self) -> tuple[Words, Words]:
        """For each picture the demo cells it paints, and those it paints wrongly."""
        sheet = self.sheet
        painted = np.zeros((len(self.overlays), sheet.words), np.uint64)
        wrong = painted.copy()
        for number, layer in enumerate(self.overlays):
            inked = (layer.vector > 0)[None]
            painted[number] = sheet.bits(inked)[0, : sheet.words] & sheet.everything
            missed = inked & (layer.vector != sheet.target)
            wrong[number] = sheet.bits(missed)[0, : sheet.words] & sheet.everything
        sheet.meter.spend(8 * len(self.overlays))
        return painted, wrong

    def search(self, last: Source, width: int, length: int) -> list[tuple[Expression, Array]]:
        """Complete lists that end in `last`, as expression and cells."""
        need = self.sheet.everything & ~last.right
        beam = [Node(self.sheet.everything, last.cost, ())]
        done: list[Node] = []
        seen: set[bytes] = set()
        for _ in range(length):
            grown: list[tuple[int, int, Node]] = []
            for node in beam:
                if self.sheet.meter.over:
                    break
                for score, child in self._children(node, need, width):
                    key = child.rest.tobytes()
                    if key in seen:
                        continue
                    seen.add(key)
                    if not (child.rest & need).any():
                        done.append(child)
                    else:
                        grown.append((-score, len(grown), child))
            beam = [node for _, _, node in sorted(grown, key=lambda t: t[:2])[:width]]
            if len(done) >= width:
                break
        return [self._finished(node, last) for node in done]

    def _children(self, node: Node, need: Words, width: int) -> list[tuple[int, Node]]:
        """The best cases to take next."""
        rest = node.rest
        open_cells = int(count(rest & need))
        options = self._overlay_options(rest, need) + self._test_options(rest, need)
        scored: list[tuple[int, int, int, Case]] = []
        for gain, cost, make in options:
            score = 100 * gain // open_cells - (node.cost + cost)
            scored.append((score, len(scored), cost, make))
        scored.sort(key=lambda t: (-t[0], t[1]))
        found = []
        for score, _, cost, case in scored[:width]:
            found.append((score, Node(rest & ~case.taken, node.cost + cost, (*node.cases, case))))
        return found

    def _overlay_options(self, rest: Words, need: Words) -> list[tuple[int, int, Case]]:
        if not len(self.overlays):
            return []
        self.sheet.meter.spend(20 + self.painted.size // 100)
        fits = ~(self.wrong & rest).any(1)
        gains = count(self.painted & rest & need)
        found = []
        chosen = (fits & (gains > 0)).nonzero()[0]
        best = chosen[np.argsort(-gains[chosen], kind="stable")][:40]
        for number in best.tolist():
            layer = self.overlays[number]
            source = Source(layer.rows[0], layer.vector, layer.expression, 0)
            case = Case(self.painted[number], "over", number, source, True)
            found.append((int(gains[number]), layer.cost + 6, case))
        return found

    def _test_options(self, rest: Words, need: Words) -> list[tuple[int, int, Case]]:
        """Tests (or their opposites) whose remaining cells one source gets right."""
        if not len(self.rows):
            return []
        self.sheet.meter.spend(200 + self.columns.size * (len(self.sources) + 2) // 400)
        inside, gains = counted(self.columns, rest), counted(self.columns, rest & need)
        total, wanted = int(count(rest)), int(count(rest & need))
        found: list[tuple[int, int, Case]] = []
        for source in self.sources:
            hits = counted(self.columns, rest & source.right)
            right = int(count(rest & source.right))
            for holds, fits, gain in (
                (True, (hits == inside) & (gains > 0), gains),
                (False, (right - hits == total - inside) & (gains < wanted), wanted - gains),
            ):
                chosen = fits.nonzero()[0]
                key = gain[chosen] * 100 // max(wanted, 1) - self.tests.costs[chosen]
                for number in chosen[np.argsort(-key, kind="stable")][:12].tolist():
                    taken = self.rows[number] if holds else self.sheet.everything & ~self.rows[number]
                    cost = int(self.tests.costs[number]) + source.cost + 7
                    found.append((int(gain[number]), cost, Case(taken, "test", number, source, holds)))
        return found

    def _finished(self, node: Node, last: Source) -> tuple[Expression, Array]:
        """The list as nested choices, and the cells it gives."""
        expression, vector = last.expression, last.vector
        for case in reversed(node.cases):
            if case.kind == "over":
                expression = ("over", case.source.expression, expression)
                vector = np.where(case.source.vector > 0, case.source.vector, vector)
                continue
            inside = self.sheet.mask_of(self.tests.rows[case.number])
            yes, no = (case.source, None) if case.holds else (None, case.source)
            expression = self.tests.ask(
                case.number, yes.expression if yes else expression, no.expression if no else expression
            )
            vector = (
                np.where(inside, case.source.vector, vector)
                if case.holds
                else np.where(inside, vector, case.source.vector)
            )
        return expression, vector


def decision_lists(
    sheet: Sheet,
    tests: Tests,
    overlays: list[Layer],
    sources: list[Source],
    finds: Finds,
    doubt: int,
    width: int,
    length: int,
) -> None:
    """Lists that end in each of the sources right in most demo cells."""
    lister = Lister(sheet, tests, overlays, sources[:10])
    lasts = sorted(sources, key=lambda one: one.cost // 4 - int(count(one.right)) * 30 // sheet.demo_cells)[
        :3
    ]
    for last in lasts:
        for expression, vector in lister.search(last, width, length):
            finds.add(expression, sheet.answers(vector), doubt, "list")
