"""A plan of notebook runs: a YAML file, a grid of parameters on the command line, or both → a list of runs.

notebook: notebooks/run_batt.ipynb     # beside the plan file; default: the checkout's
timeout: 900                           # seconds that one run may take
jobs: 2                                # runs at the same time
parameters: {search: 100}              # of every run
grid: {engine: [serial, process], seed: [1, 2]}    # every combination
chunks: {tasks: 40, size: 10}          # start and count: four runs of ten tasks, times the grid
runs: [{engine: thread, count: 5}]     # single runs besides
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaggle_batt.errors import ParameterError, did_you_mean

KEYS = ("notebook", "timeout", "jobs", "parameters", "grid", "chunks", "runs")
OWN = ("out", "resume")  #: parameters that the batch gives to each run itself
MAX_RUNS = 10_000
_NAME_LENGTH = 60

Values = dict[str, Any]


@dataclass(frozen=True)
class PlannedRun:
    """One run: its folder's name, the parameters it is given, and a digest of them and the notebook."""

    name: str
    parameters: Values
    digest: str


@dataclass(frozen=True)
class Plan:
    """Runs of a notebook; `timeout` in seconds for each, `jobs` of them at a time."""

    notebook: Path
    runs: tuple[PlannedRun, ...]
    known: frozenset[str]  # the notebook's parameters
    timeout: float = 3600.0
    jobs: int = 2


def make_plan(
    file: Path | None = None,
    grid: Mapping[str, Sequence[Any]] | None = None,
    parameters: Mapping[str, Any] | None = None,
    *,
    notebook: Path | None = None,
    timeout: float | None = None,
    jobs: int | None = None,
    chunks: Mapping[str, int] | None = None,
) -> Plan:
    """The plan of a YAML file, of arguments, or of both (arguments win, their grid and parameters are added).

    Raises ParameterError, naming the key or the parameter: unknown, of the wrong type, without a run.
    """
    given = _read(file) if file is not None else {}
    told = find_notebook(file, notebook)
    types = notebook_parameters(told)
    common = _typed(given, "parameters", dict, {}) | dict(parameters or {})
    axes = _axes(
        _typed(given, "grid", dict, {}) | dict(grid or {}), chunks or _typed(given, "chunks", dict, {})
    )
    singles = _typed(given, "runs", list, [])
    runs = _combinations(common, axes) if axes or not singles else []
    runs += [common | _single(run, number) for number, run in enumerate(singles, 1)]
    _check_names(runs, types)
    return Plan(
        told,
        _named(runs, told),
        frozenset(types),
        _positive("timeout", timeout if timeout is not None else given.get("timeout", 3600.0)),
        _whole("jobs", jobs if jobs is not None else given.get("jobs", 2)),
    )


def find_notebook(file: Path | None, notebook: Path | None = None) -> Path:
    """The notebook given, else that of the plan file, else the checkout's. Raises ParameterError."""
    if notebook is not None:
        return notebook
    told = _typed(_read(file), "notebook", str, "") if file is not None else ""
    if file is not None and told:
        return file.parent / told
    return Path(__file__).resolve().parents[2] / "notebooks" / "run_batt.ipynb"


