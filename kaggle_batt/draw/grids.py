"""Grids, pairs, tasks, differences and a program's steps as matplotlib figures.

Every grid has the official colors with limits fixed at 0..9, lines between its cells and its size below.
A figure is a sheet of panels; `Panel.body` paints into a square whose place the layout chooses.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaggle_batt.draw.canvas import default_style, sheet, to_png, to_svg, write
from kaggle_batt.draw.paint import cell_or_none, cell_side, fitted, paint_difference, paint_grid, paint_text
from kaggle_batt.draw.pictures import Picture, picture
from kaggle_batt.tasks.svg import Cells, rows_of, shape_of, size_label
from kaggle_batt.tasks.task import Sample, Task

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "Panel",
    "attempt_panels",
    "difference_cells",
    "difference_panel",
    "draw_difference",
    "draw_grid",
    "draw_pair",
    "draw_task",
    "filmstrip",
    "grid_panel",
    "panels_figure",
    "picture_panel",
    "text_panel",
    "to_png",
    "to_svg",
]

SIDE = 1.8  # inches of a panel's square
GAP = 0.2  # inches between panels
LINE_HEIGHT = 0.16  # inches of a line of text
TEXT_SHAPE = (10, 20)  # a text's box is half as high as wide
FAILED: dict[str, Any] = {"color": "#8B0000", "edgecolor": "#CC0000", "linestyle": "-"}
PER_BAND = 7  # panels side by side before the next band begins

Body = Callable[["Axes", float, float, float], None]  # axes, left, top, side in inches


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture with a title above, wrapped to its width, and a short note below.

    `shape` is its height and width in cells, from which its height on the page follows.
    """

    title: str
    body: Body
    note: str
    shape: tuple[int, int]

    def height(self, side: float) -> float:
        """The picture's height in inches, if it may be `side` wide and high."""
        return self.shape[0] * cell_side(self.shape, side)


def draw_grid(grid: Any, title: str = "", *, marks: Cells = ()) -> Figure:
    """One grid; `marks` are (row, column) of cells to frame."""
    return panels_figure([[grid_panel(title, grid, marks=marks)]], side=2.7)


def draw_pair(sample: Sample, title: str = "") -> Figure:
    """A sample's input and output (a dashed box where it is hidden)."""
    columns = [[grid_panel("input", sample.input)], [grid_panel("output", sample.output)]]
    return panels_figure(columns, heading=title)


def draw_task(task: Task, predictions: Sequence[Sequence[Any]] | None = None) -> Figure:
    """A task's samples, inputs above outputs; right of each test sample its predictions, where given.

    `predictions` has, for each test input, up to two grids; differing cells are framed where shapes agree.
    """
    columns = [_sample_column(f"demo {number}", sample) for number, sample in enumerate(task.demo, 1)]
    for number, sample in enumerate(task.test, 1):
        columns.append(_sample_column(f"test {number}", sample))
        if predictions is not None and predictions[number - 1]:
            columns.append(attempt_panels(sample.output, predictions[number - 1], f"test {number} "))
    return panels_figure(columns, heading=f"task {task.id}")


def draw_difference(expected: Any, got: Any) -> Figure:
    """Expected grid, got grid, and the cells that differ (either may be None; shapes may differ)."""
    panels = [grid_panel("expected", expected), grid_panel("got", got), difference_panel(expected, got)]
    return panels_figure([[panel] for panel in panels])


def filmstrip(steps: Sequence[tuple[str, Any]]) -> Figure:
    """A program's steps in order, each with its label above.

    A step's value is a grid (anything grid-like), any value of the language, a `Failure`, or a `Picture`.
    """
    columns = [[_step_panel(f"{number}. {label}", value)] for number, (label, value) in enumerate(steps, 1)]
    return panels_figure(columns)


def grid_panel(title: str, grid: Any, note: str = "", *, marks: Cells = ()) -> Panel:
    """A panel with a grid, its size first in the note; None is a dashed box that says 'hidden'."""
    if grid is None:
        return text_panel(title, "hidden", note)
    rows = rows_of(grid)
    label = f"{size_label(rows)} · {note}" if note else size_label(rows)
    return picture_panel(title, Picture(label, rows, marks=frozenset(marks)))


def picture_panel(title: str, shown: Picture) -> Panel:
    """A panel with the picture of a value, what it is in the note; a failure in a red box."""
    if shown.rows is None:
        return text_panel(title, shown.label, failed=shown.failed)
    rows, overlay = shown.rows, (shown.marks, shown.veil, shown.boxes)

    def body(axes: Axes, left: float, top: float, side: float) -> None:
        paint_grid(axes, rows, *fitted(shape_of(rows), left, top, side), *overlay)

    return Panel(title, body, shown.label, shape_of(rows))


def text_panel(title: str, text: str, note: str = "", *, failed: bool = False) -> Panel:
    """A panel with a text in a dashed box, for what is no grid; long texts are cut with '…'."""
    look = FAILED if failed else {}

    def body(axes: Axes, left: float, top: float, side: float) -> None:
        lines = textwrap.wrap(text, _columns(side, 8) - 2, max_lines=5, placeholder=" …")
        paint_text(axes, "\n".join(lines), left, top, side, **look)

    return Panel(title, body, note, TEXT_SHAPE)


