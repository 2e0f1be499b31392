"""Containers: any tuple or set, also a grid (its rows), a patch (its places or cells), a vector."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kaggle_batt.dsl.function import raw
from kaggle_batt.dsl.kinds import (
    Boolean,
    Callable,
    Container,
    ContainerContainer,
    FrozenSet,
    Integer,
    Tuple,
)
from kaggle_batt.dsl.limits import check_elements, spend
from kaggle_batt.dsl.setalgebra import minus, overlap, union
from kaggle_batt.dsl.values import (
    FSet,
    Grid,
    Indices,
    Object,
    SetValue,
    bounded,
    key_of,
    kind_of,
    make_set,
    order_key,
    weigh,
)
from kaggle_batt.errors import DslError


def sequence(container: Any) -> tuple[Any, ...]:
    """The elements of a container: of a tuple in its order, of a set in whatever order is cheapest.

    Only for uses in which the order does not show. Raises `DslError` for what is no container.
    """
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
    if isinstance(container, SetValue):
        return container.ordered()
    if type(container) is Grid:
        return container.rows
    raise DslError(f"a container was expected, not {kind_of(container)}")


def is_set(container: Any) -> bool:
    """Is it a set (else it is taken as a tuple)?"""
    return isinstance(container, SetValue)


def kept(like: Any, items: list[Any]) -> Any:
    """The elements as a container of the kind of `like`."""
    return make_set(items) if isinstance(like, SetValue) else tuple(items)


def _as_set(value: Any) -> SetValue:
    if not isinstance(value, SetValue):
        raise DslError(f"a set was expected, not {kind_of(value)}")
    return value


def contained(value: Any, container: Container) -> Boolean:
    """Is the value an element of the container?"""
    if isinstance(container, FSet):
        return key_of(value) in container.index
    if isinstance(container, SetValue):
        return bool(overlap(make_set([value]), container))
    return value in ascending(container)


def combine(a: Container, b: Container) -> Container:
    """The union of sets, the concatenation of tuples."""
    if isinstance(a, SetValue):
        if isinstance(b, SetValue):
            return union(a, b)
        return make_set([*sequence(a), *sequence(b)])
    items = ascending(a) + ascending(b)
    check_elements(len(items))
    return items


def intersection(a: FrozenSet, b: FrozenSet) -> FrozenSet:
    """The elements of both sets."""
    return overlap(_as_set(a), _as_set(b))


def difference(a: FrozenSet, b: FrozenSet) -> FrozenSet:
    """The elements of the first set (or tuple) that are not in the second."""
    if type(a) is tuple:
        return tuple([item for item in a if not contained(item, b)])
    if not isinstance(b, SetValue):
        b = make_set(ascending(b))
    return minus(_as_set(a), b)


def dedupe(tup: Tuple) -> Tuple:
    """The first occurrences of the elements, their order kept."""
    first: dict[Any, Any] = {}
    for item in ascending(tup):
        first.setdefault(key_of(item), item)
    return tuple(first.values())


def order(container: Container, compfunc: Callable) -> Tuple:
    """The elements as a tuple, sorted by the function's values."""
    items = ascending(container)
    keys = _keys(items, compfunc)
    places = sorted(range(len(items)), key=keys.__getitem__)
    return tuple([items[place] for place in places])


def _keys(items: tuple[Any, ...], compfunc: Any) -> list[Any]:
    function = raw(compfunc)
    spend(len(items))
    keys = [function(item) for item in items]
    return keys if all([type(key) is int for key in keys]) else [order_key(key) for key in keys]


def repeat(item: Any, num: Integer) -> Tuple:
    """The item num times."""
    check_elements(weigh(item) * _count(num))
    return (item,) * num


def _count(num: Any) -> int:
    if not isinstance(num, int):
        raise DslError("an Integer was expected")
    return num


def size(container: Container) -> Integer:
    """The number of elements."""
    if isinstance(container, (tuple, SetValue, Grid)):
        return len(container)
    raise DslError(f"a container was expected, not {kind_of(container)}")


def merge(containers: ContainerContainer) -> Container:
    """One container, of the outer kind, of all the elements of the containers."""
    if not isinstance(containers, SetValue):
        inners = ascending(containers)
        _check_merged(inners)
        return tuple([item for inner in inners for item in ascending(inner)])
    inners = sequence(containers)
    spend(len(inners))
    if all([type(inner) is Indices or type(inner) is Object for inner in inners]):
        return union(*inners)
    _check_merged(inners)
    return make_set([item for inner in inners for item in sequence(inner)])


def _check_merged(inners: tuple[Any, ...]) -> None:
    """Spend for, and check the number of, the elements of all these containers."""
    count = sum(map(size, inners))
    check_elements(count)
    spend(count >> 3)


