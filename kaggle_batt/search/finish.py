"""From states to programs: every finisher over the states whose shapes the outputs have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from kaggle_batt.dsl.extensions import families
from kaggle_batt.search.choices import Source, constants, copies, make_tests
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.lists import decision_lists
from kaggle_batt.search.near import NearMiss, near_misses
from kaggle_batt.search.sheet import NO_CELL, Layer, Sheet
from kaggle_batt.search.states import Pool, Shapes, State
from kaggle_batt.search.stenciling import Stenciler
from kaggle_batt.search.sweeping import Sweeper
from kaggle_batt.search.tables import color_maps, distinct, pair_tables
from kaggle_batt.search.trees import grow_trees

#: (family, cells-per-step weight): the features of a state, in order
FEATURES = (
    ("neighbour_features", ()), ("part_features", (0,)), ("part_features", (1,)), ("part_features", (3,)),
    ("part_features", (5,)), ("place_features", ()), ("panel_features", ()), ("nearest_features", ()),
)  # fmt: skip
#: parts whose counts of each color are features of the input
COLORED_MODES = (3, 1)
#: doubt (tenths) for each guess of the output's size after the first
NEXT_SIZE = 10
MOST_GROUPS = 3
#: states whose marks stencils are learned around
SPARSE = 150
#: features of the kinds a leaf may copy
COPIED = ("next_", "seen_", "nearest", "row_color", "column_color", "main_in")
#: what a code costs more than a measure (tenths), as it tells any parts apart
CODED = 6
#: those that are compared with each other and with the state
COMPARED = (
    "next_right",
    "next_left",
    "next_down",
    "next_up",
    "seen_right",
    "seen_left",
    "seen_down",
    "seen_up",
)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a finishing pass does."""

    pairs: int
    tests: int
    pictures: int
    nodes: int
    roots: int
    width: int
    length: int
    swept: int


GLOBAL = Effort(pairs=1500, tests=4000, pictures=600, nodes=8, roots=8, width=12, length=6, swept=120)
STAGE = Effort(pairs=700, tests=1500, pictures=250, nodes=6, roots=3, width=6, length=5, swept=40)
LOCAL = Effort(pairs=0, tests=900, pictures=90, nodes=5, roots=2, width=4, length=4, swept=0)
#: maps, sweeps and tables alone: what most programs of two families end with, at a third of the cost
LIGHT = Effort(pairs=250, tests=0, pictures=0, nodes=0, roots=0, width=0, length=0, swept=6)


class Group(NamedTuple):
    """States of one shape as a finishing pass sees them: their sheet, themselves and their layers cheapest
    first, the first layers of each partition of the cells, the doubt for the size, whether all finishers
    are worth while."""

    sheet: Sheet
    states: list[State]
    layers: list[Layer]
    apart: list[Layer]
    doubt: int
    deep: bool


def _sparse(root: State, states: list[State]) -> list[State]:
    """The root and the cheapest states with few colored cells: fit to mark where stencils go."""
    found = [root]
    for state in states:
        filled = sum([int((grid > 0).sum()) for grid in state.grids])
        if state.depth and 0 < 10 * filled <= state.cells:
            found.append(state)
    return found[:SPARSE]


