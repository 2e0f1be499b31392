"""The dask engine: the process engine on the machines of a dask cluster. An optional extra.

Each task is a batch of about half a second, which hides dask's 6.5 ms. It runs in a one-worker process
engine on the dask worker, with that engine's limits and isolation. Function and jobs travel by cloudpickle;
results come back as bytes. A batch that is lost with its worker runs again.

Without a scheduler's address a local cluster is started, and kept until `close` or the end of the process. A
script that does so needs the usual `if __name__ == "__main__":` around its work, as dask starts fresh
processes.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import importlib
import importlib.metadata
import logging
import os
import pickle
import platform
import queue
import re
import signal
import threading
import time
import uuid
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from kaggle_batt.engines.base import Collector, Engine, JobFunction, Limits, Outcome, Work
from kaggle_batt.engines.interrupt import Interrupt
from kaggle_batt.engines.process import ProcessEngine
from kaggle_batt.errors import EngineError, MissingExtra, ParameterError

BATCH, OVERRUN = 0.5, 1.0  # seconds of work in a task; after these it hands its unfinished jobs back
GROWTH = 8  # a task has at most so many times the jobs of the largest one that has come back
AHEAD = 2  # tasks submitted ahead for each worker thread
MAX_LOST = 100  # tasks that may be lost with their workers before the run is given up
TICK = 0.2  # seconds to wait for a task to return
STARTING = 30.0  # seconds to wait for a scheduler or a worker, also for a new one when all are lost


class DaskEngine(Engine):
    """Engine of dask workers; `workers` is their number, for a given scheduler by default its threads.

    Raises MissingExtra without dask, ParameterError for a malformed address, EngineError if the cluster
    can't be reached, has no worker, or has one with another version of the package or of Python.
    """

    name = "dask"
    options = frozenset({"scheduler"})
    needs_fork = True

    def __init__(self, workers: int | None = None, scheduler: str | None = None) -> None:
        try:
            importlib.import_module("distributed")
        except ImportError:
            raise MissingExtra("the dask engine is not installed: pip install 'kaggle-batt[dask]'") from None
        super().__init__(workers)
        self.scheduler, self._count_threads = checked_address(scheduler), bool(scheduler) and not workers
        self._client: Any = None
        self._cluster: Any = None
        self.connect()

    def connect(self) -> Any:
        """The client, connected to a cluster whose workers have been checked."""
        if self._client is None:
            atexit.register(self.close)
            try:
                self._open()
            except BaseException:
                self.close()
                raise
        return self._client

    def _open(self) -> None:
        module: Any = importlib.import_module("distributed")
        try:
            if self.scheduler is None:
                self._cluster = module.LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    dashboard_address="127.0.0.1:0",
                    memory_limit=0,
                    silence_logs=logging.CRITICAL,
                )
            where = self._cluster or self.scheduler
            self._client = module.Client(where, timeout=STARTING, set_as_default=False)
            self._client.wait_for_workers(1, timeout=STARTING)
        except (OSError, TimeoutError, ValueError) as error:
            name = self.scheduler or "local cluster"
            raise EngineError(f"dask engine, {name}: no worker within {STARTING:g} s: {error}") from None
        self._check_versions()
        if self._count_threads:
            self.workers = sum(self._client.nthreads().values())

    def _check_versions(self) -> None:
        def probe() -> str:  # local, so that it is shipped by value and runs where the package is missing
            try:
                from kaggle_batt.engines.dask import version
            except ImportError as error:
                return f"no usable kaggle_batt ({error})"
            return version()

        for address, found in sorted(self._client.run(probe).items()):
            check_version(address, found, version())

    def _run(self, work: Work, collector: Collector) -> list[Outcome]:
        # an interrupt closes a local cluster; the next run starts another
        run = DaskRun(self.connect(), work, collector, self.workers)
        try:
            with Interrupt() as interrupt:
                return run.outcomes(interrupt)
        except KeyboardInterrupt:
            if self._cluster is not None:
                self.close()
            raise
        finally:
            if self._client is not None:
                run.cancel()

    def close(self) -> None:
        """Leave the cluster, and end it if it is local."""
        client, cluster = self._client, self._cluster
        self._client = self._cluster = None
        atexit.unregister(self.close)
        with suppress(Exception):
            for nanny in cluster.workers.values() if cluster else ():
                nanny.close_gracefully(reason="the engine is closed")  # so that it starts no other
                if nanny.pid:
                    os.kill(nanny.pid, signal.SIGKILL)  # asked politely, it would wait for its tasks
        for one in (client, cluster):
            with suppress(Exception):
                if one is not None:
                    one.close(timeout=1)


def checked_address(address: str | None) -> str | None:
    """The address of a scheduler, None for none; ParameterError unless it has a host and a port.

    Dask's client, given another, would hang for a minute when the program ends.
    """
    found = re.fullmatch(r"((tcp|tls|ws|wss)://)?([^:/\s]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", address or "x:1")
    if found is None or not 0 < int(found[4]) < 1 << 16:
        raise ParameterError(f"scheduler: an address like tcp://HOST:8786 was expected, not {address!r}")
    return address


class DaskRun:
    """One call of `DaskEngine.run`."""

    def __init__(self, client: Any, work: Work, collector: Collector, workers: int) -> None:
        self.client, self.work, self.collector, self.workers = client, work, collector, workers
        self.id = uuid.uuid4().hex
        self.began, self.last_answer = time.time(), time.monotonic()
        self.waiting = deque(range(len(work.jobs)))
        self.retries: list[list[int]] = []
        self.lost = 0
        self.batches: dict[Any, list[int]] = {}
        self.returned: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.addresses: dict[str, int] = {}
        self.pace, self.largest = 0.0, 1
        # the function as a task's result, which dask makes again when a worker is lost
        self.function = client.submit(bytes, pickled("function", work.function), pure=False)

    def outcomes(self, interrupt: Interrupt) -> list[Outcome]:
        """The outcomes of all jobs."""
        while self.collector.missing and not self.collector.late():
            self.submit()
            self.collect()
            interrupt.check()
        return self.collector.all()

    def submit(self) -> None:
        """Keep every worker supplied."""
        while len(self.batches) < AHEAD * self.workers and (batch := self.next_batch()):
            jobs = pickled("jobs", [self.work.jobs[index] for index in batch])
            arguments = version(), self.id, self.function, jobs, self.work.limits
            future = self.client.submit(run_batch, *arguments, pure=False)
            self.batches[future] = batch
            future.add_done_callback(self.returned.put)

    def next_batch(self) -> list[int]:
        """Indices of the next jobs to submit together: those lost with a worker first, as they were split."""
        if self.retries:
            return self.retries.pop()
        share = len(self.waiting) // (2 * self.workers)
        by_time = int(BATCH / self.pace) if self.pace else GROWTH
        size = max(1, min(by_time, GROWTH * self.largest, share))
        return [self.waiting.popleft() for _ in range(min(size, len(self.waiting)))]

    def collect(self) -> None:
        """Take a task that returns within a moment."""
        try:
            future = self.returned.get(timeout=self.collector.seconds_left(TICK))
        except queue.Empty:
            self.check_alive()
            return
        self.last_answer = time.monotonic()
        batch = self.batches.pop(future)
        if future.status == "finished":
            self.take_batch(batch, future.result())
        else:
            self.take_loss(batch, future.exception() if future.status == "error" else None)

    def take_batch(self, batch: list[int], done: Done) -> None:
        """Report a batch's outcomes, and queue its unfinished jobs again."""
        worker = self.addresses.setdefault(done.address, len(self.addresses))
        offset = done.began - self.began
        finished = [outcome for outcome in done.outcomes if outcome.kind != "cancelled"]
        self.waiting.extendleft(batch[o.index] for o in reversed(done.outcomes) if o.kind == "cancelled")
        for outcome in finished:
            index, start, stop = batch[outcome.index], outcome.start + offset, outcome.stop + offset
            self.collector.add(outcome._replace(index=index, worker=worker, start=start, stop=stop))
        if finished:
            pace = sum(outcome.stop - outcome.start for outcome in finished) / len(finished)
            self.pace = max(1e-6, 0.5 * (self.pace or pace) + 0.5 * pace)
            self.largest = max(self.largest, len(finished))

    def take_loss(self, batch: list[int], error: BaseException | None) -> None:
        """Have a batch that was lost with its workers run again, in halves.

        Dask has by then tried it on several workers. A single job that is lost so is a death.
        """
        from distributed import KilledWorker

        if isinstance(error, EngineError):
            raise error
        if error is not None and not isinstance(error, KilledWorker):
            raise EngineError(f"dask engine: a task failed outside its jobs: {error!r}")
        self.lost += 1
        if self.lost > MAX_LOST:
            raise EngineError(f"dask engine: {MAX_LOST} tasks were lost with their workers")
        if error is not None and len(batch) == 1:
            self.collector.add(Outcome(batch[0], "death", detail=f"the job ended its dask worker: {error}"))
        else:
            middle = (len(batch) + 1) // 2
            self.retries += [half for half in (batch[:middle], batch[middle:]) if half]

    def check_alive(self) -> None:
        """EngineError if the scheduler is gone, or all workers are and no new one has come for long."""
        if self.client.status not in ("running", "connecting"):
            raise EngineError("dask engine: the connection to the scheduler was lost")
        if time.monotonic() - self.last_answer > STARTING:
            self.last_answer = time.monotonic()
            if not self.client.nthreads():
                raise EngineError(f"dask engine: no worker for {STARTING:g} s")

    def cancel(self) -> None:
        """End what still runs on the workers, as far as they answer within a second."""

        def cancel() -> None:
            with suppress(Exception):
                self.client.cancel(list(self.batches), force=True)
            with suppress(Exception):
                self.client.run(stop_batches, self.id)

        if self.batches:
            thread = threading.Thread(target=cancel, daemon=True)
            thread.start()
            thread.join(1.0)


