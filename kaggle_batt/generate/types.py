"""The types of values as programs pass them, inferred: a program is run on types in place of values.

Types are the language's names, with the types of elements, as a primitive's signature does not say what a
container holds: here `apply(height, objs)` is a set of Integers and so an IntegerSet, and
`first(hsplit(I, TWO))` a Grid. Each primitive has a rule from the types of its arguments to that of its
result; None where they do not fit. Most rules are its own signature; those below say more than it can.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial, reduce
from typing import Any

from kaggle_batt import dsl
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.programs.graph import Call, Lit, Ref
from kaggle_batt.programs.program import Program


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its name in the language; `parts` are the types of what it holds.

    Set and Tuple have one part, the type of their elements, Pair has two. Grids, patches, cells and
    vectors are named as they are: a set of Cells is an Object, a Pair of Integers an IntegerTuple.
    """

    name: str
    parts: tuple["Type", ...]


Rule = Callable[..., "Type | None"]


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """The type of a function: how many arguments (0: not known), and its value's type for theirs.

    `run` returns None where the arguments do not fit; two of unlike `run` are not equal.
    """

    arity: int
    run: Rule


ANY = Type("Any", ())
BOOLEAN = Type("Boolean", ())
INTEGER = Type("Integer", ())
VECTOR = Type("IntegerTuple", ())
NUMERICAL = Type("Numerical", ())
GRID = Type("Grid", ())
CELL = Type("Cell", ())
OBJECT = Type("Object", ())
INDICES = Type("Indices", ())
PATCH = Type("Patch", ())
ROW = Type("Tuple", (INTEGER,))

_ELEMENTS = {
    "Grid": ROW, "Object": CELL, "Indices": VECTOR, "Patch": ANY, "IntegerTuple": INTEGER, "Cell": ANY,
    "Any": ANY, "Container": ANY, "FrozenSet": ANY, "ContainerContainer": ANY, "Piece": ANY, "Element": ANY,
}  # fmt: skip
_NAMED = {
    "Objects": Type("Set", (OBJECT,)),
    "IndicesSet": Type("Set", (INDICES,)),
    "IntegerSet": Type("Set", (INTEGER,)),
    "Tuple": Type("Tuple", (ANY,)),
    "FrozenSet": Type("Set", (ANY,)),
    "Callable": FunctionType("Callable", (), 0, lambda *_: ANY),
}
_SETS_OF = {INTEGER: _NAMED["IntegerSet"], VECTOR: INDICES, CELL: OBJECT}
_PATCHES = ("Object", "Indices", "Patch")
_TUPLES = ("Tuple", "Pair", "Grid", "IntegerTuple", "Cell")
_SETS = ("Set", *_PATCHES)
#: the types that fit a parameter of a wider type, where they have no parts
_FITTING = {
    "Numerical": ("Integer", "IntegerTuple"), "Patch": ("Object", "Indices"), "FrozenSet": _PATCHES,
    "Piece": ("Grid", *_PATCHES), "Element": ("Grid", "Object"),
}  # fmt: skip


@cache
def named(name: str) -> Type:
    """The type of a name in a primitive's signature."""
    return _NAMED.get(name) or Type(name, ())


def of_value(value: Any) -> Type:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return INTEGER
    parts = [of_value(part) for part in value]
    return pair_of(*parts) if len(parts) == 2 else tuple_of(reduce(joined, parts or [ANY]))


def set_of(element: Type) -> Type:
    return _SETS_OF.get(element) or Type("Set", (element,))


def tuple_of(element: Type) -> Type:
    """The type of a tuple of such elements; of rows it is a grid."""
    return GRID if element == ROW else Type("Tuple", (element,))


def pair_of(a: Type, b: Type) -> Type:
    if a == INTEGER and b in (INTEGER, VECTOR):
        return VECTOR if b == INTEGER else CELL
    return GRID if a == b == ROW else Type("Pair", (a, b))


def element_of(type_: Type) -> Type | None:
    """The type of a container's elements; None for what is no container."""
    if type_.name == "Pair":
        return joined(*type_.parts)
    return type_.parts[0] if type_.parts else _ELEMENTS.get(type_.name)


def is_set(type_: Type) -> bool:
    return type_.name in _SETS or type_.name == "FrozenSet"


def container_like(like: Type, element: Type | None) -> Type | None:
    """The type of a container of the kind of `like` with such elements."""
    if element is None:
        return None
    if is_set(like):
        return set_of(element)
    if like.name in ("Any", "Container"):
        return named("Container")
    return tuple_of(element)


def joined(a: Type, b: Type) -> Type:
    """The narrowest of these types that holds the values of both."""
    if below(a, b):
        return b
    if below(b, a):
        return a
    if a.name in _PATCHES and b.name in _PATCHES:
        return PATCH
    if isinstance(a, FunctionType) and isinstance(b, FunctionType):
        return _either(a, b)
    if a.name == b.name and len(a.parts) == len(b.parts) == 1:
        return Type(a.name, (joined(a.parts[0], b.parts[0]),))
    return ANY


