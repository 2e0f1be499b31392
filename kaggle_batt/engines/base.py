"""The contract of every engine: jobs in, outcomes out in job order, limits, the ways to fail; running a job.

Whatever a foreign object does while it is turned into bytes or text (an exception whose `str` hangs, a class
whose name raises) happens in `run_job`, inside the job's limits.
"""

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["ok", "error", "time", "memory", "death", "cancelled"]
DEADLINE_PASSED = "the deadline passed before the job finished"
JobFunction = Callable[[Any], bytes]  # gets one job, returns its result

# how a job ended: codes, and the kind of each; LARGE is a result over its limit
OK, ERROR, TIME, MEMORY, DEATH, LARGE = range(6)
KINDS: tuple[Kind, ...] = ("ok", "error", "time", "memory", "death", "memory")
MAX_DETAIL = 2000  # most characters of a failure's text

_class_name = type.__dict__["__name__"].__get__


class Deadline(NamedTuple):
    """When the time is over: `until` is a value of `time.monotonic()`, infinite for never."""

    until: float = math.inf

    def left(self) -> float:
        """Seconds that are left, at least 0."""
        return max(0.0, self.until - time.monotonic())

    def late(self) -> bool:
        return time.monotonic() >= self.until

    def share(self, part: float) -> "Deadline":
        """The deadline after that part of the time left."""
        return Deadline(time.monotonic() + part * self.left())

    def less(self, seconds: float) -> "Deadline":
        """The deadline so many seconds earlier."""
        return Deadline(self.until - seconds)


ENDLESS = Deadline()


class Outcome(NamedTuple):
    """The result of one job, or why there is none.

    - `index`: the job's place in the sequence given to `run`.
    - `kind`: "ok"; "error", the job raised an exception or returned something other than bytes; "time", it
      exceeded the CPU or wall limit; "memory", it exceeded the memory or result limit; "death", it ended its
      worker; "cancelled", the deadline or a stop came before it finished.
    - `value`: the result, b"" unless ok.
    - `detail`: "" if ok, else the exception as text, or which limit was exceeded and its value.
    - `worker`: number of the worker, from 0; -1 for a job that none has finished.
    - `start`, `stop`: seconds since the run began, monotonic, around the job's running alone.
    - `cpu`: CPU seconds that the job used, without those of its child processes.
    - `certain`: False for a death that something outside of the job may have caused.
    """

    # a tuple: one is made per job, and a frozen dataclass takes three times as long
    index: int  # type: ignore[assignment]  # hides a method that tuples have
    kind: Kind
    value: bytes = b""
    detail: str = ""
    worker: int = -1
    start: float = 0.0
    stop: float = 0.0
    cpu: float = 0.0
    certain: bool = True

    @property
    def ok(self) -> bool:
        return self.kind == "ok"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of each job.

    - `cpu`: CPU seconds of the job's process and its children, meant to be the first limit to be reached.
    - `wall`: seconds of running time, the looser outer bound; waiting in a queue never counts.
    - `memory`: bytes of memory above what the worker holds when it starts, also of one file.
    - `result`: bytes of one result.
    """

    cpu: float = 10.0
    wall: float = 30.0
    memory: int = 2 << 30
    result: int = 64 << 20

    def exceeded(self, ran: float, cpu: float) -> str:
        """The detail of a job that is over a time limit after these seconds; "" if it is within both."""
        if cpu > self.cpu:
            return self.cpu_exceeded(cpu)
        return f"exceeded the wall limit of {self.wall:g} s: ran for {ran:.2f} s" if ran > self.wall else ""

    def cpu_exceeded(self, cpu: float) -> str:
        """The detail of a job that was ended after `cpu` CPU seconds."""
        return f"exceeded the CPU limit of {self.cpu:g} s: used {cpu:.2f} s"

    def memory_used(self, used: int) -> str:
        """The detail of a job that was ended when it used so many bytes, with all that it started."""
        return f"exceeded the memory limit of {self.memory} bytes: used {used} with children, shared maps"


@dataclass
class Work:
    """The function, jobs and limits of a run, and its outcomes so far.

    `missing` is the number of jobs without an outcome, `began` the run's start.
    """

    function: JobFunction
    jobs: Sequence[Any]
    limits: Limits
    on_outcome: Callable[[Outcome], None] | None = None
    deadline: Deadline = ENDLESS

    def __post_init__(self) -> None:
        self.outcomes: list[Outcome | None] = [None] * len(self.jobs)
        self.missing, self.began = len(self.jobs), time.monotonic()

    def add(self, outcome: Outcome) -> None:
        self.outcomes[outcome.index] = outcome
        self.missing -= 1
        if self.on_outcome is not None:
            self.on_outcome(outcome)

    def all(self, reason: str = DEADLINE_PASSED) -> list[Outcome]:
        """The outcomes in job order; "cancelled" with `reason` as its detail where there is none."""
        return [one or Outcome(index, "cancelled", detail=reason) for index, one in enumerate(self.outcomes)]


class Abort(BaseException):
    """Raised inside a job by the thread engine to end it."""


def run_job(work: Work, index: int) -> tuple[int, bytes]:
    """Code and result (or UTF-8 text of the failure) of job `index`. Only `Abort` passes through."""
    limits = work.limits
    try:
        value = work.function(work.jobs[index])
        if type(value) is bytes:
            if len(value) <= limits.result:
                return OK, value
            return LARGE, f"exceeded the result limit of {limits.result} bytes: {len(value)} bytes".encode()
        return ERROR, f"TypeError: the job returned {_class_name(type(value))}, not bytes".encode()
    except Abort:
        raise
    except MemoryError:
        detail = f"MemoryError: exceeded the memory limit of {limits.memory} bytes above the start"
        return MEMORY, detail.encode()
    except BaseException as error:
        return ERROR, describe(error)


def describe(error: BaseException) -> bytes:
    """Class and message of an exception as UTF-8, cut to `MAX_DETAIL` characters, whatever its class does."""
    name = _class_name(type(error))
    try:
        text = str.__str__(str(error))[:MAX_DETAIL]
    except Abort:
        raise
    except BaseException:
        text = "(its message can't be read)"
    return str.encode(f"{name}: {text}" if text else name, "utf-8", "backslashreplace")


class Engine:
    """Runs jobs, with so many `workers` (0: one per core). How long results take is all that it decides.

    The engine `name` of `params.ENGINES` is the class `NameEngine` of the file `name.py` (serial: the thread
    engine with one thread). It implements `_run`. `lost` says why it can't continue ("" while it can); jobs
    of further runs are then "cancelled".
    """

    lost: str = ""

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or cores()

    def run(
        self,
        function: JobFunction,
        jobs: Sequence[Any],
        limits: Limits,
        *,
        on_outcome: Callable[[Outcome], None] | None = None,
        deadline: float = math.inf,
    ) -> list[Outcome]:
        """Return the outcomes of `function` on each job, in job order.

        `on_outcome` is called in the calling thread with each outcome as it arrives, in any order, except
        cancelled ones. `deadline` is a value of `time.monotonic()`; jobs unfinished by then are "cancelled".
        A KeyboardInterrupt passes through after all processes and threads of the run have ended.
        Raises EngineError if the engine can't start or continue.
        """
        return self._run(Work(function, jobs, limits, on_outcome, Deadline(deadline)))

    def _run(self, work: Work) -> list[Outcome]:
        raise NotImplementedError

    def close(self) -> None:
        """Free what the engine keeps between runs; may be called again."""


def cores() -> int:
    """The number of cores that this process may use, where the system says so; else that of all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
