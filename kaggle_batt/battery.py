"""A battery: many programs as one graph in which equal calls are one node.

Its contract: for every program, the battery's result is the result of that program run alone (value,
failure and steps). On a sample each distinct call is made at most once, and a call on *values* that
were seen before is not made again, whatever its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kaggle_batt.dsl import lookup
from kaggle_batt.dsl.values import key_of
from kaggle_batt.errors import BatteryError
from kaggle_batt.evaluate import DEFAULT_BUDGET, Failure, Result, apply_function, located, resolve
from kaggle_batt.program import Call, Lit, Program, Ref

#: most values kept for reuse on one sample; above it the evaluator forgets them and starts anew
MAX_VALUES = 200_000
#: programs evaluated together: bounds the values that are alive at once
CHUNK = 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A program in a battery and where it comes from.

    `name` is unique in the battery; `source` a file or generator; `parent` the md5 of the program that
    a mutant was made of; `seed` the seed of the change; `task` the id it was written or found for;
    `cost` its description length where a search gave it one.
    """

    name: str
    program: Program
    source: str
    mutated: bool = False
    parent: str | None = None
    seed: int | None = None
    task: str | None = None
    cost: int | None = None

    @property
    def md5(self) -> str:
        """The md5 of the program's canonical text."""
        return self.program.md5


