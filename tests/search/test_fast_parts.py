"""The search's fast parts against naive ones."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as grids_of

from kaggle_batt.dsl.extensions.combining.rules import CONTEXTS, OWN, stamped, swept, turned
from kaggle_batt.dsl.extensions.geometry import STEPS
from kaggle_batt.dsl.extensions.lines import all_rays
from kaggle_batt.programs.program import Program
from kaggle_batt.search.catalog import operations
from kaggle_batt.search.expression import INPUT
from kaggle_batt.search.finishers.cell_rules.stencil import Stencil, Stenciler
from kaggle_batt.search.finishers.cell_rules.sweep import SWEEP, _like_table, _plain_table, directions
from kaggle_batt.search.finishers.decisions import CellTests, make_tests
from kaggle_batt.search.finishers.finisher import Workspace
from kaggle_batt.search.finishers.pictures import BY_HEART, PENALTY, PICTURES
from kaggle_batt.search.finishers.sheet import Sheet
from kaggle_batt.search.priority import CONTAINING, Priority, contains
from kaggle_batt.search.solutions import Solutions
from kaggle_batt.search.states import Pool, State, resized, state_of
from kaggle_batt.search.step_budget import StepBudget
from tests.search.finished import finished

PLENTY = 10**9


def grid(text: str) -> Any:
    """A grid written as rows of digits between slashes."""
    return np.array([[int(digit) for digit in row] for row in text.split("/")], np.uint8)


def colors(most: int, shape: tuple[int, int] = (3, 4)) -> Any:
    """Grids of one shape with colors up to the most."""
    return grids_of.arrays(np.uint8, shape, elements=st.integers(0, most))


def sheet_of(outputs: list[Any], tests: int = 1) -> Sheet:
    """A sheet for states of the outputs' shapes, and as many tests shaped like the first."""
    shapes = tuple([output.shape for output in outputs] + [outputs[0].shape] * tests)
    return Sheet(outputs, shapes, StepBudget(PLENTY))


@settings(max_examples=60, deadline=None)
@given(
    layers=st.lists(st.tuples(colors(3), colors(3), st.booleans()), min_size=1, max_size=6), output=colors(2)
)
def test_tests_are_all_distinct_questions(layers: list[Any], output: Any) -> None:
    """make_tests keeps the first of each question and its opposite, against a naive search for them."""
    sheet = sheet_of([output])
    cells = [a.tobytes() + b.tobytes() for a, b, _ in layers]
    made = sheet.layers([(cells[k], ((str(k),), k, picture)) for k, (_, _, picture) in enumerate(layers)])
    seen: list[set[int]] = []
    wanted = []
    everything = set(range(output.size))
    for k, (demo, test, picture) in enumerate(layers):
        values = sorted(set(demo.ravel().tolist()) | set(test.ravel().tolist()))
        if len(values) < 2:
            continue
        flat = demo.ravel()
        asked = [(value, False, set(np.flatnonzero(flat == value).tolist())) for value in values]
        if not picture and len(values) > 2:
            asked += [(value, True, set(np.flatnonzero(flat >= value).tolist())) for value in values[1:]]
        for value, at_least, cells in asked:
            if cells in ([], everything, set()) or cells in seen or everything - cells in seen:
                continue
            seen.append(cells)
            wanted.append((str(k), value, at_least, k + (3 if at_least else 0)))
    tests = make_tests(sheet, made, 10_000)
    questions = map(tests.question, range(len(tests.rows)))
    got = [(layer.expression[0], value, least) for layer, value, least in questions]
    assert got == [one[:3] for one in wanted]
    assert tests.costs.tolist() == [one[3] for one in wanted]


@settings(max_examples=40, deadline=None)
@given(array=colors(3, (4, 7)), mask=colors(1, (4, 7)))
def test_bits_are_counted(array: Any, mask: Any) -> None:
    """Counting along memory gives what a loop over the cells gives."""
    sheet = sheet_of([array])
    (layer,) = sheet.layers([(array.tobytes() * 2, (("a",), 0, True))])
    words = sheet.bits(np.concatenate([mask.ravel() > 0, np.zeros(sheet.length - mask.size, bool)])[None])[0]
    tests = CellTests(sheet, layer.rows, np.zeros(len(layer.rows), np.int64), [], [])
    found = tests.counts(words[: sheet.words])
    assert found.tolist() == [int(((array == value) & (mask > 0)).sum()) for value in layer.values.tolist()]


