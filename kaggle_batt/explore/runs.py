"""Runs: those that the notebook explores, two of them side by side, and the history of many.

A history is read from the summary of a batch, or from the records found under a folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from kaggle_batt.api import Run, load_run, run
from kaggle_batt.batch.results import COLUMNS, BatchRow, make_row, summary_figure
from kaggle_batt.draw.render import Figure
from kaggle_batt.draw.table import Row, Table
from kaggle_batt.errors import StoreError
from kaggle_batt.kaggle.locate import working_folder
from kaggle_batt.params import EXECUTION
from kaggle_batt.pipeline.compare import Comparison, comparison
from kaggle_batt.pipeline.files import RECORD, fault_in, read_json, record_path
from kaggle_batt.pipeline.record import read_record, score
from kaggle_batt.report.figures import phase_bars

MOST_RUNS = 60  # runs that are drawn: the last ones

_FIELDS = [field.name for field in fields(BatchRow)]
#: a few tasks that the library and its mutants solve, half solve and fail on: seconds of one core
SMALL: dict[str, Any] = {
    "data": "arcagi1",
    "split": "training",
    "ids": "007bbfb7,00d62c1b,0520fde7,08ed6ac7,67a3c6ac,a416b8f3",
    "mutants": 150,
    "search": 0,
    "progress": False,
}


def open_runs(folder: str = "", other: str = "") -> tuple[Run, Run]:
    """The run in a folder, and another to compare it with.

    Without a folder, small runs are made below `runs/explore` of the working folder, which differ in their
    seed. A run from a folder is compared with itself unless another one is given.
    """
    if folder:
        first = load_run(folder)
        return first, load_run(other) if other else first
    home = working_folder() / "runs" / "explore"
    first = run({**SMALL, "seed": 0, "out": str(home / "first")})
    return first, load_run(other) if other else run({**SMALL, "seed": 1, "out": str(home / "second")})


def find_runs(root: str | Path) -> list[Path]:
    """The folders of runs under `root`, itself included, at most three deep, in order; without the second
    runs that others were compared with."""
    top = Path(root)
    found = [path.parent for depth in range(4) for path in top.glob("*/" * depth + RECORD)]
    return sorted({path for path in found if not path.name.startswith("compared_")})


class RunPair:
    """Two runs, A and B, by their folders. Raises `StoreError` where a record is torn."""

    def __init__(self, a: str | Path, b: str | Path) -> None:
        self.paths = record_path(a), record_path(b)
        self.runs = [Run(_read(path, path.stat().st_mtime_ns), path.parent, {}) for path in self.paths]

    def settings(self) -> Table:
        """The folders, and the parameters, environment, battery and status that differ."""
        rows: list[Row] = [("folder", *[str(run.folder) for run in self.runs])]
        for found in Comparison(self.runs[0].record, self.runs[1].record, ()).settings:
            name = " ".join(found.path[found.path[0] in ("params", "environment") :])
            rows.append((f"{name} (how)" if name in EXECUTION else name, found.a, found.b))
        return Table(("setting", "run A", "run B"), rows, "Settings that differ")

    def times(self) -> Table:
        a, b = [{time.phase: time for time in run.times} for run in self.runs]
        rows = []
        for name in {**a, **b}:
            both = a.get(name), b.get(name)
            wall, cpu, jobs = [[getattr(t, key, None) for t in both] for key in ("wall", "cpu", "jobs")]
            ratio = wall[0] / wall[1] if wall[0] is not None and wall[1] else None
            rows.append((name, *wall, ratio, *cpu, *jobs))
        columns = ("phase", "wall A", "wall B", "A ÷ B", "CPU A", "CPU B", "jobs A", "jobs B")
        return Table(columns, rows, "Seconds of each phase")

    def walls(self) -> Figure:
        return phase_bars(dict(zip(("run A", "run B"), [run.walls for run in self.runs], strict=True)))

    def scores(self) -> Table:
        """Each task's right test outputs, best o score and candidates; tasks that differ come first."""
        a, b = [run.record["tasks"] for run in self.runs]
        rows = []
        for name in {**a, **b}:
            one, two = a.get(name, {}), b.get(name, {})
            size = one or two
            right, best, count = [(f(one), f(two)) for f in (_right, _best, lambda t: t.get("candidates"))]
            rows.append((name, *right, size.get("test"), *best, size.get("demo"), *count))
        rows.sort(key=lambda row: (row[1], row[4], row[7]) == (row[2], row[5], row[8]))
        o_scores = ("best o A", "best o B", "demos")
        columns = ("task", "right A", "right B", "of", *o_scores, "candidates A", "candidates B")
        return Table(columns, rows, "Scores, tasks that differ first")

    def verdict(self) -> str:
        """Whether the runs are equal, with what differs."""
        return comparison(*self.paths).text("run A and run B")


@lru_cache(maxsize=2)  # a large record takes a while to read
def _read(path: Path, _changed: int) -> Mapping[str, Any]:
    return read_record(path)


def _right(task: Mapping[str, Any]) -> int | None:
    """The task's right test outputs; None where no answer is known."""
    right, known = score([task])
    return right if known else None


def _best(task: Mapping[str, Any]) -> int | None:
    return max([score["demo"] for score in task.get("o_score", {}).values()], default=None)


def history(path: str | Path) -> list[BatchRow]:
    """A row for each run of a batch's summary (JSON), or of a folder with runs. Raises `StoreError`."""
    path = Path(path)
    if path.is_dir():
        return [make_row(str(folder.relative_to(path)), folder) for folder in find_runs(path)]
    summary = read_json(path)
    if fault_in(summary, {"runs": [dict]}):
        raise StoreError(f"{path}: the summary of a batch was expected, with a list of runs")
    fields_of = [{name: run[name] for name in _FIELDS if name in run} for run in summary["runs"]]
    given = {"status": "", "detail": "", "parameters": {}}
    return [BatchRow(**{"run": f"run {n}", **given, **found}) for n, found in enumerate(fields_of, 1)]


def history_table(rows: Sequence[BatchRow]) -> Table:
    title = f"History of {len(rows)} run{'s' if len(rows) != 1 else ''}"
    title += f", the last {MOST_RUNS}" if len(rows) > MOST_RUNS else ""
    return Table(COLUMNS, [row.cells for row in rows[-MOST_RUNS:]], title, MOST_RUNS)


def history_figure(rows: Sequence[BatchRow]) -> Figure:
    return summary_figure(rows[-MOST_RUNS:])
