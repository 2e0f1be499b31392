"""The short ways for sets of a few places, and for rows, against frozensets and tuples, steps included."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaggle_batt.dsl import PRIMITIVES, Grid
from kaggle_batt.dsl.primitives import containers
from kaggle_batt.dsl.values import set_algebra as setalgebra
from kaggle_batt.dsl.values.boards import TALL, rectangle
from kaggle_batt.dsl.values.build import make_set, part_of
from kaggle_batt.dsl.values.limits import budget
from kaggle_batt.dsl.values.sets import same, weigh
from kaggle_batt.dsl.values.shapes import EMPTY, Indices, is_location
from tests.plain import plain

#: near the corner, around the stride of 64, and far away
numbers = st.integers(-9, 9) | st.integers(55, 75) | st.integers(-140, 140)
places = st.tuples(numbers, numbers)
sets = st.frozensets(places, max_size=6)
many = settings(max_examples=300, deadline=None)


def spent(call: Any, *args: Any) -> tuple[Any, int]:
    """The value, and the steps that the call took."""
    with budget(1 << 30) as meter:
        value = call(*args)
        return value, (1 << 30) - meter.left


def exact(value: Any, expected: frozenset[Any]) -> None:
    """The value is that set, in its one representation."""
    assert plain(value) == expected
    known = make_set(list(expected))
    assert type(value) is type(known) and same(value, known) and hash(value) == hash(expected)
    assert value.ordered() == tuple(sorted(expected))


@many
@given(places, sets)
def test_a_place_more(place: tuple[int, int], patch: frozenset[Any]) -> None:
    exact(PRIMITIVES["insert"].call(place, make_set(list(patch))), patch | {place})


@many
@given(places, sets.filter(bool))
def test_a_place_more_takes_the_same_steps(place: tuple[int, int], patch: frozenset[Any]) -> None:
    """As many as the union of two patches, or where it is in the box, one for eight rows."""
    own = make_set(list(patch))
    assert isinstance(own, Indices)
    inside = 0 <= place[0] - own.top < own.height and 0 <= place[1] - own.left < own.width
    steps = own.height >> 3 if inside else spent(setalgebra.union, own, Indices(*place, 1, 1, 1))[1]
    assert spent(containers.insert, place, own)[1] == steps


@pytest.mark.parametrize("place", [(True, 2), (0, False), (True, False)])
def test_truth_values_as_numbers(place: tuple[Any, Any]) -> None:
    """They are kept as the numbers that they equal."""
    for patch in ([(5, 5)], [(0, 0), (2, 2)]):
        value = PRIMITIVES["insert"].call(place, make_set(patch))
        exact(value, frozenset([*patch, place]))
        assert {type(number) for row in value.ordered() for number in row} == {int}
    value = PRIMITIVES["initset"].call(place)
    assert value == {place} and type(value.top) is int


@many
@given(sets, sets)
def test_places_of_both(a: frozenset[Any], b: frozenset[Any]) -> None:
    own, other = make_set(list(a)), make_set(list(b))
    exact(PRIMITIVES["intersection"].call(own, other), a & b)
    exact(PRIMITIVES["intersection"].call(other, own), a & b)
    exact(PRIMITIVES["difference"].call(own, other), a - b)


@many
@given(st.integers(60, 75), st.integers(1, 4), places, sets)
def test_a_wide_patch_seen_by_a_narrow_one(
    width: int, height: int, corner: tuple[int, int], few: frozenset[Any]
) -> None:
    """A patch wider than 63 has rows further apart."""
    whole = {(corner[0] + i, corner[1] + j) for i in range(height) for j in range(width)}
    inner = few | {(corner[0] + height - 1, corner[1] + 10)}
    wide, own = make_set(list(whole)), make_set(list(inner))
    exact(PRIMITIVES["intersection"].call(own, wide), inner & whole)
    exact(PRIMITIVES["difference"].call(own, wide), inner - whole)
    exact(PRIMITIVES["intersection"].call(wide, own), inner & whole)


@many
@given(st.lists(numbers | st.booleans() | st.none() | places | st.just(EMPTY), max_size=9))
def test_first_occurrences(items: list[Any]) -> None:
    """Of atoms and of anything beside atoms: the first of those that are equal."""
    expected: list[Any] = []
    for item in items:
        if item not in expected:
            expected.append(item)
    got = PRIMITIVES["dedupe"].call(tuple(items))
    assert got == tuple(expected) and list(map(type, got)) == list(map(type, expected))


@pytest.mark.parametrize("height", [1, 2, 3, TALL, TALL + 1, 200])
@pytest.mark.parametrize("width", [1, 2, 30, 70])
@pytest.mark.parametrize("colors", [(0, 9), (-128, 127)])
def test_rows_and_lines(height: int, width: int, colors: tuple[int, int]) -> None:
    """Rows of every form of a grid, colors below 0 included."""
    low, high = colors
    rows = [tuple(low + (i * i + j) % 7 % (high - low + 1) for j in range(width)) for i in range(height)]
    data = bytes([cell & 255 for row in rows for cell in row])
    grid = Grid(height, width, data)
    assert grid[:2] == tuple(rows[:2]) and grid.rows == tuple(rows)
    assert grid.colors() == sorted({cell for row in rows for cell in row})
    assert list(grid.lines) == [data[i : i + width] for i in range(0, len(data), width)]
    assert PRIMITIVES["dedupe"].call(grid) == tuple(dict.fromkeys(rows))
    assert PRIMITIVES["pair"].call(grid, (1, 2)) == tuple(zip(rows, (1, 2), strict=False))


near = st.frozensets(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9)


@given(near, near)
def test_lines_between_places(a: frozenset[Any], b: frozenset[Any]) -> None:
    """`connect` of every pair, also within one set, steps included."""
    connect, prapply = PRIMITIVES["connect"], PRIMITIVES["prapply"]
    for first, second in ((a, b), (a, a)):
        lines = [spent(connect.call, x, y) for x in first for y in second]
        got, steps = spent(prapply.call, connect, make_set(list(first)), make_set(list(second)))
        known = make_set([line for line, _ in lines])
        assert same(got, known) and len(got) == len(known)
        assert steps == len(lines) + sum([step for _, step in lines])


@given(near, near)
def test_parts_of_a_product_weigh_what_is_in_them(a: frozenset[Any], b: frozenset[Any]) -> None:
    colored = make_set([(number, place) for number, place in enumerate(b)])
    pairs = PRIMITIVES["product"].call(make_set(list(a)), colored)
    part = part_of(pairs, list(pairs.items[::2]))
    assert [weigh(whole) for whole in (pairs, part)] == [5 * len(pairs), 5 * len(part)]
    assert weigh(part) == weigh(tuple(part.items))


@pytest.mark.parametrize("color", [-128, -1, 0, 9, 127])
def test_a_canvas_knows_its_planes(color: int) -> None:
    for size in ((1, 1), (2, 70), (30, 30), (31, 31)):
        grid = PRIMITIVES["canvas"].call(color, size)
        assert grid.planes == Grid(*size, grid.data).planes == ((color, rectangle(*size)),)


@many
@given(st.tuples(numbers | st.booleans(), numbers | st.booleans() | places) | numbers | st.booleans())
def test_the_set_of_one(value: Any) -> None:
    for _ in range(2):  # the second time it is one that was kept
        got = PRIMITIVES["initset"].call(value)
        assert got == frozenset([value]) and type(got) is type(make_set([value]))
        assert is_location(value) == isinstance(got, Indices)


def test_few_sets_of_one_are_kept() -> None:
    for number in range(10_000):
        assert PRIMITIVES["initset"].call((number, 0)) == {(number, 0)}
    assert containers._single.cache_info().currsize <= 4096
