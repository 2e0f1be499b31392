"""Laws of the language, for any grid, object or number that hypothesis thinks of."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaggle_batt import dsl
from tests import oracle
from tests.plain import plain

colors = st.integers(0, 9)
numbers = st.integers(-1000, 1000)
locations = st.tuples(st.integers(-40, 40), st.integers(-40, 40))
numericals = numbers | locations
indices = st.frozensets(locations, max_size=20)
some_indices = st.frozensets(locations, min_size=1, max_size=20)
objects = st.frozensets(st.tuples(colors, locations), min_size=1, max_size=20)
patches = some_indices | objects


@st.composite
def grids(draw, largest=12):
    """Any grid up to `largest` on a side, of few colors."""
    height, width = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    palette = draw(st.lists(colors, min_size=1, max_size=4))
    cell = st.sampled_from(palette)
    row = st.lists(cell, min_size=width, max_size=width).map(tuple)
    return tuple(draw(st.lists(row, min_size=height, max_size=height)))


pieces = grids() | patches
laws = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@laws
@given(grids())
def test_rotations(grid):
    quarter = dsl.rot90(grid)
    assert dsl.rot90(dsl.rot90(dsl.rot90(quarter))) == grid
    assert dsl.rot180(grid) == dsl.rot90(quarter) and dsl.rot270(quarter) == grid
    assert dsl.rot90(grid) == dsl.vmirror(dsl.dmirror(grid))
    assert quarter == tuple(zip(*grid[::-1], strict=True))


@laws
@given(pieces)
@pytest.mark.parametrize("mirror", [dsl.hmirror, dsl.vmirror, dsl.dmirror, dsl.cmirror], ids=repr)
def test_mirrors_undo_themselves(mirror, piece):
    assert mirror(mirror(piece)) == piece


@laws
@given(pieces)
def test_mirrors_together(piece):
    assert dsl.cmirror(piece) == dsl.hmirror(dsl.vmirror(dsl.dmirror(piece)))
    assert dsl.shape(dsl.dmirror(piece)) == dsl.shape(piece)[::-1]


@laws
@given(patches, locations, locations)
def test_shift_there_and_back(patch, way, other):
    there = dsl.shift(patch, way)
    assert dsl.shift(there, dsl.invert(way)) == patch
    assert dsl.shift(there, other) == dsl.shift(patch, dsl.add(way, other))
    assert dsl.normalize(there) == dsl.normalize(patch)
    assert dsl.ulcorner(dsl.normalize(patch)) == (0, 0)
    assert dsl.shape(there) == dsl.shape(patch) and dsl.size(there) == len(patch)


@laws
@given(patches)
def test_boxes(patch):
    places = plain(dsl.toindices(patch))
    backdrop = plain(dsl.backdrop(patch))
    assert places <= backdrop and plain(dsl.delta(patch)) == backdrop - places
    assert len(backdrop) == dsl.height(patch) * dsl.width(patch)
    assert plain(dsl.corners(patch)) <= plain(dsl.box(patch)) <= backdrop
    assert plain(dsl.inbox(dsl.outbox(patch))) == dsl.box(patch)
    assert not plain(dsl.outbox(patch)) & backdrop


def components(grid, univalued, diagonal, without_bg):
    """Connected components by joining neighbours pair by pair, the plainest way there is."""
    cells = {(i, j): color for i, row in enumerate(grid) for j, color in enumerate(row)}
    counts = sorted((-list(cells.values()).count(color), color) for color in set(cells.values()))
    background = counts[0][1] if without_bg else None
    label = {place: place for place, color in cells.items() if color != background}
    changed = True
    while changed:
        changed = False
        for i, j in label:
            for k, m in label:
                near = max(abs(i - k), abs(j - m)) == 1 and (diagonal or i == k or j == m)
                alike = not univalued or cells[i, j] == cells[k, m]
                if near and alike and label[k, m] < label[i, j]:
                    label[i, j] = label[k, m]
                    changed = True
    return {
        frozenset((cells[place], place) for place in label if label[place] == name) for name in label.values()
    }


@settings(laws, max_examples=25)
@given(grids(largest=6), st.booleans(), st.booleans(), st.booleans())
def test_objects_are_the_connected_components(grid, univalued, diagonal, without_bg):
    assert dsl.objects(grid, univalued, diagonal, without_bg) == components(
        grid, univalued, diagonal, without_bg
    )


@laws
@given(grids(largest=30))
def test_objects_cover_the_grid_once(grid):
    found = plain(dsl.objects(grid, True, False, False))
    assert sum(map(len, found)) == len(grid) * len(grid[0])
    assert dsl.merge(found) == dsl.asobject(grid) == dsl.merge(dsl.partition(grid))


@laws
@given(grids(), objects, locations)
def test_painting(grid, obj, way):
    painted = dsl.paint(grid, obj)
    assert dsl.shape(painted) == dsl.shape(grid)
    assert dsl.paint(painted, dsl.toobject(obj, grid)) == grid
    assert dsl.paint(grid, dsl.asobject(grid)) == grid
    assert dsl.fill(grid, 3, obj) == dsl.paint(grid, dsl.recolor(3, obj))
    assert dsl.move(grid, obj, way) == dsl.paint(dsl.cover(grid, obj), dsl.shift(obj, way))


@laws
@given(grids(), grids(), colors, st.integers(1, 3))
def test_sizes_of_joined_and_scaled_grids(a, b, color, n):
    assert dsl.downscale(dsl.upscale(a, n), n) == a
    assert dsl.upscale(a, n) == dsl.vupscale(dsl.hupscale(a, n), n)
    assert dsl.hsplit(dsl.hconcat(a, a), 2) == (a, a) and dsl.vsplit(dsl.vconcat(a, a), 2) == (a, a)
    assert dsl.crop(dsl.vconcat(a, a), (len(a), 0), dsl.shape(a)) == a
    assert dsl.crop(dsl.hconcat(b, b), dsl.tojvec(dsl.width(b)), dsl.shape(b)) == b
    assert dsl.cellwise(a, a, color) == a
    assert dsl.palette(dsl.canvas(color, dsl.shape(b))) == {color}


@laws
@given(grids(), colors, colors)
def test_colors(grid, a, b):
    assert dsl.switch(dsl.switch(grid, a, b), a, b) == grid == dsl.switch(grid, a, a)
    assert dsl.colorcount(dsl.replace(grid, a, b), a) == (dsl.colorcount(grid, a) if a == b else 0)
    assert dsl.size(dsl.ofcolor(grid, a)) == dsl.colorcount(grid, a)
    assert dsl.mostcolor(grid) in plain(dsl.palette(grid)) and dsl.numcolors(grid) == len(dsl.palette(grid))
    most, least = dsl.mostcolor(grid), dsl.leastcolor(grid)
    assert dsl.colorcount(grid, most) >= dsl.colorcount(grid, a)
    assert dsl.colorcount(grid, least) <= min(dsl.colorcount(grid, c) for c in dsl.palette(grid))


@laws
@given(grids())
def test_occurrences_of_its_own_parts(grid):
    for obj in dsl.objects(grid, True, True, False):
        assert dsl.ulcorner(obj) in plain(dsl.occurrences(grid, obj))


@laws
@given(numericals, numericals)
def test_arithmetic(a, b):
    assert dsl.add(a, b) == dsl.add(b, a) and dsl.multiply(a, b) == dsl.multiply(b, a)
    assert dsl.add(dsl.subtract(a, b), b) == dsl.add(a, dsl.multiply(b, 0))
    assert dsl.invert(dsl.invert(a)) == a == dsl.decrement(dsl.increment(a))
    assert dsl.double(a) == dsl.add(a, a) and dsl.halve(dsl.double(a)) == a
    assert dsl.sign(dsl.crement(a)) == dsl.sign(a)


@laws
@given(indices, indices)
def test_sets(a, b):
    union, both = plain(dsl.combine(a, b)), plain(dsl.intersection(a, b))
    assert union == a | b and both == a & b and plain(dsl.difference(a, b)) == a - b
    assert dsl.totuple(a) == tuple(sorted(a))
    assert len(union) + len(both) == len(a) + len(b)
    for place in a:
        assert dsl.insert(place, dsl.remove(place, a)) == a


def inserted(items):
    """The set that inserting the items one after the other makes."""
    found = frozenset()
    for item in items:
        found = dsl.insert(item, found)
    return found


@laws
@given(st.lists(objects | some_indices | numericals | grids(largest=3), max_size=6))
def test_the_order_is_the_same_however_a_set_was_made(items):
    forwards, backwards = inserted(items), inserted(items[::-1])
    assert forwards == backwards == frozenset(items)
    assert dsl.totuple(forwards) == dsl.totuple(backwards) == oracle.ordered(frozenset(items))


@laws
@given(locations, locations)
def test_lines(a, b):
    line = plain(dsl.connect(a, b))
    assert line == plain(dsl.connect(b, a))
    straight = a[0] == b[0] or a[1] == b[1] or abs(a[0] - b[0]) == abs(a[1] - b[1])
    assert len(line) == (max(abs(a[0] - b[0]), abs(a[1] - b[1])) + 1 if straight else 0)
    assert not straight or {a, b} <= line
    assert dsl.manhattan(dsl.initset(a), dsl.initset(b)) == abs(a[0] - b[0]) + abs(a[1] - b[1])


@laws
@given(patches, patches)
def test_gravitate_ends_adjacent_or_far(source, destination):
    way = dsl.gravitate(source, destination)
    assert 0 in way
    moved = dsl.shift(source, way)
    assert dsl.adjacent(moved, destination) or max(map(abs, way)) == 42
    assert dsl.manhattan(source, destination) == dsl.manhattan(destination, source)


@laws
@given(st.lists(numbers, max_size=8).map(tuple))
def test_tuples(items):
    assert sorted(dsl.order(items, dsl.identity)) == list(dsl.order(items, dsl.identity))
    assert dsl.order(dsl.order(items, dsl.invert), dsl.identity) == dsl.order(items, dsl.identity)
    assert dsl.dedupe(items) == tuple(dict.fromkeys(items))
    assert dsl.maximum(items) == max(items, default=0)
    assert dsl.valmin(items, dsl.invert) == -dsl.maximum(items)
    assert dsl.merge(dsl.apply(dsl.rbind(dsl.repeat, 2), items)) == dsl.merge(dsl.pair(items, items))
    assert dsl.apply(dsl.compose(dsl.invert, dsl.double), items) == tuple(-2 * item for item in items)
