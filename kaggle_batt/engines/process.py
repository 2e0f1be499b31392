"""The process engine: jobs in forked workers, each job under hard limits, each fault confined to one job.

`run` forks a warden (`warden.py`), that a supervisor (`supervisor.py`), and that the workers (`worker.py`).
Function and jobs are inherited, so nothing has to be pickled; results come back as bytes, so nothing is
unpickled. The calling process only reads records, and all its descriptors are out of the jobs' reach.

A job may hang, inside C too, exit, crash, fill the memory, raise or return anything, write, close
descriptors, change signals, timers and limits, start threads and processes, end its worker or its supervisor:
it gets its kind of outcome, every other job its result, and no process stays. What is out of reach: a job
that changes objects of the interpreter (say, a built-in function) for the jobs after it in its worker, and
one that attacks other processes of the same user.

A job whose worker dies, or that runs out of memory, in a worker that had done other jobs before, is run again
in a fresh one, and only what happens there is reported. A job may therefore run twice.

The limits: the supervisor reads the exact CPU clock of each worker and the time that its job has run, and
kills; behind it stands the kernel's CPU limit (RLIMIT_CPU); memory is bounded by RLIMIT_DATA above what the
worker holds when it starts. No exception is ever raised inside a job: it could be caught, could strike
between two jobs, and would not interrupt a call inside C.

Needs `os.fork` (Linux, macOS). Beside other threads (a notebook kernel has some) the fork is safe for the
engine; a job that waits for a lock which another thread held at that moment runs into its limit.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import time
from contextlib import suppress

from kaggle_batt.engines.base import LATE, BaseEngine, Board, Outcome, Work, checked_workers
from kaggle_batt.engines.interrupt import Interrupt
from kaggle_batt.engines.job import KINDS, OK
from kaggle_batt.engines.workers import guard
from kaggle_batt.engines.workers import watchdog as warden
from kaggle_batt.engines.workers.messages import BEGIN, FATAL, HANDED, Record, whole_records
from kaggle_batt.engines.workers.supervisor import Supervisor
from kaggle_batt.errors import EngineError

READ = 1 << 18
"""Most bytes taken at once."""

START = 30.0
"""Seconds in which a supervisor has to say that it is up; else a lock that it inherited holds it."""

VAIN = 5
"""So many supervisors in a row that are lost before any job mean that none can work."""

KILLER = "the job ended the supervisor of its worker"

PATIENCE = 1.5
"""Seconds in which a supervisor has to end by itself before it is killed."""


class ProcessEngine(BaseEngine):
    """Engine of forked workers. `run` may be called from several threads at once."""

    name = "process"

    def __init__(self, workers: int | None = None) -> None:
        self.workers = checked_workers(workers)
        self._runs: set[Run] = set()

    def _carry_out(self, work: Work, board: Board) -> list[Outcome]:
        run = Run(work, board, self.workers)
        self._runs.add(run)
        try:
            return run.result()
        finally:
            self._runs.discard(run)

    def stop(self) -> None:
        """From another thread: end the runs under way; their unfinished jobs are "cancelled"."""
        for run in list(self._runs):
            run.stop()


class Run:
    """One call of `ProcessEngine.run`.

    `handed` is one past the highest job that a supervisor has given to a worker, `out` one past the job that
    the present one has given out last, 0 for none. `vain` counts the supervisors in a row that ended before
    they had given out any.
    """

    def __init__(self, work: Work, board: Board, workers: int) -> None:
        self.work, self.board, self.workers = work, board, workers
        self.handed = self.out = self.vain = 0
        self.stopped = threading.Event()
        self.link: socket.socket | None = None
        self.pid = 0

    def result(self) -> list[Outcome]:
        """The outcomes of all jobs."""
        with Interrupt() as interrupt:
            while self.board.left and not self.over():
                self.attempt(self.unfinished(len(self.work.jobs)), interrupt)
                self.find_killers(interrupt)
        return self.board.all("stopped" if self.stopped.is_set() else LATE)

    def find_killers(self, interrupt: Interrupt) -> None:
        """After the loss of a supervisor: run what it had handed out one by one; lay each loss to one.

        That is the job that was out: none is given out before the results of all others are here.
        """
        while not self.over() and (suspects := self.unfinished(self.handed)):
            self.attempt(suspects, interrupt, careful=True)
            accused = self.out - 1
            if not self.over() and self.out and self.board.outcomes[accused] is None:
                self.board.take(Outcome(accused, "death", detail=KILLER))

    def unfinished(self, below: int) -> list[tuple[int, int]]:
        """Ranges of the jobs under `below` that have no outcome."""
        ranges: list[tuple[int, int]] = []
        for index in range(below):
            if self.board.outcomes[index] is None:
                low = ranges.pop()[0] if ranges and ranges[-1][1] == index else index
                ranges.append((low, index + 1))
        return ranges

    def over(self) -> bool:
        """Whether the deadline has come or the run was stopped."""
        return self.board.late() or self.stopped.is_set()

    def stop(self) -> None:
        """End the run from another thread."""
        self.stopped.set()
        if link := self.link:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def attempt(self, todo: list[tuple[int, int]], interrupt: Interrupt, careful: bool = False) -> None:
        """Have a supervisor do `todo`; returns when it has ended, whether or not it got through.

        EngineError after several that got nowhere: something outside of the run ends them.
        """
        self.out = 0
        try:
            self.launch(todo, careful)
            self.follow(interrupt)
        finally:
            self.dismiss()
        self.vain = 0 if self.out or self.over() else self.vain + 1
        if self.vain >= VAIN:
            raise EngineError(f"{VAIN} supervisors of the process engine in a row were ended before any job")

    def launch(self, todo: list[tuple[int, int]], careful: bool) -> None:
        """Fork a warden with its supervisor. SIGINT waits until it is known here."""
        workers = 1 if careful else self.workers
        supervisor = Supervisor(self.work, workers, todo, careful)
        parent = os.getpid()
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.link, theirs = guard.pair()
            self.pid = guard.fork()
            if self.pid == 0:
                try:
                    warden.serve(supervisor, theirs, parent)
                finally:
                    os._exit(1)
            theirs.close()
        except OSError as error:
            raise EngineError(f"the process engine could not fork: {error}") from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def follow(self, interrupt: Interrupt) -> None:
        """Take records until the supervisor has ended or the run is over."""
        link, buffer, begun, late = self.link, bytearray(), False, time.monotonic() + START
        assert link is not None
        while not self.over() and (begun or time.monotonic() < late):
            if not self.hears(link, interrupt):
                continue
            chunk = link.recv(READ)
            if not chunk:
                break
            begun = True
            buffer += chunk
            self.read(buffer)
        if not begun and not self.over():
            raise EngineError("the process engine's supervisor did not begin")

    def hears(self, link: socket.socket, interrupt: Interrupt) -> bool:
        """Whether the supervisor writes or ends within a second, or before the deadline."""
        poll = select.poll()  # `select.select` takes no descriptor above 1023
        for descriptor in (link.fileno(), interrupt.descriptor):
            if descriptor is not None:
                poll.register(descriptor, select.POLLIN)
        ready = poll.poll(1000 * self.board.patience(1.0) + 1)
        interrupt.check()
        return bool(ready)

    def read(self, buffer: bytearray) -> None:
        """Take the whole records out of `buffer`."""
        end, take = 0, self.board.take
        for record in whole_records(buffer):
            end = record.body + record.length
            body = bytes(buffer[record.body : end]) if record.length else b""
            if record.code < BEGIN:
                take(self.outcome(record, body))
            elif record.code == HANDED:
                self.handed, self.out = max(self.handed, record.job), record.job
            elif record.code == FATAL:
                raise EngineError("process engine: " + body.decode())
        del buffer[:end]

    def outcome(self, record: Record, body: bytes) -> Outcome:
        """The outcome that a record tells of."""
        code, _, worker, _, job, start, stop, cpu, _, _ = record
        began = self.board.began
        value, detail = (body, "") if code == OK else (b"", body.decode("utf-8", "replace"))
        return Outcome(job, KINDS[code], value, detail, worker, start - began, stop - began, cpu)

    def dismiss(self) -> None:
        """End the supervisor, and with it everything that it started; twice if an interrupt comes between."""
        try:
            if self.link is not None:
                with suppress(OSError):
                    self.link.shutdown(socket.SHUT_RDWR)
                self.link.close()
            guard.reap(self.pid, PATIENCE)
        except BaseException:
            guard.reap(self.pid, 0.0)
            raise
        finally:
            self.link, self.pid = None, 0
