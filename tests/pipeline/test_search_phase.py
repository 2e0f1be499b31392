"""The order of work under a time budget: what is known first, a cheap search of all, then deeper in doubt."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import resolved
from kaggle_batt.engines import Deadline, Limits, make_engine
from kaggle_batt.params import checked
from kaggle_batt.pipeline import search_phase as search_phase
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.search_phase import FoundPrograms, passes, search_tasks
from kaggle_batt.pipeline.submission import load_submission, score_submission
from kaggle_batt.pipeline.timings import Clock
from kaggle_batt.tasks.loading import load_tasks
from kaggle_batt.tasks.task import Task
from tests.pipeline.test_time_budget import over_after
from tests.runs import TASKS, assert_equal, go

pytest.importorskip("numpy")
IDS = ["3aa6fb7a", "67a3c6ac", "9172f3a0"]


def test_passes_grow_to_the_whole_budget() -> None:
    """A first pass of little, each further one several times as much, the last all."""
    assert passes(20_000) == [2_500, 20_000]
    assert passes(4_000_000) == [62_500, 500_000, 4_000_000]
    assert passes(40_000_000) == [78_125, 625_000, 5_000_000, 40_000_000]
    assert passes(1) == [1, 1]


class Scripted:
    """In the place of the search: answers that are sure from a given pass on, by task."""

    def __init__(self, sure: dict[str, int]) -> None:
        self.sure = sure
        self.asked: list[tuple[str, int]] = []

    def run(self, tasks: dict[str, Task], budget: int) -> Any:
        job, given, steps = self, tasks, budget

        class Job:
            tasks, budget = given, steps

            def content(self, unit: Any) -> str:
                return ""

            def run(self, unit: Any) -> bytes:
                job.asked.append((unit.task, budget))
                return job.answer(unit.task, budget)

        return Job()

    def answer(self, task: str, budget: int) -> bytes:
        """A better answer with a greater budget, and one that only the first pass has."""
        confidence = 95 if passes(600_000).index(budget) + 1 >= self.sure[task] else 50
        text = "def solve(I):\n    return rot90(I)"
        made = [{"text": text, "kind": "direct"}]
        answers = [{"score": 30, "confidence": confidence, "grids": [str(budget)], "programs": made}]
        if budget == 75_000:
            answers.append({"score": 40, "confidence": 10, "grids": ["9"], "programs": made})
        return json.dumps({"answers": answers, "near": [], "steps": budget}).encode()


def searched(scripted: Scripted, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any]) -> FoundPrograms:
    """A search of the three tasks with 600,000 steps."""
    monkeypatch.setattr(search_phase, "SearchJob", scripted.run)
    tools = Tools(make_engine("serial"), Limits(), Clock())
    return search_tasks(load_tasks(str(TASKS), only=IDS), 600_000, tools, answers.__setitem__)


def test_only_doubtful_tasks_are_searched_deeper(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tasks cheaply first; what an earlier pass alone found is kept behind."""
    scripted = Scripted({"3aa6fb7a": 2, "67a3c6ac": 1, "9172f3a0": 3})
    answers: dict[str, Any] = {}
    found = searched(scripted, monkeypatch, answers)
    first, second = 75_000, 600_000
    assert scripted.asked == [*[(name, first) for name in IDS], ("3aa6fb7a", second), ("9172f3a0", second)]
    assert [found.summaries[name]["passes"] for name in IDS] == [2, 1, 2]
    assert [one["confidence"] for one in found.summaries.values()] == [95, 95, 50]
    assert answers["67a3c6ac"] == [[str(first), "9"]]
    assert answers["9172f3a0"] == [[str(second), str(first)]]
    assert found.summaries["9172f3a0"]["answers"] == 3


def test_tasks_without_an_answer_come_first() -> None:
    """Then the doubtful ones, the least sure first; sure ones not at all."""
    found = {"a": 75, "b": 95, "c": 40, "d": None}
    known = {
        name: {"answers": [] if sure is None else [{"confidence": sure}]} for name, sure in found.items()
    }
    assert search_phase._doubtful([*found, "e"], known) == ["d", "e", "c", "a"]


