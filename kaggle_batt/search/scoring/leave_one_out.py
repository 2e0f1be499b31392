"""Leave one out: each demo is held out in turn, and the finishers fit the others on the states already made.

From three demos on. A held-out demo supports answers for the tests if a program fitted without it gives both
the demo's output and these answers.
"""

from bisect import bisect_left
from collections.abc import Sequence

from kaggle_batt.search.finishers.finisher import Pass
from kaggle_batt.search.finishing import Finishing
from kaggle_batt.search.solutions import Answers, Solutions, answers_of, grids_of
from kaggle_batt.search.states import Pool, State, by_cost
from kaggle_batt.search.step_budget import StepBudget
from kaggle_batt.search.views import TaskView

MOST_DEMOS = 4  #: demos held out at most
MOST_STATES = 700  #: states finished again at most
GRIDS_SHARE = 50  #: percent of the steps for finishers of states of any shape, where outputs have another one
FIRST, AMONG_THREE, LATER = 10, 5, 2  #: tenths off for each supporting demo, by its program's best place


Supports = dict[Answers, dict[int, int]]  #: for answers, by supporting demo, the best place of a program


def held_out_of(demos: int) -> int:
    """How many of so many demos are held out."""
    return min(demos, MOST_DEMOS) if demos > 2 else 0


def bonus(places: tuple[int, ...]) -> int:
    """Tenths taken off the score of answers for the demos that support them."""
    return sum([FIRST if place == 0 else AMONG_THREE if place < 3 else LATER for place in places])


def hold_out(supports: Supports, pool: Pool, view: TaskView, without: frozenset[str], allowance: int) -> int:
    """Hold out each of the first demos of a view in turn, and add what supports answers; return the steps."""
    number = held_out_of(pool.demos)
    budget = pool.budget = StepBudget(allowance)
    states = sorted(pool.fitting(pool.states), key=by_cost)[:MOST_STATES] if number else []
    for demo in range(number):
        budget.limit = budget.total * (demo + 1) // number
        ranking = _fitted_without(pool, states, demo, without)
        wanted = answers_of([pool.outputs[demo]])
        scores = [score for score, _ in ranking]
        for score, answers in ranking:
            place = bisect_left(scores, score)
            tests = view.answers(grids_of(answers[1:])) if answers[:1] == wanted else []
            if tests:
                known = supports.setdefault(answers_of(tests), {})
                known[demo] = min(place, known.get(demo, place))
    return budget.used


def _fitted_without(
    pool: Pool, states: Sequence[State], demo: int, without: frozenset[str]
) -> list[tuple[int, Answers]]:
    """Scores and answers for that demo and the tests, best first, of programs fitted without it."""
    kept = [k for k in range(pool.demos) if k != demo]
    order = [*kept, demo, *range(pool.demos, len(pool.root.grids))]
    smaller = Pool([pool.root.grids[k] for k in order], [pool.outputs[k] for k in kept], pool.budget)
    solutions = Solutions()
    finishing = Finishing(smaller, solutions, without)
    if not smaller.same:
        grids = [smaller.root, *[_reordered(one, order) for one in pool.states if one.depth == 1]]
        with pool.budget.within(GRIDS_SHARE):
            finishing.finish_grids([smaller.root], Pass.ROOT)
            finishing.finish_grids(grids, Pass.GRIDS)
    moved = [smaller.root] if states and smaller.same else []
    moved += [_reordered(one, order) for one in states if one.depth]
    finishing.finish(moved, Pass.STAGE, smaller.root)
    return solutions.ranked()


def _reordered(state: State, order: Sequence[int]) -> State:
    """The state with its grids in that order."""
    shapes, data = tuple([state.shapes[k] for k in order]), b"".join([state.parts[k] for k in order])
    return State(shapes, data, state.expression, state.cost, state.depth, state.family)
