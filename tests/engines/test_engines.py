"""What all engines promise alike: outcomes in job order, limits, deadline, callbacks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.engines import Engine, Limits, Outcome, make_engine
from kaggle_batt.errors import EngineError, MissingExtra
from kaggle_batt.params import ENGINES
from tests.engines.engine_faults import Endless, Mute, return_disguised, spin

LOCAL = [name for name in ENGINES if name != "dask"]


@pytest.fixture(params=LOCAL)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine that works on this machine, with two workers."""
    found = make_engine(request.param, 2)
    yield found
    found.close()


def squared(job: int) -> bytes:
    return str(job * job).encode()


def test_outcomes_come_in_job_order(engine: Engine) -> None:
    """Index, value, worker and times are those of each job."""

    def job(number: int) -> bytes:
        time.sleep(0.001 * (number * 7 % 5))
        return squared(number)

    outcomes = engine.run(job, range(100), Limits())
    assert [outcome.index for outcome in outcomes] == list(range(100))
    assert [outcome.value for outcome in outcomes] == [squared(number) for number in range(100)]
    assert {outcome.worker for outcome in outcomes} == set(range(engine.workers))
    assert all(outcome.ok and outcome.detail == "" for outcome in outcomes)
    assert all(0 <= outcome.start <= outcome.stop for outcome in outcomes)
    assert all(o.stop - o.start >= 0.001 * (o.index * 7 % 5) for o in outcomes)


def test_no_jobs(engine: Engine) -> None:
    assert engine.run(squared, [], Limits()) == []


def test_cpu_seconds_are_the_jobs_own(engine: Engine) -> None:
    """A job that computes is charged, one that waits beside it is not."""

    def job(number: int) -> bytes:
        spin(0.05) if number % 2 else time.sleep(0.05)
        return b""

    computed = [outcome.cpu for outcome in engine.run(job, range(6), Limits())]
    assert all(0.045 < cpu < 0.15 for cpu in computed[1::2]), computed
    assert all(cpu < 0.03 for cpu in computed[::2]), computed


def test_every_outcome_is_reported_once_in_the_calling_thread(engine: Engine) -> None:
    reported: list[tuple[Outcome, int]] = []
    outcomes = engine.run(
        squared, range(50), Limits(), on_outcome=lambda o: reported.append((o, threading.get_ident()))
    )
    assert sorted((outcome.index for outcome, _ in reported)) == list(range(50))
    assert {outcome.index: outcome for outcome, _ in reported} == dict(enumerate(outcomes))
    assert {ident for _, ident in reported} == {threading.get_ident()}


def test_an_exception_of_the_callers_passes_through(engine: Engine) -> None:
    """What `on_outcome` raises ends the run, and the engine can be used again."""

    def refuse(_: Outcome) -> None:
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        engine.run(squared, range(50), Limits(), on_outcome=refuse)
    assert len(engine.run(squared, range(5), Limits())) == 5


@pytest.mark.parametrize(
    ("job", "kind", "said"),
    [
        (lambda: 1 / 0, "error", "ZeroDivisionError: division by zero"),
        (lambda: sys.exit(3), "error", "SystemExit: 3"),
        (lambda: 17, "error", "TypeError: the job returned int, not bytes"),
        (lambda: return_disguised(""), "error", "TypeError: the job returned Disguised, not bytes"),
        (lambda: bytes(1001), "memory", "exceeded the result limit of 1000 bytes: 1001 bytes"),
        (lambda: bytearray(1 << 62), "memory", "MemoryError: exceeded the memory limit of 2147483648 bytes"),
    ],
)
def test_failures_say_what_happened(engine: Engine, job: Any, kind: str, said: str) -> None:
    [outcome] = engine.run(lambda _: job(), [0], Limits(result=1000))
    assert (outcome.kind, outcome.value) == (kind, b"")
    assert outcome.detail.startswith(said)


