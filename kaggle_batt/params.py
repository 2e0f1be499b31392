"""The parameters of a run, checked: the same for the command line, the notebook and papermill."""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from kaggle_batt.errors import ParameterError, brief, did_you_mean

TLS = ("tls_ca", "tls_cert", "tls_key")  #: fields that name files for a tls:// address of a scheduler
PATHS = ("data", "battery", "out", *TLS)  #: fields that name a file or a folder; `~` is expanded in them
MAX_PATH, MAX_NAME = 4095, 255  #: most bytes of a path, and of a name in it
ENGINES = ("serial", "thread", "process", "dask")  #: see `engines.make_engine`
EXECUTION = frozenset(  #: fields that change how a run is executed but none of its results
    {"engine", "workers", "compare", "out", "resume", "time_budget", "scheduler", *TLS, "progress", "strict"}
)

MAX_SECONDS = 365 * 86400.0  #: longest time that can be given: a year


def _option(default: Any, text: str, least: int = 0, most: int = 10**9) -> Any:
    """A field with its help and, of a whole number, its least and greatest value."""
    return field(default=default, metadata={"help": text, "range": (least, most)})


@dataclass(frozen=True)
class Params:
    """The parameters of a run, each an option of the command line and a parameter of the notebook."""

    data: str = _option("", "arcagi, arcagi2, a folder or a JSON file; empty: what is attached or bundled")
    split: str = _option("", "training, evaluation or test; empty: test where it is attached, else training")
    ids: str = _option(
        "", "task ids separated by commas; empty: by start and count; else ten, or all: see README"
    )
    start: int = _option(-1, "first task by place in the order of ids; -1: not given", -1)
    count: int = _option(-1, "number of tasks from start on; -1: not given", -1)
    demos: int = _option(
        0, "for tasks given as lists of pairs: how many of them are demos; 0: not given", 0, 10**6
    )
    strict: bool = _option(False, "refuse all tasks or programs if one of them cannot be read")
    battery: str = _option("", "battery file, solver file or older module; empty: library and search")
    trust_module: bool = _option(False, "execute an older battery module (in guarded workers only)")
    mutants: int = _option(0, "mutants of the battery's programs to add")
    search: int = _option(
        -1, "search budget per task in thousands of steps; -1: see README; 0: no search", -1
    )
    seed: int = _option(0, "seed of every random choice", -(10**30), 10**30)
    budget: int = _option(10_000_000, "steps that one program may take on one sample", 1, 10**15)
    timeout: float = _option(10.0, "CPU seconds that one job may take, a safety net beside the budget")
    memory: int = _option(2048, "MB that one job may take beyond what its worker holds", 1)
    engine: str = _option("process", f"{', '.join(ENGINES[:-1])} or {ENGINES[-1]}")
    workers: int = _option(0, "number of workers; 0: one per core", 0, 1024)
    scheduler: str = _option("", "address of a dask scheduler; empty: a local cluster")
    tls_ca: str = _option("", "file of the authority that signed a tls:// scheduler's certificate")
    tls_cert: str = _option("", "file of this side's certificate, for a tls:// scheduler")
    tls_key: str = _option("", "file of that certificate's key")
    compare: str = _option("", "engine to run again with and compare to; auto: serial, but not on a test set")
    time_budget: float = _option(0.0, "seconds for the whole run; 0: no limit, on Kaggle what it leaves")
    resume: bool = _option(False, "continue with the journal of an earlier run in the same folder")
    progress: bool = _option(True, "show progress")
    out: str = _option("", "folder of the run's files; empty: runs/latest, on Kaggle the working folder")

    @property
    def decisive(self) -> dict[str, Any]:
        """The parameters that can change a result."""
        return {key: value for key, value in asdict(self).items() if key not in EXECUTION}

    @property
    def id_list(self) -> list[str]:
        return [part.strip() for part in self.ids.split(",") if part.strip()]