def pickled(what: str, value: Any) -> bytes:
    """`value` by cloudpickle; EngineError that names `what` if it can't be pickled."""
    try:
        return bytes(importlib.import_module("cloudpickle").dumps(value))
    except Exception as error:
        raise EngineError(f"dask engine: the {what} can't be pickled: {error}") from None


# on a dask worker: the engines of its batches, each with the id of its run; ids of runs that were stopped
_engines: set[tuple[str, ProcessEngine]] = set()
_stopped: set[str] = set()


class Done(NamedTuple):
    """A batch's outcomes in its own numbering, its worker's address, and when it began (epoch seconds)."""

    outcomes: list[Outcome]
    address: str
    began: float


@functools.cache
def version() -> str:
    """What two processes must share for equal results: package, its source text, Python's minor version."""
    try:
        number = importlib.metadata.version("kaggle-batt")
    except importlib.metadata.PackageNotFoundError:
        number = "not installed"
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    python = ".".join(platform.python_version_tuple()[:2])
    return f"kaggle_batt {number} with sources {digest.hexdigest()[:12]} on Python {python}"


def check_version(address: str, found: str, expected: str) -> None:
    """Raise EngineError if the worker at `address` has another version."""
    if found != expected:
        remedy = "install the same on both, and restart what was running when files changed"
        raise EngineError(f"dask worker {address} has {found}; this process has {expected}: {remedy}")


