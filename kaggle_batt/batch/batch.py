"""A batch of notebook runs: each one papermill process with a time limit, a few at a time.

Each run has a folder `DIR/NNN-…` with the executed notebook, its parameters, papermill's log, the run's own
`files/`, and `state.json`. A run that fails, dies or takes too long does not stop the others. A resumed batch
skips what is done. DIR gets a summary as text, JSON and a picture.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kaggle_batt.batch.plan import BatchPlan, NotebookRun
from kaggle_batt.batch.results import BatchRow, make_row, read_object, write_summary
from kaggle_batt.engines.base import cores
from kaggle_batt.engines.command import Command, Ended, last_line
from kaggle_batt.errors import ParameterError
from kaggle_batt.pipeline.files import JOURNAL, RECORD, fault_in, write_atomic, write_json

STATE = "state.json"
FORMAT = 1
_STATE = {"status": str, "detail": str, "seconds": int | float}  # of a run that has ended
KERNEL_DIED = 138  #: papermill's exit status when the kernel died
_POLL = 0.05  # seconds between checks of the running ones
_ENDED_WELL = ("done", "late")  # statuses of a run's own record


@dataclass(frozen=True)
class RunEnd:
    """How a run ended: 'done', 'failed' (a cell), 'died', 'timeout' or 'no record'; `detail` says more."""

    status: str
    detail: str
    seconds: float


def run_batch(
    plan: BatchPlan,
    out: str | os.PathLike[str],
    *,
    resume: bool = False,
    on_end: Callable[[NotebookRun, RunEnd], None] = lambda run, end: None,
) -> list[BatchRow]:
    """Carry out the plan in the folder `out` and write the summary; a row for each run, in the plan's order.

    `on_end` is called for each run as it ends (or is found done). Raises ParameterError if `out` has runs of
    an earlier batch and `resume` is not set, or of another plan. An interrupt ends the running ones and
    passes through; what had ended stays done.
    """
    folder = Path(out).absolute()
    ends = _earlier(plan, folder, resume)
    for run in plan.runs:
        if run.name in ends:
            on_end(run, ends[run.name])
    waiting = [run for run in plan.runs if run.name not in ends]
    running: dict[str, tuple[NotebookRun, Command]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < plan.jobs:
                first = waiting.pop(0)
                running[first.name] = (first, _start(plan, first, folder / first.name))
            for run, command in list(running.values()):
                if ended := command.poll():
                    del running[run.name]
                    ends[run.name] = _finish(run, ended, folder / run.name)
                    on_end(run, ends[run.name])
            time.sleep(_POLL)
    finally:
        for _, command in running.values():
            command.kill()
    rows = []
    for run in plan.runs:
        end, row = ends[run.name], make_row(run.name, folder / run.name / "files")
        rows.append(replace(row, status=end.status, detail=end.detail, parameters=run.parameters))
    write_summary(folder, rows)
    return rows


def _earlier(plan: BatchPlan, folder: Path, resume: bool) -> dict[str, RunEnd]:
    """The ends of the runs that are done already, by name."""
    found: dict[str, RunEnd] = {}
    digests = {run.name: run.digest for run in plan.runs}
    for path in sorted(folder.glob(f"*/{STATE}")):
        name, state = path.parent.name, read_object(path)
        if name not in digests:
            raise ParameterError(f"out: {folder} has {name}, which is of another plan; give a new folder")
        if not resume:
            raise ParameterError(f"out: {folder} has runs of an earlier batch; give --resume or a new folder")
        if state.get("digest") != digests[name]:
            raise ParameterError(f"out: {path.parent} is of another plan or notebook; give a new folder")
        if not fault_in(state, _STATE) and state["status"] == "done":
            found[name] = RunEnd("done", state["detail"], float(state["seconds"]))
    return found


def _start(plan: BatchPlan, run: NotebookRun, folder: Path) -> Command:
    """Start papermill on the notebook; an interrupted run continues with its journal."""
    import yaml

    files = folder / "files"
    own = {"out": str(files), "resume": (files / JOURNAL).is_file()}
    if not run.parameters.get("workers"):  # runs at the same time share the cores
        own["workers"] = max(1, cores() // min(plan.jobs, len(plan.runs)))
    parameters = run.parameters | {name: value for name, value in own.items() if name in plan.known}
    folder.mkdir(parents=True, exist_ok=True)
    for stale in (files / RECORD, folder / "notebook.ipynb"):
        stale.unlink(missing_ok=True)
    given = folder / "parameters.yaml"
    write_atomic(given, yaml.safe_dump(parameters, sort_keys=True).encode())
    write_json(folder / STATE, {"format": FORMAT, "digest": run.digest, "status": "started"})
    command = [sys.executable, "-m", "papermill", str(plan.notebook), str(folder / "notebook.ipynb")]
    command += ["-f", str(given), "--no-progress-bar"]
    # the notebook finds this package even where it isn't installed
    here, given_path = str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [here, given_path]))}
    return Command(command, log=folder / "papermill.log", timeout=plan.timeout, env=env)


def _finish(run: NotebookRun, ended: Ended, folder: Path) -> RunEnd:
    status, detail = _judged(ended, folder)
    end = RunEnd(status, detail, round(ended.seconds, 3))
    value = {"format": FORMAT, "digest": run.digest, "parameters": run.parameters, "exit": ended.status}
    write_json(folder / STATE, value | asdict(end))
    return end


def _judged(ended: Ended, folder: Path) -> tuple[str, str]:
    """Status and detail, by papermill's exit status together with the run's own record."""
    if ended.status is None:
        return "timeout", f"ended after {ended.seconds:.0f} s"
    if ended.status == KERNEL_DIED or ended.status < 0:
        return "died", f"the kernel or papermill died (exit status {ended.status})"
    if ended.status != 0:
        return "failed", _failed_cell(folder / "notebook.ipynb") or last_line(folder / "papermill.log")
    recorded = read_object(folder / "files" / RECORD).get("status")
    if recorded in _ENDED_WELL:
        return "done", "" if recorded == "done" else "its time budget ended it"
    return "no record", f"papermill ended well, but the run's record says {recorded or 'nothing'}"


def _failed_cell(notebook: Path) -> str:
    """The first error in the executed notebook, in one line; '' where there is none."""
    for cell in read_object(notebook).get("cells", ()):
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "error":
                lines = str(output.get("evalue", "")).strip().splitlines()
                return f"{output.get('ename')}: {lines[0] if lines else ''}"
    return ""
