"""Painting a grid, its marks or a difference of two grids into matplotlib axes measured in inches.

`x, y` is the upper left corner of a grid, `cell` the side of a cell, in inches (see `canvas.sheet`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kaggle_batt.draw.canvas import write
from kaggle_batt.tasks.svg import COLORS, LINE, VEIL, Boxes, Cells, Rows, is_color, is_odd, shape_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_CELL = 0.3  # inches; larger cells make a 1×1 grid look as large as a 30×30 one
EQUAL = "#EEEEEE"  # cells that don't differ


def cell_side(shape: tuple[int, int], side: float) -> float:
    """The side of a cell, in inches, of a grid in a square; whole pixels at 100 dpi."""
    return int(min(MAX_CELL, side / max(*shape, 1)) * 100) / 100


def fitted(shape: tuple[int, int], left: float, top: float, side: float) -> tuple[float, float, float]:
    """(left, top, cell) in inches of a grid centred below the upper side of a square."""
    cell = cell_side(shape, side)
    return round(left + int((side - shape[1] * cell) * 50) / 100, 2), round(top, 2), cell


def paint_grid(
    axes: Axes,
    rows: Rows,
    x: float,
    y: float,
    cell: float,
    marks: Cells = (),
    veil: Cells = (),
    boxes: Boxes = (),
) -> None:
    """The cells, lines and marks of a grid; see `gridsvg.grid_svg` for what each means."""
    height, width = shape = shape_of(rows)
    if not height or not width:
        write(axes, x, y, "no cells", 8, color="#333333", ha="center", va="top")
        return
    _paint_cells(axes, rows, (x, x + width * cell, y + height * cell, y))
    odd = [(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if is_odd(value)]
    pale = [_corners(x + c * cell, y + r * cell, cell, cell) for r, c in sorted(veil)]
    _paint_polygons(axes, pale, facecolors=(1, 1, 1, VEIL), linewidths=0)
    _paint_lines(axes, shape, x, y, cell)
    _paint_crosses(axes, odd, x, y, cell)
    _paint_frames(axes, [(r, c, 1, 1) for r, c in marks], x, y, cell, cell * 0.14)
    _paint_frames(axes, boxes, x, y, cell, 0)


def _paint_cells(axes: Axes, rows: Rows, extent: tuple[float, float, float, float]) -> None:
    """An image with a pixel a cell; its color limits are 0..9 whatever it holds."""
    import numpy as np
    from matplotlib.colors import ListedColormap, Normalize

    known = [[value if is_color(value) else -1 for value in row] for row in rows]
    shown = np.ma.masked_less(np.array(known, dtype=float), 0)
    colors = ListedColormap(COLORS).with_extremes(bad="white")
    axes.imshow(
        shown,
        cmap=colors,
        norm=Normalize(0, 9),
        extent=extent,
        aspect="auto",
        interpolation="none",
        origin="upper",
    )


def _paint_lines(axes: Axes, shape: tuple[int, int], x: float, y: float, cell: float) -> None:
    """The lines around all cells."""
    height, width = shape
    down = [[(x + i * cell, y), (x + i * cell, y + height * cell)] for i in range(width + 1)]
    across = [[(x, y + i * cell), (x + width * cell, y + i * cell)] for i in range(height + 1)]
    _paint_segments(axes, down + across, LINE, 0.5 if cell < 0.12 else 0.8)


def _paint_crosses(axes: Axes, cells: Cells, x: float, y: float, cell: float) -> None:
    """A cross over each of the cells."""
    corners = [(x + column * cell, y + row * cell) for row, column in cells]
    arms = [[(a, b), (a + cell, b + cell)] for a, b in corners]
    arms += [[(a + cell, b), (a, b + cell)] for a, b in corners]
    _paint_segments(axes, arms, "black", 0.6)


def _paint_segments(axes: Axes, segments: list[list[tuple[float, float]]], color: str, width: float) -> None:
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(segments, colors=color, linewidths=width), autolim=False)


def _paint_frames(axes: Axes, boxes: Boxes, x: float, y: float, cell: float, inset: float) -> None:
    """A black and white frame inside each box, seen on every color."""
    frames = [
        _corners(x + c * cell + inset, y + r * cell + inset, w * cell - 2 * inset, h * cell - 2 * inset)
        for r, c, h, w in sorted(boxes)
    ]
    thick = inset or min(0.035, cell * 0.2)
    for color, width in (("black", 90 * thick), ("white", 36 * thick)):
        _paint_polygons(axes, frames, facecolors="none", edgecolors=color, linewidths=width)


def _corners(left: float, top: float, width: float, height: float) -> list[tuple[float, float]]:
    """The corners of a rectangle."""
    right, bottom = left + width, top + height
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def paint_difference(
    axes: Axes, one: Rows, two: Rows, cells: Sequence[tuple[int, int]], x: float, y: float, cell: float
) -> None:
    """Pale ground; each differing cell in two triangles, upper left from `one`, lower right from `two`."""
    (h1, w1), (h2, w2) = shape_of(one), shape_of(two)
    height, width = max(h1, h2), max(w1, w2)
    _paint_polygons(axes, [_corners(x, y, width * cell, height * cell)], facecolors=EQUAL)
    for rows, corner in ((one, (0, 0)), (two, (1, 1))):
        _paint_triangles(axes, rows, corner, cells, x, y, cell)
    _paint_lines(axes, (height, width), x, y, cell)


def _paint_triangles(
    axes: Axes, rows: Rows, corner: tuple[int, int], cells: Cells, x: float, y: float, cell: float
) -> None:
    """Half of each cell, at the given corner (0, 0 or 1, 1), in its color; hatched where `rows` lacks it."""
    here, colors, gone = [], [], []
    for r, c in cells:
        triangle = [(x + (c + a) * cell, y + (r + b) * cell) for a, b in ((1, 0), corner, (0, 1))]
        value = cell_or_none(rows, r, c)
        if value is None:
            gone.append(triangle)
        else:
            here.append(triangle)
            colors.append(COLORS[value] if is_color(value) else "white")
    _paint_polygons(axes, here, facecolors=colors)
    _paint_polygons(axes, gone, facecolors="white", edgecolors="#888888", linewidths=0, hatch="/////")


def _paint_polygons(axes: Axes, shapes: Sequence[Any], **look: Any) -> None:
    from matplotlib.collections import PolyCollection

    if shapes:
        axes.add_collection(PolyCollection(shapes, **look), autolim=False)


def paint_text(
    axes: Axes, text: str, left: float, top: float, side: float, color: str = "#333333", **box: Any
) -> None:
    """A text in a box (dashed unless told otherwise), half as high as wide."""
    from matplotlib.patches import Rectangle

    look = {"fill": False, "linestyle": "--", "edgecolor": "#888888", **box}
    axes.add_patch(Rectangle((left, top), side, side / 2, **look))
    middle = left + side / 2
    write(axes, middle, top + side / 4, text, 8, color=color, ha="center", va="center")


def cell_or_none(rows: Rows, y: int, x: int) -> Any:
    """The cell at row `y`, column `x`, or None outside."""
    height, width = shape_of(rows)
    return rows[y][x] if y < height and x < width else None
