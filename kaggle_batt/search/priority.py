"""Which states to expand first: cheap ones that explain much of the outputs; and by which families."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush, nsmallest
from itertools import chain, count
from math import log2, prod
from pathlib import Path
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import of_blocks
from kaggle_batt.dsl.extensions.registry import Cells
from kaggle_batt.search.catalog import Operation
from kaggle_batt.search.states import Pool, State, by_cost

CONTAINING = 60  #: what a state explains that contains all outputs, in percent
EXPLAINING = 16  #: tenths of cost that explaining everything outweighs: in the order of expansion
ALIKE = 10  #: tenths of cost that having the outputs' colors outweighs where the inputs have others
EXPLAINING_PARTNER = 40  #: the same as a partner of others
#: for each family the tasks answered with another applied to its result (`inner`), with it last (`outer`)
USES: dict[str, dict[str, int]] = json.loads(Path(__file__).with_name("uses.json").read_text())
DOUBLING = 2  #: tenths off the key of a family's results for each doubling of their uses
TYPICAL = 200  #: cells of the grids on which the families' steps are compared
NEARLY_ALL = 80  #: percent of what is open; a state that explains so much is expanded by all families at once
LATE = 6  #: what the other families add to a state's key, in tenths
MOST = 20_000  #: entries kept, far more than are expanded
AT_ONCE = 128  #: states compared with the outputs in one step, which bounds memory
AHEAD, AHEAD_CELLS = 8, 6000  #: states ahead of one, and cells of them


class Priority:
    """Ranks the states of one pool."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        colors, target = np.unique([c for one in pool.outputs for c in one.tobytes()], return_inverse=True)
        self.size, base = len(target), np.zeros_like(target)
        if pool.same:
            base = np.unique(self._cells([pool.root.data]), return_inverse=True)[1].ravel()
        self.shape = int(base.max()) + 1, len(colors), 16
        self.codes = (base * len(colors) + target) * 16
        (self.least,) = self._right_cells(self.codes[None])
        self.open = max(len(target) - self.least, 1)
        self.outputs = [(output.shape, output.tobytes()) for output in pool.outputs]
        self.counts = [Counter(data) for _, data in self.outputs]
        self.unlike = not self._has_colors(pool.root)

    def __call__(self, state: State) -> int:
        """The key to sort states by for expansion; the least goes first."""
        pool = self.pool
        value = state.cost - EXPLAINING * self.explained(state) // 100
        if not pool.same and pool.has_output_shapes(state):
            value -= 6
        if self.unlike and self._has_colors(state):
            value -= ALIKE
        if len(state.data) > 1500:
            value += 3
        if pool.same and state.shapes != pool.root.shapes:
            value += 8
        return value

    def _has_colors(self, state: State) -> bool:
        """Whether each demo grid has the colors of its output."""
        return all(count.keys() == set(data) for count, data in zip(self.counts, state.parts, strict=False))

    def partners(self, states: list[State], most: int = 25) -> list[State]:
        """The cheapest states of the outputs' size, and those that explain most, to combine others with."""
        fit = sorted(self.pool.fitting(states), key=by_cost)
        self.explain(fit)
        explaining = sorted(fit, key=lambda one: one.cost - EXPLAINING_PARTNER * self.explained(one) // 100)
        return list(dict.fromkeys([*fit[:most], *explaining[:most]]))

    def explained(self, state: State) -> int:
        """Percent of the cells left open by the input's colors that the state's settle, or `CONTAINING`."""
        if state.explained is None:
            self.explain([state])
        return state.explained or 0

    def explain(self, states: Iterable[State]) -> None:
        """Set `explained` of the states that lack it."""
        new = [state for state in states if state.explained is None]
        self.pool.budget.spend(5 * len(new))
        fit = []
        for state in new:
            if cells := self._of_outputs_size(state):
                fit.append((state, cells))
            else:
                state.explained = CONTAINING if self._contains(state) else 0
        for start in range(0, len(fit), AT_ONCE):
            some = fit[start : start + AT_ONCE]
            rights = self._right_cells(self.codes + self._cells([cells for _, cells in some]))
            for (state, _), right in zip(some, rights, strict=True):
                state.explained = 100 * (right - self.least) // self.open

    def contains_outputs(self, state: State) -> bool:
        """Whether the state is larger than the outputs and contains them."""
        return self.explained(state) == CONTAINING and not self.pool.has_output_shapes(state)

    def _contains(self, state: State) -> bool:
        """Whether the grids of a state contain the outputs and some are larger."""
        pairs = zip(state.shapes, self.pool.shapes, strict=False)
        if not self.pool.smaller or any([one[0] < two[0] or one[1] < two[1] for one, two in pairs]):
            return False
        triples = zip(state.pairs, self.outputs, self.counts, strict=False)
        return all(contains(*triple) for triple in triples)

    def _of_outputs_size(self, state: State) -> bytes:
        """The cells of a state of the outputs' size, or of blocks as many as their cells; b"" of others."""
        if self.pool.has_output_shapes(state):
            return state.data
        pairs = list(zip(state.shapes, self.pool.shapes, strict=False))
        if self.pool.same or any([one[0] % two[0] or one[1] % two[1] for one, two in pairs]):
            return b""
        cells = b""
        for grid, (one, two) in zip(state.grids, pairs, strict=False):
            small = of_blocks(grid, one[0] // two[0], one[1] // two[1])
            if small is None:
                return b""
            cells += small.tobytes()
        return cells

    def _cells(self, states: Sequence[bytes]) -> Any:
        """The colors of all demo cells of states of the outputs' size, at most 15, a row for each."""
        data = b"".join([cells[: self.size] for cells in states])
        return np.minimum(np.frombuffer(data, np.uint8), 15).reshape(len(states), -1)

    def _right_cells(self, codes: Any) -> list[int]:
        """For each row of codes the cells right where each pair takes its most frequent output color.

        A code has the numbers of a cell's base and output color, and four bits of its state's color.
        """
        rows, size = len(codes), prod(self.shape)
        codes = codes + np.arange(0, rows * size, size)[:, None]
        counts = np.bincount(codes.ravel(), minlength=rows * size).reshape(rows, *self.shape)
        return np.add.reduce(np.maximum.reduce(counts, 2), (1, 2)).tolist()  # type: ignore[no-any-return]


def contains(grid: Cells, output: Cells, counts: Mapping[int, int]) -> bool:
    """Whether the output, which has so many cells of each color, is a part of the grid."""
    (height, width), data = grid
    (rows, columns), part = output
    if rows > height or columns > width or any([data.count(color) < need for color, need in counts.items()]):
        return False
    # between two rows of the part lies what is right and left of it, and the end of a row of the grid
    lines = b"\xff".join([data[start : start + width] for start in range(0, len(data), width)])
    wanted = [re.escape(part[start : start + columns]) for start in range(0, len(part), columns)]
    return re.search((b".{%d}" % (width + 1 - columns)).join(wanted), lines, re.DOTALL) is not None


def likely_of(families: list[Operation], uses: Mapping[str, int]) -> set[str]:
    """The names of the families that have more uses for their steps than all have together."""
    charges: dict[str, int] = {}
    for one in families:
        charges[one.name] = charges.get(one.name, 0) + one.deep * one.family.charge(TYPICAL)
    all_uses, all_charges = sum(uses.values()), sum(charges.values())
    return {name for name in charges if uses.get(name, 0) * all_charges > all_uses * charges[name]}


def taken_off(families: list[Operation], uses: Mapping[str, int]) -> dict[str, int]:
    """Tenths off the keys of each family's results, more for families used more than on average."""
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
        self.numbers = count()

    def add(self, states: list[State]) -> None:
        self.priority.explain(states)
        for state in states:
            key = self.priority(state) - self.off.get(state.family, 0)
            heappush(self.heap, (key, next(self.numbers), False, state))
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
            if self.priority.contains_outputs(state) or self.priority.explained(state) >= NEARLY_ALL:
                return state, self.all, False
            if not again:
                heappush(self.heap, (key + LATE, next(self.numbers), True, state))
            return state, self.families[again], again
        return None

    def ahead(self, state: State, again: bool, most: int) -> list[State]:
        """At most so many states of the same shapes that are likely to be next for the same families."""
        most = min(most, AHEAD, AHEAD_CELLS // len(state.data))
        entries = [heappop(self.heap) for _ in range(min(2 * most, len(self.heap)))]
        for entry in entries:
            heappush(self.heap, entry)
        return [one for *_, late, one in entries if late == again and one.shapes == state.shapes][:most]
