"""Cells of all samples as bits: each (layer, value) is one row of 64-bit words over demo and test cells.

A question about thousands of layers is then an `&` and a count of bits over one matrix.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.states import Shapes
from kaggle_batt.search.step_budget import StepBudget

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
NO_CELL = 255
#: of a layer with more values than this only the lowest are kept
MOST_VALUES = 12


def _padded(cells: int) -> int:
    return -(-cells // 64) * 64


def lookup_of(changes: Iterable[tuple[int, int]]) -> Array:
    """An array that gives the new value of each value from 0 to 255."""
    lookup = np.arange(256, dtype=np.uint8)
    for old, new in changes:
        lookup[old] = new
    return lookup


def count(words: Words) -> Counts:
    """Number of set bits of each row."""
    return np.bitwise_count(words).sum(-1, dtype=np.int64)  # type: ignore[no-any-return]


@dataclass(eq=False)
class Layer:
    """A picture or a feature over all cells: its values, one row of bits for each value.

    `name` is that of a feature, empty for a state; `above` keeps what `Sheet.at_least` makes.
    """

    vector: Array
    values: Array
    rows: Words
    expression: Expression
    cost: int
    picture: bool
    name: str = ""
    above: Words | None = None


class Sheet:
    """The cells of states of the same shapes, with the demo outputs on them."""

    def __init__(self, outputs: list[Array], shapes: Shapes, budget: StepBudget) -> None:
        self.shapes, self.budget = shapes, budget
        self.demos = len(outputs)
        self.sizes = [shape[0] * shape[1] for shape in shapes]
        self.demo_cells = sum(self.sizes[: self.demos])
        self.start = _padded(self.demo_cells)
        self.length = self.start + _padded(sum(self.sizes[self.demos :]))
        self.words = self.start // 64
        self.target = self.vector_of(outputs)
        self.colors = [int(color) for color in np.unique(self.target[: self.demo_cells])]
        wanted = self.bits(self.target[None] == np.array(self.colors, np.uint8)[:, None])
        self.wanted = wanted[:, : self.words]
        self.everything = np.bitwise_or.reduce(self.wanted, 0)

    def vector_of(self, grids: Any) -> Array:
        """The cells of the grids (demos, then tests if given) as one padded vector."""
        vector = np.full(self.length, NO_CELL, np.uint8)
        demo = np.concatenate([grid.ravel() for grid in grids[: self.demos]])
        vector[: self.demo_cells] = demo
        if len(grids) > self.demos:
            test = np.concatenate([grid.ravel() for grid in grids[self.demos :]])
            vector[self.start : self.start + len(test)] = test
        return vector

    def bits(self, masks: npt.NDArray[np.bool_]) -> Words:
        """Rows of booleans as rows of words."""
        return np.ascontiguousarray(np.packbits(masks, axis=-1)).view(np.uint64)

    def shares(self, rows: Words) -> Counts:
        """For each row its number of demo cells of each output color."""
        demo = rows[:, : self.words]
        return np.stack([count(demo & wanted) for wanted in self.wanted], 1)

    def right(self, vector: Array) -> Words:
        """The demo cells in which the vector equals the output."""
        right: Words = self.bits((vector == self.target)[None])[0, : self.words] & self.everything
        return right

    def layer(self, grids: tuple[Array, ...], expression: Expression, cost: int, picture: bool) -> Layer:
        """The layer of one grid per sample."""
        vector = self.vector_of(grids)
        present = np.bincount(vector, minlength=256)[:NO_CELL].nonzero()[0]
        values = present[:MOST_VALUES].astype(np.uint8)
        rows = self.bits(vector[None] == values[:, None])
        return Layer(vector, values, rows, expression, cost, picture)

    def at_least(self, layer: Layer) -> Words:
        """For each value of the layer but the lowest, the cells with at least that value."""
        if layer.above is None:
            inside = self.bits((layer.vector < NO_CELL)[None])
            layer.above = inside & ~np.bitwise_or.accumulate(layer.rows[:-1], 0)
        return layer.above

    def mask_of(self, words: Words) -> npt.NDArray[np.bool_]:
        """One row of words as one boolean per cell."""
        return np.unpackbits(words.view(np.uint8)).astype(bool)

    def answers(self, vector: Array) -> list[Array]:
        """The test grids in a vector over all cells."""
        found, at = [], self.start
        for shape, size in zip(self.shapes[self.demos :], self.sizes[self.demos :], strict=True):
            found.append(vector[at : at + size].reshape(shape))
            at += size
        return found
