"""Tables of scores as text, as HTML and as a figure; the same cells in each.

Rows are sequences as long as `columns`. At most `limit` rows are shown, then how many more there are.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kaggle_batt.draw.canvas import default_style, sheet, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LIMIT = 40
MAX_CHARACTERS = 48  # of a cell; longer texts end in '…'
CHARACTER = 0.071  # inches of a character of DejaVu Sans Mono at 8 points; pixels round it up
LINE_HEIGHT = 0.19  # inches

Row = Sequence[Any]


def table_text(rows: Sequence[Row], columns: Sequence[str], *, limit: int = LIMIT) -> str:
    """The table as lines of text, numbers to the right."""
    cells, more = _cells(rows, columns, limit)
    widths = _widths(cells)
    right = _numeric(rows, columns)
    lines = [_line(line, widths, right) for line in cells]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([lines[0], rule, *lines[1:], *more])


def table_html(rows: Sequence[Row], columns: Sequence[str], *, limit: int = LIMIT) -> str:
    """The table as HTML, numbers to the right; every text is escaped."""
    cells, more = _cells(rows, columns, limit)
    right = _numeric(rows, columns)
    head, *body = [
        "".join(
            _html_cell(text, "td" if number else "th", to_right)
            for text, to_right in zip(line, right, strict=True)
        )
        for number, line in enumerate(cells)
    ]
    lines = "".join(f"<tr>{line}</tr>" for line in body)
    note = "".join(f"<div>{html.escape(line)}</div>" for line in more)
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>{note}</div>"


@default_style
def score_table(
    rows: Sequence[Row], columns: Sequence[str], title: str = "", *, limit: int = LIMIT
) -> Figure:
    """The table as a figure, for a saved or static notebook."""
    cells, more = _cells(rows, columns, limit)
    widths = _widths(cells)
    lines = [_line(line, widths, _numeric(rows, columns)) for line in cells]
    width = CHARACTER * max(len(lines[0]), len(title) + 4, *map(len, more), 20) + 0.4
    top = 0.45 if title else 0.2
    figure, axes = sheet(width, top + LINE_HEIGHT * (len(lines) + len(more)) + 0.2)
    write(axes, 0.2, 0.15, title, 10, fontweight="bold", va="top")
    for number, line in enumerate(lines + more):
        _paint_line(axes, line, top + number * LINE_HEIGHT, bold=number == 0)
    axes.hlines(top + LINE_HEIGHT - 0.035, 0.2, width - 0.2, color="#888888", linewidth=0.6)
    return figure


def _cells(rows: Sequence[Row], columns: Sequence[str], limit: int) -> tuple[list[list[str]], list[str]]:
    """The shown cells as texts, headings first; and a line about the rows left out, if there are any."""
    shown = [[_text(value) for value in row] for row in (columns, *rows[:limit])]
    left_out = len(rows) - limit
    return shown, [f"… {left_out:,} more rows"] if left_out > 0 else []


def _text(value: Any) -> str:
    """The text of a cell, on one line."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:.3f}" if isinstance(value, float) else " ".join(str(value).split())
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def _numeric(rows: Sequence[Row], columns: Sequence[str]) -> list[bool]:
    """Whether each column holds only numbers (and gaps)."""
    return [
        any(row[i] is not None for row in rows)
        and all(row[i] is None or isinstance(row[i], (int, float)) for row in rows)
        for i in range(len(columns))
    ]


def _widths(cells: list[list[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*cells, strict=True)]


def _line(line: list[str], widths: list[int], right: list[bool]) -> str:
    padded = [
        text.rjust(width) if to_right else text.ljust(width)
        for text, width, to_right in zip(line, widths, right, strict=True)
    ]
    return "  ".join(padded)


def _html_cell(text: str, tag: str, to_right: bool) -> str:
    align = "right" if to_right else "left"
    return f'<{tag} style="text-align:{align}">{html.escape(text)}</{tag}>'


def _paint_line(axes: Axes, line: str, top: float, *, bold: bool) -> None:
    weight = "bold" if bold else "normal"
    write(axes, 0.2, top, line, 8, family="DejaVu Sans Mono", fontweight=weight, va="top")
