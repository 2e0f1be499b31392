"""Validation of workers' results by the parent.

A module shares its process with the code that guards it, and may change that: a result can have any form. One
that is not of the form of its job becomes that job's error, and reaches no other part of the run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from kaggle_batt.engines import Outcome
from kaggle_batt.legacy.module import MAX_MEASURE

INVALID = "what the worker gave is no result: the module has changed the code that it runs in"

_GRID = re.compile(r"[0-9]{1,30}(/[0-9]{1,30}){0,29}")


def checked(outcome: Outcome, is_valid: Callable[[Any], bool]) -> Outcome:
    """The outcome; an error if its result is not UTF-8 JSON of a value that `is_valid`."""
    try:
        fine = not outcome.ok or is_valid(json.loads(outcome.value.decode()))
    except (ValueError, RecursionError):
        fine = False
    return outcome if fine else outcome._replace(kind="error", value=b"", detail=INVALID)


def is_description(value: Any) -> bool:
    """Whether the value is a result of `module.read_calls`."""
    return (
        type(value) is dict
        and value.keys() == {"calls", "rejected", "digest"}
        and _is_texts(value["calls"])
        and all([key.isdecimal() and len(key) < 10 for key in value["calls"]])
        and _is_texts(value["rejected"])
        and _is_text(value["digest"])
    )


def is_call(value: Any) -> bool:
    """Whether the value is a result of `jobs.CallJob`."""
    if type(value) is not dict:
        return False
    if "failure" in value:
        return value.keys() == {"failure"} and _is_row(value["failure"], _is_text, _is_text)
    head = (_is_number, _is_flag, _is_text)
    measure = (_is_number, _is_reason, _is_text, _is_measure)
    return (
        _is_list(
            value.get("o"), lambda row: _is_row(row, *head) or _is_row(row, *head, _is_answer, _is_reason)
        )
        and _is_list(value.get("s", []), lambda row: _is_row(row, *measure))
        and _is_texts(value.get("odd"))
    )


def is_table(value: Any) -> bool:
    """Whether the value is a result of `jobs.SliceJob` for one slice."""
    if type(value) is not dict or value.keys() != {"g", "f", "o", "t"}:
        return False
    grids, failures = value["g"], value["f"]
    return (
        _is_list(grids, _is_grid)
        and _is_list(failures, lambda failure: _is_row(failure, _is_text, _is_text))
        and _is_row(value["t"], _is_number)
        and value["o"] in ([[0]] if grids else []) + ([[-1]] if failures else [])
    )


def _is_list(value: Any, is_item: Callable[[Any], bool]) -> bool:
    return type(value) is list and all([is_item(item) for item in value])


def _is_row(value: Any, *parts: Callable[[Any], bool]) -> bool:
    return (
        type(value) is list
        and len(value) == len(parts)
        and all([part(item) for part, item in zip(parts, value, strict=True)])
    )


def _is_texts(value: Any) -> bool:
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
    fits = type(value) is str and _GRID.fullmatch(value)
    return bool(fits) and len({len(row) for row in value.split("/")}) == 1


def _is_answer(value: Any) -> bool:
    return value is None or _is_grid(value)
