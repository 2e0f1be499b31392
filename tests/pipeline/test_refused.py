"""Tasks that cannot be read: the run goes on without them, says which, and submits placeholders for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import load_run
from kaggle_batt.commands.main import main
from kaggle_batt.errors import TaskError
from kaggle_batt.pipeline.submission import check_submission, load_submission
from kaggle_batt.report.notebook import submission_verdict
from kaggle_batt.report.summary import summary
from tests.runs import TASKS, go, record_of

TASK = json.loads((TASKS / "67a3c6ac.json").read_text())
BAD = {
    **TASK,
    "train": [{"input": [[1, 2], [3]], "output": [[1]]}],
    "test": [*TASK["test"], {"input": [[1]]}],
}
IDS = ["x" * 300, "über/größe", "a\nb", "\x1b[31mred", "", "\ud800", "a,b", "../../up"]


def challenges(folder: Path, **tasks: Any) -> Path:
    """A competition's folder with a test set."""
    folder.mkdir()
    (folder / "arc-agi_test_challenges.json").write_text(json.dumps(tasks))
    return folder


def test_a_submission_has_every_task_of_the_test_set(tmp_path: Path) -> None:
    """The sound ones run; the others get placeholders of the right number."""
    data = challenges(tmp_path / "data", sound=TASK, bad=BAD)
    run = go(tmp_path / "out", data=str(data), split="test", budget=10_000)
    submission = load_submission(tmp_path / "out" / "submission.json")
    assert {name: len(entries) for name, entries in submission.items()} == {"bad": 2, "sound": 1}
    assert submission["bad"][1]["attempt_1"] == [[0, 0], [0, 0]]
    assert submission["sound"][0]["attempt_1"] == TASK["test"][0]["output"]
    record = record_of(tmp_path / "out")
    assert list(record["tasks"]) == ["sound"] and record["placeholders"] == {"bad": 2}
    assert "task bad: demo 1 input: row 2: expected 2 cells" in record["refused"]["bad"]
    assert "tasks refused: 1" in summary(run) and "bad: " in summary(run) and "placeholders" in summary(run)
    assert "is valid: 2 tasks" in submission_verdict(load_run(tmp_path / "out"))


def test_without_any_sound_task_the_submission_is_all_placeholders(tmp_path: Path) -> None:
    data = challenges(tmp_path / "data", bad=BAD, worse=7)
    with pytest.raises(TaskError, match=r"none of 2 tasks can be read; the first: .*bad: demo 1"):
        go(tmp_path / "out", data=str(data), split="test")
    submission = load_submission(tmp_path / "out" / "submission.json")
    assert {name: len(entries) for name, entries in submission.items()} == {"bad": 2, "worse": 1}


def test_strict_refuses_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = challenges(tmp_path / "data", sound=TASK, bad=BAD), tmp_path / "out"
    arguments = ["run", "--data", str(data), "--split", "test", "--strict", "-o", str(out)]
    assert main(arguments) == 1
    assert "task bad: demo 1 input: row 2" in capsys.readouterr().err and not out.exists()


def test_the_data_s_folder_is_no_folder_for_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its record would be read as a task, and its programs be removed with it."""
    data = challenges(tmp_path / "data", sound=TASK)
    for out in (data, tmp_path / "x" / ".." / "data"):
        assert main(["run", "--data", str(data), "-o", str(out)]) == 2
        assert "out: this is the folder of the data" in capsys.readouterr().err
    assert [path.name for path in data.iterdir()] == ["arc-agi_test_challenges.json"]


def test_tasks_of_any_id_run_and_are_filed(tmp_path: Path) -> None:
    data = tmp_path / "all.json"
    data.write_text(json.dumps(dict.fromkeys(IDS, TASK)))
    for search in (0, 20):
        out = tmp_path / f"out{search}"
        run = go(out, data=str(data), budget=10_000, search=search)
        assert set(run.tasks) == set(IDS)
        check_submission(load_submission(out / "submission.json"), run.tasks)
        assert len(list((out / "solver_dir").iterdir())) == len(IDS)
        assert set(load_run(out).tasks) == set(IDS)
        assert {path.parent for path in out.rglob("run.json")} == {out} and "\x1b" not in summary(run)
    assert {path.name for path in tmp_path.iterdir()} == {"all.json", "out0", "out20"}
