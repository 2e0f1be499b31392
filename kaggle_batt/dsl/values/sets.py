"""Sets of anything but locations and cells; the equality, exact key and weight of values of every kind."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from kaggle_batt.dsl.values.keys import ATOMS, key_of, sorted_items
from kaggle_batt.dsl.values.limits import MAX_ELEMENTS, MAX_NESTING
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object, SetValue
from kaggle_batt.errors import LimitError

_FEW = 8  #: a set of fewer elements is searched without an index


class FSet(SetValue):
    """Any other set: distinct elements in the order they were made, sorted only where the order shows."""

    __slots__ = ("_hashed", "_index", "_key", "_ordered", "each", "items", "weight")

    def __init__(self, items: tuple[Any, ...], each: int = 0) -> None:
        self.items = items  # type: ignore[misc]  # the slot replaces the property
        self._ordered: tuple[Any, ...] | None = None
        self._index: dict[Any, Any] | None = None
        self._key: tuple[Any, ...] | None = None
        self._hashed: int | None = None
        self.each = each  #: what every element weighs, 0 where that is not known or not the same
        self.weight: int | None = each * len(items) or None  #: what `weigh` returns, once that is known

    @property
    def index(self) -> dict[Any, Any]:
        if self._index is None:
            items = self.items
            keys = items if ATOMS.issuperset(map(type, items)) else map(key_of, items)
            self._index = dict(zip(keys, items, strict=True))
        return self._index

    @property
    def key(self) -> tuple[Any, ...]:
        if self._key is None:
            self._key = (FSet, frozenset(self.index))
        return self._key

    def ordered(self) -> tuple[Any, ...]:
        if self._ordered is None:
            self._ordered = sorted_items(self.items)
        return self._ordered

    def has(self, value: Any) -> bool:
        if self._index is None and len(self.items) < _FEW:
            return value in self.items
        return key_of(value) in self.index

    def plain(self) -> frozenset[Any]:
        return frozenset(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __reduce__(self) -> tuple[Any, ...]:
        return (FSet, (self.items,))


#: the kinds of sets: a look-up in here takes a quarter of `isinstance` with an abstract class
SETS = frozenset({FSet, Indices, Object})

NESTED = frozenset({tuple, FSet})  #: the kinds of values that hold values of any kind
_INTEGERS = frozenset({int, type(None)})
_TUPLES = frozenset({tuple})
_INTEGERS_AND_TUPLES = _INTEGERS | _TUPLES


def same(a: Any, b: Any) -> bool:
    if type(a) is tuple is type(b) and a and type(a[0]) in NESTED:
        return bool(key_of(a) == key_of(b))
    return bool(a == b)


_TRUTH = {False: (bool, 0), True: (bool, 1)}


def exact_key(value: Any) -> Any:
    """A hashable key that two values share only if no primitive, and no message, can distinguish them.

    Unlike `key_of` it distinguishes truth values from numbers, and sets of one content in different orders.
    It is valid while the value lives, since a function's key is its identity. A tuple of nothing but integers
    and None at all levels is its own key.
    """
    kind = type(value)
    if kind is int or value is None:
        return value
    if kind is Grid:
        return (value.height, value.data)
    if kind is Indices or kind is Object:
        return value.key
    if kind is tuple:
        return value if of_integers(value) else (tuple, *map(exact_key, value))
    if kind is FSet:
        items = value.items
        if type(items[0]) is Object:
            return (FSet, *[item.key if type(item) is Object else exact_key(item) for item in items])
        return (FSet, *(items if of_integers(items) else map(exact_key, items)))
    return _TRUTH[value] if kind is bool else (kind, id(value))


def of_integers(level: Sequence[Any]) -> bool:
    """Is everything in it an integer, None, or a tuple of such, at all levels?"""
    while True:
        kinds = set(map(type, level))
        if kinds <= _INTEGERS:
            return True
        if not kinds <= _INTEGERS_AND_TUPLES:
            return False
        tuples = level if kinds == _TUPLES else [item for item in level if type(item) is tuple]
        level = [*chain.from_iterable(tuples)]


def weigh(value: Any) -> int:
    """The number of elements of a value at all levels, shared parts counted as often as they show.

    Raises `LimitError` for a value of over `MAX_ELEMENTS`, or nested deeper than `MAX_NESTING`: comparing it
    could take forever, however small it is in memory.
    """
    if type(value) is FSet:
        if value.weight is None:
            value.weight = _weight(value.items)
        return value.weight
    if type(value) is not tuple:
        return 1
    known, weight, _ = _known
    return weight if known is value else _weight(value)


#: a tuple or grid, its weight, and the patches whose elements it has, if any
_known: tuple[Any, int, Sequence[Any]] = ((), 0, ())
#: not remembered: heavier tuples, which would take much memory, and those of patches farther away
_MOST_KNOWN, _FAR = 1 << 16, 128


def known_as(items: Any, weight: int, patches: Sequence[Any] = ()) -> None:
    """Remember the weight of a tuple or grid, and the patches, all of one kind, whose elements it has."""
    global _known
    near = [-_FAR < p.top < _FAR > p.height and -_FAR < p.left < _FAR > p.width for p in patches]
    if weight <= _MOST_KNOWN:
        _known = items, weight, patches if all(near) else ()


def patches_in(value: Any) -> Sequence[Any]:
    """The patches, near a grid, whose elements a tuple or grid has; none if they are not known."""
    known, _, patches = _known
    return patches if known is value else ()


def _weight(items: tuple[Any, ...]) -> int:
    if len(items) <= MAX_ELEMENTS and NESTED.isdisjoint(map(type, items)):
        return len(items)
    total = depth = 0
    level: Iterable[Any] = items
    size = len(items)
    while True:
        if total + size > MAX_ELEMENTS:
            raise LimitError(f"a value of over {MAX_ELEMENTS} elements")
        inner: Sequence[Any] = tuple(level)
        kinds = set(map(type, inner))
        if NESTED.isdisjoint(kinds):
            return total + size
        if depth == MAX_NESTING:
            raise LimitError(f"a value nested deeper than {MAX_NESTING}")
        if kinds != _TUPLES:
            inner = [item if type(item) is tuple else item.items for item in inner if type(item) in NESTED]
            total += size - len(inner)
        size, level = sum(map(len, inner)), chain.from_iterable(inner)
        depth += 1
