"""Formats that people bring: each is read, and one bad task costs only itself."""

from __future__ import annotations

import gzip
import json
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.errors import ParameterError, TaskError
from kaggle_batt.tasks.formats import folders as formats
from kaggle_batt.tasks.formats.folders import competition_files
from kaggle_batt.tasks.loading import load_tasks, read_tasks
from kaggle_batt.tasks.names import safe_name, shown
from kaggle_batt.tasks.selection import Selection, matched_ids
from tests.tasks.test_tasks import GOOD, write

PAIRS = [{"input": [[n]], "output": [[n + 1]]} for n in range(5)]
ROW_TOO_LONG = {**GOOD, "train": [{"input": [[1, 2], [3]], "output": [[1]]}]}


def folder(root: Path, *names: str, value: object = GOOD) -> Path:
    """A folder with a file of the value at each of the paths."""
    for name in names:
        write(root / name, value)
    return root


# -- one bad task costs only itself -------------------------------------------------------------------------


def test_sound_tasks_are_read_and_the_others_named(tmp_path: Path) -> None:
    write(folder(tmp_path, "a.json", "b.json") / "bad.json", ROW_TOO_LONG)
    write(tmp_path / "torn.json", "{")
    found = read_tasks(tmp_path)
    assert list(found.tasks) == ["a", "b"]
    assert found.refused["bad"].endswith("bad.json: demo 1 input: row 2: expected 2 cells as in row 1, got 1")
    assert "torn.json: not whole JSON" in found.refused["torn"]
    for call in (lambda: read_tasks(tmp_path, strict=True), lambda: load_tasks(tmp_path)):
        with pytest.raises(TaskError, match=r"bad\.json: demo 1 input: row 2"):
            call()


@pytest.mark.parametrize("value", [{"a": GOOD, "b": GOOD}, [GOOD, GOOD]], ids=["by id", "list"])
def test_a_file_of_several_tasks_beside_others_is_to_be_given_itself(tmp_path: Path, value: object) -> None:
    with pytest.raises(
        TaskError, match=r"a\.json: expected one task, .*, got several: give this file itself"
    ):
        load_tasks(folder(tmp_path, "a.json", "b.json", value=value))
    assert len(load_tasks(tmp_path / "a.json")) == 2


def test_a_refused_task_of_a_test_set_keeps_its_number_of_tests(tmp_path: Path) -> None:
    challenges = {"ok": GOOD, "bad": ROW_TOO_LONG, "odd": 7, "none": {"train": [], "test": []}}
    write(tmp_path / "arc-agi_test_challenges.json", challenges)
    found = read_tasks(tmp_path, "test")
    assert list(found.tasks) == ["ok"] and found.refused.keys() == {"bad", "odd", "none"}
    assert {id: len(task.test) for id, task in found.submitted.items()} == {
        "bad": 2,
        "none": 1,
        "odd": 1,
        "ok": 2,
    }
    write(tmp_path / "arc-agi_training_challenges.json", challenges)
    assert list(read_tasks(tmp_path).submitted) == ["ok"]


@pytest.mark.parametrize(
    "name", ["metadata.json", "dataset-metadata.json", "run.json", "links.json", "submission.json"]
)
def test_foreign_json_is_skipped_and_named_unless_there_is_nothing_else(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, {"id": "ann/x", "tasks": 3})
    with pytest.raises(TaskError, match="expected an object with train and test"):
        load_tasks(tmp_path)
    folder(tmp_path, "a.json", "b.json", "._a.json", ".ipynb_checkpoints/a.json")
    found = read_tasks(tmp_path)
    assert list(found.tasks) == ["a", "b"] == list(load_tasks(tmp_path))
    assert list(found.skipped) == [str(tmp_path / name)] and not found.refused


def test_files_with_an_ending_that_is_not_read_are_named(tmp_path: Path) -> None:
    """Those of other endings together, a few by name."""
    folder(tmp_path, "a.json", "b.json", "c.txt", ".hidden.txt")
    assert read_tasks(tmp_path).skipped == {f"{tmp_path}/c.txt": "only files *.json and *.json.gz are read"}
    folder(tmp_path, *[f"d{number}.png" for number in range(7)])
    (names,) = read_tasks(tmp_path).skipped
    assert names.startswith(f"{tmp_path}/c.txt, {tmp_path}/d0.png, ") and names.endswith(" and 3 more")


