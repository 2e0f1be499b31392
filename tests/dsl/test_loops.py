"""A loop gives what mapping layer by layer gives: values, failures, steps."""

import random
from itertools import count

import pytest

from kaggle_batt import dsl
from kaggle_batt.dsl.primitives import loops
from kaggle_batt.dsl.primitives.containers import filtered, kept, sequence
from kaggle_batt.dsl.primitives.higher_order import apply, mapply, merge
from kaggle_batt.dsl.primitives.selection import reads_color, sfilter
from kaggle_batt.dsl.primitives.written import PHRASES
from kaggle_batt.dsl.values.build import adopt, make_set, settled
from kaggle_batt.dsl.values.callables import DOMAIN_ERRORS, raw
from kaggle_batt.dsl.values.limits import budget, spend
from kaggle_batt.dsl.values.sets import exact_key, patches_in, weigh
from kaggle_batt.errors import LimitError
from tests.random_values import Maker

#: primitives by kinds: of what, of which result
UNARY = {
    ("integer", "integer"): "increment decrement double halve invert sign identity crement",
    ("integer", "truth"): "even positive",
    ("truth", "truth"): "flip identity",
    ("truth", "integer"): "increment invert sign",
    ("integer", "vector"): "toivec tojvec",
    ("vector", "vector"): "increment decrement double halve invert sign identity crement",
    ("vector", "integer"): "first last maximum minimum size",
    ("vector", "patch"): "initset neighbors dneighbors ineighbors vfrontier",
    ("patch", "integer"): "height width uppermost leftmost lowermost rightmost size",
    ("patch", "vector"): "ulcorner urcorner llcorner lrcorner center shape centerofmass first",
    ("patch", "patch"): "backdrop outbox toindices identity hmirror",
    ("patch", "truth"): "vline hline square portrait",
    ("object", "object"): "identity hmirror normalize",
    ("object", "integer"): "color height width numcolors size uppermost leftmost",
    ("object", "vector"): "ulcorner urcorner llcorner lrcorner center shape",
    ("object", "patch"): "toindices backdrop identity",
    ("object", "cell"): "first last",
    ("cell", "integer"): "first size",
    ("cell", "vector"): "last",
    ("cell", "cell"): "identity",
    ("cell", "patch"): "initset",
    ("cell", "object"): "initset",
    ("grid", "object"): "asobject",
    ("grid", "patch"): "asindices",
    ("grid", "vector"): "shape",
    ("grid", "grid"): "hmirror dmirror identity",
    ("places", "vector"): "first last",
    ("cells", "cell"): "first last",
    ("cells", "integer"): "color size",
    ("any", "any"): "identity first last size maximum even height center increment invert color",
}
BINARY = {
    ("integer", "integer", "integer"): "add subtract multiply",
    ("integer", "integer", "truth"): "greater equality",
    ("truth", "truth", "truth"): "both either equality",
    ("vector", "vector", "vector"): "add subtract multiply",
    ("vector", "integer", "vector"): "add subtract multiply",
    ("vector", "vector", "patch"): "connect shoot",
    ("vector", "vector", "truth"): "equality",
    ("integer", "integer", "vector"): "astuple",
    ("integer", "vector", "cell"): "astuple",
    ("patch", "patch", "integer"): "manhattan",
    ("patch", "patch", "truth"): "adjacent hmatching equality",
    ("patch", "vector", "patch"): "shift",
    ("patch", "patch", "patch"): "difference intersection",
    ("patch", "grid", "object"): "toobject",
    ("integer", "vector", "grid"): "canvas",
    ("integer", "patch", "object"): "recolor",
    ("object", "integer", "integer"): "colorcount",
    ("object", "vector", "object"): "shift",
    ("any", "any", "any"): "add subtract multiply astuple equality greater both either manhattan combine",
}
MAPPINGS = ("apply", "mapply", "sfilter", "mfilter", "order", "argmax", "argmin", "valmax", "valmin")
#: elements of products of patches
PAIRS = ("places", "cells")
KINDS = ("integer", "truth", "vector", "patch", "object", "cell", "grid", "any")
FORCED = 10**4


