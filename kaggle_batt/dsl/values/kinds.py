"""Names of the language's types in the signatures of the primitives, which drive typed mutation and search.

The type checker sees `Any` where a type is wider than one Python class.
"""

from typing import Any

Boolean = bool
Integer = int
IntegerTuple = tuple[int, int]
Numerical = Any
Objects = Any
IndicesSet = Any
IntegerSet = Any
Container = Any
ContainerContainer = Any
FrozenSet = Any
Tuple = Any
Piece = Any
Element = Any
Callable = Any

#: which types an argument of the key type also takes (a value of the listed type fits)
ACCEPTS: dict[str, tuple[str, ...]] = {
    "Numerical": ("Integer", "IntegerTuple"),
    "Patch": ("Object", "Indices"),
    "Piece": ("Grid", "Object", "Indices", "Patch"),
    "Element": ("Grid", "Object"),
    "FrozenSet": ("Object", "Indices", "Objects", "IndicesSet", "IntegerSet", "Patch"),
    "ContainerContainer": ("Objects", "IndicesSet", "Grid"),
    "Container": (
        "FrozenSet", "Tuple", "Object", "Indices", "Objects", "IndicesSet", "IntegerSet", "Grid",
        "IntegerTuple", "Patch", "ContainerContainer",
    ),
}  # fmt: skip


def fits(have: str, want: str) -> bool:
    """Whether a value of type `have` fits a parameter of type `want`. `Any` fits everywhere."""
    return want == "Any" or have in ("Any", want) or have in ACCEPTS.get(want, ())
