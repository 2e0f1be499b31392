"""What the supervisor knows of a worker, and the jobs that wait for one."""

import math
import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from kaggle_batt.engines.base import LARGE, MAX_DETAIL
from kaggle_batt.engines.workers.groups import NO_GROUP, Group
from kaggle_batt.engines.workers.messages import BEGIN, END, HEADER, ORDER, RETIRE, Record, whole_records

READ = 1 << 20  # most bytes of one read
READS = 16  # most reads of a worker's pipe before the other workers have their turn
BATCH = 0.02  # seconds of work in a batch: long beside a wake-up (0.1 ms), short beside the run
LARGEST = 4096  # most jobs of a batch
GROWTH = 8  # a batch has at most so many times the jobs of the worker's last one


class BrokenRecord(Exception):
    """A worker's pipe holds what no worker writes."""


@dataclass(slots=True)
class Handle:
    """A worker as the supervisor sees it."""

    number: int
    pid: int
    link: int  # descriptor for orders and wake-ups
    data: int  # descriptor of its records
    max_result: int  # bytes of its largest result
    low: int = 0  # `low` to `high - 1`: the unfinished jobs of its batch
    high: int = 0
    size: int = 0  # jobs of its batch
    unsent: bool = False  # the batch has not been sent yet
    begun: bool = False  # job `low` is running
    since: float = math.inf  # when that job began
    clock: float = 0.0  # what the worker's CPU clock showed then
    due: float = math.inf  # no limit can be exceeded before this moment
    done: int = 0  # number of jobs that it has finished
    began: float = 0.0  # when its batch began
    pace: float = 0.0  # seconds that one job of the last batch took
    rest: tuple[int, int] = (0, 0)  # range of the jobs that it handed back of its batch
    gone: bool = False  # it has ended, or has to be ended
    baseline: int = 0  # bytes that it held at its start
    children: Sequence[int] = ()  # what its job had started at moment `watched`
    watched: float = -math.inf
    group: Group = NO_GROUP  # its control group
    grouped: bool = False  # whether one was made, or tried to be made
    buffer: bytearray = field(default_factory=bytearray)

    @property
    def idle(self) -> bool:
        return self.low == self.high and not self.gone

    def assign(self, low: int, high: int) -> None:
        """Take a batch, which is sent later."""
        self.low, self.high, self.begun, self.size = low, high, False, high - low
        self.unsent, self.due = True, math.inf

    def send(self) -> None:
        self.unsent = False
        try:
            os.write(self.link, ORDER.pack(self.low, self.high))
        except OSError:
            self.gone = True

    def read(self) -> None:
        """Read what the worker has written; it is `gone` if it has closed a pipe."""
        try:
            with suppress(BlockingIOError):
                self.gone |= not os.read(self.link, READ)
            with suppress(BlockingIOError):
                for _ in range(READS):
                    chunk = os.read(self.data, READ)
                    self.buffer += chunk
                    if not chunk:
                        self.gone = True
                        break
        except OSError:
            self.gone = True

    def records(self) -> Iterator[Record]:
        """The whole records in the buffer. Raises BrokenRecord at the first that may not be sent now."""
        now = monotonic()
        for record in whole_records(self.buffer):
            self._accept(record, now)
            yield record

    def forget(self, end: int) -> None:
        """Drop the records up to offset `end`; BrokenRecord if the remaining bytes can't become one."""
        buffer, most = self.buffer, self.max_result + 8 * MAX_DETAIL
        del buffer[:end]
        if len(buffer) >= HEADER.size and HEADER.unpack_from(buffer)[3] > most:
            raise BrokenRecord

    def _accept(self, record: Record, now: float) -> None:
        code, flags, worker, _, job, start, stop, cpu, clock, _ = record
        fits = code <= LARGE if self.begun else code == BEGIN
        if not fits or job != self.low or job >= self.high or worker != self.number:
            raise BrokenRecord
        earliest = self.since if self.begun else 0.0
        if not (earliest <= start <= stop <= now and cpu >= 0 and clock >= 0):
            raise BrokenRecord  # a job that changes clocks would keep the next one from its limits
        self.since, self.clock = stop, clock
        if code == BEGIN:
            self.begun, self.began = True, stop
            return
        self.low += 1
        self.done += 1
        if flags & END or self.low == self.high:
            self.pace = (stop - self.began) / (self.size - self.high + self.low)
            self.begun, self.rest, self.high = False, (self.low, self.high), self.low
            self.gone |= bool(flags & RETIRE)


@dataclass(slots=True)
class JobQueue:
    """Ranges of jobs that wait, and `retries`: jobs that failed and have to run again in a fresh worker.

    `pace` is the mean running time of a job in seconds, infinite while it is unknown.
    """

    ranges: deque[tuple[int, int]]
    retries: deque[int] = field(default_factory=deque)
    pace: float = math.inf

    def __bool__(self) -> bool:
        return bool(self.ranges or self.retries)

    def put_back(self, low: int, high: int) -> None:
        """Have the jobs `low` to `high - 1` run next."""
        if low < high:
            self.ranges.appendleft((low, high))

    def learn(self, pace: float) -> None:
        """Take the seconds a job of one batch into the mean."""
        self.pace = pace if self.pace == math.inf else 0.7 * self.pace + 0.3 * pace

    def take(self, handle: Handle, share: int, most: int) -> tuple[int, int] | None:
        """The next batch for a worker: about `BATCH` seconds, at most `1 / share` of what waits, `most` jobs.

        A retry goes alone, and only to a worker that has done nothing yet.
        """
        if self.retries and not handle.done:
            index = self.retries.popleft()
            return index, index + 1
        if not self.ranges:
            return None
        waiting = sum(high - low for low, high in self.ranges)
        by_time = int(BATCH / max(self.pace, 1e-7))
        size = max(1, min(by_time, GROWTH * max(1, handle.size), LARGEST, waiting // share))
        low, high = self.ranges.popleft()
        size = min(size, most, high - low)
        self.put_back(low + size, high)
        return low, low + size