class Composer:
    """Random functions of known kinds and random arguments."""

    def __init__(self, seed):
        self.maker = Maker(f"loops {seed}")
        self.random = self.maker.random

    def value(self, kind):
        """A value of the kind, now and then of another, or a number near the limit."""
        pick = self.random.random()
        if kind == "any" or pick < 0.02:
            kind = self.random.choice(KINDS[:-1])
        if kind == "truth":
            return self.random.random() < 0.5
        if kind == "integer":
            return 1 << 250 if pick > 0.99 else self.maker.integer()
        if kind == "grid":
            return adopt(self.maker.grid())
        if kind == "cell":
            return self.random.randint(0, 9), self.maker.location()
        made = {"vector": self.maker.location, "patch": self.maker.indices, "object": self.maker.object}
        return adopt(made[kind]())

    def function(self, have, want, depth):
        """A function of a value of kind `have`, mostly with values of kind `want`."""
        if depth and self.random.random() < 0.85:
            ways = (self.composed, self.forked, self.bound, self.repeated, self.matched, self.nested)
            way = self.random.choice(ways)
            made = way(have, want, depth - 1)
            if made is not None:
                return made
        names = UNARY.get((have, want)) or UNARY["any", "any"]
        return dsl.PRIMITIVES[self.random.choice(names.split())]

    def composed(self, have, want, depth):
        """`compose` or `chain`."""
        middle, other = self.random.choices(KINDS, k=2)
        outer, inner = self.function(middle, want, depth), self.function(have, middle, depth)
        if self.random.random() < 0.5:
            return dsl.compose(outer, inner)
        return dsl.chain(outer, self.function(other, middle, depth), self.function(have, other, depth))

    def binary(self, want):
        """A primitive of two arguments, and their kinds."""
        fits = [kinds for kinds in BINARY if kinds[2] == want]
        if not fits:
            return None
        kinds = self.random.choice(fits)
        return dsl.PRIMITIVES[self.random.choice(BINARY[kinds].split())], kinds

    def forked(self, have, want, depth):
        """`fork` of a primitive of two arguments."""
        found = self.binary(want)
        if found is None:
            return None
        outer, kinds = found
        inner = [self.function(have, kind, depth) for kind in kinds[:2]]
        if kinds[0] == kinds[1] and self.random.random() < 0.3:
            inner[0] = inner[1]
            if outer.name == "multiply" and self.random.random() < 0.5:
                inner[0] = dsl.compose(dsl.sign, inner[1])
        return dsl.fork(outer, *inner)

    def bound(self, have, want, depth):
        """`lbind` or `rbind` behind a function; or `apply` of a function to a vector."""
        if want == "vector" and self.random.random() < 0.4:
            mapped = dsl.lbind(dsl.apply, self.function("integer", "integer", depth))
            return dsl.compose(mapped, self.function(have, "vector", depth))
        found = self.binary(want)
        if found is None:
            return None
        outer, kinds = found
        if self.random.random() < 0.5:
            fixed, kind = dsl.rbind(outer, self.value(kinds[1])), kinds[0]
        else:
            fixed, kind = dsl.lbind(outer, self.value(kinds[0])), kinds[1]
        return dsl.compose(fixed, self.function(have, kind, depth))

    def repeated(self, have, want, depth):
        """`power`."""
        return dsl.power(self.function(have, want, depth), self.random.randint(1, 3))

    def matched(self, have, want, depth):
        """`matcher`."""
        if want != "truth":
            return None
        kind = self.random.choice(KINDS)
        return dsl.matcher(self.function(have, kind, depth), self.value(kind))

    def nested(self, have, want, depth):
        """A loop over what is made of the element, or over a constant with a function made of the element."""
        name = self.random.choice(MAPPINGS)
        kind = self.random.choice(("integer", "vector", "patch", "object", "cell"))
        result = "truth" if "filter" in name else "patch" if name == "mapply" else self.random.choice(KINDS)
        mapping = dsl.PRIMITIVES[name]
        if self.random.random() < 0.4:
            whole = self.random.choice(("patch", "object", "any"))
            inner = self.function({"patch": "vector", "object": "cell"}.get(whole, kind), result, depth)
            mapped = dsl.lbind(mapping, inner) if "apply" in name else dsl.rbind(mapping, inner)
            return dsl.compose(mapped, self.function(have, whole, depth))
        items = self.container(kind)
        mapped = dsl.rbind(mapping, items) if "apply" in name else dsl.lbind(mapping, items)
        return dsl.compose(mapped, self.making(have, kind, result, depth))

    def making(self, have, kind, result, depth):
        """A function of a value of kind `have` that returns a function of one of `kind`."""
        fits = [kinds for kinds in BINARY if kinds[2] == result] or [("any", "any", "any")]
        kinds = self.random.choice(fits)
        binary = dsl.PRIMITIVES[self.random.choice(BINARY[kinds].split())]
        bind, before = self.random.choice(((dsl.lbind, 0), (dsl.rbind, 1)))
        made = dsl.compose(dsl.lbind(bind, binary), self.function(have, kinds[before], depth))
        pick, inner = self.random.random(), self.function(kind, kinds[1 - before], depth)
        if pick < 0.3:
            return dsl.compose(dsl.rbind(dsl.compose, inner), made)
        if pick < 0.5:
            outer = self.function(result, result, depth)
            return dsl.compose(dsl.lbind(dsl.lbind(dsl.chain, outer), self.function(kind, kind, depth)), made)
        if pick < 0.6:
            return dsl.compose(dsl.lbind(dsl.matcher, inner), self.function(have, kinds[0], depth))
        return dsl.fork(dsl.lbind(dsl.fork, dsl.identity), made, made) if pick < 0.7 else made

    def container(self, kind):
        """A container of values of that kind."""
        pick = self.random.random()
        if kind in PAIRS:
            make = self.maker.indices if kind == "places" else self.maker.object
            pairs = dsl.product(adopt(make()), adopt(make()))
            return dsl.sfilter(pairs, dsl.chain(dsl.even, dsl.first, dsl.first)) if pick < 0.3 else pairs
        if kind == "vector" and pick < 0.6:
            return adopt(self.maker.indices())
        if kind == "cell" and pick < 0.6:
            return adopt(self.maker.object())
        items = [self.value(kind) for _ in range(self.random.randint(1, 9))]
        return make_set(items) if pick < 0.8 else tuple(items)


