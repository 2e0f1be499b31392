"""The results of a batch: a row of figures for each run, as text, JSON and one picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kaggle_batt.draw.charts import BLUE, GRAY, GREEN, ORANGE, add_bars
from kaggle_batt.draw.render import Axes, Figure, default_style, new_figure, to_png, write
from kaggle_batt.draw.table import Table
from kaggle_batt.errors import StoreError
from kaggle_batt.pipeline.compare import compare_records
from kaggle_batt.pipeline.files import RECORD, read_json, write_atomic, write_json
from kaggle_batt.pipeline.record import read_record, score

SUMMARY = "summary"
FORMAT = 1
SPEED = ("wall s", "workers", "CPU/wall", "serial/wall")
COLUMNS = ("run", "status", "tasks", "right", "known", *SPEED, "detail")


@dataclass(frozen=True)
class BatchRow:
    """One run. Without a record of its own all figures are None."""

    run: str
    status: str
    detail: str
    parameters: Mapping[str, Any]
    tasks: int | None = None
    right: int | None = None  # of the `known` test outputs, with two answers
    known: int | None = None
    wall: float | None = None  # seconds of the pipeline
    parallelism: float | None = None  # CPU seconds over `wall`
    speedup: float | None = None  # wall seconds of the serial run that it was compared with, over `wall`
    workers: int | None = None  # with which the speed-ups were measured

    @property
    def cells(self) -> tuple[Any, ...]:
        speed = [self.wall, self.workers, self.parallelism, self.speedup]
        figures = [self.tasks, self.right, self.known, *speed]
        shown = ["-" if f is None else round(f, 2) if isinstance(f, float) else f for f in figures]
        return (self.run, self.status, *shown, self.detail)


def make_row(run: str, files: Path) -> BatchRow:
    """The row of a run, as the record in the folder `files` says."""
    record = read_object(files / RECORD, read_record)
    if not record:
        return BatchRow(run, "unreadable", "", {})
    right, known = score(record["tasks"].values())
    total = _total(record)
    wall = total.get("wall")
    other = read_object(files / "compared_serial" / RECORD, read_record)
    is_its_own = other and record["params"]["compare"] and compare_records(record, other) == []
    serial = _total(other) if is_its_own else {}
    return BatchRow(
        run,
        record["status"],
        "",
        record["params"],
        tasks=len(record["tasks"]),
        right=right,
        known=known,
        wall=wall,
        parallelism=total["cpu"] / wall if wall else None,
        speedup=serial["wall"] / wall if wall and serial else None,
        workers=record["environment"].get("workers"),
    )


def read_object(path: Path, read: Callable[[Path], Any] = read_json) -> dict[str, Any]:
    """The JSON object that `read` finds in a file, {} where there is none."""
    try:
        value = read(path)
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


@default_style()
def summary_figure(rows: Sequence[BatchRow]) -> Figure:
    """Scores, time and speed-up, a line for each run; a run without a record has its status instead."""
    figure = new_figure(12, 1.3 + 0.3 * max(1, len(rows)), constrained=True)
    left, middle, right = figure.subplots(1, 3, sharey=True)
    speedups = [("workers", GRAY, "workers"), ("parallelism", BLUE, "CPU ÷ wall")]
    speedups.append(("speedup", ORANGE, "serial ÷ wall"))
    _fill(left, rows, ("Score", "known test outputs"), [("known", GRAY, "known"), ("right", GREEN, "right")])
    _fill(middle, rows, ("Time", "wall seconds"), [("wall", BLUE, "pipeline")])
    _fill(right, rows, ("Speed-up", "times"), speedups)
    for place, row in enumerate(rows):
        if row.wall is None or row.status != "done":
            write(left, 0, place, f" {row.status}", 8, va="center", color="#D55E00", weight="bold")
    return figure


def _fill(
    axes: Axes, rows: Sequence[BatchRow], titles: tuple[str, str], series: Sequence[tuple[str, str, str]]
) -> None:
    """Bars for each row under a title and over a unit; (attribute, color, label) for each series."""
    named = [
        (label, color, {row.run: value for row in rows if (value := getattr(row, attribute)) is not None})
        for attribute, color, label in series
    ]
    add_bars(axes, [row.run for row in rows], named, lambda v: f"{v:.2f}" if isinstance(v, float) else str(v))
    axes.set_title(titles[0], loc="left")
    axes.set_xlabel(titles[1])
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, fontsize=8, frameon=False)


def _total(record: Mapping[str, Any]) -> dict[str, float]:
    """The time of all phases of a record, {} where it has none."""
    return next((timing for timing in record.get("timings", ()) if timing["phase"] == "total"), {})
