"""What is slow costs a run within a time budget a part of its work, not its end nor its submission."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt import api
from kaggle_batt.api import Run
from kaggle_batt.errors import BatteryError, TaskError
from kaggle_batt.pipeline import record as records
from kaggle_batt.pipeline.submission import check_submission, load_submission
from kaggle_batt.pipeline.timings import Clock
from kaggle_batt.report.summary import summary
from kaggle_batt.tasks.loading import AT_ONCE, ChosenTasks, choose_tasks
from tests.pipeline.test_injection import Injector
from tests.runs import TASKS, assert_equal, go, late_after, record_of
from tests.tasks.test_tasks import GOOD

LISTED = 20
TWO = "25ff71a9,9172f3a0"
COUNT = LISTED + AT_ONCE + 6
IDS = [f"task-{number:03}" for number in range(COUNT)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of many tasks in one file each, all the same; each fifth has one test input more."""
    root = tmp_path_factory.mktemp("many")
    task = json.loads((TASKS / "9172f3a0.json").read_text())
    longer = {**task, "test": [*task["test"], *task["test"]]}
    for number, id in enumerate(IDS):
        (root / f"{id}.json").write_text(json.dumps(task if number % 5 else longer))
    return root


@pytest.fixture(scope="module")
def competition(folder: Path) -> Path:
    """The same tasks as a competition's test set."""
    tasks = {id: json.loads((folder / f"{id}.json").read_text()) for id in IDS}
    hidden = {
        id: {**task, "test": [{"input": s["input"]} for s in task["test"]]} for id, task in tasks.items()
    }
    root = folder.with_name("competition")
    root.mkdir()
    (root / "arc-agi_test_challenges.json").write_text(json.dumps(hidden))
    return root


@pytest.mark.parametrize("split", ["training", "test"])
def test_loading_and_checking_end_when_it_is_late(folder: Path, split: str) -> None:
    """The first tasks are loaded, then the first of those checked; placeholders stand for the others."""
    chosen = choose_tasks(folder, split, late=late_after(5))
    assert list(chosen.values) == IDS[: AT_ONCE + 5]
    assert [len(task.test) for task in chosen.blank.values()] == [
        2 if number % 5 == 0 and number < AT_ONCE + 5 else 1 for number in range(COUNT)
    ]
    found = chosen.read(late_after(7))
    assert list(found.tasks) == IDS[: AT_ONCE + 7]
    assert list(found.unread) == IDS[AT_ONCE + 7 :]
    assert list(found.placeholders) == (IDS[AT_ONCE + 7 :] if split == "test" else [])
    assert found.tasks == {id: task for id, task in chosen.read().tasks.items() if id in found.tasks}


def test_a_task_that_breaks_a_rule_is_refused_when_it_is_read(tmp_path: Path) -> None:
    """Not by loading, though its text is torn; an unread one is not refused."""
    for id in IDS:
        (tmp_path / f"{id}.json").write_text("{" if id in (IDS[1], IDS[-1]) else json.dumps(GOOD))
    chosen = choose_tasks(tmp_path)
    found = chosen.read(late_after(0))
    assert list(found.refused) == [IDS[1]]
    assert IDS[-1] in found.unread
    with pytest.raises(TaskError, match=f"{IDS[1]}.json: not whole JSON"):
        chosen.read(strict=True)


@pytest.mark.parametrize("split", [pytest.param("training", marks=pytest.mark.slow), "test"])
def test_a_run_leaves_out_the_tasks_that_it_has_no_time_to_read(
    folder: Path, competition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, split: str
) -> None:
    """Its submission has all of a test set, its record names and counts them; resuming reads them."""
    monkeypatch.setattr(records, "MOST_LISTED", LISTED)
    given = {"data": str(competition if split == "test" else folder), "split": split, "count": COUNT}
    late = go(tmp_path / "late", **given, time_budget=0.001)
    record = record_of(tmp_path / "late")
    assert record["status"] == "late"
    assert list(record["tasks"]) == IDS[:AT_ONCE]
    left_out = [f"load: task {id}" for id in IDS[AT_ONCE:]]
    assert record["not_done"][: LISTED + 1] == [*left_out[:LISTED], record["not_done"][LISTED]]
    assert record["not_done"][LISTED].startswith("score demo: ")
    assert record["not_done_counts"]["load"] == len(left_out)
    assert f"not done: {left_out[0]} and {len(left_out) - 1} more; score demo: " in summary(late)
    assert list(late.submitted) == (IDS if split == "test" else IDS[:AT_ONCE])
    check_submission(load_submission(tmp_path / "late" / "submission.json"), late.submitted)
    undisturbed = go(tmp_path / "whole", **given)
    assert list(undisturbed.tasks) == IDS and undisturbed.record["not_done_counts"] == {}
    assert_equal(go(tmp_path / "late", **given, resume=True).folder, undisturbed.folder)


