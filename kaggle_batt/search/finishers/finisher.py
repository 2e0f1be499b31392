"""Finishers: functions that turn a group of states into programs that fit all demos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from kaggle_batt.dsl.extensions.arrays import Array, Once
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.sheet import Layer, Sheet
from kaggle_batt.search.solutions import Solutions
from kaggle_batt.search.states import MOST_ALIKE, Pool, Shapes, State


class Pass(Enum):
    """A point of the search at which finishers run; from `TABLES` on, the states have the outputs' size."""

    ROOT = "root"  #: once, before all else, the input
    GRIDS = "grids"  #: once, all states one call from the input
    CHILDREN = "children"  #: the states one call from the state that is expanded
    TABLES = "tables"  #: a state, its children and partners: what is cheap
    FEATURES = "features"  #: the same states: decisions by features of the expanded state's cells
    STAGE = "stage"  #: many states with medium effort: one color alone, or one demo held out
    ALL = "all"  #: all states with full effort, before and after the expansion


MOST_DISTINCT = {Pass.ALL: 1500, Pass.STAGE: 700, Pass.TABLES: 250, Pass.FEATURES: 90}  #: partitions kept


@dataclass(frozen=True)
class Finisher:
    """A finisher: its ingredient's name, passes, function, and percentage of counted steps charged."""

    name: str
    passes: tuple[Pass, ...]
    run: Callable[[Group], None]
    rate: int


class Workspace(Once):
    """What the finishers of one pool share: the pool, its solutions, and what is made once for the pool."""

    def __init__(self, pool: Pool, solutions: Solutions) -> None:
        super().__init__()
        self.pool, self.solutions = pool, solutions
        self.sheets: dict[Shapes, Sheet] = {}
        self.features: dict[State, list[Layer]] = {}
        self.tests: Any = None  #: the cell tests made last
        self.tried: defaultdict[str, set[State]] = defaultdict(set)  #: states tried, by the finisher's name


class Group(Once):
    """What a finisher works on: the states of one pass that have the same shapes, cheapest first.

    `about` is the state that features describe, `penalty` (tenths) that of the size, `likely` whether the
    size merits costly finishers. `ROOT`, `GRIDS` and `CHILDREN` have only states, of any shapes and order.
    """

    def __init__(self, workspace: Workspace, at: Pass, states: list[State], about: State) -> None:
        super().__init__()
        self.workspace, self.pool = workspace, workspace.pool
        self.at, self.states, self.about = at, states, about
        self.penalty, self.likely = 0, True

    @cached_property
    def sheet(self) -> Sheet:
        shapes, sheets = self.states[0].shapes, self.workspace.sheets
        if shapes not in sheets:
            sheets[shapes] = Sheet(self.pool.outputs, shapes, self.pool.budget)
        return sheets[shapes]

    @cached_property
    def layers(self) -> list[Layer]:
        """The layers of the cheapest states, each made once."""
        states = self.states[:MOST_ALIKE]
        new = [state for state in states if state.layer is None]
        self.pool.budget.spend(len(new) * (14 + self.sheet.length // 60))
        made = self.sheet.layers([(state.data, (state.expression, state.cost, True)) for state in new])
        for state, layer in zip(new, made, strict=True):
            state.layer = layer
        return [state.layer for state in states]

    @cached_property
    def distinct(self) -> list[Layer]:
        """The first layer of each partition of the demo cells."""
        found: dict[bytes, Layer] = {}
        for layer in self.layers:
            if len(found) == MOST_DISTINCT[self.at]:
                break
            if len(layer.values) > 1:
                found.setdefault(layer.partition, layer)
        return list(found.values())

    def add(self, expression: Expression, grids: list[Array], kind: str, penalty: int = 0) -> None:
        self.workspace.solutions.add(expression, grids, self.penalty + penalty, kind)
