"""A table as text, as HTML and as a drawing; the same cells in each."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaggle_batt.draw.code import CODE
from kaggle_batt.tasks.drawing import MONO, Drawing, Shape, Text, shortened

MAX_CHARACTERS = 48  # of a cell; longer texts end in '…'
LEFT, CHARACTER, LINE_HEIGHT = 20, 7.1, 19  # pixels; a character of MONO at 11 pixels

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as long as `columns`; `limit` of them are shown, then how many more there are."""

    columns: Sequence[str]
    rows: Sequence[Row]
    title: str = ""
    limit: int = 40

    def text(self) -> str:
        """The table as lines of text, numbers to the right, without the title."""
        head, *body = self.lines()
        rule = "  ".join(["-" * max(map(len, column)) for column in zip(*self._cells(), strict=True)])
        return "\n".join([head, rule, *body, *self._more()])

    def lines(self) -> list[str]:
        """The heading and the rows as lines of text in columns of one width, numbers to the right."""
        padded = []
        for column, right in zip(zip(*self._cells(), strict=True), self._numeric(), strict=True):
            width = max(map(len, column))
            padded.append([cell.rjust(width) if right else cell.ljust(width) for cell in column])
        return list(map("  ".join, zip(*padded, strict=True)))

    def html(self) -> str:
        """The table's text as HTML, in a monospace font; every text is escaped."""
        title = f"<b>{html.escape(self.title)}</b>\n" if self.title else ""
        return f'<div style="{CODE}">{title}{html.escape(self.text())}</div>'

    def drawing(self) -> Drawing:
        lines = [*self.lines(), *self._more()]
        width = CHARACTER * max(len(self.title) + 4, 20, *map(len, lines)) + 2 * LEFT
        top = 58 if self.title else 32
        places = range(top, top + LINE_HEIGHT * len(lines), LINE_HEIGHT)
        title = Text(LEFT, 28, self.title, 14, bold=True)
        head, *body = [
            Text(LEFT, y, line, font=MONO, bold=y == top) for y, line in zip(places, lines, strict=True)
        ]
        rule = Shape([((LEFT, top + 5), (width - LEFT, top + 5))], stroke="#888888", width=0.8, closed=False)
        return Drawing(width, top + LINE_HEIGHT * len(lines), [title, head, rule, *body], self.title)

    def _cells(self) -> list[list[str]]:
        return [[_text(value) for value in row] for row in (self.columns, *self.rows[: self.limit])]

    def _more(self) -> list[str]:
        left_out = len(self.rows) - self.limit
        return [f"… {left_out:,} more rows"] if left_out > 0 else []

    def _numeric(self) -> list[bool]:
        """Whether each column holds only numbers (and gaps)."""
        columns = [[row[i] for row in self.rows if row[i] is not None] for i in range(len(self.columns))]
        return [bool(column) and all([isinstance(v, (int, float)) for v in column]) for column in columns]


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:.3f}" if isinstance(value, float) else " ".join(str(value).split())
    return shortened(text, MAX_CHARACTERS)
