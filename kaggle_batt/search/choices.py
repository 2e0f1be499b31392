"""What decision finishers choose from: tests on cells, and sources a leaf may copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.sheet import Layer, Sheet, Words

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
    blocks: list[Words] = []
    asked: list[tuple[Layer, int, bool]] = []
    for layer in sorted(layers, key=lambda one: one.cost):
        if len(asked) >= 2 * most:
            break
        if len(layer.values) < 2:
            continue
        values = layer.values.tolist()
        blocks.append(layer.rows)
        asked += [(layer, value, False) for value in values]
        if not layer.picture and len(values) > 2:
            blocks.append(sheet.at_least(layer))
            asked += [(layer, value, True) for value in values[1:]]
    sheet.meter.spend(min(len(asked), most) + 2 * len(layers))
    if not asked:
        return Tests(np.zeros((0, sheet.length // 64), np.uint64), np.zeros(0, np.int64), [])
    rows = np.concatenate(blocks)
    kept = _first_of_each(sheet, rows)[:most]
    questions = [asked[number] for number in kept]
    costs = [layer.cost + (3 if at_least else 0) for layer, _, at_least in questions]
    return Tests(rows[kept], np.array(costs, np.int64), questions)


def _first_of_each(sheet: Sheet, rows: Words) -> list[int]:
    """The numbers of the rows that tell demo cells apart as no earlier row does, opposites being equal."""
    demo = np.ascontiguousarray(rows[:, : sheet.words])
    # of a row and its opposite the one without the first cell
    first_cell = (demo.view(np.uint8)[:, 0] & 0x80).astype(bool)
    demo[first_cell] ^= sheet.everything
    data, width = demo.tobytes(), 8 * sheet.words
    seen = {bytes(width): -1}
    for number in range(len(rows)):
        seen.setdefault(data[number * width : (number + 1) * width], number)
    return list(seen.values())[1:]


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


def columns_of(sheet: Sheet, rows: Words) -> Words:
    """The demo words of the rows, a column a row: so bits are counted along memory."""
    return np.ascontiguousarray(rows[:, : sheet.words].T)


def counted(columns: Words, mask: Words) -> npt.NDArray[np.int64]:
    """For each column the number of its bits in the mask."""
    return np.bitwise_count(columns & mask[:, None]).sum(0, dtype=np.uint16).astype(np.int64)  # type: ignore[no-any-return]


def shares_of(sheet: Sheet, columns: Words, labels: Any) -> npt.NDArray[np.int64]:
    """Bits of each column in each label."""
    sheet.meter.spend(120 + columns.size * len(labels) // 350)
    return np.stack([counted(columns, label) for label in labels], 1)
