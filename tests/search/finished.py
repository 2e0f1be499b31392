"""One finisher run alone, for tests."""

from __future__ import annotations

from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass, Workspace
from kaggle_batt.search.solutions import Solutions
from kaggle_batt.search.states import Pool, State


def finished(finisher: Finisher, pool: Pool, states: list[State], at: Pass = Pass.ALL) -> Solutions:
    """What the finisher adds for these states, in a pass of full effort if no other is given."""
    solutions = Solutions()
    finisher.run(Group(Workspace(pool, solutions), at, states, pool.root))
    return solutions