def test_files_that_are_not_read_for_their_folder_are_named(tmp_path: Path) -> None:
    root = folder(tmp_path / "own", "a.json", "b.json", "in/deep/c.json", "none/run.json")
    found = read_tasks(root)
    assert list(found.tasks) == ["a", "b"]
    assert found.skipped == {f"{root}/in/deep": f"not read below files of tasks in {root}"}
    root = folder(tmp_path / "split", "training/a.json", "evaluation/b.json", "c.json")
    found = read_tasks(root)
    assert list(found.tasks) == ["a"]
    assert found.skipped == {f"{root}/c.json": f"not read beside the folders of splits in {root}"}


def test_a_folder_below_that_cannot_be_listed_costs_no_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = formats._inside

    def refuse(path: Path) -> list[Path]:
        if path.name == "shut":
            raise TaskError("shut: can't be listed")
        return listed(path)

    monkeypatch.setattr(formats, "_inside", refuse)
    found = read_tasks(folder(tmp_path, "a.json", "b.json", "shut/c.json"))
    assert list(found.tasks) == ["a", "b"]
    assert found.skipped == {f"folders in {tmp_path}": "shut: can't be listed"}


@pytest.mark.parametrize(
    "id", ["x" * 300, "über/größe", "a\nb", "\x1b[31mred", "", "\ud800", "a,b", "../../up"]
)
def test_ids_of_any_length_and_letters(tmp_path: Path, id: str) -> None:
    found = read_tasks(write(tmp_path / "all.json", {id: GOOD, "bad": 1, id + "?": 2}))
    assert list(found.tasks) == [id]
    assert all("\n" not in reason and "\x1b" not in reason for reason in found.refused.values())
    name = safe_name(id)
    assert 1 <= len(name) <= 64 and name.encode("ascii") and name not in ("", ".", "..") and "/" not in name
    assert shown(id).isprintable() and 1 <= len(shown(id)) <= 64


def test_safe_names_keep_ids_apart() -> None:
    assert safe_name("007bbfb7") == "007bbfb7"
    ids = ["a/b", "a-b", "a b", "a\\b", "x" * 64, "x" * 65, "x" * 66]
    assert len({safe_name(id) for id in ids}) == len(ids)


# -- layouts ------------------------------------------------------------------------------------------------


def test_nested_folders(tmp_path: Path) -> None:
    root = folder(
        tmp_path / "c", "corpus/Center/Center1.json", "corpus/Center/Center2.json", "corpus/Top/T1.json"
    )
    assert list(load_tasks(root)) == ["Center1", "Center2", "T1"] == list(load_tasks(root / "corpus"))
    root = folder(tmp_path / "d", "dataset/x/0.json", "dataset/y/0.json", "dataset/y/1.json", "README.md")
    assert list(load_tasks(root)) == ["1", "dataset/x/0", "dataset/y/0"]
    root = folder(tmp_path / "r", "data/training/a.json", "data/evaluation/b.json", "apps/package.json")
    assert list(load_tasks(root)) == ["a"] and list(load_tasks(root, "evaluation")) == ["b"]
    folder(root, "other/training/c.json")
    with pytest.raises(TaskError, match=r"several folders of tasks in it; give one of .*data, .*other"):
        load_tasks(root)


def test_files_whose_names_differ_in_their_ends_are_all_read(tmp_path: Path) -> None:
    root = folder(tmp_path, "a.JSON", "a.json", "b.json")
    (root / "a.json.gz").write_bytes(gzip.compress(json.dumps(ROW_TOO_LONG).encode()))
    found = read_tasks(root)
    assert list(found.tasks) == ["a", "a.json", "b"] and list(found.refused) == ["a.json.gz"]


def test_a_folder_with_one_file_of_tasks(tmp_path: Path) -> None:
    root = folder(tmp_path, "all.json", value={"b": GOOD, "a": GOOD})
    write(root / "dataset-metadata.json", {})
    assert list(load_tasks(root)) == ["a", "b"]


def test_files_named_by_splits(tmp_path: Path) -> None:
    root = folder(tmp_path, "training.json", value={"a": GOOD})
    write(root / "evaluation.json", {"b": GOOD})
    assert list(load_tasks(root)) == ["a"] and list(load_tasks(root, "evaluation")) == ["b"]


@pytest.mark.parametrize(
    "name",
    [
        "arc-agi_test-challenges.json",
        "arc-agi-test-challenges.json",
        "ARC-AGI_Test_Challenges.json",
        "arc-agi-2_test_challenges.json",
        "arc_test_challenges.json",
        "test_challenges.json",
        "test-challenges.json",
        "arc agi test challenges.json",
    ],
)
def test_names_of_a_competition_s_files(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, {"a": GOOD})
    write(tmp_path / "arc-agi_train_challenges.json", {"b": {**GOOD, "test": [{"input": [[1]]}]}})
    write(tmp_path / "arc-agi-train-solutions.json", {"b": [[[7]]]})
    assert list(load_tasks(tmp_path, "test")) == ["a"]
    assert load_tasks(tmp_path, "training")["b"].test[0].output == ((7,),)
    assert set(competition_files(tmp_path)) == {
        ("test", "challenges"),
        ("training", "challenges"),
        ("training", "solutions"),
    }


