"""Whether calls of an older module can leave anything behind, read from their compiled code before they run.

A function is harmless if all that it reaches (by globals, closure and defaults) is immutable or harmless in
turn, and it does not assign a global, an attribute or a captured variable, import, or run asynchronously. A
call then changes only objects of its own, and depends on its arguments alone. In doubt, it is harmful.
"""

import builtins
import collections
import dis
import functools
import inspect
import itertools
import math
import types
from collections.abc import Iterable
from typing import Any

_MODULES = (math, itertools)
_BUILTINS = (
    *(abs, all, any, bin, bool, bytearray, bytes, callable, chr, complex, dict, divmod, enumerate, filter),
    *(float, format, frozenset, hex, int, isinstance, issubclass, iter, len, list, map, max, min, next, oct),
    *(ord, pow, range, repr, reversed, round, set, slice, sorted, str, sum, tuple, type, zip),
    *(functools.partial, functools.reduce, collections.Counter, collections.defaultdict),
)
_IMMUTABLE = {int, float, complex, str, bytes, bool, range, type(None), type(...), type(NotImplemented)}
_WRITES = {*dis.hasname} - {  #: instructions that work with a name and are more than reading it
    dis.opmap[name] for name in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_ATTR", "LOAD_METHOD") if name in dis.opmap
}
_CAPTURED = {dis.opmap[name] for name in ("STORE_DEREF", "DELETE_DEREF")}
_ASYNCHRONOUS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
_INNER_TYPES = (
    *(types.AsyncGeneratorType, types.CodeType, types.CoroutineType),
    *(types.FrameType, types.GeneratorType, types.TracebackType),
)
#: attributes that lead from an object to the frames, code or globals behind it, but for those with `__`
_INNER = {name for kind in _INNER_TYPES for name in dir(kind) if "_" in name}


def _known() -> Iterable[Any]:
    """Callables that keep nothing, as they are before any module of a user's can replace them."""
    yield from _BUILTINS
    classes = [one for one in vars(builtins).values() if isinstance(one, type)]
    yield from [one for one in classes if issubclass(one, BaseException)]
    yield from [value for module in _MODULES for value in vars(module).values() if callable(value)]


_proven: dict[int, Any] = {id(value): value for value in _known()}  #: what is known to be harmless, by id


def is_harmless(value: Any) -> bool:
    """Whether calls of a function leave nothing behind; of another value, whether it is immutable."""
    seen: dict[int, Any] = {}
    stack = [value]
    while stack:
        value = stack.pop()
        if id(value) not in seen and id(value) not in _proven:
            seen[id(value)] = value
            parts = _parts(value)
            if parts is None:
                return False
            stack += parts
    _proven.update(seen)
    return True


def _parts(value: Any) -> Iterable[Any] | None:
    """What a value consists of or reaches; None if the value itself is harmful."""
    kind = type(value)
    if kind in _IMMUTABLE:
        return ()
    if kind in (tuple, frozenset):
        return tuple(value)
    if kind is types.FunctionType:
        return _parts_of_function(value)
    if kind is types.ModuleType and value in _MODULES:
        return [part for name, part in vars(value).items() if not name.startswith("__")]
    return None


def _parts_of_function(function: types.FunctionType) -> Iterable[Any] | None:
    if not all([name.startswith("__") for name in vars(function)]):
        return None  # its attributes are read like methods
    reached = _reached(function)
    try:
        captured = [cell.cell_contents for cell in function.__closure__ or ()]
    except ValueError:  # without a value yet
        return None
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    return None if reached is None else [*reached, *captured, *defaults]


def _reached(function: types.FunctionType) -> list[Any] | None:
    """The values of the global names in a function and those inside it; None if one is harmful itself.

    Names of attributes are among them where a global has the same name.
    """
    codes = [function.__code__]
    for inner in codes:  # grows while it is read
        codes += [const for const in inner.co_consts if isinstance(const, types.CodeType)]
    instructions = {one for inner in codes for one in inner.co_code[::2]}
    used = {name for inner in codes for name in inner.co_names}
    if instructions & _WRITES or (function.__closure__ and instructions & _CAPTURED):
        return None
    if used & _INNER or any([name.startswith("__") for name in used]):
        return None
    if any([inner.co_flags & _ASYNCHRONOUS for inner in codes]):
        return None
    names = {**function.__builtins__, **function.__globals__}  # type: ignore[attr-defined, unused-ignore]
    return [names[name] for name in used if name in names]
