"""What the oracle's primitives share: the one error, functions as values, the order, checked arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

#: what Python raises where a primitive is called outside its domain
FAILURES = (TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError, RecursionError)


class OracleError(Exception):
    """A primitive was called outside its domain."""


class Function:
    """A function value: its expression, its number of arguments, the Python function behind it."""

    def __init__(self, text: str, arity: int, run: Callable[..., Any]) -> None:
        self.text = text
        self.arity = arity
        self.run = run

    def __call__(self, *args: Any) -> Any:
        if len(args) != self.arity:
            raise OracleError(f"{self.text} takes {self.arity} arguments, not {len(args)}")
        try:
            return self.run(*args)
        except FAILURES as error:
            raise OracleError(f"{self.text}: {error}") from error

    def __repr__(self) -> str:
        return self.text


#: the primitives by name, in the order in which they are defined
PRIMITIVES: dict[str, Function] = {}


def primitive(run: Callable[..., Any]) -> Function:
    """Make a Python function a primitive and list it in `PRIMITIVES`."""
    name = run.__name__
    found = Function(name, len(inspect.signature(run).parameters), run)
    PRIMITIVES[name] = found
    return found


def order_key(value: Any) -> Any:
    """What sorts values: numbers by value, tuples by their parts, sets by their sorted elements.

    Kinds that meet in one set (only odd programs make such sets) come as nothing, number, tuple, set,
    function.
    """
    if value is None:
        return (0,)
    if isinstance(value, int):
        return (1, int(value))
    if isinstance(value, tuple):
        return (2, [order_key(part) for part in value])
    if isinstance(value, frozenset):
        return (3, sorted(order_key(part) for part in value))
    if isinstance(value, Function):
        return (4, value.text)
    raise OracleError(f"no value of the language: {value!r}")


def ordered(container: Any) -> tuple[Any, ...]:
    """The elements of a container: a tuple as it is, a set in ascending order."""
    if isinstance(container, tuple):
        return container
    if isinstance(container, frozenset):
        return tuple(sorted(container, key=order_key))
    raise OracleError(f"no container: {container!r}")


def like(container: Any, elements: Any) -> Any:
    """The elements in a container of the same kind."""
    return frozenset(elements) if isinstance(container, frozenset) else tuple(elements)


def whole(value: Any) -> int:
    """The Integer."""
    if not isinstance(value, int):
        raise OracleError(f"no Integer: {value!r}")
    return value


def is_location(value: Any) -> bool:
    """Is it a pair of Integers?"""
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value)


def is_cell(value: Any) -> bool:
    """Is it a pair of a color and a location?"""
    return (
        isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], int) and is_location(value[1])
    )


def vector(value: Any) -> tuple[int, int]:
    """The IntegerTuple."""
    if not is_location(value):
        raise OracleError(f"no IntegerTuple: {value!r}")
    return value


def rows(grid: Any) -> tuple[tuple[int, ...], ...]:
    """The grid, which may be degenerate (no rows, or rows of no cells)."""
    if not isinstance(grid, tuple) or not all(isinstance(row, tuple) for row in grid):
        raise OracleError(f"no grid: {grid!r}")
    if len({len(row) for row in grid}) > 1 or not all(isinstance(cell, int) for row in grid for cell in row):
        raise OracleError(f"no grid: {grid!r}")
    return grid


def cells(obj: Any) -> tuple[Any, ...]:
    """The cells of an object (a set, or a tuple as `mpapply` makes it) in their order."""
    found = ordered(obj)
    if not all(is_cell(cell) for cell in found):
        raise OracleError(f"no object: {obj!r}")
    return found


def some_rows(grid: Any) -> tuple[tuple[int, ...], ...]:
    """The grid, which has a row or more."""
    if not rows(grid):
        raise OracleError("the grid has no rows")
    return grid


def a_patch(value: Any) -> frozenset[Any]:
    """The patch that is a set: where a tuple of its locations would be something else."""
    if not isinstance(value, frozenset):
        raise OracleError(f"no set: {value!r}")
    return value


def places(patch: Any) -> frozenset[tuple[int, int]]:
    """The locations of a patch (a set of locations or of cells, or a tuple as `mpapply` makes it)."""
    found = ordered(patch)
    if patch == ():
        raise OracleError("no patch: ()")
    if all(is_location(place) for place in found):
        return frozenset(found)
    return frozenset(place for _, place in cells(patch))


def some_places(patch: Any) -> frozenset[tuple[int, int]]:
    """The locations of a patch that has some."""
    found = places(patch)
    if not found:
        raise OracleError("the patch is empty")
    return found
