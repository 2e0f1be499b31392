"""The jobs that engines carry out: which programs run on which sample, and their results as JSON.

A `Unit` names some of a task's programs and one of its samples; a job holds what units refer to, and workers
inherit it. Its `content`, a digest of what the result depends on, keeps other programs' results apart.
"""

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Self, TypeVar

from kaggle_batt.dsl.values.build import grid_of, kind_of
from kaggle_batt.pipeline.files import fault_in
from kaggle_batt.pipeline.scores import PARTS, Answer, SampleKey, SampleOutputs, grid_rows, is_outputs
from kaggle_batt.programs.battery import Battery, Evaluator
from kaggle_batt.programs.evaluate import Result, as_answer, inputs, run
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.programs.program import parse_program
from kaggle_batt.tasks.grid import GridRows
from kaggle_batt.tasks.task import Sample, Task

CHUNK = 1024  #: programs of one unit: bounds the results that are alive at once
MAX_DETAIL = 300  #: characters kept of a failure's cause
T = TypeVar("T")
#: grids to measure, as text, by task and sample: the raw input, then the distinct answers
Grids = Mapping[tuple[str, SampleKey], Sequence[str]]


class Unit(NamedTuple):
    """Programs `start` to `stop` of a task's list, on one sample."""

    task: str
    part: str
    number: int
    start: int
    stop: int

    @property
    def sample(self) -> SampleKey:
        return (self.part, self.number)

    @property
    def label(self) -> str:
        """A name that is unique within a phase."""
        return f"{self.task}/{self.part}/{self.number}/{self.start}-{self.stop}"

    def of(self, lists: Mapping[str, Sequence[T]]) -> Sequence[T]:
        """The unit's part of its task's list."""
        return lists[self.task][self.start : self.stop]

    def halves(self) -> list[Self]:
        middle = (self.start + self.stop) // 2
        return [self._replace(stop=middle), self._replace(start=middle)]


def sample_of(task: Task, key: SampleKey) -> Sample:
    return (task.demo if key[0] == "demo" else task.test)[key[1]]


def sample_keys(task: Task, parts: Sequence[str] = PARTS) -> list[SampleKey]:
    """The samples of these parts of a task, demos first."""
    sizes = {"demo": len(task.demo), "test": len(task.test)}
    return [(part, index) for part in parts for index in range(sizes[part])]


def given_for(task: Task, key: SampleKey, known: GridRows | None = None) -> dict[str, Any]:
    """A program's inputs on the sample; a differ's with the known output."""
    demos = [(sample.input, sample.output) for sample in task.demo]
    return inputs(sample_of(task, key).input, demos, known)


def units(
    tasks: Mapping[str, Task],
    counts: Mapping[str, int],
    parts: Sequence[str] = PARTS,
    done: Mapping[tuple[str, SampleKey], int] | None = None,
) -> list[Unit]:
    """The units of tasks with so many programs each, of which `done` says how many have run on a sample."""
    done = done or {}
    return [
        unit
        for name, task in tasks.items()
        for key in sample_keys(task, parts)
        for unit in chunks(name, key, counts.get(name, 0), done.get((name, key), 0))
    ]


def chunks(task: str, key: SampleKey, count: int, first: int = 0) -> list[Unit]:
    """The units of programs `first` to `count` on one sample."""
    return [Unit(task, *key, start, min(start + CHUNK, count)) for start in range(first, count, CHUNK)]


def digest_of(texts: Iterable[str]) -> str:
    return hashlib.md5("\0".join(texts).encode(), usedforsecurity=False).hexdigest()


class Job:
    """What a phase executes for each unit."""

    def run(self, unit: Unit) -> bytes:
        """The unit's result, as JSON."""
        raise NotImplementedError

    def content(self, unit: Unit) -> str:
        """A digest of everything but the parameters that the unit's result depends on."""
        raise NotImplementedError

    def accepts(self, unit: Unit, value: Any) -> bool:
        """Whether a JSON value is a result of the unit (default: `SampleOutputs` of its programs)."""
        return is_outputs(value, unit.stop - unit.start)


