"""A program of the language as a graph of calls: canonical form, text, md5.

A program is the list of its distinct calls in canonical order: depth first from the result, arguments
left to right, so that neither the names nor the order of variables nor nesting shows. Equal calls are
one call, and what the result does not need is dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from kaggle_batt.dsl.primitives.constants import CONSTANTS

#: the names a program may read: the grid, the demo pairs, the grid compared with
INPUTS = ("S", "I", "C")

Kind = Literal["solver", "differ"]


@dataclass(frozen=True, slots=True)
class Lit:
    """A literal: an integer, a truth value, or a tuple of literals, that no constant stands for."""

    value: Any

    @property
    def key(self) -> str:
        return repr(self.value)


#: what a call refers to: an earlier call by its place, a name (input, primitive, constant), a literal
Ref = int | str | Lit


class Call(NamedTuple):
    """A function (a primitive's name or an earlier call that gives a function) and its arguments."""

    function: Ref
    args: tuple[Ref, ...]


_NAME_OF = {(type(value), value): name for name, value in CONSTANTS.items()}


def literal(value: Any) -> Ref:
    """A literal value as a reference: the constant of that value where there is one."""
    try:
        name = None if _holds_truth(value) else _NAME_OF.get((type(value), value))
    except TypeError:
        name = None
    return name if name is not None else Lit(value)


def _holds_truth(value: Any) -> bool:
    return isinstance(value, tuple) and any([isinstance(part, bool) for part in value])


@dataclass(frozen=True, eq=False)
class Program:
    """A solver (gives a grid) or a differ (gives a measure and a detail) in canonical form.

    Made by `canonical` (or by `kaggle_batt.programs.parse`). Two programs are equal when their texts are.
    """

    calls: tuple[Call, ...]
    result: Ref
    kind: Kind = "solver"

    @property
    def params(self) -> tuple[str, ...]:
        """The inputs in its signature: all three of a differ; of a solver I, and S where it is read.

        A solver of an older module may read C, too.
        """
        if self.kind == "differ" or any(["C" in call.args for call in self.calls]):
            return INPUTS
        reads_demos = self.result == "S" or any(["S" in call.args for call in self.calls])
        return ("S", "I") if reads_demos else ("I",)

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
        shown = [
            [
                ref if type(ref) is str else names[ref] if type(ref) is int else self.show(ref)
                for ref in (call.function, *call.args)
            ]
            for call in self.calls
        ]
        return [
            (target, f"{function}({', '.join(args)})")
            for target, (function, *args) in zip(names, shown, strict=True)
        ]

    def variable(self, place: int) -> str:
        """The canonical name of the call at that place."""
        return "O" if place == len(self.calls) - 1 else f"x{place + 1}"

    def show(self, ref: Ref) -> str:
        """A reference as it stands in the text."""
        if isinstance(ref, int):
            return self.variable(ref)
        return repr(ref.value) if isinstance(ref, Lit) else ref

    @cached_property
    def md5(self) -> str:
        """The md5 of the canonical text, in hexadecimal."""
        return hashlib.md5(self.text.encode(), usedforsecurity=False).hexdigest()

    @cached_property
    def plan(self) -> Any:
        """The program made ready to run; see `kaggle_batt.programs.evaluate.Plan`."""
        from kaggle_batt.programs.evaluate import plan_of

        return plan_of(self)

    @property
    def size(self) -> int:
        """The number of calls."""
        return len(self.calls)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    def evaluate(self, I: Any, S: Any = (), C: Any = None, budget: int | None = None) -> Any:  # noqa: E741
        """The program's value; see `kaggle_batt.programs.evaluate.evaluate`."""
        from kaggle_batt.programs.evaluate import evaluate

        return evaluate(self, I, S, C, budget)

    @staticmethod
    def parse(text: str) -> Program:
        """The one program in the text; see `kaggle_batt.programs.parse.parse_program`."""
        from kaggle_batt.programs.parse import parse_program

        return parse_program(text)

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(self.text)}</pre><small>md5 {self.md5}, {self.size} calls</small>"


def canonical(calls: Iterable[Call], result: Ref, kind: Kind = "solver") -> Program:
    """The canonical program of a list of calls in any order in which none refers to a later one.

    Depth first from the result, function before arguments, left to right; a call whose arguments are done
    gets its place, or that of an equal one. Takes time linear in the calls and no recursion, so programs
    of any length do. Raises `ValueError` where a call that is needed refers to itself or a later one.
    """
    calls = list(calls)
    if type(result) is not int:
        return Program((), result, kind)
    place_of: dict[int, int] = {}
    merged: list[Call] = []
    seen: dict[Any, int] = {}
    stack = [result]
    while stack:
        call = calls[stack[-1]]
        refs = (call.function, *call.args)
        earlier = [ref for ref in refs if type(ref) is int]
        if earlier and max(earlier) >= stack[-1]:
            raise ValueError(f"call {stack[-1]} refers to call {max(earlier)}, which is no earlier one")
        needs = [ref for ref in earlier if ref not in place_of]
        if needs:
            stack += reversed(needs)
            continue
        place = stack.pop()
        if place not in place_of:
            place_of[place] = _merge(call, refs, place_of, merged, seen)
    return Program(tuple(merged), len(merged) - 1, kind)


def _merge(
    call: Call, refs: tuple[Ref, ...], place_of: dict[int, int], merged: list[Call], seen: dict[Any, int]
) -> int:
    """The place of a call among the distinct ones, which it joins if none is equal."""
    moved = tuple([place_of[ref] if type(ref) is int else ref for ref in refs])
    key = tuple([(Lit, ref.key) if type(ref) is Lit else ref for ref in moved])
    place = seen.setdefault(key, len(merged))
    if place == len(merged):
        merged.append(call if moved == refs else Call(moved[0], moved[1:]))
    return place
