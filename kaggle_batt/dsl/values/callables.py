"""Functions as values of the language: the primitives, and what is bound and composed of them."""

from __future__ import annotations

from collections.abc import Callable as PyCallable
from typing import Any

from kaggle_batt.dsl.values.build import adopt, expected, kind_of
from kaggle_batt.dsl.values.keys import key_of
from kaggle_batt.dsl.values.limits import DIRECT, FREE_PARTS, MAX_PARTS, meter, spend
from kaggle_batt.dsl.values.sets import NESTED, weigh
from kaggle_batt.errors import DslError, LimitError

RawFunction = PyCallable[..., Any]

#: what a raw primitive may raise where its arguments are outside its domain
DOMAIN_ERRORS = (
    DslError, TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError,
    RecursionError, StopIteration,
)  # fmt: skip


class Function:
    """A function of the language; two are equal when their expressions are.

    Calling it takes plain or own values and raises only `DslError` (or its `LimitError`) for arguments
    outside its domain. `call` is the bare function, for callers that check the size of its value
    (`programs.evaluate`); `within` is what other functions call: it checks a value that could outgrow the
    limits. `arity` is the number of its arguments, `parts` the number of primitives and of bound and composed
    functions in it, `form` how it is composed (`primitives.loops.form_of`), once that was asked for.
    """

    __slots__ = ("_key", "args", "arity", "call", "form", "name", "parts", "within")

    def __init__(
        self, name: str, call: RawFunction, arity: int, args: tuple[Any, ...] = (), parts: int = 1
    ) -> None:
        self.name = name
        self.call = self.within = call
        self.arity = arity
        self.args = args
        self.parts = parts
        self.form: tuple[Any, list[Any]] | None = None
        self._key: tuple[Any, ...] | None = None
        if parts > MAX_PARTS:
            raise LimitError(f"a function of over {MAX_PARTS} parts")
        if parts > FREE_PARTS:
            self.call = self.within = _counted(call, parts)

    @property
    def expression(self) -> str:
        """The function as an expression of primitives and constants."""
        if not self.args:
            return self.name
        inner = [arg.expression if isinstance(arg, Function) else repr(arg) for arg in self.args]
        return f"{self.name}({', '.join(inner)})"

    @property
    def key(self) -> tuple[Any, ...]:
        """A key that no other function has."""
        if self._key is None:
            self._key = (Function, self.name, *map(key_of, self.args))
        return self._key

    def __call__(self, *args: Any) -> Any:
        outer = meter.left
        start = meter.left = min(outer, DIRECT)
        try:
            args = tuple([adopt(arg) for arg in args])
            return self.within(*args)
        except DOMAIN_ERRORS as error:
            raise domain_error(self.expression, args, error) from None
        finally:
            meter.left = outer - (start - meter.left)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Function) and self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.expression


class Primitive(Function):
    """A named function of the language with the types of its arguments and of its result.

    `extension` is true of the package's own primitives, false of the 160 of the shared vocabulary; `counts`
    is true where the value counts a step for every 16 of its elements; `names` are the arguments' names.
    """

    __slots__ = ("counts", "extension", "names", "params", "result", "summary")

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

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return f"{self.name}({', '.join(self.params)}) -> {self.result}: {self.summary}"


def raw(function: Any) -> RawFunction:
    """What other functions call of a function; raises `DslError` for a value of another kind."""
    if isinstance(function, Function):
        return function.within
    raise expected("a function", function)


def _counted(call: RawFunction, steps: int) -> RawFunction:
    """The function, each call counted as that many steps."""

    def counted(*args: Any) -> Any:
        spend(steps)
        return call(*args)

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
