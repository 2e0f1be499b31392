"""Grids as figures, SVG and HTML: the official colors in each medium, nothing shifted or lost."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from typing import Any

import pytest

from kaggle_batt.draw import sheet as draw
from kaggle_batt.draw.render import figure_of, to_png
from kaggle_batt.draw.value_picture import value_picture
from kaggle_batt.programs.calls import Failure
from kaggle_batt.tasks import picture
from kaggle_batt.tasks.drawing import Drawing, Shape, Text, drawing_svg
from kaggle_batt.tasks.loading import load_tasks
from kaggle_batt.tasks.picture import EQUAL, SIDE, Split, cell_size, grid_picture, shape_of
from kaggle_batt.tasks.sheet import sheet_of
from kaggle_batt.tasks.task import Sample, Task

OFFICIAL = ["#000000", "#0074D9", "#FF4136", "#2ECC40", "#FFDC00"]
OFFICIAL += ["#AAAAAA", "#F012BE", "#FF851B", "#7FDBFF", "#870C25"]
TEN = ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9))
SAMPLE = Sample(((1, 2), (3, 4)), ((5,),))
HIDDEN = Sample(((1, 2, 3),), None)
TASK = Task("abcd", (SAMPLE, SAMPLE), (SAMPLE, HIDDEN), "")


def texts(figure: Any) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]


def grid_boxes(figure: Any) -> list[tuple[float, float, float, float]]:
    """(left, top, right, bottom) in pixels of each grid of a figure, from its lines."""
    found = []
    for part in figure.axes[0].collections:
        if is_grid_lines(part):
            points = [point for path in part.get_paths() for point in path.vertices]
            xs, ys = [x for x, _ in points], [y for _, y in points]
            found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def is_grid_lines(part: Any) -> bool:
    from matplotlib.colors import to_hex

    return len(part.get_edgecolor()) > 0 and to_hex(part.get_edgecolor()[0]) == "#555555"


def drawn_colors(figure: Any, grid: Any) -> list[list[str]]:
    """The colors of the pixels in the middle of each cell of a figure's only grid, read from its PNG."""
    from PIL import Image

    image = Image.open(io.BytesIO(to_png(figure))).convert("RGB")
    ((left, top, right, bottom),) = grid_boxes(figure)
    height, width = len(grid), len(grid[0])
    cell = (right - left) / width
    assert cell == pytest.approx((bottom - top) / height), "cells are squares"
    columns = [int(left + (x + 0.5) * cell) for x in range(width)]
    lines = [int(top + (y + 0.5) * cell) for y in range(height)]
    return [["#" + bytes(image.getpixel((x, y))).hex().upper() for x in columns] for y in lines]


def draw_grid(grid: Any, title: str = "", marks: Sequence[tuple[int, int]] = ()) -> Any:
    return figure_of(sheet_of([[grid_picture(grid, title, marks=marks)]], side=270))


def draw_task(task: Task, predictions: Any) -> Any:
    return figure_of(draw.task_sheet(task, predictions))


def pair(sample: Sample, title: str = "") -> Any:
    shown = picture.sample_pictures("", sample.input, sample.output)
    return figure_of(sheet_of([[one] for one in shown], title))


def difference(expected: Any, got: Any) -> Any:
    shown = [grid_picture(expected, "expected"), grid_picture(got, "got")]
    return figure_of(sheet_of([[one] for one in (*shown, draw.difference_picture(expected, got))]))


def filmstrip(steps: Sequence[tuple[str, Any]]) -> Any:
    shown = [value_picture(value, title=f"{n}. {label}") for n, (label, value) in enumerate(steps, 1)]
    return figure_of(sheet_of([[one] for one in shown]))


def named(rows: Sequence[Sequence[int]]) -> list[list[str]]:
    return [[OFFICIAL[cell] for cell in row] for row in rows]


# -- matplotlib -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grid", [TEN, ((3,),), ((7, 7), (7, 7)), ((4, 5),), ((9,), (8,), (0,))])
def test_cells_have_the_official_colors_whatever_else_the_grid_holds(grid: Any) -> None:
    assert drawn_colors(draw_grid(grid), grid) == named(grid)


