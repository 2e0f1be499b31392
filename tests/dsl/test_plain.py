"""Values of any kind: what published programs get out of Python's duck typing, worked by hand."""

from __future__ import annotations

import json

import numpy
import pytest

from kaggle_batt import dsl
from kaggle_batt.dsl.values.limits import MAX_LAYERS
from kaggle_batt.errors import DslError, LimitError
from kaggle_batt.programs.program import parse_program
from tests.plain import NAMESPACE, plain

I = ((1, 0), (0, 1))  # noqa: E741
CELL, PLACES = (2, (0, 1)), frozenset({(3, 1), (3, 2)})

VALUES = {
    # a row, a cell or a location for a grid
    "height((1, 2, 3))": 3,
    "tophalf((1, 2, 3))": (1,),
    "vconcat((1, 2), ((3,),))": (1, 2, (3,)),
    "vconcat(((1, 2),), ((3,),))": ((1, 2), (3,)),
    "hmirror((1, (2, 3)))": ((2, 3), 1),
    "crop((I, I), ORIGIN, (1, 1))": (((1, 0),),),
    "vupscale((1, 2), 2)": (1, 1, 2, 2),
    "square(I)": True,
    "colorcount((((1, 2), 3), (3,)), 3)": 2,
    "mostcolor(((5, (1, 2)), (5,)))": 5,
    "width(((1, 2, 3), (4,)))": 3,
    # locations, and sets of anything, for an object
    "color((CELL, CELL))": CELL[0],
    "color(PLACES)": 3,
    "palette(PLACES)": frozenset({3}),
    "numcolors(PLACES)": 1,
    "colorfilter(initset(PLACES), 3)": frozenset({PLACES}),
    "color(initset((CELL, 1)))": CELL,
    # an empty patch
    "ulcorner(frozenset())": (),
    "lrcorner(frozenset())": (),
    "centerofmass(frozenset())": (),
    "corners(frozenset())": frozenset({()}),
    "occurrences(((1,),), frozenset())": frozenset({(0, 0), (0, 1), (1, 0), (1, 1)}),
    "normalize(())": (),
    "shift(frozenset(), 5)": frozenset(),
    # a tuple is no set
    "toindices(((0, 1), (0, 1)))": ((0, 1), (0, 1)),
    "center(((0, 0), (9, 1)))": (1, 1),
    "size(box(((1, 1), (1, 1))))": 1,
    # factors below 1
    "upscale(I, 0)": (),
    "hupscale(I, -1)": ((), ()),
    "upscale(asobject(I), 0)": frozenset(),
    "hsplit(I, -2)": (),
    "downscale(I, -2)": ((1,),),
    # two colors on one place: the last painted, the first that is not the background
    "paint(((0, 0, 0),), ((7, (0, 0)), (6, (0, 0))))": ((6, 0, 0),),
    "underpaint(((0, 0, 0),), ((7, (0, 0)), (6, (0, 0))))": ((7, 0, 0),),
    "underpaint(((0, 0, 0),), ((0, (0, 0)), (6, (0, 0)), (5, (0, 0))))": ((6, 0, 0),),
    "underpaint(((0, 0, 0),), frozenset({(7, (0, 0)), (6, (0, 0))}))": ((6, 0, 0),),
    "move(((0, 0),), frozenset({(7, (0, 0)), (6, (0, 0))}), RIGHT)": ((0, 7),),
    # numbers and truth
    "add((1, 2, 3), (4, 5))": (5, 7),
    "double((1, (2,)))": (2, (2, 2)),
    "both(3, 2)": 2,
    "either((), 4)": 4,
    "branch(frozenset(), 1, 2)": 2,
    "greater((1, 2), (1, 1))": True,
    "maximum(((1, 2), (3,)))": (3,),
    "intersection(6, 3)": 2,
    "toivec((1, 2))": ((1, 2), 0),
    # colors that are none
    "fill(((0, 1),), (5, 5), frozenset({(0, 0)}))": (((5, 5), 1),),
    "replace(((0, 1),), 1, 200)": ((0, 200),),
    "canvas(PLACES, (1, 2))": ((PLACES, PLACES),),
    "ofcolor(((0, 200),), 200)": frozenset({(0, 1)}),
    # keys that Python compares: sets by what is a part of what
    "order((2, 1), None)": (1, 2),
    "power(first, 1)": dsl.first,
    "argmax((frozenset({5}), frozenset({1, 2})), identity)": frozenset({5}),
    # what is no function matters only where it is called
    "apply(3, ())": (),
    "size(apply(compose(3, first), ()))": 0,
    # within functions
    "apply(height, ((1, 2), (3,)))": (2, 1),
    "compose(color, identity)((CELL, 1))": 2,
    "mapply(lbind(apply, color), initset(((CELL, 1),)))": frozenset({2}),
    "rapply((height, width), ((1, 2), (3,)))": (2, 2),
}

