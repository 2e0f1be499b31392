"""One program run alone on one grid, within a budget of steps. The battery must give the same.

A program's steps are the sum over its distinct calls of one step each and what the primitives spend
(`dsl.limits`); a call that fails counts one. Calls are made in canonical order; the first that fails,
or that uses the budget up, ends the evaluation, so how a program fails is as deterministic as what it
returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kaggle_batt import dsl
from kaggle_batt.dsl import limits
from kaggle_batt.dsl.constants import CONSTANTS
from kaggle_batt.dsl.function import DOMAIN_ERRORS, Function, domain_error
from kaggle_batt.dsl.limits import meter
from kaggle_batt.dsl.values import FSet, Grid, adopt, grid_of, kind_of, maybe_grid, weigh
from kaggle_batt.errors import DslError, LimitError
from kaggle_batt.program import Lit, Program, Ref

#: steps a program may take on one sample unless told otherwise: about ten seconds of one core at worst
DEFAULT_BUDGET = 10_000_000

FailureKind = Literal["error", "limit"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a program has no value on a sample: an error or a limit, at which call, and the cause."""

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True)
class Result:
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
    demos = tuple([(grid_of(adopt(a)), grid_of(adopt(b))) for a, b in S])
    return {"I": grid_of(adopt(I)), "S": demos, "C": None if C is None else grid_of(adopt(C))}


def evaluate(program: Program, I: Any, S: Any = (), C: Any = None, budget: int | None = None) -> Any:  # noqa: E741
    """The program's value on a grid `I`, demo pairs `S` and, for a differ, the grid `C` compared with.

    Raises `DslError` (or its `LimitError`) with the call at fault.
    """
    result = run(program, inputs(I, S, C), budget)
    if result.failure is not None:
        error = LimitError if result.failure.kind == "limit" else DslError
        raise error(result.failure.detail)
    return result.value


def run(program: Program, given: dict[str, Any], budget: int | None = None) -> Result:
    """The program's value or failure on `inputs(...)`."""
    if not program.calls:
        return Result(resolve(program.result, [], given), None, 0)
    value, failure, used = _made(program, given, budget)[-1]
    return Result(value, failure, used)


def trace(program: Program, given: dict[str, Any], budget: int | None = None) -> list[Step]:
    """Every call made, in order; only the last may be a failure."""
    made = _made(program, given, budget)
    return [
        Step(variable, source, *outcome)
        for (variable, source), outcome in zip(program.lines, made, strict=False)
    ]


def _made(
    program: Program, given: dict[str, Any], budget: int | None
) -> list[tuple[Any, Failure | None, int]]:
    """(value, failure, steps so far) of each call made."""
    total = DEFAULT_BUDGET if budget is None else budget
    values: list[Any] = []
    made: list[tuple[Any, Failure | None, int]] = []
    used = 0
    with limits.budget(total):
        for place, call in enumerate(program.calls):
            function = resolve(call.function, values, given)
            args = [resolve(arg, values, given) for arg in call.args]
            value, failure, spent = apply_function(function, args, total)
            used += spent
            if failure is not None or used > total:
                made.append((None, located(program.variable(place), failure, used, total), used))
                break
            values.append(value)
            made.append((value, None, used))
    return made


def located(variable: str, failure: Failure | None, used: int, total: int) -> Failure | None:
    """The failure of the call that sets `variable` after `used` of `total` steps, or None."""
    if used > total and (failure is None or failure.kind == "error"):
        return Failure("limit", f"{variable}: the budget of {total} steps is used up")
    return None if failure is None else Failure(failure.kind, f"{variable}: {failure.detail}")


def apply_function(function: Any, args: Sequence[Any], total: int) -> tuple[Any, Failure | None, int]:
    """(value, failure, steps) of a function value at values of the language, within `total` steps.

    To be called within `limits.budget(total)`; it leaves the meter as it found it. A tuple of rows comes
    back as the Grid that it equals, so that equal values are of one kind.
    """
    try:
        if not isinstance(function, Function):
            raise DslError(f"a function was expected, not {kind_of(function)}")
        value = function.call(*args)
        if type(value) is tuple:
            weigh(value)
            value = maybe_grid(value) or value
        elif type(value) is FSet:
            weigh(value)
        left = meter.left
        if left != total:
            meter.left = total
        return value, None, total - left + 1
    except DOMAIN_ERRORS as error:
        meter.left = total
        failure = failure_of(function, tuple(args), error)
        return None, failure, 1 if failure.kind == "error" else total + 1


def failure_of(function: Any, args: tuple[Any, ...], error: BaseException) -> Failure:
    """The failure of a call that raised one of `DOMAIN_ERRORS`."""
    name = function.name if isinstance(function, Function) else "call"
    told = domain_error(name, args, error)
    return Failure("limit" if isinstance(told, LimitError) else "error", str(told))


def resolve(ref: Ref, values: list[Any], given: dict[str, Any]) -> Any:
    """The value of a reference."""
    if isinstance(ref, int):
        return values[ref]
    if isinstance(ref, Lit):
        return ref.value
    if ref in given:
        return given[ref]
    return CONSTANTS[ref] if ref in CONSTANTS else dsl.lookup(ref)


def as_answer(value: Any) -> Grid | None:
    """The value as a grid that can be an answer (1..30 cells a side, colors 0..9), else None."""
    try:
        grid = grid_of(value)
    except DslError:
        return None
    fits = 1 <= grid.height <= 30 and 1 <= grid.width <= 30
    return grid if fits and max(grid.data) <= 9 else None
