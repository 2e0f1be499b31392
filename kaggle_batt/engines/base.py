"""What every engine promises: jobs in, outcomes out in job order, limits, the four ways to fail."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from kaggle_batt.errors import ParameterError

Kind = Literal["ok", "error", "time", "memory", "death", "cancelled"]

LATE = "the deadline came first"

JobFunction = Callable[[Any], bytes]
"""Gets one job, returns its result as bytes."""


class Outcome(NamedTuple):
    """What came of one job. A tuple, as one is made a job and a frozen dataclass takes three times as long.

    - `index`: the job's place in the sequence given to `run`.
    - `kind`: "ok"; "error", the job raised an exception or returned something other than bytes; "time", the
      CPU or wall limit struck; "memory", the memory or result limit struck; "death", the job took its worker
      down; "cancelled", the deadline or a stop came before the job was finished.
    - `value`: the result, b"" unless ok.
    - `detail`: "" if ok, else the exception as text, or which limit struck and at what value.
    - `worker`: number of the worker, from 0; -1 for a job that none has finished.
    - `start`, `stop`: seconds since the run began, monotonic, around the job's running alone.
    - `cpu`: CPU seconds that the job used (children of its own not counted).
    """

    index: int  # type: ignore[assignment]  # hides a method that tuples have
    kind: Kind
    value: bytes = b""
    detail: str = ""
    worker: int = -1
    start: float = 0.0
    stop: float = 0.0
    cpu: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether there is a result."""
        return self.kind == "ok"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of each job; None switches one off.

    - `cpu`: CPU seconds of the job's process, the limit meant to strike first.
    - `wall`: seconds of running time, the looser outer bound; waiting in a queue never counts.
    - `memory`: bytes of private memory above what the worker holds when it starts.
    - `result`: bytes of one result, always on.

    Raises ParameterError for a limit that is not above 0.
    """

    cpu: float | None = 10.0
    wall: float | None = 30.0
    memory: int | None = 2 << 30
    result: int = 64 << 20

    def __post_init__(self) -> None:
        for name in ("cpu", "wall", "memory", "result"):
            value = getattr(self, name)
            if value is None and name != "result":
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
                raise ParameterError(f"limit {name}: expected a number above 0, got {value!r}")


class Engine(Protocol):
    """Carries jobs out. The engine never changes a result, only the time that it takes."""

    name: str
    workers: int

    def run(
        self,
        function: JobFunction,
        jobs: Sequence[Any],
        limits: Limits,
        *,
        on_outcome: Callable[[Outcome], None] | None = None,
        deadline: float | None = None,
    ) -> list[Outcome]:
        """Run `function` on each job and return the outcomes in job order.

        `on_outcome` is called in the calling thread with each outcome as it comes, in any order, but not with
        the cancelled ones. `deadline` is a value of `time.monotonic()`; jobs unfinished by then are
        "cancelled". A KeyboardInterrupt passes through after everything that the run started is gone.
        Raises EngineError if the engine can't start or go on.
        """
        ...

    def close(self) -> None:
        """Free what the engine keeps between runs (only dask keeps anything); may be called again."""
        ...


@dataclass(frozen=True, slots=True)
class Work:
    """What a run is given to do."""

    function: JobFunction
    jobs: Sequence[Any]
    limits: Limits


class Board:
    """The outcomes of a run as they come in, and its deadline.

    `left` counts the jobs without an outcome, `began` is the run's start (monotonic).
    """

    def __init__(
        self, size: int, on_outcome: Callable[[Outcome], None] | None, deadline: float | None
    ) -> None:
        self.on_outcome, self.deadline = on_outcome, deadline
        self.outcomes: list[Outcome | None] = [None] * size
        self.left = size
        self.began = time.monotonic()

    def late(self) -> bool:
        """Whether the deadline has come."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def patience(self, most: float) -> float:
        """Seconds to the deadline, at most `most`, at least 0."""
        return most if self.deadline is None else max(0.0, min(most, self.deadline - time.monotonic()))

    def take(self, outcome: Outcome) -> None:
        """Put an outcome in its place and tell the caller."""
        self.outcomes[outcome.index] = outcome
        self.left -= 1
        if self.on_outcome is not None:
            self.on_outcome(outcome)

    def all(self, reason: str = LATE) -> list[Outcome]:
        """The outcomes in job order; for `reason` "cancelled" where none has come."""
        return [
            Outcome(index, "cancelled", detail=reason) if outcome is None else outcome
            for index, outcome in enumerate(self.outcomes)
        ]


class BaseEngine:
    """What the engines share: `Engine`'s methods on top of `_carry_out`."""

    name: str
    workers: int

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
        board = Board(len(jobs), on_outcome, deadline)
        return self._carry_out(Work(function, jobs, limits), board)

    def _carry_out(self, work: Work, board: Board) -> list[Outcome]:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is kept between runs."""


def default_workers() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def checked_workers(workers: int | None) -> int:
    """`workers`, or the default for None; ParameterError unless it is a whole number from 1 to 1024."""
    if workers is None:
        return default_workers()
    if isinstance(workers, bool) or not isinstance(workers, int) or not 1 <= workers <= 1024:
        raise ParameterError(f"workers: expected a whole number from 1 to 1024, got {workers!r}")
    return workers


def cpu_struck(used: float, limits: Limits) -> str:
    """Detail of a job that was ended after `used` CPU seconds."""
    return f"{used:.2f} s of CPU: the CPU limit of {limits.cpu:g} s struck"


def wall_struck(ran: float, limits: Limits) -> str:
    """Detail of a job that was ended after it ran for `ran` seconds."""
    return f"{ran:.2f} s of running time: the wall limit of {limits.wall:g} s struck"


def memory_struck(limits: Limits) -> str:
    """Detail of a job that got a MemoryError."""
    if limits.memory is None:
        return "MemoryError: the system gave no more memory; no memory limit was set"
    return f"MemoryError: the memory limit of {limits.memory} bytes above the start struck"
