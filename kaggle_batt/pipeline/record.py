"""The run record: all results of one execution, as one versioned JSON value."""

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kaggle_batt import __version__
from kaggle_batt.errors import StoreError
from kaggle_batt.params import EXECUTION, Params, digest
from kaggle_batt.pipeline.files import fault_in, read_json
from kaggle_batt.pipeline.scores import SampleKey, grid_text, speed_class
from kaggle_batt.pipeline.state import RunState, TaskResult
from kaggle_batt.pipeline.timings import Clock, old_timings
from kaggle_batt.tasks.task import Task

FORMAT = 1  #: version of the record's form
#: entries of `not_done` that a record lists of each phase; `not_done_counts` has the number of all
MOST_LISTED = 50

_COUNTS = {str: int}
_SECONDS = int | float
#: the form of a record, as far as anything reads it (`files.fault_in`)
_FORM = {
    "status": str,
    "params": {str: str | _SECONDS | bool},
    "environment": {str: str | int | None},
    "timings": [
        {
            "phase": str,
            "wall": _SECONDS,
            "cpu": _SECONDS,
            "jobs": int,
            "parallelism": _SECONDS,
            "spans": [(str, int, _SECONDS, _SECONDS, str)],
        }
    ],
    "old_timings": {str: _SECONDS},
    "battery": {"solvers": int, "mutated": int, "differs": int, "nodes": int, "module": str, "md5": str},
    "candidates": {"tried": int, "before": int, "after": int, "kept": int, "same": {str: [str]}},
    "tasks": {str: {"demo": int, "test": int}},
    "differs": {str: str},
    "broken": [str],
    "rejected": {str: str},
    "not_done": [str],
    "not_done_counts": _COUNTS,
    "struck": [{"phase": str, "unit": str, "kind": str, "detail": str}],
    "older_files": {str: [str]},
    "refused": {str: str},
    "placeholders": {str: int},
    "skipped": {str: str},
    "notes": [str],
    "searched": {str: {"confidence": int, "kind": str, "answers": int, "passes": int, "steps": int}},
}
_PROGRAM = {
    "name": str,
    "source": str,
    "mutated": bool,
    "calls": int,
    "steps": int,
    "speed": int,
    "text": str,
    "outputs": {str: str | None},
    "failures": {str: (str, str)},
}
#: the form of a task that was scored
_SCORED = {
    "candidates": int,
    "distinct": int,
    "failures": _COUNTS,
    "outputs": {str: str},
    "programs": {str: _PROGRAM},
    "o_score": {str: {"demo": int, "test": int}},
    "d_score": {str: {str: {"iz": int, "zo": int, "failed": int}}},
    "s_score": {str: {"iz": _COUNTS, "zo": _COUNTS}},
    "predictions": [[str]],
    "solved": [bool | None],
}


def read_record(path: Path) -> dict[str, Any]:
    """The record in a file. Raises `StoreError` for another format, or at the first value of another form."""
    record = read_json(path)
    form = record.get("format") if isinstance(record, Mapping) else None
    if form != FORMAT:
        raise StoreError(f"{path}: a record of format {FORMAT} was expected, not {form!r}")
    fault = fault_in(record, _FORM)
    for name, task in record["tasks"].items() if not fault else ():
        fault = fault or (fault_in(task, _SCORED, f"tasks / {name}") if "candidates" in task else None)
    if fault:
        raise StoreError(f"{path}: {fault}")
    return dict(record)


def key_text(key: SampleKey) -> str:
    """A sample's key as text: ``demo/0``."""
    return f"{key[0]}/{key[1]}"


def environment() -> dict[str, Any]:
    """The environment of the run; nothing of it may change a result."""
    return {
        "package": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "hash_seed": os.environ.get("PYTHONHASHSEED", "random"),
        "implementation": sys.implementation.name,
    }


def make_record(
    params: Params, state: RunState, clock: Clock, workers: int, status: str, extra: Mapping[str, Any]
) -> dict[str, Any]:
    """The record of a run; `status` is "running", "done", "late", "interrupted" or "failed"."""
    phases = [*clock.phases, clock.total()]
    return {
        "format": FORMAT,
        "status": status,
        "params": asdict(params),
        "environment": {**environment(), "workers": workers},
        "timings": [phase.as_json() for phase in phases],
        "old_timings": {key: round(seconds, 6) for key, seconds in old_timings(phases).items()},
        "battery": _battery(state),
        "candidates": _candidates(state),
        "tasks": {name: _task(state, name) for name in state.tasks},
        "differs": {entry.name: entry.md5 for entry in state.differs.entries},
        "broken": list(state.broken),
        "rejected": dict(state.rejected),
        **extra,
    }


