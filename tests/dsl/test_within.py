"""A call within a function has the value of a program's own call; the size of values is checked in both."""

import random

import pytest

from kaggle_batt import dsl
from kaggle_batt.dsl.values import limits
from kaggle_batt.dsl.values.build import adopt, make_set
from kaggle_batt.dsl.values.callables import DOMAIN_ERRORS, in_plain
from kaggle_batt.dsl.values.sets import FSet, exact_key
from kaggle_batt.errors import DslError, LimitError
from kaggle_batt.programs.calls import apply_function
from tests.random_calls import arguments
from tests.random_values import Maker, resolved

TWO_WAYS = sorted(name for name, found in dsl.PRIMITIVES.items() if found.within is not found.call)
BUDGET = 100_000


def by_program(name, args):
    """(value as its exact key, steps) of the call as the evaluator makes it; None where it fails."""
    with limits.budget(BUDGET):
        value, failure, steps, _ = apply_function((dsl.PRIMITIVES[name], *args), BUDGET)
    return None if failure else (exact_key(value), steps)


def by_function(name, args):
    """The same of the call as a composed function makes it."""
    with limits.budget(BUDGET) as meter:
        try:
            made = dsl.PRIMITIVES[name].within(*args)
        except LimitError:
            return None
        except DOMAIN_ERRORS:
            meter.left = BUDGET
            try:
                made = in_plain(dsl.PRIMITIVES[name]).within(*args)
            except DOMAIN_ERRORS:
                return None
        spent = BUDGET - meter.left + 1
        value, *_ = apply_function((dsl.identity, made), meter.left)
    return exact_key(value), spent


def test_some_primitives_have_two_ways():
    assert {"astuple", "equality", "initset", "insert", "pair", "papply", "product"} <= set(TWO_WAYS)


@pytest.mark.parametrize("name", TWO_WAYS)
def test_both_ways_give_the_same(name):
    """The same values, failures and steps."""
    maker = Maker(f"within {name}")
    for _ in range(80):
        args, _ = arguments(maker, name)
        if maker.random.random() < 0.2:
            args[maker.random.randrange(len(args))] = maker.any()
        args = [adopt(resolved(arg, vars(dsl))) for arg in args]
        assert by_program(name, args) == by_function(name, args), (name, args)


def doubled(times, outer):
    """A function that nests its argument so many times."""
    twice = dsl.fork(outer, dsl.identity, dsl.identity)
    return dsl.power(twice, times)


@pytest.mark.parametrize("outer", [dsl.astuple, dsl.pair])
@pytest.mark.parametrize("start", [(1, 2), ((1, 2), (3, 4))])
def test_doubling_within_functions_is_bounded(outer, start):
    """Values that double, however small in memory, end in an error and are never compared."""
    grown = doubled(14, outer)
    compare = dsl.fork(dsl.equality, grown, dsl.compose(dsl.identity, grown))
    for function in (grown, compare, dsl.compose(dsl.initset, grown)):
        with pytest.raises(DslError):
            function(start)


@pytest.mark.parametrize("nest", [dsl.initset, dsl.rbind(dsl.astuple, 0), dsl.rbind(dsl.repeat, 1)])
def test_depth_within_functions_is_bounded(nest):
    with pytest.raises(LimitError):
        dsl.power(nest, 20)((1, 2, 3))


def test_wide_values_within_functions_are_bounded():
    """A thousand times a thousand elements, twice over."""
    row = dsl.repeat(1, 1000)
    square = dsl.repeat(row, 1000)
    with pytest.raises(LimitError):
        dsl.repeat(square, 2)
    for outer in (dsl.astuple, dsl.pair):
        with pytest.raises(LimitError):
            dsl.fork(outer, dsl.identity, dsl.identity)(square)


@pytest.mark.parametrize("seed", range(30))
def test_sets_of_every_make(seed):
    """Insert, remove, intersection and difference on places, cells, mixtures, against plain sets."""
    chance = random.Random(f"sets {seed}")
    pool = [
        0, 1, True, (0, 1), (1, 0), (True, 0), (64, 3), (-2, 70), (1, (0, 1)), (2, (0, 1)), (2, (5, 66)), (),
        (1, 2, 3),
        ((1, 2), (3, 4)), frozenset({(1, 1)}), frozenset({(3, (1, 1))}), frozenset(),
    ]  # fmt: skip
    for _ in range(60):
        kinds = chance.sample(pool, chance.randint(1, 6))
        a, b = (frozenset(chance.sample(kinds, chance.randint(0, len(kinds)))) for _ in range(2))
        value = chance.choice(pool)
        assert dsl.insert(value, a) == a | {value}
        assert dsl.remove(value, a) == a - {value}
        assert dsl.intersection(a, b) == a & b
        assert dsl.difference(a, b) == a - b
        assert dsl.combine(a, b) == a | b
        assert type(dsl.insert(value, a)) is type(make_set([adopt(x) for x in a | {value}]))


@pytest.mark.parametrize("seed", range(20))
def test_products_of_every_make(seed):
    """Pairs of numbers are places, of numbers and places cells, of anything else a plain set."""
    chance = random.Random(f"product {seed}")
    parts = [[0, 1, 5, -3, 70], [(0, 1), (2, 3), (0, 66)], [(1, (0, 1)), (2, (4, 4))], [(), 3, (1, 2)]]
    for _ in range(20):
        a, b = (tuple(chance.choices(chance.choice(parts), k=chance.randint(0, 5))) for _ in range(2))
        for left in (a, frozenset(a)):
            for right in (b, frozenset(b)):
                made = dsl.product(left, right)
                plain = frozenset((x, y) for x in left for y in right)
                assert made == plain and hash(made) == hash(plain)
                assert type(made) is type(make_set(list(plain)))


def test_a_set_with_the_empty_patch_is_in_order():
    """It comes first, and the others after it as ever."""
    patches = [
        frozenset(),
        frozenset({(1, (0, 0))}),
        frozenset({(0, (5, 5))}),
        frozenset({(0, (5, 5)), (1, (0, 0))}),
    ]
    made = make_set([adopt(patch) for patch in patches])
    assert type(made) is FSet
    assert list(made) == [patches[0], patches[2], patches[3], patches[1]]
