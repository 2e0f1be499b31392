"""Finisher "concat": outputs of which every block, cut evenly, is some state."""

from __future__ import annotations

from functools import reduce

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.states import Pool, State

#: how many blocks down and right an output may be cut into
CUTS = ((1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (3, 3), (1, 4), (4, 1), (2, 3), (3, 2))


def concatenations(group: Group) -> None:
    """Add states side by side and below each other, where they make the outputs."""
    pool = group.pool
    if pool.same:
        return
    known: dict[bytes, State] = {}
    for state in sorted(group.states, key=lambda one: one.cost):
        known.setdefault(_key(list(state.grids[: pool.demos])), state)
    pool.budget.spend(3 * len(known))
    for down, right in CUTS:
        if any(o.shape[0] % down or o.shape[1] % right for o in pool.outputs) or pool.budget.exhausted:
            continue
        pool.budget.spend(40 * down * right)
        chosen = [[known.get(_key(_cut(pool, down, right, y, x))) for x in range(right)] for y in range(down)]
        rows = [[state for state in row if state is not None] for row in chosen]
        if sum(map(len, rows)) == down * right:
            _add(group, rows)


def _key(grids: list[Array]) -> bytes:
    return b"/".join([bytes(grid.shape) + grid.tobytes() for grid in grids])


def _cut(pool: Pool, down: int, right: int, row: int, column: int) -> list[Array]:
    """One block of each demo output."""
    found = []
    for output in pool.outputs:
        height, width = output.shape[0] // down, output.shape[1] // right
        found.append(output[row * height : (row + 1) * height, column * width : (column + 1) * width])
    return found


def _add(group: Group, rows: list[list[State]]) -> None:
    """Add the blocks as `hconcat` and `vconcat`, where the test grids fit together too."""
    answers = []
    for test in range(group.pool.demos, len(group.pool.root.grids)):
        try:
            lines = [np.concatenate([state.grids[test] for state in row], 1) for row in rows]
            answers.append(np.concatenate(lines, 0))
        except ValueError:
            return
    lines_of = [_joined("hconcat", [state.expression for state in row]) for row in rows]
    group.add(_joined("vconcat", lines_of), answers, "concat")


def _joined(name: str, expressions: list[Expression]) -> Expression:
    """The expressions joined two by two from the left."""
    return reduce(lambda left, right: (name, left, right), expressions)


CONCATENATE = Finisher("concat", (Pass.GRIDS,), concatenations)
