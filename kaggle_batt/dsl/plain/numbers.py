"""Numbers, truth and containers."""

import operator
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
    """The value; for a grid its rows."""
    return value.rows if type(value) is Grid else value


def count_of(values: Any, times: Any) -> int:
    """A number of repetitions, 0 if negative; raises `LimitError` if the values would become too many."""
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


def _both(work: Callable[[Any], Any], pair: Any) -> Any:
    return tuple([small(work(pair[number])) for number in (0, 1)])


def _each(work: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return small(work(a, b))
    one = (a, a) if isinstance(a, int) and is_tuple(b) else (a[0], a[1])
    two = (b[0], b[1]) if is_tuple(b) else (b, b)
    return (small(work(one[0], two[0])), small(work(one[1], two[1])))


def _sets(a: Any, b: Any) -> bool:
    """Raise `DslError` if one of them is a set and the other is not."""
    if isinstance(a, SetValue) is not isinstance(b, SetValue):
        raise DslError("a set was expected")
    return True


def _times(a: Any, b: Any) -> Any:
    for values, times in ((a, b), (b, a)):
        if is_tuple(values) and isinstance(times, int):
            return rows_of(values) * count_of(values, times)
    return a * b


def _signs(x: Any) -> tuple[int, ...]:
    return tuple([0 if part == 0 else 1 if part > 0 else -1 for part in (x[0], x[1])])


SHORT: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: _each(lambda x, y: rows_of(x) + rows_of(y), a, b),
    "subtract": lambda a, b: _each(lambda x, y: _sets(x, y) and x - y, a, b),
    "multiply": lambda a, b: _each(_times, a, b),
    "divide": lambda a, b: _each(operator.floordiv, a, b),
    "invert": lambda n: _both(operator.neg, n),
    "double": lambda n: _both(lambda part: _times(part, 2), n),
    "halve": lambda n: _both(lambda part: part // 2, n),
    "increment": lambda x: _both(lambda part: part + 1, x),
    "decrement": lambda x: _both(lambda part: part - 1, x),
    "sign": _signs,
    "crement": lambda x: tuple([small(x[k] + step) if step else 0 for k, step in enumerate(_signs(x))]),
    "greater": lambda a, b: as_python(a) > as_python(b),
    "intersection": lambda a, b: _sets(a, b) and a & b,
    "difference": lambda a, b: _like(a, [item for item in a if item not in b]),
    "maximum": lambda container: max(map(as_python, container), default=0),
    "minimum": lambda container: min(map(as_python, container), default=0),
    "product": lambda a, b: make_set([(x, y) for y in b for x in a]),
    "prapply": lambda function, a, b: make_set([raw(function)(x, y) for y in b for x in a]),
    "sizefilter": lambda container, n: make_set([item for item in container if len(item) == n]),
}
