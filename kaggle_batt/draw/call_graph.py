"""A program's graph of calls as a drawing: a box for each call, a line to each call that refers to it.

Blue boxes are calls that other programs of a battery need too (×n: by how many programs). The current call
has a thick frame, one that fails is red, those that are not reached are gray.

Layers from top to bottom, each call below all that it refers to, a bounded number side by side; a line over
several layers bends at invisible points, one in each layer, shared by all lines from the same call. The order
within a layer follows the mean place of the neighbours (Sugiyama, Tagawa and Toda, 1981).
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import md5
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import NamedTuple

from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.drawing import MONO, Drawing, Line, Shape, Text, box, placed, shortened
from kaggle_batt.tasks.picture import ACCENT

FILLS = {"own": "#FFFFFF", "shared": "#CCE5F6", "failed": "#FFD0CC", "unreached": "#E6E6E6"}
LEGEND = "blue: shared in the battery, by ×n programs · red: fails here · gray: not reached"
LEGEND_HEIGHT = 22  # pixels
MIN_WIDTH, MIN_HEIGHT = 560, 32  # pixels
PER_LAYER = 6  # calls side by side
CHARACTER = 7.0  # pixels of a character of a monospace font of 11 pixels
MOST_CHARACTERS = 24  # of a line in a box; longer ones end in '…'
BOX_HEIGHT = 34.0
LAYER_HEIGHT = 58.0
GAP = 14.0  # pixels between boxes side by side
BEND = 8.0  # pixels that an edge passing through a layer takes
MARGIN = 12.0
SWEEPS = 6

Item = tuple[int, int]  # (place of a call, layer): the call itself, or a bend of its edges in that layer
Pixels = dict[Item, float]  # the middle of each item, or half its width
_VARIABLE = re.compile(r"\bx\d+\b")


def call_keys(text: str) -> list[str]:
    """A key of each call of a program, by its canonical text; equal calls of any programs have the same.

    Without parsing: thousands of programs take a fraction of a second.
    """
    keys: dict[str, str] = {}
    for line in text.split("\n"):
        variable, is_call, call = line.partition(" = ")
        if is_call:
            call = _VARIABLE.sub(lambda match: keys[match[0]], call)
            keys[variable.strip()] = md5(call.encode(), usedforsecurity=False).hexdigest()
    return [*keys.values()]


class Node(NamedTuple):
    """A call's box: its place in the program, two lines of text, and its middle, top and width in pixels."""

    place: int
    lines: tuple[str, str]
    middle: float
    top: float
    width: float


class Edge(NamedTuple):
    """A curve from the box of a call to that of a call that refers to it, through its bends, in pixels."""

    source: int
    target: int
    points: Line


class CallGraph(NamedTuple):
    """A program's graph, in pixels; `shared` says how many programs need each call (0: not known)."""

    program: Program
    shared: Sequence[int]
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    width: float
    height: float

    def kind(self, place: int, reached: float, failed: bool) -> str:
        """The kind of a call's box, of which `reached` were made, the last with a failure if `failed`."""
        if place >= reached:
            return "unreached"
        if failed and place == reached - 1:
            return "failed"
        return "shared" if self.shared[place] > 1 else "own"

    def drawing(
        self, current: int = -1, reached: float = math.inf, failed: bool = False, most: float = math.inf
    ) -> Drawing:
        """The graph's layout; of one higher than `most` pixels, the part around the call `current`."""
        items = _edges(self.edges, current)
        for node in self.nodes:
            items += _box(node, self.kind(node.place, reached, failed), node.place == current)
        if not self.nodes:
            items.append(Text(12, 20, f"no calls: returns {self.program.show(self.program.result)}"))
        width = max(self.width, MIN_WIDTH)
        height = max(self.height, MIN_HEIGHT) + LEGEND_HEIGHT
        shift = 0.0
        if height > most and current >= 0:
            middle = self.nodes[current].top + LEGEND_HEIGHT
            shift = max(0.0, min(middle - most / 2, height - most))
        items = placed(items, 0, LEGEND_HEIGHT - shift)
        items += [Shape([box(0, 0, width, LEGEND_HEIGHT)], fill="#FFFFFF"), Text(12, 15, LEGEND)]
        return Drawing(width, min(height, most), items, "graph of the program's calls")


def call_graph(program: Program, counts: Mapping[str, int] = MappingProxyType({})) -> CallGraph:
    """The graph of a program's calls; `counts` says how many programs have a key of `call_keys`."""
    shared = [counts.get(key, 0) for key in call_keys(program.text)]
    needs = [  # the places that a call refers to, each once, in order
        list(dict.fromkeys([ref for ref in (call.function, *call.args) if isinstance(ref, int)]))
        for call in program.calls
    ]
    layers = _layers(needs)
    texts = [_lines(program, place, f"×{n}" if n > 1 else "") for place, n in enumerate(shared)]
    widths = [max(map(len, lines)) * CHARACTER + 12 for lines in texts]
    rows, above = _rows(needs, layers)
    half = {
        (call, layer): ((widths[call] if layers[call] == layer else BEND) + GAP) / 2
        for row in rows
        for call, layer in row
    }
    middles = _middles(rows, above, half)
    left = min([middles[item] - half[item] for item in middles], default=0.0) - MARGIN
    right = max([middles[item] + half[item] for item in middles], default=0.0) + MARGIN
    middles = {item: x - left for item, x in middles.items()}
    nodes = [Node(p, texts[p], middles[p, layers[p]], _top(layers[p]), widths[p]) for p in range(len(texts))]
    pairs = [(source, target) for target, sources in enumerate(needs) for source in sources]
    edges = [Edge(*pair, _curve(*pair, layers, middles)) for pair in pairs]
    return CallGraph(program, shared, nodes, edges, right - left, _top(len(rows)) + MARGIN)


