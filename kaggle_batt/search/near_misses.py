"""Near misses: programs that are right in most demo cells, as parents for mutation."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from kaggle_batt.dsl.extensions.combining.cells import lookup_of
from kaggle_batt.programs.graph import Lit
from kaggle_batt.programs.program import Program
from kaggle_batt.search.expression import program_of
from kaggle_batt.search.finishers.sheet import Layer, Sheet

LEAST_RIGHT = 60  #: share of demo cells (percent) that must be right
MOST = 10  #: programs returned


@dataclass(frozen=True, eq=False)
class NearMiss:
    """A program that does not fit: how many demos it answers exactly, how many demo cells of 1000."""

    program: Program
    demos: int
    cells: int


def near_misses(sheet: Sheet, layers: list[Layer]) -> list[NearMiss]:
    """The best single layers, each value recolored to its most frequent output color, best first."""
    scored = []
    for layer, shares in zip(layers, sheet.shares(layers), strict=True):
        sheet.budget.spend(10 + layer.rows.size * len(sheet.colors) // 300)
        right = int(np.add.reduce(np.maximum.reduce(shares, 1)))
        if 100 * right >= LEAST_RIGHT * sheet.demo_cells and len(layer.values) < 12:
            scored.append((-right, layer.cost, layer, shares))
    scored.sort(key=lambda t: t[:2])
    found = []
    for right, _, layer, shares in scored[:MOST]:
        targets = shares.argmax(1)
        rows = [(int(v), sheet.colors[int(t)]) for v, t in zip(layer.values, targets, strict=True)]
        changes = tuple([row for row in rows if row[0] != row[1]])
        recolored = ("recolor_by", layer.expression, Lit(changes)) if changes else layer.expression
        demos = _demos_right(sheet, layer, changes)
        found.append(NearMiss(program_of(recolored), demos, -1000 * right // sheet.demo_cells))
    return sorted(found, key=lambda one: (-one.demos, -one.cells, one.program.text))


def _demos_right(sheet: Sheet, layer: Layer, changes: tuple[tuple[int, int], ...]) -> int:
    """The number of demos that the recolored layer answers exactly."""
    right = lookup_of(changes)[layer.vector] == sheet.target
    ends = accumulate(sheet.sizes[: sheet.demos], initial=0)
    return sum([bool(right[a:b].all()) for a, b in pairwise(ends)])