def _either(a: FunctionType, b: FunctionType) -> Type:
    def run(*args: Type) -> Type | None:
        one, other = a.run(*args), b.run(*args)
        return None if one is None or other is None else joined(one, other)

    return FunctionType("Function", (), a.arity, run) if a.arity == b.arity else ANY


def below(a: Type, b: Type) -> bool:
    """Is every value of type `a` of type `b`?"""
    if a is b or b.name == "Any" or a == b:
        return True
    if len(b.parts) == 1 and a.parts and (a.name == b.name or (a.name, b.name) == ("Pair", "Tuple")):
        return all([below(part, b.parts[0]) for part in a.parts])
    if a.parts or b.parts:
        return len(a.parts) == len(b.parts) == 2 and all(map(below, a.parts, b.parts))
    return b.name == "Patch" and a.name in _PATCHES


def accepts(want: str, have: Type) -> bool:
    """Whether a value of that type fits a parameter of type `want`."""
    name = have.name
    if want in ("Any", name) or name == "Any":
        return True
    if want == "Callable" or isinstance(have, FunctionType):
        return isinstance(have, FunctionType) and want == "Callable"
    if want == "ContainerContainer":
        inner = element_of(have)
        return inner is not None and element_of(inner) is not None
    if want == "Tuple":
        return name in _TUPLES
    if want == "Container":
        return element_of(have) is not None
    if want in _PATCHES and name == "Tuple":
        return have.parts[0] == CELL or (have.parts[0] == VECTOR and want != "Object")
    if name == "Set":
        return want == "FrozenSet" or _NAMED.get(want) == have
    return name in _FITTING.get(want, ())


#: the types of what a program may read
INPUT_TYPES = {"I": GRID, "C": GRID, "S": Type("Tuple", (Type("Pair", (GRID, GRID)),))}

#: arguments that are Objects where the signature can't say so
_OBJECT_ARGUMENTS = {"color": 0, "paint": 1, "underpaint": 1, "occurrences": 1, "move": 1}


def types_of(program: Program) -> list[Type]:
    """The type of each call's value; `Any` where it is not known."""
    types: list[Type] = []
    for call in program.calls:
        types.append(type_of_call(call, types) or ANY)
    return types


def type_of_call(call: Call, types: Sequence[Type]) -> Type | None:
    """The type of a call's value; None where its arguments do not fit."""
    function = type_of(call.function, types)
    return applied(function, *[type_of(arg, types) for arg in call.args])


def type_of(ref: Ref, types: Sequence[Type]) -> Type:
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
    assert primitive is not None, name
    wants, result, rule = wants_of(name), named(primitive.result), RULES.get(name)

    def run(*args: Type) -> Type | None:
        if not all(map(accepts, wants, args)):
            return None
        return rule(*args) if rule else result

    return FunctionType(name, (), len(wants), run)


def wants_of(name: str) -> tuple[str, ...]:
    """The types that a primitive's arguments must have, by name; () for what is no primitive."""
    primitive = dsl.lookup(name)
    wants = list(primitive.params) if primitive is not None else []
    if name in _OBJECT_ARGUMENTS:
        wants[_OBJECT_ARGUMENTS[name]] = "Object"
    return tuple(wants)


def _made(make: Rule, *types: Type | None) -> Type | None:
    """The type that `make` gives for these types; None where one of them is not known to fit."""
    return None if None in types else make(*types)


def _function(arity: int, run: Rule) -> FunctionType:
    return FunctionType("Function", (), arity, run)


def _number(*args: Type) -> Type:
    if all([arg == INTEGER for arg in args]):
        return INTEGER
    return VECTOR if VECTOR in args else NUMERICAL


def _combine(a: Type, b: Type) -> Type | None:
    if is_set(a) and is_set(b):
        return joined(a, b)
    return _made(lambda x, y: container_like(a, joined(x, y)), element_of(a), element_of(b))


def _merge(containers: Type) -> Type | None:
    return _made(lambda inner: container_like(containers, element_of(inner)), element_of(containers))


def _of_elements(container: Type, compfunc: Type) -> Type | None:
    """The type of a function's values at a container's elements."""
    return applied(compfunc, element_of(container))


def _by_function(container: Type, compfunc: Type) -> Type | None:
    return _made(lambda _: element_of(container), _of_elements(container, compfunc))


def _sfilter(container: Type, condition: Type) -> Type | None:
    held = _of_elements(container, condition)
    if held is None or held.name not in ("Boolean", "Any"):
        return None
    return container_like(container, element_of(container))


def _sizefilter(container: Type, _: Type) -> Type | None:
    inner = element_of(container)
    return None if inner is None or element_of(inner) is None else set_of(inner)


