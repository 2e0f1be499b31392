"""Which state to expand next, and by which families: those first that are likely to help for their steps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import heappop, heappush, nsmallest
from itertools import chain
from math import log2
from pathlib import Path

from kaggle_batt.search.catalog import Operation
from kaggle_batt.search.priority import Priority
from kaggle_batt.search.states import State

#: for each family the tasks with an answer by a program that applies another family to its result (`inner`),
#: that applies it to another's (`outer`)
USES: dict[str, dict[str, int]] = json.loads(Path(__file__).with_name("uses.json").read_text())
#: tenths off the key of a family's results for each doubling of their uses
DOUBLING = 2
#: cells of the grids on which the families' steps are compared
TYPICAL = 200
#: what the other families add to a state's key, in tenths
LATE = 6
#: entries kept, far more than are expanded
MOST = 20_000


def likely_of(families: list[Operation], uses: Mapping[str, int]) -> set[str]:
    """The names of the families that have more uses for their steps than all have together."""
    charges: dict[str, int] = {}
    for one in families:
        charges[one.name] = charges.get(one.name, 0) + one.deep * one.family.charge(TYPICAL)
    all_uses, all_charges = sum(uses.values()), sum(charges.values())
    return {name for name in charges if uses.get(name, 0) * all_charges > all_uses * charges[name]}


def taken_off(families: list[Operation], uses: Mapping[str, int]) -> dict[str, int]:
    """Tenths off the keys of each family's results: the more, the more of them are used than on average."""
    results = Counter(chain.from_iterable([[one.name] * len(one.family.names) for one in families]))
    average = sum(uses.values()) / results.total()
    return {
        name: round(DOUBLING * log2((uses.get(name, 0) + 1) / (average * number + 1)))
        for name, number in results.items()
    }


class Frontier:
    """States to expand; each is given twice, but once with all families if it contains the outputs."""

    def __init__(self, priority: Priority, families: list[Operation]) -> None:
        self.priority, self.all = priority, families
        likely, self.off = likely_of(families, USES["outer"]), taken_off(families, USES["inner"])
        self.families = tuple([[one for one in families if (one.name in likely) != late] for late in (0, 1)])
        self.heap: list[tuple[int, int, bool, State]] = []
        self.entered = 0

    def add(self, states: Iterable[State]) -> None:
        """Let states be expanded."""
        for state in states:
            self._enter(self.priority(state) - self.off.get(state.family, 0), False, state)
        if len(self.heap) > 2 * MOST:
            self.heap = nsmallest(MOST, self.heap)

    def next(self) -> tuple[State, list[Operation], bool] | None:
        """The state to expand, the families for it, whether others were applied before; None at the end.

        States whose grids have one color each are left out.
        """
        while self.heap:
            key, _, again, state = heappop(self.heap)
            if all([part.count(part[0]) == len(part) for part in state.parts]):
                continue
            if self.priority.contains_outputs(state):
                return state, self.all, False
            if not again:
                self._enter(key + LATE, True, state)
            return state, self.families[again], again
        return None

    def _enter(self, key: int, again: bool, state: State) -> None:
        heappush(self.heap, (key, self.entered, again, state))
        self.entered += 1
