"""The dask engine: the process engine on the machines of a dask cluster. An optional extra.

Each task is a batch of about half a second, which hides dask's 6.5 ms, and runs in a guarded one-worker
process engine on the dask worker (`remote.py`), so that limits and isolation are those of the process engine.
Function and jobs are shipped with cloudpickle; results come back as bytes. A batch that is lost with its
worker runs again.

By hand, on two machines that have this package installed:

    dask scheduler
    dask worker tcp://SCHEDULER:8786 --nworkers auto --nthreads 1

Without a scheduler's address a local cluster is started, and kept until `close` or the end of the process. A
script that does so needs the usual `if __name__ == "__main__":` around its work, as dask starts fresh
processes.
"""

from __future__ import annotations

import atexit
import importlib
import logging
import os
import queue
import re
import signal
import threading
import time
import uuid
from collections import deque
from contextlib import suppress
from typing import Any

from kaggle_batt.engines import remote
from kaggle_batt.engines.base import BaseEngine, Board, Outcome, Work, checked_workers
from kaggle_batt.engines.interrupt import Interrupt
from kaggle_batt.errors import EngineError, MissingExtra, ParameterError

BATCH = 0.5
"""Seconds of work in a task."""

GROWTH = 8
"""A task has at most so many times the jobs of the largest one that has come back."""

AHEAD = 2
"""Tasks under way for each worker thread."""

LOSSES = 100
"""Tasks that may be lost with their workers before the run is given up."""

TICK = 0.2
STARTING = 30.0
"""Seconds to wait for a scheduler or for the first worker; also for a new one when all are lost."""


class DaskEngine(BaseEngine):
    """Engine of dask workers; `workers` is their number, for a given scheduler by default its threads.

    Raises MissingExtra without dask, ParameterError for an address that is none, EngineError if the cluster
    can't be reached, has no worker, or has one with another version of the package or of Python.
    """

    name = "dask"

    def __init__(self, workers: int | None = None, scheduler: str | None = None) -> None:
        try:
            importlib.import_module("distributed")
        except ImportError:
            raise MissingExtra("the dask engine is not installed: pip install 'kaggle-batt[dask]'") from None
        self.scheduler = checked_address(scheduler)
        self._asked, self.workers = workers, checked_workers(workers)
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
            self._client = module.Client(
                self._cluster or self.scheduler, timeout=STARTING, set_as_default=False
            )
            self._client.wait_for_workers(1, timeout=STARTING)
        except (OSError, TimeoutError, ValueError) as error:
            where = self.scheduler or "local cluster"
            raise EngineError(f"dask engine, {where}: no worker within {STARTING:g} s: {error}") from None
        self._check()
        if self.scheduler is not None and self._asked is None:
            self.workers = sum(self._client.nthreads().values())

    def _check(self) -> None:
        """Compare every worker's version with this process's."""

        def probe() -> str:  # local, so that it is shipped by value and runs where the package is missing
            try:
                from kaggle_batt.engines.remote import version
            except ImportError as error:
                return f"no usable kaggle_batt ({error})"
            return version()

        for address, found in sorted(self._client.run(probe).items()):
            if found != remote.version():
                raise EngineError(remote.mismatch(address, found, remote.version()))

    def _carry_out(self, work: Work, board: Board) -> list[Outcome]:
        # an interrupt closes a local cluster; the next run starts another
        run = Run(self.connect(), work, board, self.workers)
        try:
            with Interrupt() as interrupt:
                return run.result(interrupt)
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
            if cluster is not None:
                end_workers(cluster)
        with suppress(Exception):
            if client is not None:
                client.close(timeout=1)
        with suppress(Exception):
            if cluster is not None:
                cluster.close(timeout=1)


def checked_address(address: str | None) -> str | None:
    """The address of a scheduler, None for none; ParameterError unless it has a host and a port.

    Dask's client, given another, would hang for a minute when the program ends.
    """
    found = re.fullmatch(r"((tcp|tls|ws|wss)://)?([^:/\s]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", address or "x:1")
    if found is None or not 0 < int(found[4]) < 1 << 16:
        raise ParameterError(f"scheduler: an address like tcp://HOST:8786 was expected, not {address!r}")
    return address


def end_workers(cluster: Any) -> None:
    """Kill the workers of a local cluster: asked politely, they would wait for their tasks."""
    for nanny in cluster.workers.values():
        nanny.close_gracefully(reason="the engine is closed")  # so that it starts no other
        if nanny.pid:
            os.kill(nanny.pid, signal.SIGKILL)


