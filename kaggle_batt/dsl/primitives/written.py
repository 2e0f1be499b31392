"""Loops of composed functions written as Python: each layer a line or none, types checked where values enter.

What is written consists of this file's own phrases, numbered names, and names of the language; constants are
parameters, and no text of a program gets into it. A value is known by its kind while it is written: the parts
of a location are two names, and a pair is only made where something other than its parts is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import Any, NamedTuple

from kaggle_batt.dsl.primitives import numbers
from kaggle_batt.dsl.primitives.patches import filled
from kaggle_batt.dsl.values.callables import Function
from kaggle_batt.dsl.values.limits import FREE_PARTS, MAX_BITS, spend
from kaggle_batt.dsl.values.sets import NESTED, SETS, weigh
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object

#: how a function is composed: a name of the language, or a tuple that begins with one
Form = Any

#: the ways to compose functions, and which of their arguments are values rather than applied
PLACES: dict[str, tuple[int, ...]] = {
    "compose": (), "chain": (), "fork": (), "power": (), "matcher": (1,), "lbind": (1,), "rbind": (1,),
}  # fmt: skip

#: the most times that a power is written out, and the most elements at all levels of a known pair
MOST_TIMES, MOST_WEIGHT = 4, 11
#: bits of coordinates and constants that are known to be small
SMALL_BITS = 32


class NotWritten(Exception):
    """The form has no loop."""


class Kind(Enum):
    """What is known of a value: of numbers that they are Integers, of a place that it is the set of one
    location or cell."""

    ANY = 0
    INTEGER = 1
    TRUTH = 2
    LOCATION = 3
    CELL = 4
    PAIR = 5
    OBJECT = 6
    PLACE = 7
    FUNCTION = 8


_NUMBERS = (Kind.INTEGER, Kind.TRUTH)


class Known(NamedTuple):
    """A value as it is written: its kind, code (empty where a pair is not made yet), parts and bits."""

    kind: Kind
    code: str
    parts: tuple[Known, ...] = ()
    bits: int = MAX_BITS + 1
    form: Form = None

    @property
    def weight(self) -> int | None:
        """The elements at all levels; None where they are not known."""
        if self.kind is Kind.PAIR:
            inner = [part.weight for part in self.parts]
            return None if None in inner else sum([w for w in inner if w])
        return None if self.kind is Kind.ANY else 1

    @property
    def is_vector(self) -> bool:
        """Is it known to be a pair of Integers?"""
        return self.kind is Kind.PAIR and all([part.kind is Kind.INTEGER for part in self.parts])


def number(code: str, bits: int = MAX_BITS + 1) -> Known:
    """An Integer of at most so many bits."""
    return Known(Kind.INTEGER, code, bits=bits)


def truth(code: str) -> Known:
    """A truth value."""
    return Known(Kind.TRUTH, code)


def anything(code: str) -> Known:
    """A value of any kind."""
    return Known(Kind.ANY, code)


def pair(a: Known, b: Known, code: str = "") -> Known:
    """A tuple of two."""
    return Known(Kind.PAIR, code, (a, b))


def write_loop(function: Function, form: Form, kind: Kind) -> Any:
    """A function of the constants that returns the loop; raises `NotWritten` where there is none."""
    writer = Writer(dict(_names(function)))
    element = writer.element(kind)
    tree = writer.tree(form)
    result = writer.code_of(writer.applied(tree, [element]))
    return writer.compiled(element, kind, result)


def _names(function: Function) -> list[tuple[str, Function]]:
    """Every primitive in the function by its name."""
    found = [] if function.args else [(function.name, function)]
    for arg in function.args:
        if isinstance(arg, Function):
            found += _names(arg)
    return found


@dataclass
class Writer:
    """Writes the body of one loop: lines in order, equal ones of pure parts once.

    `steps` is what every element spends whatever it is; `bounded` are names of values that are within the
    limits because they are, or are part of, an element or a constant.
    """

    primitives: dict[str, Function]
    lines: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    steps: int = 0
    made: dict[str, str] = field(default_factory=dict)
    bounded: set[str] = field(default_factory=lambda: {"x", "p"})
    count: int = 0

    def name(self) -> str:
        """A name that is not used yet."""
        self.count += 1
        return f"v{self.count}"

    def new(self, code: str) -> str:
        """The name of a pure expression's value; each is written once."""
        if code not in self.made:
            self.made[code] = self.name()
            self.lines.append(f"{self.made[code]} = {code}")
        return self.made[code]

    def element(self, kind: Kind) -> Known:
        """The element of the loop."""
        if kind is Kind.LOCATION:
            return pair(number("i", SMALL_BITS), number("j", SMALL_BITS), "x")
        if kind is Kind.CELL:
            place = pair(number("i", SMALL_BITS), number("j", SMALL_BITS), "p")
            return pair(number("c"), place, "x")
        return Known(kind, "x")

    def tree(self, form: Form) -> Form:
        """The form with a name for each constant."""
        if isinstance(form, str):
            return form
        return (form[0], *[self._leaf(part) for part in form[1:]])

    def _leaf(self, part: Any) -> Any:
        if isinstance(part, Kind):
            return self._constant(part)
        if part[0] == "value":
            name = self._parameter()
            return Known(Kind.FUNCTION, name, form=self.tree(part[1]))
        return part if part[0] == "times" else self.tree(part)

    def _parameter(self) -> str:
        self.constants.append(f"c{len(self.constants)}")
        self.bounded.add(self.constants[-1])
        return self.constants[-1]

    def _constant(self, kind: Kind) -> Known:
        name = self._parameter()
        if kind is Kind.LOCATION:
            self.head.append(f"{name}i, {name}j = {name}")
        elif kind is Kind.PLACE:
            self.head.append(f"{name}i, {name}j = {name}.top, {name}.left")
        else:
            return Known(kind, name, bits=SMALL_BITS)
        parts = (number(f"{name}i", SMALL_BITS), number(f"{name}j", SMALL_BITS))
        return Known(Kind.PAIR if kind is Kind.LOCATION else kind, name, parts)

    def applied(self, tree: Form, args: list[Known]) -> Known:
        """The value of a function at these arguments."""
        if isinstance(tree, str):
            return self.primitive(tree, args)
        way, *inner = tree
        parts = _parts(tree)
        if parts > FREE_PARTS:
            self.steps += parts
        if way == "lbind":
            return self.applied(inner[0], [_value(inner[1]), *args])
        if way == "rbind":
            return self.applied(inner[0], [*args, _value(inner[1])])
        if len(args) != 1:
            raise NotWritten
        if way == "compose" or way == "chain":
            for function in reversed(inner):
                args = [self.applied(function, args)]
            return args[0]
        if way == "fork":
            return self.applied(inner[0], [self.applied(function, args) for function in inner[1:]])
        if way == "matcher":
            return equality(self, self.applied(inner[0], args), _value(inner[1]))
        return self._repeated(inner[0], inner[1][1], args[0])

    def _repeated(self, tree: Form, times: int, value: Known) -> Known:
        if times > MOST_TIMES:
            raise NotWritten
        for _ in range(times):
            self.steps += 1
            value = self.applied(tree, [value])
            self._weighed(value)
        return value

    def _weighed(self, value: Known) -> None:
        """Check the size of a value that is not known to be small."""
        weight = value.weight
        if weight is None:
            code = self.code_of(value)
            if code in self.bounded:
                return
            self.lines.append(f"if type({code}) in NESTED: weigh({code})")
        elif weight > MOST_WEIGHT:
            raise NotWritten

    def primitive(self, name: str, args: list[Known]) -> Known:
        """The value of a primitive: by its own phrase, else by a call."""
        if len(args) != self.primitives[name].arity:
            raise NotWritten
        phrase = PHRASES.get(name)
        found = phrase(self, *args) if phrase else None
        if found is not None:
            return found
        code, made = self.call(name, *args), self.name()
        self.lines.append(f"{made} = {code}")
        return anything(made)

    def call(self, name: str, *args: Known) -> str:
        """The code of a call of a primitive."""
        return f"p_{name}({', '.join(map(self.code_of, args))})"

    def code_of(self, value: Known) -> str:
        """The code of a value, which is made first where only its parts are known."""
        if value.code:
            return value.code
        parts = [self.code_of(part) for part in value.parts]
        return self.new(_MADE[value.kind, len(parts)].format(*parts))

    def compiled(self, element: Known, kind: Kind, result: str) -> Any:
        """The function of the constants that returns the loop."""
        before = {Kind.LOCATION: ["i, j = x"], Kind.CELL: ["c, p = x", "i, j = p"]}.get(kind, [])
        body = ["for x in items:", *[f"    {line}" for line in (*before, *self.lines, f"keep({result})")]]
        steps = [f"spend({self.steps} * len(items))"] if self.steps else []
        loop = [*steps, "found = []", "keep = found.append", *body, "return found"]
        make = [*self.head, "def loop(items):", *[f"    {line}" for line in loop], "return loop"]
        text = "\n".join([f"def make({', '.join(self.constants)}):", *[f"    {line}" for line in make]])
        scope = {**_SCOPE, **{f"p_{name}": found.within for name, found in self.primitives.items()}}
        exec(compile(text, "<loop>", "exec"), scope)
        return scope["make"]


