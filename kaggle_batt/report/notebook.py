"""What the notebooks print and display around a run; everything is computed elsewhere."""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from kaggle_batt.api import Run, resolved
from kaggle_batt.draw.render import figure_of
from kaggle_batt.draw.table import Table
from kaggle_batt.errors import KaggleBattError
from kaggle_batt.kaggle.locate import chosen_data
from kaggle_batt.params import OPTIONS, Params, assignments, check_names, picked
from kaggle_batt.pipeline.compare import Difference
from kaggle_batt.pipeline.files import SUBMISSION
from kaggle_batt.pipeline.submission import load_submission, score_submission
from kaggle_batt.report.summary import compared

#: how the cell begins that papermill puts after the notebook's parameters cell
INJECTED = "# Parameters"


class Unequal(KaggleBattError):
    """Two runs that had to be equal are not."""


def parameters(cell: Mapping[str, Any]) -> Params:
    """The checked parameters out of a notebook's variables, printed. Raises `ParameterError`."""
    check_names(assigned(cell.get("In", ())), OPTIONS)
    params = picked(cell)
    if chosen := chosen_data(params.data, params.split):
        print(chosen)
    rows = [(name, value if value != "" else "-") for name, value in asdict(resolved(params)).items()]
    print(Table(("parameter", "value"), rows, limit=len(rows)).text())
    return params


def assigned(history: Sequence[str], known: Collection[str] = OPTIONS) -> list[str]:
    """The names that parameter cells assign: the notebook's own one (of `known`), and papermill's after it.

    `history` is IPython's, the sources of the cells that were run; of each kind the last one counts.
    """
    injected: list[str] = []
    own: list[str] = []
    for source in history:
        names: list[str] = []
        with suppress(SyntaxError):  # of a cell that isn't plain Python
            names = [name for name in assignments(source) if name.isidentifier()]
        if source.startswith(INJECTED):
            injected = names
        elif len({*names} & {*known}) > len(known) // 2:
            own = names
    return [*own, *injected]


def submission_verdict(run: Run) -> str:
    """A line on the submission, with its score where answers are known; raises `SubmissionError`."""
    submission = load_submission(run.folder / SUBMISSION)
    right, known = score_submission(submission, run.submitted)
    score = f"; {right} of {known} known test outputs right with two answers" if known else ""
    return f"submission.json is valid: {len(submission)} tasks{score}"


def show(view: Callable[..., Any], *args: Any) -> None:
    """Display the figure or drawing `view(*args)`. An error is printed: it must not fail a finished run."""
    from IPython.display import display

    try:
        shown = view(*args)
        display(shown if hasattr(shown, "savefig") else figure_of(shown))  # type: ignore[no-untyped-call]
    except Exception as error:
        print(f"{view.__name__} could not be drawn: {error!r}", file=sys.stderr)


def verdict(run: Run, other: Run | None, differences: Sequence[Difference]) -> str:
    """The equality verdict. Raises `Unequal` with what differs, or broken programs."""
    if run.record["broken"]:
        raise Unequal(f"alone, these programs do not give the battery's outputs: {run.record['broken']}")
    if differences:
        raise Unequal(compared(run, other, differences))
    return compared(run, other, differences)


def files_written(run: Run) -> str:
    places = [path.relative_to(run.folder).parts[0] for path in run.folder.rglob("*") if path.is_file()]
    counts = Counter([place for place in places if not place.startswith("compared_")])
    return f"in {run.folder}:\n{Table(('name', 'files'), sorted(counts.items())).text()}"
