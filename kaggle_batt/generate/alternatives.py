"""What may stand in place of each reference of a program without changing any type.

A program's *sites* are its references: the function of each call, its arguments, the result. For each,
the alternatives are constants of the type, inputs and earlier calls whose type fits, and primitives
that give the same type at the same arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kaggle_batt import dsl
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.generate.infer import applied, primitive_type, type_of, type_of_call, types_of, wants_of
from kaggle_batt.generate.types import ANY, FunctionType, Type, below
from kaggle_batt.programs.graph import INPUTS, Call, Ref
from kaggle_batt.programs.program import Program


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
    found = []
    for place, call in enumerate(program.calls):
        for slot, ref in enumerate((call.function, *call.args)):
            others = tuple(_others(program, types, place, slot))
            wrappers = _wrappers(type_of(ref, types)) if slot else ()
            found.append(Site(place, slot, others, wrappers))
    found.append(_result_site(program, types))
    return [site for site in found if site.others or site.wrappers]


def _result_site(program: Program, types: list[Type]) -> Site:
    have = type_of(program.result, types)
    others = [place for place, type_ in enumerate(types) if place != program.result and narrower(type_, have)]
    return Site(program.size, 0, tuple(others), _wrappers(have))


def _others(program: Program, types: list[Type], place: int, slot: int) -> Iterator[Ref]:
    """What may stand in a slot of a call."""
    call = program.calls[place]
    refs = [call.function, *call.args]
    old, have = refs[slot], type_of(refs[slot], types)
    free = slot and isinstance(call.function, str) and wants_of(call.function)[slot - 1] != "Any"
    for ref in _candidates(program, types, place, have):
        if ref != old and (free or not slot or narrower(type_of(ref, types), have)):
            refs[slot] = ref
            if _keeps(program, types, place, Call(refs[0], tuple(refs[1:]))):
                yield ref


def _candidates(program: Program, types: list[Type], place: int, have: Type) -> list[Ref]:
    """Functions for a function; constants, inputs and earlier calls for anything else."""
    if isinstance(have, FunctionType):
        functions = [i for i in range(place) if isinstance(types[i], FunctionType)]
        return [*functions, *[name for name, arity in _arities().items() if have.arity in (0, arity)]]
    inputs = INPUTS if program.kind == "differ" else INPUTS[:2]
    return [*range(place), *CONSTANTS, *inputs]


def narrower(new: Type, old: Type) -> bool:
    """Is a value of type `new` surely of type `old`? Of an unknown type nothing is sure."""
    return old != ANY and below(new, old)


def _keeps(program: Program, types: list[Type], place: int, call: Call) -> bool:
    """With that call at the place, do all calls fit and have the types they had, or narrower ones?"""
    now = list(types)
    touched: set[Ref] = set()
    for i in range(place, program.size):
        call = call if i == place else program.calls[i]
        if i != place and touched.isdisjoint((call.function, *call.args)):
            continue
        made, old = type_of_call(call, now), types[i]
        both = isinstance(made, FunctionType) and isinstance(old, FunctionType) and made.arity == old.arity
        if made is None or not (both or narrower(made, old)):
            return False
        if made != old:
            now[i] = made
            touched.add(i)
    return True


@cache
def _wrappers(type_: Type) -> tuple[str, ...]:
    """The primitives that give this type when applied to it."""
    if type_ == ANY or isinstance(type_, FunctionType):
        return ()
    names = [name for name, arity in _arities().items() if arity == 1 and name != "identity"]
    made = {name: applied(primitive_type(name), type_) for name in names}
    return tuple([name for name, found in made.items() if found is not None and narrower(found, type_)])


@cache
def _arities() -> dict[str, int]:
    """The number of arguments of each primitive of the shared vocabulary."""
    return {primitive.name: primitive.arity for primitive in dsl.PRIMITIVES.values()}