def maximum(container: Container) -> Integer:
    """The largest of the Integers; 0 when empty."""
    return max(_integers(container), default=0)


def minimum(container: Container) -> Integer:
    """The smallest of the Integers; 0 when empty."""
    return min(_integers(container), default=0)


def _integers(container: Any) -> tuple[int, ...]:
    items = sequence(container)
    for item in items:
        if not isinstance(item, int):
            raise DslError("a container of Integers was expected")
    return items


def valmax(container: Container, compfunc: Callable) -> Integer:
    """The largest value of the function; of an empty container, its value at 0."""
    return _extreme_value(max, container, compfunc)


def valmin(container: Container, compfunc: Callable) -> Integer:
    """The smallest value of the function; of an empty container, its value at 0."""
    return _extreme_value(min, container, compfunc)


def _extreme_value(extreme: Any, container: Any, compfunc: Any) -> Any:
    items = sequence(container)
    function = raw(compfunc)
    if not items:
        return function(0)
    spend(len(items))
    values = [function(item) for item in items]
    return extreme(values) if all([type(v) is int for v in values]) else extreme(values, key=order_key)


def argmax(container: Container, compfunc: Callable) -> Any:
    """The element with the largest value of the function; of several, the first."""
    return _extreme_element(max, container, compfunc)


def argmin(container: Container, compfunc: Callable) -> Any:
    """The element with the smallest value of the function; of several, the first."""
    return _extreme_element(min, container, compfunc)


def _extreme_element(extreme: Any, container: Any, compfunc: Any) -> Any:
    items = sequence(container)
    if not items:
        raise DslError("the container is empty")
    keys = _keys(items, compfunc)
    best = extreme(keys)
    if keys.count(best) > 1 and is_set(container):
        items = ascending(container)
        keys = _keys(items, compfunc)
    return items[keys.index(best)]


def mostcommon(container: Container) -> Any:
    """The element that occurs most often; of several, the lowest."""
    return _by_count(container, -1)


def leastcommon(container: Container) -> Any:
    """The element that occurs least often; of several, the lowest."""
    return _by_count(container, 1)


def _by_count(container: Any, direction: int) -> Any:
    items = ascending(container)
    if not items:
        raise DslError("the container is empty")
    keys = [key_of(item) for item in items]
    counts = Counter(keys)
    best = min([direction * count for count in counts.values()])
    tied = {key: item for key, item in zip(keys, items, strict=True) if direction * counts[key] == best}
    return min(tied.values(), key=order_key) if len(tied) > 1 else next(iter(tied.values()))


def initset(value: Any) -> FrozenSet:
    """The set of that one value."""
    return make_set([bounded(value)])


def sfilter(container: Container, condition: Callable) -> Container:
    """The elements for which the condition holds."""
    function = raw(condition)
    items = sequence(container)
    spend(len(items))
    found = [item for item in items if function(item)]
    if len(found) == len(items):
        return container if type(container) is not Grid else items
    if type(container) is FSet and found and type(found[0]) is not tuple:
        return FSet(tuple(found))  # distinct as they were, and no set of places or cells
    return kept(container, found)


def mfilter(container: Container, condition: Callable) -> Container:
    """The elements for which the condition holds, merged."""
    return merge(sfilter(container, condition))


def extract(container: Container, condition: Callable) -> Any:
    """The first element for which the condition holds."""
    function = raw(condition)
    for item in ascending(container):
        spend(1)
        if function(item):
            return item
    raise DslError("no element meets the condition")


def totuple(container: Container) -> Tuple:
    """The elements as a tuple."""
    return ascending(container)


def first(container: Container) -> Any:
    """The first element."""
    if type(container) is Object:
        return container.first()
    items = ascending(container)
    if not items:
        raise DslError("the container is empty")
    return items[0]


def last(container: Container) -> Any:
    """The last element."""
    items = ascending(container)
    if not items:
        raise DslError("the container is empty")
    return items[-1]


def insert(value: Any, container: FrozenSet) -> FrozenSet:
    """The set with the value."""
    return union(_as_set(container), make_set([bounded(value)]))


def remove(value: Any, container: Container) -> Container:
    """The container without the elements equal to the value."""
    if isinstance(container, SetValue):
        return minus(container, make_set([value]))
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
    check_elements(len(left) * len(right))
    spend(len(left) * len(right) >> 2)
    return bounded(make_set([(x, y) for x in left for y in right]))


def pair(a: Tuple, b: Tuple) -> Tuple:
    """The tuple of pairs of elements at the same place, as long as the shorter."""
    return bounded(tuple(zip(ascending(a), ascending(b), strict=False)))


def sizefilter(container: Container, n: Integer) -> FrozenSet:
    """The set of the elements that have n elements."""
    wanted = _count(n)
    return make_set([item for item in sequence(container) if len(item) == wanted])