def outcome(mapped, limit):
    """(exact keys of the values, steps), or the kind and text of the failure and None."""
    with budget(limit) as meter:
        try:
            values = mapped()
            return list(map(exact_key, values)), meter.left
        except LimitError:
            return "limit", None
        except DOMAIN_ERRORS as error:
            return type(error).__name__, str(error)


@pytest.fixture
def forced(monkeypatch):
    """Loops from the first element on; those that ran to their end."""
    done = count()
    real = loops._loop_for

    def counting(function, kind, size):
        loop = real(function, kind, size)

        def run(items):
            values = loop(items)
            next(done)
            return values

        return loop and run

    monkeypatch.setattr(loops, "FEW", 0)
    monkeypatch.setattr(loops, "WORTH", 0)
    monkeypatch.setattr(loops, "_known", {})
    monkeypatch.setattr(loops, "_loop_for", counting)
    return done


@pytest.mark.slow
def test_loops_give_what_layers_give(forced):
    met = set()
    for seed in range(4600):
        composer = Composer(seed)
        have, want = composer.random.choices(KINDS, k=2)
        if seed >= 4000:
            have = PAIRS[seed % 2]
        try:
            function = composer.function(have, want, composer.random.randint(1, 4))
        except (dsl.DslError, LimitError):
            continue
        container = composer.container(have)
        items = sequence(container)
        limit = FORCED if seed % 9 else composer.random.randint(0, 200)
        layers = outcome(lambda f=function, i=items: list(map(raw(f), i)), limit)
        loop = outcome(lambda f=function, c=container, i=items: loops.values_of(f, c, i), limit)
        assert loop == layers, (seed, function.expression, container)
        met |= {name for name in PHRASES if name in function.expression}
    assert met == set(PHRASES)
    assert next(forced) > 600


def test_patches_stamped_at_once_are_those_merged():
    done = 0
    for seed in range(600):
        composer = Composer(f"stamps {seed}")
        pick, maker = composer.random.random(), composer.maker
        if pick < 0.3:
            function = dsl.PRIMITIVES[composer.random.choice(("neighbors", "dneighbors", "ineighbors"))]
        elif pick < 0.6:
            function = dsl.rbind(dsl.shoot, maker.location())
        else:
            kind = composer.random.choice(("patch", "object", "any"))
            function = dsl.lbind(dsl.shift, composer.value(kind))
        places = adopt(maker.indices())
        if pick > 0.95:
            places = dsl.shift(places, (70, 10**20))
        limit = FORCED if seed % 5 else composer.random.randint(0, 300)
        merged = outcome(lambda f=function, p=places: [merge(apply(f, p))], limit)
        assert outcome(lambda f=function, p=places: [mapply(f, p)], limit) == merged, (seed, function, places)
        done += len(places) > 0 and isinstance(merged[0], list)
    assert done > 300


def mapped(container, function, finish):
    """What `finish` makes of the elements and the function's values at them, mapped one by one."""
    items = sequence(container)
    spend(len(items))
    return [finish(container, items, list(map(raw(function), items)))]


