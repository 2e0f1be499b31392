"""Output in stages: first the changes to one color alone, then all else from the grids so changed.

Where the output has the input's size, a program that makes exactly the cells of one output color gives a
new state: the search's own intermediate picture, from which families and finishers go on.
"""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.finish import STAGE, Finisher
from kaggle_batt.search.rank import ranked
from kaggle_batt.search.states import Pool, State

#: intermediate pictures kept for each color
KEPT = 2
MOST_COLORS = 5


def staged(pool: Pool, states: list[State], without: frozenset[str]) -> list[State]:
    """New states in which the changes to one output color are made, the rest is as in the input."""
    if not pool.same or any(a.shape != b.shape for a, b in zip(pool.root.grids, pool.outputs, strict=False)):
        return []
    found: list[State] = []
    targets = _targets(pool)
    for target in targets:
        if pool.meter.over:
            break
        stage = Pool(list(pool.root.grids), target, pool.meter)
        finds = Finds()
        finisher = Finisher(stage, finds, without)
        copies = [State(s.grids, s.expression, s.cost, s.depth, s.family, s.rows) for s in states if s.depth]
        finisher.finish([stage.root, *copies], STAGE, stage.root)
        for _, answers in ranked(finds)[:KEPT]:
            best = finds.by_answers[answers][0]
            tests = [np.frombuffer(data, np.uint8).reshape(shape) for shape, data in answers]
            state = State((*target, *tests), best.expression, best.cost, 1, "stage")
            if pool.enter(state):
                found.append(state)
    return found


def _targets(pool: Pool) -> list[list[Array]]:
    """For each output color that some demo changes cells to: the inputs with those changes alone.

    Only where a second color is changed to as well, else there is but one stage.
    """
    inputs = list(pool.root.grids[: pool.demos])
    colors: set[int] = set()
    for before, after in zip(inputs, pool.outputs, strict=True):
        colors |= set(after[before != after].tolist())
    if not 1 < len(colors) <= MOST_COLORS:
        return []
    return [
        [np.where(after == color, after, before) for before, after in zip(inputs, pool.outputs, strict=True)]
        for color in sorted(colors)
    ]
