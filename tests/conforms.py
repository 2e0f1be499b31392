"""Does a value belong to a type that the package inferred for it?"""

from kaggle_batt.dsl import Function, Grid, Indices, Object
from kaggle_batt.dsl.values.shapes import SetValue
from kaggle_batt.generate.types import VECTOR, FunctionType, element_of


def _is_vector(value):
    return type(value) is tuple and len(value) == 2 and all(isinstance(part, int) for part in value)


def _is_grid(value):
    rows = value.rows if type(value) is Grid else value
    return type(rows) is tuple and all(
        type(row) is tuple and all(isinstance(cell, int) for cell in row) for row in rows
    )


def _is_cell(value):
    return (
        type(value) is tuple and len(value) == 2 and isinstance(value[0], int) and conforms(value[1], VECTOR)
    )


def _is_object(value):
    """A set of cells; of no color where `index` outside the grid is taken for one."""
    if type(value) is Object or value == frozenset():
        return True
    return isinstance(value, SetValue) and all(color is None and _is_vector(place) for color, place in value)


CHECKS = {
    "Any": lambda value: True,
    "Boolean": lambda value: isinstance(value, bool),
    "Integer": lambda value: isinstance(value, int) or value is None,  # None: `index` outside the grid
    "Numerical": lambda value: isinstance(value, int) or _is_vector(value),
    "IntegerTuple": lambda value: _is_vector(value) or value == (),  # a corner of nothing
    "Grid": _is_grid,
    "Cell": _is_cell,
    "Object": _is_object,
    "Indices": lambda value: type(value) is Indices or value == {()},  # the corners of nothing
    "Patch": lambda value: type(value) is Indices or _is_object(value) or value == {()},
    "Container": lambda value: isinstance(value, (tuple, Grid, SetValue)),
    "ContainerContainer": lambda value: isinstance(value, (tuple, Grid, SetValue)),
    "FrozenSet": lambda value: isinstance(value, SetValue),
}


def conforms(value, type_):
    """Is the value, at all levels, of the type?"""
    if type_.name == "Set":
        return isinstance(value, SetValue) and all(conforms(item, element_of(type_)) for item in value)
    if type_.name == "Tuple":
        return isinstance(value, (tuple, Grid)) and all(conforms(item, element_of(type_)) for item in value)
    if type_.name == "Pair":
        return len(value) == 2 and all(map(conforms, value, type_.parts))
    if isinstance(type_, FunctionType):
        return isinstance(value, Function)
    return CHECKS[type_.name](value)
