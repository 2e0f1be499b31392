"""Numbers and truth."""

from __future__ import annotations

from typing import Any

from kaggle_batt.dsl.kinds import Boolean, Integer, IntegerTuple, Numerical, Tuple
from kaggle_batt.dsl.limits import MAX_BITS, check_elements, spend
from kaggle_batt.dsl.values import weigh
from kaggle_batt.errors import DslError, LimitError


def _pair(value: Any) -> tuple[int, int]:
    """Both parts of an IntegerTuple; an Integer stands for itself twice."""
    if isinstance(value, int):
        return value, value
    if type(value) is tuple and len(value) == 2:
        i, j = value
        if isinstance(i, int) and isinstance(j, int):
            return i, j
    raise DslError("an Integer or an IntegerTuple was expected")


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise DslError("an Integer was expected")
    return value


def _small(value: int) -> int:
    if value.bit_length() > MAX_BITS:
        raise LimitError(f"an Integer of over {MAX_BITS} bits")
    return value


def add(a: Numerical, b: Numerical) -> Numerical:
    """a + b, element by element."""
    if isinstance(a, int) and isinstance(b, int):
        return _small(a + b)
    (i, j), (k, m) = _pair(a), _pair(b)
    return (_small(i + k), _small(j + m))


def subtract(a: Numerical, b: Numerical) -> Numerical:
    """a - b, element by element."""
    if isinstance(a, int) and isinstance(b, int):
        return _small(a - b)
    (i, j), (k, m) = _pair(a), _pair(b)
    return (_small(i - k), _small(j - m))


def multiply(a: Numerical, b: Numerical) -> Numerical:
    """a times b, element by element."""
    if isinstance(a, int) and isinstance(b, int):
        return _small(a * b)
    (i, j), (k, m) = _pair(a), _pair(b)
    return (_small(i * k), _small(j * m))


def divide(a: Numerical, b: Numerical) -> Numerical:
    """a over b, floored, element by element."""
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    (i, j), (k, m) = _pair(a), _pair(b)
    return (i // k, j // m)


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


def _sign(n: int) -> int:
    return (n > 0) - (n < 0)


def crement(x: Numerical) -> Numerical:
    """The number one further from zero; zero stays."""
    return add(x, sign(x))


def sign(x: Numerical) -> Numerical:
    """-1, 0 or 1, element by element."""
    if isinstance(x, int):
        return _sign(x)
    i, j = _pair(x)
    return (_sign(i), _sign(j))


def even(n: Integer) -> Boolean:
    """Is the number even?"""
    return _whole(n) % 2 == 0


def positive(n: Integer) -> Boolean:
    """Is the number above zero?"""
    return _whole(n) > 0


def greater(a: Integer, b: Integer) -> Boolean:
    """Is a above b?"""
    return _whole(a) > _whole(b)


def _truth(value: Any) -> bool:
    if not isinstance(value, int):
        raise DslError("a Boolean was expected")
    return bool(value)


def flip(b: Boolean) -> Boolean:
    """Not b."""
    return not _truth(b)


def both(a: Boolean, b: Boolean) -> Boolean:
    """a and b."""
    return _truth(a) and _truth(b)


def either(a: Boolean, b: Boolean) -> Boolean:
    """a or b."""
    return _truth(a) or _truth(b)


def equality(a: Any, b: Any) -> Boolean:
    """Are the values equal?"""
    return bool(a == b)


def toivec(i: Integer) -> IntegerTuple:
    """The vector i down."""
    return (_whole(i), 0)


def tojvec(j: Integer) -> IntegerTuple:
    """The vector j to the right."""
    return (0, _whole(j))


def interval(start: Integer, stop: Integer, step: Integer) -> Tuple:
    """The numbers from start on, below stop, by step."""
    numbers = range(_whole(start), _whole(stop), _whole(step))
    check_elements(len(numbers))
    spend(len(numbers))
    return tuple(numbers)


def astuple(a: Any, b: Any) -> Tuple:
    """(a, b)."""
    made = (a, b)
    spend(weigh(made) >> 4)
    return made


def branch(condition: Boolean, a: Any, b: Any) -> Any:
    """a where the condition holds, else b."""
    return a if _truth(condition) else b


def identity(x: Any) -> Any:
    """x."""
    return x
