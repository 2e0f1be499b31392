"""The search in one view of a task: states grow call by call, finishers turn them into programs.

First all states one call from the input, then state by state its children, at last all states again.
"""

import time
from collections import deque

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.catalog import operations
from kaggle_batt.search.color_stages import closest, color_stages
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.finisher import Pass
from kaggle_batt.search.finishing import Finishing
from kaggle_batt.search.priority import Frontier, Priority
from kaggle_batt.search.solutions import Solutions
from kaggle_batt.search.states import Pool, State, by_cost, resized
from kaggle_batt.search.step_budget import StepBudget
from kaggle_batt.search.views import TaskView

SURE_SCORE = -35  #: an answer of at most this score is hardly improved on
SURE_SHARE = 4  #: the rest of the budget is then divided by this
OBJECTS_SHARE = 30  #: percent of the steps for rules over the input's objects
STAGES_SHARE = 8  #: percent of the steps for intermediate pictures
EXPANDED_PER_FEATURES = 5  #: expanded states for each whose own features are tried
STAGED, WITH_STAGE, WITH_STATE = 1000, 60, 300  #: states of stages, finished with a stage, with a state
MOST_CLOSEST = 5  #: states like outputs of another size that rules over objects begin with


def is_sure(solutions: Solutions) -> bool:
    """Whether the best answer is so cheap that more search hardly changes it."""
    return any(score <= SURE_SCORE for score, _ in solutions.ranked())


class ViewSolutions(Solutions):
    """Solutions in a view, added as solutions of the task itself."""

    def __init__(self, view: TaskView, target: Solutions) -> None:
        super().__init__(target.by_answers, target.counts)
        self.view = view

    def add(self, expression: Expression, grids: list[Array], penalty: int, kind: str) -> None:
        name = kind if self.view.name == "plain" else f"{self.view.name} {kind}"
        answers = self.view.answers(grids)
        if answers:
            super().add(self.view.expression(expression), answers, penalty, name)


class ViewSearch:
    """A search in one view, up to `end` steps of the budget; `without` names ingredients to leave out."""

    def __init__(
        self,
        view: TaskView,
        solutions: Solutions,
        budget: StepBudget,
        end: int,
        without: frozenset[str],
        deadline: float | None,
    ) -> None:
        self.view, self.solutions, self.without = view, solutions, without
        self.budget, self.start, self.end = budget, budget.used, end
        self.deadline, self.hit_deadline = deadline, False
        self.pool = Pool(view.inputs, view.outputs, budget)
        self.finishing = Finishing(self.pool, ViewSolutions(view, solutions), without)
        self.priority = Priority(self.pool)
        self.families = operations(view.inputs, view.outputs)

    def search(self) -> None:
        """Add what this view gives to the solutions."""
        pool = self.pool
        self._limit_to(100 if self.view.brief else OBJECTS_SHARE)
        self.finishing.finish_grids([pool.root], Pass.ROOT)
        if self.view.brief:
            return
        self._limit_to(65)
        first = pool.expand(pool.root, self.families)
        first += resized(pool, first)
        self._limit_to(76)
        self.finishing.finish_grids(pool.states, Pass.GRIDS)
        self.finishing.finish(pool.fitting(pool.states), Pass.ALL, pool.root)
        if "stop" not in self.without and is_sure(self.solutions):
            self.end = min(self.end, self.start + (self.end - self.start) // SURE_SHARE)
        if "deep" not in self.without:
            stages_end = self.budget.used + (self.end - self.start) * STAGES_SHARE // 100
            self.budget.limit = min(stages_end, self.budget.total)
            stages = [] if "stage" in self.without else self._stages()
            self._limit_to(92)
            partners = pool.fitting([pool.root, *stages, *self.priority.partners(first)])
            self._expand_all(first, partners)
            self._limit_to(100)
            self.finishing.finish(pool.fitting(pool.states), Pass.ALL, pool.root)

    def _limit_to(self, percent: int) -> None:
        """Let the next work use steps up to that share of the view's."""
        self.budget.limit = self.start + (self.end - self.start) * percent // 100

    def _ended(self) -> bool:
        """Whether the budget or the deadline ends the expansion."""
        self.hit_deadline |= self.deadline is not None and time.monotonic() > self.deadline
        return self.budget.exhausted or self.hit_deadline

    def _stages(self) -> list[State]:
        """Intermediate pictures by color, each finished together with its children.

        Outputs of another size have none: rules over objects begin with the states that are most like them.
        """
        pool = self.pool
        known = sorted(pool.fitting(pool.states), key=by_cost)
        if not pool.same:
            for state in closest(pool, known[:STAGED])[:MOST_CLOSEST]:
                self.finishing.finish([state], Pass.STAGE, state)
            return []
        stages = color_stages(pool, known[:STAGED], self.without)
        for state in stages:
            children = pool.fitting(pool.expand(state, self.families))
            self.finishing.finish([state, *stages, *children, *known[:WITH_STAGE]], Pass.STAGE, state)
        return stages

    def _expand_all(self, states: list[State], partners: list[State]) -> None:
        """Expand and finish states, with children, in the frontier's order; costly features come later."""
        frontier = Frontier(self.priority, self.families)
        frontier.add(states)
        waiting: deque[tuple[State, list[State]]] = deque()
        expanded, turns, start = 0, 0, self.budget.used
        while not self._ended() and (entry := frontier.next()):
            state, families, again = entry
            ahead = frontier.ahead(state, again, self._left(turns, start))
            children = self.pool.expand(state, families, self.priority.contains_outputs(state), ahead)
            turns += 1
            self.finishing.finish_grids(children, Pass.CHILDREN)
            frontier.add(children)
            group = self._finish_tables(state, children, partners)
            if not again:
                waiting.append((state, group))
                expanded += 1
                if expanded % EXPANDED_PER_FEATURES == 0:
                    self._finish_features(*waiting.popleft())
        for state, group in waiting:
            self._finish_features(state, group)

    def _left(self, turns: int, start: int) -> int:
        """How many more states the budget lets be expanded if they cost as many steps as those before."""
        return (self.budget.limit - self.budget.used) * turns // max(self.budget.used - start, 1)

    def _finish_tables(self, state: State, children: list[State], partners: list[State]) -> list[State]:
        """Finish a state, its children and partners together; return them, none if there is nothing to do."""
        family = [state, *children, *resized(self.pool, children)]
        family = sorted(self.pool.fitting(family), key=by_cost)
        if not family or self._ended():
            return []
        states = family[:WITH_STATE] + [one for one in partners if one is not state]
        self.finishing.finish(states, Pass.TABLES, state)
        return states

    def _finish_features(self, state: State, states: list[State]) -> None:
        """Finish the same states with decisions by features of the first."""
        if states and "local" not in self.without and not self._ended():
            self.finishing.finish(states, Pass.FEATURES, state)
