"""Trust: leave one demo out, finish again on the states already made, and see whether it is answered.

From three demos on. What a search would have answered for a demo it had not seen says how much its answer
for the test is worth; `confidence` turns that, the score and the kind of program into a share, by a
table measured on training tasks (docs/search.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from kaggle_batt.generate.search.finds import Finds, key_of
from kaggle_batt.generate.search.finish import GLOBAL, Finisher
from kaggle_batt.generate.search.rank import ranked
from kaggle_batt.generate.search.states import Pool, State

#: demos held out at most, states finished again at most
MOST_DEMOS = 4
MOST_STATES = 700
#: share right (percent) by rows of held-out success and columns of score, see `confidence`
SCORE_STEPS = (10, 40, 70, 110)
TABLE: dict[str, tuple[int, ...]] = {
    "all": (97, 80, 60, 45, 35),
    "some": (82, 75, 30, 20, 15),
    "none": (45, 40, 15, 8, 4),
    "unknown": (95, 75, 60, 25, 10),
}


def held_out(pool: Pool, without: frozenset[str]) -> tuple[int, int]:
    """(demos answered right by one of two answers when held out, demos held out); (0, 0) below three."""
    if pool.demos < 3:
        return 0, 0
    right, tried = 0, min(pool.demos, MOST_DEMOS)
    chosen = sorted([state for state in pool.states if pool.right(state)], key=lambda one: one.cost)
    for demo in range(tried):
        right += _answers_demo(pool, chosen[:MOST_STATES], demo, without)
    return right, tried


def _answers_demo(pool: Pool, states: Sequence[State], demo: int, without: frozenset[str]) -> bool:
    """Whether one of the two best answers for that demo, fitted without it, is its output."""
    order = [k for k in range(pool.demos) if k != demo] + [demo]
    inputs = [pool.root.grids[k] for k in order]
    smaller = Pool(inputs, [pool.outputs[k] for k in order[:-1]], pool.meter)
    finds = Finds()
    finisher = Finisher(smaller, finds, without)
    moved = [smaller.root] if states else []
    for state in states:
        if state.depth:
            grids = tuple([state.grids[k] for k in order])
            moved.append(State(grids, state.expression, state.cost, state.depth, state.family))
    finisher.finish(moved, GLOBAL, smaller.root)
    wanted = key_of([pool.outputs[demo]])
    return any(answers == wanted for _, answers in ranked(finds)[:2])


def confidence(score: int, right: int, tried: int) -> int:
    """The share (percent) of predictions like this that were right on training tasks."""
    row = "unknown" if not tried else "all" if right == tried else "some" if right else "none"
    column = sum([score > step for step in SCORE_STEPS])
    return TABLE[row][column]
