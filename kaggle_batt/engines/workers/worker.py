"""A worker process: takes batches of job numbers, runs the jobs, writes one record a job.

A record is one write to the worker's own pipe; the supervisor is woken only when a batch ends or much is
waiting. A worker in which a job has left something behind (threads, children, changed settings, missing
descriptors) writes its result and retires. This is checked after every job, in about 4 µs. A timer that a job
leaves either has a handler, which is found, or ends the worker, and the job that runs then runs again in a
fresh one.
"""

import _signal  # type: ignore[import-not-found]  # `signal` without its conversions, ten times cheaper
import _thread
import gc
import math
import os
import resource
import select
import signal
import sys
from os import WNOHANG, _exit, geteuid, getpid, waitpid
from time import monotonic, process_time

from kaggle_batt.engines.base import MEMORY, Work, run_job
from kaggle_batt.engines.workers import system
from kaggle_batt.engines.workers.messages import BEGIN, END, HEADER, ORDER, RETIRE, pack

CHANNEL_LOST = 70  # exit status of a worker that could not read an order or write a record
OVERRUN = 0.04  # seconds after which a worker hands the rest of its batch back
QUIET = 32 << 10  # bytes that may wait in the pipe without waking the supervisor
# the kernel's CPU limit is so many times the job's, plus so many seconds. It backs up the supervisor:
# it counts ticks, which on a busy machine were measured to be 20 % off
KERNEL_LIMIT = 1.5, 2.0
# signals and resources whose handlers and limits are compared
SIGNALS = (
    *(signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD),
    *(signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGXCPU, signal.SIGUSR1, signal.SIGUSR2),
)
NUMBERS = tuple(map(int, SIGNALS))  # plain numbers are faster
RESOURCES = (
    *(resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC),
    resource.RLIMIT_FSIZE,
)


class Worker:
    """A worker's state. `link` carries orders in and wake-ups out, `data` the records."""

    def __init__(self, work: Work, number: int, link: int, data: int) -> None:
        self.work, self.limits = work, work.limits
        self.number, self.link, self.data = number, link, data
        self.limited_at = -math.inf
        self.waiting = 0
        self.pid = getpid()

    def serve(self, supervisor: int) -> None:
        """Run batches until the supervisor is gone or a job makes this worker retire."""
        try:
            self.prepare(supervisor)
            while order := os.read(self.link, ORDER.size):
                self.batch(*ORDER.unpack(order))
        finally:
            _exit(CHANNEL_LOST)

    def prepare(self, supervisor: int) -> None:
        """Set what holds for all jobs, and note the state of the process before the first."""
        os.setsid()
        system.die_with_parent(supervisor)
        system.adopt_orphans()
        system.prefer_as_oom_victim()
        system.limit_memory(int(self.limits.memory))
        self.descriptors = select.poll()  # that have to stay open
        for descriptor in (0, 1, 2, self.link, self.data):
            self.descriptors.register(descriptor, 0)
        self.threads = _thread._count()  # a fork does not set it back
        self.settings = settings()

    def batch(self, low: int, high: int) -> None:
        """Run jobs `low` to `high - 1`, or fewer of them if they take long."""
        began, clock, over = monotonic(), process_time(), False
        self.post(pack(BEGIN, low, worker=self.number, times=(began, began, 0.0, clock)))
        while not over:
            if clock - self.limited_at > 1:
                self.limit_cpu(clock)
            clock, over = self.one(low, high, began, clock)
            low += 1

    def one(self, index: int, high: int, began: float, before: float) -> tuple[float, bool]:
        """Run job `index` and write its record; the CPU clock after it, and whether the batch is over.

        `before` is the clock after the last job: the microseconds of the checks between count as this one's.
        """
        start = monotonic()
        code, body = run_job(self.work, index)
        stop, after = monotonic(), process_time()
        if getpid() != self.pid:
            _exit(0)  # a child that the job forked has returned from it
        flags = RETIRE | END if code == MEMORY or self.left_something() else 0
        if index + 1 == high or stop - began > OVERRUN:
            flags |= END
        # as `pack` does, whose call would be a twentieth of all that a small job costs
        header = HEADER.pack(code, flags, self.number, len(body), index, start, stop, after - before, after)
        self.post(header + body)
        if flags:
            self.wake_supervisor()
            if flags & RETIRE:
                _exit(0)
        return after, flags != 0

    def left_something(self) -> bool:
        """Whether the job has left what could affect the next one. Ended children are reaped."""
        return (
            has_children()
            or _thread._count() > self.threads
            or bool(self.descriptors.poll(0))
            or settings() != self.settings
        )

    def limit_cpu(self, clock: float) -> None:
        """Set the kernel's limit for the jobs of the next second of CPU time."""
        system.limit_cpu(clock + 1 + KERNEL_LIMIT[0] * self.limits.cpu + KERNEL_LIMIT[1])
        self.limited_at = clock

    def post(self, record: bytes) -> None:
        """Write a record, waking the supervisor first if much is waiting or the record is large."""
        self.waiting += len(record)
        if self.waiting > QUIET:
            self.wake_supervisor()
        sent = os.write(self.data, record)
        while sent < len(record):
            sent += os.write(self.data, memoryview(record)[sent:])

    def wake_supervisor(self) -> None:
        self.waiting = 0
        os.write(self.link, b"!")


def has_children() -> bool:
    """Whether this process has a living child; ended ones are reaped."""
    try:
        while waitpid(-1, WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def settings() -> tuple[object, ...]:
    """Settings of the process by which one job could change how another runs."""
    return (
        geteuid(),
        sys.getrecursionlimit(),
        gc.isenabled(),
        id(sys.gettrace()),
        id(sys.getprofile()),
        (id(sys.stdout), getattr(sys.stdout, "closed", None), getattr(sys.stderr, "closed", None)),
        _signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        *map(_signal.getsignal, NUMBERS),
        *map(resource.getrlimit, RESOURCES),
    )
