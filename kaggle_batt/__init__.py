"""kaggle_batt: run, search and trust batteries of ARC programs, on Kaggle and anywhere else.

`load_tasks` reads ARC data, `Program.parse` a program, `load_battery` many, `run` is the whole
pipeline. Everything heavy (numpy, matplotlib, widgets, dask) is imported where it is used.
"""

from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "Battery": "programs.battery",
    "Entry": "programs.battery",
    "Params": "params",
    "Program": "programs.program",
    "Run": "api",
    "Sample": "tasks.task",
    "Task": "tasks.task",
    "compare_runs": "pipeline.compare",
    "load_battery": "programs.battery_file",
    "load_run": "api",
    "load_tasks": "tasks.loading",
    "parse_program": "programs.program",
    "run": "api",
}
__all__ = [*_WHERE]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'kaggle_batt' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"kaggle_batt.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
