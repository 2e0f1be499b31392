"""Containers: any tuple or set, also a grid (its rows), a patch (its locations or cells), a vector."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, compress
from itertools import product as iterproduct
from typing import Any

from kaggle_batt.dsl.values.build import expected, make_set, part_of
from kaggle_batt.dsl.values.keys import PATCHES, compared, is_plain, key_of, numeric
from kaggle_batt.dsl.values.kinds import Boolean, Container, ContainerContainer, FrozenSet, Integer, Tuple
from kaggle_batt.dsl.values.limits import MAX_ELEMENTS, check_elements, spend
from kaggle_batt.dsl.values.set_algebra import crossed, minus, overlap, shared_places, union
from kaggle_batt.dsl.values.sets import NESTED, SETS, FSet, known_as, weigh
from kaggle_batt.dsl.values.shapes import EMPTY, Grid, Indices, Object, SetValue, is_location
from kaggle_batt.errors import DslError


def sequence(container: Any) -> tuple[Any, ...]:
    """The elements of a container in the cheapest order, for uses in which the order does not show."""
    kind = type(container)
    if kind is tuple:
        return container
    if kind is FSet:
        return container.items
    return ascending(container)


def ascending(container: Any) -> tuple[Any, ...]:
    """The elements of a container, those of a set in ascending order."""
    if type(container) is tuple:
        return container
    if type(container) in SETS:
        return container.ordered()
    if type(container) is Grid:
        return container.rows
    raise expected("a container", container)


def kept(like: Any, items: list[Any]) -> Any:
    """The elements as a container of the kind of `like`."""
    return make_set(items) if type(like) in SETS else tuple(items)


def _as_set(value: Any) -> SetValue:
    if type(value) not in SETS:
        raise expected("a set", value)
    return value


def contained(value: Any, container: Container) -> Boolean:
    """Is the value an element of the container?"""
    if type(container) in SETS:
        return container.has(value)
    return value in ascending(container)


def combine(a: Container, b: Container) -> Container:
    """The union of sets, the concatenation of tuples."""
    fits = type(a) is Grid and type(b) is Grid and a.width == b.width
    if fits and len(a.data) + len(b.data) <= MAX_ELEMENTS:
        return Grid(a.height + b.height, a.width, a.data + b.data)
    return combine_within(a, b)


def combine_within(a: Container, b: Container) -> Container:
    """`combine` within a function, where a grid counts as the tuple of its rows."""
    if type(a) in SETS:
        if type(b) in SETS:
            return union(a, b)
        return make_set([*sequence(a), *sequence(b)])
    items = ascending(a) + ascending(b)
    check_elements(len(items))
    return items


def intersection(a: FrozenSet, b: FrozenSet) -> FrozenSet:
    """The elements of both sets."""
    if type(a) is Indices and type(b) is Indices:
        return shared_places(a, b)
    return overlap(_as_set(a), _as_set(b))


def difference(a: FrozenSet, b: FrozenSet) -> FrozenSet:
    """The elements of the first set (or tuple) that are not in the second."""
    if type(a) is tuple:
        return tuple([item for item in a if not contained(item, b)])
    if type(b) not in SETS:
        b = make_set(ascending(b))
    return minus(_as_set(a), b)


def dedupe(tup: Tuple) -> Tuple:
    """The first occurrences of the elements, their order kept."""
    if type(tup) is Grid:
        if tup.height == 1:
            return tup
        lines = dict.fromkeys(tup.lines)
        height = len(lines)
        return tup if height == tup.height else Grid(height, tup.width, b"".join(lines))
    items = tup if type(tup) is tuple else ascending(tup)
    if items is not tup and items:
        raise expected("a tuple", tup)
    if is_plain(items):
        return tuple(dict.fromkeys(items))
    first: dict[Any, Any] = {}
    for item in items:
        first.setdefault(key_of(item), item)
    return tuple(first.values())


def dedupe_within(tup: Tuple) -> Tuple:
    """`dedupe` within a function, where a grid counts as the tuple of its rows."""
    return ascending(dedupe(tup))


def repeat(item: Any, num: Integer) -> Tuple:
    """The item, `num` times."""
    if isinstance(num, int):
        check_elements((max(1, weigh(item)) if type(item) in NESTED else 1) * num)
        return (item,) * num
    raise expected("an Integer")


SIZED = SETS | {tuple, Grid}  #: the kinds of values that have elements


def size(container: Container) -> Integer:
    """The number of elements."""
    if type(container) in SIZED:
        return len(container)
    raise expected("a container", container)


def merge(containers: ContainerContainer) -> Container:
    """One container, of the outer kind, of all the elements of the containers."""
    if type(containers) is Grid:
        spend(len(containers.data) >> 3)
        return containers.cells
    inners = sequence(containers)
    kinds = set(map(type, inners))
    is_set = type(containers) in SETS
    if is_set:
        spend(len(inners))
        if kinds <= PATCHES:
            return union(*inners)
    count = sum(map(len if kinds <= SIZED else size, inners))
    check_elements(count)
    spend(count >> 3)
    if is_set:
        return make_set([item for inner in inners for item in sequence(inner)])
    items = tuple(chain.from_iterable(inners if kinds == {tuple} else map(ascending, inners)))
    if items and kinds <= PATCHES:
        patches = [patch for patch in inners if patch.height]
        if len(set(map(type, patches))) == 1:
            known_as(items, len(items) * (3 if type(patches[0]) is Object else 2), patches)
    return items


@lru_cache(maxsize=4096)
def _single(value: Any) -> SetValue:
    """The set of one number or location, cached: most calls are of the same few."""
    return make_set([value])


def initset(value: Any) -> FrozenSet:
    """The set of that one value."""
    kind = type(value)
    is_pair = kind is tuple and len(value) == 2 and type(value[0]) is type(value[1]) is int
    return _single(value) if is_pair or kind is int else make_set([value])


def totuple(container: Container) -> Tuple:
    """The elements as a tuple."""
    return container if type(container) is Grid else ascending(container)


totuple_within = ascending  #: within a function, where a grid counts as the tuple of its rows


def first(container: Container) -> Any:
    """The first element."""
    if type(container) is Object or (type(container) is Indices and container.board):
        return container.first()
    items = ascending(container)
    if items:
        return items[0]
    raise DslError("the container is empty")


def last(container: Container) -> Any:
    """The last element."""
    if type(container) is Object or (type(container) is Indices and container.board):
        return container.last()
    items = ascending(container)
    if items:
        return items[-1]
    raise DslError("the container is empty")


def insert(value: Any, container: FrozenSet) -> FrozenSet:
    """The set with the value."""
    if type(container) is FSet:
        if container.has(value):
            return container
    else:
        single = initset(value)
        if type(single) is type(_as_set(container)) or container is EMPTY:
            return union(container, single)
    check_elements(len(container) + 1)
    return FSet((*container.items, value))


def remove(value: Any, container: Container) -> Container:
    """The container without the elements equal to the value."""
    if type(container) in SETS:
        if type(container) is not FSet:
            return minus(container, initset(value)) if container.has(value) else container
        return part_of(container, [item for item in container.items if item != value])
    return tuple([item for item in ascending(container) if item != value])


def other(container: Container, value: Any) -> Any:
    """The first element that is not the value."""
    for item in ascending(container):
        if item != value:
            return item
    raise DslError("no other element")


def product(a: Container, b: Container) -> FrozenSet:
    """The set of all pairs of an element of a and one of b."""
    left, right = sequence(a), sequence(b)
    count = len(left) * len(right)
    check_elements(count)
    spend(count)
    if not count:
        return EMPTY
    ours, theirs = _as_distinct(a, left), _as_distinct(b, right)
    if numeric(left) and (type(theirs) is Indices or numeric(right)):
        return crossed(left, theirs if type(theirs) is Indices else right)
    left, right = sequence(ours), sequence(theirs)
    each = 0
    if type(ours) in PATCHES and type(theirs) in PATCHES:
        each = sum([2 if type(patch) is Indices else 3 for patch in (ours, theirs)])
    pairs = tuple(iterproduct(left, right))
    return FSet(pairs, each if each * len(pairs) <= MAX_ELEMENTS else 0)


def _as_distinct(container: Any, items: tuple[Any, ...]) -> Any:
    """A set as it is; the set of a tuple's elements if that is a patch, else the tuple without repeats."""
    if type(container) in SETS:
        return container
    places = is_location(items[0]) and all(map(is_location, items))
    return make_set(items) if places else dedupe(items)