def _battery(state: RunState) -> dict[str, Any]:
    md5s = [entry.md5 for entry in state.solvers.entries]
    return {
        "solvers": len(state.solvers),
        "mutated": sum([entry.mutated for entry in state.solvers.entries]),
        "differs": len(state.differs),
        "nodes": len(state.solvers.nodes),
        "module": state.module,
        "md5": digest(md5s),
    }


def _candidates(state: RunState) -> dict[str, Any]:
    same = {md5: list(names) for md5, names in state.distinct.items() if len(names) > 1}
    lists = {id(places): places for places in state.lists.values()}  # most tasks share one list
    tried = {state.solvers.entries[place].md5 for places in lists.values() for place in places}
    return {
        "tried": len(tried),
        "before": state.before,
        "after": len(state.distinct),
        "kept": len(state.kept_md5s()),
        "same": same,
    }


def not_done_fields(not_done: Iterable[str]) -> dict[str, Any]:
    """What was not done ("phase: what") as fields of the record: the first of each phase, and how many."""
    by_phase: dict[str, list[str]] = {}
    for what in not_done:
        by_phase.setdefault(what.partition(":")[0], []).append(what)
    listed = [what for some in by_phase.values() for what in some[:MOST_LISTED]]
    return {"not_done": listed, "not_done_counts": {phase: len(some) for phase, some in by_phase.items()}}


def _task(state: RunState, name: str) -> dict[str, Any]:
    task, predictions = state.tasks[name], state.predictions.get(name, [])
    outputs, result = state.outputs.get(name), state.results.get(name, TaskResult())
    sizes = {"demo": len(task.demo), "test": len(task.test)}
    if outputs is None:
        return sizes
    steps = outputs.steps()
    return {
        **sizes,
        "candidates": state.candidates(name),
        "distinct": len(state.order.get(name, ())),
        "failures": outputs.failures(),
        "outputs": {key_text(key): digest(sample.grids) for key, sample in outputs.samples.items()},
        "programs": {
            state.md5(name, place): _program(state, name, place, steps[place])
            for place in state.kept.get(name, ())
        },
        "o_score": result.o_score,
        "d_score": result.d_score,
        "s_score": result.s_score,
        "predictions": predictions,
        "solved": solved(task, predictions),
    }


def _program(state: RunState, name: str, place: int, steps: int) -> dict[str, Any]:
    outputs = state.outputs[name]
    entry = state.solvers.entries[state.lists[name][place]]
    return {
        "name": entry.name,
        "source": entry.source,
        "mutated": entry.mutated,
        "parent": entry.parent,
        "seed": entry.seed,
        "calls": entry.program.size,
        "cost": entry.cost,
        "steps": steps,
        "speed": speed_class(steps),
        "text": entry.program.text,
        "outputs": {key_text(key): sample.grid(place) for key, sample in outputs.samples.items()},
        "failures": {
            key_text(key): list(failure)
            for key, sample in outputs.samples.items()
            if (failure := sample.failure(place)) is not None
        },
    }


def solved(task: Task, predictions: list[list[str]]) -> list[bool | None]:
    """For each test input whether one of the predictions is right; None where the answer is hidden."""
    return [
        None if sample.output is None else grid_text(sample.output) in answers
        for sample, answers in zip(task.test, predictions, strict=False)
    ]


def score(tasks: Iterable[Any]) -> tuple[int, int]:
    """(test outputs right with two answers, test outputs known) of the tasks of a record."""
    solved = [right for task in tasks if isinstance(task, Mapping) for right in task.get("solved", ())]
    known = [bool(right) for right in solved if right is not None]
    return sum(known), len(known)


#: parts of a record that may differ between equal runs
INCIDENTAL = frozenset({"environment", "timings", "old_timings", "struck", "status", "older_files"})


def essence(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without what may differ between equal runs: timings, environment, engine."""
    kept = {key: value for key, value in record.items() if key not in INCIDENTAL}
    kept["params"] = {key: value for key, value in record.get("params", {}).items() if key not in EXECUTION}
    return kept
