"""Kaggle's `submission.json`: built from predictions, checked, scored, written.

Form: `{"00576224": [{"attempt_1": grid, "attempt_2": grid}, …], …}`: every task, one entry per test input in
order, both attempts always. Source: the ARC Prize competition pages on Kaggle (`sample_submission.json`).
"""

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kaggle_batt.errors import SubmissionError, did_you_mean
from kaggle_batt.pipeline.files import SUBMISSION, write_atomic
from kaggle_batt.pipeline.scores import grid_rows
from kaggle_batt.tasks.grid import GridRows, grid_fault
from kaggle_batt.tasks.json_file import read_capped_json
from kaggle_batt.tasks.task import Task

ATTEMPTS = ("attempt_1", "attempt_2")
EVERY = 10.0  #: seconds between two writes during a search

Grid = list[list[int]]
Submission = dict[str, list[dict[str, Grid]]]
Predictions = Mapping[str, Sequence[Sequence[Any]]]


def build_submission(tasks: Mapping[str, Task], predictions: Predictions) -> Submission:
    """The submission for all `tasks`, in their order, checked.

    `predictions[task_id][test_index]` lists up to two grids, the likelier first; tasks may be missing. One
    grid is given as both attempts. Without any, both are the input's shape filled with 0.
    """
    submission = {
        id: [
            _entry(grids, sample.input)
            for grids, sample in zip(predictions.get(id, [()] * len(task.test)), task.test, strict=True)
        ]
        for id, task in tasks.items()
    }
    check_submission(submission, tasks)
    return submission


def _entry(grids: Sequence[Any], shape_of: GridRows) -> dict[str, Grid]:
    answers = [*grids] or [[[0] * len(row) for row in shape_of]]
    return {
        attempt: [list(row) for row in rows] for attempt, rows in zip(ATTEMPTS, answers * 2, strict=False)
    }


def check_submission(submission: Any, tasks: Mapping[str, Task]) -> None:
    """Raise `SubmissionError`, naming task, test input and attempt, if Kaggle could not score `submission`.

    The rule: exactly the tasks, one entry per test input, exactly both attempts in each, each a list of lists
    of plain ints 0–9 (no bool, no numpy; a tuple passes for a list), rectangular, 1–30 rows and columns.
    """
    if not isinstance(submission, dict):
        got = type(submission).__name__
        raise SubmissionError(f"expected an object with entries by task id, got a {got}")
    for id in submission:
        if id not in tasks:
            hint = did_you_mean(str(id), tasks)
            raise SubmissionError(f"task {id!r} is none of the {len(tasks)} tasks{hint}")
    for id, task in tasks.items():
        if id not in submission:
            raise SubmissionError(f"task {id}: not in the submission; every task has to be")
        _check_task(submission[id], task)


def score_submission(submission: Submission, tasks: Mapping[str, Task]) -> tuple[int, int]:
    """(right, total) known test outputs; either attempt counts. Raises as `check_submission` does."""
    check_submission(submission, tasks)
    verdicts = [
        any(tuple(map(tuple, entry[attempt])) == sample.output for attempt in ATTEMPTS)
        for id, task in tasks.items()
        for entry, sample in zip(submission[id], task.test, strict=True)
        if sample.output is not None
    ]
    return sum(verdicts), len(verdicts)


def dump_submission(submission: Submission) -> bytes:
    """The bytes of `submission.json`: compact JSON, sorted ids."""
    return json.dumps(submission, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def load_submission(path: str | os.PathLike[str]) -> Submission:
    """The unchecked value of a submission file. Raises `SubmissionError` where there is none."""
    value = read_capped_json(Path(path), SubmissionError)
    if not isinstance(value, dict):
        raise SubmissionError(f"{path}: expected an object with entries by task id")
    return value


def save_submission(folder: Path, tasks: Mapping[str, Task], predictions: Predictions) -> None:
    """Write a valid `submission.json` of grids as text, with fillers where nothing is predicted."""
    grids = {name: [list(map(grid_rows, texts)) for texts in found] for name, found in predictions.items()}
    write_atomic(folder / SUBMISSION, dump_submission(build_submission(tasks, grids)))


def begin_submission(folder: Path, tasks: Mapping[str, Task]) -> bool:
    """Write a submission of fillers where there is no valid one of these tasks; whether there was one."""
    try:
        check_submission(load_submission(folder / SUBMISSION), tasks)
    except SubmissionError:
        save_submission(folder, tasks, {})
        return False
    return True


class GrowingSubmission:
    """The submission during a search, written every ten seconds; the `known` answers come first."""

    def __init__(self, folder: Path, tasks: Mapping[str, Task], known: Mapping[str, list[list[str]]]) -> None:
        self.folder, self.tasks, self.known = folder, tasks, known
        self.answers = dict(known)
        self.written = time.monotonic()

    def add(self, task: str, answers: list[list[str]]) -> None:
        """Add a task's answers, and write the submission if the last time is long ago."""
        if answers:
            both = zip(self.known.get(task, [[] for _ in answers]), answers, strict=True)
            self.answers[task] = [list(dict.fromkeys([*one, *two]))[:2] for one, two in both]
        if time.monotonic() - self.written >= EVERY:
            self.save()

    def save(self) -> None:
        """Write the submission; without any answer the one that is there stays."""
        if self.answers:
            save_submission(self.folder, self.tasks, self.answers)
        self.written = time.monotonic()


def _check_task(entries: Any, task: Task) -> None:
    if not isinstance(entries, list) or len(entries) != len(task.test):
        got = len(entries) if isinstance(entries, list) else f"a {type(entries).__name__}"
        raise SubmissionError(f"task {task.id}: expected a list of {len(task.test)} entries, got {got}")
    for number, entry in enumerate(entries, 1):
        place = f"task {task.id}: test {number}"
        if not isinstance(entry, dict) or sorted(map(str, entry)) != list(ATTEMPTS):
            got = ", ".join(sorted(map(str, entry))) if isinstance(entry, dict) else type(entry).__name__
            raise SubmissionError(f"{place}: expected {' and '.join(ATTEMPTS)}, got {got or 'nothing'}")
        for attempt in ATTEMPTS:
            if fault := grid_fault(entry[attempt]):
                raise SubmissionError(f"{place}: {attempt}: {fault}")