@settings(max_examples=30, deadline=None)
@given(
    before=st.lists(colors(2, (4, 4)), min_size=3, max_size=3),
    turns=st.integers(0, 3),
    context=st.integers(0, len(CONTEXTS) - 1),
    table=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 2, 10]), st.integers(0, 3)),
        min_size=1,
        max_size=3,
    ),
)
def test_no_sweep_is_sieved_out(before: list[Any], turns: int, context: int, table: list[Any]) -> None:
    """What a sweep made is found again: the sieve loses no state that a naive try of all ways takes."""
    rows = tuple([(own, *[seen] * len(CONTEXTS[context]), color) for own, seen, color in table])
    outputs = [turned(swept(turned(array, turns), context, 0, rows), -turns) for array in before[:2]]
    pool, naive = Pool(before, outputs, StepBudget(PLENTY)), 0
    solutions = finished(SWEEP, pool, [pool.root])
    for way in chain.from_iterable([ways for _, ways in directions(Workspace(pool, Solutions()))]):
        own = np.concatenate([turned(array, way.turns).ravel() for array in before[:2]])
        tables = [one for one in (_plain_table(own, way), _like_table(own, way)) if 0 < len(one) <= 8]
        naive += bool(tables)
    assert sum([sum(kinds.values()) for kinds in solutions.counts.values()]) == naive
    for kept in solutions.by_answers.values():
        for found in kept:
            program = Program.parse(found.program.text)
            for array, output in zip(before[:2], outputs, strict=True):
                assert program.evaluate(tuple(map(tuple, array.tolist()))) == tuple(
                    map(tuple, output.tolist())
                )


@settings(max_examples=60, deadline=None)
@given(
    array=colors(3, (5, 6)),
    marks=colors(2, (5, 6)),
    everywhere=st.integers(0, 1),
    table=st.lists(
        st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(0, OWN)), min_size=1, max_size=5
    ),
)
def test_stamping_is_cell_by_cell(array: Any, marks: Any, everywhere: int, table: list[Any]) -> None:
    """A stencil drawn at once is the stencil drawn entry by entry, mark by mark."""
    wanted = array.copy()
    for down, right, color in table:
        for row, column in np.argwhere(marks == 1).tolist():
            y, x = row + down, column + right
            if 0 <= y < 5 and 0 <= x < 6 and (everywhere or array[y, x] == 0):
                wanted[y, x] = array[row, column] if color == OWN else color
    assert (stamped(array, marks, 1, everywhere, tuple(table)) == wanted).all()


@settings(max_examples=60, deadline=None)
@given(array=colors(2, (5, 6)), part=colors(2, (2, 3)))
def test_contained_is_found_somewhere(array: Any, part: Any) -> None:
    """A part is contained where a loop over all places finds it."""
    naive = any((array[y : y + 2, x : x + 3] == part).all() for y in range(4) for x in range(4))
    whole, sought = [(one.shape, one.tobytes()) for one in (array, part)]
    assert contains(whole, sought, Counter(sought[1])) == naive


def same_size() -> tuple[Pool, State]:
    """A task where cells of 0 marked 1 in a state become 2, those marked 2 become 3, but for one cell."""
    inputs = [grid("0000/0500/0000"), grid("0050/0000/0000"), grid("5000/0000/0000")]
    marks = (grid("0110/0001/2000"), grid("1000/0110/2000"), grid("0010/1000/0200"))
    outputs = []
    for before, mark in zip(inputs[:2], marks, strict=False):
        after = np.where((before == 0) & (mark > 0), mark + 1, before).astype(np.uint8)
        after[2, 3] = 7
        outputs.append(after)
    pool = Pool(inputs, outputs, StepBudget(PLENTY))
    return pool, state_of(marks, ("over", ("blank", INPUT, 0), INPUT), 10, 1, "marks")


def test_explained_is_the_share_of_open_cells_settled() -> None:
    """Of the cells that the input's colors leave open, those that input and state together get right."""
    pool, state = same_size()
    priority = Priority(pool)

    def right(keys: list[Any]) -> int:
        by_key: dict[Any, list[int]] = {}
        for key, color in zip(keys, [c for o in pool.outputs for c in o.ravel().tolist()], strict=True):
            by_key.setdefault(key, []).append(color)
        return sum([max(map(group.count, group)) for group in by_key.values()])

    before = [c for g in pool.root.grids[:2] for c in g.ravel().tolist()]
    marks = [c for g in state.grids[:2] for c in g.ravel().tolist()]
    low, high = right(before), right(list(zip(before, marks, strict=True)))
    assert priority.explained(state) == 100 * (high - low) // (24 - low)
    assert priority.explained(pool.root) == 0


@pytest.mark.parametrize(("second", "found"), [("5500", True), ("0550", False)])
def test_outputs_that_come_again_are_chosen_by_a_measure(second: str, found: bool) -> None:
    """The picture of the most frequent color is a program; none is where every output is another."""
    inputs = [grid("11/00"), grid("01/00"), grid("02/02"), grid("02/00")]
    pool = Pool(inputs, [grid("5500"), grid(second), grid("0505")], StepBudget(PLENTY))
    solutions = finished(PICTURES, pool, [pool.root])
    texts = [program.program.text for programs in solutions.by_answers.values() for program in programs]
    assert any("(2, 4, 0, 5, 0, 5)" in text for text in texts) == bool(texts) == found


