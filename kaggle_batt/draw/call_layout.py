"""Places for the calls of a program, so that it can be drawn as a graph: inputs above, the result below.

Layers from top to bottom, each call below all that it refers to, a bounded number side by side; an edge over
several layers bends at invisible points, one in each layer, shared by all edges from the same call. The order
within a layer follows the mean place of the neighbours (Sugiyama, Tagawa and Toda, 1981).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.drawing import shortened

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
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A call's box: its place in the program, two lines of text, and its middle, top and width in pixels."""

    place: int
    lines: tuple[str, str]
    middle: float
    top: float
    width: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from the box of a call to that of a call that refers to it, through its bends, in pixels."""

    source: int
    target: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes and lines of a program's graph and the size of the whole, in pixels."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float


def layout(program: Program, notes: Sequence[str] = ()) -> Layout:
    """The graph of a program's calls; `notes` are short texts that follow each call's arguments."""
    needs = [  # the places that a call refers to, each once, in order
        list(dict.fromkeys([ref for ref in (call.function, *call.args) if isinstance(ref, int)]))
        for call in program.calls
    ]
    layers = _layers(needs)
    texts = [_lines(program, place, notes[place] if notes else "") for place in range(program.size)]
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
    edges = [Edge(*pair, _points(*pair, layers, middles)) for pair in pairs]
    return Layout(tuple(nodes), tuple(edges), right - left, _top(len(rows)) + MARGIN)


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


def _points(source: int, target: int, layers: Sequence[int], middles: Pixels) -> tuple[Point, ...]:
    """The line from a box's lower side through its bends to the upper side of another."""
    first, last = layers[source], layers[target]
    points = [(middles[(source, first)], _top(first) + BOX_HEIGHT)]
    for layer in range(first + 1, last):
        x = middles[(source, layer)]
        points += [(x, _top(layer)), (x, _top(layer) + BOX_HEIGHT)]
    return (*points, (middles[(target, last)], _top(last)))
