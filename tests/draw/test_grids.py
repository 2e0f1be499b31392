"""Grids as figures, SVG and HTML: the official colors wherever one is drawn, nothing shifted or lost."""

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

from kaggle_batt.draw import grids as draw
from kaggle_batt.errors import ParameterError
from kaggle_batt.tasks import svg as gridsvg
from kaggle_batt.tasks.task import Sample, Task, load_tasks

OFFICIAL = ["#000000", "#0074D9", "#FF4136", "#2ECC40", "#FFDC00"]
OFFICIAL += ["#AAAAAA", "#F012BE", "#FF851B", "#7FDBFF", "#870C25"]
TEN = ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9))
SAMPLE = Sample(((1, 2), (3, 4)), ((5,),))
HIDDEN = Sample(((1, 2, 3),), None)


def images(figure: Any) -> list[Any]:
    return list(figure.axes[0].images)


def texts(figure: Any) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]


def drawn_colors(figure: Any, number: int = 0) -> list[list[str]]:
    """The colors of the pixels in the middle of each cell of a figure's grid, read from its PNG."""
    from PIL import Image

    picture = Image.open(io.BytesIO(draw.to_png(figure))).convert("RGB")
    left, right, bottom, top = images(figure)[number].get_extent()
    height, width = images(figure)[number].get_array().shape
    cell_x, cell_y = (right - left) / width, (bottom - top) / height
    assert cell_x == pytest.approx(cell_y), "cells are squares"
    columns = [int(100 * (left + (x + 0.5) * cell_x)) for x in range(width)]
    lines = [int(100 * (top + (y + 0.5) * cell_y)) for y in range(height)]
    return [["#" + bytes(picture.getpixel((x, y))).hex().upper() for x in columns] for y in lines]


def named(rows: Sequence[Sequence[int]]) -> list[list[str]]:
    return [[OFFICIAL[cell] for cell in row] for row in rows]


# -- matplotlib -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grid", [TEN, ((3,),), ((7, 7), (7, 7)), ((4, 5),), ((9,), (8,), (0,))])
def test_cells_have_the_official_colors_whatever_else_the_grid_holds(grid: Any) -> None:
    assert drawn_colors(draw.draw_grid(grid)) == named(grid)


def test_all_of_a_large_grid_is_drawn() -> None:
    grid = load_tasks(only="1f85a75f")["1f85a75f"].demo[0].input
    assert (len(grid), len(grid[0])) == (30, 30)
    assert drawn_colors(draw.draw_grid(grid)) == named(grid)


def test_every_image_has_the_limits_0_to_9() -> None:
    task = Task("t", (SAMPLE, SAMPLE), (SAMPLE, HIDDEN), "")
    figure = draw.draw_task(task, [[((5,),), ((6,),)], [((0,),)]])
    assert {image.get_clim() for image in images(figure)} == {(0, 9)}


def test_cells_that_are_no_color_are_white_and_crossed() -> None:
    figure = draw.draw_grid(((10, 1), (-1, 2)))
    assert [row[1] for row in drawn_colors(figure)] == OFFICIAL[1:3]
    _, crosses = figure.axes[0].collections
    assert len(crosses.get_segments()) == 4
    assert images(figure)[0].get_array().mask.tolist() == [[True, False], [True, False]]


def test_grid_lines() -> None:
    from matplotlib.colors import to_hex

    lines = draw.draw_grid(((1, 2, 3), (4, 5, 6))).axes[0].collections[0]
    assert len(lines.get_segments()) == 4 + 3
    assert to_hex(lines.get_color()[0]) == gridsvg.LINE == "#555555"


def test_marked_cells_get_a_black_and_a_white_frame() -> None:
    from matplotlib.colors import to_hex

    frames = draw.draw_grid(TEN, marks=[(0, 0), (1, 4)]).axes[0].collections[2:]
    assert [len(frame.get_paths()) for frame in frames] == [2, 2]
    assert [to_hex(frame.get_edgecolor()[0]) for frame in frames] == ["#000000", "#ffffff"]


def test_a_grid_is_rows_or_has_rows_or_is_an_array() -> None:
    numpy = pytest.importorskip("numpy")

    class Rows:
        rows = TEN

    for grid in (TEN, list(map(list, TEN)), Rows(), numpy.array(TEN, dtype=numpy.uint8)):
        assert drawn_colors(draw.draw_grid(grid)) == named(TEN)


