"""One hand-written test per primitive, and the registry."""

import pytest

from kaggle_batt import dsl
from kaggle_batt.errors import DslError
from tests.cases import CASES
from tests.plain import NAMESPACE


class Failed:
    """What `ERROR` stands for."""


def grid(digits):
    """`g` of the table."""
    return tuple(tuple(map(int, row)) for row in digits.split("/"))


NAMES = {
    **NAMESPACE,
    "g": grid,
    "o": lambda *cells: frozenset((color, (i, j)) for color, i, j in cells),
    "i": lambda *places: frozenset(places),
    "s": lambda *values: frozenset(values),
    "ERROR": Failed,
}


def value(text):
    """What an expression of the table stands for."""
    try:
        return eval(text, {"__builtins__": {}, **NAMES})
    except DslError:
        return Failed


def test_table_holds_every_primitive_once():
    assert len(CASES) == 160
    assert set(CASES) == {name for name, entry in dsl.PRIMITIVES.items() if not entry.extension}


def test_constants():
    names = "F T ZERO TEN NEG_TWO DOWN UP_RIGHT ZERO_BY_TWO"
    assert len(dsl.CONSTANTS) == 28
    assert value(f"({', '.join(names.split())})") == (False, True, 0, 10, -2, (1, 0), (-1, 1), (0, 2))
    assert all(getattr(dsl, name) == constant for name, constant in dsl.CONSTANTS.items())


@pytest.mark.parametrize("name", CASES)
def test_primitive(name):
    assert any(name in call for call, _ in CASES[name])
    for call, expected in CASES[name]:
        assert value(call) == value(expected), call


@pytest.mark.parametrize("name", CASES)
def test_primitive_is_an_attribute(name):
    assert getattr(dsl, name) is dsl.PRIMITIVES[name]
    assert dsl.PRIMITIVES[name].name == name and not dsl.PRIMITIVES[name].extension


def test_error_names_the_primitive_and_its_arguments_kinds():
    with pytest.raises(DslError, match=r"shift\(Grid 1x2, Integer\)|shift\(tuple of 1, Integer\)"):
        dsl.shift(((1, 2),), 3)
