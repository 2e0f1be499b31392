"""Runs the finishers of a pass over states, group by group of equal shapes."""

from kaggle_batt.search.finishers import FINISHERS
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass, Workspace
from kaggle_batt.search.near_misses import NearMiss, near_misses
from kaggle_batt.search.solutions import Solutions
from kaggle_batt.search.states import Pool, State, by_shapes

NEXT_SIZE = 10  #: penalty (tenths) for each guess of the output's size after the first
MOST_GROUPS = 3  #: sizes tried
MOST_NEAR = 1500  #: states among which near misses are searched


class Finishing:
    """The finishers of one pool, without those that are switched off."""

    def __init__(self, pool: Pool, solutions: Solutions, without: frozenset[str]) -> None:
        self.pool, self.workspace = pool, Workspace(pool, solutions)
        self.finishers = [finisher for finisher in FINISHERS if finisher.name not in without]

    def finish_grids(self, states: list[State], at: Pass) -> None:
        """Run the finishers of this pass over states of any shapes."""
        self._run(Group(self.workspace, at, states, self.pool.root))

    def finish(self, states: list[State], at: Pass, about: State) -> None:
        """Run the finishers of this pass over states of the outputs' size; features are of `about`."""
        for number, alike in enumerate(by_shapes(states)[:MOST_GROUPS]):
            if self.pool.budget.exhausted:
                return
            group = Group(self.workspace, at, alike, about)
            shapes = group.sheet.shapes
            group.penalty = NEXT_SIZE * list(self.workspace.sheets).index(shapes)
            group.likely = number == 0 or at in (Pass.TABLES, Pass.FEATURES)
            self._run(group)

    def _run(self, group: Group) -> None:
        for finisher in self.finishers:
            if group.at in finisher.passes:
                self.run_one(finisher, group)

    def run_one(self, finisher: Finisher, group: Group) -> None:
        """Run a finisher, whose steps are charged at its rate."""
        budget = self.pool.budget
        budget.rate = finisher.rate
        finisher.run(group)
        budget.rate = 100

    def near_misses(self) -> list[NearMiss]:
        """Near misses among the states of the likeliest size."""
        for alike in by_shapes(self.pool.fitting(self.pool.states))[:1]:
            group = Group(self.workspace, Pass.ALL, alike[:MOST_NEAR], self.pool.root)
            return near_misses(group.sheet, group.layers)
        return []
