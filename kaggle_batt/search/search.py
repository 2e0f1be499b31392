"""The search: for a task, programs that fit its demos, cheapest first, within a budget of steps."""

import time
from collections.abc import Iterable

import numpy as np

from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.search.finishers import FINISHERS
from kaggle_batt.search.prediction import SearchResult, augmented, judged, predictions_of, with_confidence
from kaggle_batt.search.scoring.invariants import Invariants
from kaggle_batt.search.scoring.leave_one_out import Supports, held_out_of, hold_out
from kaggle_batt.search.scoring.plausibility import Plausibility
from kaggle_batt.search.solutions import Solutions
from kaggle_batt.search.step_budget import StepBudget
from kaggle_batt.search.view_search import SURE_SHARE, ViewSearch, is_sure
from kaggle_batt.search.views import views_of
from kaggle_batt.tasks.task import Task

DEFAULT_BUDGET = 10_000_000  #: steps of a search; about as many microseconds of the reference machine
COMBINED_LEAST = 5_000_000  #: steps from which on views of colors are also turned
#: what `without` may name: finishers; other views; color stages; depth two; features of expanded states;
#: held-out demos; stopping early at cheap answers; penalties for broken invariants; augmentations; oddities
INGREDIENTS = (
    *[finisher.name for finisher in FINISHERS],
    *("view", "stage", "deep", "local", "trust", "stop", "invariants", "mirrors", "plausibility"),
)


@uncollected()
def search(
    task: Task, budget: int = DEFAULT_BUDGET, *, without: Iterable[str] = (), wall: float | None = None
) -> SearchResult:
    """Programs that fit the task's demos, from about `budget` steps.

    A fifth more may go to held-out demos, a twentieth to augmented ones. `without` leaves out `INGREDIENTS`.
    A search ended by `wall` (seconds) has `hit_wall_time` set; any other depends on task and budget alone.
    """
    left_out, deadline = frozenset(without), None if wall is None else time.monotonic() + wall
    inputs = [np.array(sample.input, np.uint8) for sample in (*task.demo, *task.test)]
    outputs = [np.array(sample.output, np.uint8) for sample in task.demo]
    allowance = budget // 5
    solutions, supports, steps = Solutions(), Supports(), StepBudget(budget)
    result = SearchResult(held_out=0 if "trust" in left_out else held_out_of(len(outputs)))
    views = views_of(inputs, outputs, combined=budget >= COMBINED_LEAST)[: 1 if "view" in left_out else None]
    shares = [view.share for view in views]
    for number, view in enumerate(views):
        # what earlier views did not use is shared among the later ones
        end = steps.used + (budget - steps.used) * shares[number] // sum(shares[number:])
        had_answers = bool(solutions.by_answers)
        run = ViewSearch(view, solutions, steps, end, left_out, deadline)
        run.search()
        result.hit_wall_time |= run.hit_deadline
        if "stop" not in left_out and is_sure(solutions):
            budget = min(budget, steps.used + budget // (2 * SURE_SHARE))
        if number == 0:
            result.near_misses = run.finishing.near_misses()
        first_answers = not had_answers and bool(solutions.by_answers)
        if "trust" not in left_out and (number == 0 or first_answers):
            result.steps += hold_out(supports, run.pool, view, left_out, allowance)
    result.steps += steps.used
    penalty = None if "invariants" in left_out else Invariants(inputs, outputs).worst
    result.predictions = predictions_of(solutions, supports, penalty)
    if "mirrors" not in left_out:
        extra = StepBudget(allowance // 4)
        result.predictions = augmented(result.predictions, inputs, outputs, extra)
        result.steps += extra.used
    if "plausibility" not in left_out:
        result.predictions = judged(result.predictions, Plausibility(inputs, outputs))
    result.predictions = with_confidence(result.predictions, result.held_out, len(outputs))
    return result
