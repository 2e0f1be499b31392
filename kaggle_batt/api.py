"""The pipeline: parameters in, a `Run` with its record and files out.

The command line and the notebook are two thin faces of `run`.
"""

from __future__ import annotations

import html
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kaggle_batt import __version__
from kaggle_batt.draw.tables import table_html
from kaggle_batt.engines import Engine, Limits, make_engine
from kaggle_batt.errors import StoreError
from kaggle_batt.generate.candidates import battery_module, given_entries, renamed
from kaggle_batt.kaggle.locate import find_data, on_kaggle, time_budget, working_folder
from kaggle_batt.params import Params, checked
from kaggle_batt.pipeline.compare import compare_runs
from kaggle_batt.pipeline.dispatch import Progress, Tools
from kaggle_batt.pipeline.files import (
    JOURNAL,
    RECORD,
    read_json,
    record_path,
    sweep,
    usable_folder,
    write_json,
)
from kaggle_batt.pipeline.journal import Journal
from kaggle_batt.pipeline.outputs import Draft, begin_submission, save_files, save_submission
from kaggle_batt.pipeline.phases import State, fitting_answers, predict_all, score_known
from kaggle_batt.pipeline.plan import Plan, plan_of
from kaggle_batt.pipeline.record import digest, make_record
from kaggle_batt.pipeline.search_phase import seek
from kaggle_batt.pipeline.timings import Clock, PhaseTime, Span, table
from kaggle_batt.programs.battery import Battery
from kaggle_batt.tasks.task import Task, load_selected, load_tasks

#: shares of the time left that a phase may take under a time budget, so that the next ones get some
SHARES = {"score known": 0.3, "score demo": 0.6, "score test": 0.9}
#: what a search leaves to the phases behind it: seconds a task, but no more than that share of the time left
AFTER_SECONDS, AFTER_SHARE = 4.0, 0.2


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

    def _repr_html_(self) -> str:
        right, known = self.solved
        counts = self.record["candidates"]
        head = (
            f"run {self.record['status']}: {len(self.tasks)} tasks, {right} of {known} known outputs right; "
            f"candidates {counts['before']}, distinct programs {counts['after']}, kept {counts['kept']}; "
            f"in {self.folder}"
        )
        rows = [(t.phase, t.wall, t.cpu, t.jobs, t.parallelism) for t in self.times]
        columns = ("phase", "wall s", "CPU s", "jobs", "CPU/wall")
        return f"<div>{html.escape(head)}</div>{table_html(rows, columns)}"

    def timing_table(self, serial: Run | None = None) -> str:
        """The phases as text, with the older tool's keys; against a serial run where one is given."""
        return table(self.times, serial.walls if serial else None)


#: thousands of steps of a search per task: on a set to submit within a time budget (the passes go as far
#: as it reaches; more would not fit into the memory), without one, on any other set, beside a battery
SEARCH_TIMED, SEARCH_SUBMIT, SEARCH, SEARCH_BESIDE = 320_000, 40_000, 4_000, 0


def resolved(params: Params) -> Params:
    """The parameters with what was left empty filled in by what is at hand: data, folder, time."""
    data, split = find_data(params.data, params.split)
    submit, seconds = split == "test", time_budget(params.time_budget)
    search = params.search
    if search < 0:
        most = (SEARCH_TIMED if seconds else SEARCH_SUBMIT) if submit else SEARCH
        search = SEARCH_BESIDE if params.battery else most
    compare = params.compare
    if compare == "auto":
        compare = "" if submit or params.engine == "serial" else "serial"
    out = params.out or str(working_folder() if on_kaggle() else Path("runs/latest"))
    return replace(
        params, data=data, split=split, search=search, compare=compare, out=out, time_budget=seconds
    )


def choose_tasks(params: Params) -> dict[str, Task]:
    """The tasks that resolved parameters name. Raises `ParameterError` and `TaskError`.

    A test set is taken whole where none are named, for a submission needs every task of it.
    """
    ids = params.id_list or None
    start = None if params.start < 0 else params.start
    count = None if params.count < 0 else params.count
    if ids is None and params.split == "test" and start is None and count is None:
        return load_tasks(params.data or None, params.split)
    # ids go before positions, and choose alone
    where = (None, None) if ids is not None else (start, count)
    return load_selected(params.data or None, params.split, ids, *where)


def run(params: Params | Mapping[str, Any], progress: Progress | None = None) -> Run:
    """Carry out a run and write its files and record.

    Nothing is written before parameters, tasks and battery have been read and the journal accepted, so a
    refused run leaves the files of an earlier one alone. Raises `ParameterError`, `TaskError`,
    `BatteryError`, `EngineError`, `StoreError`; an interrupt passes through. Whatever ends the run, the
    record says so in its `status`: "done", "late" (the time budget ended it), "interrupted" or "failed";
    of a run that was killed it stays "running".
    """
    params = resolved(params if isinstance(params, Params) else checked(params))
    clock = Clock()
    deadline = clock.started + params.time_budget if params.time_budget else None
    with clock.phase("load"):
        tasks = choose_tasks(params)
        plan = _plan(params)
        engine = _engine(params, plan.guarded)
    try:
        folder = usable_folder(params.out)
        digest_ = _digest(params, tasks, plan.content)
        with closing(Journal(folder / JOURNAL, digest_, __version__, params.resume)) as journal:
            sweep(folder)
            tools = Tools(engine, _limits(params), clock, journal, progress, deadline)
            return _Course(params, tasks, folder, tools, plan).run()
    finally:
        engine.close()


