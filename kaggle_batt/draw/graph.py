"""A program's graph of calls, as SVG text for widgets and as a figure for saved notebooks.

A box is a call with its arguments, a line goes from a call to each call that refers to it. Blue boxes are
calls that other programs of a battery need too (×n: by how many programs). The call that is looked at has a
thick frame, one that fails is red, those that are not reached are gray.
"""

from __future__ import annotations

import html
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaggle_batt.draw.canvas import default_style, sheet, write
from kaggle_batt.draw.graph_layout import BOX_HEIGHT, Edge, Layout, Node, Point, layout
from kaggle_batt.programs.program import Program

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = 11  # pixels
PIXEL = 0.01  # inches of a pixel in figures
LINE, NEAR = "#999999", "#D55E00"  # lines, and those of the call that is looked at
FILLS = {"own": "#FFFFFF", "shared": "#CCE5F6", "failed": "#FFD0CC", "unreached": "#E6E6E6"}
LEGEND = "blue: shared in the battery, by ×n programs · red: fails here · gray: not reached"
LEGEND_HEIGHT = 22.0


class Sharing:
    """How many programs, given by their canonical texts, need a call: for the calls of any program.

    A call is told by its text with each variable replaced by a number for the call that set it. This is the
    battery's merging, without parsing: thousands of texts take a fraction of a second.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.numbers: dict[str, int] = {}
        self.counts: Counter[int] = Counter()
        for text in texts:
            self.counts.update(self._numbers(text, self._number))

    def of(self, program: Program) -> list[int]:
        """For each call of the program, how many programs need it."""
        return [self.counts[number] for number in self._numbers(program.text, self._known)]

    def _numbers(self, text: str, number: Callable[[str], int]) -> list[int]:
        """The number of each call of a program, in order."""
        names: dict[str, str] = {}
        found = []
        for line in text.split("\n"):
            variable, is_call, call = line.partition(" = ")
            if is_call:
                found.append(number(_VARIABLE.sub(lambda match: names[match[0]], call)))
                names[variable.strip()] = f"#{found[-1]}"
        return found

    def _number(self, call: str) -> int:
        return self.numbers.setdefault(call, len(self.numbers))

    def _known(self, call: str) -> int:
        """The call's number, or -1: no program has it, nor any call that refers to it."""
        return self.numbers.get(call, -1)


_VARIABLE = re.compile(r"\bx\d+\b")


@dataclass(frozen=True)
class Graph:
    """A program's graph with the number of programs that need each call (`shared`; empty: not known)."""

    program: Program
    shared: tuple[int, ...]
    places: Layout

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the drawing in pixels."""
        return max(self.places.width, 560.0), max(self.places.height, 32.0) + LEGEND_HEIGHT

    @property
    def remark(self) -> str:
        """What to say of a program without calls."""
        return "" if self.program.calls else f"no calls: returns {self.program.show(self.program.result)}"

    def kind(self, place: int, reached: int | None, failed: bool) -> str:
        """The kind of a call's box, of which `reached` were made (None: all), the last with a failure."""
        if reached is not None and place >= reached:
            return "unreached"
        if failed and reached is not None and place == reached - 1:
            return "failed"
        return "shared" if self.shared and self.shared[place] > 1 else "own"


def make_graph(program: Program, sharing: Sharing | None = None) -> Graph:
    """The graph of a program, laid out."""
    shared = tuple(sharing.of(program)) if sharing else ()
    notes = [f"×{count}" if count > 1 else "" for count in shared]
    return Graph(program, shared, layout(program, notes))


def graph_svg(
    graph: Graph,
    current: int | None = None,
    reached: int | None = None,
    failed: bool = False,
    most: float = float("inf"),
) -> str:
    """The graph as SVG text; `current` is the call that is looked at.

    Of a graph higher than `most` pixels, what is around that call is shown.
    """
    places = graph.places
    width, height = graph.size
    shift = _shift(graph, current, most)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{min(height, most):.0f}" '
        f'font-family="DejaVu Sans Mono, monospace" font-size="{FONT}">',
        f'<g transform="translate(0 {LEGEND_HEIGHT - shift:.0f})">',
        f'<text x="12" y="20">{html.escape(graph.remark)}</text>',
        *[_edge_svg(edge, current) for edge in _ordered(places.edges, current)],
        *[_node_svg(n, graph.kind(n.place, reached, failed), n.place == current) for n in places.nodes],
        f'</g><path d="M0 0h{width:.0f}v{LEGEND_HEIGHT}H0z" fill="#FFFFFF"/>',
        f'<text x="12" y="15" font-family="sans-serif">{LEGEND}</text>',
        "</svg>",
    ]
    return "".join(parts)


