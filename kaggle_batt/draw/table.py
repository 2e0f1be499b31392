"""A table as text, as HTML and as a drawing; the same cells in each."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaggle_batt.draw.code import CODE, Code, CodeLine
from kaggle_batt.tasks.drawing import Drawing, shortened

MAX_CHARACTERS = 56  # of a cell; longer texts end in '…'

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
        rule = "  ".join(["-" * len(column[0]) for column in self._padded()])
        left_out = len(self.rows) - self.limit
        return "\n".join([head, rule, *body, *[f"… {left_out:,} more rows"] * (left_out > 0)])

    def lines(self) -> list[str]:
        """The heading and the rows as lines of text in columns of one width, numbers to the right."""
        return list(map("  ".join, zip(*self._padded(), strict=True)))

    def html(self) -> str:
        """The table's text as HTML, in a monospace font; every text is escaped."""
        title = f"<b>{html.escape(self.title)}</b>\n" if self.title else ""
        return f'<div style="{CODE}">{title}{html.escape(self.text())}</div>'

    def drawing(self) -> Drawing:
        return Code([CodeLine(line) for line in self.text().split("\n")], self.title).drawing()

    def _padded(self) -> list[list[str]]:
        """The cells of each column, the heading first, in its width."""
        padded = []
        for place, name in enumerate(self.columns):
            values = [row[place] for row in self.rows]
            cells = [name, *map(_text, values[: self.limit])]
            width, known = max(map(len, cells)), [value for value in values if value is not None]
            right = known and all([isinstance(value, (int, float)) for value in known])
            padded.append([cell.rjust(width) if right else cell.ljust(width) for cell in cells])
        return padded


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:.3f}" if isinstance(value, float) else " ".join(str(value).split())
    return shortened(text, MAX_CHARACTERS)
