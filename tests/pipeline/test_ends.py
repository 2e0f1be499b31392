"""However a run ends: its files are whole, its record says so, and a resumed run ends as if undisturbed."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import Run
from kaggle_batt.commands.main import main
from kaggle_batt.errors import BatteryError, JournalError, StoreError
from kaggle_batt.pipeline import files as store
from kaggle_batt.pipeline import outputs as saving
from kaggle_batt.pipeline.submission import check_submission, load_submission
from kaggle_batt.programs.program import parse_program
from tests.runs import BATTERY, FEW, MIXED, ROOT, TASKS, assert_equal, environment, go, options, record_of

#: fewer tasks and programs than the default, so that a run is short
GIVEN = {"ids": "25ff71a9,3aa6fb7a,9172f3a0", "battery": str(FEW)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run that all others must end equal to."""
    return go(tmp_path_factory.mktemp("undisturbed") / "run", **GIVEN)


def journal_of(folder: Path) -> list[tuple[str, str]]:
    """(phase, job) of the whole records of jobs in a folder's journal."""
    path = folder / "journal.jsonl"
    lines = path.read_bytes().split(b"\n")[1:-1] if path.exists() else []
    records = [tuple(json.loads(line[9:])[:2]) for line in lines]
    return [record for record in records if record != ("tasks", "read")]


def assert_whole(folder: Path, undisturbed: Run) -> None:
    """Every file there is is whole: no parts, programs of their md5, a valid submission, a record."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    for path in paths:
        if path.parent.name in ("solver_md5", "differ_md5") and not path.name.startswith("."):
            assert parse_program(path.read_text()).md5 == path.stem
    if (folder / "submission.json").exists():
        check_submission(load_submission(folder / "submission.json"), undisturbed.tasks)
    if (folder / "run.json").exists():
        assert record_of(folder)["status"] in ("running", "interrupted", "failed", "late", "done")
    for path in folder.rglob("*.py"):
        assert path.exists(), "a link to a file that is not there"


def assert_resumes(folder: Path, undisturbed: Run, **given: Any) -> None:
    """Going on repeats no finished job, and ends equal to the undisturbed run, with nothing left over."""
    before = journal_of(folder)
    run = go(folder, **GIVEN, resume=True, **given)
    after = journal_of(folder)
    assert len(set(after)) == len(after), "a job was done twice"
    assert set(before) <= set(after)
    assert sum([len(phase.spans) for phase in run.times]) == len(after) - len(before)
    assert_equal(folder, undisturbed.folder)
    assert not list(folder.rglob(".*"))


def children_of(mark: str) -> list[int]:
    """The processes that have the text on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]


def assert_no_process(mark: str, seconds: float = 5.0) -> None:
    """Within some seconds no process is left that has the text on its command line."""
    until = time.monotonic() + seconds
    while left := children_of(mark):
        assert time.monotonic() < until, f"left behind: {left}"
        time.sleep(0.02)


# --- in this process


class Ctrl:
    """A progress that presses Ctrl-C at the n-th job of the run."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("engine", ["serial", "process", "thread"])
@pytest.mark.parametrize("at", [1, 30, *[pytest.param(at, marks=pytest.mark.slow) for at in (7, 20)]])
def test_an_interrupt_at_a_job(undisturbed: Run, tmp_path: Path, engine: str, at: int) -> None:
    """What had come back is in the journal, the record says "interrupted", and resuming repeats nothing."""
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, **GIVEN, engine=engine, workers=2, watch=Ctrl(at))
    record = record_of(tmp_path)
    assert record["status"] == "interrupted"
    assert "KeyboardInterrupt" in record["fault"]
    assert len(journal_of(tmp_path)) == at
    assert record["timings"][-1]["jobs"] >= at
    assert list(record["tasks"]) == list(undisturbed.tasks)
    assert_whole(tmp_path, undisturbed)
    assert_resumes(tmp_path, undisturbed, engine=engine)
    assert record_of(tmp_path)["status"] == "done"


def at_write(number: int, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the n-th move of a finished file into its place fail; the list gets the paths moved."""
    real, moved = os.replace, []

    def replace(part: str, name: str, **folders: int) -> None:
        if len(moved) >= number:
            raise error
        moved.append(name)
        real(part, name, **folders)

    monkeypatch.setattr(store.os, "replace", replace)
    return moved


#: each of a run's 12
WRITES = [pytest.param(at, marks=[pytest.mark.slow] * (at not in (0, 4, 11))) for at in range(12)]


