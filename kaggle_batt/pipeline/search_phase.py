"""Search as a phase: a cheap pass over all tasks first, then deeper ones where the answer is in doubt.

What a pass finds for a task depends on the task and on steps alone; the clock only decides how far the passes
get. Within a time budget each is planned from the speed of the one before: it takes a half, a quarter … of
its steps if not all can be done in time, and does not begin if these are too few to pay.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kaggle_batt.engines import Limits
from kaggle_batt.errors import ProgramError
from kaggle_batt.generate.candidates import SEARCHED
from kaggle_batt.pipeline.dispatch import Dispatch, Tools
from kaggle_batt.pipeline.files import fault_in
from kaggle_batt.pipeline.jobs import Job, Unit
from kaggle_batt.pipeline.phases import COST_BASE
from kaggle_batt.pipeline.scores import grid_text, is_grid_text
from kaggle_batt.pipeline.timings import Span
from kaggle_batt.programs.battery import Entry
from kaggle_batt.programs.program import parse_program
from kaggle_batt.tasks.names import safe_name
from kaggle_batt.tasks.task import Task

#: a pass may take so many times the steps of the one before it; the first at most `FIRST` steps a task
RATIO, FIRST = 8, 100_000
#: hundredths of its steps that a search may take, held-out and augmented demos included; a pass that is
#: planned has at least so many times the steps of the one before
MOST_USED, LEAST_GROWTH = 125, 2
LEAST_SECONDS = 0.5  #: seconds that have to be left for a pass: the search's import takes a part of them
#: answers, and programs per answer, taken over from a task's search
ANSWERS = 8
PROGRAMS = 2
NEAR = 4  #: programs taken over that do not fit all demos
#: an answer that is right in so many of a hundred cases (on training tasks) is not searched for any deeper:
#: of 20 such outputs a budget of eight times got none right that were not (docs/search_log.md)
CONFIDENT = 80
NEAR_COST = 10_000  #: cost of a program that does not fit: more than any answer's
SECONDS_PER_MILLION = 20.0  #: limit in CPU seconds for a search of a million steps, far above what it takes
NOTHING = {"answers": [], "near": [], "steps": 0}  #: result of a search that exceeded a limit

_RESULT = {
    "answers": [{"score": int, "confidence": int, "grids": [str], "programs": [{"text": str, "kind": str}]}],
    "near": [str],
    "steps": int,
}

#: called with a task's answers so far: (task, for each test input the answers, best first)
OnAnswers = Callable[[str, list[list[str]]], None]


@dataclass(frozen=True)
class FoundPrograms:
    """The programs that a search found, task by task, and a summary of each task that has an answer."""

    entries: list[Entry]
    # `confidence` (how many of a hundred answers like the best were right on training tasks), `kind` (what
    # found it), `answers` (their number), `passes` (over the task) and `steps` (of the last pass)
    summaries: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class SearchJob(Job):
    """Searches for one task's programs."""

    tasks: Mapping[str, Task]
    budget: int

    def content(self, unit: Unit) -> str:
        """The steps: within a time budget a pass may have others when it is resumed."""
        return str(self.budget)

    def run(self, unit: Unit) -> bytes:
        """The answers, best first, each with its score and programs, as JSON."""
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
        near = [miss.program.text for miss in result.near_misses[:NEAR]]
        return json.dumps({"answers": answers, "near": near, "steps": result.steps}).encode()

    def accepts(self, unit: Unit, value: Any) -> bool:
        if fault_in(value, _RESULT):
            return False
        tests = len(self.tasks[unit.task].test)
        answers = value["answers"]
        texts = [*value["near"], *[program["text"] for answer in answers for program in answer["programs"]]]
        try:
            for text in texts:
                parse_program(text)
        except ProgramError:
            return False
        grids = [grid for answer in answers for grid in answer["grids"]]
        shaped = all([len(answer["grids"]) == tests and answer["programs"] for answer in answers])
        return shaped and all(map(is_grid_text, grids))


