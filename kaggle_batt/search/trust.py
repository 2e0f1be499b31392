"""Trust: leave one demo out, finish again on the states already made, and see whether it is answered.

From three demos on. An answer for the test is borne out by a demo if a program fitted without that demo
answers both the demo right and the test so. That moves it up in the order, and with the score it gives the
confidence, by a table measured on training tasks (docs/search_log.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.finds import Answers, Finds, key_of
from kaggle_batt.search.finish import STAGE, Finisher
from kaggle_batt.search.rank import ranked
from kaggle_batt.search.states import Pool, State
from kaggle_batt.search.views import View

#: demos held out at most, states finished again at most
MOST_DEMOS = 4
MOST_STATES = 700
#: tenths taken off a score for each demo that bears the answers out when held out, by their best place
FIRST, AMONG_THREE, LATER = 20, 10, 5
#: share right (percent) by rows of how many held-out demos bear the answers out and columns of score
SCORE_STEPS = (-60, -30, 0, 30, 80)
TABLE: dict[str, tuple[int, ...]] = {
    "all": (96, 95, 90, 70, 60, 50),
    "some": (90, 82, 70, 65, 55, 40),
    "none": (75, 60, 55, 40, 15, 8),
    "unknown": (97, 85, 75, 65, 40, 10),
}


@dataclass(eq=False)
class HeldOut:
    """What holding demos out tells: how many were tried, how many answered right by one of two answers;
    for answers to the tests the best place of a program that gives them, fitted without a demo and right
    on it, by that demo's number."""

    right: int = 0
    tried: int = 0
    places: dict[Answers, dict[int, int]] = field(default_factory=dict)

    def place(self, answers: Answers, demo: int, place: int) -> None:
        """Note a place, if it is the best so far."""
        known = self.places.setdefault(answers, {})
        known[demo] = min(place, known.get(demo, place))

    def borne_out(self, answers: Answers) -> tuple[int, ...]:
        """The best places for these answers, one for each demo that bears them out, ascending."""
        return tuple(sorted(self.places.get(answers, {}).values()))


def hold_out(held: HeldOut, pool: Pool, view: View, without: frozenset[str]) -> None:
    """Hold out each of the first demos of a view in turn; nothing below three demos."""
    if pool.demos < 3:
        return
    held.right, held.tried = 0, min(pool.demos, MOST_DEMOS)
    chosen = sorted([state for state in pool.states if pool.right(state)], key=lambda one: one.cost)
    meter = pool.meter
    for demo in range(held.tried):
        meter.until(meter.budget * (demo + 1) // held.tried)
        ranking = _without(pool, chosen[:MOST_STATES], demo, without)
        wanted = key_of([pool.outputs[demo]])
        firsts = list(dict.fromkeys([answers[:1] for answers in ranking]))
        held.right += wanted in firsts[:2]
        for place, answers in enumerate(ranking):
            if answers[:1] == wanted:
                tests = view.answers([_grid(answer) for answer in answers[1:]])
                if tests:
                    held.place(key_of(tests), demo, place)


def _without(pool: Pool, states: Sequence[State], demo: int, without: frozenset[str]) -> list[Answers]:
    """The answers for that demo and the tests, best first, of programs fitted without it."""
    tests = range(pool.demos, len(pool.root.grids))
    order = [*[k for k in range(pool.demos) if k != demo], demo, *tests]
    smaller = Pool(
        [pool.root.grids[k] for k in order], [pool.outputs[k] for k in order[: pool.demos - 1]], pool.meter
    )
    finds = Finds()
    finisher = Finisher(smaller, finds, without)
    moved = [smaller.root] if states else []
    for state in states:
        if state.depth:
            grids = tuple([state.grids[k] for k in order])
            moved.append(State(grids, state.expression, state.cost, state.depth, state.family))
    finisher.finish(moved, STAGE, smaller.root)
    return [answers for _, answers in ranked(finds)]


def _grid(answer: tuple[tuple[int, ...], bytes]) -> Array:
    shape, data = answer
    return np.frombuffer(data, np.uint8).reshape(shape)


def bonus(places: tuple[int, ...]) -> int:
    """Tenths taken off the score of answers for the demos that bear them out."""
    return sum([FIRST if place == 0 else AMONG_THREE if place < 3 else LATER for place in places])


def confidence(score: int, borne_out: int, tried: int) -> int:
    """The share (percent) of best answers of this score (without bonus), borne out by so many of the demos
    held out, that were right on training tasks."""
    row = "unknown" if not tried else "all" if borne_out == tried else "some" if borne_out else "none"
    column = sum([score > step for step in SCORE_STEPS])
    return TABLE[row][column]