@pytest.mark.parametrize("number", WRITES)
def test_an_interrupt_at_any_write(
    undisturbed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Record, submission, program files: each is there whole or not at all."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        at_write(number, KeyboardInterrupt(), patch)
        go(tmp_path, **GIVEN)
    assert_whole(tmp_path, undisturbed)
    assert_resumes(tmp_path, undisturbed)


@pytest.mark.parametrize("number", WRITES)
def test_a_disk_that_is_full_at_any_write(
    undisturbed: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
) -> None:
    """One line, exit status 1, earlier files whole; with room again, resuming ends as if undisturbed."""
    with monkeypatch.context() as patch:
        at_write(number, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), patch)
        assert main(options(tmp_path, **GIVEN)) == 1
    if number > 1:  # the record was begun; there is no room to write another
        assert record_of(tmp_path)["status"] == "failed"
    errors = capsys.readouterr().err
    assert errors.startswith("kaggle_batt: ")
    assert errors.endswith("cannot be written (No space left on device); earlier files are whole\n")
    assert errors.count("\n") == 1
    assert_whole(tmp_path, undisturbed)
    assert_resumes(tmp_path, undisturbed)


def test_interrupts_while_a_run_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is interrupted: its record says so."""
    real, left = os.fsync, 5

    def fsync(descriptor: int) -> None:
        nonlocal left
        real(descriptor)
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, **GIVEN)
    assert left < -2, "it was interrupted while it wrote how it ended"
    assert record_of(tmp_path)["status"] == "interrupted"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_failed_run_says_so(undisturbed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record has the fault, and is no "interrupted"."""

    def fail(*_: Any) -> None:
        raise StoreError("no files today")

    with monkeypatch.context() as patch, pytest.raises(StoreError):
        patch.setattr(saving, "save_programs", fail)
        go(tmp_path, **GIVEN)
    record = record_of(tmp_path)
    assert record["status"] == "failed"
    assert "no files today" in record["fault"]
    assert record["candidates"] == undisturbed.record["candidates"]
    assert_resumes(tmp_path, undisturbed)


def test_a_run_under_way_says_so(undisturbed: Run, tmp_path: Path) -> None:
    """From its first moment there are a record and a valid submission."""
    seen = []

    def look(*_: Any) -> None:
        seen.append(record_of(tmp_path)["status"])
        check_submission(load_submission(tmp_path / "submission.json"), undisturbed.tasks)

    go(tmp_path, **GIVEN, watch=look)
    assert set(seen) == {"running"}


def test_resuming_a_finished_run_does_nothing(undisturbed: Run, tmp_path: Path) -> None:
    """Not one job, and every file as it was."""
    folder = tmp_path / "run"
    shutil.copytree(undisturbed.folder, folder, symlinks=True)
    run = go(folder, **GIVEN, resume=True)
    assert [phase.spans for phase in run.times if phase.spans] == []
    assert_equal(folder, undisturbed.folder)


def test_resuming_a_comparison(tmp_path: Path) -> None:
    """The second run continues from its own journal, or begins where there is none yet."""
    arguments = [*options(tmp_path, ids="9172f3a0", compare="thread"), "--resume"]
    assert main(arguments) == 0
    folders = (tmp_path, tmp_path / "compared_thread")
    before = [journal_of(folder) for folder in folders]
    assert main(arguments) == 0
    assert [journal_of(folder) for folder in folders] == before
    for folder in folders:
        assert not [phase for phase in record_of(folder)["timings"] if phase["spans"]], "nothing was run"


def test_resuming_where_nothing_was_begun(undisturbed: Run, tmp_path: Path) -> None:
    """Is a run from the start."""
    assert_resumes(tmp_path / "new", undisturbed)


