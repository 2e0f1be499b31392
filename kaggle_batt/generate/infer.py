"""Inferring types: a program is run on the types of its inputs instead of their values.

Each primitive has a rule from the types of its arguments to that of its result; None where they do not
fit. Most rules are the primitive's own signature; those below say more than a signature can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from kaggle_batt import dsl
from kaggle_batt.dsl.primitives.constants import CONSTANTS
from kaggle_batt.generate.types import (
    ANY,
    BOOLEAN,
    CELL,
    GRID,
    INTEGER,
    NUMERICAL,
    OBJECT,
    VECTOR,
    FunctionType,
    Type,
    accepts,
    below,
    container_like,
    element_of,
    is_set,
    joined,
    named,
    of_value,
    pair_of,
    set_of,
    tuple_of,
)
from kaggle_batt.programs.graph import Call, Lit, Ref
from kaggle_batt.programs.program import Program

#: the types of what a program may read
INPUT_TYPES = {"I": GRID, "C": GRID, "S": Type("Tuple", (Type("Pair", (GRID, GRID)),))}

#: arguments that are Objects where the signature can't say so
_OBJECT_ARGUMENTS = {"color": 0, "paint": 1, "underpaint": 1, "occurrences": 1, "move": 1}


def types_of(program: Program) -> list[Type]:
    """The type of each call's value; `Any` where nothing can be told."""
    types: list[Type] = []
    for call in program.calls:
        types.append(type_of_call(call, types) or ANY)
    return types


def type_of_call(call: Call, types: Sequence[Type]) -> Type | None:
    """The type of a call's value; None where its arguments do not fit."""
    function = type_of(call.function, types)
    return applied(function, *[type_of(arg, types) for arg in call.args])


def type_of(ref: Ref, types: Sequence[Type]) -> Type:
    """The type of what a reference stands for."""
    if isinstance(ref, int):
        return types[ref]
    return of_value(ref.value) if isinstance(ref, Lit) else _type_of_name(ref)


@cache
def _type_of_name(name: str) -> Type:
    if name in INPUT_TYPES:
        return INPUT_TYPES[name]
    return of_value(CONSTANTS[name]) if name in CONSTANTS else primitive_type(name)


def applied(function: Type | None, *args: Type | None) -> Type | None:
    """The type of a function's value at arguments of these types; None where they do not fit."""
    if not isinstance(function, FunctionType):
        return ANY if function is not None and function.name == "Any" else None
    if (function.name != "Callable" and function.arity != len(args)) or None in args:
        return None
    return function.run(*args)


@cache
def primitive_type(name: str) -> FunctionType:
    """The type of a primitive as a value."""
    primitive = dsl.lookup(name)
    if primitive is None:
        raise KeyError(name)
    wants = list(primitive.params)
    if name in _OBJECT_ARGUMENTS:
        wants[_OBJECT_ARGUMENTS[name]] = "Object"
    result = named(primitive.result)
    rule = RULES.get(name)

    def run(*args: Type) -> Type | None:
        for want, have in zip(wants, args, strict=True):
            if not accepts(want, have):
                return None
        return rule(*args) if rule else result

    return FunctionType(name, (), len(wants), run)


def wants_of(name: str) -> tuple[str, ...]:
    """The types that a primitive's arguments must have, by name."""
    primitive = dsl.lookup(name)
    wants = list(primitive.params) if primitive is not None else []
    if name in _OBJECT_ARGUMENTS:
        wants[_OBJECT_ARGUMENTS[name]] = "Object"
    return tuple(wants)


def _function(arity: int, run: Callable[..., Type | None]) -> FunctionType:
    return FunctionType("Function", (), arity, run)


def _same(piece: Type, *_: Type) -> Type:
    return piece


def _patch(patch: Type, *_: Type) -> Type:
    """The same patch; a tuple of its elements becomes one."""
    return set_of(patch.parts[0]) if patch.name == "Tuple" else patch


def _number(*args: Type) -> Type:
    if all([arg == INTEGER for arg in args]):
        return INTEGER
    return VECTOR if VECTOR in args else NUMERICAL


def _combine(a: Type, b: Type) -> Type | None:
    inner, other = element_of(a), element_of(b)
    if is_set(a) and is_set(b):
        return joined(a, b)
    return None if inner is None or other is None else container_like(a, joined(inner, other))


def _merge(containers: Type) -> Type | None:
    inner = element_of(containers)
    return None if inner is None else container_like(containers, element_of(inner))


def _element(container: Type, *_: Type) -> Type | None:
    return element_of(container)


def _of_elements(container: Type, compfunc: Type) -> Type | None:
    """The type of a function's values at a container's elements."""
    return applied(compfunc, element_of(container))


def _by_function(container: Type, compfunc: Type) -> Type | None:
    return None if _of_elements(container, compfunc) is None else element_of(container)


def _order(container: Type, compfunc: Type) -> Type | None:
    inner = _by_function(container, compfunc)
    return None if inner is None else tuple_of(inner)


def _sfilter(container: Type, condition: Type) -> Type | None:
    held = _of_elements(container, condition)
    if held is None or held.name not in ("Boolean", "Any"):
        return None
    return container_like(container, element_of(container))


def _extract(container: Type, condition: Type) -> Type | None:
    return None if _sfilter(container, condition) is None else element_of(container)


def _mfilter(container: Type, condition: Type) -> Type | None:
    kept = _sfilter(container, condition)
    return None if kept is None else _merge(kept)


def _extreme(container: Type) -> Type | None:
    return INTEGER if element_of(container) in (INTEGER, BOOLEAN, ANY) else None


def _as_tuple(container: Type) -> Type | None:
    inner = element_of(container)
    return None if inner is None else tuple_of(inner)