class Battery:
    """Programs merged into one graph.

    `entries` are the programs in order; `nodes` the distinct calls, none referring to a later one;
    `slices[p]` the nodes of program p in its own canonical order, the last its result.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        names = [entry.name for entry in self.entries]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise BatteryError(f"two programs of the battery are named {twice!r}")
        self.nodes: list[Call] = []
        self.slices: list[tuple[int, ...]] = []
        self.results: list[Ref] = []
        places: dict[Any, int] = {}
        for entry in self.entries:
            self._add(entry.program, places)

    def _add(self, program: Program, places: dict[Any, int]) -> None:
        here: list[int] = []
        for call in program.calls:
            moved = Call(_moved(call.function, here), tuple([_moved(arg, here) for arg in call.args]))
            place = places.setdefault((moved.function, moved.args), len(self.nodes))
            if place == len(self.nodes):
                self.nodes.append(moved)
            here.append(place)
        self.slices.append(tuple(here))
        result = program.result
        self.results.append(here[result] if isinstance(result, int) else result)

    def __len__(self) -> int:
        return len(self.entries)

    def calls_of(self, place: int) -> list[Call]:
        """The calls of the program at that place, cut out of the graph, referring to each other."""
        rank = {node: number for number, node in enumerate(self.slices[place])}
        calls = [self.nodes[node] for node in self.slices[place]]
        return [Call(_moved(c.function, rank), tuple([_moved(a, rank) for a in c.args])) for c in calls]

    def result_of(self, place: int) -> Ref:
        """What the program at that place returns, as a reference into `calls_of`."""
        result = self.results[place]
        return len(self.slices[place]) - 1 if isinstance(result, int) else result

    def preload(self) -> None:
        """Import what the programs need now, so that workers forked later need not."""
        for name in sorted({call.function for call in self.nodes if isinstance(call.function, str)}):
            primitive = lookup(name)
            load = getattr(primitive and primitive.call, "load", None)
            if load is not None:
                load()

    def shared(self) -> list[int]:
        """For each node, how many programs need it."""
        counts = [0] * len(self.nodes)
        for nodes in self.slices:
            for node in nodes:
                counts[node] += 1
        return counts


def _moved(ref: Ref, places: list[int] | dict[int, int]) -> Ref:
    return places[ref] if isinstance(ref, int) else ref


class Evaluator:
    """Runs a battery's programs on one sample, keeping values for reuse between them.

    `given` are the inputs (`kaggle_batt.evaluate.inputs`), `budget` the steps a program may take.
    """

    def __init__(
        self, battery: Battery, given: dict[str, Any], budget: int | None = None, max_values: int = MAX_VALUES
    ) -> None:
        self.battery = battery
        self.given = given
        self.budget = DEFAULT_BUDGET if budget is None else budget
        self.max_values = max_values
        self._forget()

    def rebind(self, given: dict[str, Any]) -> None:
        """Go on with other inputs; what was computed of values stays computed."""
        self.given = given
        self.leaves.clear()

    def _forget(self) -> None:
        self.values: list[Any] = []
        self.ids: dict[Any, int] = {}
        self.made: dict[tuple[int, ...], tuple[int, Failure | None, int]] = {}
        self.leaves: dict[Any, int] = {}

    def run(self, programs: Sequence[int]) -> list[Result]:
        """The results of these programs (by place), in the order given."""
        if len(self.values) > self.max_values:
            self._forget()
        slices = self.battery.slices
        needed = sorted({node for program in programs for node in slices[program]})
        outcomes = self._sweep(needed)
        return [self._result(program, outcomes) for program in programs]

    def _sweep(self, needed: Sequence[int]) -> dict[int, tuple[int, Failure | None, int]]:
        """(value id or -1, failure, steps) of each node, each after those it refers to."""
        outcomes: dict[int, tuple[int, Failure | None, int]] = {}
        nodes, made = self.battery.nodes, self.made
        for node in needed:
            call = nodes[node]
            key = tuple(
                [
                    outcomes[ref][0] if type(ref) is int else self._leaf(ref)
                    for ref in (call.function, *call.args)
                ]
            )
            outcome = made.get(key)
            if outcome is None:
                outcome = (-1, None, 0) if -1 in key else self._make(key)
                made[key] = outcome
            outcomes[node] = outcome
        return outcomes

    def _leaf(self, ref: Any) -> int:
        key = (Lit, ref.key) if type(ref) is Lit else ref
        found = self.leaves.get(key)
        if found is None:
            found = self.leaves[key] = self._keep(resolve(ref, [], self.given))
        return found

    def _make(self, key: tuple[int, ...]) -> tuple[int, Failure | None, int]:
        values = self.values
        function, *args = [values[value] for value in key]
        value, failure, steps = apply_function(function, tuple(args), self.budget)
        return (self._keep(value) if failure is None else -1, failure, steps)

    def _keep(self, value: Any) -> int:
        number = self.ids.setdefault(key_of(value), len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number

    def _result(self, program: int, outcomes: dict[int, tuple[int, Failure | None, int]]) -> Result:
        battery = self.battery
        slice_ = battery.slices[program]
        if not slice_:
            return Result(resolve(battery.results[program], [], self.given), None, 0)
        last = outcomes[slice_[-1]][0]
        used = sum([outcomes[node][2] for node in slice_])
        if last >= 0 and used <= self.budget:
            return Result(self.values[last], None, used)
        return self._failed(program, outcomes)

    def _failed(self, program: int, outcomes: dict[int, tuple[int, Failure | None, int]]) -> Result:
        """The first call, in the program's own order, that failed or used the budget up."""
        used = 0
        variable = self.battery.entries[program].program.variable
        for place, node in enumerate(self.battery.slices[program]):
            _, failure, steps = outcomes[node]
            used += steps
            failure = located(variable(place), failure, used, self.budget)
            if failure is not None:
                return Result(None, failure, used)
        raise AssertionError("a program without value has a failing call")


def evaluate_battery(
    battery: Battery, given: dict[str, Any], budget: int | None = None, programs: Sequence[int] | None = None
) -> list[Result]:
    """The result of each program (all, or those at the given places) on one sample."""
    evaluator = Evaluator(battery, given, budget)
    places = range(len(battery)) if programs is None else programs
    results: list[Result] = []
    for start in range(0, len(places), CHUNK):
        results += evaluator.run(places[start : start + CHUNK])
    return results
