"""States that are right in most cells: the input and another state, joined by a small table.

Each pair of their colors becomes the output color it has most often. What is still wrong is left to the
families and finishers that go on from there.
"""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.search.expression import ENTRY_COST, LiteralTable
from kaggle_batt.search.priority import Priority
from kaggle_batt.search.states import Pool, State, state_of

#: states tried, partial outputs made, entries of a table, percent that a state must explain
MOST_STATES = 40
MOST = 12
MOST_ENTRIES = 6
LEAST = 30


def partial_outputs(pool: Pool, priority: Priority) -> list[State]:
    """New states that are nearly the outputs, those of the best states first; none where sizes change."""
    if not pool.same:
        return []
    # the test grids too must have the input's shapes
    alike = [state for state in pool.states if state.shapes == pool.root.shapes]
    explaining = [state for state in alike if priority.explained(state) >= LEAST]
    explaining.sort(key=lambda one: one.cost - priority.explained(one))
    found: list[State] = []
    for state in explaining[:MOST_STATES]:
        if pool.budget.exhausted or len(found) == MOST:
            break
        pool.budget.spend(40)
        made = _joined(pool, state)
        if made is not None and pool.enter(made):
            found.append(made)
    return found


def _joined(pool: Pool, state: State) -> State | None:
    """The input and the state joined by their most frequent outputs; None if the table is too large."""
    pairs = list(zip(pool.root.grids, state.grids, strict=True))
    if any(grid.max() > 15 for pair in pairs for grid in pair):
        return None
    codes = [one.astype(np.int64) * 16 + two for one, two in pairs]
    joined = [code * 16 + output for code, output in zip(codes, pool.outputs, strict=False)]
    counts = np.bincount(np.concatenate([one.ravel() for one in joined]), minlength=4096).reshape(256, 16)
    best = np.where(counts.any(1), counts.argmax(1), np.arange(256) // 16)
    rows = [(k // 16, k % 16, int(best[k])) for k in np.flatnonzero(counts.any(1)).tolist()]
    changes = tuple([row for row in rows if row[0] != row[2]])
    if not 0 < len(changes) <= MOST_ENTRIES:
        return None
    grids = [best[code].astype(np.uint8) for code in codes]
    expression = ("combine_by", pool.root.expression, state.expression, LiteralTable(changes))
    cost = state.cost + extensions()["combine_by"].cost + ENTRY_COST * len(changes)
    return state_of(grids, expression, cost, state.depth + 1, "draft")
