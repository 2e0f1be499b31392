"""Engines: what carries jobs out. One small protocol, jobs in, outcomes out in job order.

- `serial`: one after the other in this process. The reference; no isolation.
- `thread`: threads of this process. Pays only where jobs wait; no isolation.
- `process`: forked workers under hard limits; any fault costs one job. The one to use.
- `dask`: the process engine on the machines of a dask cluster (optional extra).
"""

from __future__ import annotations

import os
from typing import Any

from kaggle_batt.engines.base import Engine, JobFunction, Kind, Limits, Outcome, default_workers
from kaggle_batt.errors import EngineError, ParameterError

__all__ = ["NAMES", "Engine", "JobFunction", "Kind", "Limits", "Outcome", "default_workers", "make_engine"]

NAMES = ("serial", "thread", "process", "dask")


def make_engine(name: str, workers: int | None = None, **options: Any) -> Engine:
    """The engine `name` with `workers` workers (None: as many as there are cores; serial always has one).

    Only dask takes an option: `scheduler`, the address of a running one; None starts a local cluster.
    Raises ParameterError for an unknown name, option or number, MissingExtra if dask is not installed, and
    EngineError if the system can't support the engine.
    """
    if name not in NAMES:
        raise ParameterError(f"engine: expected one of {', '.join(NAMES)}, got {name!r}")
    if unknown := set(options) - ({"scheduler"} if name == "dask" else set()):
        raise ParameterError(f"engine {name}: unknown option {min(unknown)!r}")
    if name in ("process", "dask") and not hasattr(os, "fork"):
        raise EngineError(f"the {name} engine needs os.fork, which is missing here: use the engine 'serial'")
    if name == "serial":
        from kaggle_batt.engines.serial import SerialEngine

        return SerialEngine()
    if name == "thread":
        from kaggle_batt.engines.thread import ThreadEngine

        return ThreadEngine(workers)
    if name == "process":
        from kaggle_batt.engines.process import ProcessEngine

        return ProcessEngine(workers)
    from kaggle_batt.engines.dask import DaskEngine

    return DaskEngine(workers, **options)
