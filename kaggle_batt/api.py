"""The package's face: parameters in, a `Run` with its record and files out."""

import html
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from kaggle_batt import __version__
from kaggle_batt.draw.table import Table
from kaggle_batt.engines import ENDLESS, Deadline, Engine, Limits, make_engine
from kaggle_batt.errors import ParameterError, StoreError
from kaggle_batt.generate.candidates import given_programs, renamed
from kaggle_batt.kaggle.locate import find_data, on_kaggle, time_budget, working_folder
from kaggle_batt.params import TLS, Params, checked, digest
from kaggle_batt.pipeline import files
from kaggle_batt.pipeline.compare import Difference, compare_runs
from kaggle_batt.pipeline.dispatch import Progress, Tools
from kaggle_batt.pipeline.journal import Journal
from kaggle_batt.pipeline.outputs import save_files
from kaggle_batt.pipeline.phases import Recipe, first_state, fitting_answers, score_samples
from kaggle_batt.pipeline.record import make_record, not_done_fields, read_record, score
from kaggle_batt.pipeline.scores import PARTS
from kaggle_batt.pipeline.search_phase import search_tasks
from kaggle_batt.pipeline.state import RunState
from kaggle_batt.pipeline.submission import GrowingSubmission, begin_submission, save_submission
from kaggle_batt.pipeline.timings import CHECK_KEY, OLD_KEYS, Clock, PhaseTime, old_timings
from kaggle_batt.programs.battery import Battery
from kaggle_batt.tasks.loading import ChosenTasks, TaskSet, choose_tasks, load_tasks, placeholder
from kaggle_batt.tasks.names import shown
from kaggle_batt.tasks.selection import Selection
from kaggle_batt.tasks.task import Task

KNOWN_SHARE = 0.3  #: share of the time left that scoring the given programs may take before a search
CHOOSE_SHARE, READ_SHARE = 0.3, 0.5  #: of the time left: to load the tasks' files, to check their grids
GIVEN_SHARE = 0.3  #: of the time left: to read programs, import a module or make mutants
MOST_INTERRUPTS = 100  #: interrupts between two lines that are survived while it is written how a run ended
#: (seconds a task, times that the first record took to write, most of the time budget) kept for all that
#: follows the jobs, and for the record alone; the first record says how slow the disk is
RESERVES = ((0.015, 3.0, 0.3), (0.006, 1.5, 0.15))
READ_SECONDS = 0.0005  #: to read a task; the reserves grow where it takes longer (on a busy machine)
AFTER_SECONDS, AFTER_SHARE = 4.0, 0.2  #: left by a search to later phases: seconds a task, share at most


@dataclass(frozen=True)
class Run:
    """A finished run: its record, its folder, and the tasks it was on."""

    record: Mapping[str, Any]
    folder: Path
    tasks: Mapping[str, Task]

    @property
    def submitted(self) -> dict[str, Task]:
        """The tasks of the submission: the run's, and placeholders for those that could not be read."""
        placeholders = self.record.get("placeholders", {}).items()
        return {**self.tasks, **{name: placeholder(name, tests) for name, tests in placeholders}}

    @property
    def times(self) -> list[PhaseTime]:
        """The time of each phase, the total last."""
        return [PhaseTime.from_json(value) for value in self.record["timings"]]

    @property
    def walls(self) -> dict[str, float]:
        return {time.phase: time.wall for time in self.times}

    @property
    def solved(self) -> tuple[int, int]:
        """(test outputs right with two answers, test outputs known)."""
        return score(self.record["tasks"].values())

    @property
    def workers(self) -> int:
        """The number of workers that the run had, with which its speed-ups were measured."""
        return int(self.record["environment"]["workers"])

    @property
    def counted(self) -> str:
        """The candidates before the filter and after it, in the terms that name them everywhere."""
        found = self.record["candidates"]
        programs = sum([task.get("distinct", 0) for task in self.record["tasks"].values()])
        distinct = f"{found['after']:,} distinct programs, {programs:,} programs summed over tasks"
        return f"{found['before']:,} answers (program and grid), {distinct}"

    def __repr__(self) -> str:
        right, known = self.solved
        score = f"{right} of {known} known outputs right" if known else "answers hidden"
        return f"<Run {self.folder}: {self.record['status']}, {len(self.tasks)} tasks, {score}>"

    def _repr_html_(self) -> str:
        head = f"{repr(self)[1:-1]}; {self.counted}"
        return f"<div>{html.escape(head)}</div><pre>{html.escape(self.timing_table())}</pre>"

    def timing_table(self, serial: "Run | None" = None) -> str:
        """The phases as text, with the older tool's keys, and the speed-up over a serial run."""
        walls = serial.walls if serial else {}
        rows = []
        for one in self.times:
            ratio = walls[one.phase] / one.wall if one.wall > 0 and one.phase in walls else None
            keys = ", ".join([key for key in OLD_KEYS.get(one.phase, ()) if key])
            rows.append((one.phase, one.wall, one.cpu, one.jobs, one.parallelism, ratio, keys))
        columns = ("phase", "wall s", "CPU s", "jobs", "CPU/wall", "serial/wall", "older keys")
        lines = [Table(columns, rows).text()]
        if both := old_timings(self.times).get(CHECK_KEY):
            lines.append(f"{CHECK_KEY}: {both:.3f} s, score demo and score test together")
        return "\n".join([*lines, f"workers: {self.workers}"])


