"""What the supervisor knows of a worker, and the jobs that wait for one."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from kaggle_batt.engines.job import DETAIL, LARGE
from kaggle_batt.engines.workers.messages import BEGIN, END, HEADER, ORDER, RETIRE, Record, whole_records

READ = 1 << 20
ROUND = 16
"""Bytes of one read, and most reads of a worker's pipe before the other workers have their turn."""

BATCH = 0.02
"""Seconds of work in a batch: long beside a wake-up (0.1 ms), short beside the run."""

LARGEST = 4096
GROWTH = 8
"""A batch has at most so many jobs, and at most so many times the jobs of the worker's last one."""


class Broken(Exception):
    """A worker's pipe holds what no worker writes."""


@dataclass(slots=True)
class Hand:
    """A worker as the supervisor sees it.

    `low` to `high - 1` are the unfinished jobs of its batch, which is `owed` until it is sent; `begun` says
    that `low` is running, since the moment `since`, when the worker's CPU clock showed `clock`; no limit can
    strike before `due`. `done` counts the jobs that it has finished. `rest` is what it handed back of its
    batch, `pace` the seconds a job of the batch took. `gone` says that it has ended, or has to be ended.
    """

    number: int
    pid: int
    link: int
    data: int
    largest: int
    low: int = 0
    high: int = 0
    owed: bool = False
    begun: bool = False
    since: float = math.inf
    due: float = math.inf
    clock: float = 0.0
    done: int = 0
    size: int = 0
    began: float = 0.0
    pace: float = 0.0
    rest: tuple[int, int] = (0, 0)
    gone: bool = False
    buffer: bytearray = field(default_factory=bytearray)

    @property
    def idle(self) -> bool:
        """Whether it waits for a batch."""
        return self.low == self.high and not self.gone

    def assign(self, low: int, high: int) -> None:
        """Take a batch, which is sent later."""
        self.low, self.high, self.begun, self.size = low, high, False, high - low
        self.owed, self.due = True, math.inf

    def order(self) -> None:
        """Send the batch."""
        self.owed = False
        try:
            os.write(self.link, ORDER.pack(self.low, self.high))
        except OSError:
            self.gone = True

    def listen(self) -> None:
        """Read what the worker has written; it is `gone` if it has closed a pipe."""
        try:
            with suppress(BlockingIOError):
                self.gone |= not os.read(self.link, READ)
            with suppress(BlockingIOError):
                for _ in range(ROUND):
                    chunk = os.read(self.data, READ)
                    self.buffer += chunk
                    if not chunk:
                        self.gone = True
                        break
        except OSError:
            self.gone = True

    def records(self) -> Iterator[Record]:
        """The records that came whole, each checked against what this worker may send now.

        Raises Broken at the first that is wrong; those before it stand.
        """
        now = monotonic()
        for record in whole_records(self.buffer):
            self._accept(record, now)
            yield record

    def forget(self, end: int) -> None:
        """Drop the records up to offset `end`; raises Broken if what is left can't become one."""
        del self.buffer[:end]
        if len(self.buffer) >= HEADER.size and HEADER.unpack_from(self.buffer)[3] > self.largest + 8 * DETAIL:
            raise Broken

    def _accept(self, record: Record, now: float) -> None:
        code, flags, worker, _, job, start, stop, cpu, clock, _ = record
        fits = code <= LARGE if self.begun else code == BEGIN
        if not fits or job != self.low or job >= self.high or worker != self.number:
            raise Broken
        earliest = self.since if self.begun else 0.0
        if not (earliest <= start <= stop <= now and cpu >= 0 and clock >= 0):
            raise Broken  # a job that tampers with clocks would keep the next one from its limits
        self.since, self.clock = stop, clock
        if code == BEGIN:
            self.begun, self.began = True, stop
            return
        self.low += 1
        self.done += 1
        if flags & END or self.low == self.high:
            self._end_batch(stop, bool(flags & RETIRE))

    def _end_batch(self, stop: float, retires: bool) -> None:
        self.pace = (stop - self.began) / (self.size - self.high + self.low)
        self.begun, self.rest, self.high = False, (self.low, self.high), self.low
        self.gone |= retires


@dataclass(slots=True)
class Queue:
    """Ranges of jobs that wait, and `suspects`: jobs whose failure has to be seen again in a fresh worker.

    `pace` is the mean running time of a job, in seconds, as far as it is known.
    """

    ranges: deque[tuple[int, int]]
    suspects: deque[int] = field(default_factory=deque)
    pace: float | None = None

    def __bool__(self) -> bool:
        return bool(self.ranges or self.suspects)

    def put_back(self, low: int, high: int) -> None:
        """Have the jobs `low` to `high - 1` run next."""
        if low < high:
            self.ranges.appendleft((low, high))

    def learn(self, pace: float) -> None:
        """Take the seconds a job of one batch into the mean."""
        self.pace = pace if self.pace is None else 0.7 * self.pace + 0.3 * pace

    def take(self, hand: Hand, share: int, most: int) -> tuple[int, int] | None:
        """The next batch for `hand`: about `BATCH` seconds, at most `1 / share` of what waits, `most` jobs.

        A suspect goes alone, and only to a worker that has done nothing yet.
        """
        if self.suspects and not hand.done:
            suspect = self.suspects.popleft()
            return suspect, suspect + 1
        if not self.ranges:
            return None
        size = min(self._size(hand, share), most)
        low, high = self.ranges.popleft()
        size = min(size, high - low)
        self.put_back(low + size, high)
        return low, low + size

    def _size(self, hand: Hand, share: int) -> int:
        if self.pace is None:
            return 1
        waiting = sum(high - low for low, high in self.ranges)
        by_time = int(BATCH / max(self.pace, 1e-7))
        return max(1, min(by_time, GROWTH * max(1, hand.size), LARGEST, waiting // share))
