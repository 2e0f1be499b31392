"""Augmentations: programs that fit the demos mirrored and recolored too have the likelier rules."""

from collections.abc import Callable, Iterable, Sequence
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


def changes_fitted(
    programs: Sequence[Program], inputs: Sequence[Array], outputs: Sequence[Array], budget: StepBudget
) -> list[int]:
    """For each program the number of changes under which it fits all demos.

    A change counts only if the budget is enough to run all programs on it.
    """
    counts = [0] * len(programs)
    for change in CHANGES:
        given = [variables(rows_of(change(grid))) for grid in inputs[: len(outputs)]]
        wanted = [rows_of(change(grid)) for grid in outputs]
        fits = [_fits(program, zip(given, wanted, strict=True), budget) for program in programs]
        if budget.exhausted:
            break
        counts = [count + fit for count, fit in zip(counts, fits, strict=True)]
    return counts


def _fits(program: Program, demos: Iterable[tuple[dict[str, Any], GridRows]], budget: StepBudget) -> bool:
    for values, after in demos:
        if budget.exhausted:
            return False
        result = run(program, values, budget.limit - budget.used)
        budget.spend(result.steps)
        if result.failure is not None or result.value != after:
            return False
    return True
