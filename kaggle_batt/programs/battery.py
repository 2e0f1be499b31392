"""A battery: many programs as one graph in which equal calls are one node.

Its contract: a program's result in the battery is its result alone (value, failure and steps). On a sample
each distinct call is made at most once, and a call on *values* that it was made on before is not repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from kaggle_batt.dsl.values import limits
from kaggle_batt.dsl.values.sets import exact_key, weigh
from kaggle_batt.errors import BatteryError
from kaggle_batt.programs.calls import FIXED_STEPS, Failure, apply_function, fixed
from kaggle_batt.programs.evaluate import DEFAULT_BUDGET, Result, located, run
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.programs.graph import Call, laid_out, moved, resolve
from kaggle_batt.programs.program import Program, canonical

MAX_VALUES = 1_000_000  #: values (contents too) and calls kept, half a kB each; with more, all are dropped
HEAVY = 1_000  #: elements from which values are distinguished by identity, as comparing them is slow


@dataclass(frozen=True, slots=True)
class Entry:
    """A program in a battery and where it comes from.

    `name` is unique in the battery; `source` a file or generator; `parent` the md5 of the program that a
    mutant changes, `seed` the change's; `task` the id it is for; `cost` a found program's description length.
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
        return self.program.md5


Made = tuple[int, int, Failure | None]  #: number of the value (-1: failed), steps, failure of a call


class Frame(NamedTuple):
    """What every evaluator of a battery begins with: the values of its constants and primitives.

    `numbers` has the number of each value by its exact key, `made` the outcome of each call on nothing else;
    `found` the number of each node's value and, behind them, of each leaf's, None for inputs and for nodes
    that depend on them or take over one step; `held` has these values. `takers` take each node's function and
    arguments out of such a list. `waiting` has for each program its nodes of which `found` has none, in its
    order. `inputs` has place and name of each input, `weight` what the values weigh.
    """

    values: list[Any]
    numbers: dict[Any, int]
    made: dict[tuple[int, ...], Made]
    found: list[int | None]
    held: list[Any]
    takers: list[itemgetter[Any]]
    waiting: list[tuple[int, ...]]
    inputs: list[tuple[int, str]]
    weight: int


class Battery:
    """Programs merged into one graph.

    `entries` are in order; none of the `nodes`, the distinct calls, refers to a later one; `slices[p]` has
    those of program p in its own canonical order, its result last; `refused` the reasons of unreadable ones.
    """

    @uncollected()
    def __init__(self, entries: Iterable[Entry], refused: Mapping[str, str] | None = None) -> None:
        self.entries = tuple(entries)
        self.refused = dict(refused or {})
        names = [entry.name for entry in self.entries]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise BatteryError(f"two programs of the battery are named {twice!r}")
        self.slices: list[tuple[int, ...]] = []
        places: dict[Call, int] = {}
        for entry in self.entries:
            here: list[int] = []
            for call in entry.program.calls:
                here.append(places.setdefault(moved(call, here), len(places)))
            self.slices.append(tuple(here))
        self.nodes = list(places)

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return f"<Battery of {len(self)} programs, {len(self.refused)} refused>"

    def program(self, place: int) -> Program:
        """The program at that place, rebuilt from the graph's nodes alone."""
        nodes, whole = self.slices[place], self.entries[place].program
        rank = {node: number for number, node in enumerate(nodes)}
        return canonical([moved(self.nodes[node], rank) for node in nodes], whole.result, whole.kind)

    @cached_property
    def frame(self) -> Frame:
        """The values that hang on no input; imports what the programs need."""
        values: list[Any] = []
        numbers: dict[Any, int] = {}

        def number_of(value: Any) -> int:
            number = numbers.setdefault(exact_key(value), len(values))
            if number == len(values):
                values.append(value)
            return number

        rows, inputs, leaves = laid_out(self.nodes)
        found: list[int | None] = [None] * len(rows) + [number_of(value) for value in leaves[len(rows) :]]
        for place, _ in inputs:
            found[place] = None
        takers = [itemgetter(*row) for row in rows]
        made: dict[tuple[int, ...], Made] = {}
        for node, take in enumerate(takers):
            row = take(found)
            if row not in made and None not in row:
                outcome = fixed([values[number] for number in row])
                if outcome is not None:
                    value, failure, steps, _ = outcome
                    made[row] = (number_of(value) if failure is None else -1, steps, failure)
            number, steps, failure = made.get(row, (None, 0, None))
            found[node] = number if steps == 1 and failure is None else None
        waiting = [tuple([node for node in nodes if found[node] is None]) for nodes in self.slices]
        held = [None if number is None else values[number] for number in found]
        return Frame(values, numbers, made, found, held, takers, waiting, inputs, sum(map(weigh, values)))

    def preload(self) -> Frame:
        """The frame, made now: workers forked later need not import what the programs need."""
        return self.frame

    def __getstate__(self) -> dict[str, Any]:
        # a function's exact key is its identity, which holds in this process only
        return {name: value for name, value in vars(self).items() if name != "frame"}


