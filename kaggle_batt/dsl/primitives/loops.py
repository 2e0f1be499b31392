"""A composed function over many elements as one loop, compiled once for all functions of its form.

The form of a function is how it is composed, without the constants. Once functions of one form have been
applied to enough elements of one kind, `written` writes the loop from the form alone; constants are its
parameters. A loop spends what the function's layers would. Where anything fails, the elements are mapped
again layer by layer, so failures, and what they leave on the meter, are the same as without the loop.
"""

from collections.abc import Callable, Sequence
from typing import Any

from kaggle_batt.dsl.primitives.writer import PLACES, Form, Kind, NotWritten
from kaggle_batt.dsl.primitives.written import write_loop
from kaggle_batt.dsl.values.callables import DOMAIN_ERRORS, Function, Primitive, raw
from kaggle_batt.dsl.values.limits import SMALL, meter
from kaggle_batt.dsl.values.sets import FSet
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object

#: elements times parts: fewer than `FEW` are mapped layer by layer; from `WORTH` in all a form is compiled
FEW, WORTH = 24, 1500
MAX_FORMS, MAX_PARTS = 4096, 64  #: most forms that are remembered, most parts of one

Loop = Callable[[Sequence[Any]], list[Any]]

Formed = tuple[Form, list[Any]]  #: a form, its constants in the order in which they show
#: by form and kind of elements how many parts were applied, later what makes the loop, or None
_known: dict[tuple[Form, Kind], int | Callable[..., Loop] | None] = {}


def values_of(function: Any, container: Any, items: Sequence[Any]) -> list[Any]:
    """The function's values at the elements of the container, in their order."""
    call = raw(function)
    size = len(items) * getattr(function, "parts", 0)
    if size >= FEW and is_written(function):
        loop = _loop_for(function, _kind_of_elements(container, items), size)
        if loop is not None:
            before = meter.left
            try:
                return loop(items)
            except DOMAIN_ERRORS:
                meter.left = before
    return list(map(call, items))


def is_written(function: Any) -> bool:
    """Is it a composed function of few parts, not in its plain form?"""
    composed = isinstance(function, Function) and function.args and function.parts <= MAX_PARTS
    return bool(composed and function._plain is not function)


def _loop_for(function: Function, kind: Kind, size: int) -> Loop | None:
    """The loop of the function over elements of that kind; None while it is not worthwhile."""
    if function.loop is not None and function.loop[0] is kind:
        return function.loop[1]
    form, constants = form_of(function)
    key = form, kind
    known = _known.get(key, 0)
    if type(known) is int:
        known += size
        if known >= WORTH:
            try:
                known = write_loop(function, *key)
            except NotWritten:
                known = None
        if len(_known) >= MAX_FORMS:
            _known.clear()
        _known[key] = known
    if not callable(known):
        return None
    loop: Loop = known(*constants)
    function.loop = kind, loop
    return loop


def form_of(function: Function) -> Formed:
    """The form of a function, its constants (a function bound as a value just before those in it)."""
    if function.form is None:
        function.form = _form(function) if function.args else (_leaf(function), [])
    return function.form


def _leaf(function: Function) -> str:
    """The name of a primitive; of a Python function, which may have the name of one, its digest."""
    return function.name if isinstance(function, Primitive) else function.digest


def _form(function: Function) -> Formed:
    parts: list[Any] = [function.name]
    constants: list[Any] = []
    values = PLACES[function.name]
    for place, arg in enumerate(function.args):
        if not isinstance(arg, Function):
            if function.name == "power":
                parts.append(("times", arg))
                continue
            parts.append(_kind_of_constant(arg))
            constants.append(arg)
            continue
        form, inner = form_of(arg)
        if place in values:
            parts.append(("value", form))
            constants.append(arg)
        else:
            parts.append(form)
        constants += inner
    return tuple(parts), constants


def _kind_of_constant(value: Any) -> Kind:
    kind = type(value)
    if kind is int:
        return Kind.INTEGER if -SMALL < value < SMALL else Kind.ANY
    if (kind is Indices or kind is Object) and value.height == value.width == 1:
        return Kind.PLACE if value.is_near else Kind.ANY
    if kind is tuple and len(value) == 2 and type(value[0]) is type(value[1]) is int:
        return Kind.LOCATION if all([-SMALL < part < SMALL for part in value]) else Kind.ANY
    if kind is Object or (kind is Indices and value.board):
        return (Kind.OBJECT if kind is Object else Kind.INDICES) if value.is_near else Kind.ANY
    if kind is Grid:
        return Kind.GRID
    is_objects = kind is FSet and all([type(item) is Object and item.is_near for item in value.items])
    return Kind.OBJECTS if is_objects else Kind.ANY


def _kind_of_elements(container: Any, items: Sequence[Any]) -> Kind:
    kind = type(container)
    if kind is Indices or kind is Object:
        if not container.is_near:
            return Kind.ANY
        return Kind.LOCATION if kind is Indices else Kind.CELL
    kinds = set(map(type, items))
    if kinds == {Indices} and all([item.board for item in items]):
        return Kind.INDICES
    return Kind.OBJECT if kinds == {Object} else Kind.ANY
