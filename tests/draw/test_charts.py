"""Charts and tables: every number given is in the figure, at its place, and no label is cut off."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import pytest

from kaggle_batt.draw import charts
from kaggle_batt.draw.render import figure_of, to_png
from kaggle_batt.draw.sheet import predictions_sheet
from kaggle_batt.draw.table import Table
from kaggle_batt.tasks.task import Sample, Task

SERIAL = {"score demo": 2.0, "run_batt.phase3a_validate_batch": 1.5, "filter": 0.25}
PARALLEL = {"score demo": 1.0, "run_batt.phase3a_validate_batch": 0.5, "filter": 0.125}
SPANS = [
    ("a demo 1", 0, 0.0, 1.0, "ok"),
    ("a demo 2", 2, 0.0, 0.5, "time"),
    ("b demo 1", 2, 0.5, 0.51, "ok"),
    ("b test 1", 0, 1.0, 2.0, "memory"),
]


def texts(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def legend(figure: Any) -> list[str]:
    return [text.get_text() for one in figure.legends for text in one.get_texts()]


def lengths(figure: Any) -> list[list[float]]:
    return [[bar.get_width() for bar in container] for container in figure.axes[0].containers]


def y_names(figure: Any) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def drawn_texts(figure: Any) -> list[Any]:
    """All text objects that are painted; ticks beyond the limits and those of a sheet are not."""
    axes = figure.axes[0]
    if not axes.axison:
        return list(axes.texts)
    least, most = axes.get_xlim()
    ticks = [tick for tick in axes.get_xticklabels() if least <= tick.get_position()[0] <= most]
    named = [axes.title, axes.xaxis.label, *ticks, *axes.get_yticklabels()]
    return [*axes.texts, *named, *(text for one in figure.legends for text in one.get_texts())]


def assert_all_text_is_inside(figure: Any) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for text in drawn_texts(figure):
        box = text.get_window_extent()
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        assert inside, f"cut off: {text.get_text()!r}"


def two_bars(first: dict[str, float], second: dict[str, float], form: str = "{:.3g} s") -> Any:
    series = [("serial", charts.ORANGE, first), ("parallel", charts.BLUE, second)]
    return charts.bars("Wall time", "seconds", series, form.format)


def test_bars_of_two_series_stand_side_by_side() -> None:
    figure = two_bars(SERIAL, PARALLEL)
    assert lengths(figure) == [list(SERIAL.values()), list(PARALLEL.values())]
    assert y_names(figure) == list(SERIAL)
    assert legend(figure) == ["serial", "parallel"]
    assert texts(figure) == ["2 s", "1.5 s", "0.25 s", "1 s", "0.5 s", "0.125 s"]
    assert figure.axes[0].get_xlabel() == "seconds"


def test_bars_are_in_their_row_even_if_a_series_lacks_one() -> None:
    figure = two_bars({"b": 1.0}, {"a": 2.0, "b": 3.0})
    assert y_names(figure) == ["b", "a"]
    serial, parallel = figure.axes[0].containers
    rows = [[round(bar.get_y() + bar.get_height() / 2) for bar in bars] for bars in (serial, parallel)]
    assert rows == [[0], [0, 1]]
    assert [bar.get_width() for bar in parallel] == [3.0, 2.0]


def test_bars_of_nothing() -> None:
    assert lengths(charts.bars("", "seconds", [("parallel", charts.BLUE, {})])) == [[]]


def test_marks_are_in_view() -> None:
    series = [("CPU ÷ wall", charts.BLUE, {"filter": 3.0})]
    figure = charts.bars("", "times", series, marks=[("ideal", "#009E73", 8), ("no gain", "#999999", 1)])
    lines = {line.get_label(): line.get_xdata()[0] for line in figure.axes[0].lines}
    assert lines == {"ideal": 8, "no gain": 1}
    assert figure.axes[0].get_xlim()[1] > 8
    assert set(legend(figure)) == {"CPU ÷ wall", "ideal", "no gain"}


def test_gantt_has_a_bar_for_each_job_where_it_ran() -> None:
    from matplotlib.colors import to_hex

    figure = charts.gantt(SPANS)
    bars = {part.get_label(): part for part in figure.axes[0].collections}
    assert list(bars) == legend(figure) == ["ok (2)", "time (1)", "memory (1)"]
    assert y_names(figure) == ["worker 0", "worker 2"]
    corners = {
        label: [
            (path.vertices[:, 0].min(), path.vertices[:, 0].max(), round(path.vertices[:4, 1].mean()))
            for path in bar.get_paths()
        ]
        for label, bar in bars.items()
    }
    assert corners == {
        "ok (2)": [(0.0, 1.0, 0), (0.5, 0.51, 1)],
        "time (1)": [(0.0, 0.5, 1)],
        "memory (1)": [(1.0, 2.0, 0)],
    }
    assert figure.axes[0].get_xlim() == (0, 2.0)
    assert len({to_hex(bar.get_facecolor()[0]) for bar in bars.values()}) == 3


def test_gantt_writes_labels_only_where_they_fit() -> None:
    assert texts(charts.gantt(SPANS)) == ["a demo 1", "a demo 2", "b test 1"]


def test_gantt_of_nothing_and_of_no_time() -> None:
    assert charts.gantt([]).axes[0].get_xlim() == (0, 1)
    assert charts.gantt([("a", 0, 0.0, 0.0, "ok")]).axes[0].get_xlim() == (0, 1)


def task_with(*outputs: Any) -> Task:
    demo = (Sample(((1,),), ((2,),)),)
    return Task("abcd", demo, tuple(Sample(((3,),), output) for output in outputs), "")


def figure_of_predictions(task: Task, predictions: Any) -> Any:
    return figure_of(predictions_sheet(task, predictions))


def test_predictions_figure_judges_each_test_input() -> None:
    figure = figure_of_predictions(task_with(((4,),), ((5,),)), [[((4,),), ((6,),)], []])
    shown = texts(figure)
    assert shown[0] == "task abcd: 1 of 2 test outputs right"
    assert shown.count("1×1 · right") == shown.count("1×1 · wrong") == 1
    assert shown.count("no prediction") == 2
    assert {"test 1 expected", "test 2 attempt 2"} <= set(shown)


def test_predictions_figure_with_hidden_answers() -> None:
    shown = texts(figure_of_predictions(task_with(None), [[((4,),)]]))
    assert shown[0] == "task abcd: answers hidden" and "hidden" in shown and "no prediction" in shown
    assert not any("right" in text or "wrong" in text for text in shown)


COLUMNS = ("md5", "o", "parent", "share")
ROWS = [("0ab1", 12, None, 0.5), ("f<2>", 3, "solve\n_x", 0.25)]


def test_table_text() -> None:
    assert Table(COLUMNS, ROWS).text().splitlines() == [
        "md5    o  parent    share",
        "----  --  --------  -----",
        "0ab1  12  –         0.500",
        "f<2>   3  solve _x  0.250",
    ]


def test_table_html_escapes_and_aligns() -> None:
    table = Table(COLUMNS, ROWS, "a <b>")
    root = ElementTree.fromstring(table.html())
    assert [text.rstrip() for text in root.itertext()] == ["a <b>", f"\n{table.text()}"]
    assert "white-space:pre" in root.attrib["style"] and "monospace" in root.attrib["style"].lower()
    assert "f&lt;2&gt;" in table.html() and "f<2>" not in table.html()


def test_tables_say_how_many_rows_they_leave_out() -> None:
    rows = [(number,) for number in range(1250)]
    text = Table(["n"], rows, limit=20).text().splitlines()
    assert len(text) == 2 + 20 + 1 and text[-1] == "… 1,230 more rows"
    assert "… 1,230 more rows" in Table(["n"], rows, limit=20).html()
    assert "… 1,210 more rows" in texts(figure_of(Table(["n"], rows)))
    assert "more" not in Table(["n"], rows[:20], limit=20).text()


def test_table_cells_are_one_short_line() -> None:
    line = Table(["a", "b"], [("x" * 100, True)]).text().splitlines()[2]
    assert line == "x" * 55 + "…  yes"


def test_a_tables_figure_has_the_lines_of_its_text() -> None:
    lines = Table(COLUMNS, ROWS).text().splitlines()
    assert texts(figure_of(Table(COLUMNS, ROWS, "Scores"))) == ["Scores", *lines]


@pytest.mark.parametrize(
    "figure",
    [
        lambda: two_bars(SERIAL, PARALLEL),
        lambda: two_bars({}, {"run_batt.phase4_demo_parallel and a long name besides": 1e-9, "b": 12345.0}),
        lambda: charts.bars("", "times", [("", charts.BLUE, PARALLEL)], marks=[("ideal", "#009E73", 64)]),
        lambda: two_bars({"a": 123456789}, {"a": 1}, "{:,.0f}"),
        lambda: charts.gantt(SPANS),
        lambda: charts.gantt([(kind, 1, 0.0, 1.0, kind) for kind in charts.KIND_COLORS]),
        lambda: figure_of(
            Table(["md5", "steps", "parent"], [("m" * 60, 10**12, "W" * 40)] * 50, "A title " * 8)
        ),
        lambda: figure_of(Table(COLUMNS, [], "Nothing")),
        lambda: figure_of_predictions(task_with(((4,) * 30,) * 2), [[]]),
    ],
)
def test_no_label_is_cut_off(figure: Any) -> None:
    assert_all_text_is_inside(figure())


def test_a_notebooks_style_changes_nothing() -> None:
    import matplotlib

    makers = (
        lambda: two_bars(SERIAL, PARALLEL),
        lambda: charts.gantt(SPANS),
        lambda: figure_of(Table(COLUMNS, ROWS)),
        lambda: figure_of_predictions(task_with(((4,),)), [[]]),
    )
    plain = [to_png(make()) for make in makers]
    with matplotlib.rc_context({"text.color": "red", "axes.facecolor": "black", "font.size": 22}):
        assert [to_png(make()) for make in makers] == plain


def test_importing_charts_does_not_load_matplotlib() -> None:
    heavy = ("matplotlib", "numpy", "IPython")
    code = f"import sys, kaggle_batt.draw.charts; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