def notebook_parameters(path: Path) -> dict[str, str]:
    """The names in a notebook's `parameters` cell, with their annotations as text ('' without one)."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        kind = type(error).__name__
        raise ParameterError(f"notebook: {path} can't be read as one ({kind}); give --notebook") from None
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", ())]
    if not tagged:
        raise ParameterError(f"notebook: {path} has no cell with the tag parameters")
    found = {}
    for node in ast.parse("".join(tagged[0]["source"])).body:
        if isinstance(node, ast.AnnAssign):
            found[ast.unparse(node.target)] = ast.unparse(node.annotation)
        elif isinstance(node, ast.Assign):
            found |= {ast.unparse(target): "" for target in node.targets}
    return found


def typed_text(name: str, text: str, types: Mapping[str, str]) -> Any:
    """A value from the command line: as it stands where the notebook wants a text, else as YAML reads it."""
    import yaml

    return text if types.get(name) == "str" else yaml.safe_load(text)


def split_pair(text: str) -> tuple[str, str]:
    """Name and value of `name=value`. Raises ParameterError."""
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise ParameterError(f"expected name=value, got {text!r}")
    return name, value


def parse_chunks(text: str) -> dict[str, int]:
    """`40/10` → forty tasks in runs of ten. Raises ParameterError."""
    found = re.fullmatch(r"([1-9][0-9]*)/([1-9][0-9]*)", text)
    if not found:
        raise ParameterError(f"chunks: expected TASKS/SIZE, as 40/10, got {text!r}")
    return {"tasks": int(found[1]), "size": int(found[2])}


def _read(file: Path) -> Values:
    """The YAML of a plan file."""
    import yaml

    try:
        value = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(f"plan: {file} can't be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParameterError(f"plan: {file} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(value, dict):
        raise ParameterError(f"plan: {file}: expected names and values, as {', '.join(KEYS)}")
    unknown = [key for key in value if key not in KEYS]
    if unknown:
        known = ", ".join(KEYS) + did_you_mean(str(unknown[0]), KEYS)
        raise ParameterError(f"plan: {file}: unknown {unknown[0]!r}; known are {known}")
    return value


def _typed(given: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = given.get(key)
    value = default if value is None else value
    if not isinstance(value, kind):
        spoken = {"dict": "names and values", "list": "a list", "str": "a text"}[kind.__name__]
        raise ParameterError(f"plan: {key}: expected {spoken}, got {value!r}")
    return value


def _positive(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise ParameterError(f"{name}: expected a number above 0, got {value!r}")
    return float(value)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ParameterError(f"{name}: expected a whole number above 0, got {value!r}")
    return value


def _axes(grid: Mapping[str, Any], chunks: Mapping[str, Any]) -> list[list[Values]]:
    """The choices along each axis of the grid; the chunks of tasks are the last axis."""
    axes = []
    for name, values in grid.items():
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise ParameterError(f"grid: {name}: expected a list of values, got {values!r}")
        axes.append([{name: value} for value in values])
    if chunks:
        if set(chunks) != {"tasks", "size"}:
            raise ParameterError(f"chunks: expected tasks and size, got {', '.join(map(str, chunks))}")
        tasks, size = (_whole(f"chunks: {key}", chunks[key]) for key in ("tasks", "size"))
        axes.append([{"start": s, "count": min(size, tasks - s)} for s in range(0, tasks, size)])
    return axes


def _combinations(common: Values, axes: Sequence[Sequence[Values]]) -> list[Values]:
    total = 1
    for axis in axes:
        total *= len(axis)
    if total > MAX_RUNS:
        raise ParameterError(f"grid: {total} runs are more than {MAX_RUNS}")
    runs = []
    for choice in itertools.product(*axes):
        run = dict(common)
        for values in choice:
            run |= values
        runs.append(run)
    return runs


def _single(run: Any, number: int) -> Values:
    if not isinstance(run, dict):
        raise ParameterError(f"plan: runs: entry {number}: expected names and values, got {run!r}")
    return run


def _check_names(runs: Iterable[Values], types: Mapping[str, str]) -> None:
    for name in dict.fromkeys(name for run in runs for name in run):
        if name in OWN:
            raise ParameterError(f"{name}: the batch gives this parameter to each run itself")
        if name not in types:
            raise ParameterError(f"the notebook has no parameter {name!r}{did_you_mean(str(name), types)}")


def _named(runs: Sequence[Values], notebook: Path) -> tuple[PlannedRun, ...]:
    """The runs with a folder's name: a number, and the parameters that not all of them share."""
    same = [key for key, value in runs[0].items() if all([run.get(key) == value for run in runs])]
    content = hashlib.sha256(notebook.read_bytes()).hexdigest()
    named = []
    for number, run in enumerate(runs, 1):
        told = "_".join(f"{key}-{value}" for key, value in run.items() if key not in same)
        slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", told)[:_NAME_LENGTH].strip("-")
        text = json.dumps([run, content], sort_keys=True, default=str)
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        named.append(PlannedRun(f"{number:03}-{slug}" if slug else f"{number:03}", run, digest))
    return tuple(named)
