"""The jobs that engines carry out: which programs run on which sample, and what comes back.

A job is a `Unit`: some of a task's programs on one of its samples. What it needs (tasks, programs) is
the `World`, which workers inherit. Results travel as JSON. `content` is a digest of what a unit's result
hangs on, by which a journal tells its results from those of other programs under the same label.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kaggle_batt.dsl.values.build import grid_of, kind_of
from kaggle_batt.pipeline.scores import PARTS, SampleKey, SampleOutputs, as_json, grid_rows
from kaggle_batt.programs.battery import Battery, Evaluator
from kaggle_batt.programs.evaluate import Failure, Result, as_answer, inputs, run
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.programs.program import Program, parse_program
from kaggle_batt.tasks.task import Sample, Task

#: programs of one unit: bounds the results that are alive at once
CHUNK = 1024
#: longest cause that is kept of a failure, in characters
MAX_DETAIL = 300


class Unit(NamedTuple):
    """Programs `start` to `stop` of a task's list, on one sample."""

    task: str
    part: str
    number: int
    start: int
    stop: int

    @property
    def sample(self) -> SampleKey:
        """Which sample."""
        return (self.part, self.number)

    @property
    def label(self) -> str:
        """A name that is unique within a phase."""
        return f"{self.task}/{self.part}/{self.number}/{self.start}-{self.stop}"

    def halves(self) -> list[Unit]:
        """The unit cut in two."""
        middle = (self.start + self.stop) // 2
        return [self._replace(stop=middle), self._replace(start=middle)]


def sample_of(task: Task, key: SampleKey) -> Sample:
    """The sample of a task."""
    return (task.demo if key[0] == "demo" else task.test)[key[1]]


def sample_keys(task: Task, part: str) -> list[SampleKey]:
    """The samples of one part of a task."""
    return [(part, index) for index in range(len(task.demo if part == "demo" else task.test))]


def given_for(task: Task, key: SampleKey) -> dict[str, Any]:
    """A program's inputs on the sample."""
    demos = [(sample.input, sample.output) for sample in task.demo]
    return inputs(sample_of(task, key).input, demos)


def units(
    tasks: Mapping[str, Task],
    counts: Mapping[str, int],
    parts: Sequence[str] = PARTS,
    done: Mapping[tuple[str, SampleKey], int] | None = None,
) -> list[Unit]:
    """The units of tasks with so many programs each, in the tasks' order, cut into parts of `CHUNK`.

    `done` says how many programs of a list have run on a sample already.
    """
    done = done or {}
    return [
        unit
        for name, task in tasks.items()
        for part in parts
        for key in sample_keys(task, part)
        for unit in chunks(name, key, counts.get(name, 0), done.get((name, key), 0))
    ]


def chunks(task: str, key: SampleKey, count: int, first: int = 0) -> list[Unit]:
    """The units of programs `first` to `count` on one sample."""
    return [Unit(task, *key, start, min(start + CHUNK, count)) for start in range(first, count, CHUNK)]