def test_all_of_a_large_grid_is_drawn() -> None:
    grid = load_tasks(only="1f85a75f")["1f85a75f"].demo[0].input
    assert (len(grid), len(grid[0])) == (30, 30)
    assert drawn_colors(draw_grid(grid), grid) == named(grid)


def test_cells_that_are_no_color_are_white_and_crossed() -> None:
    figure = draw_grid(((10, 1), (-1, 2)))
    assert [row[1] for row in drawn_colors(figure, ((10, 1), (-1, 2)))] == OFFICIAL[1:3]
    fills, crosses = svg_parts(((10, 1), (-1, 2)))
    assert list(fills.values()).count("#FFFFFF") == 2 and len(crosses) == 2 * 2


def test_grid_lines_enclose_every_cell() -> None:
    (lines,) = [part for part in draw_grid(((1, 2, 3), (4, 5, 6))).axes[0].collections if is_grid_lines(part)]
    assert len(lines.get_paths()) == 4 + 3


def test_marked_cells_get_a_black_and_a_white_frame() -> None:
    from matplotlib.colors import to_hex

    frames = draw_grid(TEN, marks=[(0, 0), (1, 4)]).axes[0].collections[-2:]
    assert [len(frame.get_paths()) for frame in frames] == [2, 2]
    assert [to_hex(frame.get_edgecolor()[0]) for frame in frames] == ["#000000", "#ffffff"]


def test_a_grid_without_cells() -> None:
    assert "0×0: no cells" in texts(draw_grid(()))
    assert "2×0: no cells" in texts(draw_grid(((), ())))


def test_pair_and_hidden_pair() -> None:
    assert texts(pair(SAMPLE, "demo 1")) == ["demo 1", "input", "2×2", "output", "1×1"]
    hidden = pair(HIDDEN)
    assert len(grid_boxes(hidden)) == 1 and "hidden" in texts(hidden)


def test_task_shows_every_sample_and_judges_predictions() -> None:
    task = Task("abcd", (SAMPLE, SAMPLE), (SAMPLE, HIDDEN), "")
    figure = draw_task(task, [[((5,),), ((6,),)], [((0, 0),)]])
    shown = texts(figure)
    assert len(grid_boxes(figure)) == 4 + 2 + 1 + 3
    assert shown[0] == "task abcd"
    assert {"demo 2 output", "test 2 input", "hidden", "test 1 attempt 2", "test 2 attempt 1"} <= set(shown)
    assert shown.count("1×1 · right") == 1 and shown.count("1×1 · wrong") == 1
    assert shown[shown.index("test 2 attempt 1") + 1] == "1×2"


def test_predictions_of_another_shape_are_wrong_and_unmarked() -> None:
    (shown,) = draw.attempt_pictures(((5,),), [((5, 5),)], "test 1")
    assert (shown.label, shown.marks) == ("1×2 · wrong", frozenset())
    (shown,) = draw.attempt_pictures(((5, 4),), [((5, 5),)], "test 1")
    assert (shown.label, shown.marks) == ("1×2 · wrong", {(0, 1)})


def test_samples_of_a_task_stay_together_and_the_chosen_one_is_framed() -> None:
    task = Task("t", (SAMPLE,) * 5, (SAMPLE, SAMPLE), "")
    sheet = draw.task_sheet(task, [[SAMPLE.output] * 2] * 2, ("test", 1))
    assert [group.framed for group in sheet.groups] == [False] * 6 + [True]
    places = {text.text: (text.x, text.y) for text in sheet.drawing().items if isinstance(text, Text)}
    first, second = places["test 1 input"], places["test 2 input"]
    assert second[1] > first[1] and places["test 2 attempt 1"][1] == second[1]
    assert places["test 2 attempt 1"][0] > second[0]


def test_difference() -> None:
    one, two = ((1, 2), (3, 4)), ((1, 5), (3, 6))
    assert "2 of 4: ◤ expected ◢ got" in texts(difference(one, two))
    shown = draw.difference_picture(one, two)
    assert shown.rows == [[EQUAL, Split(2, 5)], [EQUAL, Split(4, 6)]]
    triangles = {
        part.fill: part.lines
        for part in picture.grid_shapes(shown, 0, 0, 10)
        if isinstance(part, Shape) and part.lines and len(part.lines[0]) == 3
    }
    assert triangles == {
        OFFICIAL[2]: [[(20, 0), (10, 0), (10, 10)]],
        OFFICIAL[5]: [[(20, 0), (20, 10), (10, 10)]],
        OFFICIAL[4]: [[(20, 10), (10, 10), (10, 20)]],
        OFFICIAL[6]: [[(20, 10), (20, 20), (10, 20)]],
    }


