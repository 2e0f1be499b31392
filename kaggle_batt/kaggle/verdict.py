"""Faults in the files of a rehearsal: executed notebook, submission, record, stray files."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.kaggle.stage import SECRET
from kaggle_batt.pipeline.files import RECORD, SUBMISSION
from kaggle_batt.pipeline.record import FORMAT
from kaggle_batt.pipeline.submission import check_submission, load_submission, score_submission
from kaggle_batt.tasks.json_file import read_capped_json
from kaggle_batt.tasks.loading import load_tasks, read_tasks
from kaggle_batt.tasks.selection import Selection

_ENDED_WELL = ("done", "late")  # a run that its time budget ended is late, and whole
#: what Python tools leave in a home folder
_USUAL = frozenset({".cache", ".config", ".ipython", ".jupyter", ".local", ".dask"})
_MARK = "papermill-error-cell-tag"  # cells that papermill puts in front of one that failed

Stamp = tuple[int, int]


def notebook_faults(path: Path) -> list[str]:
    """Cells of an executed notebook that failed or were not run; or that it is missing."""
    try:
        cells = read_capped_json(path)["cells"]
    except (KaggleBattError, KeyError) as error:
        return [f"executed notebook: none that can be read ({error})"]
    faults = []
    own = [cell for cell in cells if _MARK not in cell.get("metadata", {}).get("tags", ())]
    for number, cell in enumerate(own):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        errors = [output for output in cell.get("outputs", ()) if output["output_type"] == "error"]
        faults += [f"executed notebook: cell {number}: {e['ename']}: {e['evalue']}" for e in errors]
        if not errors and cell.get("execution_count") is None:
            faults.append(f"executed notebook: cell {number} was not run")
    return faults


def submission_faults(working: Path, data: Path, split: str, whole: bool) -> list[str]:
    """What Kaggle would refuse in the submission for `data`; of a part of its tasks if not `whole`."""
    try:
        submission = load_submission(working / SUBMISSION)
        selection = Selection(ids=None if whole else list(submission), whole=True)
        check_submission(submission, read_tasks(data, split, selection).submitted)
    except KaggleBattError as error:
        return [f"{SUBMISSION}: {error}"]
    return []


def score(working: Path, data: Path) -> tuple[int, int] | None:
    """(right, known) test outputs of the submission by the answers in `data`; None where it isn't of them."""
    try:
        submission = load_submission(working / SUBMISSION)
        known = load_tasks(data, "training") | load_tasks(data, "evaluation")
        return score_submission(submission, {id: known[id] for id in submission})
    except (KaggleBattError, KeyError):
        return None


def record_faults(working: Path) -> list[str]:
    """What is wrong with the run record in the working folder, alone or against the submission."""
    try:
        record, submitted = (read_capped_json(working / name) for name in (RECORD, SUBMISSION))
    except KaggleBattError as error:
        return [f"{RECORD}: cannot be read, though there is a submission ({error})"]
    faults = []
    if record.get("format") != FORMAT:
        faults.append(f"{RECORD}: expected format {FORMAT}, got {record.get('format')!r}")
    if record.get("status") not in _ENDED_WELL:
        faults.append(f"{RECORD}: expected status {' or '.join(_ENDED_WELL)}, got {record.get('status')!r}")
    if record.get("broken"):
        faults.append(f"{RECORD}: programs that gave something else alone: {record['broken']}")
    if {*record.get("tasks", ()), *record.get("placeholders", ())} != set(submitted):
        faults.append(f"{RECORD}: its tasks are not those of {SUBMISSION}")
    return faults


def stray_faults(temporary: Path) -> list[str]:
    """Files left in the temporary folder, but for what tools keep at home and the unzipped package."""
    home = temporary / "home"
    left = [path for path in home.glob("*") if path.name not in _USUAL]
    for path in [path for path in temporary.iterdir() if path != home]:
        files = [item for item in (path, *path.rglob("*")) if item.is_file()]
        left += [path] if any("kaggle_batt" not in item.parts for item in files) else []
    return [f"left behind: {path.relative_to(temporary)} in the temporary folder" for path in sorted(left)]


def secret_faults(folders: Iterable[Path]) -> list[str]:
    """Files that hold the token which stands for Kaggle's."""
    token = SECRET.encode()
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [f"{path.name}: holds an environment's token" for path in files if token in path.read_bytes()]


def stamps(folders: Iterable[Path]) -> dict[str, Stamp]:
    """Size and time of change of every file below the folders, to be compared afterwards."""
    places = (place for folder in folders for place in os.walk(folder))
    paths = (os.path.join(place, name) for place, _, names in places for name in names)
    found = {path: os.lstat(path) for path in paths}
    return {path: (s.st_size, s.st_mtime_ns) for path, s in found.items() if stat.S_ISREG(s.st_mode)}


def changed_faults(before: dict[str, Stamp], after: dict[str, Stamp]) -> list[str]:
    """Files that were made, changed or removed outside of the working folder."""
    changed = sorted([path for path in {*before, *after} if before.get(path) != after.get(path)])
    return [f"written elsewhere: {path}" for path in changed if "/__pycache__/" not in path]
