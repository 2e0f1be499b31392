"""The results of a batch: a row of figures for each run, as text, JSON and one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaggle_batt.draw.figure import default_style, new_figure, to_png, write
from kaggle_batt.draw.table import Table
from kaggle_batt.errors import StoreError
from kaggle_batt.pipeline.files import RECORD, read_json, write_atomic, write_json

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUMMARY = "summary"
FORMAT = 1
COLUMNS = ("run", "status", "tasks", "right", "known", "wall s", "CPU/wall", "serial/wall", "detail")
_BLUE, _ORANGE, _GREEN, _GREY = "#0072B2", "#E69F00", "#009E73", "#999999"


@dataclass(frozen=True)
class BatchRow:
    """One run. Without a record of its own all figures are None.

    `right` of `known` test outputs with two answers; `wall` seconds of the pipeline; `parallelism` its CPU
    over wall seconds; `speedup` a serial run's wall over this wall, where it was compared with a serial one.
    """

    run: str
    status: str
    detail: str
    parameters: Mapping[str, Any]
    tasks: int | None = None
    right: int | None = None
    known: int | None = None
    wall: float | None = None
    parallelism: float | None = None
    speedup: float | None = None

    @property
    def cells(self) -> tuple[Any, ...]:
        """The row of `COLUMNS`."""
        figures = [self.tasks, self.right, self.known, self.wall, self.parallelism, self.speedup]
        shown = ["-" if f is None else round(f, 2) if isinstance(f, float) else f for f in figures]
        return (self.run, self.status, *shown, self.detail)


def make_row(run: str, status: str, detail: str, parameters: Mapping[str, Any], files: Path) -> BatchRow:
    """The row of a run with the folder `files`."""
    row = BatchRow(run, status, detail, parameters)
    record = read_object(files / RECORD)
    if not record:
        return row
    tasks = record.get("tasks", {})
    solved = [right for task in tasks.values() for right in _solved(task)]
    total, serial = _total(record), _total(read_object(files / "compared_serial" / RECORD))
    wall = total.get("wall")
    return replace(
        row,
        tasks=len(tasks),
        right=sum(solved),
        known=len(solved),
        wall=wall,
        parallelism=total["cpu"] / wall if wall and "cpu" in total else None,
        speedup=serial["wall"] / wall if wall and "wall" in serial else None,
    )


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file, {} where there is none that can be read."""
    try:
        value = read_json(path)
    except StoreError:
        return {}
    return value if isinstance(value, dict) else {}


def write_summary(folder: Path, rows: Sequence[BatchRow]) -> str:
    """Write `summary.json`, `summary.txt` and `summary.png`; return the table."""
    write_json(folder / f"{SUMMARY}.json", {"format": FORMAT, "runs": [asdict(row) for row in rows]})
    text = Table(COLUMNS, [row.cells for row in rows], limit=len(rows)).text()
    write_atomic(folder / f"{SUMMARY}.txt", f"{text}\n".encode())
    write_atomic(folder / f"{SUMMARY}.png", to_png(summary_figure(rows)))
    return text


@default_style
def summary_figure(rows: Sequence[BatchRow]) -> Figure:
    """Scores, time and speed-up, a line for each run; a run without a record has its status instead."""
    figure = new_figure(12, 1.3 + 0.3 * max(1, len(rows)), constrained=True)
    left, middle, right = figure.subplots(1, 3, sharey=True)
    _bars(left, rows, "known test outputs", [("known", _GREY, "known"), ("right", _GREEN, "right")])
    _bars(middle, rows, "wall seconds", [("wall", _BLUE, "pipeline")])
    _bars(right, rows, "times", [("parallelism", _BLUE, "CPU ÷ wall"), ("speedup", _ORANGE, "serial ÷ wall")])
    left.set_yticks(range(len(rows)), [row.run for row in rows])
    left.set_ylim(len(rows) - 0.4, -0.6)
    for place, row in enumerate(rows):
        if row.wall is None or row.status != "done":
            write(left, 0, place, f" {row.status}", 8, va="center", color="#D55E00", weight="bold")
    for axes, title in ((left, "Score"), (middle, "Time"), (right, "Speed-up")):
        axes.set_title(title, loc="left")
    return figure


def _bars(axes: Axes, rows: Sequence[BatchRow], unit: str, series: Sequence[tuple[str, str, str]]) -> None:
    """Bars side by side for each row, values beside them; (attribute, color, label) for each series."""
    thick = 0.8 / len(series)
    values = [[getattr(row, name) for row in rows] for name, _, _ in series]
    longest = max([v for column in values for v in column if v is not None], default=0) or 1
    for number, (column, (_, color, label)) in enumerate(zip(values, series, strict=True)):
        places = [i + (number + 0.5) * thick - 0.4 for i in range(len(rows))]
        shown = [(place, value) for place, value in zip(places, column, strict=True) if value is not None]
        axes.barh([p for p, _ in shown], [v for _, v in shown], thick * 0.9, color=color, label=label)
        for place, value in shown:
            text = f"{value:.2f}" if isinstance(value, float) else str(value)
            write(axes, value + longest * 0.01, place, text, 7, va="center")
    axes.set(xlim=(0, longest * 1.15), xlabel=unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, fontsize=8, frameon=False)


def _solved(task: Any) -> list[bool]:
    """For each test output whose answer is known, whether it was found."""
    solved = task.get("solved", ()) if isinstance(task, dict) else ()
    return [bool(right) for right in solved if right is not None]


def _total(record: Mapping[str, Any]) -> dict[str, float]:
    """The time of all phases of a record, {} where it has none."""
    found = [timing for timing in record.get("timings", ()) if timing.get("phase") == "total"]
    return dict(found[-1]) if found else {}
