"""Finisher "assembled": outputs that are some objects put side by side, or bars of their number or size."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.arrays import Array, Mask, equal
from kaggle_batt.dsl.extensions.objects.assemble import (
    ACROSS_APART,
    ALONG,
    CELL,
    CONTENTS,
    DIAGONAL,
    DOWNWARD,
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
from kaggle_batt.search.states import State

TRIED = (
    Segmentation.COLOR_8, Segmentation.FILLED_8, Segmentation.COLOR_4, Segmentation.EACH_COLOR,
    Segmentation.EMPTY_4, Segmentation.FILLED_4, Segmentation.PLAIN_4,
)  # fmt: skip
#: objects of all demos; programs added for a segmentation; tenths for the choice among many counts
MOST_OBJECTS, MOST_ADDED, COUNTED = 150, 12, 10
#: its cost, the tests, the number of the set of objects that is kept
Choice = tuple[int, Table, int]


def assemblies(group: Group) -> None:
    """Add what puts objects of the input, or of its panels without their grounds, side by side."""
    pool = group.pool
    if pool.same:
        return
    bare = ("nth", ("panels", pool.root.expression), families()["panels"].names.index("without_grounds"))
    states = [one for one in group.states if one.expression in (pool.root.expression, bare)]
    for state, segmentation in product(states, TRIED):
        if state is pool.root and group.at is Pass.GRIDS:
            continue
        if pool.budget.exhausted:
            return
        pool.budget.spend(200)
        scenes = [scene_of(grid, segmentation) for grid in state.grids]
        demos = scenes[: pool.demos]
        if all(scene.parts for scene in scenes) and sum([len(s.parts) for s in demos]) <= MOST_OBJECTS:
            _add(group, state, segmentation, scenes)


def _add(group: Group, state: State, segmentation: int, scenes: list[Scene]) -> None:
    pool, added = group.pool, 0
    for cost, table in _fitting(scenes[: pool.demos], pool.outputs, group):
        pool.budget.spend(40 * len(scenes))
        # the demos first, up to one that does not fit; the tests are left
        made = (assembled_by(scene, table) for scene in scenes)
        pairs = zip(pool.outputs, made, strict=False)
        if not all(one is not None and equal(one, output) for output, one in pairs):
            continue
        tests = list(made)
        answers = [one for one in tests if one is not None]
        if len(answers) == len(tests):
            expression = ("assemble_by", state.expression, int(segmentation), LiteralTable(table))
            group.add(expression, answers, "assembled", cost + state.cost)
            added += 1
            if added == MOST_ADDED:
                return


def _choices(scenes: Sequence[Scene]) -> tuple[list[Choice], list[Mask]]:
    """Which objects are kept: all, or those that pass a test; for each demo a row of its objects for each
    set of objects that is kept."""
    tests = object_tests(scenes, True)
    counts = [len(scene.parts) for scene in scenes]
    passed = [(1 << sum(counts)) - 1, *[test.passed for test in tests]]
    kept = np.array([[one >> number & 1 for number in range(sum(counts))] for one in passed])
    found: list[Choice] = [(0, (), 0)]
    for number, test in enumerate(tests, 1):
        found += [(test.cost + which, (row,), number) for which, row in enumerate(test.rows)]
    return sorted(found, key=lambda one: one[0]), np.split(kept, np.cumsum(counts)[:-1], 1)


def _fitting(scenes: list[Scene], outputs: list[Array], group: Group) -> Iterator[tuple[int, Table]]:
    """Tables that may fit, by the sizes of what is kept."""
    choices, kept = _choices(scenes)
    group.pool.budget.spend(40 * len(choices))
    for content in range(CONTENTS):
        inks = _inks(scenes, outputs) if content >= CELL else [AS_IS]
        for ink in inks:
            sides = [_sides(scene, content, ink) for scene in scenes]
            group.pool.budget.spend(6 * sum(map(len, sides)))
            boxes = [_boxes(*both) for both in zip(sides, kept, strict=True)]
            for layout in range(LAYOUTS if content >= CELL else SQUARE):
                fits = _sized(boxes, outputs, layout, content >= CELL)
                for cost, rows, number in choices if fits.any() else []:
                    penalty = cost + ink_cost(ink) + (COUNTED if content >= CELL else 0) + layout
                    ordered = ink == AS_IS and layout != ALONG and max([box[number, 4] for box in boxes]) > 1
                    for order in range((1 + 2 * len(ORDERS) if ordered else 1) if fits[number] else 0):
                        yield penalty + 2 * bool(order), ((order, content, ink, layout), *rows)


def _sides(scene: Scene, content: int, ink: int) -> Mask:
    """The height and width of what stands for each object, 0 where it is not defined."""
    pieces = [scene.once(content_of, number, content, ink) for number in range(len(scene.parts))]
    return np.array([(0, 0) if piece is None else piece.shape for piece in pieces])


def _boxes(sides: Mask, kept: Mask) -> Mask:
    """For each set of objects the height and width of all together, and of the largest; how many they are."""
    most = (kept[:, :, None] * sides).max(1)
    return np.concatenate([kept @ sides, most, kept.sum(1, keepdims=True)], 1)


def _sized(boxes: list[Mask], outputs: list[Array], layout: int, turns: bool) -> Mask:
    """Which sets of objects have the outputs' sizes in that layout; bars turn with it."""
    fits = np.ones(len(boxes[0]), bool)
    for box, (height, width) in zip(boxes, [output.shape for output in outputs], strict=True):
        gaps = np.maximum(box[:, 4] - 1, 0) * (layout in (ACROSS_APART, DOWNWARD_APART))
        across = (box[:, 2] == height) & (box[:, 1] + gaps == width)
        together, most = (box[:, 1], box[:, 2]) if turns else (box[:, 0], box[:, 3])
        down = (together + gaps == height) & (most == width)
        square = (box[:, 1] == height) & (box[:, 1] == width)
        fits &= (
            square if layout in (SQUARE, DIAGONAL)
            else across | down if layout == ALONG
            else down if layout in (DOWNWARD, DOWNWARD_APART)
            else across
        )  # fmt: skip
    return fits


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


ASSEMBLED = Finisher("assembled", (Pass.ROOT, Pass.GRIDS), assemblies, rate=66)
