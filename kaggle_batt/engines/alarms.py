"""Signals for jobs that run in this process's main thread: limits that strike, and the user's interrupt."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from kaggle_batt.engines.job import Cut

AGAIN = 0.05
"""Seconds after which a job that has caught the exception gets it again."""


def can_handle(number: int) -> bool:
    """Whether a handler may be put in place here and the present one put back later."""
    return threading.current_thread() is threading.main_thread() and signal.getsignal(number) is not None


class Alarm:
    """An interval timer that raises `Cut` in the running job; off where there are none or signals don't come.

    Leaving it puts the earlier handler and timer back, the timer less the time that has passed. `struck` says
    whether it has gone off since it was last armed.
    """

    def __init__(self, timer: str, number: str, clock: Callable[[], float]) -> None:
        self.works = hasattr(signal, timer) and can_handle(getattr(signal, number))
        self.timer, self.number = getattr(signal, timer, 0), getattr(signal, number, 0)
        self.clock = clock
        self.armed = self.struck = False

    def __enter__(self) -> Alarm:
        if self.works:
            self.handler = signal.signal(self.number, self.strike)
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

    def strike(self, _number: int, _frame: FrameType | None) -> None:
        """The handler."""
        if self.armed:
            self.struck = True
            raise Cut

    def arm(self, seconds: float | None) -> None:
        """Go off in `seconds` of the timer's clock, not at all for None."""
        self.struck = False
        if self.works and seconds is not None:
            self.armed = True
            signal.setitimer(self.timer, max(1e-6, seconds), AGAIN)

    def disarm(self) -> None:
        """Go off no more."""
        self.armed = False
        if self.works:
            signal.setitimer(self.timer, 0)


def cpu_alarm() -> Alarm:
    """One that counts the CPU time of this process."""
    return Alarm("ITIMER_PROF", "SIGPROF", time.process_time)


def wall_alarm() -> Alarm:
    """One that counts real time."""
    return Alarm("ITIMER_REAL", "SIGALRM", time.monotonic)


class Stopper:
    """Tells the user's SIGINT from a KeyboardInterrupt that a job raises: `pressed` only after the first.

    Off outside the main thread and under a SIGINT handler of the user's own.
    """

    def __init__(self) -> None:
        self.works = (
            can_handle(signal.SIGINT) and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        self.pressed = False

    def __enter__(self) -> Stopper:
        if self.works:
            signal.signal(signal.SIGINT, self.press)
        return self

    def __exit__(self, *_: object) -> None:
        if self.works:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def press(self, _number: int, _frame: FrameType | None) -> None:
        """The handler."""
        self.pressed = True
        raise KeyboardInterrupt