_MADE = {
    (Kind.PAIR, 2): "({}, {})",
    (Kind.PLACE, 2): "Indices({}, {}, 1, 1, 1)",
    (Kind.PLACE, 3): "Object({}, {}, 1, 1, (({}, 1),))",
}

_SCOPE: dict[str, Any] = {
    "Grid": Grid, "Indices": Indices, "Object": Object, "NESTED": NESTED, "SIZED": SETS | {tuple, Grid},
    "weigh": weigh, "spend": spend, "filled": filled, "both_parts": numbers._pair, "small": numbers._small,
    "same": numbers.equality_within,
    "MOST": 1 << MAX_BITS,
}  # fmt: skip


def _parts(tree: Form) -> int:
    """The parts of a function, counted as `Function` does."""
    if isinstance(tree, str):
        return 1
    applied = [part for part in tree[1:] if isinstance(part, str) or type(part) is tuple]
    inner = [_parts(part) for part in applied if part[0] != "times"]
    bound = [_parts(part.form) for part in tree[1:] if isinstance(part, Known) and part.form]
    if bound and tree[0] == "matcher":
        raise NotWritten
    return 1 + sum(chain(inner, bound))


def _value(found: Any) -> Known:
    """A bound value, or a primitive bound as one."""
    if not isinstance(found, Known):
        raise NotWritten
    return found