class Run:
    """One call of `DaskEngine.run`."""

    def __init__(self, client: Any, work: Work, board: Board, workers: int) -> None:
        self.client, self.work, self.board, self.workers = client, work, board, workers
        self.id = uuid.uuid4().hex
        self.began, self.heard = time.time(), time.monotonic()
        self.waiting = deque(range(len(work.jobs)))
        self.lost: list[list[int]] = []
        self.losses = 0
        self.batches: dict[Any, list[int]] = {}
        self.returned: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.addresses: dict[str, int] = {}
        self.pace, self.largest = 0.0, 1
        self.shared = client.submit(remote.keep, pickled("function", work.function), pure=False)

    def result(self, interrupt: Interrupt) -> list[Outcome]:
        """The outcomes of all jobs."""
        while self.board.left and not self.board.late():
            self.submit()
            self.collect()
            interrupt.check()
        return self.board.all()

    def submit(self) -> None:
        """Keep every worker supplied."""
        while len(self.batches) < AHEAD * self.workers and (batch := self.next_batch()):
            jobs = pickled("jobs", [self.work.jobs[index] for index in batch])
            arguments = remote.version(), self.id, self.shared, jobs, self.work.limits
            future = self.client.submit(remote.carry_out_batch, *arguments, pure=False)
            self.batches[future] = batch
            future.add_done_callback(self.returned.put)

    def next_batch(self) -> list[int]:
        """Places of the next jobs to submit together: those lost with a worker first, as they were split."""
        if self.lost:
            return self.lost.pop()
        share = len(self.waiting) // (2 * self.workers)
        by_time = int(BATCH / self.pace) if self.pace else GROWTH
        size = max(1, min(by_time, GROWTH * self.largest, share))
        return [self.waiting.popleft() for _ in range(min(size, len(self.waiting)))]

    def collect(self) -> None:
        """Take in what comes back within a moment."""
        try:
            future = self.returned.get(timeout=self.board.patience(TICK))
        except queue.Empty:
            self.check_alive()
            return
        self.heard = time.monotonic()
        batch = self.batches.pop(future)
        if future.status == "finished":
            self.take_in(batch, future.result())
        else:
            self.take_loss(batch, future.exception() if future.status == "error" else None)

    def take_in(self, batch: list[int], done: remote.Done) -> None:
        """Put a batch's outcomes in their places, and its unfinished jobs back."""
        worker = self.addresses.setdefault(done.address, len(self.addresses))
        offset = done.began - self.began
        finished = [outcome for outcome in done.outcomes if outcome.kind != "cancelled"]
        self.waiting.extendleft(batch[o.index] for o in reversed(done.outcomes) if o.kind == "cancelled")
        for outcome in finished:
            start, stop = outcome.start + offset, outcome.stop + offset
            self.board.take(
                outcome._replace(index=batch[outcome.index], worker=worker, start=start, stop=stop)
            )
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
        self.losses += 1
        if self.losses > LOSSES:
            raise EngineError(f"dask engine: {LOSSES} tasks were lost with their workers")
        if error is not None and len(batch) == 1:
            self.board.take(Outcome(batch[0], "death", detail=f"the job ended its dask worker: {error}"))
        else:
            middle = (len(batch) + 1) // 2
            self.lost += [half for half in (batch[:middle], batch[middle:]) if half]

    def check_alive(self) -> None:
        """EngineError if the scheduler is gone, or all workers are and no new one has come for long."""
        if self.client.status not in ("running", "connecting"):
            raise EngineError("dask engine: the connection to the scheduler was lost")
        if time.monotonic() - self.heard > STARTING:
            self.heard = time.monotonic()
            if not self.client.nthreads():
                raise EngineError(f"dask engine: no worker for {STARTING:g} s")

    def cancel(self) -> None:
        """End what is still under way on the workers, as far as they answer within a second."""
        if self.batches:
            thread = threading.Thread(target=self._cancel, daemon=True)
            thread.start()
            thread.join(1.0)

    def _cancel(self) -> None:
        with suppress(Exception):
            self.client.cancel(list(self.batches), force=True)
        with suppress(Exception):
            self.client.run(remote.stop, self.id)


def pickled(what: str, value: Any) -> bytes:
    """`value` as cloudpickle has it; EngineError that names `what` if it can't be pickled."""
    try:
        return bytes(importlib.import_module("cloudpickle").dumps(value))
    except Exception as error:
        raise EngineError(f"dask engine: the {what} can't be pickled: {error}") from None
