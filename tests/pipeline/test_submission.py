"""The submission: Kaggle's form is met whatever was predicted, and each breach is named with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaggle_batt.errors import SubmissionError
from kaggle_batt.pipeline.submission import (
    build_submission,
    check_submission,
    dump_submission,
    load_submission,
    score_submission,
)
from kaggle_batt.tasks.loading import load_tasks
from kaggle_batt.tasks.task import Sample, Task

DEMO = (Sample(((1,),), ((2,),)),)
TASKS = {
    "aaaa": Task("aaaa", DEMO, (Sample(((1, 2, 3), (4, 5, 6)), ((7,),)),), ""),
    "bbbb": Task("bbbb", DEMO, (Sample(((1,),), ((8, 8),)), Sample(((1,), (2,)), None)), ""),
}
PREDICTIONS = {"aaaa": [[((7,),), ((1,),)]], "bbbb": [[((9,),)], []]}
BUILT = {
    "aaaa": [{"attempt_1": [[7]], "attempt_2": [[1]]}],
    "bbbb": [{"attempt_1": [[9]], "attempt_2": [[9]]}, {"attempt_1": [[0], [0]], "attempt_2": [[0], [0]]}],
}


def test_build_fills_missing_attempts_as_documented() -> None:
    assert build_submission(TASKS, PREDICTIONS) == BUILT


def test_build_without_any_prediction_is_valid_for_real_tasks_with_hidden_outputs() -> None:
    tasks = load_tasks("arcagi2", "evaluation")
    hidden = {
        id: Task(id, task.demo, tuple(Sample(s.input, None) for s in task.test), "")
        for id, task in tasks.items()
    }
    submission = build_submission(hidden, {})
    check_submission(submission, hidden)
    assert list(submission) == list(hidden)
    assert sum(map(len, submission.values())) == 167
    assert score_submission(submission, hidden) == (0, 0)


def test_attempts_are_lists_of_their_own() -> None:
    entry = build_submission(TASKS, {"aaaa": [[((7,),)]]})["aaaa"][0]
    entry["attempt_1"][0][0] = 5
    assert entry["attempt_2"] == [[7]]


def test_a_grid_that_kaggle_would_refuse_is_named() -> None:
    with pytest.raises(SubmissionError, match=r"task bbbb: test 1: attempt_1: row 1, column 1: .* got 10"):
        build_submission(TASKS, {"bbbb": [[((10,),)], []]})


def changed(id: str, test: int, attempt: str, grid: object) -> dict[str, object]:
    submission = json.loads(json.dumps(BUILT))
    submission[id][test][attempt] = grid
    return submission  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("submission", "message"),
    [
        ([], "expected an object with entries by task id, got a list"),
        ({"aaaa": BUILT["aaaa"]}, "task bbbb: not in the submission"),
        ({**BUILT, "cccc": []}, "task 'cccc' is none of the 2 tasks"),
        ({**BUILT, 7: []}, "task 7 is none of the 2 tasks"),
        ({**BUILT, "bbbb": BUILT["aaaa"]}, "task bbbb: expected a list of 2 entries, got 1"),
        ({**BUILT, "aaaa": {"attempt_1": [[1]]}}, "task aaaa: expected a list of 1 entries, got a dict"),
        ({**BUILT, "aaaa": [[[7]]]}, "task aaaa: test 1: expected attempt_1 and attempt_2, got list"),
        ({**BUILT, "aaaa": [{}]}, "task aaaa: test 1: expected attempt_1 and attempt_2, got nothing"),
        ({**BUILT, "aaaa": [{"attempt_1": [[1]]}]}, "expected attempt_1 and attempt_2, got attempt_1$"),
        (changed("aaaa", 0, "attempt_3", [[1]]), "expected attempt_1 and attempt_2, got .*, attempt_3"),
        (
            changed("bbbb", 1, "attempt_2", None),
            "task bbbb: test 2: attempt_2: expected a list of rows, got null",
        ),
        (changed("bbbb", 1, "attempt_2", []), "task bbbb: test 2: attempt_2: expected 1 to 30 rows, got 0"),
        (changed("bbbb", 1, "attempt_1", [[]]), "attempt_1: row 1: expected 1 to 30 cells, got 0"),
        (changed("aaaa", 0, "attempt_1", [[1]] * 31), "attempt_1: expected 1 to 30 rows, got 31"),
        (changed("aaaa", 0, "attempt_1", [[1] * 31]), "attempt_1: row 1: expected 1 to 30 cells, got 31"),
        (
            changed("aaaa", 0, "attempt_1", [[1], [1, 2]]),
            "attempt_1: row 2: expected 1 cells as in row 1, got 2",
        ),
        (changed("aaaa", 0, "attempt_1", [[10]]), "row 1, column 1: expected a whole number 0 to 9, got 10"),
        (changed("aaaa", 0, "attempt_1", [[-1]]), "row 1, column 1: expected a whole number 0 to 9, got -1"),
        (changed("aaaa", 0, "attempt_1", [[True]]), r"row 1, column 1: .* got True \(a bool\)"),
        (changed("aaaa", 0, "attempt_1", [[1.0]]), r"row 1, column 1: .* got 1.0 \(a float\)"),
    ],
)
def test_check_refuses(submission: object, message: str) -> None:
    with pytest.raises(SubmissionError, match=message):
        check_submission(submission, TASKS)


def test_score_counts_known_outputs_and_either_attempt() -> None:
    assert score_submission(BUILT, TASKS) == (1, 2)
    assert score_submission(changed("bbbb", 0, "attempt_2", [[8, 8]]), TASKS) == (2, 2)  # type: ignore[arg-type]
    assert score_submission(changed("aaaa", 0, "attempt_1", [[7, 7]]), TASKS) == (0, 2)  # type: ignore[arg-type]


def test_score_of_the_known_answers_is_full() -> None:
    tasks = load_tasks("arcagi2", "evaluation")
    answers = {id: [[sample.output] for sample in task.test] for id, task in tasks.items()}
    assert score_submission(build_submission(tasks, answers), tasks) == (167, 167)


def test_score_checks_first() -> None:
    with pytest.raises(SubmissionError, match="task bbbb: not in the submission"):
        score_submission({"aaaa": BUILT["aaaa"]}, TASKS)


def test_bytes_do_not_depend_on_the_order_of_tasks() -> None:
    turned = {id: BUILT[id] for id in reversed(BUILT)}
    assert dump_submission(turned) == dump_submission(BUILT)
    assert dump_submission({"aaaa": BUILT["aaaa"]}) == b'{"aaaa":[{"attempt_1":[[7]],"attempt_2":[[1]]}]}\n'


def test_written_file_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "submission.json"
    path.write_bytes(dump_submission(BUILT))
    assert load_submission(path) == BUILT


@pytest.mark.parametrize(
    ("text", "message"), [("{", "not whole JSON"), ("[]", "expected an object with entries")]
)
def test_load_refuses(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "submission.json"
    path.write_text(text)
    with pytest.raises(SubmissionError, match=rf"submission\.json: {message}"):
        load_submission(path)
    with pytest.raises(SubmissionError, match="no such file"):
        load_submission(tmp_path / "other.json")


rows = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[st.integers(0, 9)] * width), min_size=1, max_size=4).map(tuple)
)
attempts = st.lists(rows, max_size=2)


@given(
    st.fixed_dictionaries({}, optional={"aaaa": st.tuples(attempts), "bbbb": st.tuples(attempts, attempts)})
)
def test_whatever_is_predicted_the_submission_is_valid(predictions: dict[str, list[list[object]]]) -> None:
    submission = build_submission(TASKS, predictions)
    check_submission(json.loads(dump_submission(submission)), TASKS)
    for id, tests in predictions.items():
        for entry, grids in zip(submission[id], tests, strict=True):
            assert [tuple(map(tuple, grid)) for grid in entry.values()][: len(grids)] == list(grids)
