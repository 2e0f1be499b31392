"""Grids that lines of one color divide into panels."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.geometry import Box

Span = tuple[int, int]
SMALLEST_PLOT = 3  #: the least side of panels of unlike size between empty lines


@dataclass(frozen=True, eq=False)
class Panels:
    """A divided grid: the rows and the columns that its panels span."""

    array: Array
    rows: list[Span]
    columns: list[Span]

    @property
    def shape(self) -> tuple[int, int]:
        """The number of panels one below the other and side by side."""
        return len(self.rows), len(self.columns)

    @cached_property
    def boxes(self) -> list[Box]:
        """Where the panels are, in reading order."""
        return [(slice(*row), slice(*column)) for row in self.rows for column in self.columns]

    @cached_property
    def parts(self) -> list[Array]:
        """The panels, in reading order."""
        return [self.array[box] for box in self.boxes]

    @property
    def line(self) -> int:
        """The color of the first cell on a line; that of the first cell if there are no lines."""
        off = self.filled(np.full(self.shape, 10)) < 10
        return int(self.array[np.unravel_index(off.argmax(), off.shape)])

    @property
    def alike(self) -> bool:
        """Whether all panels have one shape."""
        return len({part.shape for part in self.parts}) == 1

    def filled(self, small: Array) -> Array:
        """The grid with each panel filled with its color in `small`, a grid of one cell a panel."""
        result = self.array.copy()
        for box, color in zip(self.boxes, small.ravel().tolist(), strict=True):
            result[box] = color
        return result


def tiles(array: Array, down: int, right: int) -> Panels:
    """The grid cut into panels of that size, of which it is a multiple."""
    sides = zip(array.shape, (down, right), strict=True)
    rows, columns = ([(k, k + size) for k in range(0, length, size)] for length, size in sides)
    return Panels(array, rows, columns)


def _spans(length: int, lines: list[int]) -> list[Span]:
    """The stretches between the lines."""
    found, start = [], 0
    for line in [*lines, length]:
        if line > start:
            found.append((start, line))
        start = line + 1
    return found


def divided(array: Array) -> Panels | None:
    """The panels between full lines of one shared color; None if nothing divides.

    Of several colors one whose lines leave equal panels comes first, then one with single lines that are all
    inside, then any but 0, then one that is nowhere else, then the lowest. Lines of 0 count only if they
    leave equal panels, or full ones both ways, or where nothing else divides (see `_plots`).
    """
    (height, width), found = array.shape, []
    full = [
        {k: line[0] for k, line in enumerate(map(bytes, lines)) if line.count(line[0]) == len(line)}
        for lines in (array, array.T)
    ]
    for color in sorted({*full[0].values(), *full[1].values()}):
        across, down = [[k for k, own in lines.items() if own == color] for lines in full]
        spans = _spans(height, across), _spans(width, down)
        if len(spans[0]) * len(spans[1]) < 2:
            continue
        unequal = any(len({b - a for a, b in part}) > 1 for part in spans)
        on_lines = len(across) * width + len(down) * (height - len(across))
        elsewhere = np.count_nonzero(array == color) > on_lines
        if color == 0 and unequal and (elsewhere or not across or not down):
            continue
        thick = len(across) + len(down) != len(spans[0]) + len(spans[1]) - 2
        found.append(((unequal, thick, color == 0, elsewhere, color), spans))
    return Panels(array, *min(found)[1]) if found else _plots(array)


def _plots(array: Array) -> Panels | None:
    """The panels between empty lines, if both ways are cut into large panels half full at least."""
    empty = np.flatnonzero(~array.any(1)).tolist(), np.flatnonzero(~array.any(0)).tolist()
    if not empty[0] or not empty[1]:
        return None
    spans = [_spans(length, lines) for length, lines in zip(array.shape, empty, strict=True)]
    if any(len(part) < 2 or min([b - a for a, b in part]) < SMALLEST_PLOT for part in spans):
        return None
    found = Panels(array, *spans)
    return None if any(2 * np.count_nonzero(part) < part.size for part in found.parts) else found
