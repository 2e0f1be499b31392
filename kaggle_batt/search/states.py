"""States: one grid for each demo and test input, computed from the inputs by the same calls.

Small ones are also enlarged to the outputs' size: each cell stretched, or the whole grid repeated.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.dsl.extensions.arrays import Array, numbered, repeat_over, stretch
from kaggle_batt.dsl.extensions.registry import Cells
from kaggle_batt.search.catalog import Operation
from kaggle_batt.search.expression import INPUT, Expression
from kaggle_batt.search.step_budget import StepBudget

Shapes = tuple[tuple[int, ...], ...]
MOST_STATES, MOST_ALIKE = 20_000, 4000  #: let go beyond so many states: all but the cheapest of each shape
MOST_READY = 40  #: states with results made ahead
MOST_RESIZED = 400  #: states resized, the cheapest first
LARGEST_SHARE = 50  #: a grid is repeated only if it is at most this share (percent) of the output


@dataclass(eq=False)
class State:
    """The grids of one expression (demos, then tests), its cost (tenths), depth in calls and last family.

    `data` are the cells of all grids; `layer` and `explained` are caches of values computed from them.
    """

    shapes: Shapes
    data: bytes
    expression: Expression
    cost: int
    depth: int
    family: str
    layer: Any = field(default=None, repr=False)
    explained: int | None = field(default=None, init=False, repr=False)
    fits: bool = field(default=False, init=False, repr=False)  #: whether demos have their outputs' shapes

    @cached_property
    def parts(self) -> list[bytes]:
        """The cells of each grid."""
        ends = accumulate([height * width for height, width in self.shapes], initial=0)
        return [self.data[start:end] for start, end in pairwise(ends)]

    @property
    def pairs(self) -> list[Cells]:
        """The shape and the cells of each grid."""
        return list(zip(self.shapes, self.parts, strict=True))

    @cached_property
    def grids(self) -> tuple[Array, ...]:
        """The grids, not to be changed."""
        return tuple([np.frombuffer(part, np.uint8).reshape(shape) for shape, part in self.pairs])


def state_of(grids: Sequence[Array], expression: Expression, cost: int, depth: int, family: str) -> State:
    shapes, data = tuple([grid.shape for grid in grids]), b"".join([grid.tobytes() for grid in grids])
    return State(shapes, data, expression, cost, depth, family)


by_cost = attrgetter("cost")


def by_shapes(states: Iterable[State]) -> list[list[State]]:
    """The states of equal shapes together, cheapest first; groups by their cheapest state."""
    found: dict[Shapes, list[State]] = {}
    for state in states:
        found.setdefault(state.shapes, []).append(state)
    return sorted([sorted(group, key=by_cost) for group in found.values()], key=lambda one: one[0].cost)


class Pool:
    """The states found so far, each set of grids once, in the order found."""

    def __init__(self, inputs: list[Array], outputs: list[Array], budget: StepBudget) -> None:
        self.demos = len(outputs)
        self.outputs = outputs
        self.budget = budget
        self.shapes = tuple([output.shape for output in outputs])
        self.seen: defaultdict[Shapes, set[bytes]] = defaultdict(set)  #: digests of the cells, by shapes
        self.states: list[State] = []
        self.ready: dict[State, dict[Operation, list[Sequence[Cells | None]]]] = {}  #: made ahead
        self.model: State | None = None  #: the cheapest state of the outputs' size, the first of equals
        sizes = [(a.shape, b.shape) for a, b in zip(inputs, outputs, strict=False)]
        self.same = all(before == after for before, after in sizes)
        self.smaller = not self.same and all(b[0] <= a[0] and b[1] <= a[1] for a, b in sizes)
        self.root = state_of(inputs, INPUT, 0, 0, "")
        self.enter(self.root)

    def enter(self, state: State) -> bool:
        """Add a state unless its grids are known; return whether it is new."""
        if not self._is_new(state.shapes, state.data):
            return False
        self._keep(state)
        return True

    def _is_new(self, shapes: Shapes, data: bytes) -> bool:
        """Whether grids of these shapes and cells are seen for the first time."""
        seen = self.seen[shapes]
        before = len(seen)
        seen.add(blake2b(data, digest_size=16).digest())
        return len(seen) > before

    def _keep(self, state: State) -> None:
        state.fits = self.has_output_shapes(state)
        if state.depth <= 1 or state.fits:
            self.states.append(state)
            if len(self.states) == MOST_STATES:
                self._let_go()
        if state.fits and (self.model is None or state.cost < self.model.cost):
            self.model = state

    def _let_go(self) -> None:
        """Drop the states that no finisher uses: all but the cheapest of the same shapes."""
        kept = {state for group in by_shapes(self.states) for state in group[:MOST_ALIKE]}
        kept |= {state for state in self.states if state.depth <= 1}
        for state in self.states:
            if state not in kept:
                state.layer = None
        self.states = [state for state in self.states if state in kept]

    def has_output_shapes(self, state: State) -> bool:
        """Whether all demo grids have their output's shape."""
        return state.shapes[: self.demos] == self.shapes

    def fitting(self, states: Iterable[State]) -> list[State]:
        """Those of the states whose demo grids all have their output's shape."""
        return [state for state in states if state.fits]

    def expand(
        self, state: State, operations: list[Operation], cropping: bool = False, ahead: Sequence[State] = ()
    ) -> list[State]:
        """The new states one call further, as far as the budget reaches.

        With `cropping` outputs may be parts of its grids. Stacked calls also serve likely next states,
        `ahead`.
        """
        found: list[State] = []
        largest = max([height * width for height, width in state.shapes])
        if largest > 900 or (state.depth and largest < 2):
            return found
        resized = self.same and state.shapes != self.root.shapes
        for operation in operations:
            if self.budget.exhausted:
                break
            crops = cropping and operation.crops
            if state.depth and not crops and (self._pointless(operation, state) or resized):
                continue
            found += self._apply(state, operation, ahead)
        self.ready.pop(state, None)
        return found

    def _pointless(self, operation: Operation, state: State) -> bool:
        resizes = self.same and operation.resizes
        return not operation.deep or resizes or operation.name == state.family == "turns"

    def _apply(self, state: State, operation: Operation, ahead: Sequence[State]) -> list[State]:
        """The new states of one family: its results that exist for all grids."""
        lists: list[Sequence[Any]] = []
        family, steps = operation.family, 0
        alive = list(range(len(family.names)))
        for (height, width), results in zip(state.shapes, self._made(state, operation, ahead), strict=True):
            steps += family.charge(height * width)
            alive = [k for k in alive if results[k] is not None]
            if not alive:
                self.budget.spend(steps)
                return []
            lists.append(results)
        found, name, columns = [], operation.name, list(zip(*lists, strict=True))
        self.budget.spend(steps + 5 * len(alive))
        cost, depth = state.cost + operation.cost, state.depth + 1
        call = name, state.expression, *operation.args
        for number in alive:
            shapes, parts = zip(*columns[number], strict=True)
            if depth > 1 and not self._promising(shapes[0]):
                continue
            data = b"".join(parts)
            if self._is_new(shapes, data):
                one = State(shapes, data, ("nth", call, number), cost, depth, name)
                self._keep(one)
                found.append(one)
        return found

    def _made(
        self, state: State, operation: Operation, ahead: Sequence[State]
    ) -> Iterator[Sequence[Cells | None]]:
        """The results of one family for each grid; those of a stacked one also for the states ahead."""
        family = operation.family
        if not family.stacked:
            return family.known(state.pairs, *operation.args)
        known = self.ready.setdefault(state, {})
        if operation not in known:
            states = [state, *[one for one in ahead if operation not in self.ready.get(one, ())]]
            made = family.together([one.pairs for one in states], *operation.args)
            for one, results in zip(states, made, strict=True):
                self.ready.setdefault(one, {})[operation] = results
            while len(self.ready) > MOST_READY:
                del self.ready[next(iter(self.ready))]
        return iter(known[operation])

    def _promising(self, first: tuple[int, ...]) -> bool:
        """Whether a deep state's first shape can still become the output's."""
        root = self.root.shapes[0]
        if self.same:
            return first == root
        return not self.smaller or (first[0] <= root[0] and first[1] <= root[1])


