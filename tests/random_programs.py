"""Random solver programs from scratch, directed by types so that many of them run.

Calls are added one by one: a primitive of the shared vocabulary drawn evenly among those that take the
value in hand (mostly the last), its other arguments drawn among the values so far, functions built for
the values they will meet. At the end the value in hand is led back to a grid.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from kaggle_batt import dsl
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.generate.types import (
    ANY,
    BOOLEAN,
    GRID,
    INPUT_TYPES,
    Type,
    accepts,
    applied,
    below,
    element_of,
    of_value,
    primitive_type,
    type_of,
    type_of_call,
    wants_of,
)
from kaggle_batt.programs.graph import Call, Ref
from kaggle_batt.programs.program import Program, canonical

#: primitives that make functions: they are called while an argument of another call is built
MAKERS = frozenset({"compose", "chain", "matcher", "rbind", "lbind", "power", "fork"})
_BINDERS = ("rbind", "lbind")
_CONDITIONS = frozenset({"sfilter", "mfilter", "extract"})
_OF_PAIRS = frozenset({"papply", "mpapply", "prapply"})
#: how often an argument of a constant's type is a constant
_CONSTANT_SHARE = {"Boolean": 0.8, "Integer": 0.7, "IntegerTuple": 0.4, "Numerical": 0.4}
#: primitives whose number is a factor or a number of parts, and what they get
_FACTORS = frozenset({"upscale", "hupscale", "vupscale", "downscale", "hsplit", "vsplit"})
_FEW = ("TWO", "THREE", "ONE", "FOUR", "FIVE")
#: how often an argument is a new call although a value is there
_NEW_SHARE = 0.2
_WIDE = frozenset({"Any", "Container", "Tuple", "FrozenSet"})
#: types one call away from a grid
_NEAR = ("Object", "Indices", "Patch", "IntegerTuple", "Integer", "Boolean")
#: calls tried for one that is added
_TRIES = 30
UNBOUND = 1 << 20
#: deepest nesting of functions that are built for one argument
_DEPTH = 3


def random_program(rng: random.Random, size: int) -> Program:
    """A random solver of about `size` calls (functions built for it count); deterministic for `rng`.

    Its value is a Grid as far as its types tell; on a given grid it may also fail.
    """
    maker = _Maker(rng)
    names = [name for name in dsl.PRIMITIVES if name not in MAKERS]
    for _ in range(_TRIES * size):
        if len(maker.calls) < size:
            maker.attempt(names[rng.randrange(len(names))])
        elif maker.types[-1] != GRID:
            bound = distance(maker.types[-1])
            maker.attempt(names[rng.randrange(len(names))], len(maker.calls) - 1, bound)
    return canonical(maker.calls, maker.longest_grid())


def distance(type_: Type) -> int:
    """About how many calls lead from a value of that type to a grid."""
    if type_ == GRID:
        return 0
    inner = element_of(type_)
    if type_.name in _NEAR or inner is None or inner == ANY:
        return 1
    return 1 + distance(inner)


class _Maker:
    """The calls made so far, their types, and which calls each needs (as bits)."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.calls: list[Call] = []
        self.types: list[Type] = []
        self.needs: list[int] = []
        self.depth = 0

    def longest_grid(self) -> Ref:
        """The grid that needs most calls, of several the last; a turned input where there is none."""
        grids = [place for place, type_ in enumerate(self.types) if type_ == GRID]
        if not grids:
            return self.add("rot180", "I")
        return max(grids, key=lambda place: (self.needs[place].bit_count(), place))

    def add(self, function: Ref, *args: Ref) -> int:
        """Add a call; return its place."""
        call = Call(function, args)
        type_ = type_of_call(call, self.types)
        needs = 1 << len(self.calls)
        for ref in (function, *args):
            if isinstance(ref, int):
                needs |= self.needs[ref]
        self.calls.append(call)
        self.types.append(ANY if type_ is None else type_)
        self.needs.append(needs)
        return len(self.calls) - 1

    def attempt(self, name: str, focus: Ref | None = None, bound: int = UNBOUND) -> Ref | None:
        """Add a call of the primitive (at `focus`, if given) whose value is nearer than `bound` to a grid.

        Returns None, and leaves all as it was, where that does not go.
        """
        before = len(self.calls)
        args = self.arguments(name, focus)
        made = None if args is None else type_of_call(Call(name, args), self.types)
        if args is not None and made is not None and distance(made) < bound:
            return self.add(name, *args)
        del self.calls[before:], self.types[before:], self.needs[before:]
        return None

    def arguments(self, name: str, focus: Ref | None) -> tuple[Ref, ...] | None:
        """Arguments for a primitive, `focus` among them; those that are functions are made last."""
        if name == "rapply":
            return self.for_rapply(focus)
        wants = wants_of(name)
        here = self.slot_for(wants, focus)
        if focus is not None and here is None:
            return None
        plain = [focus if slot == here else self.plain(name, want) for slot, want in enumerate(wants)]
        given = [ref for ref in plain if ref is not None]
        if len(given) + ("Callable" in wants) < len(wants):
            return None
        if "Callable" not in wants:
            return tuple(given)
        function = self.function_for(name, [type_of(ref, self.types) for ref in given])
        return None if function is None else tuple([function if ref is None else ref for ref in plain])

    def slot_for(self, wants: Sequence[str], focus: Ref | None) -> int | None:
        """An argument that a value fits."""
        if focus is None:
            return None
        have = type_of(focus, self.types)
        slots = [slot for slot, want in enumerate(wants) if want != "Callable" and accepts(want, have)]
        return slots[self.rng.randrange(len(slots))] if slots else None

    def plain(self, name: str, want: str) -> Ref | None:
        """A value for an argument of a primitive; None for a function, or where there is none."""
        if want == "Integer" and name in _FACTORS:
            return _FEW[self.index(len(_FEW))]
        return None if want == "Callable" else self.value(want)

    def for_rapply(self, value: Ref | None) -> tuple[Ref, ...] | None:
        """A container of one or two functions, and the value for them."""
        value = self.value("Any") if value is None else value
        if value is None:
            return None
        types = (type_of(value, self.types),)
        one, two = self.function(types), self.function(types)
        if one is None or two is None:
            return None
        both = self.rng.random() < 0.5
        return (self.add("astuple", one, two) if both else self.add("initset", one), value)

    def function_for(self, name: str, types: list[Type]) -> Ref | None:
        """A function for the elements of the container or containers of a primitive's arguments."""
        inner = [element_of(type_) for type_ in (types if name in _OF_PAIRS else types[:1])]
        known = tuple([type_ for type_ in inner if type_ is not None])
        if len(known) < len(inner):
            return None
        return self.function(known, BOOLEAN if name in _CONDITIONS else ANY)

    def value(self, want: str) -> Ref | None:
        """A value for an argument: a constant, an input, a call so far (later ones likelier) or a new one."""
        if self.rng.random() < _CONSTANT_SHARE.get(want, 0.05):
            constants = constants_for(want)
            if constants:
                return constants[self.rng.randrange(len(constants))]
        found: list[Ref] = [name for name in ("S", "I") if accepts(want, INPUT_TYPES[name])]
        if self.rng.random() < 0.9:
            found = found[-1:]
        found += [place for place, type_ in enumerate(self.types) if self.is_value(type_, want)]
        new = self.new(want) if not found or self.rng.random() < _NEW_SHARE else None
        return found[-1 - self.index(len(found))] if found and new is None else new

    def new(self, want: str) -> Ref | None:
        """A new value for an argument, its own arguments perhaps new too."""
        names = makers_of(want)
        if not names or self.depth > _DEPTH:
            return None
        self.depth += 1
        made = self.attempt(names[self.rng.randrange(len(names))])
        self.depth -= 1
        return made

    def is_value(self, type_: Type, want: str) -> bool:
        """May a call of that type stand where `want` is expected? No functions, nothing unknown."""
        return type_ != ANY and type_.name not in ("Function", "Callable") and accepts(want, type_)

    def index(self, count: int) -> int:
        """A number below count, small ones likelier."""
        return min(self.rng.randrange(count), self.rng.randrange(count))

    def function(self, types: tuple[Type, ...], want: Type = ANY, depth: int = 0) -> Ref | None:
        """A function that takes arguments of these types and gives `want`."""
        ways = [self.named, self.bound, self.bound, self.composed, self.forked, self.chained, self.repeated]
        if below(BOOLEAN, want) and (want == BOOLEAN or self.rng.random() < 0.2):
            ways += [self.matching, self.matching]
        way = self.named if depth >= _DEPTH else ways[self.rng.randrange(len(ways))]
        made = way(types, want, depth + 1)
        return self.named(types, want, depth) if made is None else made

    def named(self, types: tuple[Type, ...], want: Type, depth: int) -> Ref | None:
        """A primitive as it is."""
        names = takers(types, want)
        return names[self.rng.randrange(len(names))] if names else None

    def bound(self, types: tuple[Type, ...], want: Type, depth: int) -> Ref | None:
        """A function of one argument more, with its first or last fixed."""
        binder = self.rng.randrange(2)
        fixed = self.value(("Integer", "Any", "Grid", "IntegerTuple", "Patch")[self.rng.randrange(5)])
        if fixed is None or len(types) > 3:
            return None
        type_ = type_of(fixed, self.types)
        function = self.named((*types, type_) if binder == 0 else (type_, *types), want, depth)
        return None if function is None else self.add(_BINDERS[binder], function, fixed)

    def composed(self, types: tuple[Type, ...], want: Type, depth: int) -> Ref | None:
        """outer(inner(x))."""
        if len(types) != 1:
            return None
        inner = self.function(types, ANY, depth)
        outer = None if inner is None else self.function(self.results(types, inner), want, depth)
        return None if inner is None or outer is None else self.add("compose", outer, inner)

    def chained(self, types: tuple[Type, ...], want: Type, depth: int) -> Ref | None:
        """h(g(f(x)))."""
        if len(types) != 1:
            return None
        f = self.function(types, ANY, depth)
        g = None if f is None else self.function(self.results(types, f), ANY, depth)
        if f is None or g is None:
            return None
        h = self.function(self.results(self.results(types, f), g), want, depth)
        return None if h is None else self.add("chain", h, g, f)

    def forked(self, types: tuple[Type, ...], want: Type, depth: int) -> Ref | None:
        """outer(a(x), b(x))."""
        if len(types) != 1:
            return None
        a, b = self.function(types, ANY, depth), self.function(types, ANY, depth)
        if a is None or b is None:
            return None
        outer = self.function((*self.results(types, a), *self.results(types, b)), want, depth)
        return None if outer is None else self.add("fork", outer, a, b)

    def repeated(self, types: tuple[Type, ...], want: Type, depth: int) -> Ref | None:
        """A function applied two or more times."""
        if len(types) != 1 or not below(types[0], want):
            return None
        function = self.function(types, types[0], depth)
        return (
            None if function is None else self.add("power", function, ("TWO", "THREE")[self.rng.randrange(2)])
        )

    def matching(self, types: tuple[Type, ...], want: Type, depth: int) -> Ref | None:
        """function(x) equals a value."""
        function = self.function(types, ANY, depth) if len(types) == 1 else None
        if function is None:
            return None
        made = self.results(types, function)[0]
        target = self.value(made.name if made.name in _CONSTANT_SHARE else "Any")
        return None if target is None else self.add("matcher", function, target)

    def results(self, types: tuple[Type, ...], function: Ref) -> tuple[Type]:
        """The type of the function's value, as the arguments of another."""
        return (applied(type_of(function, self.types), *types) or ANY,)


@cache
def makers_of(want: str) -> tuple[str, ...]:
    """The primitives whose value fits a narrow type, by its name; none for a wide one."""
    if want in _WIDE:
        return ()
    found = [
        (name, primitive_type(name), len(wants_of(name))) for name in dsl.PRIMITIVES if name not in MAKERS
    ]
    made = [(name, applied(type_, *[ANY] * arity)) for name, type_, arity in found]
    return tuple([name for name, type_ in made if type_ not in (None, ANY) and accepts(want, type_)])


@cache
def constants_for(want: str) -> tuple[str, ...]:
    """The constants of the type of that name."""
    return tuple([name for name, value in CONSTANTS.items() if accepts(want, of_value(value))])


@lru_cache(maxsize=4096)
def takers(types: tuple[Type, ...], want: Type) -> tuple[str, ...]:
    """The primitives that take arguments of these types and give `want`."""
    return tuple(_takers(types, want))


def _takers(types: tuple[Type, ...], want: Type) -> Iterator[str]:
    for primitive in dsl.PRIMITIVES.values():
        if primitive.arity == len(types) and primitive.name not in MAKERS:
            made = applied(primitive_type(primitive.name), *types)
            if made is not None and below(made, want):
                yield primitive.name
