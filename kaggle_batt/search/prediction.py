"""What a search returns: predictions with their programs, scores and confidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.near_misses import NearMiss
from kaggle_batt.search.scoring.augmentations import BONUS, MOST, changes_fitted
from kaggle_batt.search.scoring.confidence import CLEAR, cell, confidence
from kaggle_batt.search.scoring.leave_one_out import Supports, bonus
from kaggle_batt.search.scoring.plausibility import Plausibility, weighed
from kaggle_batt.search.solutions import Penalty, Solution, Solutions, grids_of, rows_of
from kaggle_batt.search.step_budget import StepBudget
from kaggle_batt.tasks.grid import GridRows


@dataclass(frozen=True)
class Prediction:
    """One set of answers to a task's tests, and why to believe it."""

    grids: tuple[GridRows, ...]  #: a grid for each test input
    programs: tuple[Solution, ...]  #: the programs that give these grids, cheapest first
    score: int  #: tenths; the best prediction has the least
    confidence: int = 0  #: share (percent) of such predictions that were right where answers are known
    kinds: tuple[tuple[str, int], ...] = ()  #: (kind of finisher, number of its programs with these grids)
    broken_invariants: int = 0  #: tenths in the score for invariants of the demos that the grids break
    supports: tuple[int, ...] = ()  #: best place (from 0) of a program of each supporting demo
    augmentations: int = 0  #: the number of augmentations of the demos that the cheapest program still fits
    oddities: Mapping[str, int] = field(default_factory=dict)  #: by measure, how unlike outputs the grids are


@dataclass
class SearchResult:
    """What a search found, best first."""

    predictions: list[Prediction] = field(default_factory=list)  #: distinct sets of answers
    steps: int = 0  #: steps used
    hit_wall_time: bool = False  #: whether the wall time ended the search: the result depends on the machine
    near_misses: list[NearMiss] = field(default_factory=list)  #: fit most demo cells but not all
    held_out: int = 0  #: demos held out; 0 for a task of less than three demos

    def attempts(self, number: int, most: int = 2) -> list[GridRows]:
        """The best distinct grids for that test input."""
        grids = dict.fromkeys([prediction.grids[number] for prediction in self.predictions])
        return list(grids)[:most]


def predictions_of(solutions: Solutions, supports: Supports, penalty: Penalty | None) -> list[Prediction]:
    """Distinct answers, best first; `penalty` gives the tenths for broken invariants."""
    made = []
    for score, answers in solutions.ranked(penalty):
        places = tuple(sorted(supports.get(answers, {}).values()))
        grids, programs = tuple(map(rows_of, grids_of(answers))), tuple(solutions.by_answers[answers])
        kinds, broken = tuple(sorted(solutions.counts[answers].items())), penalty(answers) if penalty else 0
        made.append(Prediction(grids, programs, score - bonus(places), 0, kinds, broken, places))
    return sorted(made, key=lambda one: one.score)  # equal scores stay in the order of the ranking


def augmented(
    predictions: list[Prediction], inputs: list[Array], outputs: list[Array], budget: StepBudget
) -> list[Prediction]:
    """The predictions; the best are moved up for each augmentation of the demos that their programs fit."""
    if len(predictions) < 2:
        return predictions
    first = predictions[:MOST]
    counts = changes_fitted([one.programs[0].program for one in first], inputs, outputs, budget)
    moved = [
        replace(one, score=one.score - BONUS * count, augmentations=count)
        for one, count in zip(first, counts, strict=True)
    ]
    return sorted([*moved, *predictions[MOST:]], key=lambda one: one.score)


def judged(predictions: list[Prediction], plausibility: Plausibility) -> list[Prediction]:
    """The predictions with the weight of their oddities added to their scores, best first."""
    found = []
    arrays = {grid: np.array(grid, np.uint8) for grid in {grid for one in predictions for grid in one.grids}}
    for one in predictions:
        oddities = plausibility.oddities([arrays[grid] for grid in one.grids])
        found.append(replace(one, score=one.score + weighed(oddities), oddities=oddities))
    return sorted(found, key=lambda one: one.score)


def with_confidence(predictions: list[Prediction], held_out: int, demos: int) -> list[Prediction]:
    """The predictions with their confidence; `held_out` of the `demos` were held out."""
    found: list[Prediction] = []
    for number, one in enumerate(predictions):
        # the first one's rival is the second, that of the others the first
        rival = [other.score for other in (predictions[1:2] if number == 0 else predictions[:1])]
        margin = rival[0] - one.score if rival else CLEAR
        place = cell(one.score + bonus(one.supports), len(one.supports), held_out, demos)
        found.append(replace(one, confidence=confidence(place, margin)))
    return found
