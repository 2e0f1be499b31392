"""The dask engine: the process engine on the machines of a dask cluster. An optional extra.

Each task is a batch of about half a second, which hides dask's 6.5 ms. It runs in a one-worker process
engine on the dask worker, with that engine's limits and isolation. Function and jobs travel by cloudpickle;
results come back as bytes. A batch that is lost with its worker runs again.

Without a scheduler's address a cluster is started within this process, and kept until `close` or its end.
"""

import atexit
import importlib
import logging
import os
import queue
import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from kaggle_batt.engines.base import DEADLINE_PASSED, Engine, Outcome, Work
from kaggle_batt.engines.dask_batches import Done, run_batch, stop_batches, version
from kaggle_batt.errors import EngineError, MissingExtra, ParameterError

BATCH = 0.5  # seconds of work in a task
GROWTH = 8  # a task has at most so many times the jobs of the largest one that has come back
AHEAD = 2  # tasks submitted ahead for each worker thread
MAX_LOST = 100  # tasks that may be lost with their workers before the run is given up
TICK = 0.2  # seconds to wait for a task to return
STARTING = 6.0  # seconds to wait for a scheduler with a worker: less than ten with Python's own start
WORKERLESS = 9.0  # seconds to wait for a local cluster, or for a new worker when all are lost
PING = 2.0, 3.0  # seconds without a task's return after which the scheduler is asked, and has to answer


class Lost(Exception):
    """The scheduler is gone, silent, or without workers; the message says which."""


class DaskEngine(Engine):
    """Engine of dask workers; `workers` is their number, for a given scheduler by default its threads.

    `scheduler` is an address, `tls_ca`, `tls_cert` and `tls_key` the files for one that demands TLS. The
    first run connects. Raises MissingExtra without dask and ParameterError for a malformed address; a run
    raises EngineError if the cluster can't be reached, has no worker, or has one with another version of the
    package or of Python. If the scheduler is lost later, `lost` says so and remaining jobs are "cancelled".
    """

    def __init__(self, workers: int = 0, scheduler: str = "", **tls: str) -> None:
        if find_spec("distributed") is None:  # imported by `_open`, as that takes a part of its seconds
            raise MissingExtra("the dask engine is not installed: pip install 'kaggle-batt[dask]'")
        super().__init__(workers)
        self.scheduler, self._count_threads = checked_address(scheduler), bool(scheduler) and not workers
        self._tls = checked_tls(self.scheduler, tls)
        self._patience = STARTING if self.scheduler else WORKERLESS
        self._client: Any = None
        self._cluster: Any = None

    def connect(self, over: Callable[[], bool] = lambda: False) -> Any:
        """The client, connected to a cluster that has a worker; None if `over()` comes first.

        Dask waits for a silent scheduler without end and can't be stopped, so it does that in a thread.
        """
        if self._client is not None:
            return self._client
        atexit.register(self.close)
        opening: Future[tuple[Any, Any, int]] = Future()
        threading.Thread(target=self._open, args=(opening,), daemon=True).start()
        until = time.monotonic() + self._patience
        try:
            while not opening.done() and time.monotonic() < until:
                time.sleep(0.02)
                if over():
                    return None
            self._client, self._cluster, threads = opening.result(timeout=0)
            self.workers = threads if self._count_threads else self.workers
            return self._client
        except Exception as error:
            why, where = f" ({error})" if str(error) else "", self.scheduler or "local cluster"
            remedy = "; start workers, or give another --scheduler" if self.scheduler else ""
            raise EngineError(
                f"dask engine, {where}: no worker within {self._patience:g} s{why}{remedy}"
            ) from None
        finally:
            if self._client is None and not opening.cancel() and not opening.exception():
                close_quietly(*opening.result()[:2])

    def _open(self, opening: Future[tuple[Any, Any, int]]) -> None:
        """Connect to the scheduler or a new local cluster; close it again if `opening` was cancelled."""
        module: Any = importlib.import_module("distributed")
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # errors are reported by this engine
        client = cluster = None
        try:
            if not self.scheduler:
                cluster = local_cluster(module, self.workers)
            where, security = cluster or self.scheduler, None
            if self._tls:
                security = module.Security(require_encryption=True, **self._tls)
            # one that fails to connect would wait in its `__del__`, and then print a traceback
            quiet = type("Client", (module.Client,), {"__del__": lambda _: None})
            client = quiet(where, timeout=self._patience, security=security, set_as_default=False)
            client.wait_for_workers(1, timeout=self._patience)
            threads = sum(client.nthreads().values())
            opening.set_result((client, cluster, threads))
            return
        except Exception as error:
            with suppress(InvalidStateError):
                opening.set_exception(error)
        close_quietly(client, cluster)

    def _run(self, work: Work) -> list[Outcome]:
        """The outcomes of a run. An interrupt closes a local cluster; the next run starts another."""
        client = None if self.lost else self.connect(work.deadline.late)
        if client is None:
            return work.all(self.lost or DEADLINE_PASSED)
        run = DaskRun(client, work, self.workers)
        try:
            return run.outcomes()
        except Lost as lost:
            self.lost = f"dask engine: {lost}; continue with --resume and another engine"
            return work.all(self.lost)
        except KeyboardInterrupt:
            if self._cluster is not None:
                run.cancel()
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
        close_quietly(client, cluster)


def close_quietly(*opened: Any) -> None:
    """Close what has been opened, and pass over what fails meanwhile."""
    for one in opened:
        with suppress(Exception):
            if one is not None:
                one.close(timeout=1)