class Evaluator:
    """Runs a battery's programs on one sample, keeping values for reuse between them.

    `given` are the `evaluate.inputs`, `budget` the steps a program may take. A program's calls are made in
    its own order up to its failure; one made before on equal values is looked up. As `exact_key`
    distinguishes all that a primitive could, the result is the program's alone.
    """

    def __init__(
        self, battery: Battery, given: dict[str, Any], budget: int | None = None, max_values: int = MAX_VALUES
    ) -> None:
        self.battery = battery
        self.given = given
        self.budget = DEFAULT_BUDGET if budget is None else budget
        self.max_values = max_values
        self.values: list[Any] = []  #: the values by number; none while one program at most was run
        self.is_new = True

    def rebind(self, given: dict[str, Any]) -> None:
        """Continue with other inputs; the values of calls on equal values stay known."""
        self.given = given
        if self.values:
            self._start()

    def _forget(self) -> None:
        frame = self.battery.frame
        self.values = frame.values.copy()
        self.weight = frame.weight
        self.numbers: dict[Any, int] = frame.numbers.copy()
        self.made: dict[tuple[int, ...], Made] = frame.made.copy() if self.budget >= FIXED_STEPS else {}
        self._start()

    def _start(self) -> None:
        """Reset the values to the frame's and those of the inputs."""
        frame = self.battery.frame
        self.takers, self.waiting = frame.takers, frame.waiting
        self.found: list[int | None] = frame.found.copy()  #: value numbers (None: not made, -1: failed)
        self.held = frame.held.copy()  #: the values that have these numbers
        for place, name in frame.inputs:
            value = self.held[place] = self.given[name]
            self.found[place] = self._keep(value, weigh(value))
        self.steps = [1] * len(self.battery.nodes)  #: the steps of each node that was made
        self.failures: dict[int, Failure | None] = {}

    def run(self, programs: Iterable[int] | None = None) -> list[Result]:
        """The results of all programs, or of those at these places, in their order."""
        places = list(range(len(self.battery)) if programs is None else programs)
        is_new, self.is_new = self.is_new, False
        if is_new and len(places) == 1:  # there is nothing to share
            return [run(self.battery.entries[places[0]].program, self.given, self.budget)]
        if not self.values:
            self._forget()
        with limits.budget(self.budget):
            return [self._run(p) for p in places]

    def _run(self, program: int) -> Result:
        if self.weight > self.max_values:
            self._forget()
        found, steps, budget = self.found, self.steps, self.budget
        whole, nodes = self.battery.slices[program], self.waiting[program]
        used = len(whole) - len(nodes)
        if used > budget:
            return self._failed(program)
        for node in nodes:
            value = found[node]
            if value is None:
                value = self._make(node)
            used += steps[node]
            if value < 0 or used > budget:
                return self._failed(program)
        if not whole:
            return Result(resolve(self.battery.entries[program].program.result, self.given), None, 0)
        value = found[whole[-1]]
        assert value is not None
        return Result(self.values[value], None, used)

    def _make(self, node: int) -> int:
        """The number of the value of a node whose function and arguments have theirs."""
        found, held, take = self.found, self.held, self.takers[node]
        key = take(found)
        outcome = self.made.get(key)
        if outcome is None:
            value, failure, steps, weight = apply_function(take(held), self.budget)
            number = self._keep(value, weight) if failure is None else -1
            self.made[key] = (number, steps, failure)
            self.weight += 1
        else:
            number, steps, failure = outcome
        if failure is not None:
            self.failures[node] = failure
        self.steps[node] = steps
        found[node] = number
        held[node] = self.values[number]
        return number

    def _keep(self, value: Any, weight: int) -> int:
        """The number of a value; of one that was kept before, the number it has."""
        values = self.values
        key = exact_key(value) if weight < HEAVY else (type(value), id(value))
        number = self.numbers.setdefault(key, len(values))
        if number == len(values):
            values.append(value)
            self.weight += weight
        return number

    def _failed(self, program: int) -> Result:
        """The failure of a program: where its calls, made in its own order, end."""
        battery, used = self.battery, 0
        nodes = battery.slices[program]
        for node in nodes:
            value = self.found[node]
            if value is None:
                value = self._make(node)
            used += self.steps[node]
            if value < 0 or used > self.budget:
                break
        variable = battery.entries[program].program.variable(nodes.index(node))
        return Result(None, located(variable, self.failures.get(node), used, self.budget), used)