def test_a_submission_is_there_before_any_grid_is_checked(
    competition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all tasks with all their test inputs."""
    tasks = choose_tasks(competition, "test").read().tasks

    def refuse(*_: object, **__: object) -> None:
        check_submission(load_submission(tmp_path / "submission.json"), tasks)
        raise BatteryError("nothing is read today")

    monkeypatch.setattr(ChosenTasks, "read", refuse)
    with pytest.raises(BatteryError, match="nothing is read today"):
        go(tmp_path, data=str(competition), split="test")


#: calls that wait for a disk, beside those of files that are written
OF_DISK = ("replace", "fsync", "symlink", "unlink", "mkdir", "rmdir")


class SlowDisk(Injector):
    """Each call takes so many seconds, by a clock of the test's own: the rest takes none."""

    def __init__(self, seconds: float) -> None:
        super().__init__(0)
        self.seconds, self.now, self.began = seconds, 1000.0, 1000.0

    def count(self) -> None:
        """Let the time of a call pass."""
        self.now += self.seconds


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run on a quick disk."""
    return go(tmp_path_factory.mktemp("undisturbed") / "run", ids=TWO)


@pytest.mark.parametrize(
    ("seconds", "budget", "left_out"),
    [
        (0.05, 3.0, {"validate", "differ", "save"}),
        (0.05, 5.0, {"differ", "save"}),
        (0.02, 3.0, {"save"}),
        (0.05, 10.0, {"save"}),
        (0.05, 20.0, {"save"}),
        (0.05, 40.0, set()),
    ],
)
def test_a_slow_disk(
    undisturbed: Run, tmp_path: Path, seconds: float, budget: float, left_out: set[str]
) -> None:
    """The run ends in time. Submission and record are there, then come programs, then links; it can go on."""
    disk = SlowDisk(seconds)
    with pytest.MonkeyPatch.context() as patch:
        disk.install(patch, OF_DISK, ())
        patch.setattr(time, "monotonic", lambda: disk.now)
        patch.setattr(api, "Clock", lambda: Clock(started=disk.began))
        run = go(tmp_path / "run", ids=TWO, time_budget=budget)
    assert disk.now - disk.began < budget + 0.5
    assert record_of(run.folder) == run.record
    assert set(run.record["not_done_counts"]) == left_out
    assert run.record["status"] == ("late" if left_out else "done")
    if "score test" not in left_out:
        whole = (undisturbed.folder / "submission.json").read_bytes()
        assert (run.folder / "submission.json").read_bytes() == whole
    saved = [what for what in run.record["not_done"] if what.startswith("save")]
    if [what for what in saved if "files in" in what]:
        assert saved[-1] == "save: the links in 6 of 6 folders"
        assert not list(run.folder.glob("*_dir/**/*.py"))
    assert_equal(go(run.folder, ids=TWO, resume=True).folder, undisturbed.folder)
    assert len(list(run.folder.glob("*_dir/**/*.py"))) == len(list(undisturbed.folder.glob("*_dir/**/*.py")))


@pytest.mark.parametrize(("reading", "kept"), [(0.0, 0.012), (10.0, 120.0), (60.0, 150.0)])
def test_what_is_kept_for_the_record_follows_the_pace_of_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: float, kept: float
) -> None:
    """0.006 s a task, or as many times that as reading took longer than 0.0005 s a task; 15 % at most."""
    now, read, save, until = 1000.0, ChosenTasks.read, api.save_files, []

    def slow(*given: Any, **more: Any) -> Any:
        nonlocal now
        now += reading
        return read(*given, **more)

    def saved(folder: Path, state: Any, tools: Any) -> Any:
        until.append(tools.deadline.until)
        return save(folder, state, tools)

    monkeypatch.setattr(time, "monotonic", lambda: now)
    monkeypatch.setattr(api, "Clock", lambda: Clock(started=1000.0))
    monkeypatch.setattr(ChosenTasks, "read", slow)
    monkeypatch.setattr(api, "save_files", saved)
    go(tmp_path, ids=TWO, time_budget=1000.0)
    assert until == [pytest.approx(2000.0 - kept)]