#: what Python refuses, and a fast function could easily make something of
ERRORS = [
    "argmax((), size)",
    "index((), ORIGIN)",
    "fill((), 1, PLACES)",
    "toobject(PLACES, ())",
    "objects((), T, T, F)",
    "frontiers(())",
    "fgpartition(())",
    "square(())",
    "hsplit((), 1)",
    "cellwise((), I, 0)",
    "downscale((), 1)",
    "downscale(I, 0)",
    "hsplit(I, 0)",
    "mostcommon(PLACES)",
    "dedupe(PLACES)",
    "hperiod(PLACES)",
    "hmirror(frozenset())",
    "subgrid(frozenset(), I)",
    "delta(((0, 0), (1, 1)))",
    "order((1, None), identity)",
    "subtract((PLACES, 1), ((1,), 1))",
    "apply(color, initset(frozenset()))",
    "intersection(PLACES, ((3, 1),))",
]

NAMES = {**NAMESPACE, "I": I, "CELL": CELL, "PLACES": PLACES}


@pytest.mark.parametrize("call", VALUES)
def test_value(call):
    got = eval(call, dict(NAMES))
    assert (plain(got) == VALUES[call] and type(got) is not bool) or got is VALUES[call]


@pytest.mark.parametrize("call", ERRORS)
def test_error(call):
    with pytest.raises(DslError):
        eval(call, dict(NAMES))


PROGRAMS = {
    "x1 = first(I)\n x2 = height(x1)\n return canvas(x2, UNITY)": ((2,),),
    "x1 = asobject(I)\n x2 = product(x1, x1)\n x3 = apply(color, x2)\n x4 = maximum(x3)\n"
    " return canvas(x4, UNITY)": ((1,),),
    "x1 = ofcolor(I, NINE)\n x2 = ulcorner(x1)\n x3 = equality(x2, ORIGIN)\n x4 = branch(x3, ONE, TWO)\n"
    " return canvas(x4, UNITY)": ((2,),),
}


@pytest.mark.parametrize("lines", PROGRAMS)
def test_program(lines):
    assert parse_program(f"def solve(I):\n {lines}").evaluate(I) == PROGRAMS[lines]


