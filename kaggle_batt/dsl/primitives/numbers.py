"""Numbers and truth."""

from __future__ import annotations

import operator
from typing import Any

from kaggle_batt.dsl.values.build import expected
from kaggle_batt.dsl.values.kinds import Boolean, Integer, IntegerTuple, Numerical, Tuple
from kaggle_batt.dsl.values.limits import MAX_BITS, check_elements, spend
from kaggle_batt.dsl.values.sets import NESTED, same, weigh
from kaggle_batt.errors import LimitError

_FEW = 16  #: how many elements cost one step


def _pair(value: Any) -> tuple[int, int]:
    """Both parts of an IntegerTuple; an Integer stands for itself twice."""
    if type(value) is tuple and len(value) == 2:
        i, j = value
        if isinstance(i, int) and isinstance(j, int):
            return value
    if isinstance(value, int):
        return value, value
    raise expected("an Integer or an IntegerTuple")


_MOST = 1 << MAX_BITS


def _small(value: int) -> int:
    if not -_MOST < value < _MOST:
        raise LimitError(f"an Integer of over {MAX_BITS} bits")
    return value


def _each(work: Any, a: Any, b: Any) -> Any:
    """The value of two Integers, or of the parts of IntegerTuples."""
    if isinstance(a, int) and isinstance(b, int):
        return _small(work(a, b))
    (i, j), (k, m) = _pair(a), _pair(b)
    return (_small(work(i, k)), _small(work(j, m)))


def add(a: Numerical, b: Numerical) -> Numerical:
    """a + b, element by element."""
    return _each(operator.add, a, b)


def subtract(a: Numerical, b: Numerical) -> Numerical:
    """a - b, element by element."""
    return _each(operator.sub, a, b)


def multiply(a: Numerical, b: Numerical) -> Numerical:
    """a times b, element by element."""
    return _each(operator.mul, a, b)


def divide(a: Numerical, b: Numerical) -> Numerical:
    """a over b, floored, element by element."""
    return _each(operator.floordiv, a, b)


def invert(n: Numerical) -> Numerical:
    """The number negated."""
    if isinstance(n, int):
        return -n
    i, j = _pair(n)
    return (-i, -j)


def double(n: Numerical) -> Numerical:
    """The number times two."""
    return multiply(n, 2)


def halve(n: Numerical) -> Numerical:
    """Half of the number, floored."""
    return divide(n, 2)


def increment(x: Numerical) -> Numerical:
    """The number plus one."""
    return add(x, 1)


def decrement(x: Numerical) -> Numerical:
    """The number minus one."""
    return subtract(x, 1)


def crement(x: Numerical) -> Numerical:
    """The number one further from zero; zero for zero."""
    return add(x, sign(x))


def sign(x: Numerical) -> Numerical:
    """-1, 0 or 1, element by element."""
    if isinstance(x, int):
        return (x > 0) - (x < 0)
    i, j = _pair(x)
    return (sign(i), sign(j))


def even(n: Integer) -> Boolean:
    """Is the number even?"""
    if isinstance(n, int):
        return n % 2 == 0
    raise expected("an Integer")


def positive(x: Integer) -> Boolean:
    """Is the number above zero?"""
    if isinstance(x, int):
        return x > 0
    raise expected("an Integer")


def greater(a: Integer, b: Integer) -> Boolean:
    """Is a above b?"""
    if isinstance(a, int) and isinstance(b, int):
        return a > b
    raise expected("an Integer")


def flip(b: Boolean) -> Boolean:
    """Not b."""
    return not b


def both(a: Boolean, b: Boolean) -> Boolean:
    """a and b."""
    return a and b


def either(a: Boolean, b: Boolean) -> Boolean:
    """a or b."""
    return a or b


def equality(a: Any, b: Any) -> Boolean:
    """Are the values equal?"""
    return a == b


def equality_within(a: Any, b: Any) -> Boolean:
    """`equality` within a function, where values can be of any depth."""
    return a is b or same(a, b)


def toivec(i: Integer) -> IntegerTuple:
    """The vector i down."""
    return (i, 0)


def tojvec(j: Integer) -> IntegerTuple:
    """The vector j to the right."""
    return (0, j)


def interval(start: Integer, stop: Integer, step: Integer) -> Tuple:
    """The numbers from start on, below stop, by step."""
    if isinstance(start, int) and isinstance(stop, int) and isinstance(step, int):
        numbers = range(start, stop, step)
        if numbers and len(numbers) > _FEW:
            check_elements(len(numbers))
            spend(len(numbers) // _FEW)
        return tuple(numbers)
    raise expected("an Integer")


def astuple(a: Any, b: Any) -> Tuple:
    """(a, b)."""
    return (a, b)


def astuple_within(a: Any, b: Any) -> Tuple:
    """`astuple` within a function, where nothing else checks the size of its value."""
    made = (a, b)
    if type(a) in NESTED or type(b) in NESTED:
        spend(weigh(made) >> 4)
    return made


def branch(condition: Boolean, a: Any, b: Any) -> Any:
    """a where the condition holds, else b."""
    return a if condition else b


def identity(x: Any) -> Any:
    """x."""
    return x
