"""o, d and s scores, candidates, ranking and predictions, by examples made by hand."""

from __future__ import annotations

import json

import pytest

from kaggle_batt.pipeline.scores import (
    SampleOutputs,
    TaskOutputs,
    cells_right,
    d_score,
    grid_rows,
    grid_text,
    s_score,
    speed_class,
)

ERROR, TIME = ("error", "O: rot90(Integer): no grid"), ("time", "exceeded")


def outputs(*answers: str | tuple[str, str], steps: int = 1) -> SampleOutputs:
    """What programs gave on a sample: an answer as text or a failure each, all with as many steps."""
    return SampleOutputs([*answers], [steps] * len(answers))


def task(known: dict[tuple[str, int], str | None], **samples: SampleOutputs) -> TaskOutputs:
    """The outputs of a task; samples are named demo0, demo1, test0, …"""
    by_key = {(name[:4], int(name[4:])): sample for name, sample in samples.items()}
    width = len(next(iter(samples.values())).steps) if samples else 0
    return TaskOutputs(tuple(range(width)), known, by_key)


KNOWN: dict[tuple[str, int], str | None] = {
    ("demo", 0): "10/01",
    ("demo", 1): "22",
    ("test", 0): "3",
    ("test", 1): None,
}


def test_o_score_counts_exact_outputs_of_demos_and_tests_apart() -> None:
    """A sample with a hidden output, and a failure, count for no program."""
    given = task(
        KNOWN,
        demo0=outputs("10/01", "10/01", "1001", ERROR),
        demo1=outputs("22", "2", "22", "22"),
        test0=outputs("3", "3", ERROR, "3"),
        test1=outputs("3", "3", "3", "3"),
    )
    assert given.matches("demo") == [2, 1, 1, 1]
    assert given.matches("test") == [1, 1, 0, 1]


def test_d_score_follows_its_definition() -> None:
    """iz: a difference was there, and one is gone; zo: none was there, and one came."""
    assert d_score([(3, 0)]) == {"iz": 2, "zo": 0, "failed": 0}
    assert d_score([(3, 2)]) == {"iz": 1, "zo": 1, "failed": 0}
    assert d_score([(0, 0)]) == {"iz": 1, "zo": 1, "failed": 0}
    assert d_score([(0, 5)]) == {"iz": 0, "zo": 2, "failed": 0}
    assert d_score([(3, 0), (3, 2), (0, 0), (0, 5)]) == {"iz": 4, "zo": 4, "failed": 0}


@pytest.mark.parametrize("measures", [(None, 0), (0, None), (None, None)])
def test_a_failing_differ_adds_nothing_but_is_counted(measures: tuple[int | None, int | None]) -> None:
    """Neither a differ that fails nor a program without output is taken for a measure of 0."""
    assert d_score([measures]) == {"iz": 0, "zo": 0, "failed": 1}
    assert d_score([measures, (1, 0)]) == {"iz": 2, "zo": 0, "failed": 1}


def test_s_score_is_the_d_score_seen_from_the_differ() -> None:
    """The same numbers under differ, side, program."""
    scores = {
        "a": {"shape": {"iz": 3, "zo": 1, "failed": 0}, "palette": {"iz": 0, "zo": 2, "failed": 1}},
        "b": {"shape": {"iz": 5, "zo": 0, "failed": 0}, "palette": {"iz": 1, "zo": 1, "failed": 0}},
    }
    assert s_score(scores) == {
        "shape": {"iz": {"a": 3, "b": 5}, "zo": {"a": 1, "b": 0}},
        "palette": {"iz": {"a": 0, "b": 1}, "zo": {"a": 2, "b": 1}},
    }


def test_a_program_with_six_outputs_is_six_candidates() -> None:
    """A candidate is a pair of a program and an answer; an answer given twice is one, a failure none."""
    six = [str(color) for color in range(6)]
    samples = {f"demo{place}": outputs(answer, "0", ERROR) for place, answer in enumerate(six[:5])}
    given = task({}, **samples, test0=outputs(six[5], ERROR, ERROR))
    assert given.candidates(["a", "b", "c"]) == 6 + 1 + 0
    assert given.candidates(["a", "a", "c"]) == 6  # one program under two names
    assert task({}).candidates([]) == 0


def test_programs_that_answered_are_known() -> None:
    """One answer on any sample is enough."""
    given = task({}, demo0=outputs(ERROR, "1", TIME), test0=outputs("2", ERROR, TIME))
    assert given.answered() == [True, True, False]


def test_steps_are_those_of_the_demos() -> None:
    """The choice depends on the demos alone."""
    given = task(
        {}, demo0=outputs("1", "1", steps=5), demo1=outputs("1", "1", steps=7), test0=outputs("1", "1")
    )
    assert given.steps() == [12, 12]


