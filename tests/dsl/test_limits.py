"""No call hangs, allocates without bound or raises anything but the language's error."""

import time

import pytest

from kaggle_batt import dsl
from kaggle_batt.dsl.values.limits import MAX_BITS, MAX_CELLS, MAX_ELEMENTS, budget
from kaggle_batt.errors import DslError, LimitError

GRID = (tuple(range(10)) * 10,) * 100
FAR = frozenset({(0, 0), (10**9, 10**9)})
FAR_OBJECT = frozenset({(1, (0, 0)), (2, (10**9, 5))})
MANY = tuple(range(100_000))

#: calls over a documented size
OVER = (
    "canvas(0, (10**9, 10**9))", "canvas(0, (1, 10**9))", "canvas(0, (2 * 10**6, 0))",
    "interval(0, 10**9, 1)",
    "repeat(0, 10**9)", "repeat(GRID, 10**9)", "repeat((), 10**9)", "repeat(((), ()), 10**9)",
    "upscale(GRID, 10**9)", "hupscale(GRID, 10**9)", "upscale(((), ()), 10**9)",
    "vupscale(((1,),), 10**9)", "upscale(frozenset({(1, (0, 0)), (1, (3, 3))}), 10**9)", "backdrop(FAR)",
    "toindices(FAR_OBJECT)", "hmirror(FAR_OBJECT)", "fill(GRID, 3, FAR)", "paint(GRID, FAR_OBJECT)",
    "connect((0, 0), (10**9, 10**9))", "shoot((0, 0), (10**9, 0))", "hsplit(GRID, 2 * 10**6)",
    "vsplit(GRID, 2 * 10**6)", "power(double, 10**6)(1)", "product(MANY, MANY)", "prapply(add, MANY, MANY)",
    "power(fork(multiply, identity, identity), 60)(12345)",
    "power(fork(multiply, identity, identity), 60)((12345, 3))",
    "power(fork(combine, identity, identity), 60)((1, 2))",
    "power(fork(hconcat, identity, identity), 60)(GRID)",
    "power(fork(vconcat, identity, identity), 60)(GRID)", "merge(repeat(repeat(1, 10**4), 10**4))",
    "mapply(lbind(interval, 0), MANY)", "combine(frozenset({(0, 0)}), frozenset({(10**9, 10**9)}))",
    "inbox(frozenset({(0, 0), (20000, 20000)}))", "manhattan(frozenset({(0, 0)}), FAR)",
)  # fmt: skip

#: calls with large arguments that have a value all the same
UNDER = {
    "crop(GRID, (10**9, 10**9), (10**9, 10**9))": (),
    "downscale(GRID, 10**9)": ((0,),),
    "shift(frozenset({(0, 0)}), (10**70, 0))": frozenset({(10**70, 0)}),
    "ofcolor(GRID, 10**30)": frozenset(),
    "hupscale((), 10**12)": (),
    "hupscale(((), ()), 10**12)": ((), ()),
    "upscale((), 10**12)": (),
    "size(repeat(0, 10**6))": 10**6,
    "size(asindices(canvas(0, (250, 250))))": 62500,
    "gravitate(frozenset({(0, 0)}), frozenset({(5, 10**9)}))": (0, 42),
}


def value(text):
    """The value of an expression of the language."""
    names = {"GRID": GRID, "FAR": FAR, "FAR_OBJECT": FAR_OBJECT, "MANY": MANY}
    return eval(text, {"frozenset": frozenset, **names, **dsl.PRIMITIVES})


@pytest.mark.parametrize("text", OVER)
def test_over_a_size_is_an_error_at_once(text):
    start = time.process_time()
    with pytest.raises(DslError):
        value(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("text", UNDER)
def test_large_arguments_are_no_error_in_themselves(text):
    assert value(text) == UNDER[text]


def test_the_documented_sizes_are_the_last_that_pass():
    assert len(dsl.repeat(0, MAX_ELEMENTS)) == MAX_ELEMENTS
    assert dsl.shape(dsl.canvas(0, (MAX_CELLS, 1))) == (MAX_CELLS, 1)
    assert dsl.multiply(2 ** (MAX_BITS - 2), 2) == 2 ** (MAX_BITS - 1)
    for over in (
        lambda: dsl.repeat(0, MAX_ELEMENTS + 1),
        lambda: dsl.canvas(0, (MAX_CELLS + 1, 1)),
        lambda: dsl.multiply(2 ** (MAX_BITS - 1), 2),
    ):
        with pytest.raises(LimitError):
            over()


@pytest.mark.parametrize(
    "text", ["power(identity, 10**12)(1)", "power(rot90, 10**12)(GRID)", "power(outbox, 10**9)(FAR)"]
)
def test_a_budget_ends_what_would_not_end(text):
    start = time.process_time()
    with pytest.raises(DslError), budget(100_000):
        value(text)
    assert time.process_time() - start < 5


def test_growth_spends_steps_by_its_rounds():
    line = ((1, *[0] * 3000),)
    with budget(1_000_000):
        assert dsl.grow(line, 0, ((0, 1, 1, 1),)) == ((1,) * 3001,)
    with pytest.raises(LimitError), budget(40_000):
        dsl.grow(line, 0, ((0, 1, 1, 1),))


def test_the_budget_is_the_same_every_time():
    left = []
    for _ in range(3):
        with budget(1_000_000) as meter:
            dsl.objects(GRID, True, False, True)
            left.append(meter.left)
    assert len(set(left)) == 1 and left[0] < 1_000_000