#: default search budget in thousands of steps a task: on a test set within a time budget (which cuts the
#: passes; more would not fit into the memory), on one without, on any other set, beside a battery
SEARCH_TIMED, SEARCH_SUBMIT, SEARCH, SEARCH_BESIDE = 1_280_000, 40_000, 4_000, 0


def resolved(params: Params) -> Params:
    """The parameters with defaults for data, split, search, comparison, folder and time budget filled in."""
    data, split = find_data(params.data, params.split)
    submit, seconds = split == "test", time_budget(params.time_budget)
    search, compare = params.search, params.compare
    if search < 0:
        most = (SEARCH_TIMED if seconds else SEARCH_SUBMIT) if submit else SEARCH
        search = SEARCH_BESIDE if params.battery else most
    if compare == "auto":
        compare = "" if submit or params.engine == "serial" else "serial"
    out = params.out or str(working_folder() if on_kaggle() else Path("runs/latest"))
    return replace(
        params, data=data, split=split, search=search, compare=compare, out=out, time_budget=seconds
    )


def choose(params: Params, late: Callable[[], bool] | None = None, whole: bool = False) -> ChosenTasks:
    """The tasks that resolved parameters select, by default all of a test set or if `whole`; until late."""
    start, count = [None if number < 0 else number for number in (params.start, params.count)]
    selection = Selection(params.id_list or None, start, count, whole=whole or params.split == "test")
    return choose_tasks(params.data or None, params.split, selection, demos=params.demos, late=late)


def run(params: Params | Mapping[str, Any], progress: Progress | None = None) -> Run:
    """Execute a run and write its files and record.

    A valid submission exists as soon as the tasks are known. Other files of an earlier run stay until the
    programs are read and the journal is accepted. The time budget is that of the whole call.

    The record's `status` is "done", "late" (the time budget ended the run; `not_done` lists what it left
    out, and `not_done_counts` how much), "interrupted" or "failed"; it stays "running" if the process is
    killed. Raises `ParameterError`, `TaskError`, `BatteryError`, `EngineError`, `StoreError`.
    """
    clock = Clock()
    params = resolved(params if isinstance(params, Params) else checked(params))
    deadline = Deadline(clock.started + (params.time_budget or math.inf))
    folder = files.usable_folder(params.out)
    if Path(params.data).is_dir() and folder.resolve() == Path(params.data).resolve():
        raise ParameterError(f"out: this is the folder of the data, {params.data}; give another")
    not_done: list[str] = []
    with ExitStack() as stack:
        with clock.phase("load"):
            chosen = choose(params, deadline.share(CHOOSE_SHARE).late)
            late = deadline.share(READ_SHARE).late
            strict = chosen.read(late, strict=True) if params.strict else None  # before anything is written
            own = {"version": __version__, "params": params.decisive, "tasks": digest([*chosen.entries])}
            journal = Journal(folder / files.JOURNAL, own, params.resume)
            stack.enter_context(closing(journal))
            has_older = begin_submission(folder, chosen.blank)
            began = time.monotonic()
            found = strict or chosen.read(late)
            reading = time.monotonic() - began
            not_done += [f"load: task {shown(id)}" for id in found.unread]
            if not found.placeholders:
                found.require_tasks()
            recipe = _recipe(params, deadline.share(GIVEN_SHARE), not_done)
            engine = stack.enter_context(closing(engine_of(params, recipe.guarded)))
            if recipe.content is not None:
                journal.begin(digest(recipe.content), _task_digests(found.tasks))
            if has_older and not params.resume:
                save_submission(folder, found.submitted, {})
        files.sweep(folder)
        tools = Tools(engine, limits_of(params), clock, journal, progress, deadline, not_done)
        return _Runner(params, found, folder, tools, recipe).run(reading)


