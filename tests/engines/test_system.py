"""The process engine where the system is odd: few descriptors, closed streams, jobs that change a process."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kaggle_batt.engines import Limits
from kaggle_batt.engines.process import ProcessEngine
from kaggle_batt.engines.workers import watchdog, worker
from kaggle_batt.errors import EngineError
from tests.engines.engine_faults import spin
from tests.engines.engine_processes import descendants
from tests.runs import ROOT, environment

LIMITS = Limits(cpu=1.0, wall=1.0)

#: runs jobs after `{first}`, and writes the result to descriptor 9
PROGRAM = """
import os, resource, signal
os.dup2(os.open({path!r}, os.O_WRONLY | os.O_CREAT), 9)
from kaggle_batt.engines import Limits
from kaggle_batt.engines.process import ProcessEngine
{first}
try:
    outcomes = ProcessEngine({workers}).run(lambda number: str(number).encode(), range(500), Limits())
    os.write(9, str(sum([o.value == str(o.index).encode() for o in outcomes])).encode())
except BaseException as error:
    os.write(9, repr(error).encode())
"""


def result(path: Path, first: str, workers: int = 2) -> str:
    """What the program writes."""
    code = PROGRAM.format(path=str(path), first=first, workers=workers)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(), timeout=60, check=True)
    return path.read_text()


@pytest.mark.parametrize(
    "first",
    [
        *("os.close(0)", "os.close(1)", "os.closerange(0, 3)"),
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
        "resource.setrlimit(resource.RLIMIT_DATA, (400 << 20, 400 << 20))",
    ],
)
def test_an_odd_caller(tmp_path: Path, first: str) -> None:
    """Standard descriptors that are free to take, signals and limits of its own: every job has its result."""
    assert result(tmp_path / "result", first) == "500"


def test_fewer_descriptors_than_workers(tmp_path: Path) -> None:
    """As many workers as there is room for; where there is none for one, an error that says so."""
    few = "resource.setrlimit(resource.RLIMIT_NOFILE, ({0}, {0}))"
    assert result(tmp_path / "few", few.format(40), workers=200) == "500"
    assert "no worker could be started: [Errno 24]" in result(tmp_path / "none", few.format(10))


@pytest.mark.parametrize("room", [1, 2, 3])
def test_no_room_for_the_supervisor(room: int) -> None:
    """So many free descriptors are too few: an error, and nothing stays open."""
    before = sorted(os.listdir("/proc/self/fd"))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = [os.open(os.devnull, os.O_RDONLY) for _ in range(room)]
    for descriptor in free:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(free) + 1, hard))
    try:
        with pytest.raises(EngineError, match="could not fork"):
            ProcessEngine(1).run(lambda _: b"", range(2), Limits())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert sorted(os.listdir("/proc/self/fd")) == before


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def change_user() -> None:
    if os.geteuid() == 0:
        os.seteuid(65534)


def leave_timers() -> None:
    """Their signals end the worker in the next jobs."""
    for timer in (signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(timer, 0.002, 0.002)


def forge_times() -> None:
    worker.monotonic = lambda: 0.0  # type: ignore[attr-defined]


def forge_cpu_clock() -> None:
    worker.process_time = lambda: float("nan")  # type: ignore[attr-defined]


def lose_channel() -> None:
    """Point every descriptor at nothing."""
    null = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and os.path.exists(f"/proc/self/fd/{name}"):
            os.dup2(null, int(name))


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        *((limit_files, "ok"), (change_user, "ok"), (leave_timers, "ok")),
        *((forge_times, "death"), (forge_cpu_clock, "death"), (lose_channel, "death")),
    ],
)
def test_a_changed_process_reaches_no_other_job(tmp_path: Path, act: Callable[[], None], kind: str) -> None:
    """Jobs that write into a file of their own, among them some that change the worker."""
    bad = {3, 11, 30}

    def job(number: int) -> bytes:
        (tmp_path / str(number)).write_text("here")
        if number in bad:
            act()
        elif act is leave_timers:
            spin(0.004)
        return b"here"

    outcomes = ProcessEngine(2).run(job, range(44), LIMITS)
    assert [outcome.index for outcome in outcomes if outcome.kind != "ok"] == sorted(
        bad if kind != "ok" else ()
    )
    assert {outcome.kind for outcome in outcomes if outcome.index in bad} == {kind}


@pytest.mark.parametrize("pause", [0.0, 0.001])
def test_a_supervisor_that_a_job_stops_over_and_over(pause: float) -> None:
    """The limits hold all the same."""
    before, began = descendants(os.getpid()), time.monotonic()

    def job(number: int) -> bytes:
        while number == 3:
            os.kill(os.getppid(), signal.SIGSTOP)
            time.sleep(pause)
        return b"here"

    outcomes = ProcessEngine(2).run(job, range(20), LIMITS)
    assert [outcome.index for outcome in outcomes if not outcome.ok] == [3]
    assert outcomes[3].kind == "time"
    assert time.monotonic() - began < 20
    assert descendants(os.getpid()) <= before


def test_the_watchdog_waits_where_the_system_cannot_wait_for_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS: it sleeps between its checks."""
    monkeypatch.delattr(signal, "sigtimedwait")
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    child = subprocess.Popen(["sleep", "1000"])
    try:
        assert not watchdog.ended(child.pid)
        assert slept == [watchdog.PAUSE]
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        child.kill()
        child.wait()
