"""A picture chosen by a number: what remains where outputs are one of few pictures."""

from __future__ import annotations

from kaggle_batt.dsl.extensions.arrays import LARGEST
from kaggle_batt.dsl.extensions.registry import primitive
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

Table = tuple[tuple[int, ...], ...]


@primitive(cost=12)
def picture_by(grid: Grid, table: Table) -> Grid:
    """The picture of the table's `(number, width, cells …)` whose number is the grid's first cell."""
    if not grid.data:
        raise DslError("picture_by: a grid with cells was expected")
    for number, width, *cells in table:
        if number == grid.data[0]:
            return _picture(width, cells)
    raise DslError("picture_by: no picture for this number")


def _picture(width: int, cells: list[int]) -> Grid:
    """The cells as rows of that width."""
    height = len(cells) // width if width > 0 else 0
    whole = 0 < height <= LARGEST and width <= LARGEST and height * width == len(cells)
    if not whole or not all(0 <= cell <= 9 for cell in cells):
        raise DslError("picture_by: the cells are no picture of that width")
    return Grid(height, width, bytes(cells))
