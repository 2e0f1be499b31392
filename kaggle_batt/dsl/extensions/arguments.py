"""The arguments with which a search tries a family, chosen by what a task's grids are like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, tallies
from kaggle_batt.dsl.extensions.roles import FIRST_ROLE, ROLES, color_of
from kaggle_batt.dsl.extensions.segments import Segmentation

Arguments = tuple[int, ...]
DEEP = (Segmentation.COLOR_4, Segmentation.COLOR_8, Segmentation.FILLED_8)  #: worth trying on results too
MOST_ROLES = 8  #: roles of colors that are tried as arguments


@dataclass(frozen=True)
class Facts:
    """A task's inputs, those of the demos first, and the demos' outputs; the arguments that they suggest."""

    inputs: Sequence[Array]
    outputs: Sequence[Array]

    @cached_property
    def sizes(self) -> list[tuple[Arguments, Arguments]]:
        """The size of each demo's input and that of its output."""
        return [(a.shape, b.shape) for a, b in zip(self.inputs, self.outputs, strict=False)]

    @cached_property
    def colors(self) -> list[int]:
        """The colors that all inputs have, and the roles that unlike ones play."""
        counts = np.array([tallies(array) for array in self.inputs])
        return [*np.flatnonzero(counts.all(0)).tolist(), *played_roles(self.inputs)]

    def each_color(self) -> list[Arguments]:
        """Each color of the inputs, also by role."""
        return [(color,) for color in self.colors]

    def each_ink(self) -> list[Arguments]:
        """Each color of the inputs but 0, also by role."""
        return [(color,) for color in self.colors if color]

    def each_ratio(self) -> list[Arguments]:
        """The factors (down, right) to scale by: small ones, and the demos' own if they share one."""
        found = {(1, 2), (2, 1), (2, 2), (3, 3), (1, 3), (3, 1)}
        for pairs in ([(after, before) for before, after in self.sizes], self.sizes):
            ratios = {(a[0] // b[0], a[1] // b[1]) for a, b in pairs}
            if len(ratios) == 1 and all(a[0] % b[0] == 0 and a[1] % b[1] == 0 for a, b in pairs):
                found |= ratios - {(1, 1)}
        return sorted(found)

    def output_size(self) -> list[Arguments]:
        """The outputs' size, if they have one."""
        found = {after for _, after in self.sizes}
        return list(found) if len(found) == 1 else []

    def grown_size(self) -> list[Arguments]:
        """The outputs' sides in halves of the inputs' sides, as negative numbers, or their one length."""
        found = self._grown(0), self._grown(1)
        return [found] if all(found) else []

    def _grown(self, axis: int) -> int:
        """That side in halves, as a negative number; else its one length; 0 if it is neither."""
        sides = [(before[axis], after[axis]) for before, after in self.sizes]
        halves = {2 * after // before if 2 * after % before == 0 else 0 for before, after in sides}
        if len(halves) == 1 and 0 not in halves:
            return -halves.pop()
        lengths = {after for _, after in sides}
        return lengths.pop() if len(lengths) == 1 else 0


def played_roles(inputs: Sequence[Array]) -> list[int]:
    """The roles that some color plays in each input, not the same in all; of like roles the first."""
    found: dict[tuple[int | None, ...], int] = {}
    for role in range(FIRST_ROLE, FIRST_ROLE + len(ROLES)):
        colors = tuple([color_of(array, role) for array in inputs])
        if None not in colors and len(set(colors)) > 1:
            found.setdefault(colors, role)
    return list(found.values())[:MOST_ROLES]


Rule = Callable[[Facts], list[Arguments]]


def once(facts: Facts) -> list[Arguments]:
    """No arguments."""
    return [()]


def each(*values: int) -> Rule:
    """Each of the values as the one argument."""
    return lambda facts: [(value,) for value in values]


def segmented(names: str) -> Rule:
    """Each segmentation of these names as the one argument."""
    return each(*[Segmentation[name] for name in names.split()])