# -- forms of a task ----------------------------------------------------------------------------------------


def test_a_list_of_pairs(tmp_path: Path) -> None:
    for value in (PAIRS, [[p["input"], p["output"]] for p in PAIRS], {"examples": PAIRS, "seed": 1}):
        file = write(tmp_path / "one.json", value)
        (task,) = load_tasks(file, demos=3).values()
        assert (task.id, len(task.demo), len(task.test)) == ("one", 3, 2)
        assert task.test[1].output == ((5,),)
        with pytest.raises(TaskError, match=r"one\.json: a list of 5 pairs, .* give --demos N"):
            load_tasks(file)
        with pytest.raises(TaskError, match="--demos 5 leaves no test"):
            load_tasks(file, demos=5)
    root = folder(tmp_path / "re_arc", "a.json", "b.json", value=PAIRS)
    assert list(load_tasks(root, demos=4)) == ["a", "b"]
    assert list(load_tasks(write(tmp_path / "ids.json", {"a": PAIRS}), demos=4)) == ["a"]


def test_json_lines(tmp_path: Path) -> None:
    lines = [{"id": "x", **GOOD}, {"examples": PAIRS}, {"task_id": 17, **GOOD}, {"id": "x", **GOOD}]
    text = "\n".join([*map(json.dumps, lines), '{"train": [', ""])
    found = read_tasks(write(tmp_path / "d" / "s.jsonl", text), demos=2)
    assert list(found.tasks) == ["17", "s-2", "x", "x-4"]
    assert "s.jsonl: line 5: not whole JSON" in found.refused["s-5"]
    assert read_tasks(tmp_path / "d", demos=2).tasks == found.tasks
    array = write(tmp_path / "array.json", lines)
    assert list(load_tasks(array, demos=2)) == ["17", "array-2", "x", "x-4"]


def test_packed_files(tmp_path: Path) -> None:
    def pack(path: Path, value: object) -> Path:
        path.write_bytes(gzip.compress(json.dumps(value).encode()))
        return path

    assert list(load_tasks(pack(tmp_path / "one.json.gz", GOOD))) == ["one"]
    assert list(load_tasks(pack(tmp_path / "many.json.gz", {"b": GOOD, "a": GOOD}))) == ["a", "b"]
    (tmp_path / "torn.json.gz").write_bytes(gzip.compress(json.dumps(GOOD).encode())[:-20])
    with pytest.raises(TaskError, match=r"torn\.json\.gz: can't be (unpacked|read)"):
        load_tasks(tmp_path / "torn.json.gz")
    assert list(read_tasks(tmp_path).tasks) == ["one"]