def _recipe(params: Params, deadline: Deadline, not_done: list[str]) -> Recipe:
    """The recipe for programs of the language, or for a legacy module; `not_done` gets what is cut off."""
    if params.battery:
        from kaggle_batt.legacy.calls import battery_module
        from kaggle_batt.legacy.phases import module_recipe

        if module := battery_module(params.battery):
            return module_recipe(module, params, limits_of(params), deadline, not_done)
    programs = given_programs(params, deadline.late)
    not_done += [f"load: {what}" for what in programs.left_out]
    begin = partial(first_state, rejected=programs.refused)
    return Recipe(programs.entries, programs.md5s, begin=begin, notes=programs.notes)


def engine_of(params: Params, guarded: bool = False) -> Engine:
    """The engine of the parameters; with `guarded` one that has worker processes."""
    if guarded and params.engine in ("serial", "thread"):
        return make_engine("process", 1 if params.engine == "serial" else params.workers)
    names = ("scheduler", *TLS) if params.engine == "dask" else ()
    return make_engine(params.engine, params.workers, **{name: getattr(params, name) for name in names})


def limits_of(params: Params) -> Limits:
    return Limits(cpu=params.timeout, wall=3 * params.timeout, memory=params.memory << 20)


def _task_digests(tasks: Mapping[str, Task]) -> dict[str, str]:
    return {
        name: digest([[(sample.input, sample.output) for sample in part] for part in (task.demo, task.test)])
        for name, task in tasks.items()
    }


