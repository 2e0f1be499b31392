"""The package's values as plain ones, and the language's names on either side."""

from collections.abc import Set

from kaggle_batt import dsl
from kaggle_batt.dsl import Grid

NAMESPACE = {**dsl.CONSTANTS, **dsl.PRIMITIVES}


def plain(value):
    """The plain tuples and frozensets that a value of the package stands for."""
    if isinstance(value, Grid):
        return tuple(tuple(row) for row in value)
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    if isinstance(value, Set):
        return frozenset(plain(part) for part in value)
    return value
