"""Functions as values of the language: the primitives, and what is bound and composed of them."""

from __future__ import annotations

from collections.abc import Callable as PyCallable
from typing import Any

from kaggle_batt.dsl.values.build import adopt, kind_of
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
    """A function of the language.

    Calling it takes plain or own values and raises nothing but `DslError` (or its `LimitError`) for
    arguments outside its domain. `call` is the bare function behind it, for those who see to the size
    of its value (`programs.evaluate`); `within` the same for other functions to call, with what could
    outgrow the limits seen to. `arity` is the number of its arguments, `parts` how many primitives and
    bound or composed functions it is made of; two functions are equal when their expressions are.
    """

    __slots__ = ("_key", "args", "arity", "call", "name", "parts", "within")

    def __init__(
        self, name: str, call: RawFunction, arity: int, args: tuple[Any, ...] = (), parts: int = 1
    ) -> None:
        self.name = name
        self.call = self.within = call
        self.arity = arity
        self.args = args
        self.parts = parts
        self._key: tuple[Any, ...] | None = None
        if parts > FREE_PARTS:
            self._count_parts()

    def _count_parts(self) -> None:
        """See that a large function is not too large, and that calling it counts."""
        if self.parts > MAX_PARTS:
            raise LimitError(f"a function of over {MAX_PARTS} parts")
        bare, parts = self.call, self.parts

        def counted(*args: Any) -> Any:
            spend(parts)
            return bare(*args)

        self.call = self.within = counted

    @property
    def expression(self) -> str:
        """The function as an expression of primitives and constants."""
        if not self.args:
            return self.name
        inner = [arg.expression if isinstance(arg, Function) else repr(arg) for arg in self.args]
        return f"{self.name}({', '.join(inner)})"

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells this function from all others."""
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

    `extension` tells the package's own primitives from the 160 of the shared vocabulary; `counts` those
    whose value counts a step for every 16 of its elements.
    """

    __slots__ = ("counts", "extension", "params", "result", "summary")

    def __init__(
        self,
        name: str,
        call: RawFunction,
        params: tuple[str, ...],
        result: str,
        summary: str,
        extension: bool = False,
    ) -> None:
        super().__init__(name, call, len(params))
        self.params = params
        self.result = result
        self.summary = summary
        self.extension = extension
        self.counts = False

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return f"{self.name}({', '.join(self.params)}) -> {self.result}: {self.summary}"


def raw(function: Any) -> RawFunction:
    """What another function calls of a function value; raise `DslError` for anything else."""
    if isinstance(function, Function):
        return function.within
    raise DslError(f"a function was expected, not {kind_of(function)}")


def weighed(call: RawFunction) -> RawFunction:
    """The function with its values weighed."""

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
