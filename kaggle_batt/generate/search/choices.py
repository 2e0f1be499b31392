"""What decision finishers choose from: tests on cells, and sources a leaf may copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.generate.search.expression import Expression
from kaggle_batt.generate.search.sheet import NO_CELL, Layer, Sheet, Words, count

Mask = npt.NDArray[np.bool_]


@dataclass(eq=False)
class Source:
    """What a leaf gives: a layer's cells or one color; `right` are the demo cells where that is correct."""

    right: Words
    vector: Array
    expression: Expression
    cost: int


@dataclass(eq=False)
class Tests:
    """Rows of bits over all cells with, for each, the question it answers."""

    rows: Words
    costs: npt.NDArray[np.int64]
    questions: list[tuple[Layer, int, bool]]

    def ask(self, number: int, yes: Expression, no: Expression) -> Expression:
        """The expression that takes `yes` where the test holds, `no` elsewhere."""
        layer, value, at_least = self.questions[number]
        return ("where_least" if at_least else "where", layer.expression, value, yes, no)


def make_tests(sheet: Sheet, layers: list[Layer], most: int) -> Tests:
    """Distinct tests on the layers, cheapest first: equals a value; of a feature also at least a value.

    A test and its opposite are one test.
    """
    rows, costs, questions = [], [], []
    seen: set[bytes] = set()
    everything = sheet.everything

    def add(row: Words, cost: int, question: tuple[Layer, int, bool]) -> None:
        key = row[: sheet.words].tobytes()
        if key in seen:
            return
        seen.add(key)
        seen.add((everything & ~row[: sheet.words]).tobytes())
        rows.append(row)
        costs.append(cost)
        questions.append(question)

    seen.update([everything.tobytes(), np.zeros_like(everything).tobytes()])
    for layer in sorted(layers, key=lambda one: one.cost):
        if len(rows) >= most:
            break
        if len(layer.values) < 2:
            continue
        for value, row in zip(layer.values.tolist(), layer.rows, strict=True):
            add(row, layer.cost, (layer, value, False))
        if not layer.picture and len(layer.values) > 2:
            for value in layer.values.tolist()[1:]:
                row = sheet.bits(((layer.vector >= value) & (layer.vector < NO_CELL))[None])[0]
                add(row, layer.cost + 3, (layer, value, True))
    sheet.meter.spend(2 * len(rows) + 3 * len(layers))
    if not rows:
        return Tests(np.zeros((0, sheet.length // 64), np.uint64), np.zeros(0, np.int64), [])
    return Tests(np.stack(rows), np.array(costs, np.int64), questions)


def constants(sheet: Sheet, model: Expression) -> list[Source]:
    """One source per output color."""
    found = []
    for color, right in zip(sheet.colors, sheet.wanted, strict=True):
        vector = np.full(sheet.length, color, np.uint8)
        found.append(Source(right, vector, ("blank", model, color), 2))
    return found


def copies(sheet: Sheet, layers: list[Layer], most: int) -> list[Source]:
    """The layers worth copying: each right in some demo cells, in no set of cells twice."""
    found: list[Source] = []
    seen: set[bytes] = set()
    for layer in layers:
        right = sheet.bits((layer.vector == sheet.target)[None])[0, : sheet.words] & sheet.everything
        key = right.tobytes()
        if not right.any() or key in seen:
            continue
        seen.add(key)
        found.append(Source(right, layer.vector, layer.expression, layer.cost // 2 + 3))
        if len(found) == most:
            break
    return found


def shares_of(sheet: Sheet, rows: Words, labels: Any) -> npt.NDArray[np.int64]:
    """Bits of each row in each label."""
    sheet.meter.spend(60 + rows.size * len(labels) // 250)
    return np.stack([count(rows & label) for label in labels], 1)
