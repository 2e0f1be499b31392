"""Finisher "assembled": outputs that are some objects put side by side, or bars of their number or size."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, equal
from kaggle_batt.dsl.extensions.objects.assemble import (
    ACROSS_APART,
    ALONG,
    CELL,
    CONTENTS,
    DIAGONAL,
    DOWNWARD_APART,
    LAYOUTS,
    ORDERS,
    SQUARE,
    Table,
    assembled_by,
    content_of,
)  # fmt: skip
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ink_cost, ink_of
from kaggle_batt.dsl.extensions.objects.scene import Scene, scene_of
from kaggle_batt.dsl.extensions.segments import Segmentation
from kaggle_batt.search.expression import LiteralTable
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.object_tests import object_tests

TRIED = (
    Segmentation.COLOR_8, Segmentation.FILLED_8, Segmentation.COLOR_4, Segmentation.EACH_COLOR,
    Segmentation.EMPTY_4, Segmentation.FILLED_4, Segmentation.PLAIN_4,
)  # fmt: skip
#: objects of all demos; programs added for a segmentation; tenths for the choice among many counts
MOST_OBJECTS, MOST_ADDED, COUNTED = 150, 12, 10
#: its cost, the tests, the objects of all demos that are kept, as bits
Choice = tuple[int, Table, int]


def assemblies(group: Group) -> None:
    """Add what puts objects of the input side by side."""
    pool = group.pool
    if pool.same:
        return
    for segmentation in TRIED:
        if pool.budget.exhausted:
            return
        pool.budget.spend(200)
        scenes = [scene_of(grid, segmentation) for grid in pool.root.grids]
        demos = scenes[: pool.demos]
        if all(scene.parts for scene in scenes) and sum([len(s.parts) for s in demos]) <= MOST_OBJECTS:
            _add(group, segmentation, scenes)


def _add(group: Group, segmentation: int, scenes: list[Scene]) -> None:
    pool, added = group.pool, 0
    choices = _choices(scenes[: pool.demos])
    pool.budget.spend(40 * len(choices))
    for cost, table in _fitting(scenes[: pool.demos], pool.outputs, choices, group):
        pool.budget.spend(40 * len(scenes))
        # the demos first, up to one that does not fit; the tests are left
        made = (assembled_by(scene, table) for scene in scenes)
        pairs = zip(pool.outputs, made, strict=False)
        if not all(one is not None and equal(one, output) for output, one in pairs):
            continue
        tests = list(made)
        answers = [one for one in tests if one is not None]
        if len(answers) == len(tests):
            expression = ("assemble_by", pool.root.expression, int(segmentation), LiteralTable(table))
            group.add(expression, answers, "assembled", cost)
            added += 1
            if added == MOST_ADDED:
                return


def _choices(scenes: Sequence[Scene]) -> list[Choice]:
    """Which objects are kept: all, or those that pass a test, cheapest first."""
    found: list[Choice] = [(0, (), -1)]
    for test in object_tests(scenes, True):
        found += [(test.cost + which, (row,), test.passed) for which, row in enumerate(test.rows)]
    return sorted(found, key=lambda one: one[0])


def _fitting(
    scenes: list[Scene], outputs: list[Array], choices: list[Choice], group: Group
) -> Iterator[tuple[int, Table]]:
    """Tables that may fit, by the number of cells of what is kept."""
    kept = _kept(scenes, choices)
    most = np.max([one.sum(1) for one in kept], axis=0)
    for content in range(CONTENTS):
        inks = _inks(scenes, outputs) if content >= CELL else [AS_IS]
        for ink in inks:
            sizes = [[_size(scene, k, content, ink) for k in range(len(scene.parts))] for scene in scenes]
            group.pool.budget.spend(3 * sum(map(len, sizes)))
            for layout in range(LAYOUTS if content >= CELL else SQUARE):
                for number in _sized(sizes, kept, outputs, layout):
                    cost, rows, _ = choices[number]
                    penalty = cost + ink_cost(ink) + (COUNTED if content >= CELL else 0) + layout
                    for order in range(1 + 2 * len(ORDERS)):
                        if order and (ink != AS_IS or layout == ALONG or most[number] < 2):
                            break
                        yield penalty + 2 * bool(order), ((order, content, ink, layout), *rows)


def _size(scene: Scene, number: int, content: int, ink: int) -> int:
    """The number of cells of what stands for an object, 0 where it is not defined."""
    piece = scene.once(content_of, number, content, ink)
    return 0 if piece is None else piece.size


def _kept(scenes: Sequence[Scene], choices: Sequence[Choice]) -> list[Mask]:
    """For each demo which of its objects each choice keeps."""
    ends = list(accumulate([len(scene.parts) for scene in scenes]))
    kept = [[passed >> number & 1 for number in range(ends[-1])] for _, _, passed in choices]
    return np.split(np.array(kept), ends[:-1], 1)


def _sized(sizes: list[list[int]], kept: list[Mask], outputs: list[Array], layout: int) -> list[int]:
    """The choices of which the kept objects have as many cells as the outputs have."""
    fits = np.ones(len(kept[0]), bool)
    for own, mask, output in zip(sizes, kept, outputs, strict=True):
        cells = mask @ np.array(own)
        if layout in (SQUARE, DIAGONAL):
            cells *= cells
        elif layout in (ACROSS_APART, DOWNWARD_APART):
            gaps = np.maximum(mask.sum(1) - 1, 0)
            cells += gaps * min(output.shape[layout % 2], output.size)
        fits &= cells == output.size
    return fits.nonzero()[0].tolist()


def _inks(scenes: list[Scene], outputs: list[Array]) -> list[int]:
    """The inks of bars: as the objects are; where all outputs are of one color, that color, or its role."""
    colors = [set(output.ravel().tolist()) for output in outputs]
    found = [AS_IS]
    if all(len(one) == 1 for one in colors):
        own = [one.pop() for one in colors]
        found += [own[0]] if len(set(own)) == 1 else []
        roles = range(AS_IS + 3, AS_IS + 5)
        found += [ink for ink in roles if [ink_of(scene, 0, ink) for scene in scenes] == own]
    return found


ASSEMBLED = Finisher("assembled", (Pass.ROOT,), assemblies, rate=25)
