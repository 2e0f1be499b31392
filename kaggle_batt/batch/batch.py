"""A batch of notebook runs: each one papermill process with an outer limit, a few at a time.

    python -m kaggle_batt batch PLAN -o DIR [--jobs N] [--timeout S] [--resume]
    python -m kaggle_batt batch --grid engine=serial,process --grid seed=1,2 -p count=5 -o DIR

Each run has a folder `DIR/NNN-…` with the executed notebook, its parameters, papermill's log, the run's own
`files/`, and `state.json`. A run that fails, dies or takes too long is told and does not stop the others.
`--resume` skips what is done. DIR gets a summary as text, JSON and a picture.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaggle_batt.batch.plan import (
    Plan,
    PlannedRun,
)
from kaggle_batt.batch.summary import Row, make_row, write_summary
from kaggle_batt.engines.command import Command, Ended
from kaggle_batt.errors import MissingExtra, ParameterError, StoreError
from kaggle_batt.pipeline.files import RECORD, read_json, write_atomic, write_json

STATE = "state.json"
FORMAT = 1
KERNEL_DIED = 138  #: papermill's exit status when the kernel died
_POLL = 0.05  # seconds between looks at the running ones
_ENDED_WELL = ("done", "late")  # statuses of a run's own record


@dataclass(frozen=True)
class State:
    """How a run ended: 'done', 'failed' (a cell), 'died', 'timeout' or 'no record'; `detail` says more."""

    status: str
    detail: str
    seconds: float


def run_batch(
    plan: Plan,
    out: str | os.PathLike[str],
    *,
    resume: bool = False,
    on_end: Callable[[PlannedRun, State], None] | None = None,
) -> list[Row]:
    """Carry out the plan in the folder `out` and write the summary; a row for each run, in the plan's order.

    `on_end` is told of each run as it ends (or is found done). Raises ParameterError if `out` has runs of an
    earlier batch and `resume` is not set, or of another plan; MissingExtra without papermill. An interrupt
    ends the running ones and passes through; what had ended stays done.
    """
    folder = Path(out).absolute()
    if importlib.util.find_spec("papermill") is None:
        raise MissingExtra("a batch needs papermill: run `pip install papermill`")
    states = _earlier(plan, folder, resume)
    on_end = on_end or (lambda run, state: None)
    for run in plan.runs:
        if run.name in states:
            on_end(run, states[run.name])
    waiting = [run for run in plan.runs if run.name not in states]
    running: dict[str, tuple[PlannedRun, Command]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < plan.jobs:
                first = waiting.pop(0)
                running[first.name] = (first, _start(plan, first, folder / first.name))
            for run, ended in _ended(running):
                states[run.name] = _finish(run, ended, folder / run.name)
                on_end(run, states[run.name])
            time.sleep(_POLL)
    finally:
        for _, command in running.values():
            command.kill()
    rows = [_row(run, states[run.name], folder) for run in plan.runs]
    write_summary(folder, rows)
    return rows


def _earlier(plan: Plan, folder: Path, resume: bool) -> dict[str, State]:
    """What is done already, by the run's name."""
    found: dict[str, State] = {}
    names = {run.name for run in plan.runs}
    strange = {path.parent.name for path in folder.glob(f"*/{STATE}")} - names
    if strange:
        raise ParameterError(f"out: {folder} has {min(strange)}, which is of another plan; give a new folder")
    for run in plan.runs:
        path = folder / run.name / STATE
        if not path.is_file():
            continue
        told = _read_state(path)
        if not resume:
            raise ParameterError(f"out: {folder} has runs of an earlier batch; give --resume or a new folder")
        if told.get("digest") != run.digest:
            raise ParameterError(f"out: {path.parent} is of another plan or notebook; give a new folder")
        if told.get("status") == "done":
            found[run.name] = State("done", told.get("detail", ""), float(told.get("seconds", 0.0)))
    return found


def _read_state(path: Path) -> dict[str, Any]:
    try:
        value = read_json(path)
    except StoreError:
        return {}
    return value if isinstance(value, dict) else {}


def _start(plan: Plan, run: PlannedRun, folder: Path) -> Command:
    """Start papermill on the notebook; a run that was cut off goes on with its journal."""
    import yaml

    files = folder / "files"
    own = {"out": str(files), "resume": (files / "journal.jsonl").is_file()}
    parameters = run.parameters | {name: value for name, value in own.items() if name in plan.known}
    folder.mkdir(parents=True, exist_ok=True)
    for stale in (files / RECORD, folder / "notebook.ipynb"):
        stale.unlink(missing_ok=True)
    given = folder / "parameters.yaml"
    write_atomic(given, yaml.safe_dump(parameters, sort_keys=True).encode())
    write_json(folder / STATE, {"format": FORMAT, "digest": run.digest, "status": "started"})
    command = [sys.executable, "-m", "papermill", str(plan.notebook), str(folder / "notebook.ipynb")]
    command += ["-f", str(given), "--no-progress-bar"]
    log = folder / "papermill.log"
    return Command(command, log=log, timeout=plan.timeout, env=_environment())


def _environment() -> dict[str, str]:
    """This session's variables; the notebook finds this package even where it isn't installed."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path}


def _ended(running: dict[str, tuple[PlannedRun, Command]]) -> list[tuple[PlannedRun, Ended]]:
    """Those that have ended, taken out of the running ones."""
    found = [(run, ended) for run, command in running.values() if (ended := command.poll()) is not None]
    for run, _ in found:
        del running[run.name]
    return found


def _finish(run: PlannedRun, ended: Ended, folder: Path) -> State:
    """Judge a run and write its state."""
    status, detail = _judged(ended, folder)
    state = State(status, detail, round(ended.seconds, 3))
    value = {"format": FORMAT, "digest": run.digest, "parameters": run.parameters, "exit": ended.status}
    write_json(folder / STATE, value | {"status": status, "detail": detail, "seconds": state.seconds})
    return state


def _judged(ended: Ended, folder: Path) -> tuple[str, str]:
    """Status and detail, by papermill's exit status together with the run's own record."""
    if ended.status is None:
        return "timeout", f"ended after {ended.seconds:.0f} s"
    if ended.status == KERNEL_DIED or ended.status < 0:
        return "died", f"the kernel or papermill died (exit status {ended.status})"
    if ended.status != 0:
        return "failed", _failed_cell(folder) or _last_line(folder / "papermill.log")
    told = _read_state(folder / "files" / RECORD).get("status")
    if told in _ENDED_WELL:
        return "done", "" if told == "done" else "its time budget ended it"
    return "no record", f"papermill ended well, but the run's record says {told or 'nothing'}"


def _failed_cell(folder: Path) -> str:
    """The first error in the executed notebook, in one line; '' where there is none."""
    try:
        cells = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return ""
    for cell in cells:
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "error":
                lines = str(output.get("evalue", "")).strip().splitlines()
                return f"{output.get('ename')}: {lines[0] if lines else ''}"
    return ""


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no output"


def _row(run: PlannedRun, state: State, folder: Path) -> Row:
    files = folder / run.name / "files"
    return make_row(run.name, state.status, state.detail, run.parameters, files)
