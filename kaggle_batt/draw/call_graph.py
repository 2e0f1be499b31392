"""A program's graph of calls as a drawing: a box for each call, a line to each call that refers to it.

Blue boxes are calls that other programs of a battery need too (×n: by how many programs). The current call
has a thick frame, one that fails is red, those that are not reached are gray.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kaggle_batt.draw.call_layout import BOX_HEIGHT, Edge, Layout, Node, layout
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.drawing import MONO, Drawing, Line, Shape, Text, box, placed
from kaggle_batt.tasks.picture import ACCENT

FILLS = {"own": "#FFFFFF", "shared": "#CCE5F6", "failed": "#FFD0CC", "unreached": "#E6E6E6"}
LEGEND = "blue: shared in the battery, by ×n programs · red: fails here · gray: not reached"
LEGEND_HEIGHT = 22  # pixels
MIN_WIDTH, MIN_HEIGHT = 560, 32  # pixels


class Sharing:
    """How many programs, given by their canonical texts, need a call: for the calls of any program.

    Equal calls are found by their text, without parsing: thousands take a fraction of a second.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._known: dict[str, int] = {}
        self._counts: Counter[int] = Counter()
        for text in texts:
            self._counts.update(self._numbers(text))

    def of(self, program: Program) -> list[int]:
        """For each call of the program, how many programs need it."""
        return [self._counts[number] for number in self._numbers(program.text)]

    def _numbers(self, text: str) -> list[int]:
        """The number of each call of a program, in order."""
        names: dict[str, str] = {}
        found = []
        for line in text.split("\n"):
            variable, is_call, call = line.partition(" = ")
            if is_call:
                call = _VARIABLE.sub(lambda match: names[match[0]], call)
                found.append(self._known.setdefault(call, len(self._known)))
                names[variable.strip()] = f"#{found[-1]}"
        return found


_VARIABLE = re.compile(r"\bx\d+\b")


@dataclass(frozen=True)
class CallGraph:
    """A program's graph with the number of programs that need each call (`shared`; empty: not known)."""

    program: Program
    shared: tuple[int, ...]
    places: Layout

    def kind(self, place: int, reached: int | None, failed: bool) -> str:
        """The kind of a call's box, of which `reached` were made (None: all), the last with a failure."""
        if reached is not None and place >= reached:
            return "unreached"
        if failed and reached is not None and place == reached - 1:
            return "failed"
        return "shared" if self.shared and self.shared[place] > 1 else "own"

    def drawing(
        self,
        current: int | None = None,
        reached: int | None = None,
        failed: bool = False,
        most: float = float("inf"),
    ) -> Drawing:
        """The graph's layout; of one higher than `most` pixels, the part around the call `current`."""
        nodes = [
            _node(node, self.kind(node.place, reached, failed), node.place == current)
            for node in self.places.nodes
        ]
        items = [*_edges(self.places.edges, current), *itertools.chain.from_iterable(nodes)]
        if not nodes:
            items.append(Text(12, 20, f"no calls: returns {self.program.show(self.program.result)}"))
        width = max(self.places.width, MIN_WIDTH)
        height = max(self.places.height, MIN_HEIGHT) + LEGEND_HEIGHT
        shift = 0.0
        if height > most and current is not None:
            middle = self.places.nodes[current].top + LEGEND_HEIGHT
            shift = max(0.0, min(middle - most / 2, height - most))
        ground = Shape([box(0, 0, width, LEGEND_HEIGHT)], fill="#FFFFFF")
        moved = placed(items, 0, LEGEND_HEIGHT - shift)
        return Drawing(
            width, min(height, most), [*moved, ground, Text(12, 15, LEGEND)], "graph of the program's calls"
        )


def call_graph(program: Program, sharing: Sharing | None = None) -> CallGraph:
    shared = tuple(sharing.of(program)) if sharing else ()
    notes = [f"×{count}" if count > 1 else "" for count in shared]
    return CallGraph(program, shared, layout(program, notes))


def _edges(edges: Sequence[Edge], current: int | None) -> list[Shape | Text]:
    """The lines; those of the current call in another color, above the others."""
    near = [edge for edge in edges if current in (edge.source, edge.target)]
    others = [edge for edge in edges if current not in (edge.source, edge.target)]
    looks = ((others, "#999999", 1.0), (near, ACCENT, 2.0))
    return [
        Shape([_curve(edge) for edge in group], stroke=color, width=width, closed=False, curved=True)
        for group, color, width in looks
        if group
    ]


def _curve(edge: Edge) -> Line:
    """Points of curves through the bends that leave and arrive upright."""
    points = [edge.points[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(edge.points):
        middle = (y0 + y1) / 2
        points += [(x0, middle), (x1, middle), (x1, y1)]
    return points


def _node(node: Node, kind: str, is_current: bool) -> list[Shape | Text]:
    left = node.middle - node.width / 2
    stroke, width = (ACCENT, 2.5) if is_current else ("#444444", 1.0)
    ink = "#777777" if kind == "unreached" else "#000000"
    head, args = node.lines
    return [
        Shape([box(left, node.top, node.width, BOX_HEIGHT)], FILLS[kind], stroke, width),
        Text(left + 6, node.top + 14, head, color=ink, font=MONO, bold=True),
        Text(left + 6, node.top + 28, args, color=ink, font=MONO),
    ]