def test_python_functions_lists_arrays_and_keywords():
    assert dsl.apply(lambda x: x**2, (1, 2)) == (1, 4)
    assert dsl.rbind(lambda a, b: a - b, 2)(5) == 3
    assert dsl.compose(lambda x: [x, [x]], dsl.size)((7,)) == (1, (1,))
    assert dsl.rapply((abs, lambda x: x + 1), -3) == (3, -2)
    assert dsl.order((3, 1, 2), key := lambda x: -x) == (3, 2, 1)
    assert dsl.matcher(key, 1) == dsl.matcher(key, 1) != dsl.matcher(lambda x: -x, 1)
    with pytest.raises(DslError, match=r"apply\(function, IntegerTuple\): integer division"):
        dsl.apply(lambda x: 1 // x, (0, 1))
    assert dsl.rot90([[1, 2], [3, 4]]) == dsl.rot90(numpy.array([[1, 2], [3, 4]])) == ((3, 1), (4, 2))
    assert dsl.canvas(numpy.int64(3), (1, numpy.uint8(2))) == ((3, 3),)
    by_name = dsl.objects(grid=I, without_bg=True, diagonal=False, univalued=True)
    assert by_name == dsl.objects(I, True, False, True)
    assert dsl.fill(I, patch=dsl.ofcolor(I, 1), value=5) == ((5, 0), (0, 5))
    with pytest.raises(DslError, match="rot90: grid were expected by name, not board"):
        dsl.rot90(board=I)
    assert json.dumps(dsl.rot90(I), default=list) == "[[0, 1], [1, 0]]"
    assert json.dumps(dsl.canvas(0, (2, 0)), default=list) == "[[], []]"


def test_python_functions_with_the_names_of_others():
    """A function is what it does, whatever it is called: in loops, over cells, places and rows."""
    big = tuple(range(3000))

    def named(name, function):
        function.__name__ = name
        return function

    for by in (1, 2):
        for name in ("f", "halve", "<lambda>"):
            add = named(name, lambda x, by=by: x + by)
            assert dsl.apply(dsl.compose(add, dsl.increment), big)[:2] == (by + 1, by + 2)
    cells = frozenset({(1, (0, 0)), (1, (0, 1))})
    assert dsl.sfilter(cells, named("first", lambda cell: cell[1][1])) == {(1, (0, 1))}
    places = frozenset({(0, 0), (0, 1)})
    for name in ("neighbors", "dneighbors"):
        assert dsl.mapply(named(name, lambda place: {place[::-1]}), places) == {(0, 0), (1, 0)}
    grid = dsl.hmirror(I)
    assert dsl.papply(named("pair", lambda a, b: a[0] + b[1]), grid, grid) == (1, 1)


def shared(layers):
    """A function of 2 to the power of `layers` parts, of which each layer is made once."""
    function = dsl.identity
    for _ in range(layers):
        function = dsl.fork(dsl.equality, function, function)
    return function


def test_functions_of_many_parts():
    function = dsl.increment
    for _ in range(100):
        function = dsl.compose(dsl.fork(dsl.add, dsl.increment, dsl.identity), function)
    assert function.parts > 400
    assert dsl.chain(dsl.even, function, dsl.identity)(1) == dsl.even(function(1))
    with pytest.raises(LimitError, match=f"a function of over {MAX_LAYERS} layers"):
        for _ in range(MAX_LAYERS):
            function = dsl.compose(dsl.identity, function)


def test_parts_that_are_shared_are_gone_through_once():
    """Equality, order and text of functions whose expressions would fill the world."""
    one, two, other = shared(100), shared(100), shared(101)
    assert one == two and hash(one) == hash(two) and one != other
    assert dsl.size(dsl.insert(other, dsl.insert(two, dsl.initset(one)))) == 2
    assert [len(text.expression) < 100 for text in (one, other)] == [
        True,
        True,
    ] and one.expression != other.expression
    assert dsl.totuple(frozenset({one, other})) == dsl.totuple(frozenset({other, two}))
    with pytest.raises(LimitError):
        one(1)


def test_equal_functions_whatever_their_arguments_are_kept_as():
    assert dsl.rbind(dsl.fill, dsl.ofcolor(I, 1)) == dsl.rbind(dsl.fill, frozenset({(0, 0), (1, 1)}))
    assert dsl.lbind(dsl.index, dsl.hmirror(I)) == dsl.lbind(dsl.index, ((0, 1), (1, 0)))
    assert dsl.matcher(dsl.size, True) == dsl.matcher(dsl.size, 1) != dsl.matcher(dsl.size, 2)
