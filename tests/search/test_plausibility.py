"""Plausibility of answers: measures by hand, oddities, weights; confidence by margin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kaggle_batt.programs.program import Program
from kaggle_batt.search.prediction import Prediction, judged, with_margins
from kaggle_batt.search.scoring.confidence import capped
from kaggle_batt.search.scoring.plausibility import (
    MOST,
    Before,
    Plausibility,
    colored_pieces,
    measures_of,
    pieces_of,
    weighed,
    weights,
)
from kaggle_batt.search.solutions import Solution

GRIDS = arrays.arrays(
    np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.integers(0, 9)
)


def grid(text: str) -> np.ndarray:
    """The rows between slashes, a digit a cell."""
    return np.array([[int(cell) for cell in row] for row in text.split("/")], np.uint8)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("000/000", 0), ("110/001", 2), ("111/101/111", 0), ("11/11", 1), ("12/21", 4), ("1", 1)],
)
def test_pieces_less_holes_are_counted(text: str, pieces: int) -> None:
    """Four-connected pieces of one color; a ring has a hole, so it counts as none."""
    assert colored_pieces(grid(text)) == pieces


def test_pieces_of_a_mask_do_not_see_colors() -> None:
    assert pieces_of(grid("12/21") > 0) == 1


def test_what_changes_is_measured() -> None:
    measures = measures_of(Before(grid("103/000")), grid("120/002"))
    assert measures["cells a changed place"] == 3000
    assert measures["changed places to the input's pieces"] == 333
    assert measures["lost colors"] == 1 and measures["filled to the input's"] == 1500


def test_an_output_of_another_size_may_be_a_part_of_the_input() -> None:
    before = Before(grid("012/034"))
    assert measures_of(before, grid("12/34"))["part of the input"] == 1
    assert measures_of(before, grid("21/34"))["part of the input"] == 0


@given(before=GRIDS, after=GRIDS)
def test_demos_are_never_odd(before: np.ndarray, after: np.ndarray) -> None:
    """What a demo itself shows lies within what the demos span, and measures are whole numbers."""
    plausibility = Plausibility([before, before], [after])
    oddities = plausibility.oddities([after])
    assert set(oddities.values()) == {0}
    assert all(type(value) is int for value in measures_of(Before(before), after).values())


def test_an_answer_unlike_the_demos_is_odd_in_bounds() -> None:
    plausibility = Plausibility(
        [grid("100/000"), grid("100/000"), grid("100/000")], [grid("110/000"), grid("101/000")]
    )
    calm = plausibility.oddities([grid("100/100")])
    wild = plausibility.oddities([grid("234/567")])
    assert sum(calm.values()) < sum(wild.values()) and max(wild.values()) <= MOST


def test_weights_are_integers_and_speak_for_plain_answers() -> None:
    assert all(type(value) is int for value in weights().values())
    assert weighed({}) == 0 and weighed({"unknown": 100}) == 0
    assert weighed({"lost colors": 5, "main color": 9}) > weighed({"lost colors": 0, "main color": 0}) == 0


def test_every_weight_is_that_of_a_measure() -> None:
    """No measure has a weight of another name, whether sizes are equal or not."""
    before = Before(grid("103/000"))
    measured = {*measures_of(before, grid("120/002")), *measures_of(before, grid("1"))}
    assert set(weights()) <= measured


@pytest.mark.parametrize(("margin", "most"), [(0, 30), (9, 30), (10, 45), (59, 60), (60, 96)])
def test_confidence_is_capped_by_the_margin(margin: int, most: int) -> None:
    assert capped(96, margin) == most and capped(20, margin) == 20


def prediction(cells: str, score: int) -> Prediction:
    """A prediction of one grid by a program that does not matter."""
    program = Program.parse("def solve(I):\n    return rot90(I)")
    rows = tuple([tuple(map(int, row)) for row in cells.split("/")])
    return Prediction((rows,), (Solution(program, ("rot90", ("I",)), 10, 0, "map"),), score, 95)


def test_an_odd_answer_falls_behind_a_plain_one_of_about_the_same_score() -> None:
    inputs = [grid("100/000"), grid("010/000"), grid("001/000")]
    plausibility = Plausibility(inputs, [grid("200/000"), grid("020/000")])
    plain, odd = prediction("002/000", 1), prediction("345/678", 0)
    assert [one.grids for one in judged([odd, plain], plausibility)] == [plain.grids, odd.grids]


def test_only_a_clear_first_answer_stays_confident() -> None:
    close = with_margins([prediction("1", 0), prediction("2", 5)])
    clear = with_margins([prediction("1", 0), prediction("2", 90)])
    alone = with_margins([prediction("1", 0)])
    assert [one.confidence for one in close] == [30, 30]
    assert [one.confidence for one in clear] == [95, 30]
    assert alone == [replace(prediction("1", 0), programs=alone[0].programs)]
