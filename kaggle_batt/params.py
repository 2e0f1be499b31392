"""The parameters of a run, checked: the same for the command line, the notebook and papermill.

Every field is an option of `kaggle_batt run` and a parameter of `notebooks/run_batt.ipynb` of the same
name; its `help` is what both show.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from kaggle_batt.errors import ParameterError

ENGINES = ("serial", "thread", "process", "dask")
#: fields that change how a run is carried out but none of its results
CARRIER = frozenset({"engine", "workers", "compare", "out", "resume", "time_budget", "scheduler", "progress"})


def _option(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Params:
    """What a run is given. `checked` makes one from loose values."""

    data: str = _option("", "arcagi, arcagi2, a folder or a JSON file; empty: what is attached or bundled")
    split: str = _option("", "training, evaluation or test; empty: test where it is attached, else training")
    ids: str = _option("", "task ids separated by commas; empty: by start and count, or the default set")
    start: int = _option(-1, "first task by place in the order of ids; -1: not given")
    count: int = _option(-1, "number of tasks from start on; -1: not given")
    battery: str = _option("", "battery file, solver file or older module; empty: library and search")
    trust_module: bool = _option(False, "execute an older battery module (in guarded workers only)")
    mutants: int = _option(0, "mutants of the battery's programs to add")
    search: int = _option(-1, "search budget per task in thousands of steps; -1: see README; 0: no search")
    seed: int = _option(0, "seed of every random choice")
    budget: int = _option(10_000_000, "steps that one program may take on one sample")
    timeout: float = _option(10.0, "CPU seconds that one job may take: the net behind the budget")
    memory: int = _option(2048, "MB that one job may take beyond what its worker holds")
    engine: str = _option("process", "serial, thread, process or dask")
    workers: int = _option(0, "number of workers; 0: one per core")
    scheduler: str = _option("", "address of a dask scheduler; empty: a local cluster")
    compare: str = _option("", "engine to run again with and compare to; auto: serial, but not on a test set")
    time_budget: float = _option(0.0, "seconds for the whole run; 0: no limit, on Kaggle what it leaves")
    resume: bool = _option(False, "go on with the journal of an earlier run in the same folder")
    progress: bool = _option(True, "show progress")
    out: str = _option("", "folder of the run's files; empty: runs/latest, on Kaggle the working folder")

    def digest(self) -> str:
        """A digest of everything that can change a result."""
        values = {key: value for key, value in asdict(self).items() if key not in CARRIER}
        return hashlib.md5(json.dumps(values, sort_keys=True).encode(), usedforsecurity=False).hexdigest()

    @property
    def id_list(self) -> list[str]:
        """The ids as a list."""
        return [part.strip() for part in self.ids.split(",") if part.strip()]


OPTIONS = {item.name: item for item in fields(Params)}


def checked(values: Mapping[str, Any]) -> Params:
    """Params of loose values. Raises `ParameterError` naming the parameter that is wrong."""
    unknown = sorted(set(values) - set(OPTIONS))
    if unknown:
        raise ParameterError(f"unknown parameter {unknown[0]!r}; known are {', '.join(OPTIONS)}")
    params = Params(**{name: _typed(name, value) for name, value in values.items()})
    _check_values(params)
    return params


def _typed(name: str, value: Any) -> Any:
    """The value in the field's type; texts that spell a value of the type are understood."""
    kind: Any = type(OPTIONS[name].default)
    if kind is bool:
        return _truth(name, value)
    if kind is str:
        if isinstance(value, (list, tuple)) and name == "ids":
            return ",".join(map(str, value))
        if value is None or isinstance(value, str):
            return value or ""
        if name == "ids" and type(value) is int:
            raise ParameterError(f"ids: a text was expected, not the number {value}; write it in quotes")
    elif not isinstance(value, bool):
        try:
            number = kind(value)
            if kind is float or number == float(value):
                return number
        except (TypeError, ValueError):
            pass
    raise ParameterError(f"{name}: {_spoken(kind)} was expected, not {value!r}")


def _truth(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    told = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    found = told.get(str(value).strip().lower())
    if found is None:
        raise ParameterError(f"{name}: true or false was expected, not {value!r}")
    return found


def _spoken(kind: type) -> str:
    return {int: "a whole number", float: "a number", str: "a text"}[kind]


def _check_values(params: Params) -> None:
    if params.engine not in ENGINES:
        raise ParameterError(f"engine: one of {', '.join(ENGINES)} was expected, not {params.engine!r}")
    if params.compare not in ("", "auto", *ENGINES):
        raise ParameterError(
            f"compare: auto or one of {', '.join(ENGINES)} was expected, not {params.compare!r}"
        )
    least = {"start": -1, "count": -1, "mutants": 0, "search": -1, "workers": 0, "budget": 1, "memory": 1}
    for name, low in least.items():
        if getattr(params, name) < low:
            raise ParameterError(f"{name}: at least {low} was expected, not {getattr(params, name)}")
    for name in ("timeout", "time_budget"):
        value = getattr(params, name)
        if not 0 <= value < float("inf") or (name == "timeout" and value == 0):
            raise ParameterError(f"{name}: seconds above 0 were expected, not {value}")
    if params.split not in ("", "training", "evaluation", "test"):
        raise ParameterError(f"split: training, evaluation or test was expected, not {params.split!r}")
    if params.ids and (params.start >= 0 or params.count >= 0):
        raise ParameterError("ids: give either ids or start and count, not both")