def test_difference_of_equal_grids_and_with_none() -> None:
    assert "equal" in texts(difference(TEN, TEN))
    assert "nothing to compare" in texts(difference(None, TEN))


def test_difference_of_unlike_shapes_hatches_what_one_grid_lacks() -> None:
    assert list(draw.differences(((1, 2),), ((1,), (3,)))) == [(0, 1), (1, 0)]
    shown = draw.difference_picture(((1, 2),), ((1,), (3,)))
    assert shown.rows == [[EQUAL, Split(2, None)], [Split(None, 3), EQUAL]]
    assert shown.label == "2 of 4: ◤ expected ◢ got"


def test_filmstrip_numbers_its_steps_and_shows_other_values_as_text() -> None:
    steps = [(f"x{number} = f(I)", TEN if number % 2 else (number, "value")) for number in range(1, 10)]
    figure = filmstrip(steps)
    assert len(grid_boxes(figure)) == 5
    assert {"1. x1 = f(I)", "9. x9 = f(I)", "(2, 'value')"} <= set(texts(figure))


def test_a_dollar_sign_starts_no_formula() -> None:
    figure = filmstrip([(r"$\frac{1$", TEN), ("price", Failure("error", r"$\x$"))])
    assert to_png(figure) and {r"1. $\frac{1$", r"$\x$"} <= set(texts(figure))


def assert_texts_are_inside_and_apart(figure: Any) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text()]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, "cut off"
        assert not any(box.overlaps(other) for other in boxes[:number]), "overlap"


def test_labels_are_neither_cut_off_nor_overlap() -> None:
    long = "x12 = compose_everything(x11, first_of_all_objects(x10), lambda_like_thing, TWENTY) " * 3
    assert_texts_are_inside_and_apart(filmstrip([(long, TEN), ("short", long), (long, ((1,),) * 30)] * 4))
    assert_texts_are_inside_and_apart(draw_grid(TEN, long))
    task = load_tasks(only="1f85a75f")["1f85a75f"]
    assert_texts_are_inside_and_apart(draw_task(task, [[task.test[0].output, task.test[0].input]]))
    assert_texts_are_inside_and_apart(difference(((1,),) * 30, ((2,) * 30,) * 30))


def test_saved_bytes_are_the_same_each_time() -> None:
    first, second = (difference(TEN, ((1,),)) for _ in range(2))
    assert to_png(first) == to_png(second) == to_png(first)
    one, two = draw.task_sheet(TASK), draw.task_sheet(TASK)
    assert drawing_svg(one.drawing()) == drawing_svg(two.drawing())
    assert to_png(first).startswith(b"\x89PNG")
    ElementTree.fromstring(drawing_svg(one.drawing()))


def test_a_notebooks_style_changes_nothing() -> None:
    import matplotlib

    plain = to_png(pair(SAMPLE, "title"))
    with matplotlib.rc_context(
        {"text.color": "red", "font.size": 30, "savefig.bbox": "tight", "image.cmap": "gray"}
    ):
        assert to_png(pair(SAMPLE, "title")) == plain
        assert matplotlib.rcParams["font.size"] == 30


def test_a_figure_shows_itself_and_leaves_nothing_behind() -> None:
    from matplotlib import pyplot

    figure = pair(SAMPLE)
    assert figure._repr_png_() == to_png(figure)  # type: ignore[attr-defined]
    assert pyplot.get_fignums() == []


