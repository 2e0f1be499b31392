"""The thread engine: jobs in threads of this process. Pays only where jobs wait; no isolation.

The interpreter lock lets one thread compute at a time. Limits are kept from the calling thread, which watches
the others and raises an exception inside a job that is over one: it takes hold at the job's next bytecode. A
long call inside C ends first; if it takes too long, its thread is left behind, to end as soon as the call
does, and another takes its place. A call that holds the interpreter lock all the while stops everything: use
the process engine where that may happen. A memory limit can't be set for a thread; a MemoryError is reported
as "memory".
"""

from __future__ import annotations

import ctypes
import queue
import threading
import time
from contextlib import suppress

from kaggle_batt.engines.base import (
    BaseEngine,
    Board,
    Outcome,
    Work,
    checked_workers,
    cpu_struck,
    wall_struck,
)
from kaggle_batt.engines.interrupt import Interrupt
from kaggle_batt.engines.job import ERROR, KINDS, OK, TIME, Cut, carry_out

TICK = 0.02
"""Seconds between two looks at the threads, and before a job that caught the exception gets it again."""

GRACE = 1.0
"""Seconds after which a thread that the exception does not end is left behind."""

ENDING = "the run ends"
"""Reason of a strike at the end of a run."""

_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.c_void_p)


class ThreadEngine(BaseEngine):
    """Engine of threads."""

    name = "thread"

    def __init__(self, workers: int | None = None) -> None:
        self.workers = checked_workers(workers)

    def _carry_out(self, work: Work, board: Board) -> list[Outcome]:
        return Run(work, board, self.workers).result()


class Run:
    """One call of `ThreadEngine.run`."""

    def __init__(self, work: Work, board: Board, workers: int) -> None:
        self.work, self.board = work, board
        self.waiting = iter(range(len(work.jobs)))
        self.finished: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.slots: list[Slot] = []
        self.threads = min(workers, len(work.jobs))

    def result(self) -> list[Outcome]:
        """The outcomes of all jobs."""
        try:
            with Interrupt() as interrupt:
                self.slots += [Slot(self, number) for number in range(self.threads)]
                while self.board.left and not self.board.late():
                    self.collect(TICK)
                    self.watch()
                    interrupt.check()
        finally:
            self.end()
        self.collect(0.0)
        return self.board.all()

    def collect(self, patience: float) -> None:
        """Take the outcomes that have come, waiting `patience` seconds for the first."""
        with suppress(queue.Empty):
            self.take(self.finished.get(timeout=patience))
            while True:
                self.take(self.finished.get_nowait())

    def take(self, outcome: Outcome) -> None:
        """Put an outcome in its place, unless the run's end struck its job or the thread was left behind."""
        if self.board.outcomes[outcome.index] is None and outcome.kind != "cancelled":
            self.board.take(outcome)

    def watch(self) -> None:
        """Strike the jobs that are over a limit; leave behind threads that don't end by it."""
        for number, slot in enumerate(self.slots):
            slot.strike(slot.over())
            if outcome := slot.abandon():
                self.take(outcome)
                self.slots[number] = Slot(self, number)

    def end(self) -> None:
        """End all threads, waiting `GRACE` seconds for those whose job does not end at once."""
        self.waiting = iter(())
        until = time.monotonic() + GRACE
        while any(slot.thread.is_alive() for slot in self.slots) and time.monotonic() < until:
            for slot in self.slots:
                slot.strike(ENDING)
                slot.thread.join(TICK / 4)
        for slot in self.slots:
            slot.left_behind = True


class Slot:
    """One thread and the job that it carries out.

    `index` is the running job's, None between jobs. It changes under `lock`, and `Cut` is raised under it, so
    `Cut` strikes only inside a job, and none is pending once `settle` has returned. `reason` says why the job
    was struck.
    """

    def __init__(self, run: Run, number: int) -> None:
        self.run, self.number = run, number
        self.lock = threading.Lock()
        self.index: int | None = None
        self.start = self.stop = self.before = self.cpu = self.struck_at = 0.0
        self.reason = ""
        self.left_behind = False
        self.clock: int | None = None
        self.thread = threading.Thread(target=self.work, name=f"kaggle_batt-{number}", daemon=True)
        self.thread.start()

    def work(self) -> None:
        """Carry out jobs until none waits."""
        if hasattr(time, "pthread_getcpuclockid"):
            self.clock = time.pthread_getcpuclockid(threading.get_ident())
        with suppress(Cut):
            while (index := self.begin()) is not None:
                result = None
                try:
                    result = carry_out(self.run.work, index)
                    self.settle()
                except Cut:
                    self.settle()
                if self.left_behind:
                    return
                self.run.finished.put(self.outcome(index, result))

    def begin(self) -> int | None:
        """Claim the next job, unless the deadline has come."""
        index = None if self.run.board.late() else next(self.run.waiting, None)
        with self.lock:
            self.index, self.reason = index, ""
            self.start, self.before = time.monotonic(), time.thread_time()
        return index

    def settle(self) -> None:
        """Note the job's end; after that `Cut` strikes no more."""
        while self.index is not None:
            with suppress(Cut), self.lock:
                self.stop, self.cpu = time.monotonic(), time.thread_time() - self.before
                _raise_in(threading.get_ident(), None)
                self.index = None

    def outcome(self, index: int, result: tuple[int, bytes] | None) -> Outcome:
        """What came of a job that has ended."""
        if self.reason == ENDING and result is None:
            return Outcome(index, "cancelled", detail=ENDING)
        code, body = result or (ERROR, b"Cut")
        if self.reason not in ("", ENDING):
            code, body = TIME, self.reason.encode()
        value, detail = (body, "") if code == OK else (b"", body.decode())
        start, stop = self.start - self.run.board.began, self.stop - self.run.board.began
        return Outcome(index, KINDS[code], value, detail, self.number, start, stop, self.cpu)

    def used(self) -> float:
        """CPU seconds of the running job, 0 where they can't be read."""
        if self.clock is None:
            return 0.0
        return time.clock_gettime(self.clock) - self.before

    def over(self) -> str:
        """Which limit the running job is over, "" for none."""
        with self.lock:
            if self.index is None:
                return ""
            limits, ran, used = self.run.work.limits, time.monotonic() - self.start, self.used()
        if limits.cpu is not None and used > limits.cpu:
            return cpu_struck(used, limits)
        return wall_struck(ran, limits) if limits.wall is not None and ran > limits.wall else ""

    def strike(self, reason: str) -> None:
        """Raise `Cut` in the running job, for `reason`; nothing for ""."""
        with self.lock:
            if reason and self.index is not None:
                if not self.reason:
                    self.reason, self.struck_at = reason, time.monotonic()
                _raise_in(self.thread.ident, id(Cut))

    def abandon(self) -> Outcome | None:
        """The outcome of a job whose thread was struck in vain and is left behind; None if that is not so."""
        with self.lock:
            now = time.monotonic()
            stuck = now - self.struck_at > GRACE or not self.thread.is_alive()
            if self.index is None or not self.reason or not stuck:
                return None
            self.left_behind = True
            self.stop, self.cpu = now, self.used() if self.thread.is_alive() else 0.0
            return self.outcome(self.index, None)
