"""Near misses: programs that are right in most cells or some demos, as parents for mutation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kaggle_batt.programs.program import Program
from kaggle_batt.search.expression import Table, program_of
from kaggle_batt.search.sheet import Layer, Sheet, count

#: share of demo cells (percent) that must be right, programs given back
LEAST_RIGHT = 60
MOST = 10


@dataclass(frozen=True, eq=False)
class NearMiss:
    """A program that does not fit: demos it answers exactly, share of demo cells right (1/1000)."""

    program: Program
    demos: int
    cells: int


def near_misses(sheet: Sheet, layers: list[Layer]) -> list[NearMiss]:
    """The best single layers with each value recolored to its most frequent output color."""
    scored = []
    for number, layer in enumerate(layers):
        sheet.meter.spend(10 + layer.rows.size * len(sheet.colors) // 300)
        shares = np.stack([count(layer.rows[:, : sheet.words] & wanted) for wanted in sheet.wanted], 1)
        right = int(shares.max(1).sum())
        if 100 * right >= LEAST_RIGHT * sheet.demo_cells and len(layer.values) < 12:
            scored.append((-right, layer.cost, number, shares.argmax(1)))
    scored.sort(key=lambda t: t[:3])
    found = []
    for right, _, number, targets in scored[:MOST]:
        layer = layers[number]
        rows = [(int(v), sheet.colors[int(t)]) for v, t in zip(layer.values, targets, strict=True)]
        changes = tuple([row for row in rows if row[0] != row[1]])
        expression = ("recolor_by", layer.expression, Table(changes)) if changes else layer.expression
        demos = _demos_right(sheet, layer, dict(rows))
        found.append(NearMiss(program_of(expression), demos, -1000 * right // sheet.demo_cells))
    return sorted(found, key=lambda one: (-one.demos, -one.cells, one.program.text))


def _demos_right(sheet: Sheet, layer: Layer, table: dict[int, int]) -> int:
    """The number of demos answered exactly."""
    lookup = np.arange(256, dtype=np.uint8)
    for source, target in table.items():
        lookup[source] = target
    same = lookup[layer.vector] == sheet.target
    ends = np.cumsum([0, *sheet.sizes[: sheet.demos]]).tolist()
    return sum([bool(same[a:b].all()) for a, b in pairwise(ends)])
