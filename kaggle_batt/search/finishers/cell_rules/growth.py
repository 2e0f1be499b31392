"""Finisher "growth": cells that change one after the other, by rules of what lies beside them.

A rule reads one or two neighbours, the first as it has become. Rules that hold in all cells of the demos'
outputs are chosen one by one until they make the outputs.
"""

from collections import Counter
from functools import cache, cached_property
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.combining import rules
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.states import State
from kaggle_batt.search.step_budget import StepBudget

MOST_STATES = {Pass.STAGE: 1, Pass.ALL: 2}  #: states tried in each pass
TRIED, PLAIN = (1, 2, 3, 4, 0), 0  #: the symmetries of rules, most regular first; none
MOST_RULES, MOST_CELLS, MOST_OWN = 6, 4000, 3
FREE_RULES, RULE_PENALTY = 2, 20  #: up to so many rules most programs are right; tenths for each more
VALUES = 13  #: what a neighbour may be read as: a color, outside, any color, another
Row = tuple[int, ...]


@cache
def _reads(symmetry: int, like: bool) -> tuple[Any, Any]:
    """What rules read first, and also, one above the other; of reads that turns exchange one is first.

    Where the second is the first, a rule reads nothing else.
    """
    turns, others = rules.turned_reads(symmetry), range(rules.READ)
    first = [read for read in range(rules.NEAR) if read == min([reads[read] for reads in turns])]
    both = like or len(turns) > 1
    pairs = np.array([(read, other) for read in first for other in others if both or other >= read])
    return pairs[:, :1], pairs[:, 1:]


class Ground:
    """The demos on a canvas before and after: the colors that change, the cells that have them."""

    def __init__(self, before: Array, after: Array) -> None:
        self.before, self.after = before, after
        self.own = np.unique(before[before != after])
        self.cells = np.flatnonzero(np.isin(before, self.own))

    def around(self, canvas: Array, cells: Any) -> tuple[Array, Any]:
        """What cells of a canvas read, were and become, a column for each case; the number of its cells."""
        flat, before, after = canvas.ravel(), self.before.ravel(), self.after.ravel()
        places = cells + np.array(rules.strides_of(canvas))[:, None]
        rows = np.concatenate([flat.take(places), before.take(places), [before[cells], after[cells]]])
        counts = Counter(np.ascontiguousarray(rows.T).view(f"V{len(rows)}").ravel().tolist())
        columns = np.frombuffer(b"".join(counts), np.uint8).reshape(-1, len(rows))
        return columns.T, np.array(list(counts.values()))

    @cached_property
    def learnt(self) -> tuple[Array, Any]:
        """As `around`, for all cells and what they become."""
        return self.around(self.after, self.cells)


