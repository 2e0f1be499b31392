"""Grids as SVG and HTML text, without matplotlib: for widgets and for a bare name in a notebook cell.

The colors are ARC's official ones and never depend on what a grid holds. In HTML a grid is an `<img>` with
the SVG in its address: JupyterLab shows that also in a notebook that isn't trusted, where it removes `<svg>`.
"""

from __future__ import annotations

import base64
import html
import itertools
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from kaggle_batt.errors import ParameterError

COLORS = (  # official colors 0–9 of arcprize.org
    "#000000",
    "#0074D9",
    "#FF4136",
    "#2ECC40",
    "#FFDC00",
    "#AAAAAA",
    "#F012BE",
    "#FF851B",
    "#7FDBFF",
    "#870C25",
)
LINE = "#555555"
MAX_CELL = 24  # pixels; a 3×3 grid isn't drawn as large as a 30×30 one
MIN_CELL = 4
BLANK = "blank"  # a cell outside the grid that is meant

VEIL = 0.85  # how much of a cell that does not matter is white

Rows = Sequence[Sequence[Any]]
Cells = Collection[tuple[int, int]]  # (row, column)
Boxes = Collection[tuple[int, int, int, int]]  # (top, left, height, width) in cells
Pair = tuple[Any, Any]  # (input grid, output grid or None where hidden)


def rows_of(grid: Any) -> Rows:
    """The rows of something grid-like: rows, a value with `.rows`, or an array.

    Raises ParameterError if it is none of these or its rows differ in length.
    """
    rows = getattr(grid, "rows", grid)
    if hasattr(rows, "tolist"):
        rows = rows.tolist()
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, (list, tuple)) for row in rows):
        raise ParameterError(f"a grid to draw is a list of rows, got a {type(grid).__name__}")
    if len(set(map(len, rows))) > 1:
        raise ParameterError("a grid to draw has rows of one length, got several")
    return rows


def shape_of(rows: Rows) -> tuple[int, int]:
    """(height, width) of rows; a grid without rows is 0×0."""
    return len(rows), len(rows[0]) if rows else 0


def size_label(grid: Any) -> str:
    """'3×4' for a grid of 3 rows and 4 columns."""
    height, width = shape_of(rows_of(grid))
    return f"{height}×{width}"


def is_color(cell: Any) -> bool:
    """Whether a cell is one of the ten colors; any other value is drawn crossed out."""
    return type(cell) is int and 0 <= cell <= 9


def is_odd(cell: Any) -> bool:
    """Whether a cell is neither a color nor BLANK."""
    return cell is not BLANK and not is_color(cell)


