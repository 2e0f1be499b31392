"""What may stand in place of each reference of a program without changing any type.

A program's *sites* are its references: the function of each call, its arguments, the result. For each,
the alternatives are constants of the type, inputs and earlier calls whose type fits, and primitives
that give the same type at the same arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kaggle_batt import dsl
from kaggle_batt.dsl.constants import CONSTANTS
from kaggle_batt.dsl.function import Primitive
from kaggle_batt.generate.infer import (
    RULES,
    applied,
    primitive_type,
    type_of,
    type_of_call,
    types_of,
    wants_of,
)
from kaggle_batt.generate.types import ANY, FunctionType, Type, accepts, below, named
from kaggle_batt.program import INPUTS, Call, Program, Ref

#: result types that say too little to tell that two functions give the same
_VAGUE = frozenset({"Any", "Container", "FrozenSet", "Set", "Tuple"})


@dataclass(frozen=True, slots=True)
class Site:
    """A reference of a program: slot 0 of a call is its function, slot i its i-th argument.

    The site of the program's result is slot 0 behind the last call. `others` may stand there instead;
    `wrappers` are primitives of one argument that may be applied to what stands there.
    """

    place: int
    slot: int
    others: tuple[Ref, ...]
    wrappers: tuple[str, ...]


def sites_of(program: Program) -> list[Site]:
    """The sites that have alternatives, in the program's order."""
    types = types_of(program)
    inputs = INPUTS if program.kind == "differ" else INPUTS[:2]
    found = []
    for place, call in enumerate(program.calls):
        for slot, ref in enumerate((call.function, *call.args)):
            others = tuple(_others(call, slot, types[:place], types[place], inputs))
            wrappers = _wrappers(type_of(ref, types)) if slot else ()
            found.append(Site(place, slot, others, wrappers))
    found.append(_result_site(program, types))
    return [site for site in found if site.others or site.wrappers]


def _result_site(program: Program, types: list[Type]) -> Site:
    have = type_of(program.result, types)
    others = [place for place, type_ in enumerate(types) if place != program.result and narrower(type_, have)]
    return Site(program.size, 0, tuple(others), _wrappers(have))


def _others(
    call: Call, slot: int, types: Sequence[Type], result: Type, inputs: Sequence[str]
) -> Iterator[Ref]:
    """What may stand in a slot of a call that comes behind calls of these types and gives `result`."""
    old = (call.function, *call.args)[slot]
    candidates: list[Ref] = [*range(len(types)), *CONSTANTS, *inputs] if slot else list(range(len(types)))
    have = type_of(old, types)
    if isinstance(have, FunctionType):
        candidates = [place for place, type_ in enumerate(types) if isinstance(type_, FunctionType)]
        candidates += dsl.PRIMITIVES
    for ref in candidates:
        if ref != old and (
            _alike(old, ref) or narrower(type_of(ref, types), have) or _keeps(call, slot, ref, types, result)
        ):
            yield ref


def narrower(new: Type, old: Type) -> bool:
    """Is a value of type `new` surely of type `old`?"""
    return old != ANY and below(new, old)


def _keeps(call: Call, slot: int, ref: Ref, types: Sequence[Type], result: Type) -> bool:
    """Does the call with that reference in the slot fit and give what it gave?"""
    if slot and _want(call, slot) == "Any":
        return False
    refs = [call.function, *call.args]
    refs[slot] = ref
    made = type_of_call(Call(refs[0], tuple(refs[1:])), types)
    return made is not None and narrower(made, result)


def _want(call: Call, slot: int) -> str:
    if not isinstance(call.function, str):
        return "Any"
    return wants_of(call.function)[slot - 1]


def _alike(old: Ref, new: Ref) -> bool:
    return isinstance(old, str) and isinstance(new, str) and new in alike(old)


@cache
def alike(name: str) -> frozenset[str]:
    """The primitives that take what this one takes and give what it gives, whatever the arguments.

    Empty for what is no primitive of the shared vocabulary.
    """
    old = dsl.PRIMITIVES.get(name)
    if old is None:
        return frozenset()
    return frozenset([new.name for new in dsl.PRIMITIVES.values() if new is not old and _replaces(new, old)])


def _replaces(new: Primitive, old: Primitive) -> bool:
    if new.arity != old.arity or "Callable" in (old.result, new.result):
        return False
    args = [named(want) for want in wants_of(old.name)]
    before, after = applied(primitive_type(old.name), *args), applied(primitive_type(new.name), *args)
    if before is None or after is None or not below(after, before):
        return False
    rule = RULES.get(old.name)
    return before.name not in _VAGUE or (rule is not None and rule is RULES.get(new.name))


@cache
def _wrappers(type_: Type) -> tuple[str, ...]:
    """The primitives that give this type when applied to it."""
    if type_ == ANY or isinstance(type_, FunctionType):
        return ()
    return tuple([name for name in unary() if name != "identity" and _maps_into(name, type_)])


def _maps_into(name: str, type_: Type) -> bool:
    want = wants_of(name)[0]
    made = applied(primitive_type(name), type_) if accepts(want, type_) else None
    return made is not None and narrower(made, type_)


@cache
def unary() -> tuple[str, ...]:
    """The primitives of one argument."""
    return tuple([primitive.name for primitive in dsl.PRIMITIVES.values() if primitive.arity == 1])