def zipped(path: Path, **files: object) -> Path:
    """A zip of JSON files by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            archive.writestr(name, json.dumps(value))
    return path


def test_zips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flat = zipped(tmp_path / "flat.zip", **{"a.json": GOOD, "b.json": ROW_TOO_LONG, "__MACOSX/._a.json": 1})
    found = read_tasks(flat)
    assert list(found.tasks) == ["a"] and "flat.zip" in found.refused["b"]
    nested = zipped(tmp_path / "n.zip", **{"r/data/training/a.json": GOOD, "r/data/evaluation/b.json": GOOD})
    assert list(load_tasks(nested, "evaluation")) == ["b"]
    kaggle = zipped(tmp_path / "k.zip", **{"arc-agi_test_challenges.json": {"t": GOOD}})
    assert list(load_tasks(kaggle, "test")) == ["t"]
    (tmp_path / "torn.zip").write_bytes(flat.read_bytes()[:-30])
    with pytest.raises(TaskError, match=r"torn\.zip: can't be read as a zip"):
        load_tasks(tmp_path / "torn.zip")
    monkeypatch.setattr(formats, "MAX_UNPACKED", 100)
    with pytest.raises(TaskError, match=r"flat\.zip: unpacks to"):
        load_tasks(flat)


def test_a_packed_file_that_grows_without_end_is_stopped(tmp_path: Path) -> None:
    """65 MB of zeros in 65 KB."""
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b"0" * (65 << 20)))
    zipped(tmp_path / "bomb.zip", **{"a.json": GOOD, "bomb.json": "0" * (65 << 20)})
    with pytest.raises(TaskError, match="larger than the 64 MB allowed"):
        load_tasks(tmp_path / "bomb.json.gz")
    assert "larger than" in read_tasks(tmp_path / "bomb.zip").refused["bomb"]


def test_extra_examples_are_counted(tmp_path: Path) -> None:
    found = read_tasks(write(tmp_path / "task001.json", {**GOOD, "arc-gen": PAIRS}))
    assert len(found.tasks["task001"].demo) == 2
    assert found.notes == ("extra examples under 'arc-gen' are not used: 5, in tasks: 1",)
    assert read_tasks(write(tmp_path / "task002.json", {**GOOD, "arc-gen": 5})).notes == ()


def test_cells_with_a_point_and_empty_outputs(tmp_path: Path) -> None:
    text = '{"train": [{"input": [[1.0, 2]], "output": [[3.0]]}], "test": [{"input": [[0]], "output": []}]}'
    task = load_tasks(write(tmp_path / "a.json", text))["a"]
    assert repr(task.demo[0].input) == "((1, 2),)" and task.test[0].output is None


def test_the_document_is_what_the_readers_do() -> None:
    """docs/formats.md is what benchmarks/formats.py writes: each format loads, or says what is wrong."""
    root = Path(__file__).parents[2]
    spec = spec_from_file_location("formats_document", root / "benchmarks" / "formats.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (root / "docs" / "formats.md").read_text(encoding="utf-8") == module.document()


# -- ids that look like numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "id"),
    [
        ("00576224", "00576224"),
        ("576224", "00576224"),
        (str(0o0576224), "00576224"),
        ("6422480000.0", "642248e4"),
        ("642248e4", "642248e4"),
        ("6422480000", "642248e4"),
    ],
)
def test_an_id_read_as_a_number_is_found(given: str, id: str) -> None:
    known = ["00576224", "642248e4", "007bbfb7", "25094a63"]
    assert matched_ids([given], known) == {given: id}


def test_a_number_that_fits_several_ids_or_none_is_explained(tmp_path: Path) -> None:
    with pytest.raises(
        ParameterError, match=r"no task '17' .*: 017, 0017 fit it; .*`-r ids 00576224`.* YAML"
    ):
        matched_ids(["17"], ["017", "0017"])
    with pytest.raises(ParameterError, match=r"no task '18' among 2 tasks; papermill's -p and YAML read"):
        matched_ids(["18"], ["017", "0017"])
    file = write(tmp_path / "a.json", {"00576224": GOOD, "b": GOOD})
    found = read_tasks(file, selection=Selection(ids=["576224"]))
    assert list(found.tasks) == ["00576224"]
    assert found.notes == ("ids: 576224 is taken as 00576224, which reads as it",)


def test_an_unknown_id_names_where_it_was_searched_for(tmp_path: Path) -> None:
    """And which other split has it."""
    write(tmp_path / "arc-agi_test_challenges.json", {"a": GOOD})
    write(tmp_path / "arc-agi_training_challenges.json", {"007bbfb7": GOOD})
    with pytest.raises(ParameterError) as caught:
        read_tasks(tmp_path, "test", Selection(ids=["007bbfb7"]))
    for part in (
        "no task '007bbfb7' among 1 tasks",
        "the split 'test'",
        "give --split training",
        "by default",
    ):
        assert part in str(caught.value)


def test_values_of_other_types_are_taken() -> None:
    """NumPy's arrays and integers, and lists."""
    np: Any = pytest.importorskip("numpy")
    from kaggle_batt.tasks.task import Sample, Task

    plain = Sample(((1, 2), (3, 4)), ((0,),))
    array = np.array([[1, 2], [3, 4]])
    for grid in (
        array,
        array.astype("uint8"),
        array.astype(float),
        list(array),
        [[*map(np.int64, r)] for r in array],
    ):
        sample = Sample(grid, [[0]])  # type: ignore[arg-type]
        assert sample == plain and hash(sample) == hash(plain) and type(sample.input[0][0]) is int
    task = Task("a", [plain], [plain])  # type: ignore[arg-type]
    assert task == Task("a", (plain,), (plain,), "x")
    for wrong in (
        [[1, 2], [3]],
        ((1, 2), (3,)),
        ((10,),),
        np.zeros((31, 2)),
        np.ones(3),
        [[True]],
        [[10]],
        "12",
        7,
    ):
        with pytest.raises(TaskError, match="input: "):
            Sample(wrong, None)  # type: ignore[arg-type]
