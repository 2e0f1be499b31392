"""Keys that distinguish values, and the order in which the language's sets iterate."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from kaggle_batt.dsl.values.limits import MAX_NESTING
from kaggle_batt.dsl.values.shapes import EMPTY, Grid, Indices, Object, SetValue, maybe_grid
from kaggle_batt.errors import LimitError

_NUMBERS = frozenset({int, bool})
ATOMS = frozenset({int, bool, type(None)})
PATCHES = frozenset({Indices, Object})


def numeric(values: Iterable[Any]) -> bool:
    """Are all of them numbers?"""
    return _NUMBERS.issuperset(map(type, values))


def is_plain(values: Sequence[Any]) -> bool:
    """Are all of them numbers, or all tuples of numbers? Such values are equal where Python says so."""
    kinds = set(map(type, values))
    return kinds <= ATOMS or (kinds == {tuple} and ATOMS.issuperset(map(type, chain.from_iterable(values))))


def key_of(value: Any, depth: int = 0) -> Any:
    """A hashable key, the same for equal values only; `LimitError` beyond `MAX_NESTING` levels."""
    kind = type(value)
    if kind in ATOMS:
        return value
    if kind is tuple:
        return _tuple_key(value, depth)
    return getattr(value, "key", value)


def _tuple_key(value: tuple[Any, ...], depth: int) -> Any:
    if ATOMS.issuperset(map(type, value)):
        return value
    if depth > MAX_NESTING:
        raise LimitError(f"a value nested deeper than {MAX_NESTING}")
    if type(value[0]) is tuple:
        grid = maybe_grid(value)
        if grid is not None:
            return grid.key
    return (tuple, *[key_of(item, depth + 1) for item in value])


def order_key(value: Any, depth: int = 0) -> tuple[Any, ...]:
    """What the language's order compares.

    Numbers compare by size, tuples by parts, sets by their sorted elements, functions by their expressions.
    Of different kinds None comes first, then numbers, tuples, sets, functions.
    """
    if value is None or isinstance(value, int):
        return (0,) if value is None else (1, value)
    if depth > MAX_NESTING:
        raise LimitError(f"a value nested deeper than {MAX_NESTING}")
    if type(value) is tuple:
        return (2, tuple([order_key(part, depth + 1) for part in value]))
    if isinstance(value, SetValue):
        return (3, tuple([order_key(part, depth + 1) for part in value.ordered()]))
    return order_key(value.rows) if type(value) is Grid else (4, value.expression)


def sort_keys(values: Sequence[Any]) -> Sequence[Any]:
    """For each value a key that compares as the language orders, plain where all values are of one kind."""
    kinds = set(map(type, values))
    if kinds <= _NUMBERS or (kinds == {tuple} and numeric(chain.from_iterable(values))):
        return values
    if len(kinds) == 1 and kinds <= PATCHES:
        return [value.ordered() for value in values]
    return [value.rows for value in values] if kinds == {Grid} else [order_key(value) for value in values]


def as_python(value: Any) -> Any:
    """The value as what Python compares: rows of a grid, a plain frozenset."""
    if type(value) is tuple:
        return tuple(map(as_python, value))
    if isinstance(value, SetValue):
        return value.plain()
    return value.rows if type(value) is Grid else value


def compared(values: Sequence[Any]) -> tuple[Sequence[Any], bool]:
    """What Python compares of each value, and whether that orders any two (of sets: only nested ones)."""
    kinds = set(map(type, values))
    if kinds <= _NUMBERS or (kinds == {tuple} and numeric(chain.from_iterable(values))):
        return values, True
    return list(map(as_python, values)), kinds == {Grid}


def sorted_items(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Distinct values in ascending order."""
    kinds = set(map(type, items))
    if kinds == PATCHES and EMPTY in items:
        return (EMPTY, *sorted_items(tuple([item for item in items if item is not EMPTY and item != EMPTY])))
    if len(kinds) == 1 and kinds <= PATCHES:
        firsts = {item.first(): item for item in items}
        if len(firsts) == len(items):
            return tuple([firsts[place] for place in sorted(firsts)])
    if kinds == {int}:
        return tuple(sorted(items))
    keys = sort_keys(items)
    return tuple([items[place] for place in sorted(range(len(items)), key=keys.__getitem__)])
