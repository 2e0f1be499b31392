"""Functions as values of the language: the primitives, bound functions and composed ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable as PyCallable
from inspect import signature
from typing import Any

from kaggle_batt.dsl.values.build import adopt, expected, kind_of
from kaggle_batt.dsl.values.limits import DIRECT, FREE_PARTS, MAX_LAYERS, UNLIMITED, meter, spend
from kaggle_batt.dsl.values.sets import NESTED, weigh
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object, SetValue
from kaggle_batt.errors import DslError, LimitError

RawFunction = PyCallable[..., Any]

#: what a raw primitive may raise where its arguments are outside its domain
DOMAIN_ERRORS = (
    DslError, TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError,
    RecursionError, StopIteration,
)  # fmt: skip

SHOWN_PARTS = 256  #: functions of more parts are shown by their digest


class Function:
    """A function of the language; two are equal when their expressions are.

    Calling it takes plain or own values and raises only `DslError` (or its `LimitError`) for arguments
    outside its domain. `call` is the bare function, for callers that check the size of its value
    (`programs.evaluate`). `within` is what other functions call: it checks a value that could exceed the
    limits. `parts` counts the primitives and the bound and composed functions in it, each as often as it
    shows; `layers` is their depth. `form` and `loop` are what `primitives.loops` remembers of it.
    """

    __slots__ = (
        "_digest", "_plain", "args", "arity", "call", "form", "layers", "loop", "name", "parts", "within",
    )  # fmt: skip

    def __init__(self, name: str, call: RawFunction, arity: int, args: tuple[Any, ...] = ()) -> None:
        self.name = name
        self.call = self.within = call
        self.arity = arity
        self.args = args
        parts = layers = 1
        for arg in args:
            if isinstance(arg, Function):
                parts += arg.parts
                if arg.layers >= layers:
                    layers = arg.layers + 1
        self.parts: int = parts if parts < UNLIMITED else UNLIMITED
        self.layers: int = layers
        self.form: tuple[Any, list[Any]] | None = None
        self.loop: tuple[Any, RawFunction] | None = None
        self._digest: str | None = None
        self._plain: Function | None = None
        if layers > MAX_LAYERS:
            raise LimitError(f"a function of over {MAX_LAYERS} layers")
        if parts > FREE_PARTS:
            self.call = self.within = _counted(call, self.parts)

    @property
    def expression(self) -> str:
        """The function as an expression of primitives and constants; of many parts, a digest of it."""
        if not self.args:
            return self.name
        if self.parts > SHOWN_PARTS:
            return f"{self.name}({self.parts} parts, {self.digest})"
        inner = [arg.expression if isinstance(arg, Function) else repr(arg) for arg in self.args]
        return f"{self.name}({', '.join(inner)})"

    @property
    def digest(self) -> str:
        """An md5 of how the function is made; shared parts are visited once."""
        if self._digest is None:
            text = f"{self.name}({','.join(map(_text, self.args))})"
            self._digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        return self._digest

    @property
    def key(self) -> tuple[Any, ...]:
        """A key that no other function has."""
        return (Function, self.digest)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        if keywords:
            args = (*args, *self._by_name(len(args), keywords))
        outer = meter.left
        start = meter.left = min(outer, DIRECT)
        try:
            args = tuple([_taken(arg) for arg in args])
            return self._called(args)
        except DOMAIN_ERRORS as error:
            raise domain_error(self.expression, args, error) from None
        finally:
            meter.left = outer - min(start, start - meter.left)

    def _by_name(self, before: int, keywords: dict[str, Any]) -> list[Any]:
        """The arguments given by name, in order, that follow the first `before`."""
        names = getattr(self, "names", ())[before:]
        if set(names) != set(keywords):
            wanted, given = ", ".join(names), ", ".join(keywords)
            raise DslError(f"{self.name}: {wanted} were expected by name, not {given}")
        return [keywords[name] for name in names]

    def _called(self, args: tuple[Any, ...]) -> Any:
        try:
            return self.within(*args)
        except DOMAIN_ERRORS as error:
            if isinstance(error, LimitError):
                raise
            try:
                return call_in_plain(self, args)
            except DOMAIN_ERRORS as again:
                raise (again if isinstance(again, LimitError) else error) from None

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Function) and self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.expression


class Primitive(Function):
    """A named function of the language with the types of its arguments and of its result.

    `extension` is true of the package's own primitives, false of the 160 of the shared vocabulary; `counts`
    if the value counts a step for every 16 of its elements. `names` are the arguments' names. `plain` is the
    function for values that the fast one refuses.
    """

    __slots__ = ("counts", "extension", "names", "params", "plain", "result", "summary")

    def __init__(
        self,
        name: str,
        call: RawFunction,
        params: tuple[str, ...],
        result: str,
        summary: str,
        names: tuple[str, ...] = (),
    ) -> None:
        super().__init__(name, call, len(params))
        self.params = params
        self.names = names or call.__code__.co_varnames[: len(params)]
        self.result = result
        self.summary = summary
        self.extension = bool(names)
        self.counts = False
        self.plain: RawFunction | None = None

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return f"{self.name}({', '.join(self.params)}) -> {self.result}: {self.summary}"


def _taken(value: Any) -> Any:
    """An argument as a value of the language: a Python function becomes a `Function`."""
    if type(value) in (tuple, list, set, frozenset) and any(map(callable, value)):
        return adopt(type(value)(map(_taken, value)))
    if not callable(value) or isinstance(value, Function):
        return adopt(value)
    try:
        arity = len(signature(value).parameters)
    except (TypeError, ValueError):  # some of Python's own have none
        arity = 1
    made = Function(getattr(value, "__name__", "function"), lambda *args: adopt(value(*args)), arity)
    made._digest = f"{id(value):x}"
    return made


def _text(value: Any) -> str:
    """A text that equal values share, and no others."""
    if isinstance(value, Function):
        return value.digest
    if isinstance(value, SetValue):
        return f"{{{','.join(map(_text, value.ordered()))}}}"
    if type(value) is tuple or type(value) is Grid:
        return f"({','.join(map(_text, value))})"
    return str(int(value)) if isinstance(value, int) else repr(value)


def raw(function: Any) -> RawFunction:
    """What other functions call of a function; for a value of another kind, what raises `DslError`."""
    return function.within if isinstance(function, Function) else _refusing(function)


def _refusing(value: Any) -> RawFunction:
    """In place of a value that is no function, which matters only if it is called."""

    def refuse(*args: Any) -> Any:
        raise expected("a function", value)

    return refuse


MAKERS: dict[str, RawFunction] = {}  #: what makes a function of functions, by name


def in_plain(function: Function) -> Function:
    """The function with every primitive in it in its plain form (`dsl.plain`): any values, but slower."""
    if function._plain is None:
        if isinstance(function, Primitive):
            made = Function(function.name, _tolerant(function), function.arity)
        else:
            made = MAKERS[function.name](*map(_argument, function.args)) if function.args else function
        made._plain = function._plain = made
    return function._plain


def call_in_plain(function: Function, args: tuple[Any, ...]) -> Any:
    """The value of a failed call on values of any kind; raises `DOMAIN_ERRORS` if it fails again."""
    takes_functions = function.name == "rapply" or any([isinstance(arg, Function) for arg in args])
    if takes_functions or not isinstance(function, Primitive):
        return in_plain(function).call(*args)
    if function.plain is None:
        raise DslError("there is no other way")
    return function.plain(*args)


def _argument(value: Any) -> Any:
    """An argument with the functions in it in their plain form."""
    if isinstance(value, Function):
        return in_plain(value)
    if type(value) is tuple and any([isinstance(item, Function) for item in value]):
        return tuple(map(_argument, value))
    return value


def _tolerant(primitive: Primitive) -> RawFunction:
    within, plain = primitive.within, primitive.plain

    def tolerant(*args: Any) -> Any:
        args = tuple(map(_argument, args))
        try:
            return within(*args)
        except DOMAIN_ERRORS as error:
            if isinstance(error, LimitError) or plain is None or len(args) != primitive.arity:
                raise
            return plain(*args)

    return tolerant


_COMPACT = frozenset({int, bool, Grid, Indices, Object})  #: the kinds of values that take little memory


def _is_compact(value: Any) -> bool:
    """Does the value take little memory?"""
    parts = value if type(value) is tuple and len(value) <= 2 else (value,)
    return _COMPACT.issuperset(map(type, parts))


def _counted(call: RawFunction, steps: int) -> RawFunction:
    """The function, each call counted as that many steps. A call on the argument of the last call, as by a
    part that a function has twice, spends what that one did."""
    last: tuple[Any, Any, int] | None = None

    def counted(*args: Any) -> Any:
        nonlocal last
        spend(steps)
        if len(args) != 1:
            return call(*args)
        (arg,), known = args, last
        if known is not None and known[0] is arg:
            spend(known[2])
            return known[1]
        left = meter.left
        value = call(arg)
        if (type(arg) in _COMPACT or _is_compact(arg)) and (type(value) in _COMPACT or _is_compact(value)):
            last = arg, value, left - meter.left
        return value

    return counted


def weighed(call: RawFunction) -> RawFunction:
    """The function with the size and depth of its values checked."""

    def within(*args: Any) -> Any:
        value = call(*args)
        if type(value) in NESTED:
            weigh(value)
        return value

    return within


def domain_error(name: str, args: tuple[Any, ...], error: BaseException) -> DslError:
    """The one kind of error for a call outside its domain: primitive, kinds of arguments, cause."""
    kind = LimitError if isinstance(error, LimitError) else DslError
    reason = str(error) or type(error).__name__
    return kind(f"{name}({', '.join(map(kind_of, args))}): {reason}")
