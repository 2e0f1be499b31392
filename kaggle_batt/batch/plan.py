"""A plan of notebook runs: a YAML file, a grid of parameters on the command line, or both → a list of runs.

notebook: notebooks/run_batt.ipynb     # beside the plan file; default: the checkout's
timeout: 900                           # seconds that one run may take
jobs: 2                                # runs at the same time
parameters: {search: 100}              # of every run
grid: {engine: [serial, process], seed: [1, 2]}    # every combination
chunks: {tasks: 40, size: 10}          # start and count: four runs of ten tasks, times the grid
runs: [{engine: thread, count: 5}]     # single runs besides
"""

import hashlib
import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaggle_batt.errors import ParameterError, brief, did_you_mean
from kaggle_batt.params import OPTIONS, assignments, checked, digest

DEFAULT_NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "run_batt.ipynb"
OWN = ("out", "resume")  #: parameters that the batch gives to each run itself
MAX_RUNS = 10_000
MAX_CHARACTERS = 1 << 20  #: of a plan file
MAX_NUMBER = 10_000_000  #: for seconds, and for runs at a time
MAX_VALUES, MAX_DEPTH = 1_000_000, 20  #: of parameters in all runs together, and of lists in each other
_NAME_LENGTH = 60
#: the keys of a plan file: the type of each, what messages call it, and its default
_KEYS: dict[str, tuple[type | tuple[type, ...], str, Any]] = {
    "notebook": ((str, Path), "a text", ""),
    "timeout": ((int, float), "a finite number above 0", 3600.0),
    "jobs": (int, "a whole number above 0", 2),
    "parameters": (dict, "names and values", {}),
    "grid": (dict, "names and values", {}),
    "chunks": (dict, "tasks and size", {}),
    "runs": (list, "a list", []),
}

Values = dict[str, Any]


@dataclass(frozen=True)
class NotebookRun:
    """One run: its folder's name, its parameters, and a digest of them and the notebook."""

    name: str
    parameters: Values
    digest: str


@dataclass(frozen=True)
class BatchPlan:
    """Runs of a notebook; `timeout` in seconds for each, `jobs` of them at a time."""

    notebook: Path
    runs: tuple[NotebookRun, ...]
    known: frozenset[str]  # the notebook's parameters
    timeout: float
    jobs: int


def make_plan(
    file: Path | None = None,
    grid_texts: Sequence[str] = (),
    parameter_texts: Sequence[str] = (),
    **given: Any,
) -> BatchPlan:
    """The plan of a YAML file, of arguments named as its keys, which come before it, or of both.

    Grids and parameters are joined; more of them may come as texts, `NAME=V,V` and `NAME=V`. Raises
    ParameterError, naming the key or the parameter.
    """
    read = _read(file)
    beside = file.parent / read["notebook"] if file and read["notebook"] else DEFAULT_NOTEBOOK
    notebook = Path(given.get("notebook") or beside)
    types = notebook_parameters(notebook)
    typed = {name: typed_text(name, text, types) for name, text in _named_texts(parameter_texts).items()}
    more = {"grid": _grid_values(grid_texts, types), "parameters": typed}
    joined = {name: {**read[name], **given.get(name, {}), **values} for name, values in more.items()}
    values = {name: _checked(name, value) for name, value in (read | given | joined).items()}
    common, singles = values["parameters"], values["runs"]
    axes = _axes(values["grid"], values["chunks"])
    if (total := math.prod(map(len, axes))) > MAX_RUNS:
        raise ParameterError(f"grid: {total} runs are more than {MAX_RUNS}")
    choices = itertools.product(*axes) if axes or not singles else ()
    runs = [common | {key: value for one in choice for key, value in one.items()} for choice in choices]
    for number, run in enumerate(singles, 1):
        if not isinstance(run, dict):
            raise ParameterError(f"plan: runs: entry {number}: expected names and values, got {brief(run)}")
        runs.append(common | run)
    _check_names(runs, types)
    if types.keys() == OPTIONS.keys():
        for run in runs:
            checked(run)
    named = _named(runs, notebook)
    return BatchPlan(notebook, named, frozenset(types), float(values["timeout"]), values["jobs"])


