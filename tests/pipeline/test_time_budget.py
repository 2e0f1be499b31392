"""A run that its time budget ends: status 0, a valid submission, what it has is kept, the rest is named."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt import api as pipeline
from kaggle_batt.api import Run, run_compared
from kaggle_batt.commands.main import main
from kaggle_batt.engines import ENDLESS, Deadline, Outcome
from kaggle_batt.engines.thread import ThreadEngine
from kaggle_batt.errors import BatteryError
from kaggle_batt.generate.candidates import given_programs
from kaggle_batt.generate.mutate import mutants
from kaggle_batt.params import checked
from kaggle_batt.pipeline import jobs as work
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.jobs import DifferJob
from kaggle_batt.pipeline.outputs import link_all
from kaggle_batt.pipeline.phases import empty_outputs, predicted
from kaggle_batt.pipeline.scores import SampleOutputs
from kaggle_batt.pipeline.search_phase import FoundPrograms
from kaggle_batt.pipeline.state import RunState
from kaggle_batt.pipeline.submission import (
    begin_submission,
    check_submission,
    load_submission,
    save_submission,
    score_submission,
)
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.battery_file import dump_battery, load_battery
from kaggle_batt.programs.program import parse_program
from kaggle_batt.report.summary import compared
from kaggle_batt.tasks.loading import load_tasks
from tests.runs import BATTERY, MIXED, TASKS, assert_equal, go, late_after, options, record_of

IDS = "25ff71a9,3aa6fb7a,9172f3a0"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run with all the time that it needs."""
    return go(tmp_path_factory.mktemp("whole") / "run", ids=IDS)


class Dawdle:
    """A progress that puts the clock forward by some seconds at the n-th job of a phase."""

    def __init__(self, patch: pytest.MonkeyPatch, phase: str, at: int, seconds: float) -> None:
        self.phase, self.at, self.seconds, self.passed = phase, at, seconds, 0.0
        clock = time.monotonic
        patch.setattr(time, "monotonic", lambda: clock() + self.passed)

    def __call__(self, phase: str, done: int, total: int, failures: int) -> None:
        if phase == self.phase and done == self.at:
            self.passed += self.seconds


@pytest.mark.parametrize("engine", ["serial", "process", "thread"])
def test_too_little_time_for_anything(
    whole: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    """Exit status 0, a valid submission of fillers, every job named as not done; resuming does them all."""
    assert main(options(tmp_path, ids=IDS, engine=engine, time_budget=0.001)) == 0
    shown = capsys.readouterr().out
    for what in ("demo: 25ff71a9/demo/0/0-43 and 7 more", "test: 25ff71a9/test/0/0-43 and 3 more"):
        assert f"score {what}; " in shown
    assert (
        shown.endswith("; save: 6 of 6 files in differ_md5\n")
        and "status: late; not done: score demo" in shown
    )
    record = record_of(tmp_path)
    assert record["status"] == "late"
    assert record["not_done"][0] == "score demo: 25ff71a9/demo/0/0-43"
    assert record["not_done"][12:] == ["save: 6 of 6 files in differ_md5"]
    assert record["struck"] == []
    check_submission(load_submission(tmp_path / "submission.json"), whole.tasks)
    assert not list((tmp_path / "solver_md5").glob("*.py"))
    assert_equal(go(tmp_path, ids=IDS, resume=True).folder, whole.folder)


def over_after(phase: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int, int, int], None]:
    """Lets the time be over when a phase's last job is done: a progress that sees to it, without waiting."""
    over = False

    def watch(current: str, done: int, total: int, failures: int) -> None:
        nonlocal over
        over |= current == phase and done == total

    monkeypatch.setattr(
        Tools, "within", lambda tools, share: replace(tools, deadline=Deadline(0.0) if over else ENDLESS)
    )
    return watch