# --- phrases: how primitives are written


def _arithmetic(name: str, sign: str) -> Callable[[Writer, Known, Known], Known | None]:
    def phrase(writer: Writer, a: Known, b: Known) -> Known | None:
        if a.kind in _NUMBERS and b.kind in _NUMBERS:
            return _checked(writer, f"{a.code} {sign} {b.code}", _bits(sign, a, b))
        if Kind.ANY in (a.kind, b.kind) and not (a.is_vector or b.is_vector):
            return _either_way(writer, name, f"{{}} {sign} {{}}", a, b)
        (i, j), (k, m) = _vector(writer, a), _vector(writer, b)
        first, second = phrase(writer, i, k), phrase(writer, j, m)
        return pair(first, second) if first and second else None

    return phrase


def _bits(sign: str, a: Known, b: Known) -> int:
    return a.bits + b.bits if sign == "*" else max(a.bits, b.bits) + 1


def _checked(writer: Writer, code: str, bits: int) -> Known:
    """The Integer of an expression, its size checked where it could be too large."""
    fresh = code not in writer.made
    name = writer.new(code)
    if bits > MAX_BITS and fresh:
        writer.lines.append(f"if not -MOST < {name} < MOST: small({name})")
    return number(name, min(bits, MAX_BITS))


def _either_way(writer: Writer, name: str, text: str, *args: Known) -> Known | None:
    """An Integer of arguments that may be Integers; without a call where they are."""
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


