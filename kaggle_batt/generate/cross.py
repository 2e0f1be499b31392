"""Crossing: a part of one program put in the place of a part of another, types kept; one behind another."""

from __future__ import annotations

import random

from kaggle_batt.generate.alternatives import narrower
from kaggle_batt.generate.infer import types_of
from kaggle_batt.programs.program import Call, Program, Ref, canonical

#: places of the first program that are tried before giving up
TRIES = 8


def cross(a: Program, b: Program, rng: random.Random) -> Program | None:
    """Program `a` with one of its calls replaced by one of `b`'s that gives a value of its type.

    None where the two have no such calls, or nothing would change.
    """
    if not a.calls or not b.calls:
        return None
    have, give = types_of(a), types_of(b)
    for _ in range(TRIES):
        place = rng.randrange(a.size)
        fitting = [n for n, type_ in enumerate(give) if narrower(type_, have[place])]
        if fitting:
            child = _grafted(a, place, b, fitting[rng.randrange(len(fitting))])
            if child not in (a, b):
                return child
    return None


def _grafted(a: Program, place: int, b: Program, part: int) -> Program:
    """`a` with the call at `place` replaced by what `b` computes at `part`."""
    calls = list(b.calls[: part + 1])  # in canonical order a call comes after all that it needs
    shift = len(calls)

    def moved(ref: Ref) -> Ref:
        if not isinstance(ref, int):
            return ref
        return part if ref == place else ref + shift

    calls += [Call(moved(call.function), tuple([moved(arg) for arg in call.args])) for call in a.calls]
    return canonical(calls, moved(a.result), a.kind)


def chain(a: Program, b: Program) -> Program | None:
    """Program `b` run on what `a` gives; None where that is one of the two, or `a` gives its input."""
    if not isinstance(a.result, int):
        return None
    calls, shift = list(a.calls), a.size

    def moved(ref: Ref) -> Ref:
        if isinstance(ref, int):
            return ref + shift
        return a.result if ref == "I" else ref

    calls += [Call(moved(call.function), tuple([moved(arg) for arg in call.args])) for call in b.calls]
    child = canonical(calls, moved(b.result), b.kind)
    return None if child in (a, b) else child
