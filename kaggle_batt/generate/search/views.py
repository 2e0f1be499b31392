"""Other ways to see a task: colors ranked by frequency. A view's programs are wrapped back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.ranking import ALL, ALL_BUT_ZERO, EXCHANGED, RAREST_FIRST, ranks_of
from kaggle_batt.generate.search.expression import INPUT, Expression

NAMES = {ALL: "ranked", ALL_BUT_ZERO: "ranked", EXCHANGED: "exchanged", RAREST_FIRST: "rarest"}


@dataclass(frozen=True, eq=False)
class View:
    """A task as a search sees it: inputs of demos then tests, outputs of demos, and the way back."""

    name: str
    inputs: list[Array]
    outputs: list[Array]
    way: int = 0
    originals: tuple[Array, ...] = ()

    def expression(self, inner: Expression) -> Expression:
        """The program on the task itself of a program found in this view."""
        if self.name == "plain":
            return inner
        return ("unrank_colors", _replaced(inner, ("rank_colors", INPUT, self.way)), INPUT, self.way)

    def answers(self, grids: list[Array]) -> list[Array]:
        """The answers on the task itself of answers given in this view."""
        if self.name == "plain":
            return grids
        originals = self.originals[len(self.outputs) :]
        back = [np.argsort(ranks_of(array, self.way)).astype(np.uint8) for array in originals]
        if any(grid.size == 0 or grid.max() > 9 for grid in grids):
            return [np.full((1, 1), 99, np.uint8)] * len(grids)
        return [order[grid] for order, grid in zip(back, grids, strict=True)]


def _replaced(node: Expression, by: Expression) -> Expression:
    """The expression with the input replaced; shared parts stay shared by being equal."""
    memo: dict[Expression, Expression] = {}

    def walk(part: Expression) -> Expression:
        if not isinstance(part, tuple):
            return part
        if part == INPUT:
            return by
        if part not in memo:
            memo[part] = (part[0], *[walk(argument) for argument in part[1:]])
        return memo[part]

    return walk(node)


def views_of(inputs: list[Array], outputs: list[Array]) -> list[View]:
    """The plain view, then those that change something: background as 0, colors ranked both ways."""
    found = [View("plain", inputs, outputs)]
    seen = [inputs]
    zero_first = all(np.bincount(array.ravel()).argmax() == 0 for array in inputs)
    ways = (ALL_BUT_ZERO, RAREST_FIRST) if zero_first else (EXCHANGED, ALL)
    for way in ways:
        ranks = [ranks_of(array, way) for array in inputs]
        ranked = [rank[array] for rank, array in zip(ranks, inputs, strict=True)]
        if any(_equal(ranked, other) for other in seen):
            continue
        seen.append(ranked)
        targets = [rank[array] for rank, array in zip(ranks, outputs, strict=False)]
        found.append(View(NAMES[way], ranked, targets, way, tuple(inputs)))
    return found


def _equal(one: list[Array], two: list[Array]) -> bool:
    return all((a == b).all() for a, b in zip(one, two, strict=True))
