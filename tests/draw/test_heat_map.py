"""A heat map: colors by share, numbers in the cells, failures hatched, surplus columns counted."""

from __future__ import annotations

from kaggle_batt.draw.heat_map import EMPTY, MOST_COLUMNS, HeatMap
from kaggle_batt.draw.render import figure_of
from kaggle_batt.tasks.drawing import Shape, Text, drawing_svg
from tests.draw.test_charts import assert_all_text_is_inside, texts

SHARES = HeatMap(
    ["shape", "color"],
    ["one", "two", "three"],
    [[(4, 0, 0), (0, 4, 0), (2, 2, 0)], [(0, 0, 3), None, (3, 1, 1)]],
)


def cells(shown: HeatMap) -> list[Shape]:
    """The filled shapes, in the order of columns."""
    return [item for item in shown.drawing().items if isinstance(item, Shape) and item.fill != "none"]


def test_a_cell_is_colored_by_its_share() -> None:
    assert [cell.fill for cell in cells(SHARES)] == ["#56B4E9", EMPTY, "#E69F00", "#FFFFFF", "#AADAF4"]


def test_a_cell_with_a_failure_is_hatched() -> None:
    hatches = [item for item in SHARES.drawing().items if isinstance(item, Shape) and not item.closed]
    boxes = cells(SHARES)
    assert len(hatches) == 2
    for hatch, cell in zip(hatches, (boxes[1], boxes[4]), strict=True):
        (left, top), (right, bottom) = cell.lines[0][0], cell.lines[0][2]
        points = [point for line in hatch.lines for point in line]
        assert all([left <= x <= right and top <= y <= bottom for x, y in points])


def test_each_number_stands_in_its_cell_and_no_text_is_cut_off() -> None:
    numbers = [text for text in texts(figure_of(SHARES)) if text.isdigit()]
    assert numbers == ["4", "0", "0", "0", "0", "4", "2", "2", "3", "1"]
    assert {"shape", "color", "one", "two", "three"} <= set(texts(figure_of(SHARES)))
    for shown in (SHARES, HeatMap([], [], [], "Nothing"), HeatMap(["r" * 90], ["c" * 90], [[(10**6, 1, 1)]])):
        assert_all_text_is_inside(figure_of(shown))
        assert shown.drawing().html().startswith("<img ")


def test_columns_beyond_the_most_are_counted_in_the_title() -> None:
    names = [f"task {number}" for number in range(1234)]
    shown = HeatMap(["differ"], names, [[(1, 0, 0)] * 1234], "Scores")
    drawing = shown.drawing()
    assert drawing.name == "Scores (the first 40 of 1,234 columns)" and len(cells(shown)) == MOST_COLUMNS
    assert [item.text for item in drawing.items if isinstance(item, Text) and item.turned] == names[:40]


def test_a_turned_text_is_turned_in_both_media() -> None:
    turned = [text for text in figure_of(SHARES).axes[0].texts if text.get_rotation() == 90]
    assert [text.get_text() for text in turned] == ["one", "two", "three"]
    assert drawing_svg(SHARES.drawing()).count('transform="rotate(-90 ') == 3
