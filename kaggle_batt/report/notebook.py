"""What the notebooks say and show around a run; everything is computed elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from kaggle_batt.api import Run, resolved
from kaggle_batt.draw.tables import table_text
from kaggle_batt.errors import KaggleBattError
from kaggle_batt.params import OPTIONS, Params, checked
from kaggle_batt.pipeline.files import SUBMISSION
from kaggle_batt.pipeline.submission import check_submission, load_submission, score_submission


class Unequal(KaggleBattError):
    """Two runs that had to be equal are not."""


def parameters(cell: Mapping[str, Any]) -> Params:
    """The checked parameters out of a notebook's variables, printed as they will be used.

    Raises `ParameterError` that names what is wrong.
    """
    params = checked({name: cell[name] for name in OPTIONS if name in cell})
    final = resolved(params)
    rows = [(name, getattr(final, name)) for name in OPTIONS]
    print(table_text([(name, value if value != "" else "-") for name, value in rows], ("parameter", "value")))
    return params


def submission_verdict(run: Run) -> str:
    """Read the submission back, check it, and tell its score where answers are known.

    Raises `SubmissionError` where Kaggle would refuse it.
    """
    submission = load_submission(run.folder / SUBMISSION)
    check_submission(submission, run.tasks)
    right, known = score_submission(submission, run.tasks)
    score = f"; {right} of {known} known test outputs right with two answers" if known else ""
    return f"submission.json is valid: {len(submission)} tasks{score}"


def show(figure: Callable[..., Any], *args: Any) -> None:
    """Display a figure; one that fails is told in a line, for it must not fail a finished run."""
    from IPython.display import display

    try:
        display(figure(*args))  # type: ignore[no-untyped-call]
    except Exception as error:
        print(f"the figure {figure.__name__} could not be drawn: {error!r}", file=sys.stderr)


def verdict(run: Run, other: Run | None, differences: list[str]) -> str:
    """The equality verdict. Raises `Unequal` with the paths where the runs differ, or broken programs."""
    if run.record["broken"]:
        raise Unequal(f"alone, these programs do not give the battery's outputs: {run.record['broken']}")
    if other is None and run.record["params"]["compare"]:
        return "not compared: the time budget did not suffice for two runs"
    if other is None:
        return "no second run was asked for; every program kept gave alone what it gave in the battery"
    engines = f"{run.record['params']['engine']} and {other.record['params']['engine']}"
    if differences:
        raise Unequal("\n".join([f"{engines} differ in {len(differences)} places:", *differences[:50]]))
    return f"EQUAL: {engines} gave the same candidates, outputs, scores, predictions and files"


def files_written(run: Run) -> str:
    """The files of a run, by folder."""
    counts: dict[str, int] = {}
    for path in run.folder.rglob("*"):
        if path.is_file() and not path.relative_to(run.folder).parts[0].startswith("compared_"):
            first = path.relative_to(run.folder).parts[0]
            counts[first] = counts.get(first, 0) + 1
    rows = [(name, counts[name]) for name in sorted(counts)]
    return table_text(rows, ("in " + str(run.folder), "files"))
