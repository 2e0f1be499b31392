"""The serial engine: jobs one after the other in this process. The reference, without isolation.

A job that ends the process ends the run. Limits are kept as well as that is possible in-process: in the main
thread two interval timers (SIGPROF for CPU, SIGALRM for wall time and the deadline) raise an exception inside
the job. That can't interrupt one long call inside C, and a job may catch it, so it is raised again every few
moments. In another thread signals don't arrive; there only the result limit and, between jobs, the deadline
are kept. A memory limit can't be set for a job alone; a MemoryError is reported as "memory".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from kaggle_batt.engines.alarms import Stopper, cpu_alarm, wall_alarm
from kaggle_batt.engines.base import JobFunction, Kind, Limits, Outcome, cancelled, cpu_struck, wall_struck
from kaggle_batt.engines.job import KINDS, Cut, carry_out


class SerialEngine:
    """Engine without workers of its own."""

    name = "serial"
    workers = 1

    def run(
        self,
        function: JobFunction,
        jobs: Sequence[Any],
        limits: Limits,
        *,
        on_outcome: Callable[[Outcome], None] | None = None,
        deadline: float | None = None,
    ) -> list[Outcome]:
        """See `Engine.run`."""
        run = Run(function, jobs, limits, deadline)
        outcomes: list[Outcome] = []
        with run.cpu_alarm, run.wall_alarm, run.stopper:
            for index in range(len(jobs)):
                outcomes.append(run.outcome(index))
                if on_outcome is not None and outcomes[-1].kind != "cancelled":
                    on_outcome(outcomes[-1])
        return outcomes

    def close(self) -> None:
        """Nothing is kept between runs."""


class Run:
    """One call of `SerialEngine.run`."""

    def __init__(
        self, function: JobFunction, jobs: Sequence[Any], limits: Limits, deadline: float | None
    ) -> None:
        self.function, self.jobs, self.limits, self.deadline = function, jobs, limits, deadline
        self.cpu_alarm, self.wall_alarm, self.stopper = cpu_alarm(), wall_alarm(), Stopper()
        self.began = time.monotonic()

    def outcome(self, index: int) -> Outcome:
        """Do one job, unless the deadline has come."""
        start, before = time.monotonic(), time.process_time()
        if self.deadline is not None and start >= self.deadline:
            return cancelled(index, "the deadline came first")
        result = self.guarded(index, start)
        stop, cpu = time.monotonic(), time.process_time() - before
        if self.stopper.pressed:
            raise KeyboardInterrupt
        if result is None or self.cpu_alarm.struck or self.wall_alarm.struck:
            result = self.struck(stop - start, cpu, stop)
        kind, value = result
        if kind == "cancelled":
            return cancelled(index, value.decode())
        body, detail = (value, "") if kind == "ok" else (b"", value.decode())
        return Outcome(index, kind, body, detail, 0, start - self.began, stop - self.began, cpu)

    def guarded(self, index: int, start: float) -> tuple[Kind, bytes] | None:
        """Kind and result, or text, of a job; None if an alarm ended it."""
        try:
            try:
                self.cpu_alarm.arm(self.limits.cpu)
                self.wall_alarm.arm(self.bound(start))
                code, body = carry_out(self.function, self.jobs, index, self.limits)
            finally:
                self.disarm()
        except Cut:
            self.disarm()
            return None
        return KINDS[code], body

    def disarm(self) -> None:
        """Silence both alarms."""
        self.cpu_alarm.disarm()
        self.wall_alarm.disarm()

    def bound(self, start: float) -> float | None:
        """Seconds of real time that a job may take from `start` on."""
        left = None if self.deadline is None else self.deadline - start
        return min((bound for bound in (self.limits.wall, left) if bound is not None), default=None)

    def struck(self, ran: float, cpu: float, now: float) -> tuple[Kind, bytes]:
        """Kind and text of a job that an alarm ended."""
        if self.cpu_alarm.struck:
            return "time", cpu_struck(cpu, self.limits).encode()
        if self.deadline is not None and now >= self.deadline:
            return "cancelled", b"the deadline came first"
        return "time", wall_struck(ran, self.limits).encode()