def test_a_message_that_cannot_be_read(engine: Engine) -> None:
    def job(_: int) -> bytes:
        raise Mute

    [outcome] = engine.run(job, [0], Limits())
    assert (outcome.kind, outcome.detail) == ("error", "Mute: (its message can't be read)")


def test_a_keyboard_interrupt_of_a_jobs_is_its_error(engine: Engine) -> None:
    def job(number: int) -> bytes:
        if number == 3:
            raise KeyboardInterrupt
        return squared(number)

    outcomes = engine.run(job, range(6), Limits())
    assert [outcome.kind for outcome in outcomes] == ["ok"] * 3 + ["error"] + ["ok"] * 2


def test_cpu_limit(engine: Engine) -> None:
    """A job over its CPU limit is cut and says at what value; the others have their results."""

    def job(number: int) -> bytes:
        if number in (2, 5):
            spin(60)
        return squared(number)

    outcomes = engine.run(job, range(8), Limits(cpu=0.2, wall=30))
    assert [o.index for o in outcomes if o.kind == "time"] == [2, 5]
    assert all("exceeded the CPU limit of 0.2 s" in outcomes[index].detail for index in (2, 5))
    assert [o.value for o in outcomes if o.ok] == [squared(index) for index in (0, 1, 3, 4, 6, 7)]


def test_wall_limit(engine: Engine) -> None:
    """A job that waits too long is cut, though it uses no CPU time."""

    def job(number: int) -> bytes:
        for _ in range(6000 if number == 2 else 0):
            time.sleep(0.01)
        return squared(number)

    began = time.monotonic()
    outcomes = engine.run(job, range(5), Limits(cpu=5, wall=0.2))
    assert time.monotonic() - began < 10
    assert [outcome.kind for outcome in outcomes] == ["ok", "ok", "time", "ok", "ok"]
    assert "exceeded the wall limit of 0.2 s" in outcomes[2].detail


def test_wall_limit_inside_c(engine: Engine) -> None:
    """A call that waits inside C does not hold the run up; a thread that can't be cut is left behind."""
    began = time.monotonic()
    outcomes = engine.run(
        lambda number: time.sleep(60 if number == 2 else 0) or squared(number), range(5), Limits(wall=0.2)
    )
    assert time.monotonic() - began < 3.5
    assert [outcome.kind for outcome in outcomes] == ["ok", "ok", "time", "ok", "ok"]


def test_limits_count_running_time_only(engine: Engine) -> None:
    """Two workers, 16 jobs of 0.1 s, limit 0.6 s: all results, though the last waited for 0.7 s."""

    def job(_: int) -> bytes:
        time.sleep(0.1)
        return b"here"

    outcomes = engine.run(job, range(16), Limits(wall=0.6))
    assert [outcome.value for outcome in outcomes] == [b"here"] * 16


def test_limits_may_be_too_large_to_be_reached(engine: Engine) -> None:
    def job(_: int) -> bytes:
        spin(0.02)
        return b"here"

    limits = Limits(cpu=1e9, wall=1e9, memory=1 << 50)
    assert [outcome.kind for outcome in engine.run(job, range(3), limits)] == ["ok"] * 3


def test_deadline(engine: Engine) -> None:
    """What is not finished by the deadline is cancelled, the running job too, and not reported."""

    def job(number: int) -> bytes:
        for _ in range(3000 if number == 3 else 0):
            time.sleep(0.01)
        return squared(number)

    for patience in (0.5, 5, 20):  # on a machine that is busy the first jobs may take longer
        reported: list[int] = []
        began = time.monotonic()
        outcomes = engine.run(
            job,
            range(4),
            Limits(cpu=1e9, wall=1e9),
            on_outcome=lambda outcome: reported.append(outcome.index),  # noqa: B023
            deadline=began + patience,
        )
        assert patience <= time.monotonic() - began < patience + 9.5
        if len(reported) == 3:
            break
    assert [outcome.kind for outcome in outcomes] == ["ok"] * 3 + ["cancelled"]
    assert outcomes[3].detail == "the deadline passed before the job finished"
    assert sorted(reported) == [0, 1, 2]