def _lines(program: Program, place: int, note: str) -> tuple[str, str]:
    """'x3 = hconcat' and '(x1, I)'."""
    call = program.calls[place]
    head = f"{program.variable(place)} = {program.show(call.function)}"
    args = f"({', '.join(map(program.show, call.args))})"
    return shortened(head, MOST_CHARACTERS), f"{shortened(args, MOST_CHARACTERS)} {note}".rstrip()


def _layers(needs: Sequence[Sequence[int]]) -> list[int]:
    """The layer of each call: the first below all it needs that is not full."""
    layers: list[int] = []
    filled: Counter[int] = Counter()
    for sources in needs:
        layer = max([layers[source] + 1 for source in sources], default=0)
        while filled[layer] >= PER_LAYER:
            layer += 1
        filled[layer] += 1
        layers.append(layer)
    return layers


def _rows(needs: list[list[int]], layers: list[int]) -> tuple[list[list[Item]], dict[Item, list[Item]]]:
    """The items of each layer, and of each item those right above that it is joined to."""
    rows: list[list[Item]] = [[] for _ in range(max(layers, default=-1) + 1)]
    above: dict[Item, list[Item]] = {}
    lowest = list(layers)  # how far down the edges of each call have bends already
    for target, sources in enumerate(needs):
        rows[layers[target]].append((target, layers[target]))
        for source in sources:
            for layer in range(lowest[source] + 1, layers[target]):
                rows[layer].append((source, layer))
                above[(source, layer)] = [(source, layer - 1)]
                lowest[source] = layer
        above[(target, layers[target])] = [(source, layers[target] - 1) for source in sources]
    return rows, above


def _middles(rows: list[list[Item]], above: dict[Item, list[Item]], half: Pixels) -> Pixels:
    """The middle of each item: near those it is joined to, without overlap in its layer."""
    below: dict[Item, list[Item]] = {}
    for item, others in above.items():
        for other in others:
            below.setdefault(other, []).append(item)
    middles: Pixels = {}
    for row in rows:
        _spread(row, dict.fromkeys(row, 0.0), half, middles)
    for sweep in range(SWEEPS):
        joined, order = (above, rows) if sweep % 2 == 0 else (below, rows[::-1])
        for row in order:
            near = {item: [middles[other] for other in joined.get(item, ())] for item in row}
            wanted = {item: sum(xs) / len(xs) if xs else middles[item] for item, xs in near.items()}
            row.sort(key=lambda item: (wanted[item], item))
            _spread(row, wanted, half, middles)
    return middles


def _spread(row: Sequence[Item], wanted: Pixels, half: Pixels, middles: Pixels) -> None:
    """Set the middles of a layer's items, in this order, near the wanted ones and apart from each other.

    Pushed to the right and pushed to the left each keep items apart, and so does the mean of both.
    """
    packed = list(accumulate([half[a] + half[b] for a, b in pairwise(row)], initial=0.0))
    free = [wanted[item] - x for item, x in zip(row, packed, strict=True)]  # all equal: they just touch
    pushed_left = list(accumulate(reversed(free), min))[::-1]
    for item, x, left, right in zip(row, packed, pushed_left, accumulate(free, max), strict=True):
        middles[item] = x + (left + right) / 2


def _top(layer: int) -> float:
    return MARGIN + layer * LAYER_HEIGHT


def _curve(source: int, target: int, layers: Sequence[int], middles: Pixels) -> Line:
    """The points from a box's lower side through its bends to another's upper side, upright at each."""
    passed = [*[(source, layer) for layer in range(layers[source], layers[target])], (target, layers[target])]
    sides = [(middles[item], _top(item[1]) + height) for item in passed for height in (0, BOX_HEIGHT)][1:-1]
    points = sides[:1]
    for (x0, y0), (x1, y1) in pairwise(sides):
        middle = (y0 + y1) / 2
        points += [(x0, middle), (x1, middle), (x1, y1)]
    return points


def _edges(edges: Sequence[Edge], current: int) -> list[Shape | Text]:
    """The lines; those of the current call in another color, above the others."""
    found: list[Shape | Text] = []
    for is_near, color, width in ((False, "#999999", 1.0), (True, ACCENT, 2.0)):
        lines = [edge.points for edge in edges if (current in (edge.source, edge.target)) == is_near]
        found += [Shape(lines, stroke=color, width=width, closed=False, curved=True)] if lines else []
    return found


def _box(node: Node, kind: str, is_current: bool) -> list[Shape | Text]:
    left = node.middle - node.width / 2
    stroke, width = (ACCENT, 2.5) if is_current else ("#444444", 1.0)
    ink = "#777777" if kind == "unreached" else "#000000"
    head, args = node.lines
    return [
        Shape([box(left, node.top, node.width, BOX_HEIGHT)], FILLS[kind], stroke, width),
        Text(left + 6, node.top + 14, head, color=ink, font=MONO, bold=True),
        Text(left + 6, node.top + 28, args, color=ink, font=MONO),
    ]
