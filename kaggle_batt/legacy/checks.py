"""Validation of workers' results by the parent.

A module shares its process with the code that guards it, and may change that: a result can have any form. One
that is not of the form of its job becomes that job's error, and reaches no other part of the run.
"""

from typing import Any

from kaggle_batt.legacy.module import MAX_MEASURE
from kaggle_batt.pipeline.files import fault_in
from kaggle_batt.pipeline.scores import is_grid_text

_DESCRIPTION = {"calls": {str: str}, "rejected": {str: str}, "digest": str, "numpy": bool}
#: rows of a call: (variable, mutated, solver), perhaps with an answer and why there is none
_SHORT, _LONG = (int, bool, str), (int, bool, str, str | None, str | None)
_MEASURE = (int, str | None, str, int | None)  # variable, solver, differ, measure


def is_description(value: Any) -> bool:
    """Whether the value is a result of `jobs.describe_module`."""
    if fault_in(value, _DESCRIPTION) or len(value) != len(_DESCRIPTION):
        return False
    return all([key.isdecimal() and len(key) < 10 for key in value["calls"]])


def is_call(value: Any) -> bool:
    """Whether the value is a result of `jobs.CallJob`."""
    if fault_in(value, {}):
        return False
    if "failure" in value:
        return len(value) == 1 and not fault_in(value, {"failure": (str, str)})
    if fault_in({"s": [], **value}, {"o": [list], "s": [_MEASURE], "odd": {str: str}}):
        return False
    rows, measures = value["o"], value.get("s", [])
    if any([fault_in(row, _LONG if len(row) == len(_LONG) else _SHORT) for row in rows]):
        return False
    grids = [row[3] for row in rows if len(row) == len(_LONG) and row[3] is not None]
    found = [row[3] for row in measures if row[3] is not None]
    numbered = all([0 <= row[0] < 10**9 for row in (*rows, *measures)])
    return numbered and all(map(is_grid_text, grids)) and all([0 <= one < MAX_MEASURE for one in found])
