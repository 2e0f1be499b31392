"""Containers."""

from __future__ import annotations

from typing import Any

from tests.oracle.core import Function, OracleError, like, order_key, ordered, primitive, whole


def function(value: Any) -> Function:
    """The Callable; what is none raises where it is called."""
    if isinstance(value, Function):
        return value

    def fail(_: Any) -> Any:
        raise OracleError(f"no function: {value!r}")

    return Function(repr(value), 1, fail)


def a_set(value: Any) -> frozenset[Any]:
    """The set."""
    if not isinstance(value, frozenset):
        raise OracleError(f"no set: {value!r}")
    return value


def some(container: Any) -> tuple[Any, ...]:
    """The elements of a container that has some, in their order."""
    found = ordered(container)
    if not found:
        raise OracleError("the container is empty")
    return found


@primitive
def contained(value, container):
    return value in ordered(container)


@primitive
def combine(a, b):
    return like(a, ordered(a) + ordered(b))


@primitive
def intersection(a, b):
    return a_set(a) & a_set(b)


@primitive
def difference(a, b):
    excluded = ordered(b)
    return like(a, [element for element in ordered(a) if element not in excluded])


def a_tuple(value: Any) -> tuple[Any, ...]:
    """The tuple, or an empty set."""
    if ordered(value) and not isinstance(value, tuple):
        raise OracleError(f"no tuple: {value!r}")
    return ordered(value)


@primitive
def dedupe(tup):
    found = []
    for element in a_tuple(tup):
        if element not in found:
            found.append(element)
    return tuple(found)


def key_by(compfunc: Any) -> Any:
    """The function's value of an element, as what is compared."""
    f = function(compfunc)
    return lambda element: f(element)


@primitive
def order(container, compfunc):
    return tuple(sorted(ordered(container), key=key_by(compfunc)))


@primitive
def repeat(item, num):
    return tuple(item for _ in range(whole(num)))


@primitive
def size(container):
    return len(ordered(container))


@primitive
def merge(containers):
    return like(containers, [element for inner in ordered(containers) for element in ordered(inner)])


@primitive
def maximum(container):
    return max((whole(n) for n in ordered(container)), default=0)


@primitive
def minimum(container):
    return min((whole(n) for n in ordered(container)), default=0)


def values(container: Any, compfunc: Any) -> list[Any]:
    """The key of each element; of an empty container the key of 0."""
    return [function(compfunc)(element) for element in ordered(container) or (0,)]


@primitive
def valmax(container, compfunc):
    return max(values(container, compfunc))


@primitive
def valmin(container, compfunc):
    return min(values(container, compfunc))


@primitive
def argmax(container, compfunc):
    return max(some(container), key=key_by(compfunc))


@primitive
def argmin(container, compfunc):
    return min(some(container), key=key_by(compfunc))


@primitive
def mostcommon(container):
    found = some(a_tuple(container))
    return max(sorted(found, key=order_key), key=found.count)


@primitive
def leastcommon(container):
    found = some(a_tuple(container))
    return min(sorted(found, key=order_key), key=found.count)


@primitive
def initset(value):
    return frozenset([value])


@primitive
def sfilter(container, condition):
    holds = function(condition)
    return like(container, [element for element in ordered(container) if holds(element)])


@primitive
def mfilter(container, condition):
    return merge(sfilter(container, condition))


@primitive
def extract(container, condition):
    holds = function(condition)
    for element in ordered(container):
        if holds(element):
            return element
    raise OracleError("no element meets the condition")


@primitive
def totuple(container):
    return ordered(container)


@primitive
def first(container):
    return some(container)[0]


@primitive
def last(container):
    return some(container)[-1]


@primitive
def insert(value, container):
    return a_set(container) | {value}


@primitive
def remove(value, container):
    return like(container, [element for element in ordered(container) if element != value])


@primitive
def other(container, value):
    return some(remove(value, container))[0]


@primitive
def product(a, b):
    left, right = ordered(a), ordered(b)
    return frozenset((x, y) for x in left for y in right)


@primitive
def pair(a, b):
    return tuple(zip(ordered(a), ordered(b), strict=False))


@primitive
def sizefilter(container, n):
    wanted = whole(n)
    return frozenset(element for element in ordered(container) if len(ordered(element)) == wanted)