def _shift(graph: Graph, current: int | None, most: float) -> float:
    """By how many pixels the graph is moved up, to have the current call in the middle."""
    height = graph.size[1]
    if height <= most or current is None:
        return 0.0
    middle = graph.places.nodes[current].top + LEGEND_HEIGHT
    return max(0.0, min(middle - most / 2, height - most))


def _ordered(edges: Sequence[Edge], current: int | None) -> list[Edge]:
    """The lines of the current call last, above the others."""
    return sorted(edges, key=lambda edge: current in (edge.source, edge.target))


def _edge_svg(edge: Edge, current: int | None) -> str:
    color, width = (NEAR, 2) if current in (edge.source, edge.target) else (LINE, 1)
    x, y = edge.points[0]
    path = f"M{x:.1f} {y:.1f}"
    for a, b, c in _curves(edge.points):
        path += f"C{a[0]:.1f} {a[1]:.1f} {b[0]:.1f} {b[1]:.1f} {c[0]:.1f} {c[1]:.1f}"
    return f'<path fill="none" stroke="{color}" stroke-width="{width}" d="{path}"/>'


def _curves(points: Sequence[Point]) -> list[tuple[Point, Point, Point]]:
    """For each piece of a line the control points and end of a curve that leaves and arrives upright."""
    pieces = []
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        middle = (y0 + y1) / 2
        pieces.append(((x0, middle), (x1, middle), (x1, y1)))
    return pieces


def _node_svg(node: Node, kind: str, is_current: bool) -> str:
    left, width = node.middle - node.width / 2, 2.5 if is_current else 1
    stroke = NEAR if is_current else "#444444"
    ink = "#777777" if kind == "unreached" else "#000000"
    head, args = map(html.escape, node.lines)
    return (
        f'<rect x="{left:.1f}" y="{node.top:.1f}" width="{node.width:.1f}" height="{BOX_HEIGHT}" rx="4" '
        f'fill="{FILLS[kind]}" stroke="{stroke}" stroke-width="{width}"/>'
        f'<text x="{left + 6:.1f}" y="{node.top + 14:.1f}" fill="{ink}" font-weight="bold">{head}</text>'
        f'<text x="{left + 6:.1f}" y="{node.top + 28:.1f}" fill="{ink}">{args}</text>'
    )


@default_style
def graph_figure(
    graph: Graph, current: int | None = None, reached: int | None = None, failed: bool = False
) -> Figure:
    """The graph as a figure; `current` is the call that is looked at."""
    places = graph.places
    width, height = graph.size
    figure, axes = sheet(width * PIXEL, height * PIXEL)
    axes.set_xlim(0, width)
    axes.set_ylim(height - LEGEND_HEIGHT, -LEGEND_HEIGHT)
    write(axes, 12, -LEGEND_HEIGHT / 2, LEGEND, FONT * 0.72, va="center")
    _paint_edges(
        axes, [edge for edge in places.edges if current not in (edge.source, edge.target)], LINE, 0.8
    )
    _paint_edges(axes, [edge for edge in places.edges if current in (edge.source, edge.target)], NEAR, 1.6)
    for node in places.nodes:
        _paint_node(axes, node, graph.kind(node.place, reached, failed), node.place == current)
    write(axes, 12, 16, graph.remark, FONT * 0.72, va="center")
    return figure


def _paint_edges(axes: Axes, edges: Sequence[Edge], color: str, width: float) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    paths = []
    for edge in edges:
        points = [edge.points[0], *[point for curve in _curves(edge.points) for point in curve]]
        codes = [Path.MOVETO, *[Path.CURVE4] * (len(points) - 1)]
        paths.append(Path(points, codes))
    axes.add_collection(PathCollection(paths, facecolors="none", edgecolors=color, linewidths=width))


def _paint_node(axes: Axes, node: Node, kind: str, is_current: bool) -> None:
    from matplotlib.patches import Rectangle

    left = node.middle - node.width / 2
    look: dict[str, Any] = {"facecolor": FILLS[kind], "edgecolor": NEAR if is_current else "#444444"}
    look["linewidth"] = 2 if is_current else 0.8
    axes.add_patch(Rectangle((left, node.top), node.width, BOX_HEIGHT, zorder=2, **look))
    ink: dict[str, Any] = {"color": "#777777" if kind == "unreached" else "#000000", "zorder": 3}
    size, font = FONT * 0.72, "DejaVu Sans Mono"
    write(axes, left + 6, node.top + 10, node.lines[0], size, va="center", weight="bold", family=font, **ink)
    write(axes, left + 6, node.top + 25, node.lines[1], size, va="center", family=font, **ink)
