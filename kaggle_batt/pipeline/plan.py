"""What a run does: the programs given to it, and the phases that run them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kaggle_batt.generate.candidates import lists_of, split_entries
from kaggle_batt.pipeline.phases import (
    Phase,
    State,
    differ,
    filter_candidates,
    inline,
    score_demo,
    score_test,
    validate,
)
from kaggle_batt.programs.battery import Entry
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.tasks.task import Task

#: the phases between generating and saving, in order
PHASES: tuple[tuple[str, Phase], ...] = (
    ("score demo", score_demo),
    ("score test", score_test),
    ("filter", filter_candidates),
    ("inline", inline),
    ("validate", validate),
    ("differ", differ),
)


def first_state(tasks: Mapping[str, Task], entries: Sequence[Entry], budget: int) -> State:
    """The state before the first phase: solvers and differs as batteries, and what is tried where."""
    solvers, differs = split_entries(entries)
    return State(tasks, solvers, differs, lists_of(solvers, tasks), budget)


@dataclass(frozen=True)
class Plan:
    """A run's programs and how they are run.

    `entries` are the programs that are known beforehand; `content` is a JSON value that stands for all
    that the results hang on; `guarded` asks for worker processes whatever the engine.
    """

    entries: Sequence[Entry]
    content: Any
    phases: tuple[tuple[str, Phase], ...] = PHASES
    begin: Callable[[Mapping[str, Task], Sequence[Entry], int], State] = first_state
    guarded: bool = False


@uncollected()
def plan_of(entries: Sequence[Entry]) -> Plan:
    """The plan of programs of the language."""
    return Plan(entries, [(entry.name, entry.md5, entry.task, entry.cost) for entry in entries])
