"""The dask engine keeps the process engine's promises, and loses nothing with a worker."""

from __future__ import annotations

import importlib
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

from kaggle_batt.engines import Limits, Outcome, make_engine
from kaggle_batt.errors import EngineError, ParameterError
from tests.engines.engine_faults import FAULTS
from tests.engines.engine_processes import descendants
from tests.engines.test_faults import check_fault
from tests.engines.test_stop import Program, gone_after

pytest.importorskip("distributed")
dask: Any = importlib.import_module("kaggle_batt.engines.dask")

QUICK = (
    "hang in C",
    "os._exit(3)",
    "segfault",
    "10 GB",
    "huge result",
    "unpicklable exception",
    "SystemExit",
    "KeyboardInterrupt",
    "daemon",
    "kill the supervisor",
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """A local cluster of two workers."""
    made = make_engine("dask", 2)
    yield made
    made.close()


def work(number: int) -> bytes:
    """A job of a few milliseconds."""
    return str(sum(range(number % 7 * 30_000))).encode()


def triples(outcomes: list[Outcome]) -> list[tuple[int, str, bytes]]:
    """What may not depend on the engine."""
    return [(outcome.index, outcome.kind, outcome.value) for outcome in outcomes]


@pytest.mark.parametrize("name", QUICK)
def test_dask_survives(engine: Any, name: str, tmp_path: Path) -> None:
    """40 of 40 good jobs right, 4 of 4 bad ones of their kind, no child left, engine usable."""
    check_fault(engine, name, tmp_path / "pids")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FAULTS.keys() - QUICK))
def test_dask_survives_all(engine: Any, name: str, tmp_path: Path) -> None:
    """The rest of the matrix."""
    check_fault(engine, name, tmp_path / "pids")


def test_outcomes(engine: Any) -> None:
    """In job order, each reported once, from both workers, with times since the run's start."""
    reported: list[int] = []
    began = time.monotonic()
    outcomes = engine.run(
        work, range(300), Limits(), on_outcome=lambda outcome: reported.append(outcome.index)
    )
    took = time.monotonic() - began
    assert triples(outcomes) == [(number, "ok", work(number)) for number in range(300)]
    assert sorted(reported) == list(range(300))
    assert {outcome.worker for outcome in outcomes} == {0, 1}
    assert all(0 <= outcome.start <= outcome.stop <= took + 0.1 for outcome in outcomes)


def test_batches_hide_the_cost_of_tasks(engine: Any) -> None:
    """Small jobs travel many together: here at most a tenth as many tasks as jobs."""
    tasks: list[int] = []
    submit = engine.connect().submit
    try:
        engine.connect().submit = lambda *arguments, **options: (
            tasks.append(1),
            submit(*arguments, **options),
        )[1]
        engine.run(work, range(2000), Limits())
    finally:
        engine.connect().submit = submit
    assert len(tasks) <= 200


def test_function_and_jobs_are_shipped(engine: Any) -> None:
    """Local functions and their surroundings travel; what can't be pickled is named."""
    table = {number: str(number) for number in range(50)}
    outcomes = engine.run(lambda job: table[job()].encode(), [lambda n=n: n for n in range(50)], Limits())
    assert [outcome.value for outcome in outcomes] == [str(number).encode() for number in range(50)]
    lock = threading.Lock()
    with pytest.raises(EngineError, match="the function can't be pickled"):
        engine.run(lambda _: str(lock).encode(), range(2), Limits())
    with pytest.raises(EngineError, match="the jobs can't be pickled"):
        engine.run(work, [lock], Limits())


def test_deadline(engine: Any) -> None:
    """The run ends in time, and soon nothing of it runs on the workers."""
    before = descendants(os.getpid())
    began = time.monotonic()
    outcomes = engine.run(
        lambda number: b"" if number < 4 else str(sum(range(10**12))).encode(),
        range(8),
        Limits(cpu=60, wall=60),
        deadline=began + 1.5,
    )
    assert time.monotonic() - began < 3
    assert {outcome.kind for outcome in outcomes[4:]} == {"cancelled"}
    gone_after(descendants(os.getpid()) - before, 5)


def test_a_worker_killed_halfway() -> None:
    """Its jobs run elsewhere: the result equals the serial engine's."""
    before = descendants(os.getpid())
    engine: Any = make_engine("dask", 2)
    try:
        pids = list(engine.connect().run(os.getpid).values())
        killed: list[int] = []

        def kill_one(outcome: Outcome) -> None:
            if outcome.index > 150 and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        outcomes = engine.run(work, range(400), Limits(), on_outcome=kill_one)
        assert killed
        assert triples(outcomes) == triples(make_engine("serial").run(work, range(400), Limits()))
    finally:
        engine.close()
    gone_after(descendants(os.getpid()) - before, 10)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A scheduler and a worker as a user would start them by hand; gives the address."""
    address = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(address), "--no-dashboard"]
    commands = [["scheduler", "--port", "0", *common], ["worker", "--nthreads", "1", "--no-nanny", *common]]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            cwd=tmp_path,
        )
        for command in commands
    ]
    try:
        until = time.monotonic() + 30
        while not address.exists() and time.monotonic() < until:
            time.sleep(0.05)
        yield str(__import__("json").loads(address.read_text())["address"])
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_given_scheduler(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Used by its address and left running; a worker of another version is refused."""
    engine = make_engine("dask", scheduler=cluster)
    assert engine.workers == 1
    assert triples(engine.run(work, range(30), Limits())) == [(n, "ok", work(n)) for n in range(30)]
    engine.close()
    monkeypatch.setattr(dask, "version", lambda: "kaggle_batt 99")
    with pytest.raises(EngineError, match=r"has kaggle_batt .*; this process has kaggle_batt 99: install"):
        make_engine("dask", scheduler=cluster)


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaggle_batt.engines.dask.STARTING", 1.0)
    with pytest.raises(EngineError, match=r"tcp://127\.0\.0\.1:9: no worker within 1 s"):
        make_engine("dask", scheduler="tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    "address", ["nonsense", "tcp://host", "tcp://host:x", "tcp://host:99999", "foo://h:1", "tcp://:1", "h:0"]
)
def test_an_address_that_is_none(address: str) -> None:
    """An error at once; dask's own client would hang at the end of the program."""
    with pytest.raises(ParameterError, match="scheduler: an address like tcp://HOST:8786 was expected"):
        make_engine("dask", scheduler=address)


def test_interrupt(tmp_path: Path) -> None:
    """One ends the run and the local cluster within moments."""
    program = Program(tmp_path, engine="dask")
    try:
        processes = program.wait_until_busy() | program.noted()
        os.kill(program.process.pid, signal.SIGINT)
        assert gone_after(processes, 10) < 2
        assert program.process.wait(10) != 0
        assert "interrupted" in program.printed.read_text()
    finally:
        program.clear()
