"""Engines (`params.ENGINES`) run jobs and return their outcomes in order. Imports `errors`.

- `serial`: one after the other, in one thread of this process. The reference; no isolation.
- `thread`: threads of this process. Pays only where jobs wait; no isolation.
- `process`: forked workers under hard limits; any fault costs one job. The one to use.
- `dask`: the process engine on the machines of a dask cluster (optional extra).
"""

import importlib
import os
from typing import Any

from kaggle_batt.engines.base import ENDLESS, Deadline, Engine, Limits, Outcome
from kaggle_batt.errors import EngineError

__all__ = ["ENDLESS", "Deadline", "Engine", "Limits", "Outcome", "make_engine"]


def make_engine(name: str, workers: int = 0, **options: str) -> Engine:
    """The engine `name` of `params.ENGINES` with `workers` workers (0: one per core; serial has one).

    Only dask takes options: `scheduler`, the address of a running one ("" starts a local cluster), and
    `tls_ca`, `tls_cert`, `tls_key`, the files that a tls:// address needs. Raises ParameterError for one of
    another form, MissingExtra without dask, EngineError where the engine can't run.
    """
    if name == "serial":
        name, workers = "thread", 1
    engine: Any = getattr(importlib.import_module(f"{__name__}.{name}"), f"{name.title()}Engine")
    if name in ("process", "dask") and not hasattr(os, "fork"):
        raise EngineError(f"the {name} engine needs os.fork, which is missing here: use the engine 'serial'")
    made: Engine = engine(workers, **options)
    return made