@pytest.mark.parametrize(
    "given",
    [{"seed": 1}, {"budget": 101}, {"timeout": 9.0}, {"battery": str(BATTERY)}, {"ids": "9172f3a0"}],
    ids=lambda given: next(iter(given)),
)
def test_resuming_with_other_parameters_is_refused(
    undisturbed: Run, tmp_path: Path, given: dict[str, Any]
) -> None:
    """With the reason, and nothing is touched."""
    folder = tmp_path / "run"
    shutil.copytree(undisturbed.folder, folder, symlinks=True)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(JournalError, match=rf"other parameters \({next(iter(given))} was .* and is "):
        go(folder, **{**GIVEN, **given}, resume=True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_resuming_with_another_content_is_refused(undisturbed: Run, tmp_path: Path) -> None:
    """The same paths, but the battery or a task has changed in between."""
    battery, data = tmp_path / "battery.txt", tmp_path / "tasks"
    battery.write_text(MIXED.read_text())
    shutil.copytree(TASKS, data)
    given = {"ids": "9172f3a0", "battery": str(battery), "data": str(data)}
    go(tmp_path / "run", **given)
    go(tmp_path / "run", **given, resume=True)
    battery.write_text(BATTERY.read_text())
    with pytest.raises(JournalError, match="a run with other programs"):
        go(tmp_path / "run", **given, resume=True)
    battery.write_text(MIXED.read_text())
    path = data / "9172f3a0.json"
    task = json.loads(path.read_text())
    task["test"][0]["input"][0][0] += 1
    path.write_text(json.dumps(task))
    with pytest.raises(JournalError, match=r"on other tasks .task 9172f3a0 has other grids"):
        go(tmp_path / "run", **given, resume=True)


def test_a_wrong_battery_costs_an_earlier_run_nothing(undisturbed: Run, tmp_path: Path) -> None:
    """It is read before anything is written."""
    folder = tmp_path / "run"
    shutil.copytree(undisturbed.folder, folder, symlinks=True)
    (tmp_path / "torn").write_text(MIXED.read_text()[:500])
    with pytest.raises(BatteryError):
        go(folder, **{**GIVEN, "battery": str(tmp_path / "torn")})
    assert_equal(folder, undisturbed.folder)


# --- in a process of its own


class Running:
    """A run of the command line in a process group of its own."""

    def __init__(self, folder: Path, *more: str, **given: Any) -> None:
        arguments = options(folder, **{**GIVEN, "engine": "process", "workers": 2, **given})
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kaggle_batt", *arguments, *more],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_for(self, jobs: int) -> None:
        """Wait until the run has begun and so many jobs are in the journal."""
        until = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < until:
            if (self.folder / "run.json").exists() and len(journal_of(self.folder)) >= jobs:
                return
            time.sleep(0.002)

    def end(self) -> tuple[int, str, str]:
        """Exit status and what was printed."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    """A text on the command lines of the test's processes; none of them outlives the test."""
    yield str(tmp_path)
    for pid in children_of(str(tmp_path)):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("jobs", "group"),
    [
        (0, True),
        (15, False),
        pytest.param(0, False, marks=pytest.mark.slow),
        pytest.param(15, True, marks=pytest.mark.slow),
    ],
)
def test_ctrl_c(undisturbed: Run, tmp_path: Path, mark: str, jobs: int, group: bool) -> None:
    """One is enough: within two seconds it has ended with 130 and a line, and nothing is left running."""
    running = Running(tmp_path)
    running.wait_for(jobs)
    pressed = time.monotonic()
    if group:
        os.killpg(running.process.pid, signal.SIGINT)
    else:
        os.kill(running.process.pid, signal.SIGINT)
    status, _, errors = running.end()
    assert time.monotonic() - pressed < 2.0
    assert (status, errors) == (
        130,
        "kaggle_batt: interrupted; --resume continues from what was done\n",
    )
    assert_no_process(mark, 0.5)
    assert record_of(tmp_path)["status"] == "interrupted"
    assert len(journal_of(tmp_path)) >= jobs
    assert_whole(tmp_path, undisturbed)
    assert_resumes(tmp_path, undisturbed)


def killed_and_resumed(undisturbed: Run, folder: Path, mark: str, jobs: int, wait: float = 0.0) -> None:
    """SIGKILL after so many jobs and some seconds, then resume by the command line."""
    running = Running(folder)
    if jobs >= 0:
        running.wait_for(jobs)
    time.sleep(wait)
    running.process.kill()
    running.end()
    assert_no_process(mark)
    assert_whole(folder, undisturbed)
    assert_resumes(folder, undisturbed, engine="process", workers=2)


@pytest.mark.parametrize("jobs", [13, *[pytest.param(jobs, marks=pytest.mark.slow) for jobs in (0, 5, 25)]])
def test_a_killed_run_goes_on(undisturbed: Run, tmp_path: Path, mark: str, jobs: int) -> None:
    """Its children end too, its files are whole, and the resumed run equals the undisturbed one."""
    killed_and_resumed(undisturbed, tmp_path, mark, jobs)


@pytest.mark.slow
def test_a_run_killed_at_random_moments_goes_on(undisturbed: Run, tmp_path: Path, mark: str) -> None:
    """Twenty-four moments over the whole length of a run, and some runs killed twice."""
    chance = random.Random(20)
    started = time.monotonic()
    assert Running(tmp_path / "whole").end()[0] == 0
    length = time.monotonic() - started
    for number in range(24):
        folder = tmp_path / str(number)
        if number % 4 == 0:  # killed twice
            running = Running(folder)
            time.sleep(chance.uniform(0.0, length))
            running.process.kill()
            running.end()
        running = Running(folder, "--resume")
        time.sleep(chance.uniform(0.0, length))
        running.process.kill()
        running.end()
        assert_no_process(str(folder))
        assert_whole(folder, undisturbed)
        assert_resumes(folder, undisturbed, engine="process", workers=2)


def test_a_limit_on_the_size_of_files(undisturbed: Run, tmp_path: Path, mark: str) -> None:
    """A real one, by the system: one line, exit status 1, and without it the run resumes."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "from kaggle_batt.commands.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    call = [sys.executable, "-c", code, *options(tmp_path, **GIVEN, engine="process", workers=2)]
    done = subprocess.run(call, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "the journal cannot be written (File too large)" in done.stderr
    assert done.stderr.count("\n") == 1
    assert_no_process(mark)
    assert_whole(tmp_path, undisturbed)
    assert_resumes(tmp_path, undisturbed)
