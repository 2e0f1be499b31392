"""The dask engine keeps the process engine's promises, and loses nothing with a worker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.engines import Limits, Outcome, make_engine
from kaggle_batt.errors import EngineError, ParameterError
from kaggle_batt.report.summary import summary
from tests.engines.engine_faults import FAULTS
from tests.engines.engine_processes import descendants
from tests.engines.test_faults import check_faults
from tests.engines.test_stop import Program, gone_after
from tests.runs import assert_equal, command, go

# not imported here: the tests before these fork this process, the larger the dearer
pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="dask is not installed")


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """A local cluster of two workers."""
    made = make_engine("dask", 2)
    made._patience = 60.0  # a busy machine may take longer than a user waits
    yield made
    made.close()


def work(number: int) -> bytes:
    """A job of a few milliseconds."""
    return str(sum(range(number % 7 * 30_000))).encode()


def triples(outcomes: list[Outcome]) -> list[tuple[int, str, bytes]]:
    """What may not depend on the engine."""
    return [(outcome.index, outcome.kind, outcome.value) for outcome in outcomes]


@pytest.mark.slow
@pytest.mark.parametrize("limits", dict.fromkeys([fault.limits for fault in FAULTS.values()]))
@pytest.mark.parametrize("part", range(4))
def test_dask_survives(engine: Any, limits: Limits, part: int, tmp_path: Path) -> None:
    """For each fault 40 of 40 good jobs right, 4 of 4 bad ones of their kind, no child left, engine usable.

    Many faults share a run: each of its batches has processes of its own.
    """
    names = [name for name in sorted(FAULTS) if FAULTS[name].limits == limits][part::4]
    check_faults(engine, names, tmp_path / "pids")


def test_outcomes(engine: Any) -> None:
    """In job order, each reported once, from both workers, with times since the run's start."""
    reported: list[int] = []
    engine.connect().wait_for_workers(2)
    began = time.monotonic()
    outcomes = engine.run(
        work, range(300), Limits(), on_outcome=lambda outcome: reported.append(outcome.index)
    )
    took = time.monotonic() - began
    assert triples(outcomes) == [(number, "ok", work(number)) for number in range(300)]
    assert sorted(reported) == list(range(300))
    assert {outcome.worker for outcome in outcomes} == {0, 1}
    assert all(0 <= outcome.start <= outcome.stop <= took + 0.1 for outcome in outcomes)


@pytest.mark.slow
def test_batches_hide_the_cost_of_tasks(engine: Any) -> None:
    """Small jobs travel many together: here at most a tenth as many tasks as jobs."""
    tasks: list[int] = []
    submit = engine.connect().submit
    try:
        engine.connect().submit = lambda *arguments, **options: (
            tasks.append(1),
            submit(*arguments, **options),
        )[1]
        engine.run(work, range(600), Limits())
    finally:
        engine.connect().submit = submit
    assert len(tasks) <= 60


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


class Cluster:
    """A scheduler and workers as a user would start them by hand."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.file = folder, folder / "scheduler.json"
        self.options = ["--scheduler-file", str(self.file), "--no-dashboard", *options]
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--port", "0")
        until = time.monotonic() + 30
        text = ""
        while not text.endswith("}") and time.monotonic() < until:  # it is written bit by bit
            time.sleep(0.05)
            text = self.file.read_text().strip() if self.file.exists() else ""
        self.address = str(json.loads(text)["address"])

    def start(self, *command: str) -> None:
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "dask", *command, *self.options],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
                cwd=self.folder,
            )
        )

    def start_worker(self) -> None:
        self.start("worker", "--nthreads", "1", "--no-nanny")

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def bare_cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    made = Cluster(tmp_path)
    yield made
    made.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take longer to start a worker than a user waits."""
    monkeypatch.setattr("kaggle_batt.engines.dask.STARTING", 60.0)


@pytest.fixture
def cluster(bare_cluster: Cluster, patient: None) -> Cluster:
    """A scheduler and a worker."""
    bare_cluster.start_worker()
    return bare_cluster


@pytest.mark.slow
def test_a_worker_killed_halfway(cluster: Cluster) -> None:
    """Its jobs run elsewhere: the result equals the serial engine's."""
    cluster.start_worker()
    engine: Any = make_engine("dask", 2, scheduler=cluster.address)
    engine.connect().wait_for_workers(2)
    killed: list[int] = []

    def kill_one(outcome: Outcome) -> None:
        if outcome.index > 150 and not killed:
            killed.append(cluster.processes[-1].pid)
            os.kill(killed[0], signal.SIGKILL)

    try:
        outcomes = engine.run(work, range(400), Limits(), on_outcome=kill_one)
        assert killed
        assert triples(outcomes) == triples(make_engine("serial").run(work, range(400), Limits()))
    finally:
        engine.close()


