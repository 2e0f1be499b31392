"""Intermediate pictures: the changes to one output color alone, the rest as in the input.

Where the outputs have their inputs' size, families and finishers go on from these new states.
"""

from dataclasses import replace

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.finishers.finisher import Pass
from kaggle_batt.search.finishing import Finishing
from kaggle_batt.search.solutions import Solutions, grids_of
from kaggle_batt.search.states import Pool, State, state_of

KEPT = 2  #: intermediate pictures kept for each color
MOST_COLORS = 5


def color_stages(pool: Pool, states: list[State], without: frozenset[str]) -> list[State]:
    """New states in which the changes to one output color are made, the rest is as in the input."""
    found: list[State] = []
    targets = _targets(pool)
    for number, target in enumerate(targets):
        if pool.budget.exhausted:
            break
        stage, solutions = Pool(list(pool.root.grids), target, pool.budget), Solutions()
        # copies, so that no layer made for this color alone is kept
        copies = [replace(state) for state in states if state.depth]
        with pool.budget.within(100 // (len(targets) - number)):
            Finishing(stage, solutions, without).finish([stage.root, *copies], Pass.STAGE, stage.root)
        for _, answers in solutions.ranked()[:KEPT]:
            best = solutions.by_answers[answers][0]
            state = state_of((*target, *grids_of(answers)), best.expression, best.cost, 1, "stage")
            if pool.enter(state):
                found.append(state)
    return found


def _targets(pool: Pool) -> list[list[Array]]:
    """For each color that cells change to, the inputs with these changes alone; [] for a single color."""
    pairs = list(zip(pool.root.grids, pool.outputs, strict=False))
    colors: set[int] = set()
    for before, after in pairs:
        colors |= set(after[before != after].tolist())
    if not 1 < len(colors) <= MOST_COLORS:
        return []
    return [[np.where(after == color, after, before) for before, after in pairs] for color in sorted(colors)]


def closest(pool: Pool, states: list[State]) -> list[State]:
    """The states of the outputs' sizes in colors alone, those with the fewest differing cells first."""
    pool.budget.spend(4 * pool.demos * len(states))
    states = [state for state in states if max(state.data) < 10]
    pairs = [list(zip(state.grids, pool.outputs, strict=False)) for state in states]
    unlike = [sum([int(np.count_nonzero(grid != output)) for grid, output in some]) for some in pairs]
    return [states[k] for k in sorted(range(len(states)), key=unlike.__getitem__)]
