"""The history of many runs: from the summary of a batch, or from the records found under a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaggle_batt.canvas import default_style, new_figure
from kaggle_batt.errors import StoreError
from kaggle_batt.explore.runs import find_runs
from kaggle_batt.plots import BLUE, ORANGE
from kaggle_batt.store import read_json
from kaggle_batt.tables import score_table, table_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ("run", "status", "engine", "tasks", "right", "of", "wall", "CPU", "CPU ÷ wall")
MOST = 60  # runs that are drawn: the last ones

Row = tuple[Any, ...]


def history(path: str | Path) -> list[Row]:
    """A row of `COLUMNS` for each run of a batch's summary (a JSON file), or of a folder with runs.

    What a run lacks is None. Raises `StoreError` where there is neither.
    """
    path = Path(path)
    if path.is_dir():
        folders = find_runs(path)
        return [_row(str(folder.relative_to(path)), read_json(folder / "run.json")) for folder in folders]
    summary = read_json(path)
    runs = summary.get("runs") if isinstance(summary, dict) else summary
    if not isinstance(runs, list) or not all([isinstance(run, dict) for run in runs]):
        raise StoreError(f"{path}: the summary of a batch was expected, with a list of runs")
    return [_summary_row(number, run) for number, run in enumerate(runs, 1)]


def _row(name: str, record: Mapping[str, Any]) -> Row:
    """The row of a run's record."""
    total: Mapping[str, Any] = {}
    for timing in record.get("timings", []):
        total = timing if timing["phase"] == "total" else total
    tasks = record.get("tasks", {}).values()
    known = [right for task in tasks for right in task.get("solved", []) if right is not None]
    engine = record.get("params", {}).get("engine")
    counts = (len(tasks), sum(known), len(known))
    times = (total.get("wall"), total.get("cpu"), total.get("parallelism"))
    return (name, record.get("status"), engine, *counts, *times)


def history_table(rows: Sequence[Row]) -> Figure:
    """The runs as a table."""
    return score_table(rows, COLUMNS, _title(rows))


def _title(rows: Sequence[Row]) -> str:
    return f"History of {len(rows)} run{'s' if len(rows) != 1 else ''}"


def history_page(rows: Sequence[Row]) -> str:
    """The runs as HTML."""
    return table_html(rows, COLUMNS, limit=MOST)


@default_style
def history_figure(rows: Sequence[Row]) -> Figure:
    """Right test outputs and seconds of each run, in their order; at most the last `MOST`."""
    shown = list(rows)[-MOST:]
    figure = new_figure(10, 1.5 + 0.24 * max(2, len(shown)), constrained=True)
    left, right = figure.subplots(1, 2, sharey=True)
    _bars(left, [row[4] for row in shown], BLUE, "right test outputs")
    _bars(right, [row[6] for row in shown], ORANGE, "seconds (wall)")
    names = [str(row[0]) if len(str(row[0])) <= 32 else f"…{str(row[0])[-31:]}" for row in shown]
    left.set_yticks(range(len(shown)), names)
    left.set_ylim(len(shown) - 0.4, -0.6)
    figure.suptitle(_title(rows) + (f", the last {MOST}" if len(rows) > MOST else ""))
    return figure


def _bars(axes: Axes, values: Sequence[Any], color: str, label: str) -> None:
    """A bar for each value with its number; a cross for a run without one (it failed)."""
    longest = max([value for value in values if value is not None], default=0) or 1
    for place, value in enumerate(values):
        if value is None:
            axes.plot([0], [place], "x", color="#D55E00", clip_on=False)
            continue
        axes.barh(place, value, 0.7, color=color)
        axes.text(value + longest * 0.01, place, f"{value:,.4g}", fontsize=7, va="center")
    axes.set_xlim(0, longest * 1.12)
    axes.set_xlabel(label, fontsize=9)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


#: what a batch's summary may call the cells of a row
_NAMES: tuple[tuple[str, ...], ...] = (
    ("name", "run", "label", "out"),
    ("status",),
    ("engine",),
    ("tasks",),
    ("right", "solved"),
    ("known", "of"),
    ("wall", "seconds"),
    ("cpu",),
    ("parallelism", "speedup"),
)


def _summary_row(number: int, run: Mapping[str, Any]) -> Row:
    """The row of a run in a batch's summary, whose parameters and results may stand one level deeper."""
    inner = [value for value in run.values() if isinstance(value, dict)]
    flat = {key: value for part in [*inner, run] for key, value in part.items()}
    cells = [next((flat[name] for name in names if _is_cell(flat.get(name))), None) for names in _NAMES]
    return (cells[0] or f"run {number}", *cells[1:])


def _is_cell(value: Any) -> bool:
    return isinstance(value, (str, int, float))
