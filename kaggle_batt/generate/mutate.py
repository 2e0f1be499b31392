"""Mutants: seeded random changes of programs that keep types.

A program's *sites* are its references: the function of each call, its arguments, the result. A change puts
another constant, argument or function at a site drawn evenly, or wraps what is there in a call. A mutant
has one change, half of them a second, and so on.
"""

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from kaggle_batt import dsl
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.errors import ParameterError
from kaggle_batt.generate.types import (
    ANY,
    FunctionType,
    Type,
    applied,
    below,
    primitive_type,
    type_of,
    type_of_call,
    types_of,
    wants_of,
)
from kaggle_batt.programs.battery import Entry
from kaggle_batt.programs.battery_file import Until, never
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.programs.graph import INPUTS, Call, Ref
from kaggle_batt.programs.program import Program, canonical

MAX_CHANGES = 6  #: most changes of one mutant
WRAP_ONE_IN = 8  #: one change in so many wraps what is at the place; the others replace it
PATIENCE = 300  #: changes in a row without a new program after which a parent is given up

_ARITIES = {primitive.name: primitive.arity for primitive in dsl.PRIMITIVES.values()}

#: a site's place and slot -> what replaces it, and the primitive it is wrapped in
Changes = Mapping[tuple[int, int], tuple[Ref | None, str | None]]


@dataclass(frozen=True, slots=True)
class Site:
    """A reference of a program: slot 0 of a call is its function, slot i its i-th argument.

    The result is slot 0 behind the last call. `others` may replace it, `wrappers` be applied to it.
    """

    place: int
    slot: int
    others: tuple[Ref, ...]
    wrappers: tuple[str, ...]


@uncollected()
def mutants(entries: Sequence[Entry], count: int, seed: int, late: Callable[[], bool] = never) -> list[Entry]:
    """`count` mutants, in turn of each entry, no two of one text and none of a parent's.

    `PARENT~1`, `PARENT~2`, … depend on the arguments alone; fewer, as when it is `late`, are the first.
    Raises `ParameterError` where there are not so many.
    """
    seen = {entry.md5 for entry in entries}
    names = {entry.name for entry in entries}
    lines = [_mutants_of(entry, seed, seen, names) for entry in entries]
    left_out: list[str] = []
    made = list(Until(late, left_out, 1)(itertools.islice(_in_turn(lines), count), "mutants"))
    if len(made) < count and not left_out:
        raise ParameterError(f"expected {count} mutants, but {len(entries)} programs have only {len(made)}")
    return made


def _in_turn(lines: list[Iterator[Entry]]) -> Iterator[Entry]:
    """One of each line, again and again, until all are at their end."""
    while lines:
        alive = []
        for line in lines:
            for mutant in itertools.islice(line, 1):
                alive.append(line)
                yield mutant
        lines = alive


def _mutants_of(parent: Entry, seed: int, seen: set[str], names: set[str]) -> Iterator[Entry]:
    """Mutants of one program that are not in `seen`, to which they are added, until no new one is found."""
    rng = random.Random(f"{seed} {parent.md5}")
    sites = sites_of(parent.program)
    free = (name for n in itertools.count(1) if (name := f"{parent.name}~{n}") not in names)
    tried, failures = set(), 0
    while sites and failures < PATIENCE:
        changes = drawn(sites, rng)
        failures += 1
        if (same := frozenset(changes.items())) in tried:
            continue
        tried.add(same)
        program = changed(parent.program, changes)
        if program.md5 not in seen:
            seen.add(program.md5)
            failures = 0
            yield Entry(next(free), program, parent.source, True, parent.md5, seed, parent.task)


def drawn(sites: Sequence[Site], rng: random.Random) -> Changes:
    changes: dict[tuple[int, int], tuple[Ref | None, str | None]] = {}
    while True:
        site = sites[rng.randrange(len(sites))]
        changes[site.place, site.slot] = _change(site, rng)
        if len(changes) == MAX_CHANGES or rng.random() < 0.5:
            return changes


def _change(site: Site, rng: random.Random) -> tuple[Ref | None, str | None]:
    wraps = not site.others or (site.wrappers and rng.randrange(WRAP_ONE_IN) == 0)
    if wraps:
        return None, site.wrappers[rng.randrange(len(site.wrappers))]
    return site.others[rng.randrange(len(site.others))], None


def changed(program: Program, changes: Changes) -> Program:
    """The program with other references, or wrapped ones, at some sites; in canonical form."""
    touched = {place for place, _ in changes}
    calls: list[Call] = []
    moved: list[int] = []

    def put(ref: Ref, site: tuple[int, int]) -> Ref:
        other, wrapper = changes.get(site, (None, None))
        ref = ref if other is None else other
        ref = moved[ref] if isinstance(ref, int) else ref
        if wrapper is None:
            return ref
        calls.append(Call(wrapper, (ref,)))
        return len(calls) - 1

    for place, call in enumerate(program.calls):
        if place in touched or len(calls) > place:
            function = put(call.function, (place, 0))
            args = tuple([put(arg, (place, slot)) for slot, arg in enumerate(call.args, 1)])
            call = Call(function, args)
        calls.append(call)
        moved.append(len(calls) - 1)
    return canonical(calls, put(program.result, (program.size, 0)), program.kind)


@lru_cache(maxsize=256)
def sites_of(program: Program) -> tuple[Site, ...]:
    """The sites that have alternatives, in the program's order."""
    types = types_of(program)
    found = []
    for place, call in enumerate(program.calls):
        for slot, ref in enumerate((call.function, *call.args)):
            others = tuple(_others(program, types, place, slot))
            wrappers = _wrappers(type_of(ref, types)) if slot else ()
            found.append(Site(place, slot, others, wrappers))
    have = type_of(program.result, types)
    places = [place for place, type_ in enumerate(types) if place != program.result and narrower(type_, have)]
    found.append(Site(program.size, 0, tuple(places), _wrappers(have)))
    return tuple([site for site in found if site.others or site.wrappers])


def _others(program: Program, types: list[Type], place: int, slot: int) -> Iterator[Ref]:
    """What fits in a slot of a call."""
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
        return [*functions, *[name for name, arity in _ARITIES.items() if have.arity in (0, arity)]]
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
    names = [name for name, arity in _ARITIES.items() if arity == 1 and name != "identity"]
    made = {name: applied(primitive_type(name), type_) for name in names}
    return tuple([name for name, found in made.items() if found is not None and narrower(found, type_)])
