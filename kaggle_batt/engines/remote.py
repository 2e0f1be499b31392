"""What a dask worker runs: one batch of jobs, each guarded by a one-worker process engine of its own."""

from __future__ import annotations

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

OVERRUN = 1.0
"""Seconds after which a batch hands its unfinished jobs back."""

_at_work: set[tuple[str, ProcessEngine]] = set()
_stopped: set[str] = set()


class Done(NamedTuple):
    """A batch's outcomes in its own numbering, where they were made, and when it began (epoch seconds)."""

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


def keep(blob: bytes) -> bytes:
    """The pickled function as a task of its own, so that dask can make it again when a worker is lost."""
    return blob


@functools.lru_cache(maxsize=4)
def load(blob: bytes) -> JobFunction:
    """The function, unpickled once a process."""
    function: JobFunction = pickle.loads(blob)
    return function


def carry_out_batch(expected: str, run: str, blob: bytes, jobs: bytes, limits: Limits) -> Done:
    """Carry out a batch for `run`; `blob` is the pickled function, `jobs` the pickled list of jobs.

    What is unfinished when the batch has taken `OVERRUN` seconds, or the run is stopped, comes back
    "cancelled". Raises EngineError if this worker's version is not the `expected` one.
    """
    from distributed import get_worker

    address = get_worker().address
    if version() != expected:
        raise EngineError(mismatch(address, version(), expected))
    engine, began = ProcessEngine(1), time.time()
    late = time.monotonic() + OVERRUN

    def stop_late(_: Outcome) -> None:
        if time.monotonic() > late:
            engine.stop()

    _at_work.add((run, engine))
    try:
        deadline = time.monotonic() if run in _stopped else None
        outcomes = engine.run(load(blob), pickle.loads(jobs), limits, on_outcome=stop_late, deadline=deadline)
    finally:
        _at_work.discard((run, engine))
    return Done(outcomes, address, began)


def stop(run: str) -> None:
    """End all batches of `run` on this worker, now and to come."""
    _stopped.add(run)
    for of_run, engine in list(_at_work):
        if of_run == run:
            engine.stop()


def mismatch(address: str, found: str, expected: str) -> str:
    """What is said of a worker of another version."""
    remedy = "install the same on both, and restart what was running when files changed"
    return f"dask worker {address} has {found}; this process has {expected}: {remedy}"
