"""Bar charts, Gantt charts and heat maps, from plain data.

Colors are those of Okabe and Ito, which color-blind people can tell apart.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kaggle_batt.draw.render import Axes, Figure, default_style, new_figure, write
from kaggle_batt.tasks.drawing import box, shortened

BLUE, ORANGE, GREEN, GRAY = "#0072B2", "#E69F00", "#009E73", "#999999"
KIND_COLORS = {  # the kinds of outcome
    "ok": BLUE,
    "error": "#D55E00",
    "time": ORANGE,
    "memory": "#CC79A7",
    "death": "#000000",
    "cancelled": GRAY,
}
LIGHT = (ORANGE, "#CC79A7", GRAY)  # a label in a bar of these is black
GANTT_INCHES = 9.0  # width of the axes of a Gantt chart, about
CHARACTER = 0.052  # inches of a character at 6 points
EDGED = 300  # jobs up to which bars have edges; more of them would be all edge
MOST_COLUMNS, MOST_CHARACTERS = 40, 32  # columns of a heat map, and characters of their names, that are drawn
CAPTION = "iz over zo. Blue: all differences removed, orange: all introduced, gray: none. Hatched: a failure."

Series = tuple[str, str, Mapping[str, float]]  # name, color, value of each row
Mark = tuple[str, str, float]  # name, color, value
Form = Callable[[Any], str]
Span = tuple[str, int, float, float, str]  # label, worker, start, stop (seconds of the run), kind
Score = tuple[int, int, int]  # iz, zo, failed


@default_style()
def bars(
    title: str, unit: str, series: Sequence[Series], form: Form = "{:,.0f}".format, marks: Sequence[Mark] = ()
) -> Figure:
    """Horizontal bars, a group for each name in order of appearance; `marks` are vertical lines."""
    names = list(dict.fromkeys([name for _, _, values in series for name in values]))
    figure = new_figure(9, 1.5 + 0.2 * max(1, len(names)) * (len(series) + 0.5), constrained=True)
    axes = figure.add_subplot()
    for label, color, value in marks:
        axes.axvline(value, color=color, linestyle="--", label=label, zorder=0)
    add_bars(axes, names, series, form, max([0.0, *[value for _, _, value in marks]]))
    axes.set(xlabel=unit, title=title)
    axes.ticklabel_format(axis="x", style="plain", useOffset=False)
    return _finished(figure, axes)


def add_bars(
    axes: Axes, names: Sequence[str], series: Sequence[Series], form: Form, least: float = 0.0
) -> None:
    """Draw bars in groups of these names, their values beside them; the axis reaches `least` at least."""
    from matplotlib.patches import Rectangle

    thick = 0.8 / len(series)
    longest = max([least, *[value for _, _, values in series for value in values.values()]])
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    for number, (label, color, values) in enumerate(series):
        middle = (number + 0.5) * thick - 0.4
        shown = [(place + middle, values[name]) for place, name in enumerate(names) if name in values]
        axes.barh([y for y, _ in shown], [v for _, v in shown], thick * 0.92, color=color)
        axes.add_patch(Rectangle((0, 0), 0, 0, color=color, label=label))  # in the legend, also without bars
        for y, value in shown:
            write(axes, value + longest * 0.008, y, form(value), 7, va="center", bbox=ground)
    axes.set(xlim=(0, longest * 1.13 or 1), ylim=(len(names) - 0.4, -0.6))
    axes.set_yticks(range(len(names)), names)
    axes.spines[["top", "right"]].set_visible(False)


@default_style()
def gantt(rows: Sequence[Span], title: str = "Jobs by worker") -> Figure:
    """A lane for each worker, a bar for each job, colored by kind, with its label where that fits."""
    workers = sorted({row[1] for row in rows})
    figure = new_figure(10, 1.4 + 0.32 * max(1, len(workers)), constrained=True)
    axes = figure.add_subplot()
    end = max((row[3] for row in rows), default=1.0) or 1.0
    for kind, color in KIND_COLORS.items():
        spans = [(label, workers.index(w), start, stop) for label, w, start, stop, of in rows if of == kind]
        if spans:
            edge = 0.4 if len(rows) <= EDGED else 0
            _paint_spans(axes, spans, color, end, f"{kind} ({len(spans)})", edge)
    axes.set(xlim=(0, end), ylim=(len(workers) - 0.4, -0.6), xlabel="seconds since the start", title=title)
    axes.set_yticks(range(len(workers)), [f"worker {worker}" for worker in workers])
    axes.spines[["top", "right"]].set_visible(False)
    return _finished(figure, axes)


def _paint_spans(
    axes: Axes, spans: Sequence[tuple[str, int, float, float]], color: str, end: float, name: str, edge: float
) -> None:
    """The bars of one kind, as one collection, so that thousands of jobs stay quick; labels that fit."""
    from matplotlib.collections import PolyCollection

    shapes = [box(start, lane - 0.4, stop - start, 0.8) for _, lane, start, stop in spans]
    look: dict[str, Any] = {"facecolors": color, "edgecolors": "white", "linewidths": edge, "snap": False}
    axes.add_collection(PolyCollection(shapes, label=name, **look))
    ink = "black" if color in LIGHT else "white"
    for label, lane, start, stop in spans:
        if len(label) * CHARACTER < (stop - start) / end * GANTT_INCHES:
            write(axes, (start + stop) / 2, lane, label, 6, ha="center", va="center", color=ink)


@default_style()
def heat_map(
    rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[Score | None]], title: str = ""
) -> Figure:
    """The scores `values[row][column]`, colored by the share of differences removed; None is left blank."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    count = min(len(columns), MOST_COLUMNS)
    more = f" (the first {count} of {len(columns):,} columns)" if count < len(columns) else ""
    figure = new_figure(max(8, 3 + 0.4 * count), 3 + 0.36 * len(rows), constrained=True)
    axes = figure.add_subplot()
    share = LinearSegmentedColormap.from_list("share", [ORANGE, "white", "#56B4E9"], 257)
    for y, line in enumerate(values):
        for x, (iz, zo, failed) in [(x, score) for x, score in enumerate(line[:count]) if score]:
            look: dict[str, Any] = {"edgecolor": "#AAAAAA", "hatch": "///" if failed else None}
            color = share(iz / (iz + zo)) if iz + zo else "#EEEEEE"
            axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=color, **look))
            write(axes, x, y, f"{iz}\n{zo}", 7, ha="center", va="center")
    axes.set(xlim=(-0.5, max(1, count) - 0.5), ylim=(max(1, len(rows)) - 0.5, -0.5))
    axes.set_xticks(range(count), [shortened(name, MOST_CHARACTERS) for name in columns[:count]], rotation=90)
    axes.set_yticks(range(len(rows)), [shortened(name, MOST_CHARACTERS) for name in rows])
    axes.xaxis.tick_top()
    axes.set_title(title + more, loc="left")
    figure.supxlabel(CAPTION, fontsize=9)
    axes.spines[:].set_visible(False)
    return _finished(figure, axes)


def _finished(figure: Figure, axes: Axes) -> Figure:
    """The figure with small tick labels and one legend above the axes, outside of them."""
    axes.tick_params(labelsize=8)
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        where: dict[str, Any] = {"loc": "outside upper right", "ncols": min(8, len(handles))}
        figure.legend(handles, labels, fontsize=8, frameon=False, **where)
    return figure