def test_a_measure_that_is_another_in_each_demo_is_doubted() -> None:
    """The number of colored cells learns the outputs by heart; that of colors says what two share."""
    inputs = [grid("100/000"), grid("110/000"), grid("112/000"), grid("111/000")]
    pool = Pool(inputs, [grid("5500"), grid("5500"), grid("0505")], StepBudget(PLENTY))
    solutions = finished(PICTURES, pool, [pool.root])
    rules = {(one.program.text.count("), (") + 1, one.penalty) for (one, *_) in solutions.by_answers.values()}
    assert rules == {(2, PENALTY), (3, BY_HEART)}


def test_containing_states_explain_much() -> None:
    """A larger state in which every output lies is worth more than one without it."""
    inputs = [grid("1234/5678/1111"), grid("2345/6781/3333"), grid("1111/2345/2222")]
    pool = Pool(inputs, [grid("23/67"), grid("34/78")], StepBudget(PLENTY))
    blank = state_of(tuple([np.zeros_like(one) for one in inputs]), ("blank", INPUT, 0), 2, 1, "blank")
    priority = Priority(pool)
    assert priority.explained(pool.root) == CONTAINING
    assert priority.explained(blank) == 0


@pytest.mark.parametrize(("name", "wanted"), [("stretched", "1122/1122"), ("tiled_over", "1212/1212")])
def test_sizes_come_from_another_state(name: str, wanted: str) -> None:
    """A small state is enlarged and repeated to the size of one that has the outputs' size."""
    pool = Pool([grid("1000/2000")] * 3, [grid("0000/0000")] * 2, StepBudget(PLENTY))
    small = state_of(tuple([grid("12")] * 3), ("nth", ("crops", INPUT), 0), 10, 1, "crops")
    made = {state.family: state for state in resized(pool, [small])}
    assert (made[name].grids[0] == grid(wanted)).all()


@settings(max_examples=60, deadline=None)
@given(array=colors(2, (4, 6)))
def test_rays_of_all_directions(array: Any) -> None:
    """All rays at once are those that steps cell by cell give."""
    height, width = array.shape
    for step, drawn in zip(STEPS, all_rays(array), strict=True):
        for row, column in np.ndindex(height, width):
            y, x = row, column
            while array[y, x] == 0 and 0 <= y - step[0] < height and 0 <= x - step[1] < width:
                y, x = y - step[0], x - step[1]
            assert drawn[row, column] == array[y, x]


@settings(max_examples=60, deadline=None)
@given(
    pair=st.tuples(colors(2, (4, 6)), colors(2, (3, 2))),
    rows=st.lists(
        st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, OWN)), min_size=1, max_size=6
    ),
    everywhere=st.integers(0, 1),
)
def test_stencils_on_the_board_of_all_demos(pair: Any, rows: Any, everywhere: int) -> None:
    """A stencil drawn on all demos at once is drawn as on each of them."""
    pool = Pool([*pair, pair[0]], list(pair), StepBudget(PLENTY))
    stenciler = Stenciler(Workspace(pool, Solutions()))
    places = stenciler.places[np.concatenate([grid.ravel() for grid in pair]) == 1]
    stencil = Stencil(pool.root, 1, everywhere, tuple(rows), places)
    made = stencil.on_board(stenciler.input, stenciler.stride)[stenciler.places]
    assert made.tolist() == [cell for one in stencil.on(list(pair), stenciler.demos) for cell in one.ravel()]


@settings(max_examples=4, deadline=None)
@given(inputs=st.lists(colors(3, (4, 5)), min_size=2, max_size=2, unique_by=bytes), many=st.integers(1, 6))
def test_results_made_ahead_are_those_made_alone(inputs: list[Any], many: int) -> None:
    """States expanded beside others have the children, for the steps, that they have one by one."""
    outputs = [np.where(inputs[0] > 0, 3, 1).astype(np.uint8)]
    found = []
    for most in (0, many):
        pool, families = Pool(inputs, outputs, StepBudget(PLENTY)), operations(inputs, outputs)
        turn = pool.expand(pool.root, families)[:8]
        children = [
            pool.expand(one, families, False, turn[k + 1 : k + 1 + most]) for k, one in enumerate(turn)
        ]
        kept = [(one.shapes, one.data, one.expression) for group in children for one in group]
        found.append((kept, pool.budget.used, sorted(map(len, pool.ready.values()))))
    assert found[0] == found[1]
    assert found[1][0]