def test_a_pass_is_planned_by_the_pace_of_the_one_before() -> None:
    """It has a half, a quarter … of its steps if these end in time, and none if they are too few."""
    tools = Tools(make_engine("serial"), Limits(), Clock(), deadline=Deadline(time.monotonic() + 1000.0))
    pace = [1.2e-6] * 4  # a step of all four tasks takes up to six microseconds
    planned = search_phase._affordable
    assert planned(150_000_000, 150_000_000, 0, pace, tools) == 150_000_000
    assert planned(400_000_000, 400_000_000, 0, pace, tools) == 100_000_000
    assert planned(400_000_000, 400_000_000, 50_000_000, pace, tools) == 100_000_000
    assert planned(400_000_000, 400_000_000, 60_000_000, pace, tools) == 0
    assert planned(400_000_000, 400_000_000, 60_000_000, [], tools) == 400_000_000
    # what no pass could follow is doubled, within the budget; else the next one follows
    assert planned(70_000_000, 560_000_000, 0, pace, tools) == 140_000_000
    assert planned(70_000_000, 100_000_000, 0, pace, tools) == 70_000_000
    assert planned(10_000_000, 80_000_000, 0, pace, tools) == 10_000_000
    endless = Tools(make_engine("serial"), Limits(), Clock())
    assert planned(10**12, 10**12, 0, pace, endless) == 10**12


def test_a_pass_that_is_too_long_is_over_the_first_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as end in time, then further ones if there is time left; the rest is counted."""
    scripted = Scripted(dict.fromkeys(IDS, 9))
    monkeypatch.setattr(search_phase, "SearchJob", scripted.run)
    monkeypatch.setattr(search_phase, "_pace", lambda found, _: dict.fromkeys(found, 400 / 1.25 / 150_000))
    monkeypatch.setattr(
        Scripted, "answer", lambda *_: json.dumps({**search_phase.NOTHING, "steps": 1}).encode()
    )

    def left(_: Deadline) -> float:
        """A thousand seconds, of which each search of the second pass has taken 400."""
        return 1000.0 - 400.0 * len(scripted.asked[3:])

    monkeypatch.setattr(Deadline, "left", left)
    tools = Tools(make_engine("serial"), Limits(), Clock())
    search_tasks(load_tasks(str(TASKS), only=IDS), 600_000, tools, lambda *_: None)
    assert scripted.asked[3:] == [(IDS[0], 150_000), (IDS[1], 150_000)]
    assert tools.not_done[-1] == "search 2: not begun on 1 of 3 tasks"


def test_what_is_known_is_submitted_though_the_search_takes_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's scores come first: a search that eats the time costs none of its answers."""
    with monkeypatch.context() as patch:
        watch = over_after("search 2", patch)
        run = go(tmp_path, ids="67a3c6ac,9172f3a0", budget=10**6, search=1, time_budget=600, watch=watch)
    assert run.record["status"] == "late"
    assert not any([task["programs"] for task in run.record["tasks"].values()])
    assert score_submission(load_submission(tmp_path / "submission.json"), run.tasks) == (2, 2)


def test_a_pass_that_the_deadline_forestalls_is_named(tmp_path: Path) -> None:
    """The record names what was not searched."""
    run = go(tmp_path, ids="67a3c6ac,9172f3a0", search=20, time_budget=0.001)
    assert "search 1: not begun" in run.record["not_done"]


def test_scoring_what_is_known_first_changes_nothing(tmp_path: Path) -> None:
    """A run under a time budget that suffices equals one without, search and all."""
    given = {"ids": "67a3c6ac,9172f3a0", "search": 20}
    plain = go(tmp_path / "plain", **given)
    timed = go(tmp_path / "timed", **given, time_budget=600, engine="process", workers=2)
    assert plain.record["searched"] and plain.record["searched"] == timed.record["searched"]
    assert_equal(timed.folder, plain.folder)


def test_jobs_of_later_passes_come_after_those_of_earlier_ones(tmp_path: Path) -> None:
    """The spans of a phase count from its beginning, whatever pass a job belongs to: no worker does two."""
    run = go(tmp_path, ids="67a3c6ac,3aa6fb7a", search=20)
    spans = next(time.spans for time in run.times if time.phase == "generate")
    assert len(spans) >= 3
    assert all(one.stop <= two.start for one, two in itertools.pairwise(sorted(spans, key=lambda s: s.start)))


def test_a_time_budget_asks_for_more_than_it_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a test set within a time budget the passes go as far as the time reaches."""
    monkeypatch.delenv("KAGGLE_BATT_TIME_BUDGET", raising=False)
    (tmp_path / "arc-agi_test_challenges.json").write_text("{}")
    found = {
        seconds: resolved(checked({"data": str(tmp_path), "time_budget": seconds})).search
        for seconds in (0.0, 60.0)
    }
    assert found[60.0] > found[0.0] > resolved(checked({"data": str(TASKS)})).search