def _end(place: int, container: Type) -> Type | None:
    """The type of the first (place 0) or last element."""
    if container == CELL:
        return (INTEGER, VECTOR)[place]
    return container.parts[place] if container.name == "Pair" else element_of(container)


def _fixed(function: Type, run: Rule) -> Type | None:
    """The type of a function of two to four arguments with one of them fixed."""
    arity = function.arity if isinstance(function, FunctionType) else 0
    return _function(arity - 1, run) if arity in (2, 3, 4) else None


def _power(function: Type, _: Type) -> Type:
    def run(x: Type) -> Type | None:
        once = applied(function, x)
        return once if once is not None and below(once, x) else None

    return _function(1, run)


def _apply(function: Type, container: Type) -> Type | None:
    made = _of_elements(container, function)
    return VECTOR if container == VECTOR and made == INTEGER else container_like(container, made)


def _rapply(functions: Type, value: Type) -> Type | None:
    if functions.name == "Pair":
        return _made(pair_of, *[applied(part, value) for part in functions.parts])
    return container_like(functions, applied(element_of(functions), value))


def _at_pairs(function: Type, a: Type, b: Type) -> Type | None:
    return applied(function, element_of(a), element_of(b))


_SAME = "identity hmirror vmirror dmirror cmirror upscale intersection difference"
_ELEMENT = "mostcommon leastcommon other"
_NUMBERS = "add subtract multiply divide invert double halve increment decrement crement sign"

#: what a primitive's result is, where its signature does not say it all
RULES: dict[str, Rule] = {
    **dict.fromkeys(_SAME.split(), lambda piece, *_: piece),
    **dict.fromkeys(  # a tuple of a patch's elements becomes one
        ("shift", "normalize"), lambda patch, *_: set_of(patch.parts[0]) if patch.name == "Tuple" else patch
    ),
    **dict.fromkeys(_ELEMENT.split(), lambda container, *_: element_of(container)),
    **dict.fromkeys(_NUMBERS.split(), _number),
    **dict.fromkeys(("toobject", "asobject", "recolor"), lambda *_: OBJECT),
    **dict.fromkeys(("hsplit", "vsplit"), lambda *_: tuple_of(GRID)),
    **dict.fromkeys(
        ("maximum", "minimum"), lambda held: INTEGER if element_of(held) in (INTEGER, BOOLEAN, ANY) else None
    ),
    **dict.fromkeys(("argmax", "argmin"), _by_function),
    **dict.fromkeys(("valmax", "valmin"), _of_elements),
    **dict.fromkeys(("dedupe", "totuple"), lambda container: _made(tuple_of, element_of(container))),
    "index": lambda *_: INTEGER,
    "interval": lambda *_: tuple_of(INTEGER),
    "palette": lambda *_: set_of(INTEGER),
    "branch": lambda _, a, b: joined(a, b),
    "astuple": pair_of,
    "combine": _combine,
    "order": lambda *args: _made(tuple_of, _by_function(*args)),
    "repeat": lambda item, _: tuple_of(item),
    "merge": _merge,
    "initset": set_of,
    "sfilter": _sfilter,
    "mfilter": lambda *args: _made(_merge, _sfilter(*args)),
    "extract": lambda *args: _made(lambda _: element_of(args[0]), _sfilter(*args)),
    "first": partial(_end, 0),
    "last": partial(_end, 1),
    "insert": lambda value, to: _made(lambda inner: set_of(joined(inner, value)), element_of(to)),
    "remove": lambda _, container: container_like(container, element_of(container)),
    "product": lambda a, b: _made(lambda x, y: set_of(pair_of(x, y)), element_of(a), element_of(b)),
    "pair": lambda a, b: _made(lambda x, y: tuple_of(pair_of(x, y)), element_of(a), element_of(b)),
    "sizefilter": _sizefilter,
    "matcher": lambda f, _: _function(1, lambda x: _made(lambda _: BOOLEAN, applied(f, x))),
    "rbind": lambda f, fixed: _fixed(f, lambda *args: applied(f, *args, fixed)),
    "lbind": lambda f, fixed: _fixed(f, lambda *args: applied(f, fixed, *args)),
    "compose": lambda f, g: _function(1, lambda x: applied(f, applied(g, x))),
    "chain": lambda h, g, f: _function(1, lambda x: applied(h, applied(g, applied(f, x)))),
    "fork": lambda f, a, b: _function(1, lambda x: applied(f, applied(a, x), applied(b, x))),
    "power": _power,
    "apply": _apply,
    "mapply": lambda *args: _made(_merge, _apply(*args)),
    "rapply": _rapply,
    "papply": lambda *args: _made(tuple_of, _at_pairs(*args)),
    "mpapply": lambda *args: _made(_merge, _made(tuple_of, _at_pairs(*args))),
    "prapply": lambda *args: _made(set_of, _at_pairs(*args)),
}
