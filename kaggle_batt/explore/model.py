"""The choices made in a run, and what follows from them; plain Python, without widgets."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from itertools import chain
from pathlib import Path
from typing import Any

from kaggle_batt.api import Run, load_run
from kaggle_batt.draw.call_graph import CallGraph, call_graph, call_keys
from kaggle_batt.errors import BatteryError, ParameterError, ProgramError
from kaggle_batt.explore.candidates import Candidate, Candidates, task_candidates
from kaggle_batt.explore.trial import Outcome, recorded, tried, walk
from kaggle_batt.pipeline.files import write_atomic
from kaggle_batt.pipeline.jobs import sample_keys, sample_of
from kaggle_batt.pipeline.scores import SampleKey
from kaggle_batt.programs.battery_file import HEAD, load_battery, read_text
from kaggle_batt.programs.evaluate import Step
from kaggle_batt.programs.program import Program, parse_program, parse_programs
from kaggle_batt.tasks.task import Sample, Task

EDIT_BUDGET = 1_000_000  #: steps that an edited program may take on a sample: a second of one core at worst
NOTHING = "def solve(I):\n    return I\n"  #: the program of a task that has none

Listener = Callable[[str], None]  #: called with what changed: "task", "sample", "table", "program", "step"


class Explorer:
    """A run with a chosen task, sample, program, text of it and step, the place of the current call.

    `text` is the chosen program's as edited; `error` says why it is no program, and until it is one `program`
    stays the last valid one. `listeners` are called after each change.
    """

    def __init__(self, run: Run | str | Path, task: str = "", budget: int = EDIT_BUDGET) -> None:
        self.run = run if isinstance(run, Run) else load_run(run)
        self.budget = budget
        self.listeners: list[Listener] = []
        self.names = list(self.run.tasks)
        self.rows: Callable[[str], list[Candidate]] = cache(partial(task_candidates, self.run))  # by task
        self.differs = list(self.run.record.get("differs", {}))
        self.candidates = Candidates(next(iter(self.differs), ""))
        self.every_task = False
        self.choose_task(task or self.names[0])

    # -- the run

    @cached_property
    def sharing(self) -> Counter[str]:
        """How many of the run's programs need a call, by its key."""
        tasks = self.run.record["tasks"].values()
        texts = {program["text"] for task in tasks for program in task.get("programs", {}).values()}
        return Counter(chain.from_iterable(map(call_keys, texts)))

    def near_miss(self) -> "Explorer":
        """An explorer at the program that comes nearest to fitting all demos without doing so."""
        rows = [row for name in self.names for row in self.rows(name) if row.demo < row.demos]
        found = Explorer(self.run, self.name, self.budget)
        if rows:
            found.choose_row(max(rows, key=lambda row: (row.demo / row.demos, row.near)))
        return found

    # -- choosing

    def choose_task(self, name: str) -> None:
        """Choose a task, its first sample and best program. Raises `ParameterError` for an unknown id."""
        if name not in self.run.tasks:
            raise ParameterError(f"no task {name!r} in the run, which has {', '.join(self.names[:8])} …")
        self.name, self.sample_key = name, ("demo", 0)
        if not self.every_task:
            self.candidates.show(self.rows(name))
        self.row = next(iter(self.rows(name)), None)
        self._take()
        self._changed("task")

    def choose_sample(self, key: SampleKey) -> None:
        """Choose another sample of the task. Raises `ParameterError` where there is none."""
        if key not in self.keys:
            raise ParameterError(f"task {self.name} has no sample {key[0]}/{key[1]}")
        self.sample_key = key
        self._walk()
        self._changed("sample")

    def choose_row(self, row: Candidate) -> None:
        """Choose a program of the table, and its task."""
        if row.task != self.name:
            self.choose_task(row.task)
        self.row = row
        self.undo()

    def choose_every_task(self, every: bool) -> None:
        """Show the programs of all tasks in the table, or those of the chosen one."""
        self.every_task = every
        shown = self.names if every else [self.name]
        self.candidates.show([row for name in shown for row in self.rows(name)])
        self._changed("table")

    def arrange(self, **how: Any) -> None:
        """Sort and filter the table, see `Candidates.choose`."""
        self.candidates.choose(**how)
        self._changed("table")

    def turn(self, page: int) -> None:
        self.candidates.turn(page)
        self._changed("table")

    def go(self, step: int) -> None:
        """Make the call at that place the current one, or the nearest one that was made."""
        self.step = min(max(0, step), max(0, len(self.walk.steps) - 1))
        self._changed("step")

    def edit(self, text: str) -> None:
        """Replace the program's text and run it; the text may be wrong, then `error` says why."""
        self.text = text
        try:
            program = parse_program(text)
            if program.kind != "solver":
                raise ProgramError(
                    "a solver was expected: a function of I, or of S and I, that returns a grid"
                )
        except ProgramError as error:
            self.error = str(error)
        else:
            self.program, self.error = program, ""
            self._run()
        self._changed("program")

    def undo(self) -> None:
        """Go back to the chosen program's own text."""
        self._take()
        self._changed("program")

    def save(self, path: str | Path, name: str = "") -> str:
        """Save the program to a solver file; returns a message. Raises `ProgramError` for a wrong text."""
        if self.error:
            raise ProgramError(f"not saved, for the text is no program: {self.error}")
        return save_solver(Path(path), name or f"solve_{self.name}", self.program)

    # -- what follows from the choice

    @property
    def task(self) -> Task:
        return self.run.tasks[self.name]

    @property
    def keys(self) -> list[SampleKey]:
        return sample_keys(self.task)

    @property
    def sample(self) -> Sample:
        return sample_of(self.task, self.sample_key)

    @property
    def outcome(self) -> Outcome | None:
        """The program's outcome on the chosen sample; None if it was not run."""
        return self.outcomes.get(self.sample_key)

    @property
    def current(self) -> Step | None:
        """The current call; None of a program without calls."""
        return self.walk.steps[self.step] if self.walk.steps else None

    @property
    def edited(self) -> bool:
        """Whether the program differs from the chosen one of the run."""
        return self.row is None or self.program.md5 != self.row.md5

    @cached_property
    def graph(self) -> CallGraph:
        """The program's graph, with the number of the run's programs that need each call."""
        return call_graph(self.program, self.sharing)

    def _record(self) -> Mapping[str, Any]:
        """The record of the chosen program, or one with a text alone."""
        found = self.run.record["tasks"][self.row.task]["programs"][self.row.md5] if self.row else {}
        return {"text": NOTHING, **found}

    def _take(self) -> None:
        self.text, self.error = self._record()["text"], ""
        try:
            self.program = parse_program(self.text)
        except ProgramError as error:
            self.program = parse_program(NOTHING)
            self.error = f"not shown step by step, for only its module has its words: {error}"
        self._run()

    def _run(self) -> None:
        """Set the program's outcomes: from the record if it is the run's own, else by running it."""
        own = None if self.edited and not self.error else recorded(self._record(), self.task)
        self.outcomes = tried(self.program, self.task, self.budget) if own is None else own
        self.__dict__.pop("graph", None)
        self.step = 0
        self._walk()

    def _walk(self) -> None:
        budget = self.budget if self.edited else self.run.record["params"]["budget"]
        self.walk = walk(self.program, self.task, self.sample_key, budget)
        self.step = min(self.step, max(0, len(self.walk.steps) - 1))

    def _changed(self, what: str) -> None:
        for listener in list(self.listeners):
            listener(what)


def save_solver(path: Path, name: str, program: Program) -> str:
    """Add the program to a file of solvers (made if missing), unless it is there already; returns a message.

    Raises `ParameterError` for an invalid name, `BatteryError` for a file of anything else, `StoreError`.
    """
    source = _source(name, program)
    text = ""
    if path.exists():
        text = read_text(path)
        if text.startswith(HEAD):
            raise BatteryError(f"{path} is a battery file; save to a file of solver functions")
        same = [entry.name for entry in load_battery(path).entries if entry.program == program]
        if same:
            return f"{path} has this program already, as {same[0]}"
    write_atomic(path, (f"{text.rstrip()}\n\n\n{source}" if text.strip() else source).encode())
    return f"{path}: saved as {name}, {program.size} calls, md5 {program.md5[:8]}"


def _source(name: str, program: Program) -> str:
    """The program's text under another name, read back to be sure."""
    source = program.text.replace("def solve(", f"def {name}(", 1)
    try:
        same = parse_programs(source) == [(name, program)]
    except ProgramError:
        same = False
    if not same:
        raise ParameterError(f"a name for a solver function, like solve_mine, was expected, not {name!r}")
    return source