def test_importing_draw_and_showing_a_task_does_not_load_matplotlib() -> None:
    code = (
        "import sys, kaggle_batt.draw.sheet; from kaggle_batt import Sample, Task;"
        "s = Sample(((1,),), None); Task('a', (s,), (s,), '')._repr_html_();"
        "print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# -- SVG and HTML text ------------------------------------------------------------------------------------


def grid_drawing(grid: Any, **look: Any) -> Drawing:
    """A grid alone."""
    (height, width), cell = shape_of(grid), cell_size(grid, SIDE)
    shapes = picture.grid_shapes(grid_picture(grid, **look), 0.5, 0.5, cell)
    return Drawing(width * cell + 1, height * cell + 1, shapes)


def grid_svg(grid: Any, **look: Any) -> str:
    return drawing_svg(grid_drawing(grid, **look))


def svg_parts(grid: Any) -> tuple[dict[tuple[int, int], str], list[str]]:
    """(row, column) → color, from the filled rectangles of a grid's SVG; the crosses' lines."""
    svg = grid_drawing(grid)
    side = (svg.width - 1) / len(grid[0])
    cells: dict[tuple[int, int], str] = {}
    crosses: list[str] = []
    for path in ElementTree.fromstring(drawing_svg(svg)).iter("{http://www.w3.org/2000/svg}path"):
        lines = re.findall(r"M([^M]+)", path.get("d") or "")
        if path.get("fill") == "none":
            crosses += lines if path.get("stroke") == "#000000" else []
            continue
        for numbers in [[float(n) - 0.5 for n in re.findall(r"[\d.]+", line)] for line in lines]:
            left, top, right = numbers[0] / side, numbers[1] / side, numbers[2] / side
            for column in range(round(left), round(right)):
                assert (round(top), column) not in cells
                cells[round(top), column] = path.get("fill") or ""
    return cells, crosses


@pytest.mark.parametrize("grid", [TEN, ((3,),), ((7, 7, 1), (7, 7, 7)), ((0,) * 30,) * 30])
def test_svg_has_every_cell_in_its_official_color(grid: Any) -> None:
    cells, crosses = svg_parts(grid)
    assert cells == {(y, x): OFFICIAL[c] for y, row in enumerate(grid) for x, c in enumerate(row)}
    assert crosses == []


def test_svg_size_follows_the_grid() -> None:
    assert 'width="121" height="49"' in grid_svg(TEN)
    assert 'width="181" height="181"' in grid_svg(((0,) * 30,) * 30)


def test_svg_crosses_out_what_is_no_color_and_frames_marks() -> None:
    cells, crosses = svg_parts(((10, True, None, 1),))
    assert list(cells.values()) == ["#FFFFFF"] * 3 + [OFFICIAL[1]]
    assert len(crosses) == 3 * 2
    plain, marked = grid_svg(TEN), grid_svg(TEN, marks=[(0, 3)])
    assert marked.startswith(plain[: -len("</svg>")]) and marked.count("<path") == plain.count("<path") + 2


def embedded(html: str) -> str:
    """The SVG text of the one picture of a page."""
    (address,) = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", html)
    ElementTree.fromstring(html)
    return base64.b64decode(address).decode()


def test_html_of_sample_and_task_has_each_grid() -> None:
    task = Task("ab12", (SAMPLE,), (SAMPLE, HIDDEN), "some <source>")
    html = task._repr_html_()
    svg = embedded(html)
    assert svg.count('stroke="#555555"') == 5
    assert svg.count("hidden") == 1 and "demo 1 output" in svg and "test 2 input" in svg and "2×2" in svg
    assert "ab12 · some &lt;source&gt;" in svg and "ab12 · some &lt;source&gt;" in html
    assert embedded(SAMPLE._repr_html_()).count('stroke="#555555"') == 2


def test_pictures_escape_their_titles_and_texts() -> None:
    shown = [grid_picture(TEN, "<script>"), picture.Picture("<b>", title="b")]
    html = sheet_of([shown], "<i>").html()
    svg = embedded(html)
    assert "<script>" not in svg and "&lt;script&gt;" in svg
    assert "<b>" not in svg and "&lt;b&gt;" in svg and "<i>" not in html


@pytest.mark.parametrize("most", [1400, 1000, 300])
def test_a_sheet_shows_the_same_pictures_in_both_media(most: int) -> None:
    sheet = draw.task_sheet(Task("abcd", (SAMPLE,) * 4, (HIDDEN,), ""), [[((0, 0),)]])
    svg = embedded(sheet.html(most))
    assert sheet.drawing(most).width <= max(most, 440)
    assert all([text in svg for text in texts(figure_of(sheet.drawing(most))) if text])
    assert svg.count('stroke="#555555"') == len(grid_boxes(figure_of(sheet)))