@pytest.mark.slow
def test_a_given_scheduler(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Used by its address and left running; a worker of another version is refused."""
    engine = make_engine("dask", scheduler=cluster.address)
    assert triples(engine.run(work, range(30), Limits())) == [(n, "ok", work(n)) for n in range(30)]
    assert engine.workers == 1
    engine.close()
    monkeypatch.setattr("kaggle_batt.engines.dask.version", lambda: "kaggle_batt 99")
    with pytest.raises(EngineError, match=r"has kaggle_batt .*; this process has kaggle_batt 99: install"):
        make_engine("dask", scheduler=cluster.address).run(work, range(3), Limits())


def listening() -> set[str]:
    """The sockets of this process that others can connect to."""
    mine = set()
    for name in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # a thread has closed it meanwhile
            mine.add(os.readlink(f"/proc/self/fd/{name}"))
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine}


def test_a_local_cluster_listens_nowhere(engine: Any) -> None:
    """Nobody else on the machine can have it execute code."""
    before = listening()
    engine.run(work, range(3), Limits())
    assert listening() <= before


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def check_refused(address: str, match: str) -> None:
    """An error within ten seconds, and the deadline and one interrupt heeded meanwhile."""
    began = time.monotonic()
    with pytest.raises(EngineError, match=match):
        make_engine("dask", scheduler=address).run(work, range(3), Limits())
    assert time.monotonic() - began < 11
    began = time.monotonic()
    engine = make_engine("dask", scheduler=address)
    outcomes = engine.run(work, range(3), Limits(), deadline=began + 0.5)
    assert {outcome.kind for outcome in outcomes} == {"cancelled"}
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):  # before the error
        engine.run(work, range(3), Limits())
    assert time.monotonic() - began < 3


@pytest.mark.slow
def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaggle_batt.engines.dask.STARTING", 3.0)
    check_refused("tcp://127.0.0.1:9", r"tcp://127\.0\.0\.1:9: no worker within 3 s")


def test_a_scheduler_that_says_nothing(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask itself would wait without end."""
    monkeypatch.setattr("kaggle_batt.engines.dask.STARTING", 3.0)
    check_refused(silent, "no worker within 3 s")


def test_a_server_that_is_no_scheduler(tmp_path: Path) -> None:
    """One line, also where the client dies of what it reads; none of its traceback at the end."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    server.accept()[0].sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9)

        threading.Thread(target=answer, daemon=True).start()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        options = ("--engine", "dask", "--scheduler", address, "--count", "1", "--out", tmp_path)
        done = command("run", *options)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"kaggle_batt: dask engine, {address}: no worker within 6 s")
    assert line.endswith("; start workers, or give another --scheduler")


@pytest.mark.slow
def test_a_scheduler_without_workers(bare_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaggle_batt.engines.dask.STARTING", 3.0)
    check_refused(bare_cluster.address, "no worker within 3 s")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_lost_scheduler(cluster: Cluster, number: int) -> None:
    """What is not done is cancelled within ten seconds, in this run and in later ones."""
    engine = make_engine("dask", scheduler=cluster.address)
    lost: list[float] = []

    def lose(outcome: Outcome) -> None:
        if outcome.index >= 50 and not lost:
            lost.append(time.monotonic())
            cluster.processes[0].send_signal(number)

    outcomes = engine.run(work, range(20_000), Limits(), on_outcome=lose)
    assert lost and time.monotonic() - lost[0] < 11
    kinds = [outcome.kind for outcome in outcomes]
    assert set(kinds) == {"ok", "cancelled"}
    assert "scheduler" in engine.lost and outcomes[kinds.index("cancelled")].detail == engine.lost
    assert {outcome.kind for outcome in engine.run(work, range(3), Limits())} == {"cancelled"}
    engine.close()


@pytest.mark.slow
def test_a_run_that_loses_its_scheduler(cluster: Cluster, tmp_path: Path) -> None:
    """It ends as "late", says why, and goes on with another engine."""
    progress: list[int] = []

    def lose(*_: object) -> None:
        progress.append(1)
        if len(progress) == 5:
            cluster.processes[0].kill()

    folder = tmp_path / "run"
    late = go(folder, lose, engine="dask", scheduler=cluster.address)
    assert late.record["status"] == "late" and late.record["not_done"]
    assert "dask engine: the " in late.record["fault"]
    assert f"status: late ({late.record['fault']})" in summary(late)
    assert go(folder, resume=True).record["status"] == "done"
    go(tmp_path / "undisturbed")
    assert_equal(folder, tmp_path / "undisturbed")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A certificate that signs itself, and its key, as parameters of the engine."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = str(folder / "key.pem"), str(folder / "cert.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    try:
        subprocess.run([*command, "-keyout", key, "-out", cert], check=True, capture_output=True)
    except OSError:
        pytest.skip("openssl is not installed")
    return {"tls_ca": cert, "tls_cert": cert, "tls_key": key}


@pytest.mark.slow
def test_tls(tmp_path: Path, certificate: dict[str, str], patient: None) -> None:
    """A scheduler that demands a certificate is used with one, and refuses without."""
    names = {"ca-file": "tls_ca", "cert": "tls_cert", "key": "tls_key"}
    options = [text for name, key in names.items() for text in (f"--tls-{name}", certificate[key])]
    cluster = Cluster(tmp_path, "--protocol", "tls", *options)
    try:
        cluster.start_worker()
        engine = make_engine("dask", scheduler=cluster.address, **certificate)
        assert triples(engine.run(work, range(3), Limits())) == [(n, "ok", work(n)) for n in range(3)]
        engine.close()
        with pytest.raises(EngineError, match="tls"):
            make_engine("dask", scheduler=cluster.address).run(work, range(3), Limits())
    finally:
        cluster.close()


def test_tls_parameters(certificate: dict[str, str]) -> None:
    """All three are files, beside an address that uses them."""
    with pytest.raises(ParameterError, match="tls_key: a file was expected, not '/no'"):
        make_engine("dask", scheduler="tls://h:1", **{**certificate, "tls_key": "/no"})
    for address in ("", "tcp://h:1"):
        with pytest.raises(ParameterError, match="tls://HOST:PORT was expected"):
            make_engine("dask", scheduler=address, **certificate)


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
