"""The graph of a program's calls: its canonical form, its text and md5, the instructions it runs by.

The canonical form lists the distinct calls depth first from the result, arguments left to right, so that
neither the names nor the order of variables nor nesting shows. What the result does not need is dropped.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from kaggle_batt.dsl import lookup
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.programs.calls import fixed

INPUTS = ("S", "I", "C")  #: the names a program may read: the grid, the demo pairs, the grid compared with

Kind = Literal["solver", "differ"]


@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """A literal without a constant of its value: an integer, a truth value, or a tuple of literals."""

    value: Any

    def __eq__(self, other: object) -> bool:  # not by value, as 1 equals True
        return isinstance(other, Lit) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(self.value)


Ref = int | str | Lit  #: an earlier call's place; the name of an input, primitive or constant; a literal


class Call(NamedTuple):
    """A function (a primitive's name or an earlier call that returns a function) and its arguments."""

    function: Ref
    args: tuple[Ref, ...]


_NAME_OF = {(type(value), value): name for name, value in CONSTANTS.items()}


def literal(value: Any) -> Ref:
    """A literal value as a reference: the constant of that value where there is one."""
    holds_truth = isinstance(value, tuple) and any([isinstance(part, bool) for part in value])
    return Lit(value) if holds_truth else _NAME_OF.get((type(value), value), Lit(value))


def resolve(ref: Ref, given: dict[str, Any]) -> Any:
    """The value of a leaf: a literal, an input, a constant or a primitive."""
    if isinstance(ref, Lit):
        return ref.value
    if ref in given:
        return given[ref]
    return CONSTANTS[ref] if ref in CONSTANTS else lookup(str(ref))


def laid_out(calls: Iterable[Call]) -> tuple[list[tuple[int, ...]], list[tuple[int, str]], list[Any]]:
    """Calls on a list of values, theirs in front and those of their leaves behind, the last first.

    For each call the places of its function and arguments; place and name of each input; the values of all
    other leaves, in that list.
    """
    leaves: dict[Ref, int] = {}  # each with its place, counted from the end
    rows = [
        tuple(
            [ref if type(ref) is int else leaves.setdefault(ref, ~len(leaves)) for ref in (function, *args)]
        )
        for function, args in calls
    ]
    inputs = [(leaves[name], name) for name in INPUTS if name in leaves]
    values = [None if ref in INPUTS else resolve(ref, {}) for ref in reversed(leaves)]
    return rows, inputs, [None] * len(rows) + values


class Instructions(NamedTuple):
    """A graph made ready to run on a list of values, those of its calls in front, the leaves' behind.

    `frame` is that list with constants, primitives, literals and one-step calls on nothing else filled in;
    `inputs` has place and name of each input; `rows` the places of each call's function and arguments;
    `waiting`, for calls not filled in, place, function's place and what takes arguments.
    """

    frame: list[Any]
    inputs: list[tuple[int, str]]
    rows: list[tuple[int, ...]]
    waiting: list[tuple[int, int, itemgetter[Any]]]


def instructions_of(calls: Sequence[Call]) -> Instructions:
    """The instructions for calls of which none refers to a later one."""
    rows, inputs, frame = laid_out(calls)
    unknown = {place for place, _ in inputs}
    waiting = []
    for place, row in enumerate(rows):
        outcome = fixed([frame[ref] for ref in row]) if unknown.isdisjoint(row) else None
        if outcome is not None and outcome[1:3] == (None, 1):
            frame[place] = outcome[0]
        else:
            unknown.add(place)
            first = row[1]
            args = row[1:] if len(row) > 2 else [slice(first, first + 1 or None)]  # taken as a sequence
            waiting.append((place, row[0], itemgetter(*args)))
    return Instructions(frame, inputs, rows, waiting)


@dataclass(frozen=True, eq=False)
class Graph:
    """A solver (returns a grid) or a differ (returns a measure and a detail) in canonical form."""

    calls: tuple[Call, ...]
    result: Ref
    kind: Kind = "solver"

    @property
    def params(self) -> tuple[str, ...]:
        """The inputs in its signature: I, and S and C where they are read; all three of a differ."""
        read = [self.result, *chain.from_iterable([call.args for call in self.calls])]
        if self.kind == "differ" or "C" in read:  # a solver of an older module may read C
            return INPUTS
        return ("S", "I") if "S" in read else ("I",)

    @cached_property
    def text(self) -> str:
        """The canonical source: one call a line, variables x1, x2, …, the last one O."""
        name = "differ" if self.kind == "differ" else "solve"
        lines = "".join([f"    {target} = {source}\n" for target, source in self.lines])
        result = "O" if self.calls else self.show(self.result)
        return f"def {name}({', '.join(self.params)}):\n{lines}    return {result}\n"

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(variable, call as text) of each call, in canonical order."""
        names = list(map(self.variable, range(self.size)))
        lines = []
        for name, call in zip(names, self.calls, strict=True):
            function, *args = [
                ref if type(ref) is str else names[ref] if type(ref) is int else self.show(ref)
                for ref in (call.function, *call.args)
            ]
            lines.append((name, f"{function}({', '.join(args)})"))
        return lines

    def variable(self, place: int) -> str:
        """The canonical name of the call at that place."""
        return "O" if place == len(self.calls) - 1 else f"x{place + 1}"

    def show(self, ref: Ref) -> str:
        """A reference as written in the text."""
        if isinstance(ref, int):
            return self.variable(ref)
        return repr(ref.value) if isinstance(ref, Lit) else ref

    @cached_property
    def md5(self) -> str:
        return hashlib.md5(self.text.encode(), usedforsecurity=False).hexdigest()

    @cached_property
    def instructions(self) -> Instructions:
        return instructions_of(self.calls)

    @property
    def size(self) -> int:
        return len(self.calls)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre><small>md5 {self.md5}, {self.size} calls</small>"


def merged(calls: Sequence[Call], result: Ref) -> tuple[tuple[Call, ...], Ref]:
    """The calls and the result in canonical form, of calls in any order in which none refers to a later one.

    A call whose arguments are done gets its place, or that of an equal one: linear time, no recursion. Raises
    `ValueError` where a needed call refers to itself or a later one.
    """
    if type(result) is not int:
        return (), result
    place_of: dict[int, int] = {}
    distinct: dict[Call, int] = {}
    stack = [result]
    while stack:
        call = calls[stack[-1]]
        earlier = [ref for ref in (call.function, *call.args) if type(ref) is int]
        if earlier and max(earlier) >= stack[-1]:
            raise ValueError(f"call {stack[-1]} refers to call {max(earlier)}, which is not an earlier one")
        needs = [ref for ref in earlier if ref not in place_of]
        if needs:
            stack += reversed(needs)
            continue
        place = stack.pop()
        if place not in place_of:
            place_of[place] = distinct.setdefault(moved(call, place_of) if earlier else call, len(distinct))
    return tuple(distinct), len(distinct) - 1


def moved(call: Call, places: Sequence[int] | Mapping[int, int]) -> Call:
    """The call with the calls that it refers to at other places."""
    function, *args = [places[ref] if type(ref) is int else ref for ref in (call.function, *call.args)]
    return Call(function, tuple(args))
