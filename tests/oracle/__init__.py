"""The plain oracle: each primitive in the plainest way, over plain tuples and frozensets.

It is slow and meant to be obviously right; the package's own implementation is compared with it. A call
outside a primitive's domain raises `OracleError`. Every primitive and constant is an attribute.
"""

from tests.oracle import colors, containers, functions, grids, numbers, patches
from tests.oracle.constants import CONSTANTS
from tests.oracle.core import PRIMITIVES, Function, OracleError, order_key, ordered

__all__ = ["CONSTANTS", "NAMESPACE", "PRIMITIVES", "Function", "OracleError", "order_key", "ordered"]

#: primitives and constants by name
NAMESPACE = {**CONSTANTS, **PRIMITIVES}

globals().update(NAMESPACE)

del colors, containers, functions, grids, numbers, patches
