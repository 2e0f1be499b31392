"""Declarations: each extension primitive is declared once, by the decorator of its body.

A *family* is an extension primitive that maps one grid (and small integers) to a fixed, named list of grids,
so that costly parts (segmentation, rays) are shared. A result that is not defined for a grid is None in the
tuple, and `nth` refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from inspect import cleandoc, signature
from itertools import chain
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Arguments, Rule, once
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Mask, Results, to_array
from kaggle_batt.dsl.extensions.roles import FIRST_ROLE, color_of, roles_of
from kaggle_batt.dsl.values.build import grid_of
from kaggle_batt.dsl.values.callables import Primitive
from kaggle_batt.dsl.values.limits import spend
from kaggle_batt.dsl.values.shapes import Grid

Body = Callable[..., Results | None]
Table = tuple[tuple[int, ...], ...]  #: a literal table of a program
Cells = tuple[tuple[int, ...], bytes]  #: shape and cells of a grid
STEPS_PER_CELL = 4  #: steps that a family spends for each cell of its grid
EXTENSIONS: dict[str, Extension] = {}  #: by name; complete once all modules of the package are imported


@dataclass(frozen=True)
class Tried:
    """When a search tries a family; a decorator of it.

    Families are tried by `rank`; those whose ranks share all but the last digit take turns, a call each.
    """

    rank: int
    arguments: Rule = once
    deep: bool | Collection[int] = False  #: applied to results too: always, or with these first arguments
    only_resized: bool = False
    crops: bool = False  #: cuts a part out of a grid, worthwhile where the output is known to be one
    resizes: bool = False  #: makes sense as the last step only where the output has the input's size

    def is_deep(self, arguments: Arguments) -> bool:
        """Whether the family is applied with these arguments to results of others too."""
        return self.deep if isinstance(self.deep, bool) else arguments[0] in self.deep

    def __call__(self, family: Family) -> Family:
        """The family, tried this way."""
        made = EXTENSIONS[family.name] = replace(family, tried=self)
        return made


@dataclass(frozen=True, eq=False)
class Extension:
    """An extension primitive: its body, its share of a program's description length in tenths, its types.

    Types are named as in the vocabulary; `Table` is nested tuples of integers.
    """

    function: Callable[..., Any]
    cost: int
    arguments: tuple[str, ...]
    result: str

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def doc(self) -> str:
        return cleandoc(self.function.__doc__ or "")

    def __call__(self, *args: Any) -> Any:
        return self.function(*args)

    @property
    def primitive(self) -> Primitive:
        summary = self.doc.split("\n\n")[0]
        names = tuple(signature(self.function).parameters)
        return Primitive(self.name, self, self.arguments, self.result, summary, names)


@dataclass(frozen=True, eq=False)
class Family(Extension):
    """A function from a grid to named grids; call it with a Grid, or `cells` with an array."""

    names: tuple[str, ...]
    base: int  #: steps that a search pays for a call
    hundred: int  #: steps that it pays for each hundred cells
    tried: Tried | None = None  #: when a search calls it; None if only finishers do
    stacked: bool = False  #: the body takes a stack of grids of one shape and returns a stack for each name
    roles: bool = False  #: the last argument is a color or the number of a role

    @cached_property
    def places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def charge(self, cells: int) -> int:
        """The steps of one call of a search on a grid of that many cells."""
        return self.base + self.hundred * cells // 100

    def cells(self, array: Array, *args: int) -> list[Cells | None]:
        """The results in the order of `names`; None for one that is not defined or too large for a grid."""
        if self.roles:
            color = color_of(array, args[-1])
            if color is None:
                return [None] * len(self.names)
            args = *args[:-1], color
        found = self.function(array[None] if self.stacked else array, *args) or {}
        if self.stacked:
            found = {name: results[0] for name, results in found.items()}
        made: list[Cells | None] = [None] * len(self.names)
        places, shape = self.places, array.shape
        for name, result in found.items():
            if isinstance(result, bytes):
                made[places[name]] = shape, result
            elif result is not None and result.size and max(result.shape) <= LARGEST:
                made[places[name]] = result.shape, _bytes_of(result)
        return made

    def known(self, grids: Sequence[Cells], *args: int) -> Iterator[Sequence[Cells | None]]:
        """What `cells` returns for each grid; unless stacked, kept for the recent grids."""
        if self.stacked:
            return iter(self.together([grids], *args)[0])
        return (_results(self, self._resolved(args, *grid), grid) for grid in grids)

    def _resolved(self, args: tuple[int, ...], shape: tuple[int, ...], data: bytes) -> tuple[int, ...]:
        """The arguments with a color in place of the role that it plays in the grid, if one does."""
        if not self.roles or args[-1] < FIRST_ROLE:
            return args
        color = roles_of(shape, data)[args[-1] - FIRST_ROLE]
        return args if color is None else (*args[:-1], color)

    def together(self, many: Sequence[Sequence[Cells]], *args: int) -> list[list[Sequence[Cells | None]]]:
        """What `known` returns for each sequence of grids; of a stacked family, computed shape by shape."""
        by_shape: dict[tuple[int, ...], dict[bytes, Sequence[Cells | None]]] = {}
        for shape, data in chain.from_iterable(many):
            by_shape.setdefault(shape, {})[data] = ()
        for shape, made in by_shape.items():
            stack = np.frombuffer(b"".join(made), np.uint8).reshape(-1, *shape)
            made.update(zip(made, self._of_stack(stack, *args), strict=True))
        return [[by_shape[shape][data] for shape, data in grids] for grids in many]

    def _of_stack(self, stack: Array, *args: int) -> Iterator[Sequence[Cells | None]]:
        """The results for each grid of a stack, in the shape of its grids."""
        shape, size = stack.shape[1:], stack[0].size
        columns: list[Sequence[Cells | None]] = [[None] * len(stack)] * len(self.names)
        for name, results in (self.function(stack, *args) or {}).items():
            data = _bytes_of(results)
            starts = range(0, len(data), size)
            columns[self.places[name]] = [(shape, data[start : start + size]) for start in starts]
        return zip(*columns, strict=True)

    def __call__(self, grid: Grid, *args: int) -> tuple[Grid | None, ...]:
        """The results as grids; spends steps by the cells."""
        spend(STEPS_PER_CELL * len(grid_of(grid).data))
        cells = self.cells(to_array(grid), *args)
        return tuple([None if one is None else Grid(one[0][0], one[0][1], one[1]) for one in cells])


def _bytes_of(result: Mask) -> bytes:
    return (result if result.itemsize == 1 else result.astype(np.uint8)).tobytes()


@lru_cache(maxsize=2048)
def _results(family: Family, args: tuple[int, ...], grid: Cells) -> list[Cells | None]:
    return family.cells(np.frombuffer(grid[1], np.uint8).reshape(grid[0]), *args)


def family(
    names: str, *, cost: int, charge: tuple[int, int], roles: bool = False, stacked: bool = False
) -> Callable[[Body], Family]:
    """Declare a function that returns named arrays as the family of these names, in this order.

    With `roles` its last argument is a color, which calls may give by its role. With `stacked` it receives a
    stack of grids.
    """

    def declare(function: Body) -> Family:
        types = "Grid", *["Integer"] * (len(signature(function).parameters) - 1)
        results = tuple(names.split())
        made = Family(function, cost, types, "Grids", results, *charge, stacked=stacked, roles=roles)
        EXTENSIONS[made.name] = made
        return made

    return declare


def primitive(cost: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a function of values of the language as an extension primitive."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        *types, result = function.__annotations__.values()
        EXTENSIONS[function.__name__] = Extension(function, cost, tuple(types), result)
        return function

    return declare
