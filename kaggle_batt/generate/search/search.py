"""The search: for a task, programs that fit its demos, cheapest first, within a budget of steps.

States grow by families (one call, then two); finishers turn them into programs: first over all states
of depth 1, then state by state with its children and its own cell features, at last over all.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.generate.search.catalog import Operation, operation, operations
from kaggle_batt.generate.search.expression import Expression
from kaggle_batt.generate.search.finds import Answers, Finds, Found
from kaggle_batt.generate.search.finish import GLOBAL, LOCAL, Finisher
from kaggle_batt.generate.search.meter import Meter
from kaggle_batt.generate.search.rank import ranked
from kaggle_batt.generate.search.stages import staged
from kaggle_batt.generate.search.states import Pool, State
from kaggle_batt.generate.search.trust import confidence, held_out
from kaggle_batt.generate.search.views import View, views_of
from kaggle_batt.tasks import GridRows, Task

#: steps of a search unless told otherwise; about as many microseconds of the reference machine
DEFAULT_BUDGET = 10_000_000
#: what `without` may name
INGREDIENTS = ("map", "pair", "sweep", "stencil", "list", "tree", "view", "stage", "deep", "local", "trust")
#: how much of the budget the views get, the plain one first
SHARES = (4, 2, 2)


@dataclass(frozen=True)
class Prediction:
    """One set of answers: a grid per test input, the programs that give it, a score (less is better),
    and the share (percent) of such predictions that were right on training tasks."""

    grids: tuple[GridRows, ...]
    programs: tuple[Found, ...]
    score: int
    confidence: int


@dataclass
class SearchResult:
    """What a search found, best first; steps used; whether the outer clock cut it short."""

    predictions: list[Prediction] = field(default_factory=list)
    steps: int = 0
    cut_by_clock: bool = False
    held_out_right: int = 0
    held_out: int = 0


class ViewFinds(Finds):
    """Finds of a view, taken in as finds on the task itself."""

    def __init__(self, view: View, target: Finds) -> None:
        super().__init__(target.by_answers, target.counts)
        self.view = view

    def add(self, expression: Expression, answers: list[Array], doubt: int, kind: str) -> None:
        """Take in a program of the view."""
        name = kind if self.view.name == "plain" else f"{self.view.name} {kind}"
        super().add(self.view.expression(expression), self.view.answers(answers), doubt, name)


def search(
    task: Task, budget: int = DEFAULT_BUDGET, *, without: Iterable[str] = (), wall: float | None = None
) -> SearchResult:
    """Programs that fit the task's demos, from at most about `budget` steps.

    `without` leaves out ingredients (see `INGREDIENTS`); `wall` (seconds) is an outer guard only: when
    it strikes, the result says so. All else depends on the task and the budget alone.
    """
    inputs = [np.array(sample.input, np.uint8) for sample in (*task.demo, *task.test)]
    outputs = [np.array(sample.output, np.uint8) for sample in task.demo]
    switches = frozenset(without)
    finds, meter = Finds(), Meter(budget)
    deadline = None if wall is None else time.monotonic() + wall
    result = SearchResult()
    views = views_of(inputs, outputs)
    if "view" in switches:
        views = views[:1]
    shares = SHARES[: len(views)]
    for number, view in enumerate(views):
        # what earlier views left over is shared out among the later ones
        end = meter.used + (budget - meter.used) * shares[number] // sum(shares[number:])
        fitting = len(finds.by_answers)
        pool, cut = _search_view(view, meter, meter.used, end, finds, switches, deadline)
        result.cut_by_clock |= cut
        if "trust" not in switches and (number == 0 or (not fitting and finds.by_answers)):
            # held-out fits have an allowance of their own, so that trust never costs an answer
            extra = Meter(max(budget // 5, 1))
            pool.meter = extra
            result.held_out_right, result.held_out = held_out(pool, switches)
            result.steps += extra.used
    result.steps += meter.used
    result.predictions = _predictions(finds, result.held_out_right, result.held_out)
    return result


def _search_view(
    view: View,
    meter: Meter,
    start: int,
    end: int,
    finds: Finds,
    without: frozenset[str],
    deadline: float | None,
) -> tuple[Pool, bool]:
    """Grow and finish the states of one view; its states, and whether the clock cut it short."""
    span = end - start
    pool = Pool(view.inputs, view.outputs, meter)
    finisher = Finisher(pool, ViewFinds(view, finds), without)
    families = operations(view.inputs[: pool.demos], view.outputs)
    meter.until(start + span // 2)
    first = pool.expand(pool.root, families)
    first += _count_states(pool)
    meter.until(start + span * 65 // 100)
    finisher.finish(pool.states, GLOBAL, pool.root)
    if "deep" in without:
        return pool, False
    meter.until(start + span * 9 // 10)
    made = [] if "stage" in without else _stages(pool, finisher, families, without)
    context = [pool.root, *made, *sorted([s for s in first if pool.right(s)], key=lambda s: s.cost)[:40]]
    queue = sorted(first, key=lambda one: _priority(pool, one))
    while queue:
        later: list[State] = []
        for state in queue:
            if deadline is not None and time.monotonic() > deadline:
                return pool, True
            if meter.over:
                break
            children = pool.expand(state, families)
            later += children
            local = [one for one in (state, *children) if pool.right(one)]
            if local and "local" not in without:
                local.sort(key=lambda one: one.cost)
                finisher.finish(local[:300] + [c for c in context if c is not state], LOCAL, state)
        queue = [] if meter.over else sorted(later, key=lambda one: _priority(pool, one))
    meter.until(end)
    finisher.finish(pool.states, GLOBAL, pool.root)
    return pool, False


def _stages(
    pool: Pool, finisher: Finisher, families: list[Operation], without: frozenset[str]
) -> list[State]:
    """Intermediate pictures by color, each gone on from at once."""
    known = sorted([state for state in pool.states if pool.right(state)], key=lambda one: one.cost)
    made = staged(pool, known[:1000], without)
    for state in made:
        children = [one for one in pool.expand(state, families) if pool.right(one)]
        finisher.finish([state, *made, *children, *known[:60]], GLOBAL, state)
    return made


def _count_states(pool: Pool) -> list[State]:
    """Counts drawn on a grid of the outputs' one size, where they have one and it is small."""
    shapes = {output.shape for output in pool.outputs}
    if len(shapes) > 1:
        return []
    height, width = shapes.pop()
    if max(height, width) > 10 or height * width < 2:
        return []
    return pool.expand(pool.root, [operation("count_marks", height, width, deep=False)])


def _priority(pool: Pool, state: State) -> int:
    """Which states to go on from first: cheap, of the right shape, small."""
    value = state.cost
    if not pool.same and pool.right(state):
        value -= 6
    if state.cells > 1500:
        value += 3
    if pool.same and state.shapes != pool.root.shapes:
        value += 8
    return value


def _predictions(finds: Finds, right: int, tried: int) -> list[Prediction]:
    """Distinct answers, best first, with the share of trust each deserves."""
    return [
        Prediction(_rows(answers), tuple(finds.by_answers[answers]), score, confidence(score, right, tried))
        for score, answers in ranked(finds)
    ]


def _rows(answers: Answers) -> tuple[GridRows, ...]:
    """The answers as plain rows."""
    return tuple(
        [
            tuple([tuple(data[k : k + shape[1]]) for k in range(0, len(data), shape[1])])
            for shape, data in answers
        ]
    )
