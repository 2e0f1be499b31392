"""The jobs of a run on an older module: what guarded workers are asked for. Results are JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kaggle_batt.legacy import module
from kaggle_batt.legacy.calls import read_slice
from kaggle_batt.pipeline.jobs import Unit, digest_of, sample_of
from kaggle_batt.pipeline.scores import SampleKey, SampleOutputs, as_json
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import GridRows, Task

#: an answer, or (kind, detail) of a failure
Told = str | tuple[str, str]
#: a task's id and a sample of it
Where = tuple[str, SampleKey]


def describe_module(path: str) -> bytes:
    """What `module.read_calls` tells of the module at the path."""
    return json.dumps(module.read_calls(Path(path))).encode()


def attempt(action: Callable[[], Any]) -> Any:
    """What the action gives, or the failure that it ends in. Memory is the engine's to judge."""
    try:
        return action()
    except MemoryError:
        raise
    except BaseException as error:
        return {"failure": ["error", module.told(error)]}


def demos_of(task: Task) -> tuple[tuple[GridRows, GridRows | None], ...]:
    """The task's demo pairs, as plain tuples."""
    return tuple([(sample.input, sample.output) for sample in task.demo])


def seed_of(unit: Unit) -> str:
    """What `random` begins with on the unit's sample."""
    return f"{unit.task}/{unit.part}/{unit.number}"


@dataclass(frozen=True)
class Calling:
    """Calls `batt` on a sample: for its outputs, or against the known output for differ values."""

    path: str
    digest: str
    tasks: Mapping[str, Task]
    against: bool = False

    def content(self, unit: Unit) -> str:
        """The digest of the module's files."""
        return self.digest

    def run(self, unit: Unit) -> bytes:
        """{"o": rows, "s": rows (against a known output), "odd": {place: why}} or {"failure": …}."""
        return json.dumps(attempt(lambda: self._called(unit))).encode()

    def _called(self, unit: Unit) -> dict[str, Any]:
        task, sample = self.tasks[unit.task], sample_of(self.tasks[unit.task], unit.sample)
        known = sample.output if self.against else None
        demos, seed = demos_of(task), seed_of(unit)
        o, s = module.call_batt(Path(self.path), task.id, demos, sample.input, known, seed)
        rows, odd = module.outputs_of(o)
        if not self.against:
            return {"o": rows, "odd": {f"o[{place}]": why for place, why in odd}}
        values, odd = module.measures_of(s)
        return {
            "o": [row[:3] for row in rows],
            "s": values,
            "odd": {f"s[{place}]": why for place, why in odd},
        }


@dataclass(frozen=True)
class Slices:
    """Runs slices alone, from their texts, in the module's own namespace."""

    path: str
    digest: str
    tasks: Mapping[str, Task]
    texts: Mapping[str, Sequence[str]]

    def content(self, unit: Unit) -> str:
        """A digest of the module's files and the unit's slices."""
        return digest_of([self.digest, *self.texts[unit.task][unit.start : unit.stop]])

    def run(self, unit: Unit) -> bytes:
        """What the unit's slices give on its sample."""
        task, key = self.tasks[unit.task], unit.sample
        given = {"S": demos_of(task), "I": sample_of(task, key).input, "C": None}
        texts = self.texts[unit.task][unit.start : unit.stop]
        told = [self._told(text, given, seed_of(unit)) for text in texts]
        return json.dumps(as_json(tabled(told))).encode()

    def _told(self, text: str, given: Mapping[str, Any], seed: str) -> Told:
        program = _program(text)
        found = attempt(lambda: module.answer_text(module.run_slice(Path(self.path), program, given, seed)))
        return found if isinstance(found, str) else ("error", found["failure"][1])


@lru_cache(maxsize=4096)
def _program(text: str) -> Program:
    return read_slice(text)


def tabled(told: Sequence[Told], steps: Sequence[int] | None = None) -> SampleOutputs:
    """What programs gave on a sample as a table; a module's programs count no steps unless told."""
    grids: dict[str, int] = {}
    failures: dict[tuple[str, str], int] = {}
    outputs = [
        grids.setdefault(one, len(grids))
        if isinstance(one, str)
        else -1 - failures.setdefault(one, len(failures))
        for one in told
    ]
    return SampleOutputs(list(grids), list(failures), outputs, list(steps or [0] * len(outputs)))
