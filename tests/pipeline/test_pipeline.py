"""The whole pipeline: the same results however it is run, and every fault laid where it belongs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import Run, load_run, run_compared
from kaggle_batt.commands.main import main
from kaggle_batt.dsl import PRIMITIVES
from kaggle_batt.params import checked
from kaggle_batt.pipeline.scores import grid_text
from kaggle_batt.pipeline.submission import check_submission, load_submission, score_submission
from kaggle_batt.programs import battery as battery_module
from kaggle_batt.programs.program import parse_program
from tests.runs import BATTERY, TASKS, assert_equal, command, files, go, options, record_of


def pythons() -> list[str]:
    """Other Python versions: the paths in KAGGLE_BATT_PYTHONS, else what the shell finds and can start."""
    given = [path for path in os.environ.get("KAGGLE_BATT_PYTHONS", "").split(os.pathsep) if path]
    found = [shutil.which(f"python3.{minor}") for minor in (11, 12, 13) if minor != sys.version_info.minor]
    works = [
        path
        for path in found
        if path and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0
    ]
    return given or works


PYTHONS = pythons()


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The default tasks with the mixed battery, one job after the other."""
    return go(tmp_path_factory.mktemp("serial") / "run")


def test_the_run_has_something_to_compare(serial: Run) -> None:
    """Programs that answer, that fail by error and by budget, twins, a failing differ; ten tasks."""
    record = serial.record
    assert len(record["tasks"]) == 10
    kinds = {kind for task in record["tasks"].values() for kind in task["failures"]}
    assert kinds == {"error", "limit"}
    assert list(record["candidates"]["same"].values()) == [["solve_007bbfb7", "twin"]]
    assert serial.solved == (12, 12)
    failed = [
        score["failing_differ"]["failed"]
        for task in record["tasks"].values()
        for score in task["d_score"].values()
    ]
    assert any(failed)
    assert record["broken"] == record["not_done"] == record["struck"] == []
    assert record["status"] == "done"


@pytest.mark.parametrize(
    ("engine", "workers"),
    [
        *[pytest.param("process", workers, marks=pytest.mark.slow) for workers in (1, 5)],
        *(("process", 2), ("thread", 2)),
    ],
)
def test_engines_and_workers_change_nothing(serial: Run, tmp_path: Path, engine: str, workers: int) -> None:
    """Record, files and submission equal the serial run's."""
    assert_equal(serial.folder, go(tmp_path, engine=engine, workers=workers).folder)


@pytest.mark.parametrize("seed", ["0", pytest.param("1", marks=pytest.mark.slow)])
def test_the_hash_seed_changes_nothing(serial: Run, tmp_path: Path, seed: str) -> None:
    """Sets are iterated in another order; no result depends on it."""
    done = command(*options(tmp_path, engine="process", workers=2), PYTHONHASHSEED=seed)
    assert done.returncode == 0, done.stderr
    assert record_of(tmp_path)["environment"]["hash_seed"] == seed
    assert_equal(serial.folder, tmp_path)


@pytest.mark.skipif(not PYTHONS, reason="no other Python was found; KAGGLE_BATT_PYTHONS names them")
@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: Path(path).name)
def test_python_versions_change_nothing(serial: Run, tmp_path: Path, python: str) -> None:
    """Without anything installed beside the standard library."""
    done = command(*options(tmp_path, engine="process", workers=2), python=python)
    assert done.returncode == 0, done.stderr
    assert_equal(serial.folder, tmp_path)


