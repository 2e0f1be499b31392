"""The search: for a task, programs that fit its demos, cheapest first, within a budget of steps.

States grow by families (one call, then two); finishers turn them into programs: first over all states
of depth 1, then state by state with its children and its own cell features, at last over all.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.arranging import arrangements, concatenations
from kaggle_batt.search.catalog import operations
from kaggle_batt.search.classes import classes
from kaggle_batt.search.drafts import drafted
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finds import Answers, Finds, Found
from kaggle_batt.search.finish import GLOBAL, LIGHT, LOCAL, STAGE, Finisher
from kaggle_batt.search.invariants import Invariants
from kaggle_batt.search.meter import Meter
from kaggle_batt.search.mirrors import BONUS, MOST, Mirrors
from kaggle_batt.search.near import NearMiss
from kaggle_batt.search.promise import CONTAINING, Promise
from kaggle_batt.search.rank import ranked
from kaggle_batt.search.resizing import resized
from kaggle_batt.search.stages import staged
from kaggle_batt.search.states import Pool, State
from kaggle_batt.search.trust import HeldOut, bonus, confidence, hold_out
from kaggle_batt.search.views import View, views_of
from kaggle_batt.tasks.task import GridRows, Task

#: steps of a search unless told otherwise; about as many microseconds of the reference machine
DEFAULT_BUDGET = 10_000_000
#: what `without` may name: finishers, views, stages, drafts, depth two, work state by state, held-out demos,
#: stopping early where the answer is cheap
INGREDIENTS = (
    "arrange",
    "map",
    "pair",
    "sweep",
    "stencil",
    "list",
    "tree",
    "view",
    "stage",
    "draft",
    "deep",
    "local",
    "trust",
    "stop",
    "invariants",
    "mirrors",
    "class",
)

#: an answer of at most this score is as good as found: the rest of the budget is divided by SURE_SHARE
SURE_SCORE = -35
SURE_SHARE = 4
#: tenths of cost that explaining all outweighs, in the order of going on and in choosing company
PROMISING = 16
TELLING = 40
#: states whose children are made for each whose own features are looked at
AHEAD = 2


@dataclass(frozen=True)
class Prediction:
    """One set of answers: a grid per test input, the programs that give it, a score (less is better),
    the share (percent) of such predictions that were right on training tasks, how many programs of each
    kind agree on it, the doubt (tenths, in the score) for invariants of the demos that it breaks, the
    places of programs with these answers among those fitted without a demo that they answer right, and
    under how many changes of the whole task its program still fits."""

    grids: tuple[GridRows, ...]
    programs: tuple[Found, ...]
    score: int
    confidence: int
    agreeing: tuple[tuple[str, int], ...] = ()
    broken: int = 0
    borne_out: tuple[int, ...] = ()
    stood: int = 0


@dataclass
class SearchResult:
    """What a search found, best first.

    `near` are programs that do not fit; `steps` those used; `cut_by_clock` whether the outer guard struck;
    of `held_out` demos `held_out_right` were answered from the others (0 of 0 below three demos).
    """

    predictions: list[Prediction] = field(default_factory=list)
    steps: int = 0
    cut_by_clock: bool = False
    near: list[NearMiss] = field(default_factory=list)
    held_out_right: int = 0
    held_out: int = 0

    def attempts(self, number: int, most: int = 2) -> list[GridRows]:
        """The best distinct grids for that test input."""
        grids = dict.fromkeys([prediction.grids[number] for prediction in self.predictions])
        return list(grids)[:most]


class ViewFinds(Finds):
    """Finds of a view, taken in as finds on the task itself."""

    def __init__(self, view: View, target: Finds) -> None:
        super().__init__(target.by_answers, target.counts)
        self.view = view

    def add(self, expression: Expression, answers: list[Array], doubt: int, kind: str) -> None:
        """Take in a program of the view."""
        name = kind if self.view.name == "plain" else f"{self.view.name} {kind}"
        grids = self.view.answers(answers)
        if grids:
            super().add(self.view.expression(expression), grids, doubt, name)


def search(
    task: Task, budget: int = DEFAULT_BUDGET, *, without: Iterable[str] = (), wall: float | None = None
) -> SearchResult:
    """Programs that fit the task's demos, from about `budget` steps.

    A fifth more may go to trust, a twentieth to mirrored demos.
    `without` leaves out ingredients (see `INGREDIENTS`); `wall` (seconds) is an outer guard only: when
    it strikes, the result says so. All else depends on the task and the budget alone.
    """
    inputs = [np.array(sample.input, np.uint8) for sample in (*task.demo, *task.test)]
    outputs = [np.array(sample.output, np.uint8) for sample in task.demo]
    switches = frozenset(without)
    deadline = None if wall is None else time.monotonic() + wall
    views = views_of(inputs, outputs)[: 1 if "view" in switches else None]
    shares = [view.share for view in views]
    finds, meter, result, allowance = Finds(), Meter(budget), SearchResult(), budget // 5
    held = HeldOut()
    for number, view in enumerate(views):
        # what earlier views left over is shared out among the later ones
        end = meter.used + (budget - meter.used) * shares[number] // sum(shares[number:])
        fitting = len(finds.by_answers)
        run = ViewSearch(view, meter, end, finds, switches, deadline)
        run.search()
        result.cut_by_clock |= run.cut
        if "stop" not in switches and sure(finds):
            budget = min(budget, meter.used + budget // (2 * SURE_SHARE))
        if number == 0:
            result.near = run.finisher.near(run.pool.states)
        if "trust" not in switches and (number == 0 or (not fitting and finds.by_answers)):
            result.steps += run.hold_out(held, allowance)
    result.steps += meter.used
    broken = None if "invariants" in switches else _broken(inputs, outputs)
    result.held_out_right, result.held_out = held.right, held.tried
    result.predictions = _predictions(finds, held, broken)
    if "mirrors" not in switches:
        extra = Meter(allowance // 4)
        result.predictions = _mirrored(result.predictions, Mirrors(inputs, outputs, extra))
        result.steps += extra.used
    return result


def sure(finds: Finds) -> bool:
    """Whether the best answer is so cheap that more search hardly changes it."""
    best = ranked(finds)[:1]
    return bool(best) and best[0][0] <= SURE_SCORE


class ViewSearch:
    """The search in one view of the task, from the steps used so far to `end`."""

    def __init__(
        self,
        view: View,
        meter: Meter,
        end: int,
        finds: Finds,
        without: frozenset[str],
        deadline: float | None,
    ) -> None:
        self.meter, self.start, self.end = meter, meter.used, end
        self.without, self.deadline, self.cut = without, deadline, False
        self.pool = Pool(view.inputs, view.outputs, meter)
        self.finisher = Finisher(self.pool, ViewFinds(view, finds), without)
        self.promise = Promise(self.pool)
        self.view = view
        self.families = operations(view.inputs[: self.pool.demos], view.outputs)

    def _until(self, percent: int) -> None:
        """Let the next work use steps up to that share of the view's."""
        self.meter.until(self.start + (self.end - self.start) * percent // 100)

    def search(self) -> None:
        """Depth 1, finish; stages; state by state deeper; finish all."""
        pool = self.pool
        self._until(50)
        first = pool.expand(pool.root, self.families)
        first += resized(pool, first)
        self._until(65)
        self._arrange([pool.root, *first])
        if "arrange" not in self.without and not pool.same:
            concatenations(pool, sorted(pool.states, key=lambda one: one.cost), self.finisher.finds)
        if "class" not in self.without:
            classes(pool, self.finisher.finds)
        self.finisher.finish(pool.states, GLOBAL, pool.root)
        if "stop" not in self.without and sure(self.finisher.finds):
            self.end = min(self.end, self.start + (self.end - self.start) // SURE_SHARE)
        if "deep" not in self.without:
            self._until(90)
            made = [] if "stage" in self.without else self._stages()
            drafts = [] if "draft" in self.without else drafted(pool, self.promise, pool.states)
            self._deeper([*drafts, *first], [pool.root, *made, *drafts[:6], *self._company(first)])
            self._until(100)
            self.finisher.finish(pool.states, GLOBAL, pool.root)

    def hold_out(self, held: HeldOut, allowance: int) -> int:
        """Fit without each demo in turn, on an allowance of its own, so that trust never costs an answer;
        the steps used."""
        meter = self.pool.meter = Meter(allowance)
        hold_out(held, self.pool, self.view, self.without)
        return meter.used

    def _arrange(self, states: list[State]) -> None:
        """Arrangements of these states, where the output's size allows any."""
        if "arrange" not in self.without and not self.pool.same:
            arrangements(self.pool, states, self.finisher.finds)

    def _company(self, states: list[State]) -> list[State]:
        """The states that others are finished together with: the cheapest, and those that explain most."""
        fit = sorted([state for state in states if self.pool.right(state)], key=lambda one: one.cost)
        telling = sorted(fit, key=lambda one: one.cost - TELLING * self.promise.of(one) // 100)
        return list(dict.fromkeys([*fit[:25], *telling[:25]]))

    def _deeper(self, first: list[State], context: list[State]) -> None:
        """State by state, cheapest first: children and tables with these; some states behind, decisions by
        the state's own features."""
        queue = sorted(first, key=self._priority)
        while queue:
            later: list[State] = []
            waiting: deque[tuple[State, list[State]]] = deque()
            for number, state in enumerate(queue, 1):
                if self._ended():
                    break
                children = self._children(state)
                later += children
                waiting.append((state, self._finish_light(state, children, context)))
                if number % AHEAD == 0:
                    self._finish_local(*waiting.popleft())
            for state, states in waiting:
                self._finish_local(state, states)
            queue = [] if self._ended() else sorted(later, key=self._priority)

    def _ended(self) -> bool:
        """Whether the budget or the clock ends the work state by state."""
        self.cut |= self.deadline is not None and time.monotonic() > self.deadline
        return self.meter.over or self.cut

    def _children(self, state: State) -> list[State]:
        """The states one call further, arranged."""
        cropping = self.promise.of(state) == CONTAINING and not self.pool.right(state)
        children = self.pool.expand(state, self.families, cropping)
        self._arrange(children)
        return children

    def _finish_light(self, state: State, children: list[State], context: list[State]) -> list[State]:
        """Tables over a state, its children and their company; the states that this was done with."""
        children = children + resized(self.pool, children)
        local = [one for one in (state, *children) if self.pool.right(one)]
        if not local or self._ended():
            return []
        local.sort(key=lambda one: one.cost)
        states = local[:300] + [one for one in context if one is not state]
        self.finisher.finish(states, LIGHT, state)
        return states

    def _finish_local(self, state: State, states: list[State]) -> None:
        """Decisions by a state's own features."""
        if states and "local" not in self.without and not self._ended():
            self.finisher.finish(states, LOCAL, state)

    def _priority(self, state: State) -> int:
        """Which states to go on from first: cheap, of the right shape, small, telling."""
        value = state.cost - PROMISING * self.promise.of(state) // 100
        if not self.pool.same and self.pool.right(state):
            value -= 6
        if state.cells > 1500:
            value += 3
        if self.pool.same and state.shapes != self.pool.root.shapes:
            value += 8
        return value

    def _stages(self) -> list[State]:
        """Intermediate pictures by color, each gone on from at once."""
        known = sorted([state for state in self.pool.states if self.pool.right(state)], key=lambda s: s.cost)
        made = staged(self.pool, known[:1000], self.without)
        for state in made:
            children = [one for one in self.pool.expand(state, self.families) if self.pool.right(one)]
            self.finisher.finish([state, *made, *children, *known[:60]], STAGE, state)
        return made


def _broken(inputs: list[Array], outputs: list[Array]) -> Callable[[Answers], int]:
    """The doubt that the demos' invariants cast on answers."""
    laws = Invariants(inputs, outputs)
    tests = inputs[len(outputs) :]

    def doubt(answers: Answers) -> int:
        grids = [np.frombuffer(data, np.uint8).reshape(shape) for shape, data in answers]
        return max([laws.doubt(before, after) for before, after in zip(tests, grids, strict=True)])

    return doubt


def _predictions(finds: Finds, held: HeldOut, broken: Callable[[Answers], int] | None) -> list[Prediction]:
    """Distinct answers, best first, with the share of trust each deserves."""
    made = []
    for score, answers in ranked(finds, broken):
        places = held.borne_out(answers)
        made.append(
            Prediction(
                _rows(answers),
                tuple(finds.by_answers[answers]),
                score - bonus(places),
                confidence(score, len(places), held.tried),
                tuple(sorted(finds.counts[answers].items())),
                broken(answers) if broken else 0,
                places,
            )
        )
    # equal scores stay in the order of the ranking
    return sorted(made, key=lambda one: one.score)


def _mirrored(predictions: list[Prediction], mirrors: Mirrors) -> list[Prediction]:
    """The predictions, in front those whose programs stand changes of the whole task."""
    if len(predictions) < 2:
        return predictions
    first = predictions[:MOST]
    counts = mirrors.stood([one.programs[0].program for one in first])
    judged = [
        replace(one, score=one.score - BONUS * count, stood=count)
        for one, count in zip(first, counts, strict=True)
    ]
    return sorted([*judged, *predictions[MOST:]], key=lambda one: one.score)


def _rows(answers: Answers) -> tuple[GridRows, ...]:
    """The answers as plain rows."""
    return tuple(
        [
            tuple([tuple(data[k : k + shape[1]]) for k in range(0, len(data), shape[1])])
            for shape, data in answers
        ]
    )