def difference_panel(expected: Any, got: Any, title: str = "differing cells") -> Panel:
    """A panel with the cells that differ, each split into ◤ expected and ◢ got; equal cells are pale.

    A cell that only one of the grids has is hatched on the side of the other.
    """
    if expected is None or got is None:
        return text_panel(title, "nothing to compare")
    one, two = rows_of(expected), rows_of(got)
    cells = difference_cells(one, two)
    (h1, w1), (h2, w2) = shape_of(one), shape_of(two)
    shape = max(h1, h2), max(w1, w2)
    note = f"{len(cells)} of {shape[0] * shape[1]}: ◤ expected ◢ got" if cells else "equal"

    def body(axes: Axes, left: float, top: float, side: float) -> None:
        paint_difference(axes, one, two, cells, *fitted(shape, left, top, side))

    return Panel(title, body, note, shape)


def difference_cells(expected: Any, got: Any) -> list[tuple[int, int]]:
    """(row, column) of the cells that differ, in order; over the larger of both heights and widths."""
    one, two = rows_of(expected), rows_of(got)
    (h1, w1), (h2, w2) = shape_of(one), shape_of(two)
    return [
        (y, x)
        for y in range(max(h1, h2))
        for x in range(max(w1, w2))
        if cell_or_none(one, y, x) != cell_or_none(two, y, x)
    ]


def attempt_panels(expected: Any, attempts: Sequence[Any], prefix: str = "") -> list[Panel]:
    """A panel for each predicted grid, with 'right' or 'wrong' where the answer is known."""
    return [
        _attempt_panel(f"{prefix}attempt {number}", expected, grid) for number, grid in enumerate(attempts, 1)
    ]


@default_style
def panels_figure(columns: Sequence[Sequence[Panel]], heading: str = "", *, side: float = SIDE) -> Figure:
    """A figure of columns of panels side by side, at most PER_BAND in a band, bands one below the other."""
    bands = [columns[i : i + PER_BAND] for i in range(0, len(columns), PER_BAND)]
    rows = [list(row) for band in bands for row in itertools.zip_longest(*band)]
    heights = [_row_height(row, side) for row in rows]
    width = GAP + (side + GAP) * max(map(len, rows), default=1)
    lines = textwrap.wrap(heading, _columns(width - 2 * GAP, 11.5), max_lines=3, placeholder=" …")
    top = GAP + 0.2 * len(lines)
    figure, axes = sheet(width, top + sum(heights, 0.1))
    write(axes, GAP, GAP / 2, "\n".join(lines), 10, fontweight="bold", ha="left", va="top")
    for row, height in zip(rows, heights, strict=True):
        for number, panel in enumerate(row):
            if panel is not None:
                _paint_panel(axes, panel, GAP + number * (side + GAP), top, side, _title_lines(row, side))
        top += height
    return figure


def _title_lines(row: Sequence[Panel | None], side: float) -> int:
    return max(len(_wrapped(panel.title, side)) for panel in row if panel is not None)


def _row_height(row: Sequence[Panel | None], side: float) -> float:
    """Inches that a row of panels needs: the longest title, the highest picture, a note and a gap."""
    picture = max(panel.height(side) for panel in row if panel is not None)
    return _title_lines(row, side) * LINE_HEIGHT + picture + 1.4 * LINE_HEIGHT + GAP


def _sample_column(name: str, sample: Sample) -> list[Panel]:
    return [grid_panel(f"{name} input", sample.input), grid_panel(f"{name} output", sample.output)]


def _attempt_panel(title: str, expected: Any, grid: Any) -> Panel:
    if expected is None:
        return grid_panel(title, grid)
    cells = difference_cells(expected, grid)
    same_shape = shape_of(rows_of(expected)) == shape_of(rows_of(grid))
    return grid_panel(title, grid, "wrong" if cells else "right", marks=cells if same_shape else ())


def _step_panel(title: str, value: Any) -> Panel:
    if isinstance(value, list) or hasattr(value, "tolist"):
        return grid_panel(title, value)
    return picture_panel(title, value if isinstance(value, Picture) else picture(value))


def _paint_panel(axes: Axes, panel: Panel, left: float, top: float, side: float, title_lines: int) -> None:
    """Title, picture and note of a panel whose upper left corner is given, in inches."""
    middle = left + side / 2
    picture = round(top + title_lines * LINE_HEIGHT, 2)
    title = "\n".join(_wrapped(panel.title, side))
    write(axes, middle, picture - 0.04, title, 8, ha="center", va="bottom")
    panel.body(axes, left, picture, side)
    below = picture + panel.height(side) + 0.05
    write(axes, middle, below, panel.note, 7, ha="center", va="top", color="#444444")


def _columns(width: float, points: float) -> int:
    """Characters of a font of `points` that fit into `width` inches."""
    return max(8, int(width * 72 / (points * 0.6)))


def _wrapped(title: str, side: float) -> list[str]:
    """A title on up to three lines as wide as a panel; what is longer ends in '…'."""
    lines = textwrap.wrap(title, _columns(side + GAP / 2, 8), max_lines=3, placeholder=" …")
    return lines or [""]
