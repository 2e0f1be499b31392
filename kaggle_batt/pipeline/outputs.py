"""What a state is worth keeping: program files, links to the best of each task, the submission."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kaggle_batt.errors import SubmissionError
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.files import (
    FOLDERS,
    SUBMISSION,
    Claim,
    Kept,
    save_links,
    save_programs,
    take_back,
    unclaimed,
    write_atomic,
)
from kaggle_batt.pipeline.phases import State
from kaggle_batt.pipeline.scores import grid_rows, speed_class
from kaggle_batt.pipeline.submission import (
    build_submission,
    check_submission,
    dump_submission,
    load_submission,
)
from kaggle_batt.tasks.task import Task


def save_submission(
    folder: Path, tasks: Mapping[str, Task], predictions: Mapping[str, Sequence[Sequence[str]]]
) -> None:
    """Write `submission.json`, valid whatever is missing: fillers stand where nothing is predicted."""
    grids = {
        name: [[grid_rows(text) for text in answers] for answers in found]
        for name, found in predictions.items()
    }
    submission = build_submission(tasks, grids)
    check_submission(submission, tasks)
    write_atomic(folder / SUBMISSION, dump_submission(submission))


def begin_submission(folder: Path, tasks: Mapping[str, Task], resume: bool) -> None:
    """Write a valid submission first of all; a resumed run keeps the one that it finds, if it is valid."""
    if resume and (folder / SUBMISSION).exists():
        try:
            check_submission(load_submission(folder / SUBMISSION), tasks)
            return
        except SubmissionError:
            pass
    save_submission(folder, tasks, {})


@dataclass
class Draft:
    """The submission while a search is under way: replaced every few seconds as answers come.

    `known` are answers of programs that fitted before the search; they stand in front of its own.
    """

    folder: Path
    tasks: Mapping[str, Task]
    known: Mapping[str, list[list[str]]] = field(default_factory=dict)
    every: float = 10.0
    answers: dict[str, list[list[str]]] = field(default_factory=dict)
    written: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.answers = {name: [list(column) for column in answers] for name, answers in self.known.items()}

    def hear(self, task: str, answers: list[list[str]]) -> None:
        """Take in a task's answers, if there are any; write the submission if that is some time ago."""
        if answers:
            before = self.known.get(task, [[] for _ in answers])
            both = zip(before, answers, strict=True)
            self.answers[task] = [list(dict.fromkeys([*one, *two]))[:2] for one, two in both]
        if time.monotonic() - self.written >= self.every:
            self.save()

    def save(self) -> None:
        """Write the submission as it is."""
        save_submission(self.folder, self.tasks, self.answers)
        self.written = time.monotonic()


#: the phase under which a journal has the files and links of an attempt that its deadline ended
LATE = "late save"


def save_files(folder: Path, state: State, tools: Tools) -> dict[str, list[str]]:
    """Write the validated programs and the differs, and link the best of each task.

    What is kept when the time is over may not be kept by the whole run. So a late run journals what it is
    about to make, and the one that goes on from there takes it back first. Returns the names of the program
    files that the folder held already and that are none of this run's.
    """
    claim = _claimed(folder, tools)
    kept = {state.md5(name, place) for name, places in state.kept.items() for place in places}
    solvers = [state.programs[md5] for md5 in sorted(kept)]
    older = {}
    for part, programs in zip(FOLDERS, (solvers, [e.program for e in state.differs.entries]), strict=True):
        save_programs(folder / part, programs, claim)
        own = {program.md5 for program in programs}
        older[part] = sorted({path.stem for path in (folder / part).glob("*.py")} - own)
    for name in state.tasks:
        _link_solvers(folder, state, name, claim)
        _link_differs(folder, state, name, claim)
    return older


def _claimed(folder: Path, tools: Tools) -> Claim:
    """Take back what earlier, late attempts made; what is to be told of the files that this one makes."""
    journal = tools.journal
    if journal is None:
        return unclaimed
    before = {name for phase, name in journal.records if phase == LATE}
    take_back(folder, sorted(before))

    def claim(path: Path) -> None:
        name = path.relative_to(folder).as_posix()
        if tools.not_done and name not in before:
            journal.add(LATE, name, "")

    return claim


def _link_solvers(folder: Path, state: State, name: str, claim: Claim) -> None:
    outputs = state.outputs[name]
    right, steps = outputs.matches("demo"), outputs.steps()
    kept = [Kept(state.md5(name, p), right[p], speed_class(steps[p])) for p in state.kept[name]]
    root = folder / "solver_dir" / f"solve_{name}"
    save_links(root, folder / "solver_md5", kept, state.keep, claim)


def _link_differs(folder: Path, state: State, name: str, claim: Claim) -> None:
    """Each differ under the best score that it gave any of the task's kept programs."""
    result = state.results[name]
    for side in ("iz", "zo"):
        kept = []
        for entry in state.differs.entries:
            scores = result.s_score.get(entry.name, {}).get(side, {})
            speed = speed_class(result.differ_steps.get(entry.name, 0))
            kept.append(Kept(entry.md5, max(scores.values(), default=0), speed))
        root = folder / "differ_dir" / side / f"solve_{name}"
        save_links(root, folder / "differ_md5", kept, state.keep, claim)
