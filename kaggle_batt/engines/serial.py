"""The serial engine: jobs one after the other in this process. The reference, without isolation.

In the main thread two interval timers raise an exception inside a job that is over a limit. That can't
interrupt one long call inside C, and a job may catch it, so it is raised again and again. In another thread
only the result limit and, between jobs, the deadline are kept. A memory limit can't be set for one job.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from kaggle_batt.engines.base import Collector, Engine, Outcome, Work
from kaggle_batt.engines.interrupt import Interrupt
from kaggle_batt.engines.job import KINDS, OK, TIME, Abort, run_job

REPEAT = 0.05  # seconds after which a job that has caught the exception gets it again


class SerialEngine(Engine):
    """Engine without workers of its own; `workers` is always 1."""

    name = "serial"
    workers = 1

    def __init__(self, _workers: int | None = None) -> None:
        """`_workers` is what other engines take; there is nothing to set."""

    def _run(self, work: Work, collector: Collector) -> list[Outcome]:
        run = SerialRun(work, collector)
        with run.cpu_alarm, run.wall_alarm, Interrupt(runs_jobs=True) as interrupt:
            for index in range(len(work.jobs)):
                outcome = None if collector.deadline.late() else run.outcome(index)
                interrupt.check()
                if outcome is not None:
                    collector.add(outcome)
        return collector.all()


class SerialRun:
    """One call of `SerialEngine.run`."""

    def __init__(self, work: Work, collector: Collector) -> None:
        self.work, self.limits, self.collector = work, work.limits, collector
        self.cpu_alarm = Alarm("ITIMER_PROF", "SIGPROF", time.process_time)
        self.wall_alarm = Alarm("ITIMER_REAL", "SIGALRM", time.monotonic)

    def outcome(self, index: int) -> Outcome | None:
        """Run one job; None if the deadline passes first."""
        start, before = time.monotonic(), time.process_time()
        result = self.guarded(index)
        stop, cpu = time.monotonic(), time.process_time() - before
        limits, by_cpu = self.limits, self.cpu_alarm.fired
        if result is None or by_cpu or self.wall_alarm.fired:
            if self.collector.deadline.late() and not by_cpu:
                return None
            exceeded = limits.cpu_exceeded(cpu) if by_cpu else limits.wall_exceeded(stop - start)
            result = TIME, exceeded.encode()
        code, body = result
        value, detail = (body, "") if code == OK else (b"", body.decode())
        began = self.collector.began
        return Outcome(index, KINDS[code], value, detail, 0, start - began, stop - began, cpu)

    def guarded(self, index: int) -> tuple[int, bytes] | None:
        """Code and result, or text, of a job; None if an alarm ended it."""
        try:
            try:
                wall = min(self.limits.wall or math.inf, self.collector.deadline.left())
                self.cpu_alarm.arm(self.limits.cpu)
                self.wall_alarm.arm(None if wall == math.inf else wall)
                return run_job(self.work, index)
            finally:
                self.disarm()
        except Abort:
            self.disarm()
            return None

    def disarm(self) -> None:
        """Silence both alarms."""
        self.cpu_alarm.disarm()
        self.wall_alarm.disarm()


class Alarm:
    """An interval timer that raises `Abort` in the running job; off where timers or signals don't work.

    On exit the earlier handler and timer are put back, the timer less the time that has passed. `fired` says
    whether it has gone off since it was last armed.
    """

    def __init__(self, timer: str, number: str, clock: Callable[[], float]) -> None:
        self.timer, self.number = getattr(signal, timer, -1), getattr(signal, number, -1)
        self.clock = clock
        in_main = threading.current_thread() is threading.main_thread()
        # a handler of None was not set from Python and could not be put back
        self.works = self.timer >= 0 and in_main and signal.getsignal(self.number) is not None
        self.armed = self.fired = False

    def __enter__(self) -> Alarm:
        if self.works:
            self.handler = signal.signal(self.number, self._fire)
            self.since, self.before = self.clock(), signal.setitimer(self.timer, 0)
        return self

    def __exit__(self, *_: object) -> None:
        if not self.works:
            return
        signal.setitimer(self.timer, 0)
        signal.signal(self.number, self.handler)
        remaining, interval = self.before
        if remaining:
            signal.setitimer(self.timer, max(1e-6, remaining - (self.clock() - self.since)), interval)

    def _fire(self, _number: int, _frame: FrameType | None) -> None:
        if self.armed:
            self.fired = True
            raise Abort

    def arm(self, seconds: float | None) -> None:
        """Fire in `seconds` of the timer's clock, not at all for None."""
        self.fired = False
        if self.works and seconds is not None:
            self.armed = True
            signal.setitimer(self.timer, max(1e-6, seconds), REPEAT)

    def disarm(self) -> None:
        """Don't fire any more."""
        self.armed = False
        if self.works:
            signal.setitimer(self.timer, 0)