@dataclass(frozen=True)
class BatteryJob(Job):
    """Runs each task's list of programs (places in the battery) as parts of the battery."""

    tasks: Mapping[str, Task]
    battery: Battery
    programs: Mapping[str, Sequence[int]]
    budget: int
    _last: dict[int, tuple[Any, Evaluator]] = field(default_factory=dict, compare=False)

    @uncollected()
    def run(self, unit: Unit) -> bytes:
        return encode(self._evaluator(unit).run(unit.of(self.programs)))

    def content(self, unit: Unit) -> str:
        return digest_of([self.battery.entries[place].md5 for place in unit.of(self.programs)])

    def _evaluator(self, unit: Unit) -> Evaluator:
        """The evaluator of the unit's sample; a thread keeps it while the sample stays the same."""
        thread, where = threading.get_ident(), (unit.task, unit.sample)
        if thread not in self._last or self._last[thread][0] != where:
            given = given_for(self.tasks[unit.task], unit.sample)
            self._last[thread] = where, Evaluator(self.battery, given, self.budget)
        return self._last[thread][1]


@dataclass(frozen=True)
class AloneJob(Job):
    """Runs each program alone from its canonical text: the check of the battery."""

    tasks: Mapping[str, Task]
    texts: Mapping[str, Sequence[str]]
    budget: int

    @uncollected()
    def run(self, unit: Unit) -> bytes:
        given = given_for(self.tasks[unit.task], unit.sample)
        return encode([run(_program(text), given, self.budget) for text in unit.of(self.texts)])

    def content(self, unit: Unit) -> str:
        return digest_of(unit.of(self.texts))


_program = lru_cache(maxsize=4096)(parse_program)


def encode(results: Sequence[Result]) -> bytes:
    """Results as the JSON of `SampleOutputs`."""
    known: dict[int, Answer] = {}  # programs share values: each is written out once
    answers = []
    for result in results:
        key = id(result if result.failure else result.value)
        if key not in known:
            known[key] = answer_of(result)
        answers.append(known[key])
    return json.dumps(SampleOutputs(answers, [result.steps for result in results]).as_json()).encode()


def answer_of(result: Result) -> Answer:
    if result.failure is not None:
        return result.failure.kind, result.failure.detail[:MAX_DETAIL]
    answer = as_answer(result.value)
    if answer is None:
        return "error", f"the value is no answer grid but {kind_of(result.value)}"[:MAX_DETAIL]
    return answer.text


@dataclass(frozen=True)
class DifferJob(Job):
    """Runs differs on grids against a sample's known output.

    A unit's places count cells of a table, a row for each grid and a column for each differ.
    """

    tasks: Mapping[str, Task]
    differs: Battery
    grids: Grids
    budget: int

    @uncollected()
    def run(self, unit: Unit) -> bytes:
        """For each of the unit's cells [measure or null, steps], as JSON."""
        task = self.tasks[unit.task]
        given = given_for(task, unit.sample, sample_of(task, unit.sample).output)
        evaluator = Evaluator(self.differs, given, self.budget)
        cells = []
        for text, differs in self._rows(unit):
            evaluator.rebind({**given, "I": grid_of(grid_rows(text))})
            cells += [[measure_of(result), result.steps] for result in evaluator.run(differs)]
        return json.dumps(cells).encode()

    def content(self, unit: Unit) -> str:
        md5s = [entry.md5 for entry in self.differs.entries]
        return digest_of([*md5s, *[text for text, _ in self._rows(unit)]])

    def accepts(self, unit: Unit, value: Any) -> bool:
        return len(value) == unit.stop - unit.start if not fault_in(value, [(int | None, int)]) else False

    def _rows(self, unit: Unit) -> list[tuple[str, range]]:
        """The unit's grids, each with the places of its differs."""
        width, grids = len(self.differs), self.grids[(unit.task, unit.sample)]
        return [
            (grids[row], range(max(0, unit.start - row * width), min(width, unit.stop - row * width)))
            for row in range(unit.start // width, -(-unit.stop // width))
        ]


def measure_of(result: Result) -> int | None:
    """A differ's measure: the Integer >= 0 in front of its pair; None where it failed to give one."""
    value = result.value
    if result.failure is not None or not isinstance(value, tuple) or len(value) != 2:
        return None
    return int(value[0]) if isinstance(value[0], int) and value[0] >= 0 else None
