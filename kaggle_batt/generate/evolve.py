"""Rounds of mutation: programs that fit some demos, or nearly, as parents of better ones.

Of each task the best programs so far are kept, whatever task they were written or found for. A round
makes offspring of them (mutants, nudges and crossings) and keeps what is better. Offspring of a program
kept for a task run on that task's demos alone, which costs a fraction of running them on all; what came
to fit its task is tried on all others in the next round. It stops after a number of rounds, or when some
rounds in a row brought nothing. After each round all is written, so a killed evolution goes on at the round
where it stopped.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kaggle_batt.errors import ParameterError
from kaggle_batt.generate.cross import chain, cross
from kaggle_batt.generate.mutate import mutate
from kaggle_batt.generate.nudge import nudge
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.files import read_json, write_json
from kaggle_batt.pipeline.phases import CALL_COST, COST_BASE, State, score_demo
from kaggle_batt.pipeline.record import digest
from kaggle_batt.pipeline.scores import KEEP, TaskOutputs, nearness
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.parse import parse_program
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import Task

#: of a hundred offspring, how many are crossings, chains of two programs, nudges; the others are mutants
CROSSED, CHAINED, NUDGED = 20, 20, 30
#: of a hundred parents, how many are any of the first ones, and how many come from any task; the others
#: come from tasks that no program fits yet
ANY_FIRST, ANY_TASK = 15, 15
#: a round gives up finding new offspring after so many tries each
TRIES = 20


@dataclass(frozen=True, slots=True)
class Fit:
    """A program kept for a task: demos right, mean share of right cells, cost, text, where it is from."""

    right: int
    near: float
    cost: int
    text: str
    md5: str
    origin: str

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts the best first."""
        return (-self.right, -self.near, self.cost, self.md5)


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to.

    `bettered` counts tasks with a better best program, `fitted` tasks with one that fits all demos.
    """

    number: int
    offspring: int
    bettered: int
    fitted: int
    steps: int


@dataclass
class Evolution:
    """The first parents' texts, the best of each task so far, the rounds, the md5 of every program tried."""

    first: list[str]
    kept: dict[str, list[Fit]]
    rounds: list[Round]
    seen: set[str]


def evolve(
    tasks: Mapping[str, Task],
    parents: Sequence[Entry],
    tools: Tools,
    *,
    rounds: int,
    population: int,
    patience: int = 3,
    seed: int = 0,
    budget: int = 10_000_000,
    path: Path | None = None,
    resume: bool = False,
) -> Evolution:
    """Up to `rounds` rounds of `population` offspring; it ends early after `patience` rounds without gain.

    With `path` the state is written there after each round, and with `resume` read from it. Raises
    `ParameterError` where there is nothing to start from or the file is of another evolution.
    """
    if not parents:
        raise ParameterError("evolve: no program to start from")
    mark = digest([sorted(tasks), [entry.md5 for entry in parents], population, seed, budget])
    state = _read(path, mark) if resume and path is not None and path.exists() else None
    if state is None:
        first = list(dict.fromkeys([entry.program.text for entry in parents]))
        state = Evolution(first, {name: [] for name in tasks}, [], set())
        everywhere = [replace(entry, task=None) for entry in parents]
        _take_in(state, tasks, everywhere, tools, budget, 0)
    while len(state.rounds) <= rounds and not _is_stuck(state.rounds, patience) and not tools.late:
        number = len(state.rounds)
        children = _offspring(state, tasks, population, random.Random(f"{seed} {number}"))
        if not children:
            break
        _take_in(state, tasks, children, tools, budget, number)
        if path is not None:
            _write(path, mark, state)
    return state


def _is_stuck(rounds: Sequence[Round], patience: int) -> bool:
    last = rounds[1:][-patience:]
    return len(last) == patience and not any([done.bettered for done in last])


def _offspring(
    state: Evolution, tasks: Mapping[str, Task], population: int, rng: random.Random
) -> list[Entry]:
    """New programs, none of them tried before."""
    open_ = {
        name: found
        for name, found in state.kept.items()
        if not found or found[0].right < len(tasks[name].demo)
    }
    children = _travellers(state, tasks)
    most = len(children) + population
    for _ in range(population * TRIES):
        parent, task = _parent(state, open_, rng)
        child = _child(parent, lambda: _parent(state, state.kept, rng)[0], rng)
        if child is not None and child.md5 not in state.seen:
            state.seen.add(child.md5)
            label = f"evolved_{len(state.rounds)}_{len(children) + 1}"
            children.append(Entry(label, child, "evolve", True, parent.md5, task=task))
        if len(children) == most:
            break
    return children


def _travellers(state: Evolution, tasks: Mapping[str, Task]) -> list[Entry]:
    """What came to fit its task in the last round, to be tried on all tasks."""
    mark = f"evolved_{len(state.rounds) - 1}_"
    new = {
        fit.md5: fit
        for name, found in state.kept.items()
        for fit in found
        if fit.right == len(tasks[name].demo) and fit.origin.startswith(mark)
    }
    return [Entry(f"again_{fit.origin}", parse_program(fit.text), "evolve", True) for fit in new.values()]


