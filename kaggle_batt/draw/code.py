"""Lines of source code, some of them marked, laid out in pixels or as HTML."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from kaggle_batt.tasks.drawing import GRAY, MONO, Drawing, Shape, Text, box

HERE = "#FFE9B8"
CODE = f"font-family:{MONO},Menlo,Consolas,monospace;font-size:12px;line-height:17px;white-space:pre"
CODE += ";width:max-content;min-width:100%"  # the ground of a long line is as wide as the line
LEFT, TOP, LINE_HEIGHT = 20, 50, 18  # pixels


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
