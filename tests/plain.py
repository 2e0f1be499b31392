"""The package's values as plain ones, and the language's names on either side."""

from collections.abc import Set

from kaggle_batt import dsl
from kaggle_batt.dsl import Grid
from kaggle_batt.dsl.values.build import adopt
from kaggle_batt.dsl.values.callables import DOMAIN_ERRORS

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


#: what primitives without a slow function make of values of any kind
ANY = {
    "both": lambda a, b: a and b,
    "branch": lambda condition, a, b: a if condition else b,
    "either": lambda a, b: a or b,
    "flip": lambda b: not b,
    "toivec": lambda i: (i, 0),
    "tojvec": lambda j: (0, j),
}


def plainly(name, args):
    """What the primitive's slow function for values of any kind makes of the arguments; its error."""
    slow = dsl.PRIMITIVES[name].plain or ANY.get(name)
    try:
        return "no slow function" if slow is None else plain(slow(*map(adopt, args)))
    except DOMAIN_ERRORS as error:
        return error
