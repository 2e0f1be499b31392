"""What something outside of a run does to its processes costs time, and no job its result."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.sharedctypes import RawValue
from pathlib import Path

import pytest

from kaggle_batt.engines import Limits
from kaggle_batt.engines.process import ProcessEngine
from kaggle_batt.engines.workers import system
from kaggle_batt.engines.workers.worker import Worker
from kaggle_batt.errors import EngineError
from tests.engines.engine_faults import segfault
from tests.engines.engine_processes import alive, descendants, process
from tests.runs import ROOT, assert_equal, environment, go

ROLES = ("watchdog", "supervisor", "worker")


def work(number: int) -> bytes:
    """A job of some milliseconds."""
    time.sleep(0.003)
    return str(number * number).encode()


class Killer:
    """Kills processes of the run that reports to it, each time some results have come since the last."""

    def __init__(self, seed: int, roles: tuple[str, ...], every: tuple[int, int] = (25, 60)) -> None:
        self.chance, self.roles, self.every = random.Random(seed), roles, every
        self.left, self.killed = 10, 0
        self.reported = RawValue("i")  # shared with the processes of the run

    def __call__(self, *_: object) -> None:
        self.reported.value += 1
        self.left -= 1
        if self.left > 0:
            return
        depth = ROLES.index(self.chance.choice(self.roles))
        generation = [os.getpid()]
        below = [found for pid, _ in descendants(os.getpid()) if (found := process(pid))]
        for _ in range(depth + 1):
            generation = sorted([one.pid for one in below if one.parent in generation])
        with suppress(IndexError, ProcessLookupError):  # none there, or gone meanwhile: at the next result
            os.kill(self.chance.choice(generation), signal.SIGKILL)
            self.killed += 1
            self.left = self.chance.randint(*self.every)


def check_killer(seed: int, roles: tuple[str, ...], jobs: int) -> None:
    """A run under a killer equals one that is left alone, and leaves no process."""
    before, killer = descendants(os.getpid()), Killer(seed, roles)

    def job(number: int) -> bytes:
        for _ in range(500):  # no further ahead of the killer, which is slow where the machine is busy
            if number < killer.reported.value + 40:
                break
            time.sleep(0.002)
        return work(number)

    outcomes = ProcessEngine(2).run(job, range(jobs), Limits(), on_outcome=killer)
    assert [(o.kind, o.value) for o in outcomes] == [("ok", str(n * n).encode()) for n in range(jobs)]
    assert killer.killed >= jobs // 80
    assert not [one for one in descendants(os.getpid()) - before if alive(one)]


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=[pytest.mark.slow] * (role != "worker")) for role in ROLES]
)
def test_a_killer_costs_no_result(role: str) -> None:
    """Of workers, of supervisors, of watchdogs."""
    check_killer(1, (role,), 400)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_killers_of_everything(seed: int) -> None:
    """Twenty seeds, a thousand jobs each."""
    check_killer(100 + seed, ROLES, 1000)


def test_a_whole_run_under_a_killer(tmp_path: Path) -> None:
    """Record, files and submission equal those of a run that is left alone."""
    killer = Killer(7, ROLES, (6, 18))
    go(tmp_path / "alone")
    go(tmp_path / "killed", killer, engine="process", workers=2)
    assert killer.killed >= 5
    assert_equal(tmp_path / "alone", tmp_path / "killed")


#: a run whose workers need more memory together than the control group has, which it enters first
HUNGRY = """
import os, sys, time
open(sys.argv[1] + "/cgroup.procs", "w").write(str(os.getpid()))
from kaggle_batt.engines import Limits
from kaggle_batt.engines.process import ProcessEngine

def job(number):
    held = b"x" * (60 << 20)
    time.sleep(0.15)
    return str(len(held) + number).encode()

outcomes = ProcessEngine(4).run(job, range(12), Limits(memory=1 << 30))
sys.exit([o.value for o in outcomes] != [str((60 << 20) + number).encode() for number in range(12)])
"""


@pytest.fixture
def small_group() -> Iterator[Path]:
    """A control group of 150 MB, where this user may make one."""
    for root, name in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        group = Path(root, f"kaggle_batt_test_{os.getpid()}")
        with suppress(OSError):
            group.mkdir()
            try:
                if (group / name).exists():
                    (group / name).write_text(str(150 << 20))
                    yield group
                    return
            finally:
                group.rmdir()
    pytest.skip("no control group for memory can be made here")


def test_a_machine_without_memory(small_group: Path) -> None:
    """The kernel kills workers for want of memory: no job loses its result."""
    before = system.oom_kills()
    done = subprocess.run(
        [sys.executable, "-c", HUNGRY, small_group], env=environment(), cwd=ROOT, timeout=90
    )
    assert done.returncode == 0
    assert system.oom_kills() > before


def times(folder: Path, name: str) -> int:
    """How often this was called with the name, in whatever process."""
    with open(folder / name, "a") as file:
        file.write("x")
    return (folder / name).stat().st_size


def kill(pid: Callable[[], int]) -> None:
    """SIGKILL, which can't be told from the kernel's."""
    os.kill(pid(), signal.SIGKILL)
    time.sleep(10)


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which the kernel kills nothing for want of memory, as it may in tests beside these."""
    monkeypatch.setattr(system, "oom_kills", lambda: 0)