@functools.lru_cache(maxsize=4)
def load(function: bytes) -> JobFunction:
    """The function, unpickled once a process."""
    return pickle.loads(function)  # type: ignore[no-any-return]


def run_batch(expected: str, run: str, function: bytes, jobs: bytes, limits: Limits) -> Done:
    """Run a batch for the run of this id; the function and the list of jobs are pickled.

    What is unfinished when the batch has taken `OVERRUN` seconds, or the run is stopped, comes back
    "cancelled". Raises EngineError if this worker's version is not the `expected` one.
    """
    from distributed import get_worker

    address = get_worker().address
    check_version(address, version(), expected)
    engine, began = ProcessEngine(1), time.time()
    late = time.monotonic() + OVERRUN

    def stop_late(_: Outcome) -> None:
        if time.monotonic() > late:
            engine.stop()

    _engines.add((run, engine))
    try:
        deadline = time.monotonic() if run in _stopped else None
        outcomes = engine.run(
            load(function), pickle.loads(jobs), limits, on_outcome=stop_late, deadline=deadline
        )
    finally:
        _engines.discard((run, engine))
    return Done(outcomes, address, began)


def stop_batches(run: str) -> None:
    """End all batches of `run` on this worker, now and to come."""
    _stopped.add(run)
    for of_run, engine in list(_engines):
        if of_run == run:
            engine.stop()
