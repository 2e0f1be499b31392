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
