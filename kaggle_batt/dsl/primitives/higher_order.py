"""Functions of functions: composing, binding, mapping."""

from __future__ import annotations

from typing import Any

from kaggle_batt.dsl.primitives.containers import ascending, kept, merge, pair, sequence
from kaggle_batt.dsl.primitives.loops import form_of, values_of
from kaggle_batt.dsl.primitives.numbers import equality_within
from kaggle_batt.dsl.primitives.patches import connect, lines_between
from kaggle_batt.dsl.values.boards import check_box, spread
from kaggle_batt.dsl.values.build import expected, make_set, placed
from kaggle_batt.dsl.values.callables import MAKERS, Function, raw
from kaggle_batt.dsl.values.kinds import Callable, Container, FrozenSet, Integer, Tuple
from kaggle_batt.dsl.values.limits import check_elements, meter, spend
from kaggle_batt.dsl.values.sets import NESTED, known_as, weigh
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object, Patch


def compose(outer: Callable, inner: Callable) -> Callable:
    """Function x -> outer(inner(x))."""
    f, g = raw(outer), raw(inner)
    return Function("compose", lambda x: f(g(x)), 1, (outer, inner))


def chain(h: Callable, g: Callable, f: Callable) -> Callable:
    """Function x -> h(g(f(x)))."""
    c, b, a = raw(h), raw(g), raw(f)
    return Function("chain", lambda x: c(b(a(x))), 1, (h, g, f))


def matcher(function: Callable, target: Any) -> Callable:
    """Function x -> function(x) equals target."""
    f = raw(function)
    small = type(target) is int
    call = (lambda x: f(x) == target) if small else (lambda x: equality_within(f(x), target))
    return Function("matcher", call, 1, (function, target))


#: how to bind the first, or the last, argument of a function, by its number of arguments
_FIRST: dict[int, Any] = {
    2: lambda f, fixed: lambda y: f(fixed, y),
    3: lambda f, fixed: lambda y, z: f(fixed, y, z),
    4: lambda f, fixed: lambda y, z, a: f(fixed, y, z, a),
}
_LAST: dict[int, Any] = {
    2: lambda f, fixed: lambda x: f(x, fixed),
    3: lambda f, fixed: lambda x, y: f(x, y, fixed),
    4: lambda f, fixed: lambda x, y, z: f(x, y, z, fixed),
}


def rbind(function: Callable, fixed: Any) -> Callable:
    """The same function with its last argument fixed."""
    return _bound("rbind", _LAST, function, fixed)


def lbind(function: Callable, fixed: Any) -> Callable:
    """The same function with its first argument fixed."""
    return _bound("lbind", _FIRST, function, fixed)


def _bound(name: str, ways: dict[int, Any], function: Any, fixed: Any) -> Function:
    if not isinstance(function, Function):
        raise expected("a function", function)
    arity = function.arity if function.arity in ways else 4
    return Function(name, ways[arity](function.within, fixed), arity - 1, (function, fixed))


def power(function: Callable, n: Integer) -> Callable:
    """The function applied n times, n at least 1; for n = 1 the function itself."""
    f = raw(function)
    if not isinstance(n, int) or n < 1:
        raise expected("a number of times of at least 1", n)
    if n == 1:
        return function

    def repeated(x: Any) -> Any:
        for _ in range(n):
            spend(1)
            x = f(x)
            if type(x) in NESTED:
                weigh(x)
        return x

    return Function("power", repeated, 1, (function, n))


def fork(outer: Callable, a: Callable, b: Callable) -> Callable:
    """Function x -> outer(a(x), b(x))."""
    f, g, h = raw(outer), raw(a), raw(b)
    return Function("fork", lambda x: f(g(x), h(x)), 1, (outer, a, b))


def apply(function: Callable, container: Container) -> Container:
    """The function mapped over the container, whose kind is kept."""
    items = sequence(container)
    spend(len(items))
    return kept(container, values_of(function, container, items))


def rapply(functions: Container, value: Any) -> Container:
    """Each of the functions at the value; the kind of their container is kept."""
    items = sequence(functions)
    spend(len(items))
    return kept(functions, [raw(function)(value) for function in items])


def mapply(function: Callable, container: Container) -> Container:
    """The function mapped over the container, the results merged."""
    if type(container) is Indices and container.board and isinstance(function, Function):
        before = meter.left
        stamped = _stamped(function, container)
        if stamped is not None:
            return stamped
        meter.left = before
    return merge(apply(function, container))


def _stamped(function: Function, places: Indices) -> Patch | None:
    """The function's patch at every place, merged, if it is one patch moved there; spends as calls would."""
    form = form_of(function)[0]
    if (form if isinstance(form, str) else form[:2]) not in _STAMPS:
        return None
    count = len(places)
    spend(count)
    left = meter.left
    stamp = function.within((0, 0))
    if not stamp.height:
        return None
    spend((left - meter.left) * (count - 1) + count)
    width, height = places.width + stamp.width - 1, places.height + stamp.height - 1
    check_box(height, width)
    if count > 1:
        spend(height * count >> 4)
    top, left = places.top + stamp.top, places.left + stamp.left
    board = placed(places.board, (0, 0, places.height, places.width), 0, 0, width)

    def stamped(part: int) -> int:
        return spread(placed(part, (0, 0, stamp.height, stamp.width), 0, 0, width), board)

    if type(stamp) is Object:
        planes = tuple([(color, stamped(part)) for color, part in stamp.planes])
        return Object(top, left, height, width, planes)
    return Indices(top, left, height, width, stamped(stamp.board))


#: how the forms of functions of a location begin that return a patch moved there
_STAMPS = frozenset({"neighbors", "dneighbors", "ineighbors", ("lbind", "shift"), ("rbind", "shoot")})


def papply(function: Callable, a: Tuple, b: Tuple) -> Tuple:
    """The function at each pair of elements, up to the end of the shorter container."""
    f = raw(function)
    left, right = ascending(a), ascending(b)
    spend(min(len(left), len(right)))
    if type(a) is type(b) is Grid and getattr(function, "call", None) is pair:
        pairs = tuple(map(tuple, map(zip, left, right)))
        known_as(pairs, 2 * len(pairs) * len(pairs[0]))
        return pairs
    return tuple(map(f, left, right))


def mpapply(function: Callable, a: Tuple, b: Tuple) -> Tuple:
    """The function at each pair of elements, up to the end of the shorter container; the results merged."""
    return merge(papply(function, a, b))


def prapply(function: Callable, a: Container, b: Container) -> FrozenSet:
    """The set of the function's values at every pair of an element of a and one of b."""
    f = raw(function)
    left, right = sequence(a), sequence(b)
    check_elements(len(left) * len(right))
    spend(len(left) * len(right))
    if f is connect and type(a) is type(b) is Indices:
        return make_set(lines_between(left, None if a == b else right))
    return make_set([f(x, y) for y in right for x in left])


MAKERS.update({call.__name__: call for call in (compose, chain, matcher, rbind, lbind, power, fork)})
