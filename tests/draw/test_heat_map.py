"""A heat map: colors by share, numbers in the cells, failures hatched, surplus columns counted."""

from __future__ import annotations

from typing import Any

from matplotlib.colors import to_hex

from kaggle_batt.draw.charts import MOST_COLUMNS, Score, heat_map
from tests.draw.test_charts import assert_all_text_is_inside, texts, y_names

ROWS, COLUMNS = ["shape", "color"], ["one", "two", "three"]
VALUES: list[list[Score | None]] = [[(4, 0, 0), (0, 4, 0), (2, 2, 0)], [(0, 0, 3), None, (3, 1, 1)]]


def cells(figure: Any) -> dict[tuple[int, int], Any]:
    """The cells by row and column."""
    boxes = figure.axes[0].patches
    return {(round(box.get_y() + 0.5), round(box.get_x() + 0.5)): box for box in boxes}


def test_a_cell_is_colored_by_its_share() -> None:
    """None is left blank."""
    found = {
        place: to_hex(box.get_facecolor()) for place, box in cells(heat_map(ROWS, COLUMNS, VALUES)).items()
    }
    blue, orange, half = "#56b4e9", "#e69f00", "#abdaf4"
    assert found == {(0, 0): blue, (0, 1): orange, (0, 2): "#ffffff", (1, 0): "#eeeeee", (1, 2): half}


def test_a_cell_with_a_failure_is_hatched() -> None:
    hatched = {place for place, box in cells(heat_map(ROWS, COLUMNS, VALUES)).items() if box.get_hatch()}
    assert hatched == {(1, 0), (1, 2)}


def test_each_number_stands_in_its_cell_and_no_text_is_cut_off() -> None:
    figure = heat_map(ROWS, COLUMNS, VALUES)
    assert texts(figure) == ["4\n0", "0\n4", "2\n2", "0\n0", "3\n1"]
    places = [tuple(map(int, reversed(text.get_position()))) for text in figure.axes[0].texts]
    assert places == list(cells(figure))
    assert y_names(figure) == ROWS
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == COLUMNS
    for shown in (
        figure,
        heat_map([], [], [], "Nothing"),
        heat_map(["r" * 90], ["c" * 90], [[(10**6, 1, 1)]]),
    ):
        assert_all_text_is_inside(shown)


def test_columns_beyond_the_most_are_counted_in_the_title() -> None:
    names = [f"task {number}" for number in range(1234)]
    figure = heat_map(["differ"], names, [[(1, 0, 0)] * 1234], "Scores")
    assert figure.axes[0].get_title(loc="left") == "Scores (the first 40 of 1,234 columns)"
    assert len(cells(figure)) == MOST_COLUMNS
    shown = figure.axes[0].get_xticklabels()
    assert [label.get_text() for label in shown] == names[:40]
    assert {label.get_rotation() for label in shown} == {90}