def local_cluster(module: Any, workers: int) -> Any:
    """A cluster within this process without ports, by which all users of the machine could execute code."""

    def silent(server: Any) -> Any:
        return type(server.__name__, (server,), {"start_http_server": lambda *_, **__: None})

    common = {"protocol": "inproc://", "dashboard": False}
    worker = {"cls": silent(module.Worker), "options": {"nthreads": 1, "memory_limit": 0, **common}}
    return module.SpecCluster(
        workers=dict.fromkeys(range(workers), worker),
        scheduler={"cls": silent(module.Scheduler), "options": common},
        silence_logs=logging.CRITICAL,
    )


def checked_address(address: str) -> str:
    """The address of a scheduler, with host and port; with another, dask's client would hang at its end."""
    found = re.fullmatch(r"((tcp|tls|ws|wss)://)?([^:/\s]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", address or "x:1")
    if found is None or not 0 < int(found[4]) < 1 << 16:
        raise ParameterError(f"scheduler: an address like tcp://HOST:8786 was expected, not {address!r}")
    return address


def checked_tls(scheduler: str, files: dict[str, str]) -> dict[str, str]:
    """The TLS files by dask's names, {} for none; ParameterError unless all are there for an address."""
    if not any(files.values()):
        return {}
    names = {"tls_ca": "tls_ca_file", "tls_cert": "tls_client_cert", "tls_key": "tls_client_key"}
    for name in names:
        if not os.path.isfile(files.get(name, "")):
            raise ParameterError(f"{name}: a file was expected, not {files.get(name, '')!r}")
    if not scheduler.startswith("tls://"):
        raise ParameterError(f"scheduler: with TLS files tls://HOST:PORT was expected, not {scheduler!r}")
    return {known: files[name] for name, known in names.items()}


class DaskRun:
    """One call of `DaskEngine.run`."""

    def __init__(self, client: Any, work: Work, workers: int) -> None:
        self.client, self.work, self.workers = client, work, workers
        self.id = uuid.uuid4().hex
        self.began, self.last_answer, self.unanswered = time.time(), time.monotonic(), 0
        self.waiting = deque(range(len(work.jobs)))
        self.retries: list[list[int]] = []
        self.lost = 0
        self.batches: dict[Any, list[int]] = {}
        self.returned: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.addresses: dict[str, int] = {}
        self.pace, self.largest = 0.0, 1

    def outcomes(self) -> list[Outcome]:
        # the function as a task's result, which dask makes again when a worker is lost
        self.function = self.send(bytes, pickled("function", self.work.function))
        while self.work.missing and not self.work.deadline.late():
            self.submit()
            self.collect()
        return self.work.all()

    def submit(self) -> None:
        while len(self.batches) < AHEAD * self.workers and (batch := self.next_batch()):
            jobs = pickled("jobs", [self.work.jobs[index] for index in batch])
            arguments = version(), self.id, self.function, jobs, self.work.limits
            future = self.send(run_batch, *arguments)
            self.batches[future] = batch
            future.add_done_callback(self.returned.put)

    def send(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The future of a task; Lost if the scheduler can't be given it."""
        try:
            return self.client.submit(function, *arguments, pure=False)
        except Exception as error:
            raise Lost(f"the scheduler takes no task ({error})") from None

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
            future = self.returned.get(timeout=min(TICK, self.work.deadline.left()))
            self.last_answer = time.monotonic()
        except queue.Empty:
            future = None
        if self.client.status != "running":
            raise Lost("the connection to the scheduler was lost")
        if future is None:
            return self.check_alive()
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
            self.work.add(outcome._replace(index=index, worker=worker, start=start, stop=stop))
        if finished:
            pace = sum(outcome.stop - outcome.start for outcome in finished) / len(finished)
            self.pace = max(1e-6, 0.5 * (self.pace or pace) + 0.5 * pace)
            self.largest = max(self.largest, len(finished))

    def take_loss(self, batch: list[int], error: BaseException | None) -> None:
        """Have a batch, lost with several workers in turn, run again in halves. A single job is a death."""
        from distributed import KilledWorker

        if isinstance(error, EngineError):
            raise error
        if error is not None and not isinstance(error, KilledWorker):
            raise EngineError(f"dask engine: a task failed outside its jobs: {error!r}")
        self.lost += 1
        if self.lost > MAX_LOST:
            raise EngineError(f"dask engine: {MAX_LOST} tasks were lost with their workers")
        if error is not None and len(batch) == 1:
            self.work.add(Outcome(batch[0], "death", detail=f"the job ended its dask worker: {error}"))
        else:
            middle = (len(batch) + 1) // 2
            self.retries += [half for half in (batch[:middle], batch[middle:]) if half]

    def check_alive(self) -> None:
        """Raise Lost if the scheduler does not answer, or has had no worker for long."""
        silent = time.monotonic() - self.last_answer
        if silent < PING[0] * (1 + self.unanswered):
            return
        try:
            ask, seconds = self.client.scheduler.ncores, min(PING[1], self.work.deadline.left())
            if self.client.sync(ask, callback_timeout=seconds):
                self.last_answer = time.monotonic()
            self.unanswered = 0
        except Exception:
            self.unanswered += 1
        if self.unanswered > 1 and not self.work.deadline.late():
            raise Lost("the scheduler does not answer")
        if silent > WORKERLESS:
            raise Lost(f"no worker for {WORKERLESS:g} s")

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
