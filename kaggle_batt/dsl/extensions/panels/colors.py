"""Grids whose panels, or blocks, have one color each, as a cell for each; grids without lines; and back."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, equal, of_blocks, to_array, to_grid
from kaggle_batt.dsl.extensions.division import Panels, divided, tiles
from kaggle_batt.dsl.extensions.registry import primitive
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

#: panels between lines, the largest square blocks without lines, all cells that are not on lines
PANELS, BLOCKS, CELLS = range(3)


def panels_of(array: Array, way: int) -> Panels | None:
    """The panels, blocks or cells of the grid; None if there are none, or one has several colors.

    Cells are taken only from panels of one shape between lines of another color than 0.
    """
    found = _blocks(array) if way == BLOCKS else divided(array)
    if found is not None and way == CELLS:
        if not found.alike or not found.filled(np.zeros(found.shape, np.uint8)).any():
            return None
        rows, columns = ([k for span in spans for k in range(*span)] for spans in (found.rows, found.columns))
        found = Panels(array, [(k, k + 1) for k in rows], [(k, k + 1) for k in columns])
    whole = found is not None and min(found.shape) > 1 and equal(found.filled(colors_of(array, found)), array)
    return found if whole else None


def _blocks(array: Array) -> Panels | None:
    height, width = array.shape
    for side in range(min(height, width) // 2, 1, -1):
        if of_blocks(array, side, side) is not None:
            return tiles(array, side, side)
    return None


def colors_of(array: Array, panels: Panels) -> Array:
    """The color of the first cell of each panel."""
    return array[[top for top, _ in panels.rows]][:, [left for left, _ in panels.columns]]


def _panels(grid: Grid, way: int) -> Panels:
    found = panels_of(to_array(grid), way)
    if found is None:
        raise DslError("panel_colors: panels of one color each were expected")
    return found


@primitive(cost=4)
def panel_colors(grid: Grid, way: Integer) -> Grid:
    """The colors of the panels between lines (0), of blocks without lines (1), a cell for each; or the grid
    without its lines (2)."""
    panels = _panels(grid, way)
    return to_grid(colors_of(panels.array, panels))


@primitive(cost=4)
def in_panels(grid: Grid, model: Grid, way: Integer) -> Grid:
    """The model, each panel, block or cell off the lines in the color of its cell of the grid."""
    panels, colors = _panels(model, way), to_array(grid)
    if colors.shape != panels.shape:
        raise DslError("in_panels: a cell for each panel was expected")
    return to_grid(panels.filled(colors))