def _child(parent: Program, other: Callable[[], Program], rng: random.Random) -> Program | None:
    """A crossing, a chain, a nudge or a mutant."""
    draw = rng.randrange(100)
    if draw < CROSSED:
        return cross(parent, other(), rng)
    if draw < CROSSED + CHAINED:
        return chain(parent, other()) if draw % 2 else chain(other(), parent)
    return nudge(parent, rng) if draw < CROSSED + CHAINED + NUDGED else mutate(parent, rng)


def _parent(
    state: Evolution, open_: Mapping[str, Sequence[Fit]], rng: random.Random
) -> tuple[Program, str | None]:
    """A first parent, or a program kept for a task and that task."""
    draw = rng.randrange(100)
    kept = open_ if draw >= ANY_FIRST + ANY_TASK else state.kept
    pools = [(name, found) for name, found in kept.items() if found]
    if draw < ANY_FIRST or not pools:
        return parse_program(state.first[rng.randrange(len(state.first))]), None
    name, found = pools[rng.randrange(len(pools))]
    return parse_program(_drawn(found, rng).text), name


def _drawn(found: Sequence[Fit], rng: random.Random) -> Fit:
    """One of the kept, the better the likelier: each is passed over for the next one half of the time."""
    place = 0
    while place + 1 < len(found) and rng.random() < 0.5:
        place += 1
    return found[place]


def _take_in(
    state: Evolution,
    tasks: Mapping[str, Task],
    entries: Sequence[Entry],
    tools: Tools,
    budget: int,
    number: int,
) -> None:
    """Run the programs on the demos of their tasks and keep, of each task, the best of old and new."""
    distinct = list({entry.md5: entry for entry in entries}.values())
    lists = {
        name: tuple([place for place, entry in enumerate(distinct) if entry.task in (None, name)])
        for name in tasks
    }
    scored = score_demo(State(tasks, Battery(distinct), Battery([]), lists, budget), tools, [])
    state.seen.update([entry.md5 for entry in distinct])
    bettered = steps = 0
    for name in tasks:
        old = state.kept[name]
        new = _fits(scored.outputs[name], [distinct[place] for place in lists[name]])
        steps += sum(scored.outputs[name].steps())
        merged = {fit.md5: fit for fit in [*new, *old]}
        state.kept[name] = sorted(merged.values(), key=lambda fit: fit.order)[:KEEP]
        bettered += bool(state.kept[name]) and (not old or state.kept[name][0].order[:2] < old[0].order[:2])
    fitted = sum(
        [bool(found) and found[0].right == len(tasks[name].demo) for name, found in state.kept.items()]
    )
    state.rounds.append(Round(number, len(distinct), bettered, fitted, steps))


def _fits(outputs: TaskOutputs, entries: Sequence[Entry]) -> list[Fit]:
    right, near = outputs.matches("demo"), nearness(outputs)
    return [
        Fit(right[p], near[p], _cost(entry), entry.program.text, entry.md5, entry.name)
        for p, entry in enumerate(entries)
        if near[p] > 0
    ]


def _cost(entry: Entry) -> int:
    return entry.cost if entry.cost is not None else COST_BASE + CALL_COST * entry.program.size


def entries_of(state: Evolution, per_task: int = 8) -> list[Entry]:
    """The best programs of each task as battery entries, each program once."""
    found: dict[str, Entry] = {}
    for name, kept in state.kept.items():
        for place, fit in enumerate(kept[:per_task]):
            label = f"best_{name}_{place + 1}"
            program = parse_program(fit.text)
            found.setdefault(fit.md5, Entry(label, program, "evolve", True, None, None, name, fit.cost))
    return list(found.values())


def _write(path: Path, mark: str, state: Evolution) -> None:
    kept = {name: [asdict(fit) for fit in found] for name, found in state.kept.items()}
    rounds = [asdict(done) for done in state.rounds]
    seen = sorted(state.seen)
    write_json(path, {"mark": mark, "first": state.first, "kept": kept, "rounds": rounds, "seen": seen})


def _read(path: Path, mark: str) -> Evolution:
    value = read_json(path)
    if value.get("mark") != mark:
        raise ParameterError(f"evolve: {path} is of another evolution (other tasks, parents or seed)")
    kept = {name: [Fit(**fit) for fit in found] for name, found in value["kept"].items()}
    return Evolution(value["first"], kept, [Round(**done) for done in value["rounds"]], set(value["seen"]))


def history(rounds: Iterable[Round]) -> str:
    """The rounds as text, a line each."""
    lines = [f"{'round':>5}{'offspring':>11}{'bettered':>10}{'fitted':>8}{'steps':>14}"]
    lines += [
        f"{done.number:>5}{done.offspring:>11}{done.bettered:>10}{done.fitted:>8}{done.steps:>14,}"
        for done in rounds
    ]
    return "\n".join(lines)