def grid_svg(grid: Any, *, side: int = 180, marks: Cells = (), veil: Cells = (), boxes: Boxes = ()) -> str:
    """An SVG image of a grid, at most about `side` pixels wide and high.

    `marks` are cells to put a frame in, `veil` cells to show pale, `boxes` rectangles of cells to frame.
    Cells outside 0–9 are white with a cross, BLANK ones without.
    """
    rows = rows_of(grid)
    height, width = shape_of(rows)
    cell = max(MIN_CELL, min(MAX_CELL, side // max(height, width, 1)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * cell + 1}" height="{height * cell + 1}" '
        f'shape-rendering="crispEdges">',
        *(f'<path fill="{color}" d="{path}"/>' for color, path in _runs(rows, cell).items()),
        *_crosses(rows, cell),
        *_veil(veil, cell),
        _stroke(_lines(height, width, cell), LINE, 1),
        *_frames([(y, x, 1, 1) for y, x in marks], cell, 2),
        *_frames(boxes, cell, 0),
        "</svg>",
    ]
    return "".join(parts)


def grid_html(grid: Any, label: str = "", *, side: int = 180, marks: Cells = ()) -> str:
    """A grid with its label above and its size below; None is shown as a hidden grid."""
    if grid is None:
        picture, size = '<div style="padding:20px;border:1px dashed #888888;">hidden</div>', "&nbsp;"
    else:
        size = size_label(grid)
        picture = image_html(grid_svg(grid, side=side, marks=marks), f"grid {size}")
    style = "display:inline-block;margin:4px;text-align:center;vertical-align:top;font-size:11px"
    return f'<div style="{style}"><div>{html.escape(label) or "&nbsp;"}</div>{picture}<div>{size}</div></div>'


def image_html(svg: str, name: str) -> str:
    """An SVG text as an image in HTML; `name` is what is said in its place."""
    address = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{html.escape(name)}" src="data:image/svg+xml;base64,{address}"/>'


def gallery_html(items: Iterable[tuple[str, Any]], *, side: int = 180) -> str:
    """Labelled grids side by side, wrapped to the width of the page."""
    return f"<div>{''.join(grid_html(grid, label, side=side) for label, grid in items)}</div>"


def pair_html(input: Any, output: Any, name: str = "") -> str:
    """An input grid and its output (None: hidden), kept together."""
    prefix = f"{name} " if name else ""
    both = grid_html(input, f"{prefix}input") + grid_html(output, f"{prefix}output")
    return f'<div style="display:inline-block;margin-right:12px;vertical-align:top">{both}</div>'


def task_html(title: str, demo: Iterable[Pair], test: Iterable[Pair]) -> str:
    """A task's samples under its title."""
    named = [(f"demo {number}", pair) for number, pair in enumerate(demo, 1)]
    named += [(f"test {number}", pair) for number, pair in enumerate(test, 1)]
    pairs = "".join(pair_html(*pair, name) for name, pair in named)
    return f"<div><div><b>{html.escape(title)}</b></div>{pairs}</div>"


def _runs(rows: Rows, side: int) -> dict[str, str]:
    """Color → path of all its cells; neighbours in a row are one rectangle, which keeps the text short."""
    paths: dict[str, str] = {}
    for y, row in enumerate(rows):
        x = 0
        for color, same in itertools.groupby(COLORS[cell] if is_color(cell) else "#FFFFFF" for cell in row):
            length = len(list(same)) * side
            paths[color] = paths.get(color, "") + f"M{x} {y * side}h{length}v{side}h-{length}z"
            x += length
    return paths


def _lines(height: int, width: int, cell: int) -> str:
    """The path of the grid lines, in the middle of their pixels."""
    down, across = height * cell + 1, width * cell + 1
    vertical = "".join(f"M{x * cell + 0.5} 0v{down}" for x in range(width + 1))
    return vertical + "".join(f"M0 {y * cell + 0.5}h{across}" for y in range(height + 1))


def _crosses(rows: Rows, cell: int) -> list[str]:
    """A cross over each cell that is no color."""
    odd = [(x, y) for y, row in enumerate(rows) for x, value in enumerate(row) if is_odd(value)]
    cross = f"l{cell} {cell}m0 -{cell}l-{cell} {cell}"
    path = "".join(f"M{x * cell} {y * cell}{cross}" for x, y in odd)
    return [_stroke(path, "#000000", 1)] if odd else []


def _veil(cells: Cells, cell: int) -> list[str]:
    """A translucent white over cells that do not matter; neighbours in a row are one rectangle."""
    path = ""
    for y, group in itertools.groupby(sorted(cells), key=lambda place: place[0]):
        for _, run in itertools.groupby(enumerate(group), key=lambda pair: pair[1][1] - pair[0]):
            places = list(run)
            length = len(places) * cell
            path += f"M{places[0][1][1] * cell} {y * cell}h{length}v{cell}h-{length}z"
    return [f'<path fill="#FFFFFF" fill-opacity="{VEIL}" d="{path}"/>'] if path else []


def _frames(boxes: Boxes, cell: int, inset: int) -> list[str]:
    """A black and white frame inside each box, seen on every color."""
    if not boxes:
        return []
    path = ""
    for y, x, height, width in sorted(boxes):
        across, down = width * cell + 1 - 2 * inset, height * cell + 1 - 2 * inset
        path += f"M{x * cell + inset} {y * cell + inset}h{across}v{down}h-{across}z"
    return [_stroke(path, "#000000", 3), _stroke(path, "#FFFFFF", 1)]


def _stroke(path: str, color: str, width: int) -> str:
    return f'<path fill="none" stroke="{color}" stroke-width="{width}" d="{path}"/>'
