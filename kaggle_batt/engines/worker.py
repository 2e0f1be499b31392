"""A worker process: takes batches of job numbers, carries the jobs out, posts one record a job.

Function and jobs were inherited by the fork. A record is one write to the worker's own pipe; the supervisor
is woken (the "bell") only when a batch ends or much is waiting, so small jobs cost no wake-ups. After each
job the worker looks for what the job left behind. If it finds a thread, a child, a timer, a changed handler
or a missing descriptor, it posts the result and retires, so that nothing of one job's doing reaches the next.
"""

from __future__ import annotations

import _thread
import gc
import math
import select
import signal
import sys
from _signal import getsignal  # type: ignore[import-not-found]  # a tenth of `signal.getsignal`'s cost
from collections.abc import Sequence
from os import WNOHANG, _exit, getpid, read, setsid, waitpid, write
from signal import ITIMER_REAL, ITIMER_VIRTUAL, SIGPROF, setitimer
from time import monotonic, process_time
from typing import Any

from kaggle_batt.engines import guard
from kaggle_batt.engines.base import JobFunction, Limits
from kaggle_batt.engines.job import MEMORY, carry_out
from kaggle_batt.engines.wire import BEGIN, END, ORDER, RETIRE, pack

CHANNEL_LOST = 70
"""Exit status of a worker that could not read an order or post a record."""

OVERRUN = 0.04
"""Seconds after which a worker hands the rest of its batch back."""

QUIET = 32 << 10
"""Bytes that may lie in the pipe without a bell."""


def cpu_slack(limit: float) -> float:
    """Seconds by which the CPU timer may strike late: 2 %, at most 0.05 s."""
    return min(0.02 * limit, 0.05)


class Worker:
    """A worker's state; `serve` never returns.

    `link` carries orders in and bells out, `data` the records.
    """

    def __init__(
        self, function: JobFunction, jobs: Sequence[Any], limits: Limits, number: int, link: int, data: int
    ) -> None:
        self.function, self.jobs, self.limits = function, jobs, limits
        self.number, self.link, self.data = number, link, data
        self.slack = math.inf if limits.cpu is None else cpu_slack(limits.cpu)
        self.armed = -math.inf if limits.cpu is not None else 0.0
        self.unheard = 0
        self.pid = getpid()

    def serve(self, supervisor: int) -> None:
        """Carry out batches until the supervisor is gone or a job makes this worker retire."""
        try:
            self.prepare(supervisor)
            while order := read(self.link, ORDER.size):
                self.batch(*ORDER.unpack(order))
        finally:
            _exit(CHANNEL_LOST)

    def prepare(self, supervisor: int) -> None:
        """Set what holds for all jobs, and note how things are before the first."""
        setsid()
        guard.die_with_parent(supervisor)
        guard.adopt_orphans()
        guard.be_first_to_go()
        if self.limits.memory is not None:
            guard.limit_memory(int(self.limits.memory))
        self.descriptors = select.poll()
        for descriptor in (0, 1, 2, self.link, self.data):
            self.descriptors.register(descriptor, 0)
        self.threads = _thread._count()  # a fork does not set it back
        self.habits = habits()

    def batch(self, low: int, high: int) -> None:
        """Carry out jobs `low` to `high - 1`, or fewer of them if they take long."""
        began, clock, over = monotonic(), process_time(), False
        self.post(pack(BEGIN, low, worker=self.number, start=began, stop=began, clock=clock))
        while not over:
            if clock - self.armed > self.slack:
                self.arm(clock)
            clock, over = self.one(low, high, began)
            low += 1

    def one(self, index: int, high: int, began: float) -> tuple[float, bool]:
        """Carry out job `index`, post its record; the CPU clock after it, and whether the batch is over."""
        start, before = monotonic(), process_time()
        code, body = carry_out(self.function, self.jobs, index, self.limits)
        stop, after = monotonic(), process_time()
        if getpid() != self.pid:
            _exit(0)  # a child that the job forked has come back out of it
        flags = RETIRE | END if code == MEMORY or self.soiled() else 0
        if index + 1 == high or stop - began > OVERRUN:
            flags |= END
        self.post(pack(code, index, body, flags, self.number, start, stop, after - before, after))
        if flags & END:
            self.ring()
        if flags & RETIRE:
            _exit(0)
        return after, bool(flags)

    def arm(self, clock: float) -> None:
        """Set the timer and the kernel's limit for the jobs to come; their default action ends the process.

        They are set anew only once more than the slack has been used since, so that small jobs share them.
        """
        assert self.limits.cpu is not None
        most = self.limits.cpu + self.slack
        setitimer(signal.ITIMER_PROF, most)
        guard.limit_cpu(clock + most + 1)
        self.armed = clock

    def post(self, record: bytes) -> None:
        """Write a record, waking the supervisor first if much has gathered or the record is large."""
        self.unheard += len(record)
        if self.unheard > QUIET:
            self.ring()
        sent = write(self.data, record)
        while sent < len(record):
            sent += write(self.data, memoryview(record)[sent:])

    def ring(self) -> None:
        """Wake the supervisor."""
        self.unheard = 0
        write(self.link, b"!")

    def soiled(self) -> bool:
        """Whether the job left behind something that could touch the next one."""
        return (
            has_children()
            or _thread._count() > self.threads
            or getsignal(SIGPROF) != signal.SIG_DFL
            or setitimer(ITIMER_REAL, 0)[0] > 0
            or setitimer(ITIMER_VIRTUAL, 0)[0] > 0
            or bool(self.descriptors.poll(0))
            or habits() != self.habits
        )


def has_children() -> bool:
    """Whether this process has a living child; ended ones are reaped."""
    try:
        while waitpid(-1, WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def habits() -> tuple[object, ...]:
    """Settings of the interpreter by which one job could change how another runs."""
    return sys.getrecursionlimit(), gc.isenabled(), id(sys.gettrace()), id(sys.getprofile()), id(sys.stdout)
