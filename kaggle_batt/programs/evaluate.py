"""One program run alone on one grid, within a budget of steps. A battery must have the same result.

A program's steps are one for each distinct call and what the primitives spend (`dsl.values.limits`); a call
that fails counts one. Calls are made in canonical order; the first that fails, or that uses the budget up,
ends the evaluation, so a failure is as deterministic as a value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from kaggle_batt.dsl.values import limits
from kaggle_batt.dsl.values.build import adopt, grid_of
from kaggle_batt.dsl.values.callables import DOMAIN_ERRORS
from kaggle_batt.dsl.values.limits import meter
from kaggle_batt.dsl.values.sets import FSet
from kaggle_batt.dsl.values.shapes import COLORS, Grid, maybe_grid
from kaggle_batt.errors import DslError, LimitError
from kaggle_batt.programs.calls import Failure, apply_function, kept
from kaggle_batt.programs.graph import Graph, resolve

DEFAULT_BUDGET = 10_000_000  #: a program's steps on a sample: about ten seconds of one core at worst


class Result(NamedTuple):
    """A value or a failure, and the steps taken."""

    value: Any
    failure: Failure | None
    steps: int


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a program as it was made: variable, source, value or failure, steps so far."""

    variable: str
    source: str
    value: Any
    failure: Failure | None
    steps: int


def inputs(I: Any, S: Any = (), C: Any = None) -> dict[str, Any]:  # noqa: E741
    """The inputs as values of the language. Raises `DslError` where one is no grid."""
    demos = tuple([(_input(a), _input(b)) for a, b in S])
    return {"I": _input(I), "S": demos, "C": None if C is None else _input(C)}


def _input(grid: Any) -> Grid:
    return maybe_grid(grid) or grid_of(adopt(grid))


def evaluate(program: Graph, I: Any, S: Any = (), C: Any = None, budget: int | None = None) -> Any:  # noqa: E741
    """The value on grid `I`, demo pairs `S` and a differ's grid `C`. `DslError` names the call at fault."""
    result = run(program, inputs(I, S, C), budget)
    if result.failure is not None:
        error = LimitError if result.failure.kind == "limit" else DslError
        raise error(result.failure.detail)
    return result.value


def run(program: Graph, given: dict[str, Any], budget: int | None = None) -> Result:
    """The program's value or failure on `inputs(...)`, all its calls on one meter."""
    calls = program.calls
    if not calls:
        return Result(resolve(program.result, given), None, 0)
    total = DEFAULT_BUDGET if budget is None else budget
    frame, names, _, waiting = program.instructions
    values = frame.copy()
    for place, name in names:
        values[place] = given[name]
    outer, meter.left = meter.left, total - len(calls)
    try:
        if total < len(calls):
            raise LimitError
        for place, function_place, take in waiting:
            function = values[function_place]
            value = function.call(*take(values))
            kind = type(value)
            if kind is tuple or (kind is FSet and value.weight is None):
                value, _ = kept(function, value)
            values[place] = value
        return Result(values[len(calls) - 1], None, total - meter.left)
    except DOMAIN_ERRORS:  # at which call, and after how many steps, takes a closer look
        values, used, failure = _sweep(program, given, total)
        return Result(values[program.size - 1] if failure is None else None, failure, used[-1])
    finally:
        meter.left = outer


def trace(program: Graph, given: dict[str, Any], budget: int | None = None) -> list[Step]:
    """Every call made, in order; only the last may be a failure."""
    values, used, failure = _sweep(program, given, DEFAULT_BUDGET if budget is None else budget)
    made = zip(program.lines, values, used, strict=False)
    steps = [Step(*line, value, None, so_far) for line, value, so_far in made]
    return steps if failure is None else [*steps[:-1], replace(steps[-1], value=None, failure=failure)]


def _sweep(program: Graph, given: dict[str, Any], total: int) -> tuple[list[Any], list[int], Failure | None]:
    """The values in front of a list, the steps after each call made, and the failure of the last."""
    frame, names, rows, _ = program.instructions
    values = frame.copy()
    for place, name in names:
        values[place] = given[name]
    used: list[int] = []
    so_far = 0
    with limits.budget(total):
        for place, row in enumerate(rows):
            values[place], failure, spent, _ = apply_function([values[ref] for ref in row], total)
            so_far += spent
            used.append(so_far)
            if failure is not None or so_far > total:
                return values, used, located(program.variable(place), failure, so_far, total)
    return values, used, None


def located(variable: str, failure: Failure | None, used: int, total: int) -> Failure | None:
    """The failure of the call that sets `variable` after `used` of `total` steps, or None."""
    if used > total and (failure is None or failure.kind == "error"):
        return Failure("limit", f"{variable}: the budget of {total} steps is used up")
    return None if failure is None else Failure(failure.kind, f"{variable}: {failure.detail}")


def as_answer(value: Any) -> Grid | None:
    """The value as a grid that can be an answer (1..30 cells a side, colors 0..9), else None."""
    try:
        grid = grid_of(value)
    except DslError:
        return None
    fits = 1 <= grid.height <= 30 and 1 <= grid.width <= 30
    return grid if fits and not grid.data.translate(None, COLORS) else None
