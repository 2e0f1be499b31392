"""Search as a phase: programs for each task, a cheap pass over all first, then deeper where in doubt.

What a pass finds for a task hangs on the task and on steps alone. The clock only decides how far the passes
get: the later ones are cut where a deadline strikes, and then the run's record names what was not done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kaggle_batt.engines import Limits
from kaggle_batt.generate.candidates import SEARCHED
from kaggle_batt.pipeline.dispatch import Tools, carry
from kaggle_batt.pipeline.jobs import Unit
from kaggle_batt.pipeline.phases import COST_BASE
from kaggle_batt.pipeline.scores import grid_text
from kaggle_batt.pipeline.timings import Span
from kaggle_batt.programs.battery import Entry
from kaggle_batt.programs.program import parse_program
from kaggle_batt.tasks.task import Task

#: a pass may take so many times the steps of the one before it; the first at most `FIRST` steps a task
RATIO, FIRST = 8, 100_000
#: answers and programs per answer that are taken over from a task's search
ANSWERS = 8
PROGRAMS = 2
#: programs taken over that do not fit all demos, as parents of mutants
NEAR = 4
#: an answer that is right in so many of a hundred cases (on training tasks) is not searched for any deeper:
#: of 20 such outputs a budget of eight times got none right that were not (docs/search_log.md)
CONFIDENT = 80
#: the cost of a program that does not fit: more than any answer's
NEAR_COST = 10_000
#: CPU seconds that a search of a million steps may take at most: a net far above what it does take
SECONDS_PER_MILLION = 20.0

#: told of a task's answers as they come: (task, for each test input the answers, best first)
Heard = Callable[[str, list[list[str]]], None]


@dataclass(frozen=True)
class Sought:
    """What a search came to: programs task by task, and per task with an answer what is told of its best.

    `told[task]` has `confidence` (how many of a hundred answers like it were right on training tasks), `kind`
    (what found it), `answers` (how many there are), `passes` (over the task) and `steps` (of the last).
    """

    entries: list[Entry]
    told: dict[str, dict[str, Any]]


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
        from kaggle_batt.search import search

        result = search(self.tasks[unit.task], self.budget)
        answers = [
            {
                "score": answer.score,
                "confidence": answer.confidence,
                "grids": [grid_text(grid) for grid in answer.grids],
                "programs": [
                    {"text": found.program.text, "kind": found.kind} for found in answer.programs[:PROGRAMS]
                ],
            }
            for answer in result.predictions[:ANSWERS]
        ]
        near = [miss.program.text for miss in result.near[:NEAR]]
        found = {"answers": answers, "near": near, "steps": result.steps}
        return json.dumps(found).encode()


def passes(budget: int) -> list[int]:
    """The steps a task may take in each pass, the whole budget in the last."""
    steps = [budget]
    while len(steps) == 1 or steps[0] > FIRST:
        steps.insert(0, max(1, steps[0] // RATIO))
    return steps


def seek(tasks: Mapping[str, Task], budget: int, tools: Tools, spans: list[Span], heard: Heard) -> Sought:
    """Search for programs of each task with at most `budget` steps in a pass.

    A first pass spends little on every task; each further one several times as much, where the best answer
    so far cannot be trusted.
    """
    import kaggle_batt.search  # noqa: F401 (workers inherit it)

    found: dict[str, Any] = {}
    for number, steps in enumerate(passes(budget), 1):
        if tools.late:
            tools.not_done.append(f"search {number}: not begun")
            break
        doubtful = {name: tasks[name] for name in _doubtful(tasks, found)}
        more = _pass(f"search {number}", doubtful, steps, tools, spans, found, heard)
        found.update({name: {**one, "passes": number} for name, one in more.items()})
    entries = [entry for name in tasks for entry in _entries(name, found.get(name))]
    return Sought(
        entries, {name: _told(found[name]) for name in tasks if name in found and found[name]["answers"]}
    )


def _told(found: Any) -> dict[str, Any]:
    best = found["answers"][0]
    told = {"confidence": best["confidence"], "kind": best["programs"][0]["kind"]}
    return {**told, "answers": len(found["answers"]), "passes": found["passes"], "steps": found["steps"]}


def _merged(later: Any, earlier: Any) -> Any:
    """What a later pass found, with the earlier one's answers that it has not; best first.

    A pass that a limit struck has found nothing.
    """
    if earlier is None:
        return later
    known = {tuple(answer["grids"]) for answer in later["answers"]}
    others = [answer for answer in earlier["answers"] if tuple(answer["grids"]) not in known]
    answers = sorted([*later["answers"], *others], key=lambda answer: answer["score"])
    return {**later, "answers": answers[:ANSWERS], "near": later["near"] or earlier["near"]}


def _doubtful(tasks: Iterable[str], found: Mapping[str, Any]) -> list[str]:
    """The tasks to search deeper: first those without an answer, then by confidence.

    Nearly all that a larger budget brings are answers where there was none.
    """
    sure = {name: _confidence(found.get(name)) for name in tasks}
    return sorted([name for name in sure if sure[name] < CONFIDENT], key=lambda name: sure[name])


def _confidence(found: Any) -> int:
    return int(found["answers"][0]["confidence"]) if found and found["answers"] else -1


def _pass(
    phase: str,
    tasks: Mapping[str, Task],
    budget: int,
    tools: Tools,
    spans: list[Span],
    earlier: Mapping[str, Any],
    heard: Heard,
) -> dict[str, Any]:
    """What is known of each of these tasks after a search with so many steps."""
    job = Searching(tasks, budget)
    units = [Unit(name, "demo", 0, 0, 1) for name in tasks]
    seconds = max(30.0, budget / 1e6 * SECONDS_PER_MILLION)
    limits = Limits(cpu=seconds, wall=3 * seconds, memory=tools.limits.memory)

    def merged(unit: Unit, text: str) -> Any:
        return _merged(json.loads(text), earlier.get(unit.task))

    def hear(unit: Unit, text: str) -> None:
        heard(unit.task, _by_test(merged(unit, text)))

    nothing = json.dumps({"answers": [], "near": [], "steps": 0})
    found = carry(phase, job, units, replace(tools, limits=limits), spans, lambda kind: nothing, hear)
    return {unit.task: merged(unit, text) for unit, text in found.items()}


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
    known = {entry.md5 for entry in entries}
    for place, text in enumerate(found["near"] if found else ()):
        made = parse_program(text)
        if made.md5 not in known:
            known.add(made.md5)
            entries.append(Entry(f"near_{task}_{place + 1}", made, SEARCHED, task=task, cost=NEAR_COST))
    return entries
