"""The keys, order and weight of values, against their plain definitions."""

from __future__ import annotations

from typing import Any

import pytest

from kaggle_batt import dsl
from kaggle_batt.dsl.values.build import make_set
from kaggle_batt.dsl.values.limits import MAX_ELEMENTS, MAX_NESTING
from kaggle_batt.dsl.values.sets import FSet, exact_key, weigh
from kaggle_batt.dsl.values.shapes import EMPTY, Grid
from kaggle_batt.errors import LimitError

GRID = Grid(1, 2, b"\1\2")
PLACES = make_set([(0, 1), (2, 3)])
CELLS = make_set([(4, (0, 1)), (5, (2, 3))])

#: values of which no two are the same to every primitive and message
VALUES: tuple[Any, ...] = (
    *(None, 0, 1, False, True, -1, (), ((),), ((), ()), (0,), (1,), (False,), (True,), (None,)),
    *((0, 1), (0, True), (False, 1), ((0, 1),), ((0, True),), (0, (1,)), ((0,), 1), (((1, 2),),)),
    *(GRID, (GRID,), (1, b"\1\2".hex()), EMPTY, (EMPTY,), PLACES, (PLACES,), CELLS, (CELLS, PLACES)),
    *(FSet((0, 1)), FSet((1, 0)), FSet((False, 1)), FSet(((1,), 0)), FSet((0, (1,))), (FSet((0, 1)),)),
    *(FSet((GRID,)), FSet((FSet((0, 1)),)), (0, FSet((0, 1))), dsl.rot90, dsl.identity, (dsl.rot90,)),
)


def same(a: Any, b: Any) -> bool:
    """Are two values the same in kinds, order and content?"""
    if type(a) is not type(b):
        return False
    if isinstance(a, (tuple, FSet)):
        left, right = (value if isinstance(value, tuple) else value.items for value in (a, b))
        return len(left) == len(right) and all(map(same, left, right))
    return bool(a == b)


@pytest.mark.parametrize("value", VALUES)
def test_exact_keys_tell_apart_what_differs(value: Any) -> None:
    for other in VALUES:
        assert (exact_key(value) == exact_key(other)) == same(value, other), other


def plain_weight(value: Any) -> int:
    """Elements at all levels."""
    if isinstance(value, (tuple, FSet)):
        return sum(map(plain_weight, value if isinstance(value, tuple) else value.items))
    return 1


@pytest.mark.parametrize("value", [*VALUES, tuple(VALUES), (tuple(VALUES), VALUES[:9])])
def test_weight(value: Any) -> None:
    assert weigh(value) == plain_weight(value)


def nested(depth: int) -> Any:
    """A tuple so many deep."""
    value: Any = 1
    for _ in range(depth):
        value = (value,)
    return value


def test_weight_within_limits() -> None:
    assert weigh(nested(MAX_NESTING + 1)) == 1
    with pytest.raises(LimitError, match="deeper"):
        weigh(nested(MAX_NESTING + 2))
    assert weigh((1,) * MAX_ELEMENTS) == MAX_ELEMENTS
    for large in ((1,) * (MAX_ELEMENTS + 1), (((1,) * 1024,) * 1024, 1), ((),) * (MAX_ELEMENTS + 1)):
        with pytest.raises(LimitError, match="elements"):
            weigh(large)


def test_a_value_of_shared_parts_is_weighed_without_going_through_all() -> None:
    """Each level holds the one below a thousand times: the second is refused before it is laid out."""
    value: Any = (1,) * 1000
    for _ in range(9):
        value = (value,) * 1000
    with pytest.raises(LimitError, match="elements"):
        weigh(value)
