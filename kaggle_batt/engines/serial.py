"""The serial engine: jobs one after the other in this process. The reference, without isolation.

A job that ends the process ends the run. Limits are kept as well as that is possible in-process: in the main
thread two interval timers (SIGPROF for CPU, SIGALRM for wall time and the deadline) raise an exception inside
the job. That can't interrupt one long call inside C, and a job may catch it, so it is raised again every few
moments. In another thread signals don't arrive; there only the result limit and, between jobs, the deadline
are kept. A memory limit can't be set for a job alone; a MemoryError is reported as "memory".
"""

from __future__ import annotations

import math
import time

from kaggle_batt.engines.alarms import Stopper, cpu_alarm, wall_alarm
from kaggle_batt.engines.base import BaseEngine, Board, Kind, Outcome, Work, cpu_struck, wall_struck
from kaggle_batt.engines.job import KINDS, Cut, carry_out


class SerialEngine(BaseEngine):
    """Engine without workers of its own."""

    name = "serial"
    workers = 1

    def _carry_out(self, work: Work, board: Board) -> list[Outcome]:
        run = Run(work, board)
        with run.cpu_alarm, run.wall_alarm, run.stopper:
            for index in range(len(work.jobs)):
                if outcome := run.outcome(index):
                    board.take(outcome)
        return board.all()


class Run:
    """One call of `SerialEngine.run`."""

    def __init__(self, work: Work, board: Board) -> None:
        self.work, self.limits, self.board = work, work.limits, board
        self.cpu_alarm, self.wall_alarm, self.stopper = cpu_alarm(), wall_alarm(), Stopper()

    def outcome(self, index: int) -> Outcome | None:
        """Do one job; None if the deadline comes first."""
        if self.board.late():
            return None
        start, before = time.monotonic(), time.process_time()
        result = self.guarded(index)
        stop, cpu = time.monotonic(), time.process_time() - before
        if self.stopper.pressed:
            raise KeyboardInterrupt
        if result is None or self.cpu_alarm.struck or self.wall_alarm.struck:
            result = self.struck(stop - start, cpu)
        kind, value = result
        if kind == "cancelled":
            return None
        began = self.board.began
        body, detail = (value, "") if kind == "ok" else (b"", value.decode())
        return Outcome(index, kind, body, detail, 0, start - began, stop - began, cpu)

    def guarded(self, index: int) -> tuple[Kind, bytes] | None:
        """Kind and result, or text, of a job; None if an alarm ended it."""
        try:
            try:
                self.cpu_alarm.arm(self.limits.cpu)
                self.wall_alarm.arm(self.bound())
                code, body = carry_out(self.work, index)
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

    def bound(self) -> float | None:
        """Seconds of real time that the next job may take."""
        most = math.inf if self.limits.wall is None else self.limits.wall
        bound = self.board.patience(most)
        return None if bound == math.inf else bound

    def struck(self, ran: float, cpu: float) -> tuple[Kind, bytes]:
        """Kind and text of a job that an alarm ended."""
        if self.cpu_alarm.struck:
            return "time", cpu_struck(cpu, self.limits).encode()
        if self.board.late():
            return "cancelled", b""
        return "time", wall_struck(ran, self.limits).encode()
