"""Which families a search calls, with which arguments, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.arguments import Facts
from kaggle_batt.dsl.extensions.arrays import Array, tallies
from kaggle_batt.dsl.extensions.registry import Family
from kaggle_batt.dsl.extensions.roles import FIRST_ROLE, ROLES, color_of

CHOICE_COST = 4  #: tenths: the choice of one result of a family
MOST_ROLES = 8  #: roles of colors that are tried as arguments


@dataclass(frozen=True, slots=True)
class Operation:
    """One family with its arguments; for `deep`, `crops` and `resizes` see `Tried`."""

    family: Family
    args: tuple[int, ...]
    deep: bool
    crops: bool = False
    resizes: bool = False

    @property
    def name(self) -> str:
        return self.family.name

    @property
    def cost(self) -> int:
        """Tenths that one result adds to a program's description length."""
        return self.family.cost + CHOICE_COST


def operations(inputs: Sequence[Array], outputs: Sequence[Array]) -> list[Operation]:
    """The families for a task with the arguments to try, by rank; `inputs` are those of demos and tests."""
    facts = facts_of(inputs, outputs)
    found = []
    for family in families().values():
        tried = family.tried
        if tried is None or (tried.only_resized and not facts.resized):
            continue
        for number, arguments in enumerate(tried.arguments(facts)):
            args = tuple([int(argument) for argument in arguments])
            operation = Operation(family, args, tried.is_deep(args), tried.crops, tried.resizes)
            found.append(((tried.rank // 10, number, tried.rank), operation))
    return [operation for _, operation in sorted(found, key=lambda one: one[0])]


def facts_of(inputs: Sequence[Array], outputs: Sequence[Array]) -> Facts:
    """What decides on arguments: colors and roles of the inputs, how outputs and inputs differ in size."""
    counts = np.array([tallies(array) for array in inputs])
    colors = tuple(np.flatnonzero(counts.all(0)).tolist())
    shapes = {output.shape for output in outputs}
    size = outputs[0].shape if len(shapes) == 1 else None
    resized = any(a.shape != b.shape for a, b in zip(inputs, outputs, strict=False))
    down, right = [_grown(inputs, outputs, axis) for axis in (0, 1)]
    grown = (down, right) if down and right else None
    return Facts(colors, played_roles(inputs), tuple(_ratios(inputs, outputs)), size, grown, resized)


def played_roles(inputs: Sequence[Array]) -> tuple[int, ...]:
    """The roles that some color plays in each input, not the same in all; of like roles the first."""
    found: dict[tuple[int | None, ...], int] = {}
    for role in range(FIRST_ROLE, FIRST_ROLE + len(ROLES)):
        colors = tuple([color_of(array, role) for array in inputs])
        if None not in colors and len(set(colors)) > 1:
            found.setdefault(colors, role)
    return tuple(found.values())[:MOST_ROLES]


def _grown(inputs: Sequence[Array], outputs: Sequence[Array], axis: int) -> int:
    """The length of the outputs along the axis in halves of the inputs', negative; else their one; or 0."""
    sides = [(a.shape[axis], b.shape[axis]) for a, b in zip(inputs, outputs, strict=False)]
    halves = {2 * after // before if 2 * after % before == 0 else 0 for before, after in sides}
    lengths = {after for _, after in sides}
    if len(halves) == 1 and 0 not in halves:
        return -halves.pop()
    return lengths.pop() if len(lengths) == 1 else 0


def _ratios(inputs: Sequence[Array], outputs: Sequence[Array]) -> list[tuple[int, int]]:
    """The factors to scale by: small ones, and the demos' own if they share one."""
    found = {(1, 2), (2, 1), (2, 2), (3, 3), (1, 3), (3, 1)}
    for large, small in ((outputs, inputs), (inputs, outputs)):
        shapes = [(a.shape, b.shape) for a, b in zip(large, small, strict=False)]
        if all(a[0] % b[0] == 0 and a[1] % b[1] == 0 for a, b in shapes):
            ratios = {(a[0] // b[0], a[1] // b[1]) for a, b in shapes}
            if len(ratios) == 1:
                found |= ratios - {(1, 1)}
    return sorted(found)
