"""A drawing as plain data, shapes and texts in pixels, and its SVG text; `draw.render` renders it as PNG."""

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"
FONTS = {SANS: f"{SANS}, sans-serif", MONO: f"{MONO}, monospace"}  # also for a browser that has neither
GRAY = "#767676"

Point = tuple[float, float]  # pixels to the right and down
Line = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Shape:
    """Lines through points, closed to polygons unless `closed` is false.

    `fill` and `stroke` are colors, "none" for neither; `width` is the stroke's in pixels, `opacity` the
    fill's. In a `curved` line, each three points after the first make a Bézier curve.
    """

    lines: Sequence[Line]
    fill: str = "none"
    stroke: str = "none"
    width: float = 1.0
    opacity: float = 1.0
    closed: bool = True
    curved: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text. (x, y) is on its baseline: its start, or its middle where `centred`."""

    x: float
    y: float
    text: str
    size: float = 11.0  # pixels
    color: str = "#000000"
    font: str = SANS
    bold: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes, and texts above them, on a white ground; sizes in pixels. `name` describes it in words."""

    width: float
    height: float
    items: Sequence[Shape | Text]
    name: str = ""

    def html(self) -> str:
        """The drawing as an HTML `<img>`: JupyterLab removes `<svg>` from notebooks that aren't trusted."""
        address = base64.b64encode(drawing_svg(self).encode()).decode()
        look = 'style="max-width:100%"'
        return f'<img {look} alt="{html.escape(self.name)}" src="data:image/svg+xml;base64,{address}"/>'


def box(left: float, top: float, width: float, height: float) -> Line:
    right, bottom = left + width, top + height
    return (left, top), (right, top), (right, bottom), (left, bottom)


def shortened(text: str, most: int) -> str:
    """The text, its end replaced by '…' if it has more than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def placed(items: Iterable[Shape | Text], left: float, top: float, scale: float = 1.0) -> list[Shape | Text]:
    """The items with their points scaled, then moved to the right and down."""
    found: list[Shape | Text] = []
    for item in items:
        if isinstance(item, Text):
            found.append(replace(item, x=left + item.x * scale, y=top + item.y * scale))
        else:
            lines = [[(left + x * scale, top + y * scale) for x, y in line] for line in item.lines]
            found.append(replace(item, lines=lines))
    return found


def beside(first: Drawing, second: Drawing) -> Drawing:
    items = [*first.items, *placed(second.items, first.width, 0)]
    return Drawing(first.width + second.width, max(first.height, second.height), items, first.name)


def drawing_svg(drawing: Drawing) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}" height="{drawing.height:g}">'
    return "".join([head, *map(_item_svg, drawing.items), "</svg>"])


def _item_svg(item: Shape | Text) -> str:
    if isinstance(item, Text):
        look = f'font-family="{FONTS[item.font]}" font-size="{item.size:g}" fill="{item.color}"'
        look += ' font-weight="bold"' * item.bold + ' text-anchor="middle"' * item.centred
        return f'<text x="{item.x:g}" y="{item.y:g}" {look}>{html.escape(item.text)}</text>'
    look = f'fill="{item.fill}"' + (f' fill-opacity="{item.opacity}"' if item.opacity < 1 else "")
    look += "" if item.stroke == "none" else f' stroke="{item.stroke}" stroke-width="{item.width:g}"'
    look += "" if item.curved else ' shape-rendering="crispEdges"'
    return f'<path {look} d="{_path(item)}"/>'


def _path(shape: Shape) -> str:
    pen, end = "C" if shape.curved else "L", "z" if shape.closed else ""
    lines = [[f"{x:g} {y:g}" for x, y in line] for line in shape.lines]
    return "".join([f"M{line[0]}{pen}{' '.join(line[1:])}{end}" for line in lines])
