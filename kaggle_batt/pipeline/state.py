"""What a run knows after each phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.scores import KEEP, TaskOutputs
from kaggle_batt.programs.battery import Battery
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import Task


@dataclass(frozen=True)
class TaskResult:
    """The scores of a task's kept programs (by md5) and the steps of each differ (by name)."""

    o_score: dict[str, dict[str, int]] = field(default_factory=dict)
    d_score: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    s_score: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    differ_steps: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RunState:
    """What is known after a phase; each phase returns a copy with more.

    - `solvers`, `differs`: the two halves of the battery.
    - `lists`: the programs tried on each task, as places in `solvers`.
    - `budget`: steps that a program may take on a sample. `keep`: programs kept per task.
    - `outputs`: the answers on each sample. `early`: answers of the first programs of each list.
    - `before`: the number of candidates. `distinct`: the names of each distinct program, by md5.
    - `order`: places in a task's list, one for each distinct program, best first; `kept`: those that go on.
    - `programs`: the kept programs cut out of the battery, by md5.
    - `broken`: md5s of programs that give other outputs alone than in the battery.
    - `results`: the scores. `predictions`: at most two answers for each test input.
    - `search_answers`: the search's answers, for test inputs that no program was scored on in time.
    - `module`: file name of the legacy module that the programs come from.
    - `rejected`: what was refused of that module or of the battery's files, and why.
    """

    tasks: Mapping[str, Task]
    solvers: Battery
    differs: Battery
    lists: Mapping[str, tuple[int, ...]]
    budget: int
    keep: int = KEEP
    outputs: Mapping[str, TaskOutputs] = field(default_factory=dict)
    early: Mapping[str, TaskOutputs] = field(default_factory=dict)
    before: int = 0
    distinct: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    programs: Mapping[str, Program] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    results: Mapping[str, TaskResult] = field(default_factory=dict)
    predictions: Mapping[str, list[list[str]]] = field(default_factory=dict)
    search_answers: Mapping[str, list[list[str]]] = field(default_factory=dict)
    module: str = ""
    rejected: Mapping[str, str] = field(default_factory=dict)

    def md5(self, task: str, place: int) -> str:
        """The md5 of the program at that place of the task's list."""
        return self.solvers.entries[self.lists[task][place]].md5

    def kept_md5s(self) -> set[str]:
        """The md5s of the kept programs of all tasks."""
        return {self.md5(name, place) for name, places in self.kept.items() for place in places}


Phase = Callable[[RunState, Tools], RunState]
