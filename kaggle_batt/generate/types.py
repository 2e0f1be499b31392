"""The types of values as programs pass them: the language's names, with the types of elements.

A primitive's signature does not say what a container holds. Here `apply(height, objs)` is a set of Integers
and so an IntegerSet, and `first(hsplit(I, TWO))` a Grid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

from kaggle_batt.dsl.values.kinds import fits


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its name in the language; `parts` are the types of what it holds.

    Set and Tuple have one part, the type of their elements, Pair has two. Grids, patches, cells and
    vectors are named as they are: a set of Cells is an Object, a Pair of Integers an IntegerTuple.
    """

    name: str
    parts: tuple["Type", ...]


Rule = Callable[..., "Type | None"]


@dataclass(frozen=True, slots=True, eq=False)
class FunctionType(Type):
    """The type of a function: how many arguments (0: not known), and its value's type for theirs.

    `run` returns None where the arguments do not fit. Two are equal only if they are one.
    """

    arity: int
    run: Rule

    __eq__ = object.__eq__
    __hash__ = object.__hash__


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
    """May a value of that type stand where a signature asks for `want`?"""
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
    return name not in ("Tuple", "Pair") and fits(name, want)
