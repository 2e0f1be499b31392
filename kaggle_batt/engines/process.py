"""The process engine: jobs in forked workers, each job under hard limits, each fault confined to one job.

`run` forks a watchdog, which forks a supervisor, which forks the workers. Function and jobs are inherited and
results are bytes, so nothing is pickled or unpickled. Jobs can't reach the calling process's descriptors.

A job whose worker dies, or that runs out of memory, in a worker that had run other jobs before, runs again in
a fresh one, and only what happens there is reported. A death that does not explain itself (SIGKILL) has to
happen twice there. `docs/engines.md` lists the faults that cost one job, and what is out of reach.
"""

import os
import signal
import socket
import threading
import time
from collections import Counter
from contextlib import suppress

from kaggle_batt.engines.base import DEADLINE_PASSED, KINDS, OK, Engine, Outcome, Work
from kaggle_batt.engines.workers import system, watchdog
from kaggle_batt.engines.workers.messages import ASSIGNED, BEGIN, FATAL, UNCERTAIN, Record, whole_records
from kaggle_batt.engines.workers.supervisor import Supervisor
from kaggle_batt.errors import EngineError

READ = 1 << 18  # most bytes of one read
START = 30.0  # seconds in which a supervisor has to send a record; else a lock that it inherited blocks it
KILLED_SUPERVISOR = "the supervisor of its worker ended while the job ran, twice"
GRACE = 1.5  # seconds in which a supervisor has to end by itself before it is killed


class ProcessEngine(Engine):
    """Engine of forked workers. `run` may be called from several threads at once."""

    def _run(self, work: Work) -> list[Outcome]:
        return ProcessRun(work, self.workers).outcomes()


class ProcessRun:
    """One call of `ProcessEngine.run`.

    `assigned` is one past the highest job that a supervisor has given to a worker, `latest` one past the last
    job that the present one has given, 0 for none. `starts` counts the supervisors in a row that ended before
    they had given any, `losses` by job those that ended one by one while it ran.
    """

    def __init__(self, work: Work, workers: int) -> None:
        self.work, self.workers = work, workers
        self.assigned = self.latest = 0
        self.starts, self.losses = system.Backoff(), Counter[int]()
        self.stopped = threading.Event()
        self.link: socket.socket | None = None
        self.pid = 0

    def outcomes(self) -> list[Outcome]:
        """The outcomes of all jobs.

        What a lost supervisor had assigned runs again one by one. A loss is then blamed on the job assigned
        last, for none is assigned before the results of all others have arrived. The second one counts.
        """
        while self.work.missing and not self.over():
            while not self.starts.ready and not self.over():
                self.stopped.wait(min(0.02, self.work.deadline.left()))
            suspects = self.unfinished(self.assigned)
            self.attempt(suspects or self.unfinished(len(self.work.jobs)), bool(suspects))
            last = self.latest - 1
            if suspects and self.latest and not self.over() and self.work.outcomes[last] is None:
                self.losses[last] += 1
                if self.losses[last] > 1:
                    self.work.add(Outcome(last, "death", detail=KILLED_SUPERVISOR, certain=False))
        return self.work.all("stopped" if self.stopped.is_set() else DEADLINE_PASSED)

    def unfinished(self, below: int) -> list[tuple[int, int]]:
        """Ranges of the jobs under `below` that have no outcome."""
        ranges: list[tuple[int, int]] = []
        for index in range(below):
            if self.work.outcomes[index] is None:
                low = ranges.pop()[0] if ranges and ranges[-1][1] == index else index
                ranges.append((low, index + 1))
        return ranges

    def over(self) -> bool:
        return self.work.deadline.late() or self.stopped.is_set()

    def stop(self) -> None:
        """End the run from another thread; its unfinished jobs are "cancelled"."""
        self.stopped.set()
        self.shut_link()

    def attempt(self, jobs: list[tuple[int, int]], one_by_one: bool) -> None:
        """Have a supervisor run these ranges of jobs; return when it has ended, whether or not it is through.

        Raises EngineError if for some seconds none could be started, or all ended before any job.
        """
        self.latest = 0
        why = "all its supervisors ended before any job"
        supervisor = Supervisor(self.work, 1 if one_by_one else self.workers, jobs, one_by_one)
        try:
            if error := self.launch(supervisor):
                why = f"it could not fork: {error}"
                if error.errno not in system.PASSING:
                    raise EngineError(f"process engine: {why}")
            else:
                self.follow()
        finally:
            self.end_supervisor()
        if self.latest or self.over():
            self.starts.reset()
        elif not self.starts.failed():
            raise EngineError(f"process engine: for {system.PATIENCE:g} s {why}")

    def launch(self, supervisor: Supervisor) -> OSError | None:
        """Fork a watchdog with its supervisor; the error if it fails. SIGINT waits until its id is stored."""
        parent = os.getpid()
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.link, theirs = system.socket_pair()
            with theirs:
                self.pid = system.fork()
                if self.pid == 0:
                    try:
                        watchdog.serve(supervisor, theirs, parent)
                    finally:
                        os._exit(1)
        except OSError as error:
            return error
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return None

    def follow(self) -> None:
        """Take records until the supervisor has ended or the run is over."""
        link, buffer, begun, latest_start = self.link, bytearray(), False, time.monotonic() + START
        assert link is not None
        while not self.over() and (begun or time.monotonic() < latest_start):
            link.settimeout(0.001 + min(1.0, self.work.deadline.left()))
            try:
                chunk = link.recv(READ)
            except TimeoutError:
                continue
            except OSError:  # reset by the end of the supervisor
                chunk = b""
            if not chunk:
                return
            begun = True
            buffer += chunk
            self.read(buffer)
        if not begun and not self.over():
            raise EngineError("the process engine's supervisor did not start")

    def read(self, buffer: bytearray) -> None:
        end, add = 0, self.work.add
        for record in whole_records(buffer):
            end = record.body + record.length
            body = bytes(buffer[record.body : end]) if record.length else b""
            if record.code < BEGIN:
                add(self.outcome(record, body))
            elif record.code == ASSIGNED:
                self.assigned, self.latest = max(self.assigned, record.job), record.job
            elif record.code == FATAL:
                raise EngineError("process engine: " + body.decode())
        del buffer[:end]

    def outcome(self, record: Record, body: bytes) -> Outcome:
        code, flags, worker, _, job, start, stop, cpu, _, _ = record
        began = self.work.began
        value, detail = (body, "") if code == OK else (b"", body.decode("utf-8", "replace"))
        certain = not flags & UNCERTAIN
        return Outcome(job, KINDS[code], value, detail, worker, start - began, stop - began, cpu, certain)

    def shut_link(self) -> None:
        """Have the supervisor see the end of its link; it then ends with all that it started."""
        if link := self.link:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def end_supervisor(self) -> None:
        """End the supervisor and everything that it started, also when an interrupt comes meanwhile."""
        try:
            self.shut_link()
            if self.link is not None:
                self.link.close()
            system.reap(self.pid, GRACE)
        except BaseException:
            system.reap(self.pid, 0.0)
            raise
        finally:
            self.link, self.pid = None, 0
