"""What a dask worker does: runs batches of jobs, each as a run of a process engine.

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

from kaggle_batt.engines.base import JobFunction, Limits, Outcome, Work
from kaggle_batt.engines.process import ProcessRun
from kaggle_batt.errors import EngineError

OVERRUN = 1.0  # seconds after which a batch hands its unfinished jobs back

# this worker's batches, each with the id of the run that it is of; ids of runs that were stopped
_batches: set[tuple[str, ProcessRun]] = set()
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
    if version() != expected:
        remedy = "install the same on both, and restart what was running when files changed"
        raise EngineError(f"dask worker {address} has {version()}; this process has {expected}: {remedy}")
    began, late = time.time(), time.monotonic() + OVERRUN

    def stop_late(_: Outcome) -> None:
        if time.monotonic() > late:
            batch.stop()

    batch = ProcessRun(Work(load(function), pickle.loads(jobs), limits, stop_late), 1)
    _batches.add((run, batch))
    try:
        if run in _stopped:
            batch.stop()
        return Done(batch.outcomes(), address, began)
    finally:
        _batches.discard((run, batch))


def stop_batches(run: str) -> None:
    """End all batches of `run` on this worker, now and to come."""
    _stopped.add(run)
    for of_run, batch in list(_batches):
        if of_run == run:
            batch.stop()
