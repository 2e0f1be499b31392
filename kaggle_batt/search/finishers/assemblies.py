"""Finisher "assembled": outputs that are some objects put side by side, or bars of their number or size."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.arrays import Array, Mask, equal
from kaggle_batt.dsl.extensions.bits import masks_of
from kaggle_batt.dsl.extensions.geometry import eight
from kaggle_batt.dsl.extensions.objects import assemble
from kaggle_batt.dsl.extensions.objects.assemble import ALONG, CELL, DIAGONAL, ENLARGED, SQUARE
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ink_cost, ink_of
from kaggle_batt.dsl.extensions.objects.scene import Scene, scene_of
from kaggle_batt.dsl.extensions.registry import Table
from kaggle_batt.dsl.extensions.segments import BOXES, Segmentation
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.object_tests import object_tests
from kaggle_batt.search.solutions import Answers, answers_of
from kaggle_batt.search.states import Pool, State

TRIED = (
    Segmentation.PANELS, Segmentation.COLOR_8, Segmentation.FILLED_8, Segmentation.COLOR_4,
    Segmentation.EACH_COLOR, Segmentation.EMPTY_4, Segmentation.FILLED_4, Segmentation.PLAIN_4,
    Segmentation.RECTANGLES, Segmentation.ROWS, Segmentation.COLUMNS,
)  # fmt: skip
#: objects of all demos; answers added for a segmentation, programs of each; tenths for the choice of a count
MOST_OBJECTS, MOST_ADDED, MOST_ALIKE, COUNTED = 150, 12, 2, 10
DOUBTED = 15  #: tenths for each earlier segmentation that divides the demos alike
LINED = (assemble.LINES, assemble.LINES_APART)  #: each bar on a line of its own
#: layouts on a canvas as large as needed, on one of a given size
NEEDED = (assemble.ACROSS, assemble.ACROSS_APART, SQUARE, DIAGONAL, *LINED)
SIZED = (assemble.ACROSS, DIAGONAL, assemble.SNAKE, assemble.CHECKS, *LINED)
GRIDS = (assemble.ROWS, assemble.POINTED)  #: in rows and columns
#: columns of a tally that cells are multiplied by: once, as a square of stripes, as others, enlarged
TIMES = (14, 12, 13, 15)
Canvas = tuple[int, int, tuple[int, int]]  #: a layout of bars, the position and the size of their canvas
Choice = tuple[int, Table]  #: its cost, the tests
#: its cost, a table's first row but for the order, which sets of objects fit, for which the order counts
Way = tuple[int, tuple[int, ...], Mask, Mask]


def assemblies(group: Group) -> None:
    """Add what puts objects of the input, or of its panels without their grounds, together."""
    pool = group.pool
    if pool.same and group.at is Pass.GRIDS:
        return
    canvases = _canvases(pool)
    if not canvases:
        return
    bare = ("nth", ("panels", pool.root.expression), families()["panels"].names.index("without_grounds"))
    states = [one for one in group.states if one.expression in (pool.root.expression, bare)]
    known = Counter[tuple[State, bytes]]()
    for state, segmentation in product(states, TRIED):
        if (segmentation in BOXES and pool.same) or (state is pool.root and group.at is Pass.GRIDS):
            continue
        if pool.budget.exhausted:
            return
        pool.budget.spend(200)
        scenes = [scene_of(grid, segmentation) for grid in state.grids]
        demos = scenes[: pool.demos]
        if all(scene.parts for scene in scenes) and sum([len(s.parts) for s in demos]) <= MOST_OBJECTS:
            # what earlier divisions are in the demos too differs in the tests, where it is less likely
            cells = state, b"/".join([scene.owners.tobytes() for scene in demos])
            _add(group, state, segmentation, scenes, canvases, DOUBTED * known[cells])
            known[cells] += 1


def _add(
    group: Group, state: State, segmentation: int, scenes: list[Scene], canvases: list[Canvas], doubt: int
) -> None:
    pool, seen = group.pool, Counter[Answers]()
    for penalty, way, orders, choices in _fitting(scenes[: pool.demos], pool, canvases):
        if len(seen) >= MOST_ADDED or pool.budget.exhausted:
            return
        pool.budget.spend(30)
        table = ((orders[0], *way), *choices[0][1])
        made = (assemble.assembled_by(scene, table) for scene in scenes)
        pairs = zip(pool.outputs, made, strict=False)
        if not all(one is not None and equal(one, output) for output, one in pairs):
            continue
        # what keeps the same objects of the demos in the same order differs in the tests alone
        likely = sorted(orders, key=lambda order: _order_cost(order, way[0]))
        for order, (own, rows) in product(likely, choices):
            pool.budget.spend(30)
            table = ((order, *way), *rows)
            tests = [assemble.assembled_by(scene, table) for scene in scenes[pool.demos :]]
            answers = [one for one in tests if one is not None]
            if len(answers) < len(tests):
                continue
            seen[answers_of(answers)] += 1
            if seen[answers_of(answers)] <= MOST_ALIKE:
                expression = ("assemble_by", state.expression, int(segmentation), Lit(table))
                cost = own + penalty + _order_cost(order, way[0]) + state.cost + doubt
                group.add(expression, answers, "assembled", cost)


def _order_cost(order: int, content: int) -> int:
    """Tenths of an order; less where it is of the bars' own measure."""
    own = order and content > CELL and assemble.ORDERS[(order - 1) // 2] == assemble.BARS[content - CELL - 1]
    return bool(order) + bool(order and not own)


def _choices(scenes: Sequence[Scene]) -> tuple[list[list[Choice]], list[Mask]]:
    """The tests that choose objects to keep, equal ones together; each demo's objects for each of them."""
    tests = object_tests(scenes, True)
    counts = [len(scene.parts) for scene in scenes]
    passed = [(1 << sum(counts)) - 1, *[test.passed for test in tests]]
    kept = masks_of(passed, 1, sum(counts))[:, 0].astype(int)
    found: list[list[Choice]] = [[(0, ())]]
    found += [[(test.cost + which, (row,)) for which, row in enumerate(test.rows)] for test in tests]
    return found, np.split(kept, np.cumsum(counts)[:-1], 1)


def _fitting(
    scenes: list[Scene], pool: Pool, canvases: list[Canvas]
) -> Iterator[tuple[int, tuple[int, ...], list[int], list[Choice]]]:
    """Ways that fit the sizes or colors of what is kept: cost, first row but for the order, orders, tests."""
    choices, kept = _choices(scenes)
    pool.budget.spend(40 * len(choices))
    orders: dict[int, list[list[int]]] = {}
    for penalty, way, fits, ordered in _ways(scenes, kept, pool, canvases):
        for number in np.flatnonzero(fits).tolist():
            if ordered[number] and number not in orders:
                pool.budget.spend(20 * len(scenes))
                orders[number] = _orders(scenes, choices[number][0][1])
            for equal_orders in orders[number] if ordered[number] else [[0]]:
                yield penalty, way, equal_orders, choices[number]


def _orders(scenes: list[Scene], rows: Table) -> list[list[int]]:
    """All orders, grouped by the objects that pass the tests being the same."""
    found: dict[tuple[tuple[int, ...], ...], list[int]] = {}
    for order in range(1 + 2 * len(assemble.ORDERS)):
        numbers = tuple([tuple(assemble.kept_in(scene, rows, order)) for scene in scenes])
        found.setdefault(numbers, []).append(order)
    return list(found.values())


def _ways(scenes: list[Scene], kept: list[Mask], pool: Pool, canvases: list[Canvas]) -> Iterator[Way]:
    """The ways to put objects together, by how many cells of each color these have."""
    for content in range(CELL if pool.same else 0, assemble.CONTENTS):
        for ink in _inks(scenes, pool.outputs) if content >= CELL else [AS_IS]:
            if pool.budget.exhausted:
                return
            pool.budget.spend(6 * sum([len(scene.parts) for scene in scenes]))
            first = _tally(scenes[0], kept[0], content, ink)
            if not any(_colored([first], pool.outputs[:1], times).any() for times in TIMES):
                continue
            later = zip(scenes[1:], kept[1:], strict=True)
            tallies = [first, *[_tally(scene, own, content, ink) for scene, own in later]]
            if content >= CELL:
                yield from _bars(tallies, pool.outputs, canvases, (content, ink))
                continue
            fits, _, often, larger = [_colored(tallies, pool.outputs, times) for times in TIMES]
            several = np.max(tallies, 0)[:, 10] > 1
            yield from [(way, (content, ink, way), fits, several & (way != ALONG)) for way in range(SQUARE)]
            yield from [(way - SQUARE, (content, ink, way), fits & several, several & False) for way in GRIDS]
            yield from [(way - SQUARE, (content, ink, way), often, several) for way in assemble.OFTEN]
            yield ENLARGED - SQUARE, (content, ink, ENLARGED), larger & ~several, several & False
            if all(output.all() for output in pool.outputs):
                size = pool.shapes[0] if len(set(pool.shapes)) == 1 else (0, 0)
                yield SQUARE, (content, ink, assemble.FITTED, 0, *size), fits & several, several & False


def _bars(
    tallies: list[Mask], outputs: list[Array], canvases: list[Canvas], content: tuple[int, int]
) -> Iterator[Way]:
    """The ways to draw bars of that content and ink."""
    colored = [_colored(tallies, outputs, times) for times in TIMES[:2]]
    sized = {layout: _needed(tallies, outputs, layout) for layout in NEEDED if np.any(colored)}
    several = np.max([(one[:, :10] > 0).sum(1) for one in tallies], 0) > 1
    for layout, position, size in canvases if sized else ():
        fits = colored[layout == SQUARE]
        if not size[0]:
            fits = fits & sized[layout][position // 4]
        penalty = COUNTED + ink_cost(content[1]) + layout + bool(position) + bool(size[0])
        yield penalty, (*content, layout, position, *size), fits, several | (layout in LINED)


def _inks(scenes: list[Scene], outputs: list[Array]) -> list[int]:
    """The inks of bars: as the objects are; where each output has one color, that color, or its role."""
    colors = [set(output.tobytes()) - {0} for output in outputs]
    found = [AS_IS]
    if all(len(one) <= 1 for one in colors):
        every = set.union(*colors)
        found += [max(every, default=0)] if len(every) <= 1 else []
        roles = range(AS_IS + 3, AS_IS + 5)
        found += [ink for ink in roles if [{ink_of(scene, 0, ink)} for scene in scenes] == colors]
    return found


def _tally(scene: Scene, kept: Mask, content: int, ink: int) -> Mask:
    """For each set of objects its bars' cells of each color, their number, longest and total length, and the
    number of other objects, one, the square of the number of others."""
    bars = [scene.once(assemble.content_of, number, content, ink) for number in range(len(scene.parts))]
    cells = np.array([np.bincount([] if bar is None else bar.ravel(), minlength=10) for bar in bars])
    defined = np.array([bar is not None for bar in bars])
    lengths = cells.sum(1)
    others = (1 - kept).sum(1)
    sums = kept @ cells, kept @ defined, (kept * lengths).max(1), kept @ lengths, others
    return np.column_stack([*sums, np.ones(len(kept), int), others * others])


def _canvases(pool: Pool) -> list[Canvas]:
    """The canvases on which the outputs may be bars: as they need, of one size, of the inputs' sizes."""
    one_size = set(pool.shapes) if len(set(pool.shapes)) == 1 else set()
    found = [] if pool.same else list(product(NEEDED, range(9), ((0, 0),)))
    for size in [*one_size, *([(assemble.OWN_SIZE, assemble.OWN_SIZE)] if pool.same else [])]:
        for layout, position in product(SIZED, range(8)):
            if all(_lies(output, layout, position) for output in pool.outputs):
                found.append((layout, position, size))
    return found


def _lies(output: Array, layout: int, position: int) -> bool:
    """Whether the colored cells lie as those of bars on a canvas do."""
    colored = (eight(output)[(0, 1, 2, 3, 4, 6, 5, 7)[position]] > 0).astype(np.uint8)
    lengths = colored.sum(1).tolist() if layout in LINED else [int(colored.sum())]
    bars = [np.ones((1, length), np.uint8) for length in lengths[:: 1 + (layout == assemble.LINES_APART)]]
    made = assemble.drawn(bars, layout, 0, *colored.shape)
    return made is not None and equal(made, colored)


def _colored(tallies: list[Mask], outputs: list[Array], times: int) -> Mask:
    """Which sets of objects have the outputs' cells of each color if they are drawn so many times."""
    fits = np.ones(len(tallies[0]), bool)
    for tally, output in zip(tallies, outputs, strict=True):
        fits &= (tally[:, 1:10] * tally[:, [times]] == np.bincount(output.ravel(), minlength=10)[1:]).all(1)
    return fits


def _needed(tallies: list[Mask], outputs: list[Array], layout: int) -> list[Mask]:
    """The sets of objects whose bars, as needed, have the outputs' sizes: across, down, one of both."""
    lines, apart = layout in LINED, layout in (assemble.ACROSS_APART, assemble.LINES_APART)
    fits = np.ones((3, len(tallies[0])), bool)
    for tally, output in zip(tallies, outputs, strict=True):
        total, bars, longest = tally[:, 12], tally[:, 10], tally[:, 11]
        gaps = (bars - 1) * apart
        high = total if layout in (SQUARE, DIAGONAL) else bars + gaps if lines else np.ones_like(total)
        wide = longest if lines else total + gaps
        across = (high == output.shape[0]) & (wide == output.shape[1])
        down = (wide == output.shape[0]) & (high == output.shape[1])
        fits &= [across, down, across | down]
    return list(fits)


ASSEMBLED = Finisher("assembled", (Pass.ROOT, Pass.GRIDS), assemblies, rate=125)
