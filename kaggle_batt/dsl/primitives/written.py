"""How primitives are written in a loop, each by its own phrase, and the loop of a form of functions.

Where a function made of an element is only applied, it is not made: its form is written in place, with the
element as a constant. Loops over containers are written within the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

from kaggle_batt.dsl.primitives import containers, grids, numbers, patches
from kaggle_batt.dsl.primitives.patch_phrases import PATCH_PHRASES
from kaggle_batt.dsl.primitives.writer import (
    MOST_WEIGHT,
    NUMBERS,
    PLACES,
    SMALL_BITS,
    Form,
    Kind,
    Known,
    NotWritten,
    Writer,
    anything,
    element_of,
    number,
    pair,
    primitives_in,
    truth,
)
from kaggle_batt.dsl.values import set_algebra
from kaggle_batt.dsl.values.callables import Function, Primitive
from kaggle_batt.dsl.values.limits import MAX_BITS, spend
from kaggle_batt.dsl.values.sets import NESTED, weigh
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object
from kaggle_batt.errors import DslError


def write_loop(function: Function, form: Form, kind: Kind) -> Any:
    """A function of the constants that returns the loop; raises `NotWritten` where there is none."""
    writer = Writer(dict(primitives_in(function)), PHRASES)
    is_near = kind is Kind.LOCATION or kind is Kind.CELL
    element, apart = element_of(kind, "x", SMALL_BITS if is_near else MAX_BITS + 1)
    result = writer.code_of(writer.applied(writer.tree(form), [element]))
    return writer.compiled(apart, result, _SCOPE)


def _refuse() -> NoReturn:
    """End a loop that does not hold for a value; the elements are then mapped layer by layer."""
    raise DslError("no value of a written loop")


_SCOPE: dict[str, Any] = {
    "Grid": Grid, "Indices": Indices, "Object": Object, "NESTED": NESTED,
    "FUNCTIONS": frozenset({Function, Primitive}), "MOST": 1 << MAX_BITS,
    "ALL": patches.ALL, "DIRECT": patches.DIRECT, "DIAGONAL": patches.DIAGONAL,
    "weigh": weigh, "spend": spend, "filled": patches.filled,
    "filled_set": patches.filled_set, "refuse": _refuse,
    "both_parts": numbers._pair, "small": numbers._small, "same": numbers.equality_within,
    "minus": set_algebra.minus, "shared_places": set_algebra.shared_places,
    "seen_from": set_algebra.seen_from, "seen_object": grids.seen_object, "seen": grids.seen,
    **{name: getattr(containers, name) for name in (
        "SIZED", "ascending", "best_element", "extreme_element", "extreme_value", "extremes", "in_order",
        "kept", "sequence",
    )},
}  # fmt: skip


def _arithmetic(name: str, sign: str, writer: Writer, a: Known, b: Known) -> Known | None:
    if a.kind in NUMBERS and b.kind in NUMBERS:
        bits = a.bits + b.bits if sign == "*" else max(a.bits, b.bits) + 1
        return _checked(writer, f"{a.code} {sign} {b.code}", bits)
    if Kind.ANY in (a.kind, b.kind) and not (a.is_vector or b.is_vector):
        return _either_way(writer, name, f"{{}} {sign} {{}}", a, b)
    (i, j), (k, m) = _vector(writer, a), _vector(writer, b)
    first, second = [_arithmetic(name, sign, writer, *parts) for parts in ((i, k), (j, m))]
    return pair(first, second) if first and second else None


def _checked(writer: Writer, code: str, bits: int) -> Known:
    """The Integer of an expression; its size is checked where it could be too large."""
    fresh = code not in writer.made
    name = writer.new(code)
    if bits > MAX_BITS and fresh:
        writer.lines.append(f"if not -MOST < {name} < MOST: small({name})")
    return number(name, min(bits, MAX_BITS))


def _either_way(writer: Writer, name: str, text: str, *args: Known) -> Known | None:
    """An Integer of arguments that may be Integers; a call only if they are not."""
    tests = _are_integers(args)
    if tests is None:
        return None
    call, made = writer.call(name, *args), writer.name()
    writer.lines += [
        f"if {tests}:",
        f"    {made} = {text.format(*[arg.code for arg in args])}",
        f"    if not -MOST < {made} < MOST: small({made})",
        f"else: {made} = {call}",
    ]
    return anything(made)


def _are_integers(args: tuple[Known, ...], known: Sequence[Kind] = (Kind.INTEGER,)) -> str | None:
    """The test whether arguments are Integers, as values of the known kinds are; None if one can't be."""
    if any([arg.kind not in (Kind.ANY, *known) for arg in args]):
        return None
    return " and ".join([f"type({arg.code}) is int" for arg in args if arg.kind is Kind.ANY])


