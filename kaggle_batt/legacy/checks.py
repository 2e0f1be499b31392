"""Validation of workers' results by the parent.

A module shares its process with the code that guards it, and may change that: a result can have any form. One
that is not of the form of its job becomes that job's error, and reaches no other part of the run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kaggle_batt.engines import Outcome
from kaggle_batt.legacy.module import MAX_MEASURE
from kaggle_batt.pipeline.scores import is_grid_text, is_outputs

INVALID = "what the worker gave is no result: the module has changed the code that it runs in"

Check = Callable[[Any], bool]


def checked(outcome: Outcome, is_valid: Check) -> Outcome:
    """The outcome; an error if its result is not UTF-8 JSON of a value that `is_valid`."""
    try:
        fine = not outcome.ok or is_valid(json.loads(outcome.value.decode()))
    except (ValueError, RecursionError):
        fine = False
    return outcome if fine else outcome._replace(kind="error", value=b"", detail=INVALID)


def _is(kind: type) -> Check:
    return lambda value: type(value) is kind


def _below(limit: int) -> Check:
    return lambda value: type(value) is int and 0 <= value < limit


def _optional(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _list(check: Check) -> Check:
    return lambda value: type(value) is list and all([check(item) for item in value])


def _row(*checks: Check) -> Check:
    """A check of a list with an item for each of the checks."""
    return lambda value: (
        type(value) is list
        and len(value) == len(checks)
        and all([check(item) for check, item in zip(checks, value, strict=True)])
    )


def _is_grid(value: Any) -> bool:
    return type(value) is str and is_grid_text(value)


def _is_texts(value: Any) -> bool:
    return type(value) is dict and all([type(text) is str for text in value.values()])


_text, _number = _is(str), _below(10**9)
_failure = _row(_text, _text)
_head = (_number, _is(bool), _text)
_short, _long = _row(*_head), _row(*_head, _optional(_is_grid), _optional(_text))
_outputs = _list(lambda row: _short(row) or _long(row))
_measures = _list(_row(_number, _optional(_text), _text, _optional(_below(MAX_MEASURE))))


def is_description(value: Any) -> bool:
    """Whether the value is a result of `module.read_calls`."""
    if type(value) is not dict or value.keys() != {"calls", "rejected", "digest"}:
        return False
    texts = _is_texts(value["calls"]) and _is_texts(value["rejected"]) and _text(value["digest"])
    return texts and all([key.isdecimal() and len(key) < 10 for key in value["calls"]])


def is_call(value: Any) -> bool:
    """Whether the value is a result of `jobs.CallJob`."""
    if type(value) is not dict:
        return False
    if "failure" in value:
        return value.keys() == {"failure"} and _failure(value["failure"])
    return _outputs(value.get("o")) and _measures(value.get("s", [])) and _is_texts(value.get("odd"))


def is_table(value: Any) -> bool:
    """Whether the value is a result of `jobs.SliceJob` for one slice."""
    return is_outputs(value, 1)
