"""Pictures of grids or texts as plain data, and their shapes; colors are ARC's, whatever a grid has."""

import itertools
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from kaggle_batt.tasks.drawing import Line, Shape, Text, box, placed

COLORS = (  # official colors 0–9 of arcprize.org
    "#000000", "#0074D9", "#FF4136", "#2ECC40", "#FFDC00",
    "#AAAAAA", "#F012BE", "#FF851B", "#7FDBFF", "#870C25",
)  # fmt: skip
LINE, PALE, RED, ACCENT = "#555555", "#EEEEEE", "#B00020", "#D55E00"
VEIL = 0.85  # opacity of the white over cells of a `veil`
SIDE = 180  # pixels of a picture
MAX_CELL = 24  # pixels of a cell; a 3×3 grid isn't drawn as large as a 30×30 one
BLANK, EQUAL = "blank", "equal"  # a cell outside the grid that is meant; one in which two grids agree

V = TypeVar("V", bound=Hashable)
Rows = Sequence[Sequence[Any]]
Place = tuple[int, int]  # row, column
Box = tuple[int, int, int, int]  # top, left, height, width in cells


class Split(NamedTuple):
    """A cell in which two grids differ: ◤ its color in the first, ◢ in the second, None outside of it."""

    first: Any
    second: Any


@dataclass(frozen=True, slots=True)
class Picture:
    """A grid (`rows`), or, where `rows` is None, the text `label`, of a failure where `failed`.

    A cell is a color, BLANK, EQUAL or a `Split`; anything else is drawn crossed out. Cells in `veil` are
    pale; cells in `marks` and `boxes` have frames. `title` stands above, `label` below: what it is.
    """

    label: str
    rows: Rows | None = None
    veil: frozenset[Place] = frozenset()
    marks: frozenset[Place] = frozenset()
    boxes: tuple[Box, ...] = ()
    failed: bool = False
    title: str = ""


def grid_picture(grid: Rows | None, title: str = "", note: str = "", marks: Iterable[Place] = ()) -> Picture:
    """The picture of a grid, with its size and a note; of None, the text 'hidden'."""
    if grid is None:
        return Picture("hidden", title=title)
    height, width = shape_of(grid)
    label = f"{height}×{width}" + (f" · {note}" if note else "")
    if not height * width:
        return Picture(f"{label}: no cells", title=title)
    return Picture(label, grid, marks=frozenset(marks), title=title)


def sample_pictures(name: str, input: Any, output: Any) -> list[Picture]:
    return [grid_picture(input, f"{name} input".strip()), grid_picture(output, f"{name} output".strip())]


def shape_of(rows: Rows) -> tuple[int, int]:
    """(height, width) of rows; a grid without rows is 0×0."""
    return len(rows), len(rows[0]) if rows else 0


def cell_size(rows: Rows, side: float) -> int:
    """The pixels of a cell of a grid in a square of `side` pixels; at least 1, even if it overflows."""
    return max(1, min(MAX_CELL, int(side) // max(*shape_of(rows), 1)))


def grid_shapes(picture: Picture, left: float, top: float, cell: float) -> list[Shape | Text]:
    """The shapes of a picture's grid, its corner at (left, top), a cell `cell` pixels wide."""
    rows = picture.rows or ()
    height, width = shape_of(rows)
    cells = [(y, x, value) for y, row in enumerate(rows) for x, value in enumerate(row)]
    veil = _runs([[(y, x) in picture.veil for x in range(width)] for y in range(height)]).get(True, [])
    odd = [(x, y) for y, x, value in cells if _is_odd(value)]
    crosses = [line for x, y in odd for line in (((x, y), (x + 1, y + 1)), ((x + 1, y), (x, y + 1)))]
    down = [((x, 0), (x, height)) for x in range(width + 1)]
    across = [((0, y), (width, y)) for y in range(height + 1)]
    thin = 1.0 if cell >= 12 else 0.7
    shapes = [
        *[Shape(lines, fill=color) for color, lines in _runs([map(_fill, row) for row in rows]).items()],
        *_halves(cells),
        Shape(crosses, stroke="#000000", width=thin, closed=False),
        Shape(veil, fill="#FFFFFF", opacity=VEIL),
        Shape([*down, *across], stroke=LINE, width=thin, closed=False),
        *_frames([(y, x, 1, 1) for y, x in picture.marks], cell, 0.12),
        *_frames(picture.boxes, cell, 0.0),
    ]
    return placed([shape for shape in shapes if shape.lines], left, top, cell)


def _runs(rows: Iterable[Iterable[V]]) -> dict[V, list[Line]]:
    """For each value the rectangles that it fills; equal neighbours in a row are one, which saves text."""
    found: dict[V, list[Line]] = {}
    for y, row in enumerate(rows):
        x = 0
        for value, same in itertools.groupby(row):
            length = len(list(same))
            found.setdefault(value, []).append(box(x, y, length, 1))
            x += length
    return found


def _is_color(cell: Any) -> bool:
    return type(cell) is int and 0 <= cell <= 9


def _is_odd(cell: Any) -> bool:
    return not _is_color(cell) and cell is not BLANK and cell is not EQUAL and not isinstance(cell, Split)


def _fill(cell: Any) -> str:
    return COLORS[cell] if _is_color(cell) else PALE if cell is EQUAL else "#FFFFFF"


def _halves(cells: Iterable[tuple[int, int, Any]]) -> list[Shape]:
    """Both triangles of each split cell, hatched where a grid has no such cell."""
    triangles: dict[str, list[Line]] = {}
    hatches: list[Line] = []
    for y, x, value in cells:
        if isinstance(value, Split):
            for corner, half in enumerate(value):
                triangle = ((x + 1, y), (x + corner, y + corner), (x, y + 1))
                triangles.setdefault(_fill(half), []).append(triangle)
                hatches += _hatch(x, y, corner) if half is None else []
    filled = [Shape(lines, fill=color) for color, lines in triangles.items()]
    return [*filled, Shape(hatches, stroke="#888888", width=0.7, closed=False)]


def _hatch(x: int, y: int, corner: int) -> list[Line]:
    parts = (0.25, 0.5, 0.75)
    ends = [((1, t), (t, 1)) if corner else ((t, 0), (0, t)) for t in parts]
    return [((x + a, y + b), (x + c, y + d)) for (a, b), (c, d) in ends]


def _frames(boxes: Collection[Box], cell: float, inset: float) -> list[Shape]:
    """A black and white frame inside each box, visible on every color."""
    lines = [box(x + inset, y + inset, w - 2 * inset, h - 2 * inset) for y, x, h, w in sorted(boxes)]
    thick = min(3.0, max(1.5, 0.2 * cell))
    return [Shape(lines, stroke="#000000", width=thick), Shape(lines, stroke="#FFFFFF", width=0.4 * thick)]
