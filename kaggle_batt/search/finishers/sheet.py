"""Cells of all samples as bits: each (layer, value) is one row of 64-bit words over demo and test cells.

A question about thousands of layers is then an `&` and a count of bits over one matrix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
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
MOST_VALUES = 12  #: of a layer with more values than this only the lowest are kept
_LOW = bytes(range(MOST_VALUES))
AT_ONCE = 128  #: layers made in one step, which bounds memory
MOST_REMEMBERED = 20_000  #: layers whose counts and right cells are remembered
UNLIKE = 512  #: pairs of demo cells of unlike outputs by which pairs of layers are sieved


def _padded(cells: int) -> int:
    return -(-cells // 64) * 64


def count(words: Words) -> Counts:
    """Number of set bits of each row."""
    return np.add.reduce(np.bitwise_count(words), -1, dtype=np.int64)  # type: ignore[no-any-return]


def total(words: Words) -> int:
    """Number of all set bits."""
    return int.from_bytes(words.tobytes(), "little").bit_count()


def _values_of(cells: bytes) -> bytes:
    """The values of cells, ascending; of many the lowest."""
    values = bytes([value for value in range(MOST_VALUES) if value in cells])
    if len(values) < MOST_VALUES and (others := cells.translate(None, _LOW)):
        values += bytes(sorted(set(others) - {NO_CELL}))[: MOST_VALUES - len(values)]
    return values


@dataclass(eq=False)
class Layer:
    """A picture, or with a `name` a feature, over all cells: a row of bits for each value; caches `asked`."""

    vector: Array
    values: Array
    rows: Words
    expression: Expression
    cost: int
    picture: bool
    name: str = ""
    asked: tuple[Words, list[bytes]] | None = None

    @cached_property
    def tests(self) -> int:
        """The number of tests on it: equals a value; of a feature of more than two also at least a value."""
        values = len(self.values)
        return values if self.picture or values < 3 else 2 * values - 1

    @cached_property
    def partition(self) -> bytes:
        """A key equal for layers whose values divide the cells alike."""
        data, width = self.rows.tobytes(), 8 * self.rows.shape[1]
        return b"".join(sorted([data[start : start + width] for start in range(0, len(data), width)]))


def matrix_of(layers: Sequence[Layer]) -> Array:
    """The vectors of layers, a row for each."""
    return np.concatenate([layer.vector for layer in layers]).reshape(len(layers), -1)


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
        inside = np.arange(self.length) < self.demo_cells
        inside[self.start : self.start + sum(self.sizes[self.demos :])] = True
        self.cells = self.bits(inside[None])
        self.target = self.vectors_of(np.concatenate([output.ravel() for output in outputs])[None])[0]
        self.colors = [int(color) for color in np.unique(self.target[: self.demo_cells])]
        wanted = self.bits(self.target[None] == np.array(self.colors, np.uint8)[:, None])
        self.wanted = wanted[:, : self.words]
        self.everything = np.bitwise_or.reduce(self.wanted, 0)
        self.paired: dict[tuple[Layer, Layer], Any] = {}  #: what two layers give together
        self._shares: dict[Layer, tuple[Counts, bool]] = {}  #: of a layer, and whether it is pure
        self._rights: dict[Layer, Words] = {}

    @cached_property
    def unlike(self) -> tuple[Any, Any]:
        """Pairs of demo cells with unlike outputs, spread evenly over the colors and the cells."""
        target = self.target[: self.demo_cells]
        places = [np.flatnonzero(target == color).tolist() for color in self.colors]
        colors = [(a, b) for a in range(len(places)) for b in range(a)]
        chosen: tuple[list[int], list[int]] = ([], [])
        state = 12345  # a linear congruential generator, the same everywhere
        for k in range(UNLIKE):
            for color, cells in zip(colors[k % len(colors)], chosen, strict=True):
                state = (state * 1103515245 + 12345) % (1 << 31)
                cells.append(places[color][(state >> 8) % len(places[color])])
        return np.array(chosen[0]), np.array(chosen[1])

    def vectors_of(self, cells: Array) -> Array:
        """A padded row for each row of the cells of grids (demos, then tests if given)."""
        vectors = np.full((len(cells), self.length), NO_CELL, np.uint8)
        vectors[:, : self.demo_cells] = cells[:, : self.demo_cells]
        vectors[:, self.start : self.start + cells.shape[1] - self.demo_cells] = cells[:, self.demo_cells :]
        return vectors

    def bits(self, masks: npt.NDArray[np.bool_]) -> Words:
        """Rows of booleans as rows of words."""
        return np.ascontiguousarray(np.packbits(masks, axis=-1)).view(np.uint64)

    def shares(self, layers: Sequence[Layer]) -> list[Counts]:
        """For each layer, for each of its values the number of demo cells of each output color."""
        if len(self._shares) > MOST_REMEMBERED:
            self._shares.clear()
        new = [layer for layer in layers if layer not in self._shares]
        if new:
            # a column for each row, so that bits are counted along memory
            demo = np.ascontiguousarray(np.concatenate([layer.rows[:, : self.words] for layer in new]).T)
            bits = [np.bitwise_count(demo & wanted[:, None]) for wanted in self.wanted]
            shares = np.array([np.add.reduce(one, 0, dtype=np.int64) for one in bits]).T
            ends = list(accumulate([len(layer.rows) for layer in new], initial=0))
            pure = np.maximum.reduce(shares, 1) == np.add.reduce(shares, 1)
            fits = np.logical_and.reduceat(pure, ends[:-1]).tolist()
            for layer, (start, end), fit in zip(new, pairwise(ends), fits, strict=True):
                self._shares[layer] = shares[start:end], fit
        return [self._shares[layer][0] for layer in layers]

    def pure(self, layers: Sequence[Layer]) -> list[Layer]:
        """The layers of which the output is a function."""
        self.shares(layers)
        return [layer for layer in layers if self._shares[layer][1]]

    def rights(self, layers: Sequence[Layer]) -> list[Words]:
        """For each layer the demo cells in which it equals the output."""
        if len(self._rights) > MOST_REMEMBERED:
            self._rights.clear()
        new = [layer for layer in layers if layer not in self._rights]
        if new:
            equal = matrix_of(new)[:, : self.start] == self.target[: self.start]
            self._rights.update(zip(new, self.bits(equal) & self.everything, strict=True))
        return [self._rights[layer] for layer in layers]

    def layers(self, states: Sequence[tuple[bytes, tuple[Any, ...]]]) -> list[Layer]:
        """The layers of states: of each its cells, and its expression, cost, whether a picture, name."""
        made: dict[bytes, tuple[Array, Array, Words]] = {}
        distinct = list(dict.fromkeys([cells for cells, _ in states]))  # half of all features repeat others
        for first in range(0, len(distinct), AT_ONCE):
            some = distinct[first : first + AT_ONCE]
            vectors = self.vectors_of(np.frombuffer(b"".join(some), np.uint8).reshape(len(some), -1))
            known = list(map(_values_of, some))
            lengths = list(map(len, known))
            values = np.frombuffer(b"".join(known), np.uint8)
            rows = self.bits(np.repeat(vectors, lengths, 0) == values[:, None])
            ends = accumulate(lengths, initial=0)
            for cells, vector, (start, end) in zip(some, vectors, pairwise(ends), strict=True):
                made[cells] = vector, values[start:end], rows[start:end]
        return [Layer(*made[cells], *naming) for cells, naming in states]

    def asked(self, layers: Sequence[Layer]) -> list[tuple[Words, list[bytes]]]:
        """For each layer a row for each test, and keys that are equal where demo cells are divided alike."""
        new = {(id(layer.rows), layer.tests): layer for layer in layers if layer.asked is None}
        if new:
            blocks = list(map(self._rows_asked, new.values()))
            demo = np.concatenate(blocks)[:, : self.words]
            # of a row and its opposite the one without the first cell, whose bit is the seventh
            demo = demo ^ (np.negative(demo[:, :1] >> 7 & 1) & self.everything)
            keys = demo.view(f"V{8 * self.words}").ravel().tolist()
            ends = accumulate(map(len, blocks), initial=0)
            pairs = zip(blocks, pairwise(ends), strict=True)
            made = dict(zip(new, [(block, keys[start:end]) for block, (start, end) in pairs], strict=True))
            for layer in layers:
                layer.asked = layer.asked or made[id(layer.rows), layer.tests]
        return [layer.asked or (layer.rows, []) for layer in layers]

    def _rows_asked(self, layer: Layer) -> Words:
        """For each value the cells that have it; if asked, for each but the lowest those with at least it."""
        if layer.tests == len(layer.values):
            return layer.rows
        above = self.cells & ~np.bitwise_or.accumulate(layer.rows[:-1], 0)
        return np.concatenate([layer.rows, above])

    def mask_of(self, words: Words) -> npt.NDArray[np.bool_]:
        """One row of words as one boolean per cell."""
        return np.unpackbits(words.view(np.uint8)).astype(bool)

    def answers(self, vector: Array) -> list[Array]:
        """The test grids in a vector over all cells."""
        ends = accumulate(self.sizes[self.demos :], initial=self.start)
        places = zip(pairwise(ends), self.shapes[self.demos :], strict=True)
        return [vector[start:end].reshape(shape) for (start, end), shape in places]