def _are_integers(args: tuple[Known, ...]) -> str | None:
    """The test whether arguments are Integers; None where it is known that they are not."""
    if any([arg.kind not in (Kind.ANY, Kind.INTEGER) for arg in args]):
        return None
    return " and ".join([f"type({arg.code}) is int" for arg in args if arg.kind is Kind.ANY])


def _vector(writer: Writer, value: Known) -> tuple[Known, Known]:
    """The two Integers of a vector, or an Integer twice."""
    if value.kind in _NUMBERS:
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


def _each_part(name: str, text: str, more: int = 0) -> Callable[[Writer, Known], Known | None]:
    """A phrase of an Integer as one of an Integer or a vector; the value has so many more bits."""

    def phrase(writer: Writer, value: Known) -> Known | None:
        if value.kind is Kind.INTEGER:
            code = text.format(value.code)
            return _checked(writer, code, value.bits + more) if more else number(writer.new(code), value.bits)
        if value.is_vector:
            first, second = [phrase(writer, part) for part in value.parts]
            return pair(first, second) if first and second else None
        return _either_way(writer, name, text, value)

    return phrase


def equality(writer: Writer, a: Known, b: Known) -> Known:
    """Two values compared, part by part where they are vectors."""
    if a.is_vector and b.is_vector:
        tests = [f"{i.code} == {k.code}" for i, k in zip(a.parts, b.parts, strict=True)]
        return truth(writer.new(" and ".join(tests)))
    left, right = writer.code_of(a), writer.code_of(b)
    if a.kind in _NUMBERS or b.kind in _NUMBERS:
        return truth(writer.new(f"{left} == {right}"))
    return truth(writer.new(f"{left} == {right} if type({left}) is int else same({left}, {right})"))


def _end(name: str, place: int) -> Callable[[Writer, Known], Known | None]:
    def phrase(writer: Writer, value: Known) -> Known | None:
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

    return phrase


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


def _apply(writer: Writer, function: Known, container: Known) -> Known | None:
    if function.form is None or container.kind is not Kind.PAIR:
        return None
    writer.steps += 2
    first, second = [writer.applied(function.form, [part]) for part in container.parts]
    made = pair(first, second)
    writer._weighed(made)
    return made


def _extreme(sign: str) -> Callable[[Writer, Known], Known | None]:
    def phrase(writer: Writer, value: Known) -> Known | None:
        if not value.is_vector:
            return None
        a, b = value.parts
        return number(writer.new(f"{b.code} if {b.code} {sign} {a.code} else {a.code}"), max(a.bits, b.bits))

    return phrase


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


def _shift(writer: Writer, patch: Known, move: Known) -> Known | None:
    if patch.kind is not Kind.OBJECT or not move.is_vector:
        return None
    name, (down, right) = patch.code, [part.code for part in move.parts]
    box = f"{name}.top + {down}, {name}.left + {right}, {name}.height, {name}.width"
    return Known(Kind.OBJECT, writer.new(f"Object({box}, {name}.planes)"))


def _size(writer: Writer, value: Known) -> Known | None:
    if value.kind is Kind.PAIR:
        return number("2", 2)
    if value.kind not in (Kind.ANY, Kind.OBJECT):
        return None
    return number(writer.new(f"len({value.code}) if type({value.code}) in SIZED else p_size({value.code})"))


