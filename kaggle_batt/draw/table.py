"""Lines of code and tables: text in a monospace font, laid out in pixels or as HTML."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaggle_batt.tasks.drawing import GRAY, MONO, Drawing, Shape, Text, box, shortened

HERE = "#FFE9B8"
CODE = f"font-family:{MONO},Menlo,Consolas,monospace;font-size:12px;line-height:17px;white-space:pre"
CODE += ";width:max-content;min-width:100%"  # the ground of a long line is as wide as the line
LEFT, TOP, LINE_HEIGHT = 20, 50, 18  # pixels
MAX_CHARACTERS = 56  # of a table's cell; longer texts end in '…'

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of code with a remark; `current` ones have a colored ground."""

    text: str
    remark: str = ""
    color: str = "#000000"
    current: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code under a heading."""

    lines: Sequence[CodeLine]
    heading: str = ""

    def html(self) -> str:
        return f'<div style="{CODE}">{"".join(map(_code_html, self.lines))}</div>'

    def drawing(self) -> Drawing:
        texts = [f"{line.text}  # {line.remark}" if line.remark else line.text for line in self.lines]
        width = 40 + max(7.1 * max(map(len, texts)), 8.5 * len(self.heading))
        items: list[Shape | Text] = [Text(LEFT, 28, self.heading, 12.5, bold=True)]
        for number, (line, text) in enumerate(zip(self.lines, texts, strict=True)):
            top = TOP + LINE_HEIGHT * number
            if line.current:
                items.append(Shape([box(LEFT - 3, top, width - LEFT, 17)], fill=HERE))
            items.append(Text(LEFT, top + 13, text, 11, line.color, MONO))
        return Drawing(width, TOP + 10 + LINE_HEIGHT * len(texts), items, self.heading)


def _code_html(line: CodeLine) -> str:
    remark = f'  <span style="color:{GRAY}">{html.escape(line.remark)}</span>' if line.remark else ""
    style = f"color:{line.color}" + (f";background:{HERE}" if line.current else "")
    return f'<div style="{style}">{html.escape(line.text)}{remark}</div>'


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