def notebook_parameters(path: Path) -> dict[str, str]:
    """The names in a notebook's `parameters` cell, with their annotations as text ('' without one)."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", ())]
        found = assignments("".join(tagged[0]["source"])) if tagged else None
    except Exception as error:  # the file holds anything
        kind = type(error).__name__
        raise ParameterError(f"notebook: {path} can't be read as one ({kind}); give --notebook") from None
    if found is None:
        raise ParameterError(f"notebook: {path} has no cell with the tag parameters")
    return found


def _grid_values(texts: Sequence[str], types: Mapping[str, str]) -> Values:
    if (number := max([text.count(",") + 1 for text in texts], default=0)) > MAX_RUNS:
        raise ParameterError(f"grid: {number} runs are more than {MAX_RUNS}")
    named = _named_texts(texts).items()
    return {name: [typed_text(name, part, types) for part in text.split(",")] for name, text in named}


def typed_text(name: str, text: str, types: Mapping[str, str]) -> Any:
    """A value from the command line: unchanged where the notebook expects a text, else parsed as YAML."""
    return text if types.get(name) == "str" else _yaml_value(text, f"{name}: {text!r}")


def _named_texts(pairs: Iterable[str]) -> dict[str, str]:
    """Names and values of `name=value`. Raises ParameterError, also for a name that comes twice."""
    values: dict[str, str] = {}
    for text in pairs:
        name, sign, value = text.partition("=")
        if not sign or not name.isidentifier():
            raise ParameterError(f"expected name=value, got {text!r}")
        if name in values:
            raise ParameterError(f"{name} is given twice; all values of a grid are one {name}=V,V")
        values[name] = value
    return values


def _read(file: Path | None) -> Values:
    """The values of a plan file, with the defaults of those that it lacks or leaves empty."""
    defaults = {name: default for name, (_, _, default) in _KEYS.items()}
    if file is None:
        return defaults
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ParameterError(f"plan: {file} can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ParameterError(f"plan: {file} is not YAML: {error}") from None
    if len(text) > MAX_CHARACTERS:
        raise ParameterError(f"plan: {file} has {len(text)} characters, more than {MAX_CHARACTERS}")
    value = _yaml_value(text, f"plan: {file}")
    if not isinstance(value, dict):
        raise ParameterError(f"plan: {file}: expected names and values, as {', '.join(_KEYS)}")
    unknown = [key for key in value if key not in _KEYS]
    if unknown:
        known = ", ".join(_KEYS) + did_you_mean(str(unknown[0]), _KEYS)
        raise ParameterError(f"plan: {file}: unknown {unknown[0]!r}; known are {known}")
    return defaults | {name: _checked(name, found) for name, found in value.items() if found is not None}


def _yaml_value(text: str, place: str) -> Any:
    """The value of a YAML text. Raises ParameterError, which begins with the place."""
    import yaml

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)  # ten times as fast in C
        node = loader.get_single_node()
        _refuse_repeated(node, place)
        return None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ParameterError(f"{place} is not YAML: {' '.join(str(error).split())}") from None


def _refuse_repeated(root: Any, place: str) -> None:
    """Raise ParameterError for a name that comes twice in an object of YAML, whose last value would win."""
    todo, seen = [root], {id(None)}
    while todo:
        node = todo.pop()
        if id(node) in seen or isinstance(node.value, str):
            continue
        seen.add(id(node))
        pairs = node.value if node.id == "mapping" else []
        names = Counter([key.value for key, _ in pairs if isinstance(key.value, str)])
        for name in [name for name, count in names.items() if count > 1]:
            raise ParameterError(f"{place}: {name!r} comes twice, line {node.start_mark.line + 1}")
        todo += itertools.chain.from_iterable(pairs) if pairs else node.value


def _checked(name: str, value: Any) -> Any:
    """The value of a key, or ParameterError."""
    kind, what, _ = _KEYS[name]
    is_positive = not isinstance(value, (int, float)) or 0 < value < math.inf
    if not isinstance(value, kind) or isinstance(value, bool) or not is_positive:
        raise ParameterError(f"plan: {name}: expected {what}, got {brief(value)}")
    if isinstance(value, (int, float)) and value > MAX_NUMBER:
        raise ParameterError(f"plan: {name}: expected at most {MAX_NUMBER}, got {brief(value)}")
    return value


def _axes(grid: Mapping[str, Any], chunks: Mapping[str, Any]) -> list[list[Values]]:
    """The choices along each axis of the grid; the chunks of tasks are the last axis."""
    axes = []
    for name, values in grid.items():
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise ParameterError(f"grid: {name}: expected a list of values, got {brief(values)}")
        axes.append([{name: value} for value in values])
    if chunks:
        if set(chunks) != {"tasks", "size"}:
            raise ParameterError(f"chunks: expected tasks and size, got {', '.join(map(str, chunks))}")
        for key, value in chunks.items():
            if type(value) is not int or value < 1:
                raise ParameterError(f"chunks: {key}: expected a whole number above 0, got {brief(value)}")
        tasks, size = chunks["tasks"], chunks["size"]
        if (number := -(-tasks // size)) > MAX_RUNS:  # before they are made
            raise ParameterError(f"chunks: {number} runs are more than {MAX_RUNS}")
        axes.append([{"start": s, "count": min(size, tasks - s)} for s in range(0, tasks, size)])
    return axes


def _size(value: Any, most: int) -> int:
    """The number of values in a value; over `most` if there are more, or deeper ones than `MAX_DEPTH`."""
    size, todo = 0, [(value, 0)]
    while todo and size <= most:
        one, depth = todo.pop()
        size += 1 + (len(one) // 100 if isinstance(one, str) else 0) + most * (depth > MAX_DEPTH)
        inner = one if isinstance(one, list) else one.values() if isinstance(one, dict) else ()
        todo += [(part, depth + 1) for part in inner]
    return size


def _check_names(runs: Iterable[Values], types: Mapping[str, str]) -> None:
    left = MAX_VALUES
    for name, value in (item for run in runs for item in run.items()):
        left -= _size(value, left)
        try:
            if left < 0:
                raise ValueError
            json.dumps(value)
        except (TypeError, ValueError, RecursionError):  # a date, a set, a list within itself
            raise ParameterError(
                f"{name}: expected text or a number, got {brief(value)} (quote text)"
            ) from None
    for name in dict.fromkeys(name for run in runs for name in run):
        if name in OWN:
            raise ParameterError(f"{name}: the batch gives this parameter to each run itself")
        if name not in types:
            raise ParameterError(f"the notebook has no parameter {name!r}{did_you_mean(str(name), types)}")


def _named(runs: Sequence[Values], notebook: Path) -> tuple[NotebookRun, ...]:
    """The runs with a folder's name: a number, and the parameters that not all of them share."""
    same = [key for key, value in runs[0].items() if all([run.get(key) == value for run in runs])]
    content = hashlib.sha256(notebook.read_bytes()).hexdigest()
    named = []
    for number, run in enumerate(runs, 1):
        differing = "_".join(f"{key}-{value}" for key, value in run.items() if key not in same)
        slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", differing)[:_NAME_LENGTH].strip("-")
        name = f"{number:03}-{slug}" if slug else f"{number:03}"
        named.append(NotebookRun(name, run, digest([run, content])))
    return tuple(named)
