"""The picture of a value: grids, objects on their grid, sets, numbers, functions, failures."""

from __future__ import annotations

import time
from typing import Any

import pytest

from kaggle_batt import dsl
from kaggle_batt.draw.value_picture import MOST_CELLS, MOST_TEXT, items, short_text, value_picture
from kaggle_batt.dsl.values.build import adopt, grid_of, make_set
from kaggle_batt.dsl.values.sets import FSet
from kaggle_batt.dsl.values.shapes import EMPTY, Grid
from kaggle_batt.programs.calls import Failure
from kaggle_batt.tasks.picture import BLANK, Picture

GROUND = grid_of(((0, 0, 3), (0, 5, 0)))


def obj(*cells: tuple[int, int, int]) -> Any:
    """The object of (color, row, column)."""
    return make_set([(color, (row, column)) for color, row, column in cells])


def places(*at: tuple[int, int]) -> Any:
    return make_set(list(at))


@pytest.mark.parametrize("value", [GROUND, GROUND.rows])
def test_a_grid_is_its_cells(value: Any) -> None:
    assert value_picture(value) == Picture("2×3", [(0, 0, 3), (0, 5, 0)])


def test_an_object_lies_on_its_ground_with_all_other_cells_pale() -> None:
    shown = value_picture(obj((7, 0, 1), (3, 0, 2)), GROUND)
    assert shown.rows == [[0, 7, 3], [0, 5, 0]]
    assert shown.veil == {(0, 0), (1, 0), (1, 1), (1, 2)}
    assert (shown.marks, shown.boxes) == (frozenset(), ())
    assert shown.label == "object of 2 cells, 1×2 at (0, 1)"


def test_an_object_outside_its_ground_widens_the_picture_with_blank_cells() -> None:
    shown = value_picture(obj((7, -1, 3)), GROUND)
    assert shown.rows == [[BLANK] * 3 + [7], [0, 0, 3, BLANK], [0, 5, 0, BLANK]]
    assert (0, 3) not in shown.veil and len(shown.veil) == 11
    assert shown.label == "object of 1 cell, 1×1 at (-1, 3)"


def test_an_object_far_from_its_ground_is_drawn_alone() -> None:
    shown = value_picture(obj((7, 0, 1000), (8, 1, 1001)), GROUND)
    assert shown.rows == [[7, BLANK], [BLANK, 8]]
    assert "at (0, 1000)" in shown.label


@pytest.mark.parametrize(("column", "alone"), [(4, False), (5, True), (-2, False), (-3, True)])
def test_an_object_shifted_off_its_ground_by_more_than_half_of_it_is_drawn_alone(
    column: int, alone: bool
) -> None:
    shown = value_picture(obj((7, 0, column)), GROUND)
    assert shown.rows is not None and (shown.rows == [[7]]) is alone
    assert shown.label == f"object of 1 cell, 1×1 at (0, {column})"


def test_a_ground_as_large_as_arc_allows_is_not_widened() -> None:
    wide = Grid(2, 30, bytes(60))
    assert value_picture(obj((7, 0, 29)), wide).rows != [[7]]
    assert value_picture(obj((7, 0, 30)), wide).rows == [[7]]
    assert value_picture(obj((7, 0, 39)), Grid(2, 40, bytes(80))).rows != [[7]]


def test_an_object_without_ground_is_drawn_alone() -> None:
    assert value_picture(obj((7, 4, 4))).rows == [[7]]


def test_locations_are_framed_in_the_colors_of_the_ground() -> None:
    shown = value_picture(places((0, 2), (1, 1)), GROUND)
    assert shown.rows == [[0, 0, 3], [0, 5, 0]]
    assert shown.marks == {(0, 2), (1, 1)}
    assert shown.veil == {(0, 0), (0, 1), (1, 0), (1, 2)}
    assert shown.label.startswith("set of 2 locations")


def test_several_objects_have_a_box_each() -> None:
    two = make_set([obj((3, 0, 2)), obj((5, 1, 1))])
    shown = value_picture(two, GROUND)
    assert sorted(shown.boxes) == [(0, 2, 1, 1), (1, 1, 1, 1)]
    assert shown.veil == {(0, 0), (0, 1), (1, 0), (1, 2)}
    assert shown.label == "set of 2 objects"
    assert value_picture(tuple(two), GROUND).label == "tuple of 2 objects"
    assert items(two) == list(two.ordered())


