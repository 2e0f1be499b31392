"""What the parent believes of what a worker says.

A module shares its process with the code that guards it, and may change that: a result can be of any form.
One that is not of the form its job gives is that job's error, and reaches no other part of the run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from kaggle_batt.engines import Engine, JobFunction, Limits, Outcome
from kaggle_batt.legacy.module import MAX_MEASURE

UNSOUND = "what the worker gave is no result: the module has changed the code that it runs in"

_GRID = re.compile(r"[0-9]{1,30}(/[0-9]{1,30}){0,29}")


class SoundEngine:
    """An engine that takes results for errors which `sound` does not accept (UTF-8 JSON, read)."""

    def __init__(self, engine: Engine, sound: Callable[[Any], bool]) -> None:
        self.engine, self.sound = engine, sound
        self.name, self.workers = engine.name, engine.workers

    def run(
        self,
        function: JobFunction,
        jobs: Sequence[Any],
        limits: Limits,
        *,
        on_outcome: Callable[[Outcome], None] | None = None,
        deadline: float | None = None,
    ) -> list[Outcome]:
        """See `Engine.run`."""
        judged: dict[int, Outcome] = {}

        def hear(outcome: Outcome) -> None:
            judged[outcome.index] = outcome = self.judge(outcome)
            if on_outcome:
                on_outcome(outcome)

        outcomes = self.engine.run(function, jobs, limits, on_outcome=hear, deadline=deadline)
        return [judged.get(outcome.index, outcome) for outcome in outcomes]

    def judge(self, outcome: Outcome) -> Outcome:
        """The outcome, or the error that it is."""
        try:
            fine = not outcome.ok or self.sound(json.loads(outcome.value.decode()))
        except (ValueError, RecursionError):
            fine = False
        return outcome if fine else outcome._replace(kind="error", value=b"", detail=UNSOUND)

    def close(self) -> None:
        """Close the engine."""
        self.engine.close()


def is_description(value: Any) -> bool:
    """Whether the value is one of `module.read_calls`."""
    return (
        type(value) is dict
        and value.keys() == {"calls", "rejected", "digest"}
        and _texts(value["calls"])
        and all([key.isdecimal() and len(key) < 10 for key in value["calls"]])
        and _texts(value["rejected"])
        and type(value["digest"]) is str
    )


def is_call(value: Any) -> bool:
    """Whether the value is one of `jobs.Calling`."""
    if type(value) is not dict:
        return False
    if "failure" in value:
        return value.keys() == {"failure"} and _row(value["failure"], _is_text, _is_text)
    rows, measures = value.get("o"), value.get("s", [])
    head = (_is_number, _is_flag, _is_text)
    return (
        type(rows) is list
        and all([_row(row, *head) or _row(row, *head, _is_answer, _is_reason) for row in rows])
        and type(measures) is list
        and all([_row(row, _is_number, _is_reason, _is_text, _is_measure) for row in measures])
        and _texts(value.get("odd"))
    )


def is_table(value: Any) -> bool:
    """Whether the value is one of `jobs.Slices`, of one slice."""
    if type(value) is not dict or value.keys() != {"g", "f", "o", "t"}:
        return False
    grids, failures = value["g"], value["f"]
    if type(grids) is not list or type(failures) is not list or not _row(value["t"], _is_number):
        return False
    fine = all([_is_grid(grid) for grid in grids]) and all([_row(f, _is_text, _is_text) for f in failures])
    return fine and value["o"] in ([[0]] if grids else []) + ([[-1]] if failures else [])


def _row(value: Any, *parts: Callable[[Any], bool]) -> bool:
    return (
        type(value) is list
        and len(value) == len(parts)
        and all([part(item) for part, item in zip(parts, value, strict=True)])
    )


def _texts(value: Any) -> bool:
    return type(value) is dict and all([type(text) is str for text in value.values()])


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_reason(value: Any) -> bool:
    return value is None or type(value) is str


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < 10**9


def _is_measure(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value < MAX_MEASURE)


def _is_grid(value: Any) -> bool:
    return (
        type(value) is str and bool(_GRID.fullmatch(value)) and len({len(r) for r in value.split("/")}) == 1
    )


def _is_answer(value: Any) -> bool:
    return value is None or _is_grid(value)