def resized(pool: Pool, states: list[State]) -> list[State]:
    """New states of the size of the cheapest state that has the outputs' size, if there is one."""
    model, found = pool.model, []
    if model is None:
        return []
    for state in sorted(states, key=by_cost)[:MOST_RESIZED]:
        if pool.budget.exhausted:
            break
        pool.budget.spend(2)
        for name, places in _fitting(state.shapes, model.shapes).items():
            pool.budget.spend(2 * len(model.shapes))
            data = np.frombuffer(state.data, np.uint8).take(places).tobytes()
            cost = state.cost + model.cost // 2 + extensions()[name].cost
            expression = (name, state.expression, model.expression)
            made = State(model.shapes, data, expression, cost, state.depth + 1, name)
            if pool.enter(made):
                found.append(made)
    return found


@lru_cache(maxsize=64)
def _fitting(smaller: Shapes, larger: Shapes) -> dict[str, Any]:
    """The ways to enlarge grids of the first shapes to the second: for each cell the one that it copies."""
    shapes = list(zip(smaller, larger, strict=True))
    if smaller == larger or any(small[0] > large[0] or small[1] > large[1] for small, large in shapes):
        return {}
    ways = {}
    if not any(large[0] % small[0] or large[1] % small[1] for small, large in shapes):
        ways["stretched"] = stretch
    areas = [(small[0] * small[1], large[0] * large[1]) for small, large in shapes]
    if not any(100 * area > LARGEST_SHARE * room or area < 2 for area, room in areas):
        ways["tiled_over"] = repeat_over
    numbers = list(zip(numbered(smaller), larger, strict=True))
    return {
        name: np.concatenate([make(cells, *large).ravel() for cells, large in numbers])
        for name, make in ways.items()
    }
