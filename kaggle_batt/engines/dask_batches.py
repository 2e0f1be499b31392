"""What a dask worker does: runs batches of jobs, each in a process engine of its own.

Function and jobs arrive pickled. Both sides must have the same sources and Python, or results could differ.
"""

import functools
import hashlib
import importlib.metadata
import pickle
import platform
import time
from pathlib import Path
from typing import NamedTuple

from kaggle_batt.engines.base import JobFunction, Limits, Outcome
from kaggle_batt.engines.process import ProcessEngine
from kaggle_batt.errors import EngineError

OVERRUN = 1.0  # seconds after which a batch hands its unfinished jobs back

# the engines of this worker's batches, each with the id of its run; ids of runs that were stopped
_engines: set[tuple[str, ProcessEngine]] = set()
_stopped: set[str] = set()


class Done(NamedTuple):
    """A batch's outcomes in its own numbering, its worker's address, and when it began (epoch seconds)."""

    outcomes: list[Outcome]
    address: str
    began: float


@functools.cache
def version() -> str:
    """What two processes must share for equal results: package, its source text, Python's minor version."""
    try:
        number = importlib.metadata.version("kaggle-batt")
    except importlib.metadata.PackageNotFoundError:
        number = "not installed"
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    python = ".".join(platform.python_version_tuple()[:2])
    return f"kaggle_batt {number} with sources {digest.hexdigest()[:12]} on Python {python}"


def check_version(address: str, found: str, expected: str) -> None:
    """Raise EngineError if the worker at `address` has another version."""
    if found != expected:
        remedy = "install the same on both, and restart what was running when files changed"
        raise EngineError(f"dask worker {address} has {found}; this process has {expected}: {remedy}")


@functools.lru_cache(maxsize=4)
def load(function: bytes) -> JobFunction:
    return pickle.loads(function)  # type: ignore[no-any-return]


def run_batch(expected: str, run: str, function: bytes, jobs: bytes, limits: Limits) -> Done:
    """Run a batch for the run of this id; the function and the list of jobs are pickled.

    What is unfinished when the batch has taken `OVERRUN` seconds, or the run is stopped, comes back
    "cancelled". Raises EngineError if this worker's version is not the `expected` one.
    """
    from distributed import get_worker

    address = get_worker().address
    check_version(address, version(), expected)
    engine, began = ProcessEngine(1), time.time()
    late = time.monotonic() + OVERRUN

    def stop_late(_: Outcome) -> None:
        if time.monotonic() > late:
            engine.stop()

    _engines.add((run, engine))
    try:
        deadline = time.monotonic() if run in _stopped else None
        outcomes = engine.run(
            load(function), pickle.loads(jobs), limits, on_outcome=stop_late, deadline=deadline
        )
    finally:
        _engines.discard((run, engine))
    return Done(outcomes, address, began)


def stop_batches(run: str) -> None:
    """End all batches of `run` on this worker, now and to come."""
    _stopped.add(run)
    for of_run, engine in list(_engines):
        if of_run == run:
            engine.stop()
