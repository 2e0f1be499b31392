"""A worker process: takes batches of job numbers, carries the jobs out, posts one record a job.

Function and jobs were inherited by the fork. A record is one write to the worker's own pipe; the supervisor
is woken (the "bell") only when a batch ends or much is waiting, so small jobs cost no wake-ups. After each
job the worker looks for what it left behind. If it finds a thread, a child, a changed setting or a
missing descriptor (see `traces.py`), it posts the result and retires: nothing of one job reaches the next.
"""

from __future__ import annotations

import math
from os import _exit, getpid, read, setsid, write
from time import monotonic, process_time

from kaggle_batt.engines.base import Work
from kaggle_batt.engines.job import MEMORY, carry_out
from kaggle_batt.engines.workers import guard
from kaggle_batt.engines.workers.leftovers import Traces
from kaggle_batt.engines.workers.messages import BEGIN, END, HEADER, ORDER, RETIRE, pack

CHANNEL_LOST = 70
"""Exit status of a worker that could not read an order or post a record."""

OVERRUN = 0.04
"""Seconds after which a worker hands the rest of its batch back."""

QUIET = 32 << 10
"""Bytes that may lie in the pipe without a bell."""

BEHIND = 1.5, 2.0
"""The kernel's CPU limit lies at so many times the job's limit, plus so many seconds.

It is the net behind the supervisor, which reads the exact clock: the kernel's limits and interval timers
count by ticks, which on a busy machine was seen to be 20 % off.
"""


class Worker:
    """A worker's state; `serve` never returns.

    `link` carries orders in and bells out, `data` the records.
    """

    def __init__(self, work: Work, number: int, link: int, data: int) -> None:
        self.work, self.limits = work, work.limits
        self.number, self.link, self.data = number, link, data
        self.armed = math.inf if self.limits.cpu is None else -math.inf
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
        self.found = Traces((0, 1, 2, self.link, self.data)).found

    def batch(self, low: int, high: int) -> None:
        """Carry out jobs `low` to `high - 1`, or fewer of them if they take long."""
        began, clock, over = monotonic(), process_time(), False
        self.post(pack(BEGIN, low, worker=self.number, start=began, stop=began, clock=clock))
        while not over:
            if clock - self.armed > 1:
                self.arm(clock)
            clock, over = self.one(low, high, began, clock)
            low += 1

    def one(self, index: int, high: int, began: float, before: float) -> tuple[float, bool]:
        """Carry out job `index`, post its record; the CPU clock after it, and whether the batch is over.

        `before` is the clock after the last job: the microseconds of the look for traces count as this one's.
        """
        start = monotonic()
        code, body = carry_out(self.work, index)
        stop, after = monotonic(), process_time()
        if getpid() != self.pid:
            _exit(0)  # a child that the job forked has come back out of it
        flags = RETIRE | END if code == MEMORY or self.found() else 0
        if index + 1 == high or stop - began > OVERRUN:
            flags |= END
        # as `pack` does, whose call by names would be a twentieth of all that a small job costs
        header = HEADER.pack(code, flags, self.number, len(body), index, start, stop, after - before, after)
        self.post(header + body)
        if flags:
            self.ring()
            if flags & RETIRE:
                _exit(0)
        return after, flags != 0

    def arm(self, clock: float) -> None:
        """Set the kernel's limit for the jobs of the next second of CPU time."""
        assert self.limits.cpu is not None
        guard.limit_cpu(clock + 1 + BEHIND[0] * self.limits.cpu + BEHIND[1])
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
