"""A program's graph: every call once, edges downward, nothing overlaps; what the battery shares is marked."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ElementTree
from collections import Counter
from itertools import chain

import pytest

from kaggle_batt.draw.call_graph import (
    BOX_HEIGHT,
    FILLS,
    LEGEND_HEIGHT,
    PER_LAYER,
    call_graph,
    call_keys,
)
from kaggle_batt.draw.render import figure_of
from kaggle_batt.generate.library import library_solvers
from kaggle_batt.generate.mutate import mutants
from kaggle_batt.programs.battery import Battery
from kaggle_batt.programs.program import Program, parse_program
from kaggle_batt.tasks.drawing import Shape, drawing_svg

SMALL = """def solve(I):
    x1 = hmirror(I)
    x2 = vmirror(x1)
    x3 = hconcat(x1, x2)
    O = vconcat(x3, x1)
"""


def random_program(seed: int, calls: int = 60) -> Program:
    chance = random.Random(seed)
    names = ["I"]
    lines = []
    for number in range(calls):
        lines.append(f"    y{number} = hconcat({names[-1]}, {chance.choice(names[-12:])})")
        names.append(f"y{number}")
    return parse_program("def solve(I):\n" + "\n".join(lines) + f"\n    return {names[-1]}\n")


PROGRAMS = [
    parse_program(SMALL),
    parse_program("def solve(I):\n    return I\n"),
    *[random_program(seed) for seed in range(6)],
    *[entry.program for entry in library_solvers()[::10]],
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_call_and_every_reference_is_drawn_once(program: Program) -> None:
    places = call_graph(program)
    assert [node.place for node in places.nodes] == list(range(program.size))
    wanted = Counter(
        (ref, target)
        for target, call in enumerate(program.calls)
        for ref in {ref for ref in (call.function, *call.args) if isinstance(ref, int)}
    )
    assert Counter((edge.source, edge.target) for edge in places.edges) == wanted


@pytest.mark.parametrize("program", PROGRAMS)
def test_edges_go_down_from_box_to_box(program: Program) -> None:
    places = call_graph(program)
    for edge in places.edges:
        source, target = places.nodes[edge.source], places.nodes[edge.target]
        assert edge.points[0] == (source.middle, source.top + BOX_HEIGHT)
        assert edge.points[-1] == (target.middle, target.top)
        heights = [y for _, y in edge.points]
        assert heights == sorted(heights)


@pytest.mark.parametrize("program", PROGRAMS)
def test_boxes_are_inside_and_apart_and_no_line_crosses_a_box(program: Program) -> None:
    places = call_graph(program)
    boxes = [(node.middle - node.width / 2, node.middle + node.width / 2, node.top) for node in places.nodes]
    layers = Counter(top for _, _, top in boxes)
    assert max(layers.values(), default=0) <= PER_LAYER
    for number, (left, right, top) in enumerate(boxes):
        assert left >= 0 and right <= places.width and top + BOX_HEIGHT <= places.height
        for other_left, other_right, other_top in boxes[:number]:
            assert top != other_top or right < other_left or other_right < left
        for edge in places.edges:
            for x, y in edge.points[1:-1]:
                assert not (left <= x <= right and top <= y <= top + BOX_HEIGHT), "a line through a box"


def test_sharing_counts_the_programs_that_need_a_call() -> None:
    texts = [SMALL, "def solve(I):\n    O = hmirror(I)\n", "def solve(I):\n    O = rot90(hmirror(I))\n"]
    sharing = counted([parse_program(text).text for text in texts])
    assert call_graph(parse_program(SMALL), sharing).shared == [3, 1, 1, 1]
    edited = parse_program("def solve(I):\n    x1 = hmirror(I)\n    x2 = rot90(x1)\n    O = rot180(x2)\n")
    assert call_graph(edited, sharing).shared == [3, 1, 0]
    stranger = parse_program("def solve(I):\n    x1 = dmirror(I)\n    O = hmirror(x1)\n")
    assert call_graph(stranger, sharing).shared == [0, 0]


def counted(texts: list[str]) -> Counter[str]:
    return Counter(chain.from_iterable(map(call_keys, texts)))


def test_sharing_is_what_the_battery_says() -> None:
    entries = [*library_solvers(), *mutants(library_solvers(), 100, seed=3)]
    entries = list({entry.md5: entry for entry in entries}.values())
    battery = Battery(entries)
    sharing = counted([entry.program.text for entry in entries])
    counts = Counter(chain.from_iterable(battery.slices))
    for entry, nodes in zip(entries, battery.slices, strict=True):
        assert [sharing[key] for key in call_keys(entry.program.text)] == [counts[node] for node in nodes]


def test_boxes_tell_shared_failing_unreached_and_current_calls() -> None:
    program = parse_program(SMALL)
    sharing = counted([program.text, "def solve(I):\n    O = hmirror(I)\n    return O\n"])
    graph = call_graph(program, sharing)
    assert [graph.kind(place, 4, False) for place in range(4)] == ["shared", "own", "own", "own"]
    assert [graph.kind(place, 3, True) for place in range(4)] == ["shared", "own", "failed", "unreached"]
    root = ElementTree.fromstring(drawing_svg(graph.drawing(1, 3, True)))
    paths = list(root.iter("{http://www.w3.org/2000/svg}path"))
    boxes = [
        (path.get("fill"), path.get("stroke-width")) for path in paths if path.get("stroke") != "#999999"
    ]
    fills = [FILLS[kind] for kind in ("shared", "own", "failed", "unreached")]
    assert boxes[1:-1] == list(zip(fills, ["1", "2.5", "1", "1"], strict=True))
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"x1 = hmirror", "(I) ×2", "O = vconcat", "(x3, x1)"} <= set(texts)


def test_of_a_high_graph_what_is_around_the_current_call_is_shown() -> None:
    graph = call_graph(random_program(3, 150))
    assert graph.drawing().height > 3000
    for place in (0, 70, 149):
        shown = graph.drawing(place, most=700)
        assert shown.height == 700
        (top,) = [
            min(y for _, y in item.lines[0])
            for item in shown.items
            if isinstance(item, Shape) and item.width == 2.5
        ]
        assert top >= LEGEND_HEIGHT and top + BOX_HEIGHT <= 700


def test_the_figure_has_the_same_texts_all_inside() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    for program in PROGRAMS[:4]:
        figure = figure_of(call_graph(program))
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        width, height = canvas.get_width_height()
        for text in figure.axes[0].texts:
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, text.get_text()
    assert "no calls: returns I" in [
        text.get_text() for text in figure_of(call_graph(PROGRAMS[1])).axes[0].texts
    ]
