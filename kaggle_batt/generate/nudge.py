"""Nudges: small changes of what a search writes into its programs: numbers, tables, the family called.

`mutate` puts constants and primitives of the shared vocabulary in place of each other; the numbers of `nth`,
the rows of a table and the families of grids have no such alternatives.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

from kaggle_batt.dsl.extensions import DECLARED
from kaggle_batt.dsl.primitives.constants import CONSTANTS
from kaggle_batt.programs.program import Call, Lit, Program, Ref, canonical, literal

#: a number moves by at most so much, or becomes any below it
FAR = 40
COLORS = 10

Change = Callable[[Call, int, random.Random], Call]


def nudge(program: Program, rng: random.Random) -> Program | None:
    """The program with one number, table or family changed; None where it has none, or nothing changed."""
    sites = [
        (place, slot, change)
        for place, call in enumerate(program.calls)
        for slot, ref in enumerate((call.function, *call.args))
        if (change := _change_of(call, slot, ref)) is not None
    ]
    if not sites:
        return None
    place, slot, change = sites[rng.randrange(len(sites))]
    calls = list(program.calls)
    calls[place] = change(calls[place], slot, rng)
    child = canonical(calls, program.result, program.kind)
    return None if child == program else child


def _change_of(call: Call, slot: int, ref: Ref) -> Change | None:
    """How the reference can be changed, if it can."""
    if slot == 0:
        return _other_family if ref in _families() else None
    if _is_table(ref):
        return _other_table
    return _other_number if _number(ref) is not None else None


def _is_table(ref: Ref) -> bool:
    value = ref.value if isinstance(ref, Lit) else None
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], tuple) and bool(value[0])


def _number(ref: Ref) -> int | None:
    """The integer that the reference stands for."""
    value = ref.value if isinstance(ref, Lit) else CONSTANTS.get(ref) if isinstance(ref, str) else None
    return value if type(value) is int else None


def _put(call: Call, slot: int, ref: Ref) -> Call:
    args = list(call.args)
    args[slot - 1] = ref
    return Call(call.function, tuple(args))


def _other_number(call: Call, slot: int, rng: random.Random) -> Call:
    old = _number(call.args[slot - 1])
    assert old is not None
    near = max(0, old + rng.choice((-2, -1, 1, 2)))
    return _put(call, slot, literal(near if rng.random() < 0.5 else rng.randrange(FAR)))


def _other_table(call: Call, slot: int, rng: random.Random) -> Call:
    """One number of one row is another color, or a row is gone."""
    ref = call.args[slot - 1]
    assert isinstance(ref, Lit)
    rows = [list(row) for row in ref.value]
    number = rng.randrange(len(rows))
    if len(rows) > 1 and rng.random() < 0.3:
        del rows[number]
    else:
        rows[number][rng.randrange(len(rows[number]))] = rng.randrange(COLORS)
    return _put(call, slot, literal(tuple([tuple(row) for row in rows])))


def _other_family(call: Call, slot: int, rng: random.Random) -> Call:
    """Another family with as many arguments."""
    arity = len(call.args)
    names = [name for name, known in _families().items() if known == arity and name != call.function]
    return Call(names[rng.randrange(len(names))], call.args) if names else call


@cache
def _families() -> dict[str, int]:
    """The families by name, with their number of arguments."""
    return {one.name: len(one.arguments) for one in DECLARED if one.result == "Grids"}
