"""Loops of composed functions written as Python: each layer a line or none, types checked where values enter.

The text consists of this file's own phrases, numbered names and names of the language. Constants are
parameters; no text of a program gets into it. While a value is written, its kind is known: the parts of a
location are two names, and a pair is only made where more than its parts is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain
from typing import Any, NamedTuple

from kaggle_batt.dsl.values.callables import Function, Primitive
from kaggle_batt.dsl.values.limits import FREE_PARTS, MAX_BITS

Form = Any  #: how a function is composed: a name of the language, or a tuple that begins with one

#: the ways to compose functions, and which of their arguments are values that are not applied
PLACES: dict[str, tuple[int, ...]] = {
    "compose": (), "chain": (), "fork": (), "power": (), "matcher": (1,), "lbind": (1,), "rbind": (1,),
}  # fmt: skip

MOST_TIMES, MOST_WEIGHT = 4, 11  #: of a power that is written out; of elements at all levels of a known pair
UNMADE = frozenset({"size", "colorcount"})  #: primitives that may not need their patch or grid
SMALL_BITS = 32  #: bits of coordinates and constants that are known to be small


class NotWritten(Exception):
    """The form has no loop."""


class Kind(IntEnum):
    """What is known of a value."""

    ANY = 0
    INTEGER = 1
    TRUTH = 2
    LOCATION = 3
    CELL = 4
    PAIR = 5
    OBJECT = 6
    PLACE = 7  #: the set of one location or cell
    FUNCTION = 8
    INDICES = 9
    OBJECTS = 10
    GRID = 11


NUMBERS = (Kind.INTEGER, Kind.TRUTH)


class Known(NamedTuple):
    """A value as it is written."""

    kind: Kind
    code: str  #: empty where it is not made yet
    parts: tuple[Known, ...] = ()
    bits: int = MAX_BITS + 1
    form: Form = None
    making: str = ""  #: the code that makes it of its parts, where that does not follow from the kind

    @property
    def weight(self) -> int | None:
        """The number of elements at all levels; None where it is not known."""
        if self.kind is Kind.PAIR:
            inner = [part.weight for part in self.parts]
            return None if None in inner else sum([w for w in inner if w])
        return None if self.kind is Kind.ANY or self.kind is Kind.OBJECTS else 1

    @property
    def is_vector(self) -> bool:
        """Is it known to be a pair of Integers?"""
        return self.kind is Kind.PAIR and all([part.kind is Kind.INTEGER for part in self.parts])


Phrases = Mapping[str, Callable[..., Known | None]]


def number(code: str, bits: int = MAX_BITS + 1) -> Known:
    """An Integer of at most that many bits."""
    return Known(Kind.INTEGER, code, bits=bits)


def truth(code: str) -> Known:
    return Known(Kind.TRUTH, code)


def anything(code: str) -> Known:
    return Known(Kind.ANY, code)


def pair(a: Known, b: Known, code: str = "") -> Known:
    return Known(Kind.PAIR, code, (a, b))


def element_of(kind: Kind, name: str, bits: int) -> tuple[Known, list[str]]:
    """An element of that kind, with coordinates of that many bits, and the lines that take it apart."""
    i, j = number(f"{name}i", bits), number(f"{name}j", bits)
    if kind is Kind.LOCATION:
        return pair(i, j, name), [f"{name}i, {name}j = {name}"]
    if kind is Kind.CELL:
        apart = [f"{name}c, {name}p = {name}", f"{name}i, {name}j = {name}p"]
        return pair(number(f"{name}c"), pair(i, j, f"{name}p"), name), apart
    return Known(kind, name, bits=bits), []


def primitives_in(function: Function) -> list[tuple[str, Primitive]]:
    found = [(function.name, function)] if isinstance(function, Primitive) else []
    for arg in function.args:
        if isinstance(arg, Function):
            found += primitives_in(arg)
    return found


@dataclass
class Writer:
    """Writes the body of one loop: lines in order, equal ones of pure parts once."""

    primitives: dict[str, Primitive]
    phrases: Phrases
    lines: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    steps: int = 0  #: what every element spends
    made: dict[str, str] = field(default_factory=dict)
    #: names of values within the limits, as they are (part of) an element or a constant
    bounded: set[str] = field(default_factory=lambda: {"x", "xp"})
    count: int = 0

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def new(self, code: str) -> str:
        """The name of a pure expression's value; each expression is written once."""
        if code not in self.made:
            self.made[code] = self.name()
            self.lines.append(f"{self.made[code]} = {code}")
        return self.made[code]

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
        name = f"c{len(self.constants)}"
        self.constants.append(name)
        self.bounded.add(name)
        return name

    def _constant(self, kind: Kind) -> Known:
        name = self._parameter()
        if kind is Kind.LOCATION:
            self.head.append(f"{name}i, {name}j = {name}")
        elif kind is Kind.PLACE:
            self.head.append(f"{name}i, {name}j = {name}.top, {name}.left")
        else:
            return Known(kind, name) if kind is Kind.ANY else Known(kind, name, bits=SMALL_BITS)
        parts = (number(f"{name}i", SMALL_BITS), number(f"{name}j", SMALL_BITS))
        return Known(Kind.PAIR if kind is Kind.LOCATION else kind, name, parts)

    def applied(self, tree: Form, args: list[Known]) -> Known:
        if isinstance(tree, str):
            return self.primitive(tree, args)
        way, *inner = tree
        parts = parts_of(tree)
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
            value = self.made_now(self.applied(inner[0], args))
            found = self.phrases["equality"](self, value, _value(inner[1]))
            assert found is not None
            return found
        return self._repeated(inner[0], inner[1][1], args[0])

    def _repeated(self, tree: Form, times: int, value: Known) -> Known:
        if times > MOST_TIMES:
            raise NotWritten
        for _ in range(times):
            self.steps += 1
            value = self.applied(tree, [value])
            self.weighed(value)
        return value

    def weighed(self, value: Known) -> None:
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
        primitive = self.primitives.get(name)  # none of a Python function
        if primitive is None or len(args) != primitive.arity:
            raise NotWritten
        if name not in UNMADE:
            args = [self.made_now(arg) for arg in args]
        phrase = self.phrases.get(name)
        found = phrase(self, *args) if phrase else None
        if found is not None:
            return found
        value = self.name()
        self.lines.append(f"{value} = {self.call(name, *args)}")
        return anything(value)

    def call(self, name: str, *args: Known) -> str:
        return f"p_{name}({', '.join(map(self.code_of, args))})"

    def code_of(self, value: Known) -> str:
        """The code of a value, which is made first if only its parts are known."""
        if value.code:
            return value.code
        parts = [self.code_of(part) for part in value.parts]
        return self.new((value.making or _MADE[value.kind, len(parts)]).format(*parts))

    def made_now(self, value: Known) -> Known:
        """The value, made if it was not; pairs and functions can wait."""
        return anything(self.code_of(value)) if value.kind is Kind.ANY and not value.code else value

    def compiled(self, apart: list[str], result: str, scope: Mapping[str, Any]) -> Any:
        """The function of the constants that returns the loop over elements `x`, which are taken apart first;
        `scope` has what the phrases call."""
        lines = [*apart, *self.lines, f"keep({result})"]
        body = ["for x in items:", *[f"    {line}" for line in lines]]
        steps = [f"spend({self.steps} * len(items))"] if self.steps else []
        loop = [*steps, "found = []", "keep = found.append", *body, "return found"]
        make = [*self.head, "def loop(items):", *[f"    {line}" for line in loop], "return loop"]
        text = "\n".join([f"def make({', '.join(self.constants)}):", *[f"    {line}" for line in make]])
        names = {**scope, **{f"p_{name}": found.within for name, found in self.primitives.items()}}
        exec(compile(text, "<loop>", "exec"), names)
        return names["make"]


_MADE = {
    (Kind.PAIR, 2): "({}, {})",
    (Kind.PLACE, 2): "Indices({}, {}, 1, 1, 1)",
    (Kind.PLACE, 3): "Object({}, {}, 1, 1, (({}, 1),))",
}


def parts_of(tree: Form) -> int:
    """The parts of a function, counted as `Function` does."""
    if isinstance(tree, str):
        return 1
    applied = [part for part in tree[1:] if isinstance(part, str) or type(part) is tuple]
    inner = [parts_of(part) for part in applied if part[0] != "times"]
    bound = [parts_of(part.form) for part in tree[1:] if isinstance(part, Known) and part.form]
    if bound and tree[0] == "matcher":
        raise NotWritten
    return 1 + sum(chain(inner, bound))


def _value(found: Any) -> Known:
    """A bound value, or a primitive bound as one."""
    if not isinstance(found, Known):
        raise NotWritten
    return found
