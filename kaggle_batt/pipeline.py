"""The pipeline: parameters in, a `Run` with its record and files out.

The command line and the notebook are two thin faces of `run`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kaggle_batt import __version__
from kaggle_batt.candidates import given_entries, lists_of, split_entries
from kaggle_batt.carry import Progress, Tools
from kaggle_batt.compare import compare_runs
from kaggle_batt.engines import Limits, make_engine
from kaggle_batt.journal import Journal
from kaggle_batt.locate import find_data, on_kaggle, time_budget, working_folder
from kaggle_batt.params import Params, checked
from kaggle_batt.phases import (
    Phase,
    State,
    differ,
    filter_candidates,
    inline,
    predict_all,
    score_demo,
    score_test,
    validate,
)
from kaggle_batt.record import digest, make_record
from kaggle_batt.saving import Draft, save_files, save_submission
from kaggle_batt.seek import seek
from kaggle_batt.store import JOURNAL, RECORD, read_json, record_path, write_json
from kaggle_batt.tasks import Task, load_tasks, select_tasks
from kaggle_batt.timings import Clock, PhaseTime, Span, table

#: the phases between generating and saving, in order
PHASES: tuple[tuple[str, Phase], ...] = (
    ("score demo", score_demo),
    ("score test", score_test),
    ("filter", filter_candidates),
    ("inline", inline),
    ("validate", validate),
    ("differ", differ),
)


@dataclass(frozen=True)
class Run:
    """A finished run: its record, its folder, and the tasks it was on."""

    record: Mapping[str, Any]
    folder: Path
    tasks: Mapping[str, Task]

    @property
    def times(self) -> list[PhaseTime]:
        """The time of each phase, the total last."""
        return [
            PhaseTime(t["phase"], t["wall"], t["cpu"], t["jobs"], tuple([Span(*s) for s in t["spans"]]))
            for t in self.record["timings"]
        ]

    @property
    def walls(self) -> dict[str, float]:
        """Wall seconds by phase."""
        return {time.phase: time.wall for time in self.times}

    @property
    def solved(self) -> tuple[int, int]:
        """(test outputs right with two answers, test outputs known)."""
        known = [
            right for task in self.record["tasks"].values() for right in task["solved"] if right is not None
        ]
        return sum(known), len(known)

    def timing_table(self, serial: Run | None = None) -> str:
        """The phases as text, with the older tool's keys; against a serial run where one is given."""
        return table(self.times, serial.walls if serial else None)


#: thousands of steps of a search per task: on a set to submit, on any other, beside a battery
SEARCH_SUBMIT, SEARCH, SEARCH_BESIDE = 40_000, 4_000, 0


def resolved(params: Params) -> Params:
    """The parameters with what was left empty filled in by what is at hand: data, folder, time."""
    data, split = find_data(params.data, params.split)
    submit = split == "test"
    search = params.search
    if search < 0:
        search = SEARCH_BESIDE if params.battery else SEARCH_SUBMIT if submit else SEARCH
    compare = params.compare
    if compare == "auto":
        compare = "" if submit or params.engine == "serial" else "serial"
    out = params.out or str(working_folder() if on_kaggle() else Path("runs/latest"))
    seconds = time_budget(params.time_budget)
    return replace(
        params, data=data, split=split, search=search, compare=compare, out=out, time_budget=seconds
    )


def choose_tasks(params: Params) -> dict[str, Task]:
    """The tasks that resolved parameters name. Raises `ParameterError` and `TaskError`."""
    ids = params.id_list or None
    start = None if params.start < 0 else params.start
    count = None if params.count < 0 else params.count
    if ids is not None:
        return select_tasks(load_tasks(params.data or None, params.split, only=ids), ids)
    return select_tasks(load_tasks(params.data or None, params.split), None, start, count)


def run(params: Params | Mapping[str, Any], progress: Progress | None = None) -> Run:
    """Carry out a run and write its files and record.

    Raises `ParameterError`, `TaskError`, `BatteryError`, `StoreError`; an interrupt passes through
    after the record of what was done has been written as "interrupted".
    """
    params = resolved(params if isinstance(params, Params) else checked(params))
    started = time.monotonic()
    deadline = started + params.time_budget if params.time_budget else None
    tasks = choose_tasks(params)
    folder = Path(params.out)
    save_submission(folder, tasks, {})
    journal = Journal(folder / JOURNAL, _digest(params, tasks), __version__, params.resume)
    engine = make_engine(params.engine, params.workers or None, **_engine_options(params))
    tools = Tools(engine, _limits(params), Clock(), journal, progress, deadline)
    try:
        return _phased(params, tasks, folder, tools)
    finally:
        engine.close()
        journal.close()


def _engine_options(params: Params) -> dict[str, Any]:
    return {"scheduler": params.scheduler or None} if params.engine == "dask" else {}


def _limits(params: Params) -> Limits:
    return Limits(cpu=params.timeout, wall=3 * params.timeout, memory=params.memory << 20)


def _digest(params: Params, tasks: Mapping[str, Task]) -> str:
    shown = {
        name: [[(s.input, s.output) for s in task.demo], [(s.input, s.output) for s in task.test]]
        for name, task in tasks.items()
    }
    return digest([params.digest(), shown])


def _phased(params: Params, tasks: Mapping[str, Task], folder: Path, tools: Tools) -> Run:
    state: State | None = None
    status = "interrupted"
    try:
        with tools.clock.phase("generate") as spans:
            entries = given_entries(params)
            if params.search:
                draft = Draft(folder, tasks)
                entries += seek(tasks, 1000 * params.search, tools, spans, draft.hear)
            solvers, differs = split_entries(entries)
        state = State(tasks, solvers, differs, lists_of(solvers, tasks), params.budget)
        for name, phase in PHASES:
            with tools.clock.phase(name) as spans:
                state = phase(state, tools, spans)
            if name == "filter":
                state = predict_all(state)
                save_submission(folder, tasks, state.predictions)
        status = "late" if tools.not_done else "done"
        with tools.clock.phase("save"):
            save_files(folder, state)
    finally:
        record = _record(params, state, tools, status) if state else None
        if record:
            write_json(folder / RECORD, record)
    assert record is not None
    return Run(record, folder, tasks)


def _record(params: Params, state: State, tools: Tools, status: str) -> dict[str, Any]:
    extra = {"not_done": tools.not_done, "struck": tools.struck}
    return make_record(params, state, tools.clock, tools.engine.workers, status, extra)


def load_run(folder: str | Path) -> Run:
    """A run read back from its folder; its tasks are loaded by the record's parameters."""
    path = record_path(folder)
    record = read_json(path)
    params = checked({**record["params"], "ids": ",".join(record["tasks"]), "start": -1, "count": -1})
    return Run(record, path.parent, choose_tasks(resolved(params)))


def run_compared(params: Params, progress: Progress | None = None) -> tuple[Run, Run | None, list[str]]:
    """The run; where `params.compare` names an engine, the same run with it and their differences."""
    params = resolved(params)
    first = run(params, progress)
    if not params.compare:
        return first, None, []
    out = str(Path(params.out) / f"compared_{params.compare}")
    other = replace(params, engine=params.compare, compare="", out=out, resume=False)
    second = run(other, progress)
    return first, second, compare_runs(first.folder, second.folder)
