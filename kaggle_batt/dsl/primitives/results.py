"""What is made of a container's elements and a function's values at them: sorted, filtered, extreme ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

from kaggle_batt.dsl.primitives.containers import ascending
from kaggle_batt.dsl.values.build import part_of
from kaggle_batt.dsl.values.keys import compared
from kaggle_batt.dsl.values.sets import SETS, FSet
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError


def filtered(container: Any, items: Sequence[Any], values: Sequence[Any]) -> Any:
    """The elements with a true value, as a container of the kind."""
    found = list(compress(items, values))
    if len(found) == len(items):
        return container if type(container) is not Grid else items
    return part_of(container, found) if type(container) in SETS else tuple(found)


def in_order(items: Sequence[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    """The elements sorted by the values."""
    keys, _ = compared(values)
    return tuple([items[place] for place in sorted(range(len(items)), key=keys.__getitem__)])


def _keyed(
    container: Any, items: Sequence[Any], values: Sequence[Any]
) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
    """The elements, the values at them and what is compared of these.

    They are in ascending order if not all of the values can be ordered, as it shows then.
    """
    keys, ordered = compared(values)
    if ordered or type(container) is not FSet:
        return items, values, keys
    place_of = {id(item): place for place, item in enumerate(items)}
    places = [place_of[id(item)] for item in container.ordered()]
    return container.ordered(), [values[place] for place in places], [keys[place] for place in places]


def extreme_value(extreme: Any, container: Any, items: Sequence[Any], values: Sequence[Any]) -> Any:
    """The largest or smallest value; `extreme` is `max` or `min`."""
    _, values, keys = _keyed(container, items, values)
    return extreme(values) if keys is values else values[keys.index(extreme(keys))]


def extreme_element(extreme: Any, container: Any, items: Sequence[Any], values: Sequence[Any]) -> Any:
    """The element with the largest or smallest value; of several, the first."""
    items, _, keys = _keyed(container, items, values)
    if not items:
        raise DslError("the container is empty")
    best = extreme(keys)
    if type(container) is FSet and keys.count(best) > 1:
        tied = [item for item, key in zip(items, keys, strict=True) if key == best]
        return ascending(part_of(container, tied))[0]
    return items[keys.index(best)]
