"""What commands print for people: texts that can't steer the terminal, and the progress of jobs.

Progress is a bar on a terminal or in a notebook, a line every half minute elsewhere.
"""

import sys
import time
from typing import TextIO

from kaggle_batt.tasks.names import printable

BAR = 24
#: seconds between two updates of the bar, and between two quiet lines
BAR_EVERY = 1.0
LINE_EVERY = 30.0


def say(*parts: object, sep: str = " ", end: str = "\n", file: TextIO | None = None) -> None:
    """Print the parts with control characters escaped."""
    print(printable(sep.join(map(str, parts))), end=end, file=file or sys.stdout, flush=True)


class TextProgress:
    """Shows jobs done, rate, time left and failures of a phase; only the parent process prints."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.watched = self.stream.isatty() or "ipykernel" in type(self.stream).__module__
        self.phase = ""
        self.started = self.shown = 0.0

    def cut(self, phase: str, done: int, total: int, failures: int) -> None:
        """End the line of a phase that the time budget ended."""
        self(phase, done, total, failures, cut=True)

    def __call__(self, phase: str, done: int, total: int, failures: int, cut: bool = False) -> None:
        now = time.monotonic()
        if phase != self.phase:
            self.phase, self.started = phase, now
            self.shown = 0.0 if self.watched else now
        last = done == total or cut
        if now - self.shown < (BAR_EVERY if self.watched else LINE_EVERY) and not (last and self.watched):
            return
        self.shown = now
        line = self._line(done, total, failures, cut, now - self.started)
        self.stream.write(f"\r{line:<78}" + "\n" * last if self.watched else f"{line}\n")
        self.stream.flush()

    def _line(self, done: int, total: int, failures: int, cut: bool, seconds: float) -> str:
        rate = done / seconds if seconds > 0 else 0.0
        left = f"{(total - done) / rate:.0f} s left" if rate else ""
        left = "ended by the time budget" if cut else left
        filled = BAR * done // max(1, total)
        bar = f"[{'#' * filled}{'.' * (BAR - filled)}] " if self.watched else ""
        failed = f", {failures} failed" if failures else ""
        return f"{self.phase:<11} {bar}{done}/{total} jobs, {rate:.0f}/s, {left}{failed}"
