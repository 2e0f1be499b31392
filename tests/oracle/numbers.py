"""Numbers and truth."""

from __future__ import annotations

from typing import Any

from tests.oracle.core import is_location, primitive, whole


def parts(value: Any) -> tuple[int, int]:
    """Row and column of a Numerical; an Integer stands for both."""
    return value if is_location(value) else (whole(value), value)


def elementwise(operation: Any, *values: Any) -> Any:
    """The operation on Integers, or part by part where one of the values is an IntegerTuple."""
    if all(isinstance(value, int) for value in values):
        return operation(*values)
    columns = [parts(value) for value in values]
    return (operation(*[column[0] for column in columns]), operation(*[column[1] for column in columns]))


@primitive
def add(a, b):
    return elementwise(lambda x, y: x + y, a, b)


@primitive
def subtract(a, b):
    return elementwise(lambda x, y: x - y, a, b)


@primitive
def multiply(a, b):
    return elementwise(lambda x, y: x * y, a, b)


@primitive
def divide(a, b):
    return elementwise(lambda x, y: x // y, a, b)


@primitive
def invert(n):
    return elementwise(lambda x: -x, n)


@primitive
def double(n):
    return elementwise(lambda x: 2 * x, n)


@primitive
def halve(n):
    return elementwise(lambda x: x // 2, n)


@primitive
def increment(x):
    return elementwise(lambda n: n + 1, x)


@primitive
def decrement(x):
    return elementwise(lambda n: n - 1, x)


def sign_of(n: int) -> int:
    """-1, 0 or 1."""
    return 1 if n > 0 else -1 if n < 0 else 0


@primitive
def crement(x):
    return elementwise(lambda n: n + sign_of(n), x)


@primitive
def sign(x):
    return elementwise(sign_of, x)


@primitive
def even(n):
    return whole(n) % 2 == 0


@primitive
def positive(n):
    return whole(n) > 0


@primitive
def greater(a, b):
    return whole(a) > whole(b)


@primitive
def flip(b):
    return not whole(b)


@primitive
def both(a, b):
    return whole(a) and whole(b)


@primitive
def either(a, b):
    return whole(a) or whole(b)


@primitive
def equality(a, b):
    return a == b


@primitive
def toivec(i):
    return (whole(i), 0)


@primitive
def tojvec(j):
    return (0, whole(j))


@primitive
def interval(start, stop, step):
    return tuple(range(whole(start), whole(stop), whole(step)))


@primitive
def astuple(a, b):
    return (a, b)


@primitive
def branch(condition, a, b):
    return a if whole(condition) else b


@primitive
def identity(x):
    return x