def pair(a: Tuple, b: Tuple) -> Tuple:
    """The tuple of pairs of elements at the same place, as long as the shorter."""
    if type(a) is not tuple or type(b) is not tuple:
        a, b = ascending(a), ascending(b)
    return tuple(zip(a, b))  # noqa: B905  (a keyword costs a third of the call)


def filtered(container: Any, items: Sequence[Any], values: Sequence[Any]) -> Any:
    """The elements with a true value, as a container of the kind."""
    found = list(compress(items, values))
    if len(found) == len(items):
        return container if type(container) is not Grid else items
    return part_of(container, found) if type(container) in SETS else tuple(found)


def in_order(items: Sequence[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    """The elements sorted by the values."""
    keys, _ = compared(values)
    if keys is items:
        return tuple(sorted(keys))
    return tuple([items[place] for place in sorted(range(len(items)), key=keys.__getitem__)])


def _keyed(container: Any, items: Sequence[Any], values: Sequence[Any]) -> tuple[Sequence[Any], ...]:
    """The elements, the values at them and what is compared of the values; in ascending order of the elements
    if not all values can be ordered, since that order shows then."""
    keys, ordered = compared(values)
    if ordered or type(container) is not FSet:
        return items, values, keys
    place_of = {id(item): place for place, item in enumerate(items)}
    places = [place_of[id(item)] for item in container.ordered()]
    return container.ordered(), [values[place] for place in places], [keys[place] for place in places]


def extremes(extreme: Any, items: Sequence[Any]) -> list[int]:
    """The largest or smallest Integer of each of the tuples; [] if they are empty or hold anything else."""
    are_filled = set(map(type, items)) == {tuple} and all(items)
    if are_filled and set(map(type, chain.from_iterable(items))) == {int}:
        return list(map(extreme, items))
    return []


def extreme_value(extreme: Any, container: Any, items: Sequence[Any], values: Sequence[Any]) -> Any:
    """The largest or smallest value; `extreme` is `max` or `min`."""
    _, values, keys = _keyed(container, items, values)
    return extreme(values) if keys is values else values[keys.index(extreme(keys))]


def extreme_element(extreme: Any, container: Any, items: Sequence[Any], values: Sequence[Any]) -> Any:
    """The element with the largest or smallest value; of several, the first."""
    items, _, keys = _keyed(container, items, values)
    return best_element(extreme, container, items, keys)


def best_element(extreme: Any, container: Any, items: Sequence[Any], keys: Sequence[Any]) -> Any:
    """The element with the largest or smallest of keys that Python orders; of several, the first."""
    if not items:
        raise DslError("the container is empty")
    best = extreme(keys)
    if type(container) is FSet and keys.count(best) > 1:
        tied = [item for item, key in zip(items, keys, strict=True) if key == best]
        return ascending(part_of(container, tied))[0]
    return items[keys.index(best)]
