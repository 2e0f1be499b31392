"""Finisher "arrange": outputs that are a state repeated, each copy turned or mirrored its own way."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array
from kaggle_batt.dsl.extensions.combining.positions import BLANK, arranged, moved
from kaggle_batt.search.expression import LiteralTable
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.states import Pool, State

MOST_BLOCKS = 36
#: the positions that exchange height and width are the odd ones
POSITIONS = range(8)


def arrangements(group: Group) -> None:
    """Add every state of which the outputs are an arrangement."""
    pool = group.pool
    if pool.same:
        return
    for state in group.states:
        ratio = _ratio(pool, state)
        if ratio is None or pool.budget.exhausted:
            continue
        pool.budget.spend(100 + 12 * ratio[0] * ratio[1])
        table = _table(pool, state, *ratio)
        if table is None:
            continue
        tests = state.grids[pool.demos :]
        if not _square(tests) and any(p & 1 for row in table for p in row if p != BLANK):
            continue
        expression = ("arrange", state.expression, LiteralTable(table))
        group.add(expression, [arranged(grid, table) for grid in tests], "arrange")


def _square(grids: tuple[Array, ...]) -> bool:
    return all(grid.shape[0] == grid.shape[1] for grid in grids)


def _ratio(pool: Pool, state: State) -> tuple[int, int] | None:
    """How often the state's grids fit in the outputs, if equally often in all and more than once."""
    ratios = set()
    for grid, output in zip(state.grids, pool.outputs, strict=False):
        if output.shape[0] % grid.shape[0] or output.shape[1] % grid.shape[1]:
            return None
        ratios.add((output.shape[0] // grid.shape[0], output.shape[1] // grid.shape[1]))
    down, right = min(ratios)
    tests_fit = all(
        grid.shape[0] * down <= LARGEST and grid.shape[1] * right <= LARGEST
        for grid in state.grids[pool.demos :]
    )
    return (down, right) if len(ratios) == 1 and 1 < down * right <= MOST_BLOCKS and tests_fit else None


def _table(pool: Pool, state: State, down: int, right: int) -> tuple[tuple[int, ...], ...] | None:
    """For each block the lowest position that is right in all demos; None if one has none."""
    grids = state.grids[: pool.demos]
    if all(int(grid.max()) == 0 for grid in grids) or state.cells < len(state.grids) * 2:
        return None
    square = _square(grids)
    views = {p: [moved(grid, p) for grid in grids] for p in POSITIONS if square or not p & 1}
    views[BLANK] = [np.zeros_like(grid) for grid in grids]
    table = []
    for row in range(down):
        entries = []
        for column in range(right):
            blocks = [_block(o, g, row, column) for o, g in zip(pool.outputs, grids, strict=True)]
            fits = (p for p, seen in views.items() if all(map(np.array_equal, seen, blocks)))
            position = next(fits, None)
            if position is None:
                return None
            entries.append(position)
        table.append(tuple(entries))
    return tuple(table)


def _block(output: Array, grid: Array, row: int, column: int) -> Array:
    height, width = grid.shape
    return output[row * height : (row + 1) * height, column * width : (column + 1) * width]


ARRANGE = Finisher("arrange", (Pass.GRIDS, Pass.CHILDREN), arrangements)