def digest_of(texts: Iterable[str]) -> str:
    """The md5 of a list of texts."""
    return hashlib.md5("\0".join(texts).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class World:
    """What units refer to: tasks, the battery, and each task's list of programs (places in it)."""

    tasks: Mapping[str, Task]
    battery: Battery
    programs: Mapping[str, Sequence[int]]
    budget: int
    _near: threading.local = field(default_factory=threading.local, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_near"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _near=threading.local())

    @uncollected()
    def run(self, unit: Unit) -> bytes:
        """What the unit's programs give as parts of the battery, as JSON."""
        return encode(self._evaluator(unit).run(self._places(unit)))

    def content(self, unit: Unit) -> str:
        """A digest of the unit's programs."""
        return digest_of([self.battery.entries[place].md5 for place in self._places(unit)])

    def _places(self, unit: Unit) -> Sequence[int]:
        return self.programs[unit.task][unit.start : unit.stop]

    def _evaluator(self, unit: Unit) -> Evaluator:
        """The evaluator of the unit's sample: the last one while the sample stays the same."""
        key = (unit.task, unit.sample)
        if getattr(self._near, "key", None) != key:
            given = given_for(self.tasks[unit.task], unit.sample)
            self._near.evaluator = Evaluator(self.battery, given, self.budget)
            self._near.key = key
        found: Evaluator = self._near.evaluator
        return found


@dataclass(frozen=True)
class Alone:
    """Programs run alone from their canonical texts: the check of the battery."""

    tasks: Mapping[str, Task]
    texts: Mapping[str, Sequence[str]]
    budget: int
    _parsed: dict[str, Program] = field(default_factory=dict, compare=False)

    @uncollected()
    def run(self, unit: Unit) -> bytes:
        """What the unit's programs give alone, as JSON."""
        given = given_for(self.tasks[unit.task], unit.sample)
        return encode([run(self._program(text), given, self.budget) for text in self._texts(unit)])

    def content(self, unit: Unit) -> str:
        """A digest of the unit's programs."""
        return digest_of(self._texts(unit))

    def _texts(self, unit: Unit) -> Sequence[str]:
        return self.texts[unit.task][unit.start : unit.stop]

    def _program(self, text: str) -> Program:
        if text not in self._parsed:
            self._parsed[text] = parse_program(text)
        return self._parsed[text]


@dataclass(frozen=True)
class Differing:
    """Differs run on grids (as text) against a sample's known output.

    A unit's places count cells of a table with a row for each grid and a column for each differ, so that
    a limit can be laid to one differ on one grid.
    """

    tasks: Mapping[str, Task]
    differs: Battery
    grids: Mapping[tuple[str, SampleKey], Sequence[str]]
    budget: int

    @uncollected()
    def run(self, unit: Unit) -> bytes:
        """For each of the unit's cells [measure or null, steps], as JSON."""
        task = self.tasks[unit.task]
        known = sample_of(task, unit.sample).output
        demos = [(sample.input, sample.output) for sample in task.demo]
        given = inputs(sample_of(task, unit.sample).input, demos, known)
        evaluator = Evaluator(self.differs, given, self.budget)
        cells = []
        for text, differs in self._rows(unit):
            evaluator.rebind({**given, "I": grid_of(grid_rows(text))})
            cells += [[measure_of(result), result.steps] for result in evaluator.run(differs)]
        return json.dumps(cells).encode()

    def content(self, unit: Unit) -> str:
        """A digest of the unit's grids and differs."""
        md5s = [entry.md5 for entry in self.differs.entries]
        return digest_of([*md5s, *[text for text, _ in self._rows(unit)]])

    def _rows(self, unit: Unit) -> list[tuple[str, range]]:
        """The unit's grids, each with the places of its differs."""
        width, grids = len(self.differs), self.grids[(unit.task, unit.sample)]
        return [
            (grids[row], range(max(0, unit.start - row * width), min(width, unit.stop - row * width)))
            for row in range(unit.start // width, -(-unit.stop // width))
        ]


def measure_of(result: Result) -> int | None:
    """A differ's measure: the Integer >= 0 in front of its tuple; None where it failed to give one."""
    value = result.value
    if result.failure is None and isinstance(value, tuple) and len(value) == 2:
        measure = value[0]
        if isinstance(measure, int) and measure >= 0:
            return int(measure)
    return None


def encode(results: Sequence[Result]) -> bytes:
    """Results as the JSON of `SampleOutputs`."""
    grids: dict[str, int] = {}
    texts: dict[Any, int] = {}
    failures: dict[tuple[str, str], int] = {}
    outputs = []
    for result in results:
        place = None if result.failure else texts.get(id(result.value))
        if place is None:
            place = _placed(result, grids, failures)
            if result.failure is None:
                texts[id(result.value)] = place
        outputs.append(place)
    steps = [result.steps for result in results]
    return json.dumps(as_json(SampleOutputs(list(grids), list(failures), outputs, steps))).encode()


def _placed(result: Result, grids: dict[str, int], failures: dict[tuple[str, str], int]) -> int:
    failure = result.failure
    if failure is None:
        answer = as_answer(result.value)
        if answer is not None:
            return grids.setdefault(answer.text, len(grids))
        failure = Failure("error", f"the value is no answer grid but {kind_of(result.value)}")
    return -1 - failures.setdefault((failure.kind, failure.detail[:MAX_DETAIL]), len(failures))
