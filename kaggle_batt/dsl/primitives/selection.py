"""Elements of containers: sorted, filtered, the extreme and the most common ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from kaggle_batt.dsl.primitives.containers import (
    ascending,
    extreme_element,
    extreme_value,
    filtered,
    in_order,
    merge,
    sequence,
)
from kaggle_batt.dsl.primitives.loops import form_of, values_of
from kaggle_batt.dsl.primitives.numbers import identity
from kaggle_batt.dsl.values.boards import stride_of
from kaggle_batt.dsl.values.build import expected, make_set, part_of, tight_object
from kaggle_batt.dsl.values.callables import DOMAIN_ERRORS, Function, raw
from kaggle_batt.dsl.values.keys import is_plain, key_of, numeric, order_key
from kaggle_batt.dsl.values.kinds import Callable, Container, FrozenSet, Integer, Tuple
from kaggle_batt.dsl.values.limits import meter, spend
from kaggle_batt.dsl.values.sets import SETS
from kaggle_batt.dsl.values.shapes import Object
from kaggle_batt.errors import DslError


def order(container: Container, compfunc: Callable) -> Tuple:
    """The elements as a tuple, sorted by the function's values."""
    items = ascending(container)
    spend(len(items))
    return in_order(items, _values(compfunc, container, items))


def _values(compfunc: Any, container: Any, items: Sequence[Any]) -> Sequence[Any]:
    """The function's values at the elements; without a function (None) the elements."""
    if compfunc is None or getattr(compfunc, "call", None) is identity:
        return items
    return values_of(compfunc, container, items)


def maximum(container: Container) -> Integer:
    """The largest of the Integers; 0 when empty."""
    items = _integers(container)
    return max(items) if items else 0


def minimum(container: Container) -> Integer:
    """The smallest of the Integers; 0 when empty."""
    items = _integers(container)
    return min(items) if items else 0


def _integers(container: Any) -> tuple[int, ...]:
    items = sequence(container)
    if numeric(items):
        return items
    raise expected("a container of Integers")


def valmax(container: Container, compfunc: Callable) -> Integer:
    """The largest value of the function; of an empty container, its value at 0."""
    return _extreme_value(max, container, compfunc)


def valmin(container: Container, compfunc: Callable) -> Integer:
    """The smallest value of the function; of an empty container, its value at 0."""
    return _extreme_value(min, container, compfunc)


def _extreme_value(extreme: Any, container: Any, compfunc: Any) -> Any:
    items = sequence(container)
    if not items or compfunc is None:
        return raw(compfunc)(0)
    spend(len(items))
    return extreme_value(extreme, container, items, _values(compfunc, container, items))


def argmax(container: Container, compfunc: Callable) -> Any:
    """The element with the largest value of the function; of several, the first."""
    return _extreme_element(max, container, compfunc)


def argmin(container: Container, compfunc: Callable) -> Any:
    """The element with the smallest value of the function; of several, the first."""
    return _extreme_element(min, container, compfunc)


def _extreme_element(extreme: Any, container: Any, compfunc: Any) -> Any:
    items = sequence(container)
    spend(len(items))
    return extreme_element(extreme, container, items, _values(compfunc, container, items))


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
    if type(container) in SETS:
        raise expected("a tuple", container)
    if set(map(type, items)) == {int}:
        counts = Counter(items)
        most = max(counts.values()) if direction < 0 else min(counts.values())
        return min([item for item, count in counts.items() if count == most])
    keys = items if is_plain(items) else [key_of(item) for item in items]
    counts = Counter(keys)
    best = min([direction * count for count in counts.values()])
    tied = {key: item for key, item in zip(keys, items, strict=True) if direction * counts[key] == best}
    return min(tied.values(), key=order_key) if len(tied) > 1 else next(iter(tied.values()))


def sfilter(container: Container, condition: Callable) -> Container:
    """The elements for which the condition holds."""
    if type(container) is Object and reads_color(condition):
        found = _of_colors(container, condition)
        if found is not None:
            return found
    items = sequence(container)
    spend(len(items))
    return filtered(container, items, values_of(condition, container, items))


def reads_color(function: Any) -> bool:
    """Does the function of a cell depend on nothing but its color?"""
    return isinstance(function, Function) and _form_reads_color(form_of(function)[0])


def _form_reads_color(form: Any) -> bool:
    """Does a function of a cell of that form depend on nothing but its color?"""
    while not isinstance(form, str):
        if form[0] == "fork" and not _form_reads_color(form[2]):
            return False
        if form[0] not in ("compose", "chain", "fork", "matcher"):
            return False
        form = form[1 if form[0] == "matcher" else -1]
    return form == "first"


def _of_colors(obj: Object, condition: Any) -> Any:
    """`sfilter` by a condition of the color, called once a color; None if it fails. Spends as per cell."""
    before, kept = meter.left, []
    call = raw(condition)
    try:
        for color, board in obj.planes:
            spend(board.bit_count())
            left = meter.left
            if call((color, (obj.top, obj.left))):
                kept.append((color, board))
            if meter.left != left:
                spend((left - meter.left) * (board.bit_count() - 1))
    except DOMAIN_ERRORS:
        meter.left = before
        return None
    if len(kept) == len(obj.planes):
        return obj
    return tight_object(kept, obj.top, obj.left, stride_of(obj.width))


def mfilter(container: Container, function: Callable) -> Container:
    """The elements for which the condition holds, merged."""
    return merge(sfilter(container, function))


def extract(container: Container, condition: Callable) -> Any:
    """The first element for which the condition holds."""
    function = raw(condition)
    for count, item in enumerate(ascending(container), 1):
        if function(item):
            spend(count)
            return item
    raise DslError("no element meets the condition")


def sizefilter(container: Container, n: Integer) -> FrozenSet:
    """The set of the elements of size n."""
    if not isinstance(n, int):
        raise expected("an Integer")
    found = [item for item in sequence(container) if len(item) == n]
    return part_of(container, found) if type(container) in SETS else make_set(found)
