"""Augmentations: programs that fit the demos mirrored and recolored too have the likelier rules."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.programs.evaluate import inputs as variables
from kaggle_batt.programs.evaluate import run
from kaggle_batt.programs.program import Program
from kaggle_batt.search.solutions import rows_of
from kaggle_batt.search.step_budget import StepBudget
from kaggle_batt.tasks.grid import GridRows

OTHER_COLORS = np.array([0, 4, 7, 1, 8, 2, 9, 5, 3, 6], np.uint8)  #: each color but 0 as another
CHANGES: tuple[Callable[[Array], Array], ...] = (
    lambda grid: grid.T,
    lambda grid: grid[:, ::-1],
    lambda grid: grid[::-1],
    lambda grid: OTHER_COLORS[grid],
)
BONUS = 8  #: tenths taken off a score for each augmentation that a program fits
MOST = 12  #: predictions tried, best first


class Augmentations:
    """The demos, and the budget for running programs on them under each change."""

    def __init__(self, inputs: Sequence[Array], outputs: Sequence[Array], budget: StepBudget) -> None:
        self.inputs, self.outputs, self.budget = inputs[: len(outputs)], outputs, budget

    def fitted(self, programs: Sequence[Program]) -> list[int]:
        """For each program the number of changes under which it fits all demos.

        A change counts only if the budget is enough to run all programs on it.
        """
        counts = [0] * len(programs)
        for change in CHANGES:
            given = [variables(rows_of(change(grid))) for grid in self.inputs]
            wanted = [rows_of(change(grid)) for grid in self.outputs]
            fits = [self._fits(program, given, wanted) for program in programs]
            if self.budget.exhausted:
                break
            counts = [count + fit for count, fit in zip(counts, fits, strict=True)]
        return counts

    def _fits(self, program: Program, given: Sequence[dict[str, Any]], wanted: Sequence[GridRows]) -> bool:
        for values, after in zip(given, wanted, strict=True):
            left = self.budget.limit - self.budget.used
            if left <= 0:
                return False
            result = run(program, values, left)
            self.budget.spend(result.steps)
            if result.failure is not None or result.value != after:
                return False
        return True