def test_a_grid_without_cells() -> None:
    assert {"no cells", "0×0"} <= set(texts(draw.draw_grid(())))
    assert {"no cells", "2×0"} <= set(texts(draw.draw_grid(((), ()))))


@pytest.mark.parametrize("value", [7, "12", ((1, 2), 3), ((1,), (1, 2))])
def test_what_is_no_grid_is_refused(value: Any) -> None:
    with pytest.raises(ParameterError, match="a grid to draw"):
        draw.draw_grid(value)


def test_pair_and_hidden_pair() -> None:
    assert texts(draw.draw_pair(SAMPLE, "demo 1")) == ["demo 1", "input", "2×2", "output", "1×1"]
    hidden = draw.draw_pair(HIDDEN)
    assert len(images(hidden)) == 1 and "hidden" in texts(hidden)


def test_task_shows_every_sample_and_judges_predictions() -> None:
    task = Task("abcd", (SAMPLE, SAMPLE), (SAMPLE, HIDDEN), "")
    figure = draw.draw_task(task, [[((5,),), ((6,),)], [((0, 0),)]])
    shown = texts(figure)
    assert len(images(figure)) == 4 + 2 + 1 + 3
    assert shown[0] == "task abcd"
    assert {"demo 2 output", "test 2 input", "hidden", "test 1 attempt 2", "test 2 attempt 1"} <= set(shown)
    assert shown.count("1×1 · right") == 1 and shown.count("1×1 · wrong") == 1
    assert shown[shown.index("test 2 attempt 1") + 1] == "1×2"


def test_predictions_of_another_shape_are_wrong_and_unmarked() -> None:
    panel = draw.attempt_panels(((5,),), [((5, 5),)])[0]
    assert panel.note == "1×2 · wrong"
    assert len(draw.panels_figure([[panel]]).axes[0].collections) == 2, "lines and crosses, no frames"


def test_difference() -> None:
    from matplotlib.colors import to_hex

    figure = draw.draw_difference(((1, 2), (3, 4)), ((1, 5), (3, 6)))
    assert "2 of 4: ◤ expected ◢ got" in texts(figure)
    *_, upper, lower, _ = figure.axes[0].collections
    assert [to_hex(c).upper() for c in upper.get_facecolor()] == [OFFICIAL[2], OFFICIAL[4]]
    assert [to_hex(c).upper() for c in lower.get_facecolor()] == [OFFICIAL[5], OFFICIAL[6]]


def test_difference_of_equal_grids_and_with_none() -> None:
    assert "equal" in texts(draw.draw_difference(TEN, TEN))
    assert "nothing to compare" in texts(draw.draw_difference(None, TEN))


def test_difference_of_unlike_shapes_hatches_what_one_grid_lacks() -> None:
    assert draw.difference_cells(((1, 2),), ((1,), (3,))) == [(0, 1), (1, 0)]
    figure = draw.draw_difference(((1, 2),), ((1,), (3,)))
    assert "2 of 4: ◤ expected ◢ got" in texts(figure)
    assert sum(collection.get_hatch() is not None for collection in figure.axes[0].collections) == 2


def test_filmstrip_numbers_its_steps_and_shows_other_values_as_text() -> None:
    steps = [(f"x{number} = f(I)", TEN if number % 2 else (number, "value")) for number in range(1, 10)]
    figure = draw.filmstrip(steps)
    assert len(images(figure)) == 5
    assert {"1. x1 = f(I)", "9. x9 = f(I)", "(2, 'value')"} <= set(texts(figure))


def test_a_dollar_sign_starts_no_formula() -> None:
    figure = draw.filmstrip([(r"$\frac{1$", TEN), ("price", r"$\x$")])
    assert draw.to_png(figure) and {r"1. $\frac{1$", r"$\x$"} <= set(texts(figure))


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
    assert_texts_are_inside_and_apart(
        draw.filmstrip([(long, TEN), ("short", long), (long, ((1,),) * 30)] * 4)
    )
    assert_texts_are_inside_and_apart(draw.draw_grid(TEN, long))
    task = load_tasks(only="1f85a75f")["1f85a75f"]
    assert_texts_are_inside_and_apart(draw.draw_task(task, [[task.test[0].output, task.test[0].input]]))
    assert_texts_are_inside_and_apart(draw.draw_difference(((1,),) * 30, ((2,) * 30,) * 30))