def _vector(writer: Writer, value: Known) -> tuple[Known, Known]:
    """The two Integers of a vector, or an Integer twice."""
    if value.kind in NUMBERS:
        return value, value
    if value.is_vector:
        return value.parts[0], value.parts[1]
    code = writer.code_of(value)
    key = f"both_parts {code}"
    if key not in writer.made:
        writer.made[key] = made = writer.name()
        writer.lines += [
            f"if type({code}) is tuple and len({code}) == 2: {made}i, {made}j = {code}",
            f"else: {made}i, {made}j = both_parts({code})",
            f"if not type({made}i) is type({made}j) is int: both_parts(({made}i, {made}j))",
        ]
    made = writer.made[key]
    return number(f"{made}i"), number(f"{made}j")


def _each_part(name: str, text: str, writer: Writer, value: Known, more: int = 0) -> Known | None:
    """A phrase of an Integer as one of an Integer or a vector; the value has that many more bits."""
    if value.kind is Kind.INTEGER:
        code = text.format(value.code)
        return _checked(writer, code, value.bits + more) if more else number(writer.new(code), value.bits)
    if value.is_vector:
        first, second = [_each_part(name, text, writer, part, more) for part in value.parts]
        return pair(first, second) if first and second else None
    return _either_way(writer, name, text, value)


def equality(writer: Writer, a: Known, b: Known) -> Known:
    """Two values compared, part by part where they are vectors."""
    if a.is_vector and b.is_vector:
        tests = [f"{i.code} == {k.code}" for i, k in zip(a.parts, b.parts, strict=True)]
        return truth(writer.new(" and ".join(tests)))
    left, right = writer.code_of(a), writer.code_of(b)
    if a.kind in NUMBERS or b.kind in NUMBERS:
        return truth(writer.new(f"{left} == {right}"))
    return truth(writer.new(f"{left} == {right} if type({left}) is int else same({left}, {right})"))


def _end(name: str, place: int, writer: Writer, value: Known) -> Known | None:
    if value.kind is Kind.PAIR:
        return value.parts[place]
    if value.kind is Kind.PLACE and not value.code:
        i, j, *color = value.parts
        return pair(color[0], pair(i, j)) if color else pair(i, j)
    if value.kind is not Kind.ANY:
        return None
    code = value.code
    item = f"{code}[{place}] if type({code}) is tuple and {code} else p_{name}({code})"
    made = writer.new(item)
    if code in writer.bounded:
        writer.bounded.add(made)
    return anything(made)


def _astuple(writer: Writer, a: Known, b: Known) -> Known:
    made = pair(a, b)
    if made.weight is None:
        code = writer.code_of(made)
        nested = any([v.kind is Kind.PAIR for v in (a, b)])
        tests = [f"type({writer.code_of(v)}) in NESTED" for v in (a, b) if v.weight is None]
        writer.lines.append(f"if {nested or ' or '.join(tests)}: spend(weigh({code}) >> 4)")
    elif made.weight > MOST_WEIGHT:
        raise NotWritten
    return made


def _tested(name: str, text: str, writer: Writer, *args: Known) -> Known | None:
    """A phrase of Integers that returns a truth value; a call for other arguments."""
    tests = _are_integers(args, NUMBERS)
    if tests is None:
        return None
    code = text.format(*[arg.code for arg in args])
    if tests:
        code = f"({code}) if {tests} else {writer.call(name, *args)}"
    return truth(writer.new(code))


def _making(way: str, writer: Writer, *args: Known) -> Known | None:
    """A phrase of a function composed of functions, or bound to a value."""
    tree: list[Form] = []
    for place, arg in enumerate(args):
        is_value = place in PLACES[way]
        if is_value and arg.kind is Kind.ANY:
            writer.lines.append(f"if type({writer.code_of(arg)}) in FUNCTIONS: refuse()")
        elif not is_value and arg.form is None:
            return None
        tree.append(arg if is_value else arg.form)
    making = f"p_{way}({', '.join(['{}'] * len(args))})"
    return Known(Kind.FUNCTION, "", args, form=(way, *tree), making=making)


