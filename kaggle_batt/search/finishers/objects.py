"""Finisher "objects": what each object becomes, chosen by a decision list over its features.

For each segmentation the actions that explain what has become of an object in its demo's output; then lists
of (feature, action) by beam search, in which each object takes an action that is right for it and all changed
cells are explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.objects.act import Action, acted, chosen
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ROLES, ink_cost, ink_of
from kaggle_batt.dsl.extensions.objects.places import FREES, OWN, PLACES, Drawn
from kaggle_batt.dsl.extensions.objects.scene import Scene, scene_of
from kaggle_batt.dsl.extensions.segments import Segmentation
from kaggle_batt.search.expression import LiteralTable
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.object_tests import MOST_EQUAL, ObjectTest, object_tests
from kaggle_batt.search.solutions import answers_of
from kaggle_batt.search.states import State
from kaggle_batt.search.step_budget import StepBudget

#: segmentations, likeliest first
TRIED = (
    Segmentation.COLOR_8, Segmentation.FILLED_8, Segmentation.COLOR_4, Segmentation.EACH_COLOR,
    Segmentation.EMPTY_4, Segmentation.FILLED_4, Segmentation.COLOR_NEAR, Segmentation.FILLED_NEAR,
)  # fmt: skip
#: objects of all demos, rows of a list before the last, width of the beam
MOST_OBJECTS, LENGTH, WIDTH = 150, 3, 6
#: lists tried, programs added for a segmentation
MOST_LISTS, MOST_ADDED = 80, 12
STAY: Action = (0, AS_IS)


@dataclass(eq=False)
class Option:
    """An action: the objects for which it is right, the cells that it explains for each, its cost."""

    action: Action
    cost: int
    right: int = 0
    explains: dict[int, int] = field(default_factory=dict)
    equal: list[Action] = field(default_factory=list)

    def explained(self, objects: int) -> int:
        """The cells explained by these objects."""
        found = 0
        for number, cells in self.explains.items():
            if objects >> number & 1:
                found |= cells
        return found


@dataclass(frozen=True, eq=False)
class Partial:
    """A list under construction: objects not taken yet, cells explained, its cost, its rows."""

    rest: int
    explained: int
    cost: int
    rows: tuple[tuple[ObjectTest, Option], ...]


class Demos:
    """The objects of all demos under one segmentation, numbered through, and what became of them."""

    def __init__(self, scenes: Sequence[Scene], outputs: Sequence[Array], budget: StepBudget) -> None:
        self.scenes, self.budget = scenes, budget
        self.outputs = [output.ravel() for output in outputs]
        self.objects = [(demo, number) for demo, scene in enumerate(scenes) for number in range(len(scene.parts))]
        self.changed = [
            scene.array.ravel() != output for scene, output in zip(scenes, self.outputs, strict=True)
        ]
        sizes = [output.size for output in self.outputs]
        self.starts = [sum(sizes[:demo]) for demo in range(len(sizes))]
        self.everything = (1 << len(self.objects)) - 1
        self.need = 0
        for demo, changed in enumerate(self.changed):
            self.need |= self._bits(demo, changed.nonzero()[0])

    def _bits(self, demo: int, cells: Array) -> int:
        mask = np.zeros(self.outputs[demo].size, bool)
        mask[cells] = True
        return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little") << self.starts[demo]

    def options(self) -> list[Option]:
        """The actions that explain something, and to stay; of those that are equal on the demos one."""
        found: dict[Action, Option] = {}
        own = [self.changed[demo][self.scenes[demo].parts[number].cells] for demo, number in self.objects]
        stays = sum([1 << index for index, changed in enumerate(own) if not changed.all()])
        moves = sum([1 << index for index, changed in enumerate(own) if changed.any()])
        for place in range(len(PLACES)):
            self._try_place(place, stays, moves, found)
        return _grouped(found.values())

    def _try_place(self, place: int, stays: int, moves: int, found: dict[Action, Option]) -> None:
        """Add the actions at that place; a part stays where an action is not defined."""
        kind, cost = PLACES[place].kind, PLACES[place].cost
        able = self.everything if kind == OWN else moves if kind == FREES else stays
        own: dict[Action, Option] = {}
        undefined = 0
        for index in self._numbers(able):
            drawn = self._drawn(index, place)
            if drawn is None:
                undefined |= 1 << index
                continue
            bits = self._explained(index, place, drawn[0])
            for ink in self._inks(index, place, drawn):
                option = own.setdefault((place, ink), Option((place, ink), cost + ink_cost(ink)))
                option.right |= 1 << index
                if bits:
                    option.explains[index] = bits
        useful = {action: option for action, option in own.items() if option.explains or action == STAY}
        if useful:
            for index in self._numbers(self.everything & ~able):
                undefined |= (self._drawn(index, place) is None) << index
        for action, option in useful.items():
            option.right |= stays if action == STAY else undefined & stays
            found[action] = option

    def _numbers(self, objects: int) -> list[int]:
        return [index for index in range(len(self.objects)) if objects >> index & 1]

    def _drawn(self, index: int, place: int) -> Drawn | None:
        demo, number = self.objects[index]
        self.budget.spend(8)
        return PLACES[place].draw(self.scenes[demo], number)

    def _explained(self, index: int, place: int, cells: Array) -> int:
        """The changed cells that a place draws, or frees."""
        demo, number = self.objects[index]
        bits = self._bits(demo, cells[self.changed[demo][cells]])
        if PLACES[place].kind == FREES:
            part = self.scenes[demo].parts[number].cells
            bits |= self._bits(demo, part[self.outputs[demo][part] == 0])
        return bits

    def _inks(self, index: int, place: int, drawn: Drawn) -> Iterator[int]:
        """The inks with which the place is right for an object."""
        demo, number = self.objects[index]
        scene, output = self.scenes[demo], self.outputs[demo]
        cells, colors = drawn
        kind = PLACES[place].kind
        part = scene.parts[number].cells
        if kind == FREES or (kind == OWN and place):
            left = np.setdiff1d(part, cells, assume_unique=True)
            if (self.changed[demo][left] != (kind == FREES)).any():
                return
        if not len(cells):
            yield AS_IS
            return
        seen = output[cells]
        as_is = scene.main[number] if colors is None else colors
        if (seen == as_is).all():
            yield AS_IS
        color = int(seen[0])
        if (seen != color).any():
            return
        if kind != FREES or color:
            yield color
        for ink in range(AS_IS + 1, AS_IS + len(ROLES)):
            if self.ink(index, ink) == color:
                yield ink

    def ink(self, index: int, ink: int) -> int | None:
        demo, number = self.objects[index]
        return ink_of(self.scenes[demo], number, ink)


def _grouped(options: object) -> list[Option]:
    """One option for all that are right and explain the same, cheapest first."""
    groups: dict[tuple[int, tuple[tuple[int, int], ...]], Option] = {}
    for option in sorted(options, key=lambda one: one.cost):  # type: ignore[call-overload]
        key = option.right, tuple(sorted(option.explains.items()))
        known = groups.setdefault(key, option)
        if len(known.equal) < MOST_EQUAL:
            known.equal.append(option.action)
    return list(groups.values())


class Lists:
    """Beam search for lists of tests and actions."""

    def __init__(self, demos: Demos) -> None:
        self.demos = demos
        self.options = demos.options()
        self.tests = object_tests(demos.scenes, False) if len(self.options) > 1 else []
        self.memo: dict[tuple[Action, int], int] = {}

    def _explained(self, option: Option, objects: int) -> int:
        key = option.action, objects
        if key not in self.memo:
            self.demos.budget.spend(2)
            self.memo[key] = option.explained(objects)
        return self.memo[key]

    def search(self) -> list[tuple[Partial, Option]]:
        """Complete lists and the actions they end in, cheapest first."""
        demos = self.demos
        beam, done = [Partial(demos.everything, 0, 0, ())], []
        best = 0
        for length in range(LENGTH + 1):
            for node in beam:
                done += [(node, last) for last in self._ends(node)]
            if length == LENGTH or done or demos.budget.exhausted:
                break
            grown: dict[tuple[int, int], tuple[int, Partial]] = {}
            for node in beam:
                for score, child in self._children(node):
                    key = child.rest, child.explained
                    if key not in grown or grown[key][0] < score:
                        grown[key] = score, child
            beam = [node for _, node in sorted(grown.values(), key=lambda one: -one[0])[: WIDTH * (3 if length else 10)]]
        return sorted(done, key=lambda one: one[0].cost + one[1].cost)

    def _ends(self, node: Partial) -> Iterator[Option]:
        for option in self.options:
            if node.rest & ~option.right:
                continue
            if self.demos.need & ~(node.explained | self._explained(option, node.rest)) == 0:
                yield option

    def _children(self, node: Partial) -> Iterator[tuple[int, Partial]]:
        demos = self.demos
        total = max(demos.need.bit_count(), 1)
        demos.budget.spend(len(self.tests) * len(self.options) // 6)
        for test in self.tests:
            taken = test.passed & node.rest
            if not taken or taken == node.rest:
                continue
            for option in self.options:
                if taken & ~option.right:
                    continue
                explained = node.explained | self._explained(option, taken)
                cost = node.cost + test.cost + option.cost + 15
                rest = node.rest & ~taken
                score = 100 * explained.bit_count() // total + 30 * (len(demos.objects) - rest.bit_count()) // len(demos.objects) - cost
                yield score, Partial(rest, explained, cost, (*node.rows, (test, option)))


def object_lists(group: Group) -> None:
    """Add lists for each segmentation of the state that the group is about."""
    pool = group.pool
    state = group.about if group.at is Pass.STAGE else pool.root
    if not pool.has_output_shapes(state):
        return
    for segmentation in TRIED:
        if pool.budget.exhausted:
            return
        pool.budget.spend(300)
        scenes = [scene_of(grid, segmentation) for grid in state.grids]
        if all(scene.parts for scene in scenes):
            _try(group, state, segmentation, scenes)


def _try(group: Group, state: State, segmentation: int, scenes: list[Scene]) -> None:
    pool = group.pool
    demos = Demos(scenes[: pool.demos], pool.outputs, pool.budget)
    if len(demos.objects) > MOST_OBJECTS:
        return
    added: set[object] = set()
    lists = Lists(demos).search()
    for tried, (cost, table) in enumerate(_tables(lists)):
        if tried == MOST_LISTS or len(added) == MOST_ADDED or pool.budget.exhausted:
            return
        pool.budget.spend(60 * len(scenes))
        made = [acted(scene, chosen(scene, table)) for scene in scenes]
        if all(map(np.array_equal, made, pool.outputs)):
            answers = made[pool.demos :]
            expression = ("act_by", state.expression, int(segmentation), LiteralTable(table))
            group.add(expression, answers, "objects", cost)
            added.add(answers_of(answers))


def _tables(lists: list[tuple[Partial, Option]]) -> Iterator[tuple[int, tuple[tuple[int, ...], ...]]]:
    """The lists as tables with the cost beside their entries; also with equal tests, or actions, instead."""
    for node, last in lists:
        steps = [*node.rows, (None, last)]
        base = sum([option.cost + (test.cost if test else 0) for test, option in steps])
        seen = set()
        for which in range(MOST_EQUAL):
            for position in range(2 * len(steps)):
                rows = []
                for k, (test, option) in enumerate(steps):
                    at = which if position == 2 * k else 0
                    if at >= len(option.equal):
                        break
                    action = option.equal[at]
                    at = which if position == 2 * k + 1 else 0
                    if test is None:
                        rows.append(action)
                    elif at < len(test.rows):
                        rows.append((*test.rows[at], *action))
                table = tuple(rows)
                if len(table) == len(steps) and table not in seen:
                    seen.add(table)
                    yield base + which, table


OBJECTS = Finisher("objects", (Pass.GRIDS, Pass.STAGE), object_lists)