class Learner:
    """The rules that hold for all cells of a ground that may change, in all turns."""

    def __init__(self, ground: Ground, symmetry: int, like: bool) -> None:
        self.ground, self.symmetry, self.like = ground, symmetry, like
        self.turns = rules.turned_reads(symmetry)
        self.first, self.other = _reads(symmetry, like)
        self.size = len(ground.own) * VALUES * VALUES
        self.start = np.arange(len(self.first), dtype=np.int32)[:, None] * self.size
        self.given = self._learnt()

    def _codes(self, rows: Array) -> tuple[Any, Any]:
        """For each pair of reads and each column a number for what is read; and the first colors."""
        layers = np.concatenate([rows[list(reads)] for reads in self.turns], 1)
        first, other = layers[self.first[:, 0]], layers[self.other[:, 0]]
        colors = first
        if self.like:
            same = np.where(other == first, np.uint8(rules.ANY), np.uint8(rules.OTHER))
            other = np.where((other > 0) & (other < rules.OUTSIDE), same, other)
            first = np.where((first > 0) & (first < rules.OUTSIDE), np.uint8(rules.ANY), first)
        other = np.where(self.first == self.other, 0, other)
        own = np.searchsorted(self.ground.own, rows[-2]).astype(np.int32) * VALUES * VALUES
        start = self.start + np.tile(own, len(self.turns))
        return start + (first * np.int32(VALUES) + other), colors

    def _counts(self, codes: Any, chosen: Any, numbers: Any) -> Any:
        """How many of the chosen cells have each code."""
        weights = np.broadcast_to(np.tile(numbers, len(self.turns)), codes.shape)[chosen]
        return np.bincount(codes[chosen], weights, len(self.first) * self.size).astype(np.int64)

    def _learnt(self) -> Array:
        """For each code the color that all its cells become, if they change; else 0."""
        rows, numbers = self.ground.learnt
        codes, colors = self._codes(rows)
        target = np.broadcast_to(np.tile(rows[-1], len(self.turns)), codes.shape)
        given = np.zeros(len(self.first) * self.size, np.uint8)
        if self.like:
            target = np.where(target == colors, np.uint8(rules.ANY), np.uint8(0))
        given[codes] = target
        given[codes[given.take(codes) != target]] = 0
        places = given.nonzero()[0]
        first = places // VALUES % VALUES
        own = self.ground.own[places // VALUES**2 % len(self.ground.own)]
        read = (first == rules.ANY) if self.like else (first > 0) & (first < rules.OUTSIDE)
        given[places[~read | (given[places] == own)]] = 0
        changes = np.tile(rows[-1] != rows[-2], len(self.turns))
        explained = np.maximum.reduce(given.take(codes[:, changes]), 0).reshape(len(self.turns), -1)
        self.explains_all = bool(np.maximum.reduce(explained, 0).all())
        if self.explains_all:
            chosen = np.broadcast_to(changes, codes.shape)
            self.support = self._counts(codes, chosen, numbers)
        return given

    def rules(self, budget: StepBudget) -> tuple[Row, ...]:
        """The rules that grow the outputs, chosen greedily; () if there are none."""
        chosen: tuple[Row, ...] = ()
        before, after = self.ground.before, self.ground.after
        current = before
        while self.explains_all and not np.array_equal(current, after):
            budget.spend(self.steps // 2)
            row = None if len(chosen) == MOST_RULES or budget.exhausted else self._next(current)
            if row is None:
                return ()
            chosen += (row,)
            current = rules.grown(before, self.symmetry, chosen)
            if ((current != after) & (current != before)).any():
                return ()
        return chosen

    @property
    def steps(self) -> int:
        """The steps charged for learning."""
        return 300 + len(self.first) * len(self.ground.cells) * len(self.turns) // 60

    def _next(self, current: Array) -> Row | None:
        """The rule that is right for most cells next, and wrong for none."""
        ground = self.ground
        still = ground.cells[(current == ground.before).ravel()[ground.cells]]
        rows, numbers = ground.around(current, still)
        codes, colors = self._codes(rows)
        was, target = np.tile(rows[-2:], len(self.turns))
        makes = self.given[codes]
        made = np.where(makes == rules.ANY, colors, makes) if self.like else makes
        right = made == target
        counts = self._counts(codes, right & (target != was) & (makes > 0), numbers)
        counts[codes[~right & (makes > 0)]] = 0
        alone = np.repeat((self.first == self.other)[:, 0], self.size)
        worth = np.where(counts > 0, (counts + self.support) * (2 + alone), 0)
        code = int(worth.argmax())
        if not worth[code]:
            return None
        pair, rest = divmod(code, self.size)
        own, first, other = rest // VALUES**2, rest // VALUES % VALUES, rest % VALUES
        read, also = int(self.first[pair, 0]), int(self.other[pair, 0])
        beside = (also, other) if also != read else ()
        return int(ground.own[own]), read, first, *beside, int(self.given[code])


def growths(group: Group) -> None:
    """Add the programs that grow the outputs out of cheap states."""
    tried, pool = group.workspace.tried["growth"], group.pool
    for state in group.states[: MOST_STATES[group.at]] if group.likely else ():
        if state not in tried and not pool.budget.exhausted and max(state.data) < rules.OUTSIDE:
            tried.add(state)
            _try_state(group, state)


def _try_state(group: Group, state: State) -> None:
    """Add programs for a state: of colors copied and of colors given, each of the most regular rules."""
    pool = group.pool
    ground = Ground(rules.canvas_of(state.grids[: pool.demos]), rules.canvas_of(pool.outputs))
    if not 0 < len(ground.own) <= MOST_OWN or len(ground.cells) > MOST_CELLS:
        return
    tests = [rules.canvas_of([grid]) for grid in state.grids[pool.demos :]]
    for like in (True, False):
        plain = Learner(ground, PLAIN, like)
        pool.budget.spend(plain.steps)
        for symmetry in TRIED if plain.explains_all else ():
            learner = Learner(ground, symmetry, like) if symmetry != PLAIN else plain
            pool.budget.spend(learner.steps)
            chosen = learner.rules(pool.budget)
            if chosen:
                expression = ("grow", state.expression, symmetry, Lit(chosen))
                inside = slice(rules.MARGIN, -rules.MARGIN)
                answers = [rules.grown(test, symmetry, chosen)[inside, inside] for test in tests]
                group.add(expression, answers, "growth", RULE_PENALTY * max(len(chosen) - FREE_RULES, 0))
                break


GROWTH = Finisher("growth", tuple(MOST_STATES), growths, rate=77)
