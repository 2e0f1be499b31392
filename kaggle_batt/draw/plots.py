"""Figures of a run, from plain data: phases, speed-up, who ran what when, candidates, predictions.

Each function takes dictionaries and sequences, so that it can draw a run record, a live run or a batch.
Colors are those of Okabe and Ito, told apart with color-blind eyes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kaggle_batt.draw.canvas import default_style, new_figure, to_png, to_svg, write
from kaggle_batt.draw.grids import Panel, attempt_panels, grid_panel, panels_figure, text_panel
from kaggle_batt.draw.tables import score_table
from kaggle_batt.tasks.svg import rows_of
from kaggle_batt.tasks.task import Task

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "candidates_bars",
    "gantt",
    "phase_bars",
    "predictions_figure",
    "score_table",
    "speedup_bars",
    "to_png",
    "to_svg",
]

BLUE, ORANGE = "#0072B2", "#E69F00"
KIND_COLORS = {  # the kinds of outcome; other kinds take the spare colors in order of appearance
    "ok": BLUE,
    "error": "#D55E00",
    "time": ORANGE,
    "memory": "#CC79A7",
    "death": "#000000",
    "cancelled": "#999999",
}
SPARE_COLORS = ("#56B4E9", "#009E73", "#F0E442", "#8C564B", "#332288")
LIGHT = (ORANGE, "#CC79A7", "#999999", "#56B4E9", "#F0E442")  # a label in a bar of these is black
MAX_TASKS = 40  # tasks in a bar chart
GANTT_INCHES = 9.0  # width of the axes of a Gantt chart, about
CHARACTER = 0.052  # inches of a character at 6 points
EDGED = 300  # jobs up to which bars have edges; more of them would be all edge

Series = tuple[str, str, Mapping[str, float]]  # name, color, value of each row
Span = tuple[str, int, float, float, str]  # label, worker, start, stop (seconds of the run), kind


@default_style
def phase_bars(
    serial: Mapping[str, float] | None,
    parallel: Mapping[str, float],
    names: tuple[str, str] = ("serial", "parallel"),
) -> Figure:
    """Wall seconds of each phase, serial (where a serial run is at hand) beside parallel.

    `names` stand in for these words where other runs are compared.
    """
    series = [(names[0], ORANGE, serial)] if serial is not None else []
    return _bars("Wall time of each phase", "seconds", [*series, (names[1], BLUE, parallel)], "{:.3g} s")


@default_style
def speedup_bars(cpu: Mapping[str, float], wall: Mapping[str, float] | None, workers: int) -> Figure:
    """Speed-up of each phase against the ideal, which is the number of workers.

    `cpu` is CPU over wall seconds; `wall` serial wall over this wall, or None without a serial run.
    """
    series = [("serial wall ÷ wall", ORANGE, wall)] if wall is not None else []
    figure = _bars(
        "Speed-up of each phase", "times", [*series, ("CPU ÷ wall", BLUE, cpu)], "{:.2f}×", workers
    )
    axes = figure.axes[0]
    axes.axvline(workers, color="#009E73", linestyle="--", label=f"ideal: {workers} workers", zorder=0)
    axes.axvline(1, color="#999999", linewidth=0.8, label="no gain", zorder=0)
    _legend(figure, axes)
    return figure


@default_style
def candidates_bars(before: Mapping[str, int], after: Mapping[str, int]) -> Figure:
    """Candidates of each task before and after the filter: totals, and bars of the first MAX_TASKS tasks."""
    title = f"Candidates: {sum(before.values()):,} before the filter, {sum(after.values()):,} after"
    tasks = list(before)[:MAX_TASKS]
    if len(before) > len(tasks):
        title += f" (drawn: {len(tasks)} of {len(before)} tasks)"
    shown = [{id: values[id] for id in tasks if id in values} for values in (before, after)]
    series = [("before the filter", ORANGE, shown[0]), ("after", BLUE, shown[1])]
    return _bars(title, "candidates", series, "{:,.0f}")


@default_style
def gantt(rows: Sequence[Span], title: str = "Who ran what when") -> Figure:
    """A lane for each worker, a bar for each job from its start to its stop, colored by kind.

    A job's label is written in its bar where it fits.
    """
    workers = sorted({row[1] for row in rows})
    figure = new_figure(10, 1.4 + 0.32 * max(1, len(workers)), constrained=True)
    axes = figure.add_subplot()
    end = max((row[3] for row in rows), default=1.0) or 1.0
    colors = _kind_colors(rows)
    for kind, color in colors.items():
        edge = 0.4 if len(rows) <= EDGED else 0
        _paint_spans(axes, [row for row in rows if row[4] == kind], workers, kind, color, edge)
    _paint_labels(axes, rows, workers, end, colors)
    axes.set(xlim=(0, end), ylim=(len(workers) - 0.4, -0.6), xlabel="seconds since the start", title=title)
    axes.set_yticks(range(len(workers)), [f"worker {worker}" for worker in workers])
    _plain(axes)
    _legend(figure, axes)
    return figure


def predictions_figure(task: Task, predictions: Sequence[Sequence[Any]]) -> Figure:
    """A line for each test input: the input, the expected output, and up to two predicted grids.

    `predictions[i]` are the grids for test input `i`. Where the answer is known, a prediction says right or
    wrong, its differing cells are framed, and the title counts the test outputs that either attempt equals.
    """
    lines = [
        _prediction_line(number, sample.input, sample.output, attempts)
        for number, (sample, attempts) in enumerate(zip(task.test, predictions, strict=True), 1)
    ]
    columns = list(zip(*lines, strict=True))
    return panels_figure(columns, f"task {task.id}: {_verdict(task, predictions)}")


def _prediction_line(number: int, input: Any, expected: Any, attempts: Sequence[Any]) -> list[Panel]:
    judged = attempt_panels(expected, attempts, f"test {number} ")
    missing = [
        text_panel(f"test {number} attempt {attempt}", "no prediction")
        for attempt in range(len(judged) + 1, 3)
    ]
    ends = grid_panel(f"test {number} input", input), grid_panel(f"test {number} expected", expected)
    return [*ends, *judged, *missing]


def _verdict(task: Task, predictions: Sequence[Sequence[Any]]) -> str:
    """How many of the known test outputs one of the attempts equals."""
    known = [(sample.output, attempts) for sample, attempts in zip(task.test, predictions, strict=True)]
    judged = [
        any(tuple(map(tuple, rows_of(grid))) == output for grid in attempts)
        for output, attempts in known
        if output is not None
    ]
    return f"{sum(judged)} of {len(judged)} test outputs right" if judged else "answers hidden"


def _bars(title: str, unit: str, series: Sequence[Series], form: str, least: float = 0) -> Figure:
    """Horizontal bars, a group for each row name in order of appearance, with the values written beside."""
    names = list(dict.fromkeys(name for _, _, values in series for name in values))
    thick = 0.8 / len(series)
    figure = new_figure(9, 1.5 + 0.2 * max(1, len(names)) * (len(series) + 0.5), constrained=True)
    axes = figure.add_subplot()
    longest = max([least, *(value for _, _, values in series for value in values.values())])
    for number, (label, color, values) in enumerate(series):
        places = [i + (number + 0.5) * thick - 0.4 for i, name in enumerate(names) if name in values]
        shown = [values[name] for name in names if name in values]
        axes.barh(places, shown, thick * 0.92, color=color, label=label)
        for place, value in zip(places, shown, strict=True):
            ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            write(axes, value + longest * 0.008, place, form.format(value), 7, va="center", bbox=ground)
    axes.set(xlim=(0, longest * 1.13 or 1), ylim=(len(names) - 0.4, -0.6), xlabel=unit, title=title)
    axes.ticklabel_format(axis="x", style="plain", useOffset=False)
    axes.set_yticks(range(len(names)), names)
    _plain(axes)
    _legend(figure, axes)
    return figure


def _kind_colors(rows: Sequence[Span]) -> dict[str, str]:
    """The color of each kind, known ones first in their order, then others as they appear."""
    seen = dict.fromkeys(row[4] for row in rows)
    others = [kind for kind in seen if kind not in KIND_COLORS]
    spare = {kind: SPARE_COLORS[i % len(SPARE_COLORS)] for i, kind in enumerate(others)}
    return {kind: color for kind, color in KIND_COLORS.items() if kind in seen} | spare


def _paint_spans(
    axes: Axes, rows: Sequence[Span], workers: list[int], kind: str, color: str, edge: float
) -> None:
    """The bars of one kind, as one collection, so that thousands of jobs stay quick."""
    from matplotlib.collections import PolyCollection

    lane = {worker: number for number, worker in enumerate(workers)}
    shapes = []
    for _, worker, start, stop, _ in rows:
        top, bottom = lane[worker] - 0.4, lane[worker] + 0.4
        shapes.append([(start, top), (stop, top), (stop, bottom), (start, bottom)])
    look: dict[str, Any] = {"facecolors": color, "edgecolors": "white", "linewidths": edge, "snap": False}
    axes.add_collection(PolyCollection(shapes, label=f"{kind} ({len(rows)})", **look))


def _paint_labels(
    axes: Axes, rows: Sequence[Span], workers: list[int], end: float, colors: Mapping[str, str]
) -> None:
    for label, worker, start, stop, kind in rows:
        if len(label) * CHARACTER < (stop - start) / end * GANTT_INCHES:
            color = "black" if colors[kind] in LIGHT else "white"
            middle = (start + stop) / 2
            write(axes, middle, workers.index(worker), label, 6, ha="center", va="center", color=color)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)


def _legend(figure: Figure, axes: Axes) -> None:
    """One legend above the axes, outside of them."""
    figure.legends.clear()
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        figure.legend(
            handles, labels, loc="outside upper right", ncols=min(8, len(handles)), fontsize=8, frameon=False
        )
