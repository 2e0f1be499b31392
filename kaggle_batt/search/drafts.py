"""Drafts: pictures that are right in most cells, as states to go on from.

A draft is the input seen together with one telling state, each pair of their colors in the output color
it has most often; what is still wrong is left to the families and finishers that work on the draft.
"""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.search.expression import ENTRY_COST, Table
from kaggle_batt.search.promise import Promise
from kaggle_batt.search.states import Pool, State

#: states looked at, drafts made, entries of a draft's table, hundredths a draft must explain
MOST_STATES = 40
MOST = 12
MOST_ENTRIES = 6
LEAST = 30


def drafted(pool: Pool, promise: Promise, states: list[State]) -> list[State]:
    """New states that are drafts of the outputs, the most telling first; none where sizes change."""
    if not pool.right(pool.root):
        return []
    # the test grids too must have the input's shapes
    alike = [state for state in states if state.shapes == pool.root.shapes]
    telling = [state for state in alike if promise.of(state) >= LEAST]
    telling.sort(key=lambda one: one.cost - promise.of(one))
    found: list[State] = []
    for state in telling[:MOST_STATES]:
        if pool.meter.over or len(found) == MOST:
            break
        pool.meter.spend(60)
        made = _draft(pool, state)
        if made is not None and pool.enter(made):
            found.append(made)
    return found


def _draft(pool: Pool, state: State) -> State | None:
    """The input and the state combined by their most frequent outputs; None if the table is too large."""
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
    grids = tuple([best[code].astype(np.uint8) for code in codes])
    expression = ("combine_by", pool.root.expression, state.expression, Table(changes))
    cost = state.cost + extensions()["combine_by"].cost + ENTRY_COST * len(changes)
    return State(grids, expression, cost, state.depth + 1, "draft")
