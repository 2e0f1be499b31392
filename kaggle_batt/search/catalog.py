"""Which families a search calls, with which arguments, in which order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.arguments import Facts
from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.registry import Family

#: tenths: the choice of one result of a family
CHOICE_COST = 4


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
        """The family's name."""
        return self.family.name

    @property
    def cost(self) -> int:
        """Tenths that one result adds to a program's description length."""
        return self.family.cost + CHOICE_COST


def operations(inputs: list[Array], outputs: list[Array]) -> list[Operation]:
    """The families for a task with the arguments to try, in the order of their ranks."""
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


def facts_of(inputs: list[Array], outputs: list[Array]) -> Facts:
    """What decides on arguments: colors that most inputs have, how outputs and inputs differ in size."""
    colors = _common_colors(inputs)
    counts = {color: sum([int(np.count_nonzero(array == color)) for array in inputs]) for color in colors}
    rarest = min(colors, key=lambda color: (color == 0, counts[color]), default=0)
    shapes = {output.shape for output in outputs}
    size = outputs[0].shape if len(shapes) == 1 else None
    resized = any(a.shape != b.shape for a, b in zip(inputs, outputs, strict=True))
    return Facts(
        tuple(colors), rarest, tuple(_ratios(inputs, outputs)), size, _halves(inputs, outputs), resized
    )


def _halves(inputs: list[Array], outputs: list[Array]) -> tuple[int, int] | None:
    """The outputs' sides in halves of their inputs'; None where they differ."""
    sides = [(a.shape[k], b.shape[k]) for a, b in zip(inputs, outputs, strict=True) for k in (0, 1)]
    found = [2 * after // before if 2 * after % before == 0 else 0 for before, after in sides]
    return (found[0], found[1]) if all(found) and len({*found[::2]}) == len({*found[1::2]}) == 1 else None


def _common_colors(inputs: list[Array]) -> list[int]:
    """The colors at least three fifths of the inputs have."""
    counts = np.zeros(10, int)
    for array in inputs:
        counts[np.unique(array)] += 1
    return [color for color in range(10) if 5 * int(counts[color]) >= 3 * len(inputs) and counts[color]]


def _ratios(inputs: list[Array], outputs: list[Array]) -> list[tuple[int, int]]:
    """The factors to scale by: small ones, and the demos' own if they share one."""
    found = {(1, 2), (2, 1), (2, 2), (3, 3), (1, 3), (3, 1)}
    for large, small in ((outputs, inputs), (inputs, outputs)):
        shapes = [(a.shape, b.shape) for a, b in zip(large, small, strict=True)]
        if all(a[0] % b[0] == 0 and a[1] % b[1] == 0 for a, b in shapes):
            ratios = {(a[0] // b[0], a[1] // b[1]) for a, b in shapes}
            if len(ratios) == 1:
                found |= ratios - {(1, 1)}
    return sorted(found)
