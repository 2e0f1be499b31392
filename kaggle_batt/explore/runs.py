"""Two runs side by side, from their records: settings, timings, scores, differences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaggle_batt.draw.plots import phase_bars
from kaggle_batt.draw.tables import score_table, table_html
from kaggle_batt.errors import KaggleBattError, StoreError
from kaggle_batt.params import EXECUTION
from kaggle_batt.pipeline.compare import compare_files, compare_records
from kaggle_batt.pipeline.files import RECORD, read_json, record_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 30  # places of differences that are listed
TIMES = ("phase", "wall A", "wall B", "A ÷ B", "CPU A", "CPU B", "jobs A", "jobs B")
SCORES = ("task", "right A", "right B", "of", "best o A", "best o B", "demos", "candidates A", "candidates B")
SETTINGS = ("setting", "run A", "run B")
DIFFERENCES = ("where", "differences", "the first: run A ≠ run B")

Rows = list[tuple[Any, ...]]


def find_runs(root: str | Path) -> list[Path]:
    """The folders with a run record under `root`, itself included, at most three deep, in order."""
    top = Path(root)
    found = [path.parent for depth in range(4) for path in top.glob("*/" * depth + RECORD)]
    return sorted(set(found))


class Pair:
    """Two runs, A and B, given by their folders.

    Raises `StoreError` where a record is missing, torn or of another kind.
    """

    def __init__(self, a: str | Path, b: str | Path) -> None:
        self.paths = record_path(a), record_path(b)
        self.records: tuple[Mapping[str, Any], ...] = tuple([_record(path) for path in self.paths])

    def settings(self) -> Rows:
        """The folders, and parameters and environment that differ (rows of `SETTINGS`)."""
        a, b = [
            {**record.get("environment", {}), **record.get("params", {}), "status": record.get("status")}
            for record in self.records
        ]
        names = [name for name in {**a, **b} if a.get(name) != b.get(name) and name != "out"]
        unlike = [
            (f"{name} (how)" if name in EXECUTION else name, a.get(name), b.get(name)) for name in names
        ]
        return [("folder", *[str(path.parent) for path in self.paths]), *unlike]

    def times(self) -> Rows:
        """Seconds and jobs of each phase (rows of `TIMES`)."""
        a, b = [{t["phase"]: t for t in r.get("timings", [])} for r in self.records]
        return [
            (
                name,
                *_both(a, b, name, "wall"),
                _ratio(a, b, name),
                *_both(a, b, name, "cpu"),
                *_both(a, b, name, "jobs"),
            )
            for name in {**a, **b}
        ]

    def scores(self) -> Rows:
        """Each task's right test outputs, best o score and candidates (rows of `SCORES`).

        Tasks that differ come first.
        """
        a, b = [r.get("tasks", {}) for r in self.records]
        rows: Rows = []
        for name in {**a, **b}:
            one, two = a.get(name, {}), b.get(name, {})
            size = one or two
            pairs = [(_right(t), _best(t), t.get("candidates")) for t in (one, two)]
            (right_a, best_a, count_a), (right_b, best_b, count_b) = pairs
            shown = (right_a, right_b, size.get("test"), best_a, best_b, size.get("demo"), count_a, count_b)
            rows.append((name, *shown))
        return sorted(rows, key=lambda row: (row[1], row[4], row[7]) == (row[2], row[5], row[8]))

    @cached_property
    def differences(self) -> list[str]:
        """What makes the runs unequal, each with its path; empty where they are equal."""
        a, b = [path.parent for path in self.paths]
        older = [record.get("older_files", {}) for record in self.records]
        try:
            return compare_records(*self.records) + compare_files(a, b, older[0], older[1])
        except KaggleBattError as error:
            return [f"cannot be compared: {error}"]

    @property
    def verdict(self) -> str:
        """Whether the runs are equal, in a line."""
        count = len(self.differences)
        return (
            f"{count} differences" if count else "EQUAL: candidates, outputs, scores, predictions and files"
        )


def times_figure(pair: Pair) -> Figure:
    """Wall seconds of each phase of both runs."""
    a, b = [{t["phase"]: t["wall"] for t in record.get("timings", [])} for record in pair.records]
    return phase_bars(a, b, ("run A", "run B"))


def settings_figure(pair: Pair) -> Figure:
    """The settings that are not the same in both runs."""
    return score_table(pair.settings(), SETTINGS, "What is set differently")


def scores_figure(pair: Pair) -> Figure:
    """Each task's scores in both runs."""
    return score_table(pair.scores(), SCORES, "Scores of both runs, tasks that differ first")


def differences_figure(pair: Pair) -> Figure:
    """What makes the runs unequal."""
    return score_table(grouped(pair.differences), DIFFERENCES, pair.verdict, limit=MOST)


def pair_page(pair: Pair) -> str:
    """Settings, timings and scores as HTML."""
    parts = [
        ("What is set differently", table_html(pair.settings(), SETTINGS)),
        ("Seconds of each phase", table_html(pair.times(), TIMES)),
        ("Scores, tasks that differ first", table_html(pair.scores(), SCORES)),
    ]
    return "".join([f"<div><b>{title}</b>{table}</div>" for title, table in parts])


def differences_page(pair: Pair) -> str:
    """What makes the runs unequal as HTML."""
    table = table_html(grouped(pair.differences), DIFFERENCES, limit=MOST)
    return f"<div><b>{pair.verdict}</b>{table}</div>"


def _record(path: Path) -> Mapping[str, Any]:
    """The record in a file; the last few are kept, for a large one takes a while to read."""
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Mapping[str, Any]:
    record = read_json(path)
    if not isinstance(record, dict):
        raise StoreError(f"{path}: a run record was expected")
    return record


def grouped(differences: Sequence[str]) -> Rows:
    """Differences by the first three parts of their paths, with the first of each (rows of `DIFFERENCES`)."""
    groups: dict[str, list[str]] = {}
    for line in differences:
        groups.setdefault(" / ".join(line.split(": ")[0].split(" / ")[:3]), []).append(line)
    return [(where, len(lines), _rest(lines[0], where)) for where, lines in groups.items()]


def _rest(line: str, where: str) -> str:
    """What follows the place in a difference, md5s cut to eight digits."""
    return re.sub(r"\b([0-9a-f]{8})[0-9a-f]{24}\b", r"\1", line[len(where) :].lstrip(" /:"))


def _both(a: Mapping[str, Any], b: Mapping[str, Any], name: str, key: str) -> tuple[Any, Any]:
    return a.get(name, {}).get(key), b.get(name, {}).get(key)


def _ratio(a: Mapping[str, Any], b: Mapping[str, Any], name: str) -> float | None:
    one, two = _both(a, b, name, "wall")
    return one / two if one is not None and two else None


def _right(task: Mapping[str, Any]) -> int | None:
    """The task's right test outputs; None where no answer is known."""
    known = [right for right in task.get("solved", []) if right is not None]
    return sum(known) if known else None


def _best(task: Mapping[str, Any]) -> int | None:
    """The best demo score of the task's programs."""
    return max([score["demo"] for score in task.get("o_score", {}).values()], default=None)