def digest(value: Any) -> str:
    """The md5 of a JSON value."""
    return hashlib.md5(json.dumps(value, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


OPTIONS = {item.name: item for item in fields(Params)}
RANGES = {name: item.metadata["range"] for name, item in OPTIONS.items() if type(item.default) is int}
_LETTERS = {"ids": "-i", "start": "-s", "count": "-c", "timeout": "-t", "battery": "-b", "out": "-o"}


def add_options(parser: argparse.ArgumentParser, names: Iterable[str] = OPTIONS) -> None:
    """Add a command line's options for these parameters; `picked` checks their values."""
    for name in names:
        option = OPTIONS[name]
        flags = [_LETTERS[name]] if name in _LETTERS else []
        flags.append(f"--{name.replace('_', '-')}")
        given: dict[str, Any] = {"dest": name, "help": option.metadata["help"], "default": option.default}
        if type(option.default) is bool:
            given["action"] = argparse.BooleanOptionalAction
        elif name == "ids":
            given.update(nargs="+", metavar="ID")
        elif name in ("engine", "compare"):
            given["metavar"] = "|".join(ENGINES if name == "engine" else (*ENGINES, "auto"))
        else:
            given["metavar"] = type(option.default).__name__.upper()
        parser.add_argument(*flags, **given)


def checked(values: Mapping[str, Any]) -> Params:
    """The parameters with these loose values. Raises `ParameterError` naming the parameter that is wrong."""
    check_names(sorted(values), OPTIONS)
    params = Params(**{name: _typed(name, value) for name, value in values.items()})
    _check_values(params)
    return params


def check_names(names: Iterable[str], known: Iterable[str]) -> None:
    """Raise `ParameterError` for the first name that is no known parameter."""
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"; known are {', '.join(known)}"
            raise ParameterError(f"unknown parameter {name!r}{hint}")


def picked(values: Mapping[str, Any]) -> Params:
    """As `checked`, of those values whose names are parameters."""
    return checked({name: values[name] for name in OPTIONS if name in values})


def assignments(source: str) -> dict[str, str]:
    """The names that a notebook's cell assigns, with their annotations as text ('' without one)."""
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign):
            found[ast.unparse(node.target)] = ast.unparse(node.annotation)
        elif isinstance(node, ast.Assign):
            found |= {ast.unparse(target): "" for target in node.targets}
    return found


def _typed(name: str, value: Any) -> Any:
    """The value in the field's type; texts that spell a value of the type are understood."""
    kind: Any = type(OPTIONS[name].default)
    found = _flag(value) if kind is bool else _text(name, value) if kind is str else _number(kind, value)
    expected = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}[kind]
    _require(found is not None, name, expected, value)
    return found


def _require(fits: bool, name: str, expected: str, value: Any) -> None:
    if not fits:
        raise ParameterError(f"{name}: {expected} was expected, not {brief(value)}")


def _text(name: str, value: Any) -> str | None:
    """The value as text; None if it is none. Numbers are ids that papermill or YAML read as numbers."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    if name == "ids" and all([type(part) in (str, int, float) for part in parts]):
        with suppress(ValueError):  # an integer of thousands of digits
            value = ",".join(map(str, parts))
    text = "" if value is None else os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str) or "\0" in text:
        return None
    return path(name)(text) if name in PATHS else text


def path(name: str) -> Callable[[str], str]:
    """The type of an argument that is a path: expands `~`, raises `ParameterError` for too long a text."""

    def expanded(text: str) -> str:
        found = os.path.expanduser(text)
        encoded = os.fsencode(found)
        if len(encoded) > MAX_PATH or any([len(part) > MAX_NAME for part in encoded.split(b"/")]):
            raise ParameterError(f"{name}: a path was expected, not a text of {len(text)} characters")
        return found

    return expanded


def _number(kind: Any, value: Any) -> Any:
    """The value as a number of the kind; None if it is none."""
    if isinstance(value, bool):
        return None
    try:
        number = kind(value)
        return number if kind is float or isinstance(value, str) or number == value else None
    except (TypeError, ValueError, OverflowError):
        return None


def _flag(value: Any) -> bool | None:
    """The value as true or false; None if it is neither."""
    words = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    return value if isinstance(value, bool) else words.get(str(value).strip().lower())


def _check_values(params: Params) -> None:
    """Raise `ParameterError` for the first value out of range."""
    for name, known in (("engine", ENGINES), ("compare", ("", "auto", *ENGINES))):
        expected = f"{'auto or ' if 'auto' in known else ''}one of {', '.join(ENGINES)}"
        _require(getattr(params, name) in known, name, expected, getattr(params, name))
    for name, (low, high) in RANGES.items():
        value = getattr(params, name)
        _require(low <= value, name, f"at least {low}", value)
        _require(value <= high, name, f"at most {high}", value)
    for name, least in (("timeout", "above 0"), ("time_budget", "of 0 (no limit) or more")):
        value = getattr(params, name)
        fits = 0 <= value <= MAX_SECONDS and (name != "timeout" or value > 0)
        _require(fits, name, f"a finite number of seconds {least}, at most a year,", value)
    known = ("", "training", "evaluation", "test")
    _require(params.split in known, "split", "training, evaluation or test", params.split)
    if params.ids and (params.start >= 0 or params.count >= 0):
        raise ParameterError("ids: give either ids or start and count, not both")