class _Runner:
    """A run in progress; `state` is what is known so far."""

    def __init__(self, params: Params, found: TaskSet, folder: Path, tools: Tools, recipe: Recipe) -> None:
        self.params, self.found, self.folder, self.recipe = params, found, folder, recipe
        self.tasks = found.tasks
        self.tools = self.saving = tools
        self.state = RunState(found.tasks, Battery([]), Battery([]), {}, params.budget)
        self.other_files: dict[str, list[str]] = {}
        self.summaries: dict[str, dict[str, Any]] = {}

    def run(self, reading: float) -> Run:
        """The finished run; `reading` are the seconds that reading its tasks took."""
        try:
            self.reserve(max(len(self.tasks), reading / READ_SECONDS))
            self.found.require_tasks()
            self.generate()
            self.run_phases()
            with self.tools.clock.phase("save"):
                self.other_files = save_files(self.folder, self.state, self.saving)
            return Run(self.write("late" if self.tools.not_done else "done"), self.folder, self.tasks)
        except BaseException as error:
            self.end(error)
            raise

    def reserve(self, number: float) -> None:
        """Write the first record; keep time for what has to be done at the end for that many tasks."""
        began, tools = time.monotonic(), self.tools
        self.write("running")
        took, budget = time.monotonic() - began, self.params.time_budget
        kept = [min(max(each * number, times * took), share * budget) for each, times, share in RESERVES]
        self.tools, self.saving = [replace(tools, deadline=tools.deadline.less(less)) for less in kept]

    def end(self, error: BaseException) -> None:
        """Write how the run ended, whatever interrupts come and though the disk may be full."""
        status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        for _ in range(MOST_INTERRUPTS):
            try:
                with no_interrupts():
                    try:
                        self.write(status, error)
                    except StoreError:
                        files.mark_failed(self.folder / files.RECORD)
                    return
            except KeyboardInterrupt:
                status = "interrupted"

    def generate(self) -> None:
        """Make the first state, of the given programs and of those that a search finds."""
        entries, known = self.recipe.entries, self.score_known()
        submission = GrowingSubmission(self.folder, self.found.submitted, fitting_answers(known))
        with self.tools.clock.phase("generate"):
            if self.params.search:
                left = max(1e-3, self.tools.deadline.left())
                share = 1.0 - min(AFTER_SHARE, AFTER_SECONDS * len(self.tasks) / left)
                tools, budget = self.tools.within(share), 1000 * self.params.search
                try:
                    found = search_tasks(self.tasks, budget, tools, submission.add)
                finally:
                    submission.save()
                entries = [*entries, *renamed(found.entries, entries)]
                self.summaries = found.summaries
            state = self.recipe.begin(self.tasks, entries, self.params.budget)
        self.state = replace(state, search_answers=submission.answers, early=known.outputs)

    def score_known(self) -> RunState:
        """The given programs' outputs, if a search follows that might leave no time for them."""
        if not self.params.search or self.tools.deadline == ENDLESS:
            return self.state
        state = self.recipe.begin(self.tasks, self.recipe.entries, self.params.budget)
        tools = replace(self.tools.within(KNOWN_SHARE), not_done=[])  # the later phases try again
        with self.tools.clock.phase("score known"):
            return score_samples("score known", PARTS, state, tools)

    def run_phases(self) -> None:
        """Run the recipe's phases; write the submission after each that predicts."""
        for step in self.recipe.steps:
            before = self.state.predictions
            tools = self.tools.within(step.share) if step.share else self.saving
            with tools.clock.phase(step.name):
                self.state = step.phase(self.state, tools)
            if self.state.predictions != before:
                self.submit(before)

    def submit(self, before: Mapping[str, list[list[str]]]) -> None:
        """Write the submission, unless it would be the one of fillers that the run began with."""
        state, found = self.state, self.found
        answers = [*state.predictions.values(), *before.values(), *state.search_answers.values()]
        if self.params.resume or found.unread or found.refused or any(map(any, answers)):
            save_submission(self.folder, found.submitted, state.predictions)

    def write(self, status: str, error: BaseException | None = None) -> dict[str, Any]:
        """Write the record of the run so far, and return it."""
        extra = {
            **not_done_fields(self.tools.not_done),
            "struck": sorted(self.tools.limit_hits, key=lambda hit: (hit["phase"], hit["unit"])),
            "fault": repr(error) if error else self.tools.engine.lost or None,
            "older_files": self.other_files,
            "searched": self.summaries,
            "refused": self.found.refused,
            "placeholders": {name: len(task.test) for name, task in self.found.placeholders.items()},
            "skipped": self.found.skipped,
            "notes": [*self.found.notes, *self.recipe.notes],
        }
        workers = self.tools.engine.workers
        record = make_record(self.params, self.state, self.tools.clock, workers, status, extra)
        files.write_json(self.folder / files.RECORD, record)
        return record


@contextmanager
def no_interrupts() -> Iterator[None]:
    """Ignore SIGINT meanwhile; in another thread than the main one it raises nothing anyway."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def load_run(folder: str | Path) -> Run:
    """The run in a folder; its tasks are loaded by the record's parameters."""
    path = files.record_path(folder)
    record = read_record(path)
    params, names = resolved(checked(record["params"])), list(record["tasks"])
    tasks = load_tasks(params.data, params.split, only=names, demos=params.demos) if names else {}
    return Run(record, path.parent, tasks)


def run_compared(
    params: Params, progress: Progress | None = None
) -> tuple[Run, Run | None, list[Difference]]:
    """The run; within its time budget a second by the engine `params.compare`, else None; the differences."""
    started = time.monotonic()
    params = resolved(params)
    first = run(params, progress)
    left = params.time_budget and max(1e-3, params.time_budget - (time.monotonic() - started))
    if params.compare and first.record["status"] != "late":
        out = str(Path(params.out) / f"compared_{params.compare}")
        second = run(replace(params, engine=params.compare, compare="", out=out, time_budget=left), progress)
        if second.record["status"] != "late":
            return first, second, compare_runs(first.folder, second.folder)
    return first, None, []