def _plan(params: Params) -> Plan:
    """What is to be run: programs of the language, or a module of the older kind."""
    module = battery_module(params.battery) if params.battery else None
    if module is None:
        return plan_of(given_entries(params))
    from kaggle_batt.legacy import module_plan

    return module_plan(module, params, _limits(params))


def _engine(params: Params, guarded: bool) -> Engine:
    """The engine asked for; one that has no worker processes is replaced where they are needed."""
    workers, options = params.workers or None, {"scheduler": params.scheduler or None}
    if guarded and params.engine in ("serial", "thread"):
        return make_engine("process", 1 if params.engine == "serial" else workers)
    return make_engine(params.engine, workers, **(options if params.engine == "dask" else {}))


def _limits(params: Params) -> Limits:
    return Limits(cpu=params.timeout, wall=3 * params.timeout, memory=params.memory << 20)


def _digest(params: Params, tasks: Mapping[str, Task], content: Any) -> str:
    """A digest of parameters, tasks and programs: of all that the run's results hang on."""
    shown = {
        name: [[(s.input, s.output) for s in task.demo], [(s.input, s.output) for s in task.test]]
        for name, task in tasks.items()
    }
    return digest([params.digest(), shown, content])


class _Course:
    """A run under way: `state` is what is known so far."""

    def __init__(
        self, params: Params, tasks: Mapping[str, Task], folder: Path, tools: Tools, plan: Plan
    ) -> None:
        self.params, self.tasks, self.folder, self.tools, self.plan = params, tasks, folder, tools, plan
        self.state = State(tasks, Battery([]), Battery([]), {}, params.budget)
        self.older: dict[str, list[str]] = {}
        self.searched: dict[str, dict[str, Any]] = {}

    def run(self) -> Run:
        """The finished run."""
        try:
            self.write("running")
            begin_submission(self.folder, self.tasks, self.params.resume)
            self.generate()
            self.narrow()
            with self.tools.clock.phase("save"):
                self.older = save_files(self.folder, self.state, self.tools)
            return Run(self.write("late" if self.tools.not_done else "done"), self.folder, self.tasks)
        except BaseException as error:
            with suppress(StoreError):
                self.write("interrupted" if isinstance(error, KeyboardInterrupt) else "failed", error)
            raise

    def generate(self) -> None:
        """The battery of the given programs and of those that a search finds."""
        entries, scored = self.plan.entries, self.score_known()
        draft = Draft(self.folder, self.tasks, fitting_answers(scored))
        with self.tools.clock.phase("generate") as spans:
            if self.params.search:
                tools = self.tools.within(self.search_share())
                try:
                    found = seek(self.tasks, 1000 * self.params.search, tools, spans, draft.hear)
                    entries = [*entries, *renamed(found.entries, entries)]
                    self.searched = found.told
                finally:
                    draft.save()
            state = self.plan.begin(self.tasks, entries, self.params.budget)
        self.state = replace(state, drafts=draft.answers, scored=scored.outputs)

    def score_known(self) -> State:
        """What the given programs give, if a search comes that might leave no time for them."""
        if not self.params.search or self.tools.deadline is None:
            return self.state
        state = self.plan.begin(self.tasks, self.plan.entries, self.params.budget)
        tools = replace(self.tools.within(SHARES["score known"]), not_done=[])  # the phases behind try again
        with self.tools.clock.phase("score known") as spans:
            return score_known(state, tools, spans)

    def search_share(self) -> float:
        """The share of the time left that the search may take."""
        if self.tools.deadline is None:
            return 1.0
        left = max(1e-3, self.tools.deadline - time.monotonic())
        return 1.0 - min(AFTER_SHARE, AFTER_SECONDS * len(self.tasks) / left)

    def narrow(self) -> None:
        """The phases, and the predictions as soon as there are scores."""
        for name, phase in self.plan.phases:
            with self.tools.clock.phase(name) as spans:
                self.state = phase(self.state, self.tools.within(SHARES.get(name, 1.0)), spans)
            if name in ("filter", "validate"):
                self.state = predict_all(self.state)
                save_submission(self.folder, self.tasks, self.state.predictions)

    def write(self, status: str, error: BaseException | None = None) -> dict[str, Any]:
        """Write the record as things are, and return it."""
        struck = sorted(self.tools.struck, key=lambda told: (told["phase"], told["unit"]))
        extra = {
            "not_done": self.tools.not_done,
            "struck": struck,
            "fault": repr(error) if error else None,
            "older_files": self.older,
            "searched": self.searched,
        }
        workers = self.tools.engine.workers
        record = make_record(self.params, self.state, self.tools.clock, workers, status, extra)
        write_json(self.folder / RECORD, record)
        return record


def load_run(folder: str | Path) -> Run:
    """A run read back from its folder; its tasks are loaded by the record's parameters."""
    path = record_path(folder)
    record = read_json(path)
    params = checked({**record["params"], "ids": ",".join(record["tasks"]), "start": -1, "count": -1})
    return Run(record, path.parent, choose_tasks(resolved(params)))


def run_compared(params: Params, progress: Progress | None = None) -> tuple[Run, Run | None, list[str]]:
    """The run; where `params.compare` names an engine, the same run with it and their differences.

    The time budget is for both: where it ends either, there is no second run to compare with.
    """
    params, started = resolved(params), time.monotonic()
    first = run(params, progress)
    left = params.time_budget - (time.monotonic() - started) if params.time_budget else 0.0
    if not params.compare or first.record["status"] == "late" or left < 0:
        return first, None, []
    out = str(Path(params.out) / f"compared_{params.compare}")
    other = replace(params, engine=params.compare, compare="", out=out, time_budget=left)
    second = run(other, progress)
    if second.record["status"] == "late":
        return first, None, []
    return first, second, compare_runs(first.folder, second.folder)
