"""The thread engine: jobs in threads of this process; with one thread the serial engine. No isolation.

The calling thread raises an exception inside a job that is over a limit: it arrives at the job's next
bytecode. A thread in a long call inside C is left behind, to end as soon as the call does, and another takes
its place. A call that holds the interpreter lock stops everything. There is no memory limit.
"""

import ctypes
import queue
import threading
import time
from contextlib import suppress

from kaggle_batt.engines.base import ERROR, KINDS, OK, TIME, Abort, Engine, Outcome, Work, run_job

TICK = 0.02  # seconds between two checks; a job that caught the exception gets it again then
GRACE = 1.0  # seconds after which a thread that the exception does not end is left behind
RUN_ENDS = "the run ends"  # reason of an abort at the end of a run

_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.c_void_p)


class ThreadEngine(Engine):
    def _run(self, work: Work) -> list[Outcome]:
        return ThreadRun(work, self.workers).outcomes()


class ThreadRun:
    """One call of `ThreadEngine.run`.

    A job is handed out for each thread, then one for each reported outcome, so that what `on_outcome` does,
    such as ending the run, takes effect before the next job begins.
    """

    def __init__(self, work: Work, workers: int) -> None:
        self.work = work
        self.waiting = iter(range(len(work.jobs)))
        self.handed_out: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self.finished: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.over = False
        self.threads: list[JobThread] = []
        self.size = min(workers, len(work.jobs))

    def outcomes(self) -> list[Outcome]:
        try:
            for number in range(self.size):
                self.threads.append(JobThread(self, number))
                self.hand_out()
            while self.work.missing and not self.work.deadline.late():
                self.collect(TICK)
                self.enforce_limits()
        finally:
            self.end()
        self.collect(0.0)
        return self.work.all()

    def collect(self, timeout: float) -> None:
        """Take the outcomes that are ready, waiting `timeout` seconds for the first."""
        with suppress(queue.Empty):
            self.add(self.finished.get(timeout=timeout))
            while True:
                self.add(self.finished.get_nowait())

    def add(self, outcome: Outcome) -> None:
        """Report an outcome, unless the run's end aborted its job or its thread was left behind."""
        if self.work.outcomes[outcome.index] is None and outcome.kind != "cancelled":
            self.work.add(outcome)
            self.hand_out()

    def hand_out(self) -> None:
        """Give the next thread that is free a job; its end if there is none."""
        self.handed_out.put(next(self.waiting, None))

    def enforce_limits(self) -> None:
        """Abort the jobs that are over a limit; leave behind threads that don't end by it."""
        for number, thread in enumerate(self.threads):
            thread.abort(thread.exceeded())
            if outcome := thread.abandon():
                self.add(outcome)
                self.threads[number] = JobThread(self, number)

    def end(self) -> None:
        """End all threads, waiting `GRACE` seconds for those whose job does not end at once."""
        self.over, self.waiting = True, iter(())
        for _ in self.threads:
            self.hand_out()
        until = time.monotonic() + GRACE
        while any(one.thread.is_alive() for one in self.threads) and time.monotonic() < until:
            for one in self.threads:
                one.abort(RUN_ENDS)
                one.thread.join(TICK / 4)
        for one in self.threads:
            one.left_behind = True


class JobThread:
    """One thread and the job that it runs; `reason` says why that was aborted.

    `index` is the running job's, None between jobs. It changes under `lock`, and `Abort` is raised under it,
    so `Abort` arrives only inside a job, and none is pending once `finish` has returned.
    """

    def __init__(self, run: ThreadRun, number: int) -> None:
        self.run, self.number = run, number
        self.lock = threading.Lock()
        self.index: int | None = None
        self.start = self.stop = self.before = self.all_before = self.cpu = self.aborted_at = 0.0
        self.reason = ""
        self.left_behind = False
        self.clock: int | None = None
        self.thread = threading.Thread(target=self.work, name=f"kaggle_batt-{number}", daemon=True)
        self.thread.start()

    def work(self) -> None:
        if hasattr(time, "pthread_getcpuclockid"):
            self.clock = time.pthread_getcpuclockid(threading.get_ident())
        with suppress(Abort):
            while (index := self.begin()) is not None:
                result = None
                try:
                    result = run_job(self.run.work, index)
                    self.finish()
                except Abort:
                    self.finish()
                if self.left_behind:
                    return
                self.run.finished.put(self.outcome(index, result))

    def begin(self) -> int | None:
        """Take the next job, unless the run is over."""
        index = self.run.handed_out.get()
        index = None if self.run.over or self.run.work.deadline.late() else index
        with self.lock:
            self.index, self.reason = index, ""
            self.start, self.before = time.monotonic(), time.thread_time()
            self.all_before = time.process_time()
        return index

    def finish(self) -> None:
        """Note the job's end; no `Abort` arrives after that."""
        while self.index is not None:
            with suppress(Abort), self.lock:
                self.stop, self.cpu = time.monotonic(), time.thread_time() - self.before
                _raise_in(threading.get_ident(), None)
                self.index = None

    def outcome(self, index: int, result: tuple[int, bytes] | None) -> Outcome:
        """The outcome of a job that has ended; a `result` of None: it was aborted."""
        if self.reason == RUN_ENDS and result is None:
            return Outcome(index, "cancelled", detail=RUN_ENDS)
        code, body = result or (ERROR, b"Abort")
        if self.reason not in ("", RUN_ENDS):
            code, body = TIME, self.reason.encode()
        value, detail = (body, "") if code == OK else (b"", body.decode())
        start, stop = self.start - self.run.work.began, self.stop - self.run.work.began
        return Outcome(index, KINDS[code], value, detail, self.number, start, stop, self.cpu)

    def used(self) -> float:
        """CPU seconds of the running job; without clocks of threads those of a single one, else 0."""
        if self.clock is not None:
            return time.clock_gettime(self.clock) - self.before
        return time.process_time() - self.all_before if self.run.size == 1 else 0.0

    def exceeded(self) -> str:
        """Which limit the running job is over, "" for none."""
        with self.lock:
            if self.index is None:
                return ""
            return self.run.work.limits.exceeded(time.monotonic() - self.start, self.used())

    def abort(self, reason: str) -> None:
        """Raise `Abort` in the running job, for `reason`; nothing for ""."""
        with self.lock:
            if reason and self.index is not None:
                if not self.reason:
                    self.reason, self.aborted_at = reason, time.monotonic()
                _raise_in(self.thread.ident, id(Abort))

    def abandon(self) -> Outcome | None:
        """Leave a thread behind that an abort does not end; its job's outcome, None if that is not so."""
        with self.lock:
            now = time.monotonic()
            stuck = now - self.aborted_at > GRACE or not self.thread.is_alive()
            if self.index is None or not self.reason or not stuck:
                return None
            self.left_behind = True
            self.stop, self.cpu = now, self.used() if self.thread.is_alive() else 0.0
            return self.outcome(self.index, None)