def _insert(value: Type, container: Type) -> Type | None:
    inner = element_of(container)
    return None if inner is None else set_of(joined(inner, value))


def _product(a: Type, b: Type) -> Type | None:
    left, right = element_of(a), element_of(b)
    return None if left is None or right is None else set_of(pair_of(left, right))


def _pair(a: Type, b: Type) -> Type | None:
    left, right = element_of(a), element_of(b)
    return None if left is None or right is None else tuple_of(pair_of(left, right))


def _sizefilter(container: Type, _: Type) -> Type | None:
    inner = element_of(container)
    return None if inner is None or element_of(inner) is None else set_of(inner)


def _first(container: Type) -> Type | None:
    if container == CELL:
        return INTEGER
    return container.parts[0] if container.name == "Pair" else element_of(container)


def _last(container: Type) -> Type | None:
    if container == CELL:
        return VECTOR
    return container.parts[1] if container.name == "Pair" else element_of(container)


def _matcher(function: Type, _: Type) -> Type:
    return _function(1, lambda x: None if applied(function, x) is None else BOOLEAN)


def _arity(function: Type) -> int:
    return function.arity if isinstance(function, FunctionType) else 0


def _rbind(function: Type, fixed: Type) -> Type | None:
    if _arity(function) not in (2, 3, 4):
        return None
    return _function(_arity(function) - 1, lambda *args: applied(function, *args, fixed))


def _lbind(function: Type, fixed: Type) -> Type | None:
    if _arity(function) not in (2, 3, 4):
        return None
    return _function(_arity(function) - 1, lambda *args: applied(function, fixed, *args))


def _compose(outer: Type, inner: Type) -> Type:
    return _function(1, lambda x: applied(outer, applied(inner, x)))


def _chain(h: Type, g: Type, f: Type) -> Type:
    return _function(1, lambda x: applied(h, applied(g, applied(f, x))))


def _fork(outer: Type, a: Type, b: Type) -> Type:
    return _function(1, lambda x: applied(outer, applied(a, x), applied(b, x)))


def _power(function: Type, _: Type) -> Type:
    return _function(1, lambda x: _repeated(function, x))


def _repeated(function: Type, x: Type) -> Type | None:
    once = applied(function, x)
    return once if once is not None and below(once, x) else None


def _apply(function: Type, container: Type) -> Type | None:
    made = applied(function, element_of(container))
    return VECTOR if container == VECTOR and made == INTEGER else container_like(container, made)


def _mapply(function: Type, container: Type) -> Type | None:
    mapped = _apply(function, container)
    return None if mapped is None else _merge(mapped)


def _rapply(functions: Type, value: Type) -> Type | None:
    if functions.name == "Pair":
        results = [applied(part, value) for part in functions.parts]
        return None if None in results else pair_of(*[part or ANY for part in results])
    return container_like(functions, applied(element_of(functions), value))


def _at_pairs(function: Type, a: Type, b: Type) -> Type | None:
    return applied(function, element_of(a), element_of(b))


def _papply(function: Type, a: Type, b: Type) -> Type | None:
    inner = _at_pairs(function, a, b)
    return None if inner is None else tuple_of(inner)


def _mpapply(function: Type, a: Type, b: Type) -> Type | None:
    mapped = _papply(function, a, b)
    return None if mapped is None else _merge(mapped)


def _prapply(function: Type, a: Type, b: Type) -> Type | None:
    inner = _at_pairs(function, a, b)
    return None if inner is None else set_of(inner)


_SAME = "identity hmirror vmirror dmirror cmirror upscale intersection difference"
_ELEMENT = "mostcommon leastcommon other"
_NUMBERS = "add subtract multiply divide invert double halve increment decrement crement sign"

#: what a primitive's result is, where its signature does not say it all
RULES: dict[str, Callable[..., Type | None]] = {
    **dict.fromkeys(_SAME.split(), _same),
    **dict.fromkeys(("shift", "normalize"), _patch),
    **dict.fromkeys(_ELEMENT.split(), _element),
    **dict.fromkeys(_NUMBERS.split(), _number),
    **dict.fromkeys(("toobject", "asobject", "recolor"), lambda *_: OBJECT),
    **dict.fromkeys(("hsplit", "vsplit"), lambda *_: tuple_of(GRID)),
    **dict.fromkeys(("maximum", "minimum"), _extreme),
    **dict.fromkeys(("argmax", "argmin"), _by_function),
    **dict.fromkeys(("valmax", "valmin"), _of_elements),
    "index": lambda *_: INTEGER,
    "interval": lambda *_: tuple_of(INTEGER),
    "palette": lambda *_: set_of(INTEGER),
    "branch": lambda _, a, b: joined(a, b),
    "astuple": pair_of,
    "combine": _combine,
    "dedupe": _as_tuple,
    "totuple": _as_tuple,
    "order": _order,
    "repeat": lambda item, _: tuple_of(item),
    "merge": _merge,
    "initset": set_of,
    "sfilter": _sfilter,
    "mfilter": _mfilter,
    "extract": _extract,
    "first": _first,
    "last": _last,
    "insert": _insert,
    "remove": lambda _, container: container_like(container, element_of(container)),
    "product": _product,
    "pair": _pair,
    "sizefilter": _sizefilter,
    "matcher": _matcher,
    "rbind": _rbind,
    "lbind": _lbind,
    "compose": _compose,
    "chain": _chain,
    "fork": _fork,
    "power": _power,
    "apply": _apply,
    "mapply": _mapply,
    "rapply": _rapply,
    "papply": _papply,
    "mpapply": _mpapply,
    "prapply": _prapply,
}
