"""A program run on a task: its outcome on each sample, and each call on one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kaggle_batt.dsl.values.shapes import Grid, SetValue
from kaggle_batt.pipeline.jobs import answer_of, given_for, sample_keys, sample_of
from kaggle_batt.pipeline.record import key_text
from kaggle_batt.pipeline.scores import PARTS, SampleKey, grid_rows
from kaggle_batt.programs.calls import Failure
from kaggle_batt.programs.evaluate import Step, run, trace
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Outcome:
    """A program's result on a sample, a grid or a failure; whether it is right (None: not known)."""

    grid: Any
    failure: Failure | None
    right: bool | None


Outcomes = Mapping[SampleKey, Outcome]


def tried(program: Program, task: Task, budget: int) -> dict[SampleKey, Outcome]:
    """The outcome on each sample within `budget` steps; samples after one that exceeds it are left out."""
    outcomes: dict[SampleKey, Outcome] = {}
    for key in sample_keys(task):
        outcomes[key] = _outcome(task, key, answer_of(run(program, given_for(task, key), budget)))
        if (failure := outcomes[key].failure) and failure.kind == "limit":
            break
    return outcomes


def recorded(program: Mapping[str, Any], task: Task) -> dict[SampleKey, Outcome]:
    outcomes: dict[SampleKey, Outcome] = {}
    for key in sample_keys(task):
        name = key_text(key)
        if answer := program["outputs"].get(name) or program["failures"].get(name):
            outcomes[key] = _outcome(task, key, answer)
    return outcomes


def _outcome(task: Task, key: SampleKey, answer: Any) -> Outcome:
    """The outcome of a program with this answer: a grid as text, or (kind, detail) of a failure."""
    if not isinstance(answer, str):
        return Outcome(None, Failure(*answer), False)
    rows, known = grid_rows(answer), sample_of(task, key).output
    return Outcome(rows, None, None if known is None else known == rows)


def verdict(task: Task, outcomes: Outcomes) -> str:
    """'demos 2 of 3 right (error on 3) · tests 0 of 1 right', the score of a program on a task."""
    return " · ".join([_part_verdict(task, outcomes, part) for part in PARTS])


def _part_verdict(task: Task, outcomes: Outcomes, part: str) -> str:
    keys = sample_keys(task, [part])
    right = [key for key in keys if key in outcomes and outcomes[key].right]
    known = [key for key in keys if sample_of(task, key).output is not None]
    text = f"{part}s {len(right)} of {len(known)} right" if known else f"{part}s: answers hidden"
    failed: dict[str, list[str]] = {}
    for key in keys:
        outcome = outcomes.get(key)
        kind = "not run" if outcome is None else outcome.failure.kind if outcome.failure else ""
        failed.setdefault(kind, []).append(str(key[1] + 1))
    failures = [f"{kind} on {', '.join(numbers)}" for kind, numbers in failed.items() if kind]
    return f"{text} ({'; '.join(failures)})" if failures else text


def sample_name(key: SampleKey) -> str:
    """'demo 1' for the first demo."""
    return f"{key[0]} {key[1] + 1}"


@dataclass(frozen=True)
class Walk:
    """A program's calls as they were made on a sample, and the grid that each value is drawn on."""

    program: Program
    steps: Sequence[Step]
    grounds: Sequence[Grid]
    given: Mapping[str, Any]

    @property
    def failed(self) -> bool:
        """Whether the last call made failed."""
        return bool(self.steps) and self.steps[-1].failure is not None

    def args(self, place: int) -> list[tuple[str, Any, Grid]]:
        """(name, value, ground) of the calls and inputs that a call refers to, each once."""
        found: dict[str, tuple[str, Any, Grid]] = {}
        call = self.program.calls[place]
        for ref in (call.function, *call.args):
            name = self.program.show(ref)
            if isinstance(ref, int):
                found[name] = (name, self.steps[ref].value, self.grounds[ref])
            elif isinstance(ref, str) and ref in self.given:
                found[name] = (name, self.given[ref], self.given["I"])
        return list(found.values())


def walk(program: Program, task: Task, key: SampleKey, budget: int) -> Walk:
    given = given_for(task, key)
    steps = trace(program, given, budget)
    return Walk(program, steps, _grounds(program, steps, given), given)


def _grounds(program: Program, steps: Sequence[Step], given: Mapping[str, Any]) -> list[Grid]:
    """Each value's ground: the first argument that is a grid, else the ground of a container's, else I."""
    grounds: list[Grid] = []
    for call in program.calls[: len(steps)]:
        refs = [ref for ref in call.args if isinstance(ref, int)]
        grids = [given["I"]] if "I" in call.args else []
        grids = [steps[ref].value for ref in refs if type(steps[ref].value) is Grid] or grids
        inherited = [grounds[ref] for ref in refs if isinstance(steps[ref].value, (SetValue, tuple))]
        grounds.append([*grids, *inherited, given["I"]][0])
    return grounds
