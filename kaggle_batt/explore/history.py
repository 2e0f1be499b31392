"""The history of many runs: from the summary of a batch, or from the records found under a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from kaggle_batt.batch.results import COLUMNS, BatchRow, make_row, summary_figure
from kaggle_batt.draw.table import Table
from kaggle_batt.errors import StoreError
from kaggle_batt.explore.runs import find_runs
from kaggle_batt.pipeline.files import RECORD, read_json
from kaggle_batt.pipeline.record import read_partial

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 60  # runs that are drawn: the last ones

_FIELDS = [field.name for field in fields(BatchRow)]


def history(path: str | Path) -> list[BatchRow]:
    """A row for each run of a batch's summary (a JSON file), or of a folder with runs.

    Values that a run lacks are None. Raises `StoreError` for anything else.
    """
    path = Path(path)
    if path.is_dir():
        rows = []
        for folder in find_runs(path):
            record = read_partial(folder / RECORD)
            name, status = str(folder.relative_to(path)), str(record.get("status"))
            rows.append(make_row(name, status, "", record.get("params", {}), folder))
        return rows
    summary = read_json(path)
    runs = summary.get("runs") if isinstance(summary, dict) else None
    if not isinstance(runs, list) or not all([isinstance(run, dict) for run in runs]):
        raise StoreError(f"{path}: the summary of a batch was expected, with a list of runs")
    fields_of = [{name: run[name] for name in _FIELDS if name in run} for run in runs]
    given = {"status": "", "detail": "", "parameters": {}}
    return [BatchRow(**{"run": f"run {n}", **given, **found}) for n, found in enumerate(fields_of, 1)]


def history_table(rows: Sequence[BatchRow]) -> Table:
    """The last runs as a table."""
    title = f"History of {len(rows)} run{'s' if len(rows) != 1 else ''}"
    title += f", the last {MOST}" if len(rows) > MOST else ""
    return Table(COLUMNS, [row.cells for row in rows[-MOST:]], title, MOST)


def history_figure(rows: Sequence[BatchRow]) -> Figure:
    """Score, time and speed-up of the last runs."""
    return summary_figure(rows[-MOST:])
