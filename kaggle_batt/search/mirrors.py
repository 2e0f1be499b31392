"""Whether programs that fit the demos fit them mirrored and recolored too.

A rule without a direction or a color of its own is the likelier one: of two programs that fit, the one that
still fits when the whole task is turned over, or its colors are exchanged, goes first (docs/search_log.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.programs.evaluate import inputs as given
from kaggle_batt.programs.evaluate import run
from kaggle_batt.programs.program import Program
from kaggle_batt.search.meter import Meter
from kaggle_batt.tasks.task import GridRows

#: each color but 0 as another
OTHER_COLORS = np.array([0, 4, 7, 1, 8, 2, 9, 5, 3, 6], np.uint8)
CHANGES: tuple[Callable[[Array], Array], ...] = (
    lambda grid: grid.T,
    lambda grid: grid[:, ::-1],
    lambda grid: grid[::-1],
    lambda grid: OTHER_COLORS[grid],
)
#: tenths taken off a score for each change of the demos that a program stands
BONUS = 12
#: answers looked at, best first
MOST = 12

Copy = list[tuple[dict[str, Any], GridRows]]


class Mirrors:
    """The demos under each change, and the steps that trying programs on them may take."""

    def __init__(self, inputs: Sequence[Array], outputs: Sequence[Array], meter: Meter) -> None:
        self.meter = meter
        self.copies = [_copy(change, inputs, outputs) for change in CHANGES]

    def stood(self, programs: Sequence[Program]) -> list[int]:
        """For each program the number of changes under which it still fits all demos.

        A change counts if the steps are enough to try all programs on it, so that none is judged by less.
        """
        counts = [0] * len(programs)
        for copy in self.copies:
            fits = [self._fits(program, copy) for program in programs]
            if self.meter.over:
                break
            counts = [count + fit for count, fit in zip(counts, fits, strict=True)]
        return counts

    def _fits(self, program: Program, copy: Copy) -> bool:
        for values, wanted in copy:
            left = self.meter.limit - self.meter.used
            if left <= 0:
                return False
            result = run(program, values, left)
            self.meter.spend(result.steps)
            if result.failure is not None or result.value != wanted:
                return False
        return True


def _copy(change: Callable[[Array], Array], inputs: Sequence[Array], outputs: Sequence[Array]) -> Copy:
    """The demos changed: what a program is given for each, and what it should answer."""
    pairs = [(_rows(change(a)), _rows(change(b))) for a, b in zip(inputs, outputs, strict=False)]
    return [(given(before, pairs), after) for before, after in pairs]


def _rows(grid: Array) -> GridRows:
    return tuple(map(tuple, grid.tolist()))
