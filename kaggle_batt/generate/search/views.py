"""Other ways to see a task: colors ranked by frequency. A view's programs are wrapped back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.ranking import ranks_of
from kaggle_batt.generate.search.expression import INPUT, Expression


@dataclass(frozen=True, eq=False)
class View:
    """A task as a search sees it: inputs of demos then tests, outputs of demos, and the way back."""

    name: str
    inputs: list[Array]
    outputs: list[Array]
    fixed: int = 0
    originals: tuple[Array, ...] = ()

    def expression(self, inner: Expression) -> Expression:
        """The program on the task itself of a program found in this view."""
        if self.name == "plain":
            return inner
        return ("unrank_colors", _replaced(inner, ("rank_colors", INPUT, self.fixed)), INPUT, self.fixed)

    def answers(self, grids: list[Array]) -> list[Array]:
        """The answers on the task itself of answers given in this view."""
        if self.name == "plain":
            return grids
        originals = self.originals[len(self.outputs) :]
        back = [np.argsort(ranks_of(array, self.fixed)).astype(np.uint8) for array in originals]
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
            memo[part] = tuple([part[0], *[walk(argument) for argument in part[1:]]])
        return memo[part]

    return walk(node)


def views_of(inputs: list[Array], outputs: list[Array]) -> list[View]:
    """The plain view, and the ranked one where it differs."""
    plain = View("plain", inputs, outputs)
    demos = inputs[: len(outputs)]
    zero_first = all(np.bincount(array.ravel()).argmax() == 0 for array in demos)
    fixed = int(zero_first)
    ranks = [ranks_of(array, fixed) for array in inputs]
    if all((rank[array] == array).all() for rank, array in zip(ranks, inputs, strict=True)):
        return [plain]
    ranked = View(
        "ranked",
        [rank[array] for rank, array in zip(ranks, inputs, strict=True)],
        [rank[array] for rank, array in zip(ranks, outputs, strict=False)],
        fixed,
        tuple(inputs),
    )
    return [plain, ranked]