def test_saved_bytes_are_the_same_each_time() -> None:
    first, second = (draw.draw_difference(TEN, ((1,),)) for _ in range(2))
    assert draw.to_png(first) == draw.to_png(second) == draw.to_png(first)
    assert draw.to_svg(first) == draw.to_svg(second)
    assert "<dc:date>" not in draw.to_svg(first)
    assert draw.to_png(first).startswith(b"\x89PNG")
    ElementTree.fromstring(draw.to_svg(first))


def test_a_notebooks_style_changes_nothing() -> None:
    import matplotlib

    plain = draw.to_png(draw.draw_pair(SAMPLE, "title"))
    with matplotlib.rc_context(
        {"text.color": "red", "font.size": 30, "savefig.bbox": "tight", "image.cmap": "gray"}
    ):
        assert draw.to_png(draw.draw_pair(SAMPLE, "title")) == plain
        assert matplotlib.rcParams["font.size"] == 30


def test_a_figure_shows_itself_and_leaves_nothing_behind() -> None:
    from matplotlib import pyplot

    figure = draw.draw_pair(SAMPLE)
    assert figure._repr_png_() == draw.to_png(figure)  # type: ignore[attr-defined]
    assert pyplot.get_fignums() == []


def test_importing_draw_and_showing_a_task_does_not_load_matplotlib() -> None:
    code = (
        "import sys; from kaggle_batt import draw, tasks; s = tasks.Sample(((1,),), None);"
        "tasks.Task('a', (s,), (s,), '')._repr_html_();"
        "print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# -- SVG and HTML text ------------------------------------------------------------------------------------


def svg_cells(svg: str) -> dict[tuple[int, int], str]:
    """(row, column) → color, from the filled rectangles of a grid's SVG."""
    root = ElementTree.fromstring(svg)
    cells = {}
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        if path.get("fill") == "none":
            continue
        for x, y, length, side in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", path.get("d") or ""):
            for column in range(int(x) // int(side), (int(x) + int(length)) // int(side)):
                assert (int(y) // int(side), column) not in cells
                cells[int(y) // int(side), column] = path.get("fill") or ""
    return cells


@pytest.mark.parametrize("grid", [TEN, ((3,),), ((7, 7, 1), (7, 7, 7)), ((0,) * 30,) * 30])
def test_svg_has_every_cell_in_its_official_color(grid: Any) -> None:
    cells = svg_cells(gridsvg.grid_svg(grid))
    assert cells == {(y, x): OFFICIAL[c] for y, row in enumerate(grid) for x, c in enumerate(row)}


def test_svg_size_follows_the_grid() -> None:
    assert 'width="121" height="49"' in gridsvg.grid_svg(TEN)
    assert 'width="181" height="181"' in gridsvg.grid_svg(((0,) * 30,) * 30)
    assert 'width="1" height="1"' in gridsvg.grid_svg(())


def test_svg_crosses_out_what_is_no_color_and_frames_marks() -> None:
    svg = gridsvg.grid_svg(((10, True, None, 1),), marks=[(0, 3)])
    assert list(svg_cells(svg).values()) == ["#FFFFFF"] * 3 + [OFFICIAL[1]]
    assert svg.count("l24 24") == 3
    assert svg.count("M74 2h21v21h-21z") == 2
    assert gridsvg.grid_svg(((10, True, None, 1),)).count("stroke=") == 2


def embedded(html: str) -> list[str]:
    found = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", html)
    return [base64.b64decode(address).decode() for address in found]


def test_html_of_sample_and_task_has_each_grid() -> None:
    task = Task("ab12", (SAMPLE,), (SAMPLE, HIDDEN), "some <source>")
    html = task._repr_html_()
    grids = (SAMPLE.input, SAMPLE.output, SAMPLE.input, SAMPLE.output, HIDDEN.input)
    assert embedded(html) == [gridsvg.grid_svg(grid) for grid in grids]
    assert html.count("hidden") == 1 and "demo 1 output" in html and "test 2 input" in html
    assert "ab12 · some &lt;source&gt;" in html and "2×2" in html
    assert embedded(SAMPLE._repr_html_()) == [gridsvg.grid_svg(SAMPLE.input), gridsvg.grid_svg(SAMPLE.output)]
    ElementTree.fromstring(html.replace("&nbsp;", " "))


def test_gallery_escapes_labels() -> None:
    html = gridsvg.gallery_html([("<script>", TEN), ("b", None)])
    assert "<script>" not in html and "&lt;script&gt;" in html and len(embedded(html)) == 1