@pytest.mark.parametrize(
    ("got", "known", "share"),
    [
        ("12/34", "12/34", 1.0),
        ("12/34", "12/30", 0.75),
        ("99/99", "12/34", 0.0),
        ("1234", "12/34", 0.0),
        ("1/2", "12", 0.0),
        ("123/456", "12/34/56", 0.0),
        ("5", "5", 1.0),
    ],
)
def test_cells_right(got: str, known: str, share: float) -> None:
    """The share of cells that agree, nothing for another shape."""
    assert cells_right(got, known) == share


def test_nearness_is_the_mean_over_the_demos() -> None:
    """Failures count as nothing right; tests don't count."""
    given = task(
        {("demo", 0): "12", ("demo", 1): "3", ("test", 0): "9"},
        demo0=outputs("12", "10", ERROR),
        demo1=outputs("3", "3", "3"),
        test0=outputs("0", "9", "9"),
    )
    assert given.nearness() == [1.0, 0.75, 0.5]


def test_ranked_by_demos_then_nearness_then_cost_then_steps_then_name() -> None:
    """Each rule decides where those before it are even; who never answered is left out."""
    given = TaskOutputs(
        tuple(range(7)),
        {("demo", 0): "12", ("demo", 1): "34"},
        {
            ("demo", 0): SampleOutputs(["12", "10", "00", "10", "10", "10", ERROR], [9, 1, 1, 1, 1, 2, 1]),
            ("demo", 1): outputs("35", "30", "34", "30", "30", "30", ERROR),
        },
    )
    costs = [9, 2, 1, 3, 2, 2, 0]
    names = ["f", "e", "d", "c", "b", "a", "g"]
    # 0 and 2 have one demo right: 0 is nearer. The rest have none: 3 costs more, 5 takes more steps, b < e.
    assert given.ranked(costs, names) == [0, 2, 4, 1, 5, 3]


def test_hidden_and_test_outputs_do_not_rank() -> None:
    """What is right on tests only is no better than what is wrong everywhere."""
    given = task({("demo", 0): "1", ("test", 0): "5"}, demo0=outputs("2", "2"), test0=outputs("0", "5"))
    assert given.ranked([1, 1], ["a", "b"]) == [0, 1]


def test_predictions_are_the_best_distinct_answers() -> None:
    """A second program with the same answer leaves room for the next; a failure gives none."""
    given = task(
        {},
        test0=outputs("1", "1", ERROR, "2", "3"),
        test1=outputs(ERROR, ERROR, ERROR, ERROR, "4"),
    )
    assert given.predictions([0, 1, 2, 3, 4], 3) == [["1", "2"], ["4"], []]
    assert given.predictions([4, 3], 1) == [["3", "2"]]
    assert given.predictions([], 2) == [[], []]


def test_speed_classes_halve() -> None:
    """One class a factor of two, more steps never a higher one, none below 0."""
    assert speed_class(1) - speed_class(2) == 1
    assert speed_class(1000) == speed_class(1023) == speed_class(1024) + 1
    classes = [speed_class(steps) for steps in range(5000)]
    assert classes == sorted(classes, reverse=True)
    assert speed_class(1 << 100) == 0


def test_failures_are_counted_by_kind() -> None:
    """An error is no timeout and a timeout no error."""
    given = task({}, demo0=outputs(ERROR, TIME, "1"), test0=outputs(ERROR, "1", "1"))
    assert given.failures() == {"error": 2, "time": 1}


def test_json_and_back() -> None:
    """What travels between processes comes back equal, through JSON too."""
    given = outputs("12/34", ERROR, "5", TIME, "12/34")
    assert given.as_json() == {"g": ["12/34", "5"], "f": [ERROR, TIME], "o": [0, -1, 1, -2, 0], "t": [1] * 5}
    assert SampleOutputs.from_json(given.as_json()) == given
    assert SampleOutputs.from_json(json.loads(json.dumps(given.as_json()))) == given


def test_joined_is_as_if_run_together() -> None:
    """Parts of a list of programs become one, in which answers and failures are numbered anew."""
    parts = [outputs("1", ERROR, "2"), outputs("2", TIME, "1", "3", steps=4), outputs(ERROR)]
    whole = SampleOutputs.joined(parts)
    given = ["1", ERROR, "2", "2", TIME, "1", "3", ERROR]
    assert [whole.grid(place) or whole.failure(place) for place in range(8)] == given
    assert whole.grids == ["1", None, "2", "2", None, "1", "3", None]
    assert whole.as_json()["g"] == ["1", "2", "3"]
    assert whole.as_json()["f"] == [ERROR, TIME]
    assert whole.steps == [1, 1, 1, 4, 4, 4, 4, 1]
    assert SampleOutputs.joined([]) == SampleOutputs([], [])


def test_grids_as_text_and_back() -> None:
    """Rows of digits between slashes."""
    assert grid_text(((1, 2), (3, 4))) == "12/34"
    assert grid_rows("12/34") == ((1, 2), (3, 4))
    assert grid_rows(grid_text(((0,),))) == ((0,),)
