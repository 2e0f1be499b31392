"""What a run executes: the given programs, and the phases in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from kaggle_batt.generate.candidates import lists_of, split_entries
from kaggle_batt.pipeline.phases import differ, filter_candidates, inline, score_samples, validate
from kaggle_batt.pipeline.state import Phase, RunState
from kaggle_batt.programs.battery import Entry
from kaggle_batt.tasks.task import Task

Begin = Callable[[Mapping[str, Task], Sequence[Entry], int], RunState]

_NONE: Mapping[str, str] = {}


class Step(NamedTuple):
    """A phase of the run; `share` of the time left is the most it may take under a time budget.

    A share of 0: whatever is left before the record has to be written.
    """

    name: str
    phase: Phase
    share: float = 1.0


#: the phases between generating and saving, in order
PHASES = (
    Step("score demo", partial(score_samples, "score demo", ["demo"]), 0.6),
    Step("score test", partial(score_samples, "score test", ["test"]), 0.9),
    Step("filter", filter_candidates, 0.0),
    Step("inline", inline, 0.0),
    Step("validate", validate),
    Step("differ", differ),
)


def first_state(
    tasks: Mapping[str, Task], entries: Sequence[Entry], budget: int, rejected: Mapping[str, str] = _NONE
) -> RunState:
    """The state before the first phase: the batteries, and the programs to try on each task."""
    solvers, differs = split_entries(entries)
    return RunState(tasks, solvers, differs, lists_of(solvers, tasks), budget, rejected=rejected)


@dataclass(frozen=True)
class Recipe:
    """A run's programs and how they are run."""

    entries: Sequence[Entry]  # the programs that are known before the run
    content: Any  # a JSON value that stands for them in the journal; None if they could not be read in time
    steps: Sequence[Step] = PHASES
    begin: Begin = first_state  # makes the state before the first phase
    guarded: bool = False  # whether the programs need worker processes, whatever the engine
