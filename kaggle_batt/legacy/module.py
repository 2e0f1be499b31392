"""What guarded workers do for a run on a legacy module, as its code is executed: import, call, convert."""

import ast
import asyncio
import functools
import hashlib
import importlib.util
import inspect
import operator
import random
import re
import sys
import typing
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from kaggle_batt.engines.base import describe
from kaggle_batt.errors import BatteryError
from kaggle_batt.legacy import harmless
from kaggle_batt.legacy.calls import OUTPUT, variable_of
from kaggle_batt.legacy.hints import get_type_hints
from kaggle_batt.legacy.restore import Globals, Snapshot
from kaggle_batt.pipeline.scores import grid_rows, grid_text
from kaggle_batt.programs.graph import INPUTS
from kaggle_batt.tasks.grid import grid_fault, plain_rows

MAX_DETAIL = 300  #: longest cause that is kept of a failure, and longest name, in characters
MAX_ROWS = 100_000  #: most rows of `o` or `s`
MAX_REJECTED = 10  #: most rejected rows of `o` or `s` reported per call
MAX_MEASURE = 2**63  #: largest measure of a differ
_OURS = {"kaggle_batt", "__main__"}  #: packages that stay as they are, whatever lies beside the module
_SETTLED = "<settled>"  #: in the code of a slice: `_settled`, which no name of a module can hide

_modules: dict[Path, ModuleType] = {}
_depth = sys.getrecursionlimit()


def load(path: Path) -> ModuleType:
    """The module of a file, imported once a worker; its folder comes first in the import path."""
    global _depth
    if path not in _modules:
        folder = path.parent
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
            _forget_namesakes(folder)
        typing.get_type_hints = get_type_hints
        before = sys.getrecursionlimit()
        if needs_numpy(folder):
            importlib.import_module("numpy")  # here, so that it is seeded before the module draws
        _seed(path.name)
        try:
            _modules[path] = _imported(path)
        finally:
            _depth = max(before, sys.getrecursionlimit())
            sys.setrecursionlimit(before)
    return _modules[path]


def needs_numpy(folder: Path) -> bool:
    """Whether a file beside the module may import numpy."""
    for file in folder.glob("*.py"):
        with suppress(OSError):
            if file.is_file() and b"numpy" in file.read_bytes():
                return True
    return False


@functools.lru_cache
def snapshot(path: Path) -> Snapshot:
    """The state of the module, those beside it and this process, after the module's import."""
    load(path)
    return Snapshot([module for module in _imported_modules() if _is_under(path.parent, module)])


def other_globals(path: Path) -> Globals:
    """The globals of all modules that are not beside this one, as they are now."""
    return Globals([module for module in _imported_modules() if not _is_under(path.parent, module)])


def put_back(path: Path) -> None:
    """Undo what a call has changed in this process; nothing where the module can't be imported."""
    if path in _modules:
        snapshot(path).put_back()


def _imported_modules() -> list[ModuleType]:
    return [module for module in list(sys.modules.values()) if isinstance(module, ModuleType)]