def assert_kept(run: Run, whole: Run) -> None:
    """What is validated is saved and in the record, nothing else is; nothing is called broken."""
    late = run.record["not_done"]
    for name, task in run.record["tasks"].items():
        unseen = [job for job in late if name in job and not job.startswith("differ")]
        assert bool(task["programs"]) == (not unseen)
        if task["programs"]:
            assert task["o_score"] == whole.record["tasks"][name]["o_score"]
    saved = {path.stem for path in (run.folder / "solver_md5").glob("*.py")}
    assert saved == {md5 for task in run.record["tasks"].values() for md5 in task["programs"]}
    assert run.record["broken"] == []
    check_submission(load_submission(run.folder / "submission.json"), whole.tasks)


@pytest.mark.parametrize("phase", ["score demo", "score test", "validate"])
def test_what_was_done_in_time_is_kept(
    whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    """Predictions where tests were scored; only validated programs are saved; resuming ends the same."""
    with monkeypatch.context() as patch:
        run = go(tmp_path, ids=IDS, watch=over_after(phase, patch))
    assert run.record["status"] == "late"
    later = {"score demo": "score test", "score test": "validate", "validate": "differ"}[phase]
    assert len([job for job in run.record["not_done"] if job.startswith(later)]) >= 4
    assert not [job for job in run.record["not_done"] if job.startswith(phase)]
    if phase != "score demo":
        assert run.solved == whole.solved
        assert score_submission(load_submission(tmp_path / "submission.json"), run.tasks) == whole.solved
    assert_kept(run, whole)
    assert_equal(go(tmp_path, ids=IDS, resume=True).folder, whole.folder)


def test_a_phase_that_is_cut_in_the_middle(
    whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the clock: the tasks whose programs were all validated keep theirs."""
    monkeypatch.setattr(pipeline, "RESERVES", ((300.0, 0.0, 0.4), (10.0, 0.0, 0.1)))
    run = go(tmp_path, ids=IDS, time_budget=600.0, watch=Dawdle(monkeypatch, "validate", 7, 370.0))
    assert run.record["status"] == "late"
    assert len([job for job in run.record["not_done"] if job.startswith("validate")]) == 5
    assert run.solved == whole.solved
    assert run.record["tasks"]["25ff71a9"]["programs"]
    assert_kept(run, whole)
    assert_equal(go(tmp_path, ids=IDS, resume=True).folder, whole.folder)


class Cutting(ThreadEngine):
    """An engine whose time is over before the last so many jobs of the differs."""

    def __init__(self, left: int) -> None:
        super().__init__(1)
        self.left = left

    def run(self, function: Any, jobs: Sequence[Any], *rest: Any, **given: Any) -> list[Outcome]:
        count = len(jobs) - (self.left if isinstance(function.__self__, DifferJob) else 0)
        late = [Outcome(index, "cancelled") for index in range(count, len(jobs))]
        return super().run(function, jobs[:count], *rest, **given) + late


@pytest.mark.parametrize("left", [1, 5, 30])
def test_a_table_of_differ_values_counts_when_it_is_whole(
    whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    """A sample that was measured in part adds nothing, and no value is taken for another's."""
    monkeypatch.setattr(work, "CHUNK", 25)
    monkeypatch.setattr(pipeline, "engine_of", lambda *_: Cutting(left))
    run = go(tmp_path, ids=IDS)
    assert len(run.record["not_done"]) == left
    cut_off = {tuple(job.split(": ")[1].split("/")[:3]) for job in run.record["not_done"]}
    for name, task in run.record["tasks"].items():
        missing = len([sample for sample in cut_off if sample[0] == name])
        for md5, scores in whole.record["tasks"][name]["d_score"].items():
            for differ, score in scores.items():
                found = task["d_score"][md5][differ]
                assert all([found[key] <= score[key] for key in score])
                assert sum(score.values()) - sum(found.values()) in range(missing, 2 * missing + 1)


def test_cutting_the_work_finer_changes_nothing(
    whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many programs or differ values go into one job changes no result."""
    monkeypatch.setattr(work, "CHUNK", 7)
    assert_equal(go(tmp_path, ids=IDS).folder, whole.folder)


def test_the_first_submission(tmp_path: Path) -> None:
    """Fillers; but one that is there is kept, if it is valid."""
    tasks = load_tasks(str(TASKS), only=["9172f3a0"])
    path = tmp_path / "submission.json"
    for before, kept in (("none", False), ("good", True), ("torn", False)):
        path.unlink(missing_ok=True)
        if before != "none":
            save_submission(tmp_path, tasks, {"9172f3a0": [["123"]]})
        if before == "torn":
            path.write_bytes(path.read_bytes()[:-9])
        assert begin_submission(tmp_path, tasks) == kept
        submission = load_submission(path)
        check_submission(submission, tasks)
        assert (submission["9172f3a0"][0]["attempt_1"] == [[1, 2, 3]]) == kept


@pytest.mark.parametrize("resume", [False, True])
def test_a_submission_is_there_before_any_program_is_read(
    whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resume: bool
) -> None:
    """Whatever becomes of the programs; an older one for the same tasks stays until they have been read."""
    seen = []

    def refuse(*_: Any) -> Any:
        seen.append((tmp_path / "submission.json").read_bytes())
        raise BatteryError("no programs today")

    monkeypatch.setattr(pipeline, "given_programs", refuse)
    with pytest.raises(BatteryError):
        go(tmp_path, ids=IDS, resume=resume)
    shutil.copy(whole.folder / "submission.json", tmp_path)
    with pytest.raises(BatteryError):
        go(tmp_path, ids=IDS, resume=resume)
    check_submission(json.loads(seen[0]), whole.tasks)
    assert seen[1] == (tmp_path / "submission.json").read_bytes() != seen[0]


def test_a_new_run_begins_with_fillers(whole: Run, tmp_path: Path) -> None:
    """An older submission is no answer of this run."""
    shutil.copytree(whole.folder, tmp_path / "run", symlinks=True)
    go(tmp_path / "run", ids=IDS, time_budget=0.001)
    submission = load_submission(tmp_path / "run" / "submission.json")
    grids = [entry["attempt_1"] for entries in submission.values() for entry in entries]
    assert {cell for grid in grids for row in grid for cell in row} == {0}


def test_making_mutants_ends_with_its_share_of_the_time() -> None:
    """Those that are made run, they are the first of all, and the rest is named."""
    params = checked({"battery": str(MIXED), "mutants": 1000, "search": 0})
    some, every = given_programs(params, late_after(599)), given_programs(params)
    assert some.left_out == ["400 of 1,000 mutants"]
    assert every.left_out == []
    assert some.entries == every.entries[: len(some.entries)]
    assert some.md5s == every.md5s, "the journal of one is the other's"


def test_reading_a_battery_ends_with_its_share_of_the_time(tmp_path: Path) -> None:
    """The first programs run, the rest is named; at its very end nothing is left out."""
    solvers = [entry for entry in load_battery(MIXED).entries if entry.program.kind == "solver"]
    path = tmp_path / "many.txt"
    path.write_text(dump_battery(Battery(mutants(solvers, 600, 1))))
    for calls, count, left_out in ((200, 400, 1), (400, 600, 0), (0, 200, 1)):
        found = given_programs(checked({"battery": str(path), "search": 0}), late_after(calls))
        assert len(found.entries) == count
        assert len(found.left_out) == left_out
    assert found.left_out == ["many.txt: what follows the first 200 programs"]


def test_reading_files_of_functions_ends_with_its_share_of_the_time(tmp_path: Path) -> None:
    """The first parts of all files are read; what calls a function that is not read has no other meaning."""
    lines = [f"def solve_{number}(I):\n return rot{90 + 90 * (number % 3)}(I)\n" for number in range(450)]
    for number, name, word in ((30, "a", "cut"), (10, "b", "trim")):
        lines[number + 300 * (name == "b")] = f"def solve_{name}(I):\n return {word}(I)\n"
        lines[400 + number] = f"def {word}(I):\n return rot90(I)\n"
    for number in range(3):
        (tmp_path / f"{number}.py").write_text("".join(lines[150 * number : 150 * number + 150]))
    params = checked({"battery": str(tmp_path), "search": 0})
    some, every = given_programs(params, late_after(120)), given_programs(params)
    assert (some.left_out, every.left_out) == (["2.py: what follows the first 20 parts"], [])
    assert list(some.refused) == ["0.py: solve_a", "2.py: solve_b"]
    for place in (30, 310):
        assert every.entries[place].program == parse_program("def solve(I):\n return rot90(I)")
    assert some.entries == [*every.entries[:30], *every.entries[31:310], *every.entries[311:320]]


def test_the_import_of_a_module_ends_with_its_share_of_the_time(whole: Run, tmp_path: Path) -> None:
    """The run is late, and says what it left out; there is a submission."""
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(100)\ndef batt(*_): return [], []\n")
    (tmp_path / "slow_call.py").write_text("t_call = {}\n")
    given = {"battery": str(tmp_path / "slow.py"), "trust_module": True, "engine": "process"}
    began = time.monotonic()
    run = go(tmp_path / "run", ids=IDS, time_budget=3.0, **given)
    assert time.monotonic() - began < 5.0
    assert (run.record["status"], run.record["not_done"]) == ("late", ["load: the import of slow.py"])
    check_submission(load_submission(tmp_path / "run" / "submission.json"), whole.tasks)


def test_enough_time_is_no_difference(whole: Run, tmp_path: Path) -> None:
    """A budget that is not used up changes nothing."""
    assert_equal(go(tmp_path, ids=IDS, engine="process", time_budget=600).folder, whole.folder)


def test_a_late_run_is_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no failure; the command says that there was no time for two runs."""
    given = options(tmp_path, ids=IDS, compare="thread", time_budget=0.001)
    assert main(given) == 0
    assert "not compared" in capsys.readouterr().out
    assert not (tmp_path / "compared_thread").exists()


def test_a_run_that_kept_nothing_says_nothing_of_kept_programs(tmp_path: Path) -> None:
    """Nor does one whose programs there was no time to validate."""
    late = go(tmp_path / "late", ids=IDS, time_budget=0.001)
    done = go(tmp_path / "done", ids="9172f3a0")
    for run, says in ((late, False), (done, True)):
        text = compared(run, None, [])
        assert text.startswith("no second run (")
        assert ("every kept program gives the same outputs alone" in text) == says


def test_the_budget_is_for_both_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has what the first one left, and counts for nothing where that is too little."""
    given = {"data": str(TASKS), "battery": str(BATTERY), "ids": "9172f3a0", "out": str(tmp_path)}
    slow = Dawdle(monkeypatch, "differ", 1, 400.0)
    first, second, differences = run_compared(
        checked({**given, "engine": "process", "compare": "serial", "time_budget": 600.0}), slow
    )
    assert (first.record["status"], second, differences) == ("done", None, [])
    second_record = record_of(tmp_path / "compared_serial")
    assert second_record["params"]["time_budget"] < 200.0
    assert second_record["status"] == "late"


def test_search_answers_stand_in_where_no_test_was_scored() -> None:
    """A search's answers, for those test inputs alone that have no outputs."""
    tasks = load_tasks(str(TASKS), only=["25ff71a9"])
    state = RunState(
        tasks, Battery([]), Battery([]), {"25ff71a9": (0,)}, 100, search_answers={"25ff71a9": [["1"], ["2"]]}
    )
    outputs = empty_outputs(state)
    state = RunState(
        tasks, Battery([]), Battery([]), {"25ff71a9": (0,)}, 100,
        outputs=outputs, order={"25ff71a9": (0,)}, search_answers=state.search_answers,
    )  # fmt: skip
    assert predicted(state).predictions == {"25ff71a9": [["1"], ["2"]]}
    outputs["25ff71a9"].samples[("test", 1)] = SampleOutputs(["3"], [1])
    assert predicted(state).predictions == {"25ff71a9": [["1"], ["3"]]}


def test_a_late_run_submits_what_the_search_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time ends after the search: its answers are in the submission, and resuming goes on from there."""
    pytest.importorskip("numpy")
    given = {"ids": "67a3c6ac", "battery": str(MIXED), "search": 20}
    with monkeypatch.context() as patch:
        run = go(tmp_path / "late", **given, time_budget=600, watch=over_after("search 2", patch))
    assert run.record["status"] == "late"
    assert not run.record["tasks"]["67a3c6ac"]["programs"]
    submission = load_submission(tmp_path / "late" / "submission.json")
    assert score_submission(submission, run.tasks) == (1, 1)
    undisturbed = go(tmp_path / "whole", **given)
    assert_equal(go(tmp_path / "late", **given, resume=True).folder, undisturbed.folder)


def test_a_search_cut_short_resumes_with_other_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs found later take other places; results of the earlier ones are not taken for theirs."""
    pytest.importorskip("numpy")
    given = {"ids": "67a3c6ac,9172f3a0", "battery": str(MIXED), "search": 20}
    watch = Dawdle(monkeypatch, "search 1", 1, 595.0)
    run = go(tmp_path / "late", **given, time_budget=600.0, watch=watch)
    assert [job for job in run.record["not_done"] if job.startswith("search 1: 9172f3a0")]
    undisturbed = go(tmp_path / "whole", **given)
    assert run.record["battery"]["solvers"] < undisturbed.record["battery"]["solvers"]
    assert_equal(go(tmp_path / "late", **given, resume=True).folder, undisturbed.folder)
    assert everything(tmp_path / "late") == everything(tmp_path / "whole")


def everything(folder: Path) -> dict[str, bytes]:
    """All program files and links of a run, and the index."""
    parts = ("solver_md5", "differ_md5", "solver_dir", "differ_dir")
    paths = [folder / "links.json", *[path for part in parts for path in (folder / part).rglob("*.py")]]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def seeded(folder: Path) -> set[str]:
    """A folder with a program file and a link of an earlier run; their names."""
    md5 = "0" * 32
    index = {"best": {"solver_dir/solve_9172f3a0": [[md5, 9, 1]]}, "before": []}
    (folder / "solver_md5").mkdir(parents=True)
    (folder / "solver_md5" / f"{md5}.py").write_text("of an earlier run")
    (folder / "links.json").write_text(json.dumps(index))
    assert link_all(folder) == 1
    return set(everything(folder))


def test_a_late_run_notes_what_was_there_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resuming leaves that alone, and goes back to it, also after a second run that was late."""
    seeded(tmp_path / "whole")
    folder, before = tmp_path / "run", seeded(tmp_path / "run")
    for phase, resume in (("score test", False), ("validate", True)):
        with monkeypatch.context() as patch:
            run = go(folder, ids=IDS, watch=over_after(phase, patch), resume=resume)
        assert run.record["status"] == "late"
        (noted,) = json.loads((folder / "links.json").read_text())["before"]
        assert noted["files"] == {"solver_md5": ["0" * 32], "differ_md5": []}
        assert list(noted["best"]) == ["solver_dir/solve_9172f3a0"]
    assert set(everything(folder)) > before
    go(folder, ids=IDS, resume=True)
    go(tmp_path / "whole", ids=IDS)
    assert everything(folder) == everything(tmp_path / "whole")
    assert before <= set(everything(folder))


def test_what_a_late_run_alone_kept_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that a search cut short has found, and the whole search has not; its files and links."""
    found = Entry(
        "early", parse_program("def solve(I):\n    return rot90(I)"), "search", task="9172f3a0", cost=0
    )

    def seek_in_part(_: Any, __: int, tools: Tools, *rest: Any) -> FoundPrograms:
        tools.not_done.append("search 2: 9172f3a0")
        return FoundPrograms([found], {})

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "search_tasks", seek_in_part)
        go(tmp_path / "run", ids=IDS, search=1)
    monkeypatch.setattr(pipeline, "search_tasks", lambda *_: FoundPrograms([], {}))
    whole = go(tmp_path / "whole", ids=IDS, search=1)
    surplus = set(everything(tmp_path / "run")) - set(everything(tmp_path / "whole"))
    assert {Path(name).stem for name in surplus} == {found.md5}
    assert_equal(go(tmp_path / "run", ids=IDS, search=1, resume=True).folder, whole.folder)
    assert everything(tmp_path / "run") == everything(tmp_path / "whole")