def test_cells_are_filtered_a_color_at_once():
    done = 0
    for seed in range(600):
        composer = Composer(f"colors {seed}")
        function = dsl.compose(composer.function("integer", "truth", 2), dsl.first)
        if composer.random.random() < 0.3:
            function = dsl.matcher(dsl.first, composer.value("integer"))
        elif composer.random.random() < 0.3:
            function = dsl.fork(dsl.either, function, dsl.matcher(dsl.power(dsl.first, 1), 3))
        obj = adopt(composer.maker.object())
        limit = FORCED if seed % 5 else composer.random.randint(0, 60)
        layers = outcome(lambda f=function, o=obj: mapped(o, f, filtered), limit)
        assert outcome(lambda f=function, o=obj: [sfilter(o, f)], limit) == layers, (seed, function, obj)
        done += reads_color(function) and isinstance(layers[0], list)
    assert done > 300


@pytest.mark.parametrize("kind", ["object", "indices"])
def test_elements_of_known_patches_are_used_as_any_others(kind):
    done = 0
    for seed in range(300):
        composer = Composer(f"elements {seed}")
        inner = [adopt(getattr(composer.maker, kind)()) for _ in range(composer.random.randint(1, 6))]
        if composer.random.random() < 0.3:
            inner.append(dsl.shift(inner[0], (60, -70)))
        grid = settled(composer.maker.grid())[0]
        for name in ("paint", "underpaint", "fill", "underfill", "backdrop", "weigh"):
            call = weigh if name == "weigh" else dsl.PRIMITIVES[name].call
            before = {"weigh": (), "backdrop": ()}.get(name, (grid, 3) if "fill" in name else (grid,))
            for keep in (lambda x: x, lambda x: settled(x)[0]):
                known = keep(merge(tuple(inner)))
                done += bool(patches_in(known))
                found = outcome(lambda c=call, b=before, x=known: [c(*b, x)], FORCED)
                other = keep((*merge(tuple(inner)),))
                assert not patches_in(other)
                assert found == outcome(lambda c=call, b=before, x=other: [c(*b, x)], FORCED), (name, seed)
    assert done > 1000


def test_places_are_moved_at_once():
    for seed in range(400):
        composer = Composer(f"moves {seed}")
        bind, name = (
            composer.random.choice((dsl.lbind, dsl.rbind)),
            composer.random.choice(("add", "subtract")),
        )
        function = bind(
            dsl.PRIMITIVES[name], composer.value(composer.random.choice(("vector", "integer", "any")))
        )
        places = adopt(composer.maker.indices())
        limit = FORCED if seed % 5 else composer.random.randint(0, 60)
        layers = outcome(lambda f=function, p=places: mapped(p, f, lambda c, _, v: kept(c, v)), limit)
        assert outcome(lambda f=function, p=places: [apply(f, p)], limit) == layers, (seed, function, places)


def test_a_form_is_compiled_once_for_all_its_constants(forced):
    places = adopt(frozenset((i, j) for i in range(5) for j in range(5)))
    for number in range(30):
        function = dsl.compose(dsl.even, dsl.compose(dsl.rbind(dsl.add, number), dsl.first))
        expected = [(i + number) % 2 == 0 for i, _ in places.ordered()]
        assert loops.values_of(function, places, places.ordered()) == expected
    assert len(loops._known) == 1 and next(forced) == 30


def test_few_elements_are_not_worth_a_loop(monkeypatch):
    monkeypatch.setattr(loops, "_known", {})
    function = dsl.compose(dsl.even, dsl.first)
    few = tuple([(number, 0) for number in range(5)])
    assert loops.values_of(function, few, few) == [True, False, True, False, True]
    assert not loops._known


@pytest.mark.parametrize("seed", range(3))
def test_numbers_near_the_limit_fail_alike(forced, seed):
    large = (1 << 255) - random.Random(seed).randint(0, 2)
    function = dsl.compose(dsl.rbind(dsl.greater, 0), dsl.fork(dsl.add, dsl.identity, dsl.identity))
    far = dsl.lbind(dsl.astuple, dsl.shift(frozenset({(0, 0), (1, 1)}), (large, 0)))
    of_constant = dsl.fork(dsl.add, *2 * [dsl.chain(dsl.lowermost, dsl.first, far)])
    items = (large, 1 << 255, 1)
    for one in (function, of_constant):
        layers = outcome(lambda f=one: list(map(raw(f), items)), FORCED)
        assert outcome(lambda f=one: loops.values_of(f, items, items), FORCED) == layers == ("limit", None)