def _boxed(*codes: str) -> Callable[[Writer, Known], Known | None]:
    """A phrase of a patch's box; two codes make a pair."""

    def phrase(writer: Writer, value: Known) -> Known | None:
        patch, bits = value.code, value.bits + 1
        if value.kind is Kind.ANY:
            patch = writer.new(f"{patch} if type({patch}) is Object else filled({patch})")
        elif value.kind is not Kind.OBJECT:
            return None
        made = [number(writer.new(code.replace("*", patch)), bits) for code in codes]
        return pair(made[0], made[1]) if len(made) == 2 else made[0]

    return phrase


def _side(name: str) -> Callable[[Writer, Known], Known | None]:
    def phrase(writer: Writer, value: Known) -> Known | None:
        if value.kind is Kind.OBJECT:
            return number(writer.new(f"{value.code}.{name}"))
        if value.kind is not Kind.ANY:
            return None
        code = f"{value.code}.{name} if type({value.code}) is Object else p_{name}({value.code})"
        return number(writer.new(code))

    return phrase


def _color(writer: Writer, value: Known) -> Known | None:
    if value.kind not in (Kind.ANY, Kind.OBJECT):
        return None
    code = value.code
    return number(writer.new(f"int({code}.planes[0][0]) if type({code}) is Object else p_color({code})"))


def _tested(name: str, text: str, kind: str) -> Callable[..., Known | None]:
    """A phrase of Integers (or truth values) that gives a truth value; a call where they are others."""

    def phrase(writer: Writer, *args: Known) -> Known | None:
        wanted = _NUMBERS if kind == "int" else (Kind.TRUTH,)
        if any([arg.kind not in (*wanted, Kind.ANY) for arg in args]):
            return None
        code = text.format(*[arg.code for arg in args])
        tests = " and ".join([f"type({arg.code}) is {kind}" for arg in args if arg.kind is Kind.ANY])
        if tests:
            code = f"({code}) if {tests} else {writer.call(name, *args)}"
        return truth(writer.new(code))

    return phrase


_TOP, _LEFT = "*.top", "*.left"
_BOTTOM, _RIGHT = "*.top + *.height - 1", "*.left + *.width - 1"

PHRASES: dict[str, Callable[..., Known | None]] = {
    "identity": lambda writer, value: value,
    "add": _arithmetic("add", "+"),
    "subtract": _arithmetic("subtract", "-"),
    "multiply": _arithmetic("multiply", "*"),
    "invert": _each_part("invert", "-{}"),
    "double": _each_part("double", "{} * 2", 2),
    "halve": _each_part("halve", "{} // 2"),
    "increment": _each_part("increment", "{} + 1", 1),
    "decrement": _each_part("decrement", "{} - 1", 1),
    "sign": _each_part("sign", "({0} > 0) - ({0} < 0)"),
    "even": _tested("even", "{} % 2 == 0", "int"),
    "positive": _tested("positive", "{} > 0", "int"),
    "greater": _tested("greater", "{} > {}", "int"),
    "flip": _tested("flip", "not {}", "bool"),
    "both": _tested("both", "{} and {}", "bool"),
    "either": _tested("either", "{} or {}", "bool"),
    "equality": equality,
    "first": _end("first", 0),
    "last": _end("last", -1),
    "astuple": _astuple,
    "apply": _apply,
    "maximum": _extreme(">"),
    "minimum": _extreme("<"),
    "initset": _initset,
    "manhattan": _manhattan,
    "shift": _shift,
    "size": _size,
    "color": _color,
    "height": _side("height"),
    "width": _side("width"),
    "uppermost": _boxed(_TOP),
    "leftmost": _boxed(_LEFT),
    "lowermost": _boxed(_BOTTOM),
    "rightmost": _boxed(_RIGHT),
    "ulcorner": _boxed(_TOP, _LEFT),
    "urcorner": _boxed(_TOP, _RIGHT),
    "llcorner": _boxed(_BOTTOM, _LEFT),
    "lrcorner": _boxed(_BOTTOM, _RIGHT),
    "center": _boxed("*.top + *.height // 2", "*.left + *.width // 2"),
}
