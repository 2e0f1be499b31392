"""Numbers, truth and containers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kaggle_batt.dsl.values.build import make_set
from kaggle_batt.dsl.values.callables import raw
from kaggle_batt.dsl.values.keys import as_python
from kaggle_batt.dsl.values.limits import MAX_BITS, check_elements, spend
from kaggle_batt.dsl.values.shapes import Grid, SetValue
from kaggle_batt.errors import DslError, LimitError


def is_tuple(value: Any) -> bool:
    """Is it a tuple in the language, as grids are?"""
    return type(value) is tuple or type(value) is Grid


def rows_of(value: Any) -> Any:
    """The value, of a grid its rows."""
    return value.rows if type(value) is Grid else value


def count_of(values: Any, times: Any) -> int:
    """A number of repetitions, 0 where it is negative; the values must not become too many."""
    found = len(range(times))
    check_elements(found * (len(values) if hasattr(values, "__len__") else 1))
    spend(found)
    return found


def _like(container: Any, items: Iterable[Any]) -> Any:
    """The items as a container of the kind of the first one."""
    if isinstance(container, SetValue):
        return make_set(list(items))
    if is_tuple(container):
        return tuple(items)
    raise DslError("a container was expected")


def small(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise LimitError(f"an Integer of over {MAX_BITS} bits")
    return value


def _each(work: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return small(work(a, b))
    one = (a, a) if isinstance(a, int) and is_tuple(b) else (a[0], a[1])
    two = (b[0], b[1]) if is_tuple(b) else (b, b)
    return (small(work(one[0], two[0])), small(work(one[1], two[1])))


def _sets(a: Any, b: Any) -> bool:
    """Raise `DslError` where one of them is a set and the other is none."""
    if isinstance(a, SetValue) is not isinstance(b, SetValue):
        raise DslError("a set was expected")
    return True


def _times(a: Any, b: Any) -> Any:
    for values, times in ((a, b), (b, a)):
        if is_tuple(values) and isinstance(times, int):
            return rows_of(values) * count_of(values, times)
    return a * b


def add(a: Any, b: Any) -> Any:
    return _each(lambda x, y: rows_of(x) + rows_of(y), a, b)


def subtract(a: Any, b: Any) -> Any:
    return _each(lambda x, y: _sets(x, y) and x - y, a, b)


def multiply(a: Any, b: Any) -> Any:
    return _each(_times, a, b)


def divide(a: Any, b: Any) -> Any:
    return _each(lambda x, y: x // y, a, b)


def invert(n: Any) -> Any:
    return (small(-n[0]), small(-n[1]))


def double(n: Any) -> Any:
    return (small(_times(n[0], 2)), small(_times(n[1], 2)))


def halve(n: Any) -> Any:
    return (n[0] // 2, n[1] // 2)


def increment(x: Any) -> Any:
    return (small(x[0] + 1), small(x[1] + 1))


def decrement(x: Any) -> Any:
    return (small(x[0] - 1), small(x[1] - 1))


def _signs(x: Any) -> Any:
    return [0 if part == 0 else 1 if part > 0 else -1 for part in (x[0], x[1])]


def sign(x: Any) -> Any:
    return tuple(_signs(x))


def crement(x: Any) -> Any:
    return tuple(
        [small(part + step) if step else 0 for part, step in zip((x[0], x[1]), _signs(x), strict=True)]
    )


def greater(a: Any, b: Any) -> Any:
    return as_python(a) > as_python(b)


def flip(b: Any) -> Any:
    return not b


def both(a: Any, b: Any) -> Any:
    return a and b


def either(a: Any, b: Any) -> Any:
    return a or b


def branch(condition: Any, a: Any, b: Any) -> Any:
    return a if condition else b


def toivec(i: Any) -> Any:
    return (i, 0)


def tojvec(j: Any) -> Any:
    return (0, j)


def intersection(a: Any, b: Any) -> Any:
    return _sets(a, b) and a & b


def difference(a: Any, b: Any) -> Any:
    return _like(a, [item for item in a if item not in b])


def maximum(container: Any) -> Any:
    return max(map(as_python, container), default=0)


def minimum(container: Any) -> Any:
    return min(map(as_python, container), default=0)


def product(a: Any, b: Any) -> Any:
    return make_set([(x, y) for y in b for x in a])


def prapply(function: Any, a: Any, b: Any) -> Any:
    return make_set([raw(function)(x, y) for y in b for x in a])


def sizefilter(container: Any, n: Any) -> Any:
    return make_set([item for item in container if len(item) == n])