#: the kinds of containers with that of their elements
_ELEMENTS = {
    Kind.ANY: Kind.ANY, Kind.OBJECT: Kind.CELL, Kind.INDICES: Kind.LOCATION, Kind.OBJECTS: Kind.OBJECT,
}  # fmt: skip


def _mapped(writer: Writer, function: Known, container: Known, items: str) -> tuple[str, Known]:
    """Write the loop of a function over the elements; the name of its values, and what is known of each."""
    if function.form == "maximum" or function.form == "minimum":
        writer.lines.append(f"spend(len({items}))")
        code = f"extremes({function.form[:3]}, {items}) or list(map(p_{function.form}, {items}))"
        return writer.new(code), anything("")
    element, apart = element_of(_ELEMENTS[container.kind], writer.name(), container.bits)
    if container.code in writer.bounded:
        writer.bounded.add(element.code)
    outer, steps, made = writer.lines, writer.steps, writer.made
    writer.lines, writer.steps, writer.made = [], 1, made.copy()
    value = writer.applied(function.form, [element])
    result = writer.code_of(value)
    body, cost = writer.lines, writer.steps
    writer.lines, writer.steps, writer.made = outer, steps, made
    values = writer.name()
    writer.lines += [
        f"spend({cost} * len({items}))" if cost > 1 else f"spend(len({items}))",
        f"{values} = []",
        f"for {element.code} in {items}:",
        *[f"    {line}" for line in (*apart, *body)],
        f"    {values}.append({result})",
    ]
    return values, value


def _mapping(
    text: str, of_numbers: str, writer: Writer, container: Known, function: Known, order: str = "sequence"
) -> Known | None:
    """A phrase of a container and a function; `text` has the container, its elements and the values,
    `of_numbers` is one for numbers, if there is one."""
    if function.form is None or container.kind not in _ELEMENTS:
        return None
    code, items = writer.code_of(container), writer.name()
    is_fixed = code in writer.constants and container.kind is not Kind.ANY
    (writer.head if is_fixed else writer.lines).append(f"{items} = {order}({code})")
    values, value = _mapped(writer, function, container, items)
    made, way = writer.name(), of_numbers if of_numbers and value.kind in NUMBERS else text
    writer.lines.append(f"{made} = {way.format(code, items, values)}")
    return anything(made)


def _apply(writer: Writer, function: Known, container: Known) -> Known | None:
    if function.form is None:
        return None
    if container.kind is not Kind.PAIR:
        made = _mapping("kept({0}, {2})", "", writer, container, function)
        if made is not None:
            writer.weighed(made)
        return made
    writer.steps += 2
    first, second = [writer.applied(function.form, [part]) for part in container.parts]
    both = pair(first, second)
    writer.weighed(both)
    return both


PHRASES: dict[str, Callable[..., Known | None]] = {
    **{way: partial(_making, way) for way in ("compose", "chain", "fork", "matcher", "lbind", "rbind")},
    "apply": _apply,
    "order": partial(_mapping, "in_order({1}, {2})", "", order="ascending"),
    "argmax": partial(_mapping, "extreme_element(max, {0}, {1}, {2})", "best_element(max, {0}, {1}, {2})"),
    "argmin": partial(_mapping, "extreme_element(min, {0}, {1}, {2})", "best_element(min, {0}, {1}, {2})"),
    "valmax": partial(_mapping, "extreme_value(max, {0}, {1}, {2})", "max({2})"),
    "valmin": partial(_mapping, "extreme_value(min, {0}, {1}, {2})", "min({2})"),
    **PATCH_PHRASES,
    "identity": lambda writer, value: value,
    "add": partial(_arithmetic, "add", "+"),
    "subtract": partial(_arithmetic, "subtract", "-"),
    "multiply": partial(_arithmetic, "multiply", "*"),
    "invert": partial(_each_part, "invert", "-{}"),
    "double": partial(_each_part, "double", "{} * 2", more=2),
    "halve": partial(_each_part, "halve", "{} // 2"),
    "increment": partial(_each_part, "increment", "{} + 1", more=1),
    "decrement": partial(_each_part, "decrement", "{} - 1", more=1),
    "sign": partial(_each_part, "sign", "({0} > 0) - ({0} < 0)"),
    "even": partial(_tested, "even", "{} % 2 == 0"),
    "positive": partial(_tested, "positive", "{} > 0"),
    "greater": partial(_tested, "greater", "{} > {}"),
    "equality": equality,
    "first": partial(_end, "first", 0),
    "last": partial(_end, "last", -1),
    "astuple": _astuple,
}
