"""Functions made within a written loop, and the loops over containers in which they are applied.

Where a function made of an element is only applied, it is not made: its form is written in place, with the
element as a constant.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kaggle_batt.dsl.primitives.writer import (
    NUMBERS,
    PLACES,
    SMALL_BITS,
    Form,
    Kind,
    Known,
    Writer,
    anything,
    number,
    pair,
)


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


def _element(writer: Writer, container: Known) -> tuple[Known, list[str]]:
    """An element of the container in a loop of its own, with the lines that unpack it."""
    name = writer.name()
    i, j = number(f"{name}i", container.bits), number(f"{name}j", container.bits)
    if container.kind is Kind.INDICES:
        return pair(i, j, name), [f"{name}i, {name}j = {name}"]
    if container.kind is Kind.OBJECT:
        apart = [f"{name}c, {name}p = {name}", f"{name}i, {name}j = {name}p"]
        return pair(number(f"{name}c"), pair(i, j, f"{name}p"), name), apart
    if container.code in writer.bounded:
        writer.bounded.add(name)
    return Known(Kind.OBJECT, name, bits=SMALL_BITS) if container.kind is Kind.OBJECTS else anything(name), []


def _mapped(writer: Writer, function: Known, container: Known, items: str) -> tuple[str, Known]:
    """Write the loop of a function over the elements; the name of its values, and what is known of each."""
    if function.form == "maximum" or function.form == "minimum":
        writer.lines.append(f"spend(len({items}))")
        code = f"extremes({function.form[:3]}, {items}) or list(map(p_{function.form}, {items}))"
        return writer.new(code), anything("")
    element, apart = _element(writer, container)
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
    if function.form is None or container.kind not in _CONTAINERS:
        return None
    code, items = writer.code_of(container), writer.name()
    is_fixed = code in writer.constants and container.kind is not Kind.ANY
    (writer.head if is_fixed else writer.lines).append(f"{items} = {order}({code})")
    values, value = _mapped(writer, function, container, items)
    made, way = writer.name(), of_numbers if of_numbers and value.kind in NUMBERS else text
    writer.lines.append(f"{made} = {way.format(code, items, values)}")
    return anything(made)


_CONTAINERS = (Kind.ANY, Kind.OBJECT, Kind.INDICES, Kind.OBJECTS)


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


NESTED_PHRASES: dict[str, Callable[..., Known | None]] = {
    **{way: partial(_making, way) for way in ("compose", "chain", "fork", "matcher", "lbind", "rbind")},
    "apply": _apply,
    "order": partial(_mapping, "in_order({1}, {2})", "", order="ascending"),
    "argmax": partial(_mapping, "extreme_element(max, {0}, {1}, {2})", "best_element(max, {0}, {1}, {2})"),
    "argmin": partial(_mapping, "extreme_element(min, {0}, {1}, {2})", "best_element(min, {0}, {1}, {2})"),
    "valmax": partial(_mapping, "extreme_value(max, {0}, {1}, {2})", "max({2})"),
    "valmin": partial(_mapping, "extreme_value(min, {0}, {1}, {2})", "min({2})"),
}