@pytest.mark.usefixtures("roomy")
@pytest.mark.parametrize("pid", [os.getpid, os.getppid], ids=["worker", "supervisor"])
@pytest.mark.parametrize(("deaths", "kind"), [(2, "ok"), (3, "death")])
def test_a_death_counts_the_second_time_that_the_job_was_alone(
    tmp_path: Path, pid: Callable[[], int], deaths: int, kind: str
) -> None:
    """The first is in company: a job that is hit twice by chance keeps its result."""

    def job(number: int) -> bytes:
        if number == 30 and times(tmp_path, "deaths") <= deaths:
            kill(pid)
        return work(number)

    outcomes = ProcessEngine(1).run(job, range(50), Limits())
    assert [outcome.index for outcome in outcomes if not outcome.ok] == ([30] if kind == "death" else [])
    assert outcomes[30].kind == kind
    assert outcomes[30].certain == (kind == "ok")
    if kind == "death":
        assert "twice" in outcomes[30].detail


@pytest.mark.usefixtures("roomy")
def test_a_killed_worker_is_known_as_that_before_its_end_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine its pipes are closed long before: that is not laid to the job."""
    monkeypatch.setattr("kaggle_batt.engines.workers.supervisor.EXIT", 0.0)
    outcomes = ProcessEngine(1).run(lambda _: str(kill(os.getpid)).encode(), range(20), Limits())
    assert {(outcome.detail, outcome.certain) for outcome in outcomes} == {
        ("killed from outside (SIGKILL), twice", False)
    }


@pytest.mark.usefixtures("roomy")
def test_deaths_are_named() -> None:
    """A crash is certain after one in a fresh worker; a signal that anyone can send is named as that."""

    def job(number: int) -> bytes:
        segfault("") if number else kill(os.getpid)
        return b""

    outside, crash = ProcessEngine(1).run(job, range(2), Limits())
    assert (outside.detail, outside.certain) == ("killed from outside (SIGKILL), twice", False)
    assert (crash.detail, crash.certain) == ("segmentation fault (SIGSEGV)", True)


@pytest.mark.parametrize(("deaths", "kind"), [(5, "ok"), (100, "death")])
def test_memory_that_runs_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deaths: int, kind: str
) -> None:
    """While the kernel kills for want of memory deaths do not count, up to a bound; fewer workers run."""
    count = tmp_path / "kills"
    count.write_text("")
    monkeypatch.setattr(system, "oom_kills", lambda: count.stat().st_size)

    def job(number: int) -> bytes:
        if number == 30 and times(tmp_path, "deaths") <= deaths:
            times(tmp_path, "kills")
            kill(os.getpid)
        time.sleep(0.003)
        return b"here"

    outcomes = ProcessEngine(4).run(job, range(60), Limits())
    assert outcomes.pop(30).kind == kind
    assert all(outcome.ok for outcome in outcomes)
    assert (tmp_path / "deaths").stat().st_size <= 10


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOMEM])
@pytest.mark.parametrize("caller", [True, False], ids=["caller", "supervisor"])
def test_forks_that_are_refused_for_a_while(
    monkeypatch: pytest.MonkeyPatch, number: int, caller: bool
) -> None:
    """They are tried again."""
    real, until, me = system.fork, time.monotonic() + 0.4, os.getpid()

    def fork() -> int:
        if time.monotonic() < until and (os.getpid() == me) == caller:
            raise OSError(number, os.strerror(number))
        return real()

    monkeypatch.setattr(system, "fork", fork)
    outcomes = ProcessEngine(2).run(work, range(5), Limits())
    assert all(outcome.ok for outcome in outcomes)


def test_a_fork_that_is_refused_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that says so; meanwhile the deadline holds."""

    def fork() -> int:
        raise BlockingIOError(errno.EAGAIN, "no process left")

    monkeypatch.setattr(system, "fork", fork)
    outcomes = ProcessEngine(1).run(work, range(3), Limits(), deadline=time.monotonic() + 0.3)
    assert {outcome.kind for outcome in outcomes} == {"cancelled"}
    monkeypatch.setattr("kaggle_batt.engines.workers.system.PATIENCE", 0.3)
    with pytest.raises(EngineError, match=r"for 0\.3 s it could not fork: .*no process left"):
        ProcessEngine(1).run(work, range(3), Limits())


def test_workers_that_end_as_they_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a while: they are started again."""
    real, until = Worker.prepare, time.monotonic() + 0.5

    def prepare(worker: Worker, supervisor: int) -> None:
        if time.monotonic() < until:
            os.kill(os.getpid(), signal.SIGKILL)
        real(worker, supervisor)

    monkeypatch.setattr(Worker, "prepare", prepare)
    outcomes = ProcessEngine(2).run(work, range(20), Limits())
    assert all(outcome.ok for outcome in outcomes)
