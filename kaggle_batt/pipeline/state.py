"""What a run knows after each phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kaggle_batt.pipeline.scores import Measures, TaskOutputs, d_score, s_score
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

    @classmethod
    def of(
        cls, state: RunState, name: str, steps: dict[str, int], measures: Callable[[int, str], list[Measures]]
    ) -> TaskResult:
        """The scores of a task's kept programs; `measures` returns those of a program under a differ."""
        demo, test = state.outputs[name].matches("demo"), state.outputs[name].matches("test")
        md5s = {place: state.md5(name, place) for place in state.kept[name]}
        o_score = {md5: {"demo": demo[place], "test": test[place]} for place, md5 in md5s.items()}
        d_scores = {
            md5: {differ: d_score(measures(place, differ)) for differ in steps} for place, md5 in md5s.items()
        }
        return cls(o_score, d_scores, s_score(d_scores), steps)


@dataclass(frozen=True)
class RunState:
    """What is known after a phase; each phase returns a copy with more."""

    tasks: Mapping[str, Task]
    solvers: Battery  # with `differs`, the two halves of the battery
    differs: Battery
    lists: Mapping[str, tuple[int, ...]]  # the programs tried on each task, as places in `solvers`
    budget: int  # steps that a program may take on a sample
    outputs: Mapping[str, TaskOutputs] = field(default_factory=dict)  # the answers on each sample
    early: Mapping[str, TaskOutputs] = field(default_factory=dict)  # those of the first programs of each list
    before: int = 0  # number of candidates
    distinct: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # names of each program, by md5
    # places in a task's list, one for each distinct program, best first; and those of them that go on
    order: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    programs: Mapping[str, Program] = field(default_factory=dict)  # the kept programs by themselves, by md5
    broken: tuple[str, ...] = ()  # md5s of programs that give other outputs alone than in the battery
    results: Mapping[str, TaskResult] = field(default_factory=dict)  # the scores
    # two answers for each test input; the search's, for those that no program was scored on in time
    predictions: Mapping[str, list[list[str]]] = field(default_factory=dict)
    search_answers: Mapping[str, list[list[str]]] = field(default_factory=dict)
    module: str = ""  # file name of the legacy module that the programs come from
    rejected: Mapping[str, str] = field(default_factory=dict)  # what was refused of that, and why

    def md5(self, task: str, place: int) -> str:
        """The md5 of the program at that place of the task's list."""
        return self.solvers.entries[self.lists[task][place]].md5

    def candidates(self, task: str) -> int:
        """The number of distinct pairs of a program and an answer of the task."""
        outputs = self.outputs[task]
        return outputs.candidates([self.md5(task, place) for place in range(len(outputs.programs))])

    def kept_md5s(self) -> set[str]:
        return {self.md5(name, place) for name, places in self.kept.items() for place in places}