def test_sets_of_locations_have_a_box_each() -> None:
    shown = value_picture(make_set([places((0, 0)), places((1, 2))]), GROUND)
    assert shown.label == "set of 2 sets of locations"
    assert len(shown.boxes) == 2 and shown.marks == {(0, 0), (1, 2)}


def test_a_tuple_of_cells_is_drawn_like_an_object() -> None:
    shown = value_picture(((3, (0, 2)), (5, (1, 1))), GROUND)
    assert shown.label == "tuple of 2 cells"
    assert shown.veil == {(0, 0), (0, 1), (1, 0), (1, 2)}
    assert items(((3, (0, 2)), (5, (1, 1)))) == []


def test_grids_in_a_container_stand_side_by_side() -> None:
    pair = (grid_of(((1,), (2,))), GROUND)
    shown = value_picture(pair)
    assert shown.rows == [[1, BLANK, 0, 0, 3], [2, BLANK, 0, 5, 0]]
    assert shown.label == "tuple of 2 grids"
    assert items(pair) == list(pair)
    many = value_picture((GROUND,) * 30)
    assert many.rows is not None and (len(many.rows), len(many.rows[0])) == (11, 31)
    assert [cell is BLANK for cell in many.rows[0]] == [x % 4 == 3 for x in range(31)]
    assert many.rows[2] == [BLANK] * 31 and many.rows[:2] == many.rows[3:5]
    assert value_picture((*pair, None)) == Picture("tuple of 3 grids", shown.rows)
    demos = ((GROUND, pair[0]),)
    assert value_picture(demos).label == "tuple of 1 pair of grids"
    assert items(demos) == [GROUND, pair[0]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (True, "T"),
        (False, "F"),
        ((3, -1), "(3, -1)"),
        ((4,), "(4,)"),
        ((), "()"),
        (None, "None"),
        (EMPTY, "empty set"),
        (FSet((4, 2)), "set of 2 {2, 4}"),
        (dsl.lookup("vmirror"), "vmirror"),
        ((GROUND, 5), "(grid 2×3, 5)"),
    ],
)
def test_anything_else_is_a_text(value: Any, text: str) -> None:
    assert value_picture(value) == Picture(text)


def test_a_function_is_its_expression() -> None:
    compose, rbind = dsl.lookup("compose"), dsl.lookup("rbind")
    assert compose is not None and rbind is not None
    made = compose(dsl.lookup("size"), rbind(dsl.lookup("recolor"), 3))
    assert value_picture(made).label == "compose(size, rbind(recolor, 3))"


def test_a_failure_does_not_look_like_a_value() -> None:
    assert value_picture(Failure("error", "x1: first(empty set): empty")).failed


def test_a_large_grid_is_cut_and_says_so() -> None:
    shown = value_picture(Grid(100, 300, bytes(30000)))
    assert shown.rows is not None and (len(shown.rows), len(shown.rows[0])) == (MOST_CELLS, MOST_CELLS)
    assert shown.label == f"100×300, of which the first {MOST_CELLS}×{MOST_CELLS}"


def test_huge_values_are_not_written_out() -> None:
    function = dsl.lookup("size")
    compose = dsl.lookup("compose")
    assert compose is not None
    for _ in range(7):  # 255 parts, just below the most that a function may have
        function = compose(function, function)
    huge = [function, tuple(range(300_000)), make_set(range(300_000)), ((0, 1),) * 200_000, (GROUND,) * 5_000]
    started = time.process_time()
    for value in huge:
        shown = value_picture(value, GROUND)
        assert len(shown.label) <= MOST_TEXT
        items(value)
    assert time.process_time() - started < 2


def test_equal_values_are_shown_alike_whatever_they_are_made_of() -> None:
    plain = frozenset({frozenset({(3, (0, 2))}), frozenset({(5, (1, 1))})})
    assert value_picture(adopt(plain), GROUND) == value_picture(
        make_set([obj((5, 1, 1)), obj((3, 0, 2))]), GROUND
    )


def test_short_text_is_cut_with_a_mark() -> None:
    assert short_text(tuple(range(100)), 12) == "(0, 1, 2, 3…"
