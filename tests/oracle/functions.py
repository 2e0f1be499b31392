"""Functions of functions."""

from __future__ import annotations

from tests.oracle.containers import function, merge
from tests.oracle.core import Function, OracleError, like, ordered, primitive, whole


@primitive
def compose(outer, inner):
    f, g = function(outer), function(inner)
    return Function(f"compose({f}, {g})", 1, lambda x: f(g(x)))


@primitive
def chain(h, g, f):
    c, b, a = function(h), function(g), function(f)
    return Function(f"chain({c}, {b}, {a})", 1, lambda x: c(b(a(x))))


@primitive
def matcher(func, target):
    f = function(func)
    return Function(f"matcher({f}, {target})", 1, lambda x: f(x) == target)


def bindable(func):
    """The function, which must have an argument to fix and one to leave."""
    if not isinstance(func, Function):
        raise OracleError(f"no function: {func!r}")
    return func


def left_over(f):
    """How many arguments are left when one is fixed; there are at most four."""
    return f.arity - 1 if f.arity in (2, 3) else 3


@primitive
def rbind(func, fixed):
    f = bindable(func)
    return Function(f"rbind({f}, {fixed})", left_over(f), lambda *args: f(*args, fixed))


@primitive
def lbind(func, fixed):
    f = bindable(func)
    return Function(f"lbind({f}, {fixed})", left_over(f), lambda *args: f(fixed, *args))


@primitive
def power(func, n):
    f = function(func)
    if whole(n) < 1:
        raise OracleError(f"{n} times")
    if n == 1:
        return func

    def repeated(x):
        for _ in range(n):
            x = f(x)
        return x

    return Function(f"power({f}, {n})", 1, repeated)


@primitive
def fork(outer, a, b):
    f, g, h = function(outer), function(a), function(b)
    return Function(f"fork({f}, {g}, {h})", 1, lambda x: f(g(x), h(x)))


@primitive
def apply(func, container):
    f = function(func)
    return like(container, [f(element) for element in ordered(container)])


@primitive
def rapply(functions, value):
    return like(functions, [function(func)(value) for func in ordered(functions)])


@primitive
def mapply(func, container):
    return merge(apply(func, container))


@primitive
def papply(func, a, b):
    f = function(func)
    return tuple(f(x, y) for x, y in zip(ordered(a), ordered(b), strict=False))


@primitive
def mpapply(func, a, b):
    return merge(papply(func, a, b))


@primitive
def prapply(func, a, b):
    f, left, right = function(func), ordered(a), ordered(b)
    return frozenset(f(x, y) for x in left for y in right)
