"""A battery: many programs as one graph in which equal calls are one node.

Its contract: for every program, the battery's result is the result of that program run alone (value,
failure and steps). On a sample each distinct call is made at most once, and a call on *values* that
were seen before is not made again, whatever its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from kaggle_batt.dsl import lookup
from kaggle_batt.dsl.values import limits
from kaggle_batt.dsl.values.sets import exact_key, weigh
from kaggle_batt.errors import BatteryError
from kaggle_batt.programs.evaluate import DEFAULT_BUDGET, Failure, Result, apply_function, located
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.programs.graph import Call, Lit, Ref, resolve
from kaggle_batt.programs.program import Program

#: most values, counted with what containers hold, and calls that are kept for reuse on one sample; above
#: it the evaluator forgets them all and starts anew. Each takes about half a kilobyte.
MAX_VALUES = 1_000_000
#: programs evaluated together: bounds the results that are alive at once
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

    @uncollected()
    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        names = [entry.name for entry in self.entries]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise BatteryError(f"two programs of the battery are named {twice!r}")
        self.nodes: list[Call] = []
        self.slices: list[tuple[int, ...]] = []
        self.results: list[Ref] = []
        #: inputs, constants, primitives and literals that the nodes refer to
        self.leaves: list[Ref] = []
        #: takes a node's function and arguments out of a list that has a place for each node in front
        #: and one for each leaf behind, the first leaf last
        self.takers: list[itemgetter[Any]] = []
        places: dict[tuple[int, ...], int] = {}
        leaves: dict[Any, int] = {}
        for entry in self.entries:
            self._add(entry.program, places, leaves)

    def _add(self, program: Program, places: dict[tuple[int, ...], int], leaves: dict[Any, int]) -> None:
        here: list[int] = []
        for call in program.calls:
            refs = (call.function, *call.args)
            row = tuple([here[ref] if type(ref) is int else self._leaf(ref, leaves) for ref in refs])
            place = places.setdefault(row, len(self.nodes))
            if place == len(self.nodes):
                function, *args = [_moved(ref, here) for ref in refs]
                self.nodes.append(Call(function, tuple(args)))
                self.takers.append(itemgetter(*row))
            here.append(place)
        self.slices.append(tuple(here))
        result = program.result
        self.results.append(here[result] if isinstance(result, int) else result)

    def _leaf(self, ref: Any, leaves: dict[Any, int]) -> int:
        """Where the leaf's place is, counted from behind."""
        key = (Lit, ref.key) if type(ref) is Lit else ref
        place = leaves.get(key)
        if place is None:
            self.leaves.append(ref)
            place = leaves[key] = -len(self.leaves)
        return place

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

    `given` are the inputs (`kaggle_batt.programs.evaluate.inputs`), `budget` the steps a program may take. A
    program's calls are made in its own order and end where it fails, as if it ran alone; a call that
    was made before, under whatever name, is looked up. Values are told apart as exactly as any
    primitive could, so what is looked up is what the program alone would have computed.
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
        self._start()

    def _forget(self) -> None:
        self.values: list[Any] = []
        self.weight = 0
        self.numbers: dict[Any, int] = {}
        self.made: dict[tuple[int, ...], tuple[int, int, Failure | None]] = {}
        self._start()

    def _start(self) -> None:
        """No node has a value; each leaf has."""
        battery = self.battery
        leaves = [self._keep(resolve(ref, self.given)) for ref in reversed(battery.leaves)]
        #: each node's value by number (None: not made, -1: failed), and the leaves'
        self.found: list[int | None] = [None] * len(battery.nodes) + leaves
        self.steps = [0] * len(battery.nodes)
        self.failures: dict[int, Failure | None] = {}

    def run(self, programs: Sequence[int]) -> list[Result]:
        """The results of these programs (by place), in the order given."""
        with limits.budget(self.budget):
            return [self._run(program) for program in programs]

    def _run(self, program: int) -> Result:
        if self.weight > self.max_values:
            self._forget()
        found, steps, budget = self.found, self.steps, self.budget
        used = 0
        value: int | None = None
        for node in self.battery.slices[program]:
            value = found[node]
            if value is None:
                value = self._make(node)
            used += steps[node]
            if value < 0 or used > budget:
                return self._failed(program, node, used)
        if value is None:
            return Result(resolve(self.battery.results[program], self.given), None, 0)
        return Result(self.values[value], None, used)

    def _make(self, node: int) -> int:
        """The number of the value of a node whose function and arguments have theirs."""
        key = self.battery.takers[node](self.found)
        outcome = self.made.get(key)
        if outcome is None:
            values = self.values
            value, failure, steps = apply_function([values[number] for number in key], self.budget)
            number = self._keep(value) if failure is None else -1
            outcome = self.made[key] = (number, steps, failure)
            self.weight += 1
        number, self.steps[node], failure = outcome
        if failure is not None:
            self.failures[node] = failure
        self.found[node] = number
        return number

    def _keep(self, value: Any) -> int:
        """The number of a value; of one that was kept before, the number it has."""
        number = self.numbers.setdefault(exact_key(value), len(self.values))
        if number == len(self.values):
            self.values.append(value)
            self.weight += weigh(value)
        return number

    def _failed(self, program: int, node: int, used: int) -> Result:
        """The failure of a program at a node, after that many steps."""
        battery = self.battery
        variable = battery.entries[program].program.variable(battery.slices[program].index(node))
        return Result(None, located(variable, self.failures.get(node), used, self.budget), used)


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