def test_a_run_again_in_the_same_folder_changes_nothing(serial: Run, tmp_path: Path) -> None:
    """Files are kept, links too."""
    shutil.copytree(serial.folder, tmp_path / "again", symlinks=True)
    before = sorted([str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")])
    assert_equal(serial.folder, go(tmp_path / "again").folder)
    assert sorted([str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")]) == before


def test_a_compared_run(tmp_path: Path) -> None:
    """Both engines' runs and no difference; the second lies in the first one's folder."""
    given = {"data": str(TASKS), "battery": str(BATTERY), "ids": "007bbfb7", "out": str(tmp_path)}
    first, second, differences = run_compared(checked({**given, "engine": "thread", "compare": "serial"}))
    assert differences == []
    assert second is not None
    assert second.folder == tmp_path / "compared_serial"
    assert second.record["params"]["engine"] == "serial"
    assert first.walls.keys() == second.walls.keys()
    assert "serial/wall" in first.timing_table(second)


def test_32_programs_on_six_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Candidates before: each output of each program; after: 32; every program validated and saved."""
    arguments = options(tmp_path, battery=BATTERY, ids="007bbfb7", budget=10**7, engine="process")
    assert main([*arguments, "--timing"]) == 0
    shown = capsys.readouterr().out
    assert "candidates: 174 answers (program and grid), 32 distinct programs, 32 programs summed" in shown
    assert "the same program" not in shown
    record = record_of(tmp_path)
    task = record["tasks"]["007bbfb7"]
    answers = {
        (md5, grid) for md5, item in task["programs"].items() for grid in item["outputs"].values() if grid
    }
    assert len(answers) == 174
    assert (task["demo"], task["test"]) == (5, 1)
    assert len(task["programs"]) == 32
    saved = sorted((tmp_path / "solver_md5").iterdir())
    assert [path.stem for path in saved] == sorted(task["programs"])
    for path in saved:
        assert parse_program(path.read_text()).md5 == path.stem
    assert len(list((tmp_path / "solver_dir" / "solve_007bbfb7").rglob("*.py"))) == 32
    assert all([path.exists() for path in (tmp_path / "differ_dir").rglob("*.py")])


def test_scores_in_the_record_are_those_of_the_outputs(serial: Run) -> None:
    """o_score counts equal outputs; a program right on all demos of each task is among the kept."""
    for name, task in serial.tasks.items():
        item = serial.record["tasks"][name]
        for md5, score in item["o_score"].items():
            outputs = item["programs"][md5]["outputs"]
            for part, samples in (("demo", task.demo), ("test", task.test)):
                right = [
                    sample.output is not None and outputs[f"{part}/{number}"] == grid_text(sample.output)
                    for number, sample in enumerate(samples)
                ]
                assert score[part] == sum(right)
        assert max([score["demo"] for score in item["o_score"].values()]) == len(task.demo)


def test_the_submission_is_valid_and_scored(serial: Run) -> None:
    """What was written is what Kaggle wants."""
    submission = load_submission(serial.folder / "submission.json")
    check_submission(submission, serial.tasks)
    assert score_submission(submission, serial.tasks) == serial.solved


def test_a_run_is_loaded_back(serial: Run) -> None:
    """From its folder, with its tasks."""
    again = load_run(serial.folder)
    assert again.record == serial.record
    assert again.tasks == serial.tasks
    assert again.times == serial.times


def test_hidden_outputs_are_not_looked_at(serial: Run, tmp_path: Path) -> None:
    """The same choices and predictions without the test outputs; scores of tests are none."""
    folder = tmp_path / "tasks"
    folder.mkdir()
    for path in TASKS.iterdir():
        task = json.loads(path.read_text())
        task["test"] = [{"input": sample["input"]} for sample in task["test"]]
        (folder / path.name).write_text(json.dumps(task))
    hidden = go(tmp_path / "run", data=str(folder))
    assert files(serial.folder) == files(hidden.folder)
    for name in serial.tasks:
        one, two = serial.record["tasks"][name], hidden.record["tasks"][name]
        assert one["predictions"] == two["predictions"]
        assert list(one["programs"]) == list(two["programs"])
        assert set(two["solved"]) == {None}
        assert all([score["test"] == 0 for score in two["o_score"].values()])
    assert hidden.solved == (0, 0)


# --- a battery that breaks its contract


@pytest.mark.parametrize("engine", ["serial", "process"])
def test_a_broken_battery_is_noticed(
    serial: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    engine: str,
) -> None:
    """A call that gives something else in the battery than alone: its programs are named, not kept."""
    real = battery_module.apply_function

    def wrong(call: Any, total: int) -> Any:
        call = tuple(call)
        value, failure, steps, weight = real(call, total)
        is_guilty = getattr(call[0], "name", "") == "vmirror"
        return (call[1], None, steps, 1) if is_guilty else (value, failure, steps, weight)

    monkeypatch.setattr(battery_module, "apply_function", wrong)
    assert main(options(tmp_path, engine=engine, workers=2)) == 1
    record, whole = record_of(tmp_path), serial.record
    guilty = [
        (md5, item["name"])
        for task in whole["tasks"].values()
        for md5, item in task["programs"].items()
        if "vmirror" in item["text"]
    ]
    assert set(record["broken"]) <= {md5 for md5, _ in guilty}
    assert parse_program("def solve(I):\n    return vmirror(I)\n").md5 in record["broken"]
    assert record["broken"][0] in capsys.readouterr().out
    saved = {path.stem for path in (tmp_path / "solver_md5").iterdir()}
    assert not saved & set(record["broken"])
    assert not {md5 for task in record["tasks"].values() for md5 in task["programs"]} & set(record["broken"])


# --- programs that the budget of steps can't cut

GOOD = ("rot90", "vmirror", "hmirror")
BAD = "rot270"


def small(path: Path, differs: str = "") -> Path:
    """A battery of three good programs and one that a test makes bad."""
    solvers = [f"def solve_{name}(I):\n    return {name}(I)\n\n" for name in (*GOOD[:2], BAD, *GOOD[2:])]
    path.write_text("".join(solvers) + differs)
    return path


def hang(*_: Any) -> Any:
    return sum(range(10**12))


def devour(*_: Any) -> Any:
    return bytearray(1 << 33)


def die(*_: Any) -> Any:
    os._exit(7)


def leave(*_: Any) -> Any:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (hang, "time"),
        pytest.param(devour, "memory", marks=pytest.mark.slow),
        (die, "death"),
        pytest.param(leave, "error", marks=pytest.mark.slow),
    ],
)
def test_a_fault_costs_the_program_at_fault_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., Any], kind: str
) -> None:
    """What no count of steps sees: the failure is laid to one program, all others keep their results."""
    given = {"battery": str(small(tmp_path / "battery")), "ids": "9172f3a0", "budget": 10**7}
    whole = go(tmp_path / "whole", **given)
    monkeypatch.setattr(PRIMITIVES[BAD], "call", fault)
    run = go(tmp_path / "cut", **given, engine="process", workers=2, timeout=0.2, memory=256)
    before, after = (one.record["tasks"]["9172f3a0"] for one in (whole, run))
    bad = parse_program(f"def solve(I):\n    return {BAD}(I)\n").md5
    assert after["failures"] == {kind: 3}
    assert after["programs"] == {md5: item for md5, item in before["programs"].items() if md5 != bad}
    for part in ("o_score", "d_score"):
        assert after[part] == {md5: score for md5, score in before[part].items() if md5 != bad}
    assert {(item["kind"], item["unit"]) for item in run.record["struck"]} == {
        (kind, f"9172f3a0/{sample}/2-3") for sample in ("demo/0", "demo/1", "test/0")
    }
    assert run.record["status"] == "done"
    assert run.record["broken"] == []


@pytest.mark.slow
def test_a_differ_at_fault_costs_no_other_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its measures are failed, on that grid alone where it fails; all others are as they were."""
    differs = (
        "def differ_rows(S, I, C):\n    x1 = height(I)\n    O = astuple(x1, x1)\n    return O\n\n"
        f"def differ_bad(S, I, C):\n    x1 = {BAD}(C)\n    x2 = width(x1)\n    O = astuple(x2, x1)\n"
        "    return O\n\n"
        "def differ_columns(S, I, C):\n    x1 = width(I)\n    O = astuple(x1, x1)\n    return O\n"
    )
    battery = small(tmp_path / "battery", differs)
    text = battery.read_text().replace(f"def solve_{BAD}(I):\n    return {BAD}(I)\n\n", "")
    battery.write_text(text)
    given = {"battery": str(battery), "ids": "9172f3a0", "budget": 10**7}
    whole = go(tmp_path / "whole", **given)
    monkeypatch.setattr(PRIMITIVES[BAD], "call", die)
    run = go(tmp_path / "cut", **given, engine="process", workers=2)
    before, after = (one.record["tasks"]["9172f3a0"] for one in (whole, run))
    assert len(after["d_score"]) == 3
    for md5, scores in after["d_score"].items():
        assert scores["differ_bad"] == {"iz": 0, "zo": 0, "failed": 3}
        for name in ("differ_rows", "differ_columns"):
            assert scores[name] == before["d_score"][md5][name]
            assert scores[name]["failed"] == 0
    assert {item["kind"] for item in run.record["struck"]} == {"death"}
    assert {item["phase"] for item in run.record["struck"]} == {"differ"}


def test_a_program_that_hits_a_limit_only_alone_is_neither_kept_nor_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit may be exceeded once and not again: that is reported, and is not the battery's fault."""
    from kaggle_batt.pipeline import jobs as work

    given = {"battery": str(small(tmp_path / "battery")), "ids": "9172f3a0", "budget": 10**7}
    real = work.run

    def sometimes(program: Any, *rest: Any) -> Any:
        return die() if BAD in program.text else real(program, *rest)

    monkeypatch.setattr(work, "run", sometimes)
    run = go(tmp_path / "run", **given, engine="process", workers=2)
    task = run.record["tasks"]["9172f3a0"]
    assert sorted([item["name"] for item in task["programs"].values()]) == sorted(
        [f"solve_{name}" for name in GOOD]
    )
    assert run.record["broken"] == []
    assert {item["phase"] for item in run.record["struck"]} == {"validate"}


@pytest.mark.slow
def test_cpu_seconds_are_those_of_the_workers(tmp_path: Path) -> None:
    """A phase's CPU time does not depend on the engine, and the total is what the process used."""
    before = time.process_time()
    alone = go(tmp_path / "alone")
    used = time.process_time() - before
    total = alone.times[-1]
    assert total.phase == "total"
    assert total.cpu <= used + 0.05
    assert total.cpu >= 0.5 * used
    workers = go(tmp_path / "workers", engine="process", workers=2).times
    cpu = {one.phase: one.cpu for one in workers}
    assert cpu["differ"] >= 0.4 * {one.phase: one.cpu for one in alone.times}["differ"]
