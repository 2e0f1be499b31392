"""The jobs of a run on a legacy module, for guarded workers. Results are JSON.

A module may change the code that guards it: the parent turns a result of a wrong form into its job's error.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from kaggle_batt.legacy import module
from kaggle_batt.legacy.isolated import in_child
from kaggle_batt.legacy.restore import Globals
from kaggle_batt.pipeline.files import fault_in
from kaggle_batt.pipeline.jobs import Job, Unit, digest_of, sample_of
from kaggle_batt.pipeline.scores import Answer, SampleKey, SampleOutputs, is_grid_text
from kaggle_batt.tasks.grid import GridRows
from kaggle_batt.tasks.task import Task

Where = tuple[str, SampleKey]  #: a task's id and a sample of it
_DESCRIPTION = {"calls": {str: str}, "rejected": {str: str}, "digest": str}
#: for outputs: variable, mutated, solver, answer or none, why none
_CALL = {"o": [(int, bool, str, str | None, str | None)], "odd": {str: str}}
#: against the known output: variable, mutated, solver; variable, solver or none, differ, measure or none
_AGAINST = {"o": [(int, bool, str)], "s": [(int, str | None, str, int | None)], "odd": {str: str}}


def describe_module(path: Path) -> bytes:
    """The description of the module at the path (`module.read_calls`)."""
    return json.dumps(module.read_calls(path)).encode()


def attempt(action: Callable[[], Any]) -> Any:
    """The action's value, or {"failure": [kind, detail]}. A MemoryError is left to the engine."""
    try:
        return action()
    except MemoryError:
        raise
    except BaseException as error:
        return {"failure": ["error", module.error_text(error)]}


def _isolated(path: Path, texts: Sequence[str], action: Callable[[], Any]) -> bytes:
    """The action's value as JSON, from a child of this worker where it might leave anything behind.

    It calls slices of these texts; "" is the module as a whole. The worker imports the module once.
    """
    attempt(lambda: module.load(path))  # a failure is that of each call
    if all([_is_harmless(path, text) for text in texts]):
        return _encoded(action)
    if len(texts) > 1:
        attempt(lambda: module.snapshot(path))  # here, once for all children; it copies all globals
    return in_child(lambda: _encoded(action))


def _encoded(action: Callable[[], Any]) -> bytes:
    """The action's value as JSON; restores the recursion limit."""
    limit = sys.getrecursionlimit()
    try:
        return json.dumps(action()).encode(errors="backslashreplace")
    finally:
        sys.setrecursionlimit(limit)


@lru_cache(maxsize=4096)
def _is_harmless(path: Path, text: str) -> bool:
    return attempt(lambda: module.is_harmless(path, text)) is True


def _demos(task: Task) -> tuple[tuple[GridRows, GridRows | None], ...]:
    return tuple([(sample.input, sample.output) for sample in task.demo])


def _seed(unit: Unit) -> str:
    return f"{unit.task}/{unit.part}/{unit.number}"


@dataclass(frozen=True)
class CallJob(Job):
    """Calls `batt` on a sample: for its outputs, or against the known output for differ values."""

    path: Path
    digest: str
    tasks: Mapping[str, Task]
    against: bool = False

    def content(self, unit: Unit) -> str:
        return self.digest

    def run(self, unit: Unit) -> bytes:
        """{"o": rows, "s": rows (against a known output), "odd": {place: why}} or {"failure": …}."""
        return _isolated(self.path, [""], lambda: attempt(lambda: self._call(unit)))

    def accepts(self, unit: Unit, value: Any) -> bool:
        return is_call(value, self.against)

    def _call(self, unit: Unit) -> dict[str, Any]:
        task, sample = self.tasks[unit.task], sample_of(self.tasks[unit.task], unit.sample)
        given = (task.id, _demos(task), sample.input, sample.output if self.against else None, None)
        o, s = module.call_batt(self.path, _seed(unit), *given)
        rows, odd = module.outputs_of(o)
        if not self.against:
            return {"o": rows, "odd": {f"o[{place}]": why for place, why in odd}}
        values, odd = module.measures_of(s)
        rejected = {f"s[{place}]": why for place, why in odd}
        return {"o": [row[:3] for row in rows], "s": values, "odd": rejected}


@dataclass(frozen=True)
class SliceJob(Job):
    """Runs slices from their texts in the module's namespace; those of a unit in one process and state."""

    path: Path
    digest: str
    tasks: Mapping[str, Task]
    texts: Mapping[str, Sequence[str]]

    def content(self, unit: Unit) -> str:
        return digest_of([self.digest, *self.texts[unit.task][unit.start : unit.stop]])

    def run(self, unit: Unit) -> bytes:
        """The outputs of the unit's slices on its sample."""
        texts = self.texts[unit.task][unit.start : unit.stop]

        def outputs() -> Any:
            return SampleOutputs(self._answers(unit, texts), [0] * len(texts)).as_json()

        return _isolated(self.path, texts, outputs)

    def _answers(self, unit: Unit, texts: Sequence[str]) -> list[Answer]:
        """The answer of each slice, from the state that the first one found.

        The globals of other packages hardly ever change. They are compared after the last slice; if any has
        changed, the slices run again, and they are compared after each.
        """
        harmful = {text for text in texts[:-1] if not _is_harmless(self.path, text)}
        others = module.other_globals(self.path) if harmful else Globals([])
        for after_each in (False, True):
            answers = []
            for before, text in zip(["", *texts], texts, strict=False):
                if before in harmful:
                    module.put_back(self.path)
                    if after_each:
                        others.put_back()
                answers.append(self._answer(unit, text))
            if not others.put_back():
                break
            module.put_back(self.path)
        return answers

    def _answer(self, unit: Unit, text: str) -> Answer:
        task = self.tasks[unit.task]
        given = {"S": _demos(task), "I": sample_of(task, unit.sample).input, "C": None}
        found = attempt(partial(module.slice_answer, self.path, _seed(unit), text, task.id, given))
        return found if isinstance(found, str) else ("error", found["failure"][1])


def is_description(value: Any) -> bool:
    """Whether the value is a result of `describe_module`."""
    if fault_in(value, _DESCRIPTION) or len(value) != len(_DESCRIPTION):
        return False
    return all([key.isdecimal() and len(key) < 10 for key in value["calls"]])


def is_call(value: Any, against: bool) -> bool:
    """Whether the value is a result of `CallJob`."""
    if not fault_in(value, {"failure": (str, str)}):
        return len(value) == 1
    if fault_in(value, _AGAINST if against else _CALL) or "failure" in value:
        return False
    rows, measures = value["o"], value["s"] if against else []
    grids = [] if against else [row[3] for row in rows if row[3] is not None]
    found = [row[3] for row in measures if row[3] is not None]
    numbered = all([0 <= row[0] < 10**9 for row in (*rows, *measures)])
    measured = all([0 <= one < module.MAX_MEASURE for one in found])
    return numbered and measured and all(map(is_grid_text, grids))