def _imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise BatteryError(f"{path.name} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _forget_namesakes(folder: Path) -> None:
    """Drop modules that the parent imported from elsewhere under a name that the folder has."""
    beside = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    for name in list(sys.modules):
        first = name.partition(".")[0]
        known = first in _OURS or first in sys.stdlib_module_names
        if first in beside and not known and not _is_under(folder, sys.modules[name]):
            del sys.modules[name]


def _is_under(folder: Path, module: ModuleType) -> bool:
    return str(getattr(module, "__file__", None) or "").startswith(f"{folder}/")


def read_calls(path: Path) -> dict[str, Any]:
    """The module's `calls`, its `rejected` entries, and a `digest` of the files that it loaded."""
    if not callable(getattr(load(path), "batt", None)):
        raise BatteryError(f"{path.name} has no function batt")
    beside = path.with_name(f"{path.stem}_call.py")
    if not beside.is_file():
        note = "there is none: programs are rows of the module's outputs, without slices and differs"
        return {"calls": {}, "rejected": {beside.name: note}, "digest": _digest(path.parent)}
    calls = getattr(load(beside), "t_call", None)
    if not isinstance(calls, Mapping):
        raise BatteryError(f"{beside.name} has no dictionary t_call")
    found: dict[int, str] = {}
    rejected: dict[str, str] = {}
    for key, value in calls.items():
        number, text = _number(key), _text(value)
        if number is None or text is None:
            rejected[f"t_call[{key!r}]"[:MAX_DETAIL]] = "not a variable's number and its call"
        else:
            found[number] = text
    return {"calls": found, "rejected": rejected, "digest": _digest(path.parent)}


def _number(key: Any) -> int | None:
    if type(key) is int or (isinstance(key, str) and key.isdecimal()):
        key = f"t{key}"
    return variable_of(key) if isinstance(key, str) else None


def _text(value: Any) -> str | None:
    """A call as text, also where it is a tuple of its parts or an object that holds either as `value`."""
    value = getattr(value, "value", value)
    if isinstance(value, (tuple, list)) and all([isinstance(part, str) for part in value]):
        value = ", ".join(value)
    return str(value) if isinstance(value, str) else None


def _digest(folder: Path) -> str:
    """The md5 of the files below the folder that are imported now."""
    names = {str(module.__file__) for module in list(sys.modules.values()) if _is_under(folder, module)}
    total = hashlib.md5(usedforsecurity=False)
    for name in sorted(names):
        with suppress(OSError):
            total.update(name.removeprefix(str(folder)).encode() + Path(name).read_bytes())
    return total.hexdigest()


PARAMETERS = ("task_id", "S", "I", "C", "log_path")  #: other generations: fewer, O for C


def call_batt(path: Path, seed: str, *args: Any) -> tuple[Any, Any]:
    """`(o, s)` of the module's `batt` with these arguments, with generators of random numbers at `seed`."""
    batt = _ready(path, seed).batt
    found = _settled(batt(*_taken(batt, args)))
    if not isinstance(found, (tuple, list)) or len(found) != 2:
        raise BatteryError(f"batt returned {type(found).__name__}, not (o, s)")
    return found[0], found[1]


def _taken(batt: Any, args: tuple[Any, ...]) -> list[Any]:
    """The arguments that `batt` takes, in its order; by position if it takes all of them."""
    parameters = list(inspect.signature(batt).parameters.values())
    if len(parameters) == len(args) or any([one.kind is one.VAR_POSITIONAL for one in parameters]):
        return [*args]
    given = dict(zip(PARAMETERS, args, strict=True))
    given["O"] = given["C"]
    names = [one.name for one in parameters if one.name in given or one.default is one.empty]
    if not set(names) <= set(given):
        expected = f"batt({', '.join(PARAMETERS)}) or some of these was expected"
        raise BatteryError(f"{expected}, not batt({', '.join([one.name for one in parameters])})")
    return [given[name] for name in names]


def unwrapped(value: Any) -> Any:
    """The value of a pair `(ok, value)`, ValueError if it is not ok; any other value as it is."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], bool):
        if not value[0]:
            raise ValueError("the module marked the value as failed")
        return value[1]
    return value


def slice_answer(path: Path, seed: str, text: str, task_id: str, given: Mapping[str, Any]) -> str:
    """The answer that a slice gives alone, its names taken from the module's namespace."""

    def output_of(variable: int) -> Any:
        return _output_of(variable, call_batt(path, seed, task_id, *given.values(), None)[0])

    names = vars(_ready(path, seed))
    run = FunctionType(_code(text), names)
    return answer_text(run(**given, **{OUTPUT: output_of, _SETTLED: _settled}))


def is_harmless(path: Path, text: str) -> bool:
    """Whether calls of a slice, or of `batt` if the text is "", leave nothing behind in this process."""
    names = vars(load(path))
    batt = not text or OUTPUT in text
    return harmless.is_harmless(names["batt"] if batt else FunctionType(_code(text), names))


@functools.lru_cache(maxsize=4096)
def _code(text: str) -> CodeType:
    """The code of a slice as a function of all inputs, in which the value of each call is awaited."""
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    function.args.args = [ast.arg(name) for name in (*INPUTS, OUTPUT, _SETTLED)]
    for line in function.body:
        if isinstance(line, ast.Assign):
            line.value = ast.Call(ast.Name(_SETTLED, ast.Load()), [line.value], [])
    module = ast.fix_missing_locations(ast.Module([function], []))
    code = compile(module, "<t_call>", "exec", dont_inherit=True)
    return next(part for part in code.co_consts if isinstance(part, CodeType))


def _ready(path: Path, seed: str) -> ModuleType:
    """The module, with the recursion limit that it set, which a worker must not keep between jobs."""
    module = load(path)
    _seed(seed)
    sys.setrecursionlimit(_depth)
    return module


def _seed(seed: str) -> None:
    """Make the generators of random numbers that a process shares equal in all workers."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(random.Random(seed).getrandbits(32))


def _settled(value: Any) -> Any:
    if not inspect.isawaitable(value):
        return value

    async def wait() -> Any:
        return await value

    return asyncio.run(wait())


def outputs_of(o: Any) -> tuple[list[Any], list[Any]]:
    """[variable, mutated, solver id, answer or null, why null] of each row of `o`; the rejected rows."""
    return _rows(o, _output, "(variable number, mutated, solver id, output grid)")


def _output(row: Any) -> list[Any]:
    variable, mutated, solver, grid, *_ = row
    head = [_variable(variable), bool(mutated), _name(solver)]
    try:
        return [*head, answer_text(unwrapped(grid)), None]
    except ValueError as error:
        return [*head, None, _steady(str(error))]


def _output_of(wanted: int, o: Any) -> Any:
    """The grid of a variable in rows of outputs."""
    rows, _ = outputs_of(o)
    for variable, _, _, text, why in rows:
        if variable == wanted:
            if text is None:
                raise ValueError(why)
            return grid_rows(text)
    raise ValueError("the module gave no output")


def measures_of(s: Any) -> tuple[list[Any], list[Any]]:
    """[variable, solver id or null, differ name, measure or null] of each row of `s`; the rejected rows."""
    return _rows(s, _measure, "(variable number, solver id, differ name, value)")


def _measure(row: Any) -> list[Any]:
    variable, solver, name, value = row
    raw = solver is None or (isinstance(solver, str) and solver == "None")
    return [_variable(variable), None if raw else _name(solver), _name(name), measure_of(value)]


def _variable(value: Any) -> int:
    number = operator.index(value)
    if isinstance(value, bool) or not 0 <= number < 10**9:
        raise ValueError("no variable's number")
    return number


def _name(value: Any) -> str:
    if not isinstance(value, (str, int)):
        raise TypeError(f"a name was expected, not {type(value).__name__}")
    return str(value)[:MAX_DETAIL]


def _rows(rows: Any, read: Callable[[Any], list[Any]], form: str) -> tuple[list[Any], list[Any]]:
    """The rows as `read`; [place, reason] of those that it refuses."""
    if not isinstance(rows, (tuple, list)):
        raise BatteryError(f"a list of {form} was expected, not {type(rows).__name__}")
    if len(rows) > MAX_ROWS:
        raise BatteryError(f"{len(rows)} rows of {form}; at most {MAX_ROWS} are read")
    found: list[Any] = []
    rejected: list[Any] = []
    for place, row in enumerate(rows):
        try:
            found.append(read(row))
        except MemoryError:
            raise
        except Exception as error:
            if len(rejected) < MAX_REJECTED:
                rejected.append([place, f"{form} was expected: {error_text(error)}"[:MAX_DETAIL]])
    return found, rejected


def answer_text(value: Any) -> str:
    """The text of a grid: rows (tuples, lists or an array) of colors 0..9, 1..30 a side; else ValueError."""
    rows = plain_rows(value)
    if fault := grid_fault(rows):
        raise ValueError(f"the output is no grid: {fault}")
    return grid_text(rows)


def measure_of(value: Any) -> int | None:
    """The measure that a differ's value is, or begins with; None without one."""
    try:
        value = unwrapped(value)
        if isinstance(value, (tuple, list)):
            value = value[0] if len(value) else None
        measure = operator.index(value)
    except (TypeError, ValueError):
        return None
    return measure if not isinstance(value, bool) and 0 <= measure < MAX_MEASURE else None


def error_text(error: BaseException) -> str:
    return _steady(describe(error).decode())


def _steady(text: str) -> str:
    """The text of a failure without addresses, which differ from run to run."""
    return re.sub(r"0x[0-9a-fA-F]+", "0x…", text)[:MAX_DETAIL]