def passes(budget: int) -> list[int]:
    """The steps a task may take in each pass, the whole budget in the last."""
    steps = [budget]
    while len(steps) == 1 or steps[0] > FIRST:
        steps.insert(0, max(1, steps[0] // RATIO))
    return steps


def search_tasks(
    tasks: Mapping[str, Task], budget: int, tools: Tools, on_answers: OnAnswers
) -> FoundPrograms:
    """Search for programs of each task with at most `budget` steps in a pass."""
    found: dict[str, Any] = {}
    pace: dict[str, float] = {}
    last = 0
    for number, most in enumerate(passes(budget), 1):
        names = _doubtful(tasks, found) if most > last else []
        count = len(names)
        while names:
            some, steps = _begun(names, pace, most, budget, last, tools)
            if not steps:
                part = f" on {len(names)} of {count} tasks" if len(names) < count else ""
                tools.not_done.append(f"search {number}: not begun{part}")
                return _found_programs(tasks, found)
            import kaggle_batt.search  # noqa: F401 (workers inherit it; its import takes time)

            done, job = len(tools.clock.spans), SearchJob({name: tasks[name] for name in some}, steps)
            more = _pass(f"search {number}", job, tools, found, on_answers)
            pace.update(_pace(more, tools.clock.spans[done:]))
            found.update({name: {**one, "passes": number} for name, one in more.items()})
            if steps < most:
                tools.not_done.append(f"search {number}: {steps} of {most} steps for each task")
            names = names[len(some) :]
            if not names:
                last = steps
    return _found_programs(tasks, found)


def _found_programs(tasks: Iterable[str], found: Mapping[str, Any]) -> FoundPrograms:
    found = {name: found[name] for name in tasks if name in found}
    return FoundPrograms(
        [entry for name, one in found.items() for entry in _entries(name, one)],
        {name: _summary(one) for name, one in found.items() if one["answers"]},
    )


def _pace(found: Mapping[str, Any], spans: Iterable[Span]) -> dict[str, float]:
    """The seconds that a step took in the search of each task of a pass; of resumed ones nothing is known."""
    taken = {span.label: span.stop - span.start for span in spans}
    known = {name: taken.get(_unit(name).label, 0.0) for name in found}
    return {
        name: spent / found[name]["steps"] for name, spent in known.items() if spent and found[name]["steps"]
    }


def _begun(
    names: list[str], pace: Mapping[str, float], most: int, budget: int, last: int, tools: Tools
) -> tuple[list[str], int]:
    """The tasks of a pass that can end in time, and its steps: all, else the first of them; 0 for none."""
    steps, count = _affordable(most, budget, last, [pace[n] for n in names if n in pace], tools), len(names)
    while not steps and last and count > 1:
        count -= 1
        known = [pace[name] for name in names[:count] if name in pace]
        steps = _affordable(min(most, LEAST_GROWTH * last), budget, last, known, tools)
    return names[:count], steps


def _affordable(most: int, budget: int, last: int, pace: Sequence[float], tools: Tools) -> int:
    """The steps of a pass over tasks of that pace that can end in time: `most`, or it halved; 0 for none.

    Where no pass could follow it, it is doubled as far as the time and the budget reach. `last` are the steps
    of the pass before. A pace that is not known is no reason to wait.
    """
    if tools.deadline.left() < LEAST_SECONDS:
        return 0
    workers, left, steps = tools.engine.workers, tools.deadline.left(), most
    # the longest job may begin last
    rounds = sum(pace) / workers + max(pace, default=0.0) * (1 - 1 / workers)
    seconds = rounds * MOST_USED / 100
    if (1 + LEAST_GROWTH) * most * seconds > left:
        while 2 * steps * seconds <= left and 2 * steps <= budget:
            steps *= 2
    while steps * seconds > left:
        steps //= 2
        if steps < max(1, LEAST_GROWTH * last):
            return 0
    return steps


def _unit(task: str) -> Unit:
    return Unit(task, "demo", 0, 0, 1)


def _summary(found: Any) -> dict[str, Any]:
    best, number = found["answers"][0], len(found["answers"])
    summary = {"confidence": best["confidence"], "kind": best["programs"][0]["kind"], "answers": number}
    return {**summary, "passes": found["passes"], "steps": found["steps"]}


def _merged(later: Any, earlier: Any) -> Any:
    """What a later pass found, and the earlier pass's answers that it lacks; best first."""
    if earlier is None:
        return later
    known = {tuple(answer["grids"]) for answer in later["answers"]}
    others = [answer for answer in earlier["answers"] if tuple(answer["grids"]) not in known]
    answers = sorted([*later["answers"], *others], key=lambda answer: answer["score"])
    return {**later, "answers": answers[:ANSWERS], "near": later["near"] or earlier["near"]}


def _doubtful(tasks: Iterable[str], found: Mapping[str, Any]) -> list[str]:
    """The tasks to search deeper, by confidence; those without an answer, which gain most, first."""
    sure = dict.fromkeys(tasks, -1)
    for name, one in found.items():
        if name in sure and one and one["answers"]:
            sure[name] = int(one["answers"][0]["confidence"])
    return sorted([name for name in sure if sure[name] < CONFIDENT], key=sure.__getitem__)


def _pass(
    phase: str, job: SearchJob, tools: Tools, earlier: Mapping[str, Any], on_answers: OnAnswers
) -> dict[str, Any]:
    """All that is known of each of the job's tasks after it has run."""
    seconds = max(30.0, job.budget / 1e6 * SECONDS_PER_MILLION)
    limits = Limits(cpu=seconds, wall=3 * seconds, memory=tools.limits.memory)

    def merged(unit: Unit, text: str) -> Any:
        return _merged(json.loads(text), earlier.get(unit.task))

    def on_result(unit: Unit, text: str) -> None:
        columns = zip(*[answer["grids"] for answer in merged(unit, text)["answers"]], strict=True)
        on_answers(unit.task, [list(dict.fromkeys(column))[:2] for column in columns])

    units = [_unit(name) for name in job.tasks]
    tools, nothing = replace(tools, limits=limits), json.dumps(NOTHING)
    found = Dispatch(phase, job, tools, lambda kind: nothing, on_result).results(units)
    return {unit.task: merged(unit, text) for unit, text in found.items()}


def _entries(task: str, found: Any) -> list[Entry]:
    entries: list[Entry] = []
    for answer in found["answers"]:
        cost = max(0, answer["score"] + COST_BASE)
        for program in answer["programs"]:
            name = f"search_{safe_name(task)}_{len(entries) + 1}_{program['kind'].replace(' ', '_')}"
            made = parse_program(program["text"])
            entries.append(Entry(name, made, SEARCHED, task=task, cost=cost))
    known = {entry.md5 for entry in entries}
    for place, text in enumerate(found["near"]):
        made = parse_program(text)
        if made.md5 not in known:
            known.add(made.md5)
            entries.append(
                Entry(f"near_{safe_name(task)}_{place + 1}", made, SEARCHED, task=task, cost=NEAR_COST)
            )
    return entries
