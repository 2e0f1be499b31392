"""How primitives of locations and patches are written in a loop: boxes and boards without a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kaggle_batt.dsl.primitives.writer import SMALL_BITS, Kind, Known, Writer, anything, number, pair


def _initset(writer: Writer, value: Known) -> Known | None:
    if value.is_vector:
        return Known(Kind.PLACE, "", value.parts)
    if value.kind is Kind.PAIR and value.parts[0].kind is Kind.INTEGER and value.parts[1].is_vector:
        return Known(Kind.PLACE, "", (*value.parts[1].parts, value.parts[0]))
    return None


def _manhattan(writer: Writer, a: Known, b: Known) -> Known | None:
    if a.kind is b.kind is Kind.PLACE:
        (i, j), (k, m) = [[part.code for part in value.parts[:2]] for value in (a, b)]
        return number(writer.new(f"abs({i} - {k}) + abs({j} - {m})"))
    return None


def _location(writer: Writer, value: Known) -> tuple[str, str] | None:
    """The code of the two Integers of a location; None if the value is known to be none."""
    if value.is_vector:
        return value.parts[0].code, value.parts[1].code
    if value.kind is not Kind.ANY:
        return None
    key = f"location {value.code}"
    if key not in writer.made:
        writer.made[key] = made = writer.name()
        writer.lines += [
            f"if not (type({value.code}) is tuple and len({value.code}) == 2): refuse()",
            f"{made}i, {made}j = {value.code}",
            f"if not type({made}i) is type({made}j) is int: refuse()",
        ]
    made = writer.made[key]
    return f"{made}i", f"{made}j"


def _shift(writer: Writer, patch: Known, move: Known) -> Known | None:
    """A phrase of a patch with another corner; by a call if it may be no object."""
    parts, code = _location(writer, move), patch.code
    if patch.kind not in (*_PATCHES, Kind.ANY) or parts is None:
        return None
    box = f"{code}.top + {parts[0]}, {code}.left + {parts[1]}, {code}.height, {code}.width"
    if patch.kind is Kind.ANY:
        call = writer.call("shift", patch, move)
        return anything(writer.new(f"Object({box}, {code}.planes) if type({code}) is Object else {call}"))
    made = f"Object({box}, {code}.planes)" if patch.kind is Kind.OBJECT else f"Indices({box}, {code}.board)"
    return Known(patch.kind, writer.new(made))


def _around(board: str, writer: Writer, place: Known) -> Known | None:
    """A phrase of the neighbours of a location."""
    if not place.is_vector:
        return None
    i, j = place.parts
    return Known(Kind.INDICES, writer.new(f"Indices({i.code} - 1, {j.code} - 1, 3, 3, {board})"))


def _places(name: str, writer: Writer, a: Known, b: Known) -> Known | None:
    """A phrase of the locations of two sets, which are only made if they are not only counted."""
    if not {a.kind, b.kind} <= {Kind.INDICES, Kind.ANY}:
        return None
    return Known(Kind.ANY, "", (a, b), making=_OF_PLACES[name])


def _toobject(writer: Writer, patch: Known, grid: Known) -> Known | None:
    if patch.kind not in _PATCHES or grid.kind is not Kind.GRID:
        return None
    writer.lines.append(f"spend({grid.code}.height >> 2)")
    return Known(Kind.ANY, "", (patch, grid), making=_SEEN)


def _colorcount(writer: Writer, element: Known, value: Known) -> Known | None:
    if element.making != _SEEN or value.kind is not Kind.INTEGER:
        return None
    patch, grid = [part.code for part in element.parts]
    code = f"(seen({patch}.board, {patch}, {grid}) & {grid}.board({value.code})).bit_count()"
    return number(writer.new(code), SMALL_BITS)


_SEEN = "seen_object({}, {})"
_IF_PLACES = "if type({0}) is type({1}) is Indices else"
#: how the sets of two values are made, and how they are counted without being made
_OF_PLACES = {
    "difference": "minus({0}, {1}) " + _IF_PLACES + " p_difference({0}, {1})",
    "intersection": "shared_places({0}, {1}) " + _IF_PLACES + " p_intersection({0}, {1})",
}
_COUNTS = {
    _OF_PLACES[name]: f"({{0}}.board &{sign}seen_from({{1}}.board, {{1}}, {{0}})).bit_count() "
    f"{_IF_PLACES} len(p_{name}({{0}}, {{1}}))"
    for name, sign in (("difference", " ~"), ("intersection", " "))
}


def _size(writer: Writer, value: Known) -> Known | None:
    if value.making in _COUNTS:
        code = _COUNTS[value.making].format(*[part.code for part in value.parts])
        if value.parts[0].kind is value.parts[1].kind is Kind.INDICES:
            code = code.split(" if ")[0]
        return number(writer.new(code), SMALL_BITS)
    value = writer.made_now(value)
    if value.kind is Kind.PAIR or value.kind is Kind.PLACE:
        return number("2" if value.kind is Kind.PAIR else "1", 2)
    if value.kind in _PATCHES or value.kind is Kind.OBJECTS:
        return number(writer.new(f"len({value.code})"), SMALL_BITS)
    if value.kind is not Kind.ANY:
        return None
    return number(writer.new(f"len({value.code}) if type({value.code}) in SIZED else p_size({value.code})"))


_PATCHES = (Kind.OBJECT, Kind.INDICES)  #: kinds of values that are nonempty sets of cells or locations


def _boxed(codes: Sequence[str], writer: Writer, value: Known, check: str = "filled") -> Known | None:
    """A phrase of a patch's box; two codes make a pair. `check` returns any other value as a patch."""
    patch, bits = value.code, value.bits + 1
    if value.kind is Kind.PLACE:
        made = [value.parts["left" in code] for code in codes]
    elif value.kind not in (*_PATCHES, Kind.ANY):
        return None
    else:
        if value.kind is Kind.ANY:
            patch = writer.new(f"{patch} if type({patch}) is Object else {check}({patch})")
        made = [number(writer.new(code.replace("*", patch)), bits) for code in codes]
    return pair(made[0], made[1]) if len(made) == 2 else made[0]


_TOP, _LEFT = "*.top", "*.left"
_BOTTOM, _RIGHT = "*.top + *.height - 1", "*.left + *.width - 1"

PATCH_PHRASES: dict[str, Callable[..., Known | None]] = {
    "initset": _initset,
    "manhattan": _manhattan,
    "shift": _shift,
    "neighbors": partial(_around, "ALL"),
    "dneighbors": partial(_around, "DIRECT"),
    "ineighbors": partial(_around, "DIAGONAL"),
    "difference": partial(_places, "difference"),
    "intersection": partial(_places, "intersection"),
    "toobject": _toobject,
    "colorcount": _colorcount,
    "size": _size,
    "uppermost": partial(_boxed, [_TOP]),
    "leftmost": partial(_boxed, [_LEFT]),
    "lowermost": partial(_boxed, [_BOTTOM]),
    "rightmost": partial(_boxed, [_RIGHT]),
    "ulcorner": partial(_boxed, [_TOP, _LEFT]),
    "urcorner": partial(_boxed, [_TOP, _RIGHT]),
    "llcorner": partial(_boxed, [_BOTTOM, _LEFT]),
    "lrcorner": partial(_boxed, [_BOTTOM, _RIGHT]),
    "center": partial(_boxed, ["*.top + *.height // 2", "*.left + *.width // 2"], check="filled_set"),
}