def test_a_deadline_in_the_past(engine: Engine) -> None:
    outcomes = engine.run(squared, range(3), Limits(), deadline=time.monotonic() - 1)
    assert [outcome.kind for outcome in outcomes] == ["cancelled"] * 3


def test_no_thread_stays(engine: Engine) -> None:
    """Nor one for a job that had to be cut."""
    before = {*threading.enumerate()}
    engine.run(lambda _: spin(60), range(2), Limits(cpu=0.1))  # type: ignore[arg-type,return-value]
    assert {*threading.enumerate()} <= before


@pytest.mark.parametrize("name", ["serial", "process"])
def test_signals_are_as_before(name: str) -> None:
    """Handlers and timers of the caller's are put back, the timer less the time that has passed."""
    numbers = (signal.SIGINT, signal.SIGPROF, signal.SIGALRM)
    calls: list[int] = []

    def own(number: int, _: object) -> None:
        calls.append(number)

    handlers = [signal.signal(number, own) for number in numbers[1:]]
    signal.setitimer(signal.ITIMER_REAL, 100, 5)
    try:
        before = [signal.getsignal(number) for number in numbers]
        make_engine(name, 1).run(lambda _: spin(60), [0], Limits(cpu=0.1))  # type: ignore[arg-type,return-value]
        assert [signal.getsignal(number) for number in numbers] == before
        left, interval = signal.getitimer(signal.ITIMER_REAL)
        assert 90 < left < 100 and interval == 5
        assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip(numbers[1:], handlers, strict=True):
            signal.signal(number, handler)
    assert calls == []


def test_a_text_that_hangs_counts_as_the_job(engine: Engine) -> None:
    """The limit covers the making of the failure's text."""

    class Slow(Endless):
        def __str__(self) -> str:
            spin(60)
            return ""

    def job(_: int) -> bytes:
        raise Slow

    [outcome] = engine.run(job, [0], Limits(cpu=0.1))
    assert outcome.kind == "time"


def test_runs_in_several_threads_at_once(engine: Engine) -> None:
    """One engine may be used from more than one thread."""
    results: dict[int, list[Outcome]] = {}

    def use(number: int) -> None:
        results[number] = engine.run(lambda job: squared(job + number), range(200), Limits())

    threads = [threading.Thread(target=use, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(3):
        assert [o.value for o in results[number]] == [squared(job + number) for job in range(200)]


def test_default_workers_are_the_cores_of_this_process() -> None:
    assert make_engine("process").workers == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("name", ["process", "dask"])
def test_without_fork(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the engine that works without."""
    monkeypatch.delattr(os, "fork")
    with pytest.raises(EngineError, match="'serial'"):
        make_engine(name)


def test_without_clocks_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The serial engine keeps the CPU limit by the clock of the process where threads have none."""
    monkeypatch.delattr(time, "pthread_getcpuclockid")
    outcomes = make_engine("serial").run(lambda job: spin(60 * job) or b"here", range(2), Limits(cpu=0.1))
    assert [outcome.kind for outcome in outcomes] == ["ok", "time"]
    assert "exceeded the CPU limit of 0.1 s" in outcomes[1].detail


def test_importing_loads_nothing_optional() -> None:
    code = "import kaggle_batt.engines, sys; print({'numpy', 'dask', 'distributed'} & set(sys.modules))"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert printed.stdout.strip() == "set()"


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has the command that installs it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"pip install 'kaggle-batt\[dask\]'"):
        make_engine("dask")


@pytest.mark.parametrize("engine", ["serial", "process"])
def test_the_largest_limits(engine: str) -> None:
    most = Limits(cpu=1e9, wall=1e9, memory=1 << 50, result=1 << 50)
    outcomes = make_engine(engine, 1).run(lambda _: b"here", range(3), most)
    assert [outcome.kind for outcome in outcomes] == ["ok"] * 3
