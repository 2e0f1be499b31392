"""kaggle_batt: run, search and trust batteries of ARC programs, on Kaggle and anywhere else.

`load_tasks` reads ARC data, `Program.parse` a program, `load_battery` many, `run` is the whole
pipeline. Everything heavy (numpy, matplotlib, widgets, dask) is imported where it is used.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "Battery": "battery",
    "Entry": "battery",
    "Params": "params",
    "Program": "program",
    "Run": "pipeline",
    "Sample": "tasks",
    "Task": "tasks",
    "compare_runs": "compare",
    "load_battery": "batteryfile",
    "load_run": "pipeline",
    "load_tasks": "tasks",
    "parse_program": "parse",
    "run": "pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'kaggle_batt' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"kaggle_batt.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
