"""Plausibility of answers: measures by hand, oddities, weights; confidence by margin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kaggle_batt.programs.program import Program
from kaggle_batt.search.prediction import Prediction, judged, with_confidence
from kaggle_batt.search.scoring.confidence import CLEAR, MARGINS, SCORE_STEPS, TABLE, cell, confidence
from kaggle_batt.search.scoring.plausibility import (
    MOST,
    WEIGHTS,
    Plausibility,
    measures_of,
    pieces_of,
    weighed,
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
    assert pieces_of(grid(text)) == pieces


def test_pieces_of_a_mask_do_not_see_colors() -> None:
    assert pieces_of(grid("12/21") > 0) == 1


def test_what_changes_is_measured() -> None:
    measures = measures_of(grid("103/000"), grid("120/002"))
    assert measures["cells a changed place"] == 3000
    assert measures["changed places to the input's pieces"] == 333
    assert measures["lost colors"] == 1 and measures["filled to the input's"] == 1500


def test_an_output_of_another_size_may_be_a_part_of_the_input() -> None:
    before = grid("012/034")
    assert measures_of(before, grid("12/34"))["part of the input"] == 1
    assert measures_of(before, grid("21/34"))["part of the input"] == 0


@given(before=GRIDS, after=GRIDS)
def test_demos_are_never_odd(before: np.ndarray, after: np.ndarray) -> None:
    """What a demo itself shows lies within what the demos span, and measures are whole numbers."""
    plausibility = Plausibility([before, before], [after])
    oddities = plausibility.oddities([after])
    assert set(oddities.values()) == {0}
    assert all(type(value) is int for value in measures_of(before, after).values())


def test_an_answer_unlike_the_demos_is_odd_in_bounds() -> None:
    plausibility = Plausibility(
        [grid("100/000"), grid("100/000"), grid("100/000")], [grid("110/000"), grid("101/000")]
    )
    calm = plausibility.oddities([grid("100/100")])
    wild = plausibility.oddities([grid("234/567")])
    assert sum(calm.values()) < sum(wild.values()) and max(wild.values()) <= MOST


def test_weights_are_integers_and_speak_for_plain_answers() -> None:
    assert all(type(value) is int for value in WEIGHTS.values())
    assert weighed({}) == 0 and weighed({"unknown": 100}) == 0
    assert weighed({"lost colors": 5, "main color": 9}) > weighed({"lost colors": 0, "main color": 0}) == 0


def test_every_weight_is_that_of_a_measure() -> None:
    """No measure has a weight of another name, whether sizes are equal or not."""
    before = grid("103/000")
    measured = {*measures_of(before, grid("120/002")), *measures_of(before, grid("1"))}
    assert set(WEIGHTS) <= measured


@pytest.mark.parametrize(
    ("score", "supporting", "held_out", "demos", "found"),
    [
        (-60, 3, 3, 3, ("all", 0)),
        (-59, 1, 4, 5, ("some", 1)),
        (0, 0, 3, 3, ("none", 2)),
        (81, 0, 0, 2, ("two demos", 5)),
        (1, 0, 0, 1, ("one demo", 3)),
    ],
)
def test_a_score_and_supporting_demos_have_a_cell(
    score: int, supporting: int, held_out: int, demos: int, found: tuple[str, int]
) -> None:
    assert cell(score, supporting, held_out, demos) == found


@pytest.mark.parametrize(("margin", "percent"), [(-1, 0), (0, 1), (9, 1), (10, 2), (29, 2), (59, 3), (79, 4)])
def test_a_near_rival_takes_its_share_of_the_confidence(margin: int, percent: int) -> None:
    place = ("all", 0)
    assert confidence(place, margin) == TABLE["all"][0] * MARGINS[percent][1] // 100
    assert confidence(place, margin) < confidence(place, CLEAR) == TABLE["all"][0]


def test_confidence_falls_with_the_score_and_rises_with_the_margin() -> None:
    for row in TABLE.values():
        assert len(row) == len(SCORE_STEPS) + 1 and min(row) > 0 and max(row) < 100
        assert list(row) == sorted(row, reverse=True)
    assert list(MARGINS) == sorted(MARGINS) and [most for _, most in MARGINS] == sorted(
        [most for _, most in MARGINS]
    )


def prediction(cells: str, score: int) -> Prediction:
    """A prediction of one grid by a program that does not matter."""
    program = Program.parse("def solve(I):\n    return rot90(I)")
    rows = tuple([tuple(map(int, row)) for row in cells.split("/")])
    return Prediction((rows,), (Solution(program, ("rot90", ("I",)), 10, 0, "map"),), score)


def test_an_odd_answer_falls_behind_a_plain_one_of_about_the_same_score() -> None:
    inputs = [grid("100/000"), grid("010/000"), grid("001/000")]
    plausibility = Plausibility(inputs, [grid("200/000"), grid("020/000")])
    plain, odd = prediction("002/000", 1), prediction("345/678", 0)
    assert [one.grids for one in judged([odd, plain], plausibility)] == [plain.grids, odd.grids]


def test_only_a_clear_first_answer_stays_confident() -> None:
    close = with_confidence([prediction("1", -100), prediction("2", -95)], 0, 2)
    clear = with_confidence([prediction("1", -100), prediction("2", 0)], 0, 2)
    alone = with_confidence([prediction("1", -100)], 0, 2)
    assert [one.confidence for one in close] == [confidence(("two demos", 0), margin) for margin in (5, -5)]
    assert close[1].confidence < close[0].confidence <= 30
    assert clear[0].confidence == alone[0].confidence == TABLE["two demos"][0]
    assert clear[1].confidence < 10 and with_confidence([], 0, 2) == []


def test_the_bonus_for_held_out_demos_does_not_count_twice() -> None:
    supported = replace(prediction("1", -100), supports=(0, 0, 0))
    assert with_confidence([supported], 3, 3)[0].confidence == TABLE["all"][0]
    assert with_confidence([replace(supported, score=-80)], 3, 3)[0].confidence == TABLE["all"][1]
