"""One task searched, as a row of plain values: what was found, what was right, what it took."""

from __future__ import annotations

import hashlib
import json
import resource
import time
from dataclasses import dataclass
from typing import Any

from kaggle_batt.pipeline.scores import grid_text
from kaggle_batt.search import Prediction, SearchResult, search
from kaggle_batt.search.scoring.confidence import cell
from kaggle_batt.search.scoring.leave_one_out import bonus
from kaggle_batt.tasks.task import Task

#: predictions described in a row
DESCRIBED = 12

Row = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """What a run is of: a split (`training`, `DATA:evaluation`), which of its tasks, the search."""

    split: str
    budget: float
    sample: int = 1
    offset: int = 0
    ids: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def hidden(self) -> bool:
        """Whether nothing but totals may be seen."""
        return "evaluation" in self.split

    @property
    def steps(self) -> int:
        """The budget in steps."""
        return int(self.budget * 1e6)


def measured(job: tuple[Task, Setting]) -> Row:
    """The row of a task; a search that fails gives a row without answers that says why."""
    task, setting = job
    begun = time.process_time()
    try:
        result, fault = search(task, setting.steps, without=setting.without), ""
    except Exception as error:
        result, fault = SearchResult(), repr(error)
    return {"cpu": round(time.process_time() - begun, 3), "fault": fault, **_row(task, result)}


def _row(task: Task, result: SearchResult) -> Row:
    found = [_found(result, number, sample.output) for number, sample in enumerate(task.test)]
    best = result.predictions[0] if result.predictions else None
    credited = _credited(result)
    return {
        "id": task.id,
        "ranks": [rank for rank, _ in found],
        "kinds": [kind for _, kind in found],
        "right": _is_right(task, best),
        "steps": result.steps,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "score": best.score if best else None,
        "confidence": best.confidence if best else None,
        "cell": _cell(best, result.held_out, len(task.demo)) if best else None,
        "ranking": [_described(task, one) for one in result.predictions[:DESCRIBED]],
        "programs": [one.programs[0].program.text for one in credited],
        "answers": [[grid_text(grid) for grid in one.grids] for one in credited],
        "digest": digest_of(result),
    }


def _cell(best: Prediction, held_out: int, demos: int) -> tuple[str, int]:
    """The cell of the table that the confidence comes from."""
    return cell(best.score + bonus(best.supports), len(best.supports), held_out, demos)


def digest_of(result: SearchResult) -> str:
    """A digest of all that was found: answers, programs, scores, confidence, near misses, steps."""
    found = [
        [one.grids, one.score, one.confidence, [made.program.text for made in one.programs]]
        for one in result.predictions
    ]
    near = [[one.program.text, one.demos, one.cells] for one in result.near_misses]
    return chained("", json.dumps([found, near, result.steps]))


def chained(before: str, text: str) -> str:
    """The digest of a text that follows what had the digest `before`."""
    return hashlib.md5(f"{before} {text}".encode(), usedforsecurity=False).hexdigest()


def _credited(result: SearchResult) -> list[Prediction]:
    """The predictions that give the two attempts at some test input, best first."""
    wanted = [result.attempts(number) for number in range(len(_grids(result)))]
    found: dict[tuple[int, int], Prediction] = {}
    for one in result.predictions:
        for number, grid in enumerate(one.grids):
            if grid in wanted[number]:
                found.setdefault((number, wanted[number].index(grid)), one)
    return [one for one in result.predictions if any(one is other for other in found.values())]


def _grids(result: SearchResult) -> tuple[object, ...]:
    return result.predictions[0].grids if result.predictions else ()


def _is_right(task: Task, prediction: Prediction | None) -> bool:
    """Whether all of the task's answers are right."""
    return prediction is not None and list(prediction.grids) == [sample.output for sample in task.test]


def _described(task: Task, prediction: Prediction) -> list[object]:
    """Score, cost, penalty, kind and agreement, whether it is right, broken invariants, confidence."""
    best = prediction.programs[0]
    figures = [prediction.score, best.cost, best.penalty, best.kind, prediction.kinds]
    return [*figures, _is_right(task, prediction), prediction.broken_invariants, prediction.confidence]


def _found(result: SearchResult, number: int, wanted: object) -> tuple[int, str]:
    """The place of the right grid among all answers to a test input, and the finisher behind it."""
    tried = result.attempts(number, len(result.predictions))
    if wanted not in tried:
        return -1, "none"
    kinds = [one.programs[0].kind for one in result.predictions if one.grids[number] == wanted]
    return tried.index(wanted), kinds[0]
