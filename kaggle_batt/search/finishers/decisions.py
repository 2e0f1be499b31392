"""What decision lists and trees choose from: tests on cells, and leaves that give a cell its color."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.features import features_of
from kaggle_batt.search.finishers.finisher import Group, Pass
from kaggle_batt.search.finishers.sheet import Counts, Layer, Sheet, Words, total
from kaggle_batt.search.states import by_cost

MOST_TESTS = {Pass.FEATURES: 900, Pass.STAGE: 1500, Pass.ALL: 4000}  #: tests in each pass
MOST_PICTURES = {Pass.FEATURES: 90, Pass.STAGE: 250, Pass.ALL: 600}  #: states they ask about
COPIED = ("next_", "seen_", "nearest", "row_color", "column_color")  #: features a leaf may copy
MOST_COPIED_STATES = 40  #: states a leaf may copy
MOST_COPIES = 24  #: layers a leaf may copy
MOST_ALIKE = 8  #: of these, states that are right in most cells


@dataclass(eq=False)
class Leaf:
    """What a leaf gives: a layer's cells or one color; `right` are the demo cells where that is correct."""

    right: Words
    vector: Array
    expression: Expression
    cost: int


@dataclass(eq=False)
class CellTests:
    """Tests: for each the cells where it holds, its cost, its number among the tests on all of `asked`."""

    sheet: Sheet
    rows: Words
    costs: Counts
    numbers: list[int]
    asked: list[Layer]
    most: int = 0

    @cached_property
    def starts(self) -> list[int]:
        """The number of the first test on each of `asked`."""
        return list(accumulate([layer.tests for layer in self.asked], initial=0))

    @cached_property
    def columns(self) -> Words:
        """The demo words of the rows, a column for each row, so that bits are counted along memory."""
        return np.ascontiguousarray(self.rows[:, : self.sheet.words].T)

    def counts(self, cells: Words) -> npt.NDArray[np.uint16]:
        """For each test the number of these demo cells where it holds; a row for each row of cells."""
        bits = np.bitwise_count(self.columns & cells[..., None])
        return np.add.reduce(bits, -2, dtype=np.uint16)  # type: ignore[no-any-return]

    def question(self, number: int) -> tuple[Layer, int, bool]:
        """What a test asks about: a layer, a value, whether for at least that value."""
        block = bisect_right(self.starts, self.numbers[number]) - 1
        layer, place = self.asked[block], self.numbers[number] - self.starts[block]
        values = len(layer.values)
        return layer, layer.values.item(place if place < values else place - values + 1), place >= values

    def ask(self, number: int, yes: Expression, no: Expression) -> Expression:
        """The expression that takes `yes` where the test holds, `no` elsewhere."""
        layer, value, at_least = self.question(number)
        return ("where_least" if at_least else "where", layer.expression, value, yes, no)


def tests_of(group: Group, layers: list[Layer]) -> CellTests:
    """The tests on these layers that decisions of this pass use."""
    workspace = group.workspace
    workspace.tests = make_tests(group.sheet, layers, MOST_TESTS[group.at], workspace.tests)
    return workspace.tests  # type: ignore[no-any-return]


def make_tests(sheet: Sheet, layers: list[Layer], most: int, last: CellTests | None = None) -> CellTests:
    """At most so many tests, each or its opposite, cheapest first: equals a value; of features also at least
    a value. `last` are tests that are returned if they are the same."""
    asked: list[Layer] = []
    number = 0
    for layer in sorted(layers, key=by_cost):
        if number >= 2 * most:
            break
        if len(layer.values) > 1:
            asked.append(layer)
            number += layer.tests
    sheet.budget.spend(min(number, most) + 2 * len(layers))
    if not asked:
        return CellTests(sheet, np.zeros((0, sheet.length // 64), np.uint64), np.zeros(0, np.int64), [], [])
    if last and (last.asked, last.most) == (asked, most):
        return last
    rows, keys = zip(*sheet.asked(asked), strict=True)
    every = list(chain.from_iterable(keys))
    first = dict(zip(reversed(every), range(len(every) - 1, -1, -1), strict=True))
    first.pop(bytes(8 * sheet.words), None)  # it divides nothing
    kept = sorted(first.values())[:most]
    costs = [cost for layer in asked for cost in (layer.cost, layer.cost + 3)]
    numbers = [number for layer in asked for number in (len(layer.values), layer.tests - len(layer.values))]
    return CellTests(sheet, np.concatenate(rows)[kept], np.repeat(costs, numbers)[kept], kept, asked, most)


def _most_alike(sheet: Sheet, layers: list[Layer]) -> list[Layer]:
    """The layers right in most demo cells; a copy of what rules over objects make would only repeat it."""
    sheet.budget.spend(len(layers) * (4 + sheet.words // 4))
    asked = [layer for layer in layers if layer.expression[0] != "act_by"]
    rights = dict(zip(asked, map(total, sheet.rights(asked)), strict=True))
    return sorted(asked, key=lambda layer: -rights[layer])[:MOST_ALIKE]


def leaves_of(group: Group) -> list[Leaf]:
    """What leaves may give: states that are cheap or right in most cells, seen and neighbouring colors, each
    output color."""
    sheet, layers = group.sheet, group.layers
    seen = [layer for layer in group.once(features_of) if layer.name.startswith(COPIED)]
    found: dict[bytes, Leaf] = {}
    copied = layers[:MOST_COPIED_STATES] + seen
    if group.at is Pass.ALL:
        copied = _most_alike(sheet, layers) + copied
    for layer, right in zip(copied, sheet.rights(copied), strict=True):
        if np.count_nonzero(right) and len(found) < MOST_COPIES:
            leaf = Leaf(right, layer.vector, layer.expression, layer.cost // 2 + 3)
            found.setdefault(right.tobytes(), leaf)
    constants = [
        Leaf(right, np.full(sheet.length, color, np.uint8), ("blank", layers[0].expression, color), 2)
        for color, right in zip(sheet.colors, sheet.wanted, strict=True)
    ]
    return [*found.values(), *constants]