class Finisher:
    """Finishes groups of states of one pool; keeps layers of states and features once made."""

    def __init__(self, pool: Pool, finds: Finds, without: frozenset[str]) -> None:
        self.pool, self.finds, self.without = pool, finds, without
        self.sheets: dict[Shapes, Sheet] = {}
        self.order: list[Shapes] = []
        self.features: dict[int, list[Layer]] = {}
        self.colors = [int(c) for c in np.unique(np.concatenate([g.ravel() for g in pool.root.grids]))][:8]

    @cached_property
    def sweeper(self) -> Sweeper:
        """The ways of sweeping into the outputs."""
        return Sweeper(self.pool.outputs)

    @cached_property
    def stenciler(self) -> Stenciler:
        """The stencils from the input to the outputs."""
        return Stenciler(self.pool.root, self.pool.outputs)

    def layer(self, sheet: Sheet, state: State) -> Layer:
        """The layer of a state, made once."""
        if state.rows is None:
            self.pool.meter.spend(14 + sheet.length // 60)
            state.rows = sheet.layer(state.grids, state.expression, state.cost, True)
        return state.rows  # type: ignore[no-any-return]

    def sheet(self, shapes: Shapes) -> Sheet:
        """The sheet for states of these shapes."""
        if shapes not in self.sheets:
            self.sheets[shapes] = Sheet(self.pool.outputs, shapes, self.pool.meter)
        return self.sheets[shapes]

    def groups(self, states: list[State]) -> list[list[State]]:
        """The states that have the outputs' shapes, by their test shapes, likeliest group first."""
        by_shapes: dict[Shapes, list[State]] = {}
        for state in states:
            if self.pool.right(state):
                by_shapes.setdefault(state.shapes, []).append(state)
        found = [sorted(group, key=lambda one: one.cost) for group in by_shapes.values()]
        found.sort(key=lambda group: group[0].cost)
        return found[:MOST_GROUPS]

    def finish(self, states: list[State], effort: Effort, about: State) -> None:
        """Run all finishers; cell features are those of `about` where its shape is the output's."""
        for number, group in enumerate(self.groups(states)):
            if self.pool.meter.over:
                return
            shapes = group[0].shapes
            if shapes not in self.order:
                self.order.append(shapes)
            doubt = NEXT_SIZE * self.order.index(shapes)
            sheet = self.sheet(shapes)
            layers = [self.layer(sheet, state) for state in group[:4000]]
            apart = distinct(layers, max(effort.pairs, effort.pictures))
            deep = number == 0 or effort in (LIGHT, LOCAL)
            told = Group(sheet, group, layers, apart, doubt, deep)
            if effort is not LOCAL:
                self._tabulate(told, effort)
            if effort is not LIGHT:
                self._decide(told, effort, about)

    def _tabulate(self, group: Group, effort: Effort) -> None:
        """Programs that read one or two states: maps, sweeps, stencils, tables."""
        sheet, states, layers, apart, doubt, deep = group
        if "map" not in self.without:
            color_maps(sheet, layers, self.finds, doubt)
        if "sweep" not in self.without and self.pool.same and deep:
            self.sweeper.sweeps(sheet, states[: effort.swept], self.finds, doubt)
        # marks are made on the input, so the test grids too must have its shapes
        own = self.pool.same and sheet.shapes == self.pool.root.shapes
        if "stencil" not in self.without and own and deep and effort is not LIGHT:
            self.stenciler.stencils(sheet, _sparse(self.pool.root, states[:1500]), self.finds, doubt)
        if "pair" not in self.without:
            pair_tables(sheet, apart[: effort.pairs], self.finds, doubt)

    def _decide(self, group: Group, effort: Effort, about: State) -> None:
        """Programs that decide by many states and by cell features: lists and trees."""
        sheet, states, layers, apart, doubt, deep = group
        pictures = apart[: effort.pictures]
        features = self._features(sheet, about, states) if deep else []
        if deep and effort is GLOBAL and sheet.shapes != self.pool.root.shapes:
            features = features + self._overall(sheet)
        sources = self._sources(sheet, layers, features)
        if "list" not in self.without:
            tests = make_tests(sheet, pictures + features, effort.tests)
            overlays = [layer for layer in layers[:3000] if (layer.vector == 0).any()]
            decision_lists(sheet, tests, overlays, sources, self.finds, doubt, effort.width, effort.length)
        if "tree" not in self.without and deep:
            self._trees(sheet, pictures, features, sources, effort, doubt)

    def near(self, states: list[State]) -> list[NearMiss]:
        """Near misses among the states of the likeliest size."""
        groups = self.groups(states)
        if not groups:
            return []
        sheet = self.sheet(groups[0][0].shapes)
        return near_misses(sheet, [self.layer(sheet, state) for state in groups[0][:1500]])

    def _trees(
        self,
        sheet: Sheet,
        pictures: list[Layer],
        features: list[Layer],
        sources: list[Source],
        effort: Effort,
        doubt: int,
    ) -> None:
        """Trees over features alone, over features with the cheapest pictures, over pictures alone."""
        choices = [(pictures[:80] + features, effort.tests)]
        if effort is GLOBAL:
            choices += [(features, effort.tests), (pictures, effort.tests)]
        for layers, most in choices:
            tests = make_tests(sheet, layers, most)
            grow_trees(sheet, tests, sources, self.finds, doubt, effort.nodes, effort.roots)

    def _sources(self, sheet: Sheet, layers: list[Layer], features: list[Layer]) -> list[Source]:
        """What leaves may give: cheap layers, seen and neighbouring colors, output colors."""
        seen = [f for f in features if self._named(f).startswith(COPIED)]
        copied = copies(sheet, layers[:40] + seen, 24)
        return copied + constants(sheet, layers[0].expression)

    @staticmethod
    def _named(layer: Layer) -> str:
        """The name of the family result behind a layer, if it is one."""
        if layer.expression[0] != "nth":
            return ""
        family = families()[layer.expression[1][0]]
        number: int = layer.expression[2]
        return family.names[number]

    def _features(self, sheet: Sheet, about: State, group: list[State]) -> list[Layer]:
        """The feature layers of a state, or of the group's cheapest where the state has other shapes."""
        state = about if about.shapes == sheet.shapes else group[0]
        key = id(state)
        if key not in self.features:
            self.features = {key: self._make_features(sheet, state), **dict(list(self.features.items())[:2])}
        return self.features[key]

    def _make_features(self, sheet: Sheet, state: State) -> list[Layer]:
        calls = [*FEATURES, *[("color_features", (color,)) for color in self.colors]]
        if state is self.pool.root:
            calls.append(("overall", (0, 0)))
            calls += [("color_part_features", (mode, c)) for mode in COLORED_MODES for c in self.colors if c]
        found: list[Layer] = []
        for name, args in calls:
            if self.pool.meter.over:
                break
            family = families()[name]
            self.pool.meter.spend(sum([family.charge(grid.size) for grid in state.grids]))
            results = [family.arrays(grid, *args) for grid in state.grids]
            for number in range(len(family.names)):
                grids = tuple([result[number] for result in results])
                if any(grid is None for grid in grids):
                    continue
                self.pool.meter.spend(14 + sheet.length // 60)
                expression = ("nth", (name, state.expression, *args), number)
                # of a code only whether it is equal says anything
                code = family.names[number].endswith("_code")
                cost = state.cost // 2 + family.cost + (2 + CODED if code else 2)
                found.append(sheet.layer(grids, expression, cost, code))  # type: ignore[arg-type]
        return found + self._agreements(sheet, state, found)

    def _overall(self, sheet: Sheet) -> list[Layer]:
        """The input's measures on every cell of outputs that all have one size."""
        if len(set(sheet.shapes)) > 1:
            return []
        args = sheet.shapes[0]
        family = families()["overall"]
        results = [family.arrays(grid, *args) for grid in self.pool.root.grids]
        found = []
        for number in range(len(family.names)):
            grids: Any = tuple([result[number] for result in results])
            expression = ("nth", ("overall", self.pool.root.expression, *args), number)
            found.append(sheet.layer(grids, expression, family.cost + 2, False))
        return found

    def _agreements(self, sheet: Sheet, state: State, features: list[Layer]) -> list[Layer]:
        """Where the state and the colors next to and seen from its cells agree, two by two."""
        layers = [self.layer(sheet, state), *[f for f in features if self._named(f) in COMPARED]]
        found = []
        for number, one in enumerate(layers):
            for two in layers[:number]:
                self.pool.meter.spend(14 + sheet.length // 60)
                vector = np.where(one.vector == NO_CELL, NO_CELL, one.vector == two.vector).astype(np.uint8)
                expression = ("agree", two.expression, one.expression)
                values = np.array([0, 1], np.uint8)
                rows = sheet.bits(vector[None] == values[:, None])
                found.append(Layer(vector, values, rows, expression, one.cost + 5, False))
        return found
