"""Search as a phase: programs for each task, a cheap pass over all first, then deeper where in doubt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kaggle_batt.battery import Entry
from kaggle_batt.candidates import SEARCHED
from kaggle_batt.carry import Tools, carry
from kaggle_batt.engines import Limits
from kaggle_batt.parse import parse_program
from kaggle_batt.phases import COST_BASE
from kaggle_batt.scores import grid_text
from kaggle_batt.tasks import Task
from kaggle_batt.timings import Span
from kaggle_batt.work import Unit

#: the first pass takes this share (one in …) of the budget
FIRST_SHARE = 8
#: answers and programs per answer that are taken over from a task's search
ANSWERS = 8
PROGRAMS = 2
#: an answer of at most this score is not searched for any deeper
CONFIDENT = 20
#: CPU seconds that a search of a million steps may take at most: a net far above what it does take
SECONDS_PER_MILLION = 20.0

#: told of a task's answers as they come: (task, for each test input the answers, best first)
Heard = Callable[[str, list[list[str]]], None]


@dataclass(frozen=True)
class Searching:
    """The job: search for one task's programs."""

    tasks: Mapping[str, Task]
    budget: int

    def content(self, unit: Unit) -> str:
        """Nothing but the parameters and the task."""
        return ""

    def run(self, unit: Unit) -> bytes:
        """What the search found, as JSON: answers best first, each with its score and programs."""
        from kaggle_batt.generate.search import search

        result = search(self.tasks[unit.task], self.budget)
        answers = [
            {
                "score": answer.score,
                "grids": [grid_text(grid) for grid in answer.grids],
                "programs": [
                    {"text": found.program.text, "kind": found.kind} for found in answer.programs[:PROGRAMS]
                ],
            }
            for answer in result.predictions[:ANSWERS]
        ]
        return json.dumps({"answers": answers, "steps": result.steps}).encode()


def seek(
    tasks: Mapping[str, Task], budget: int, tools: Tools, spans: list[Span], heard: Heard
) -> list[Entry]:
    """Search for programs of each task with `budget` steps; the entries found, task by task.

    A first pass spends an eighth of the budget on every task; the second goes on, with all of it, where
    the best answer is not cheap enough to be trusted.
    """
    import kaggle_batt.generate.search  # noqa: F401 (workers inherit it)

    first = _pass("search 1", tasks, max(1, budget // FIRST_SHARE), tools, spans, heard)
    doubtful = {name: task for name, task in tasks.items() if not _is_confident(first.get(name))}
    second = _pass("search 2", doubtful, budget, tools, spans, heard)
    found = {**first, **{name: deeper for name, deeper in second.items() if deeper["answers"]}}
    return [entry for name in tasks for entry in _entries(name, found.get(name))]


def _is_confident(found: Any) -> bool:
    return bool(found and found["answers"] and found["answers"][0]["score"] <= CONFIDENT)


def _pass(
    phase: str, tasks: Mapping[str, Task], budget: int, tools: Tools, spans: list[Span], heard: Heard
) -> dict[str, Any]:
    job = Searching(tasks, budget)
    units = [Unit(name, "demo", 0, 0, 1) for name in tasks]
    seconds = max(30.0, budget / 1e6 * SECONDS_PER_MILLION)
    limits = Limits(cpu=seconds, wall=3 * seconds, memory=tools.limits.memory)

    def hear(unit: Unit, text: str) -> None:
        heard(unit.task, _by_test(json.loads(text)))

    nothing = json.dumps({"answers": [], "steps": 0})
    found = carry(phase, job, units, replace(tools, limits=limits), spans, lambda kind: nothing, hear)
    return {unit.task: json.loads(text) for unit, text in found.items()}


def _by_test(found: Any) -> list[list[str]]:
    """The two best distinct answers to each test input."""
    columns = zip(*[answer["grids"] for answer in found["answers"]], strict=True)
    return [list(dict.fromkeys(column))[:2] for column in columns]


def _entries(task: str, found: Any) -> list[Entry]:
    entries: list[Entry] = []
    for answer in found["answers"] if found else ():
        for program in answer["programs"]:
            name = f"search_{task}_{len(entries) + 1}_{program['kind'].replace(' ', '_')}"
            cost = max(0, answer["score"] + COST_BASE)
            made = parse_program(program["text"])
            entries.append(Entry(name, made, SEARCHED, task=task, cost=cost))
    return entries
