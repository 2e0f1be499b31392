"""One call of a program: its value or failure, the steps taken, the weight of the value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kaggle_batt.dsl.values.build import expected, settled
from kaggle_batt.dsl.values.callables import DOMAIN_ERRORS, Function, call_in_plain, domain_error
from kaggle_batt.dsl.values.limits import meter, spend
from kaggle_batt.dsl.values.sets import FSet, weigh
from kaggle_batt.errors import LimitError


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a program has no value on a sample: an error or a limit, at which call, and the cause."""

    kind: Literal["error", "limit"]
    detail: str


Outcome = tuple[Any, Failure | None, int, int]  #: value, failure, steps, weight of the value


def apply_function(call: Sequence[Any], total: int) -> Outcome:
    """(value, failure, steps, value's weight) of a call, its meter at `total` steps left before and after."""
    function, weight = call[0], 1
    try:
        value = function.call(*call[1:])
        kind = type(value)
        if kind is tuple or kind is FSet:
            value, weight = kept(function, value)
        left = meter.left
        if left == total:
            return value, None, 1, weight
        meter.left = total
        return value, None, total - left + 1, weight
    except DOMAIN_ERRORS as error:
        meter.left = total
        return _in_plain(function, tuple(call[1:]), error, total)


def _in_plain(function: Any, args: tuple[Any, ...], error: BaseException, total: int) -> Outcome:
    """The same of a call that raised an error, made on values of any kind if it was outside a domain."""
    if isinstance(function, Function) and not isinstance(error, LimitError):
        try:
            value = call_in_plain(function, args)
            value, weight = settled(value) if type(value) is tuple else (value, weigh(value))
            return value, None, total - meter.left + 1, weight
        except DOMAIN_ERRORS as again:
            error = again if isinstance(again, LimitError) else error
        finally:
            meter.left = total
    if isinstance(function, Function):
        found = domain_error(function.name, args, error)
    else:
        found = domain_error("call", args, expected("a function", function))
    if isinstance(found, LimitError):
        return None, Failure("limit", str(found)), total + 1, 0
    return None, Failure("error", str(found)), 1, 0


def kept(function: Any, value: Any) -> tuple[Any, int]:
    """A tuple or set as programs keep it, and its weight; a tuple of rows becomes the Grid that it equals."""
    if type(value) is FSet:
        return value, weigh(value)
    value, weight = settled(value)
    if weight > 15 and getattr(function, "counts", False):
        spend(weight >> 4)
    return value, weight


FIXED_STEPS, FIXED_WEIGHT = 64, 256  #: up to these the outcome of a call on constants is kept for all runs


def fixed(call: Sequence[Any]) -> Outcome | None:
    """What `apply_function` returns for a call on constants; None where it is not to be kept for all runs."""
    outer, meter.left = meter.left, FIXED_STEPS
    try:
        outcome = apply_function(call, FIXED_STEPS)
    finally:
        meter.left = outer
    _, failure, steps, weight = outcome
    is_small = steps <= FIXED_STEPS and weight <= FIXED_WEIGHT
    return outcome if is_small and (failure is None or failure.kind == "error") else None
