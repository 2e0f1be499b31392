"""Two runs are equal or the paths of their differences are reported."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.commands.main import main
from kaggle_batt.errors import ParameterError, StoreError
from kaggle_batt.pipeline.compare import MISSING, Comparison, Difference, compare_records, compare_runs
from kaggle_batt.pipeline.files import Folder
from kaggle_batt.pipeline.outputs import save_programs
from kaggle_batt.pipeline.scores import KEEP
from tests.runs import BATTERY, go, record_of

TASK = "007bbfb7"
Record = dict[str, Any]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of 32 programs on one task."""
    return go(tmp_path_factory.mktemp("compare") / "run", ids=TASK, battery=str(BATTERY)).folder


@pytest.fixture
def pair(finished: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The run and a copy of it that a test may change."""
    shutil.copytree(finished, tmp_path / "copy", symlinks=True)
    return finished, tmp_path / "copy"


def changed(folder: Path, change: Callable[[Record], None]) -> None:
    """Change the record in a folder."""
    record = record_of(folder)
    change(record)
    (folder / "run.json").write_text(json.dumps(record))


def first(record: Record, part: str) -> str:
    """The md5 of the first program under a part of the task."""
    found: str = next(iter(record["tasks"][TASK][part]))
    return found


def test_a_run_equals_its_copy(pair: tuple[Path, Path]) -> None:
    """By folder and by record."""
    one, two = pair
    assert compare_runs(one, two) == []
    assert compare_runs(str(one / "run.json"), two) == []


def put(*path: str | int, value: Any) -> Callable[[Record], None]:
    """A change that sets a value; `@part` stands for the first program under that part of the task."""

    def change(record: Record) -> None:
        places = [first(record, step[1:]) if str(step).startswith("@") else step for step in path]
        inner: Any = record
        for step in places[:-1]:
            inner = inner[step]
        inner[places[-1]] = value

    return change


CHANGES = [
    (put("candidates", "before", value=1), r"candidates / before: 174 ≠ 1"),
    (put("candidates", "after", value=31), r"candidates / after: 32 ≠ 31"),
    (put("tasks", TASK, "outputs", "demo/3", value="0"), rf"tasks / {TASK} / outputs / demo/3: '\w+' ≠ '0'"),
    (
        put("tasks", TASK, "o_score", "@o_score", "demo", value=9),
        rf"tasks / {TASK} / o_score / \w{{32}} / demo: \d ≠ 9",
    ),
    (
        put("tasks", TASK, "d_score", "@d_score", "differ_shape", "iz", value=99),
        rf"tasks / {TASK} / d_score / \w{{32}} / differ_shape / iz: \d+ ≠ 99",
    ),
    (
        put("tasks", TASK, "s_score", "differ_shape", "zo", value={}),
        rf"tasks / {TASK} / s_score / differ_shape / zo / \w{{32}}: \d+ ≠ missing",
    ),
    (
        put("tasks", TASK, "predictions", 0, 0, value="1"),
        rf"tasks / {TASK} / predictions / 0 / 0: '.*… ≠ '1'",
    ),
    (
        put("tasks", TASK, "programs", "@programs", "outputs", "test/0", value=None),
        rf"tasks / {TASK} / programs / \w{{32}} / outputs / test/0: '.*… ≠ None",
    ),
    (put("tasks", TASK, "failures", value={"time": 1}), rf"tasks / {TASK} / failures / time: missing ≠ 1"),
    (put("broken", value=["x"]), r"broken: \[\] ≠ \['x'\]"),
    (put("not_done", value=["validate: x"]), r"not_done: \[\] ≠ \['validate: x'\]"),
    (put("params", "seed", value=7), r"params / seed: 0 ≠ 7"),
    (put("params", "seed", value=False), r"params / seed: 0 ≠ False"),
    (put("battery", "md5", value="x"), r"battery / md5: '\w+' ≠ 'x'"),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[text[:40] for _, text in CHANGES])
def test_each_difference_of_the_records_has_its_path(
    pair: tuple[Path, Path], change: Callable[[Record], None], expected: str
) -> None:
    """Path, this value, that value; and the command fails."""
    one, two = pair
    changed(two, change)
    found = compare_runs(one, two)
    assert found
    assert all([re.fullmatch(expected, str(line)) for line in found]), found
    assert main(["compare", str(one), str(two)]) == 1


@pytest.mark.parametrize("part", ["solver_md5", "differ_md5"])
def test_each_difference_of_the_files_has_its_path(pair: tuple[Path, Path], part: str) -> None:
    """A changed byte, a missing and a surplus file."""
    one, two = pair
    paths = sorted((two / part).iterdir())
    paths[0].write_bytes(paths[0].read_bytes() + b" ")
    paths[1].unlink()
    (two / part / "0123.py").write_text("")
    found = {difference.path: difference for difference in compare_runs(one, two)}
    assert found.keys() == {(part, name) for name in (paths[0].name, paths[1].name, "0123.py")}
    changed, gone, surplus = [found[part, name] for name in (paths[0].name, paths[1].name, "0123.py")]
    assert changed.b == changed.a + " " == paths[0].read_text()
    assert (gone.b, surplus.a, surplus.b) == (MISSING, MISSING, "")
    assert str(surplus) == f"{part} / 0123.py: missing ≠ ''" and gone.kind == f"{part} / *.py"


def test_a_changed_or_missing_submission_is_a_difference(pair: tuple[Path, Path]) -> None:
    one, two = pair
    (two / "submission.json").write_text("{}")
    changed = compare_runs(one, two)
    (two / "submission.json").unlink()
    for found in (changed, compare_runs(one, two)):
        assert [difference.path for difference in found] == [("submission", "submission.json")]


def test_links_and_their_index_are_compared(pair: tuple[Path, Path]) -> None:
    """A removed link is a difference, and so is a list of the best programs that lacks some."""
    one, two = pair
    link = next((two / "solver_dir").rglob("*.py"))
    link.unlink()
    (gone,) = compare_runs(one, two)
    assert gone.path[:3] == ("links", f"solver_dir/solve_{TASK}", link.stem)
    assert (gone.a, gone.b, gone.kind) == ("linked", "not linked", "links / * / * / *")
    (two / "links.json").write_text("{}")
    found = compare_runs(one, two)
    assert len(found) > 3 and {difference.path[0] for difference in found} == {"links"}
    assert {difference.b for difference in found} == {MISSING}


@pytest.mark.parametrize("score", [99, -1])
def test_programs_of_older_runs_in_the_index_make_no_difference(pair: tuple[Path, Path], score: int) -> None:
    """Also where they leave no room in it for those of the run."""
    one, two = pair
    index = json.loads((two / "links.json").read_text())
    for root, rows in index["best"].items():
        older = [[f"{number:032}", score, 0] for number in range(KEEP)]
        index["best"][root] = ([*older, *rows] if score > 0 else [*rows, *older])[:KEEP]
    (two / "links.json").write_text(json.dumps(index))
    assert compare_runs(one, two) == compare_runs(two, one) == []


@pytest.mark.parametrize(
    "change",
    [
        put("environment", "python", value="9.9"),
        put("environment", "workers", value=5),
        put("params", "engine", value="thread"),
        put("params", "workers", value=5),
        put("params", "out", value="elsewhere"),
        put("params", "resume", value=True),
        put("timings", value=[]),
        put("old_timings", value={}),
    ],
)
def test_what_may_differ_makes_no_difference(
    pair: tuple[Path, Path], change: Callable[[Record], None]
) -> None:
    """Machine, engine, workers and seconds are not what was computed."""
    one, two = pair
    changed(two, change)
    assert compare_runs(one, two) == []


def test_files_of_earlier_runs_in_the_folder_make_no_difference(pair: tuple[Path, Path]) -> None:
    """A folder that is used again holds older programs too; the record says which they are."""
    one, two = pair
    from kaggle_batt.programs.program import parse_program

    with Folder(two / "solver_md5") as folder:
        save_programs(folder, [parse_program("def solve(I):\n    return I\n")])
    assert len(compare_runs(one, two)) == 1
    again = go(two, ids=TASK, battery=str(BATTERY))
    assert again.record["older_files"]["differ_md5"] == []
    assert len(again.record["older_files"]["solver_md5"]) == 1
    assert compare_runs(one, two) == []


def test_of_long_values_the_place_of_the_difference_is_shown(finished: Path) -> None:
    """Two grids that differ in their last cell don't look the same."""
    one = record_of(finished)
    two = copy.deepcopy(one)
    grid = one["tasks"][TASK]["predictions"][0][0]
    two["tasks"][TASK]["predictions"][0][0] = grid[:-1] + "x"
    (line,) = compare_records(one, two)
    assert str(line).endswith(f"…{grid[-21:]}' ≠ …{grid[-21:-1]}x'")
    two["tasks"][TASK]["predictions"][0][0] = "x" + grid[1:]
    (line,) = compare_records(one, two)
    assert f": '{grid[:50]}" in str(line)
    assert f"… ≠ 'x{grid[1:50]}" in str(line)


def test_programs_cut_by_the_clock_are_listed_apart(finished: Path) -> None:
    """A difference that an exceeded limit may have made is reported with the programs that were cut."""
    one = record_of(finished)
    two = copy.deepcopy(one)
    two["struck"] = [{"phase": "score demo", "unit": "a/demo/0/3-4", "kind": "time", "detail": "10 s"}]
    assert compare_records(one, two) == []
    two["candidates"]["before"] = 0
    text = Comparison(one, two, compare_records(one, two)).text("a and b")
    assert text.splitlines()[-1] == "cut by the clock or the memory limit, not by steps: a/demo/0/3-4 (time)"


def test_what_is_no_run_is_reported(pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Missing, torn, of another format, no record at all: one line each, never a traceback."""
    one, two = pair
    with pytest.raises(ParameterError):
        compare_runs(one, two / "nowhere")
    assert main(["compare", str(one), str(two / "nowhere")]) == 2
    for content in ('{"format": 99}', "[1, 2]", "3", '{"form'):
        (two / "run.json").write_text(content)
        with pytest.raises(StoreError):
            compare_runs(one, two)
        assert main(["compare", str(one), str(two)]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 5
    assert all([line.startswith("kaggle_batt: ") for line in errors])


def test_the_command_says_equal(pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0 and a line that says of what."""
    assert main(["compare", *map(str, pair)]) == 0
    assert capsys.readouterr().out.startswith("EQUAL: ")


def test_a_kind_of_difference_names_no_task_sample_program_or_number() -> None:
    """What stays is the part of the record."""
    md5 = "0123456789abcdef" * 2
    kinds = {
        (
            "tasks",
            "my task",
            "programs",
            md5,
            "outputs",
            "demo/0",
        ): "tasks / * / programs / * / outputs / demo/*",
        ("tasks", "a", "s_score", "differ_2", "iz", md5): "tasks / * / s_score / * / iz / *",
        ("tasks", "a", "predictions", "0", "1"): "tasks / * / predictions / * / *",
        ("tasks", "a", "d_score", md5, "differ_2", "iz"): "tasks / * / d_score / * / * / iz",
        ("searched", "a", "confidence"): "searched / * / confidence",
        ("solver_md5", f"{md5}.py"): "solver_md5 / *.py",
        ("candidates", "before"): "candidates / before",
    }
    assert {path: Difference(path, 1, 2).kind for path in kinds} == kinds


def test_settings_alone_are_said_to_be_all_that_differs(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A battery that was named by another path is not the same parameter, but its results are."""
    other = tmp_path / "other"
    shutil.copytree(finished, other, symlinks=True)
    changed(other, put("params", "battery", value="elsewhere.py"))
    assert main(["compare", str(finished), str(other)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "nothing else differs: all results and files are equal"
    assert len(lines) == 4 and lines[2].startswith("  params / battery: ")


def test_settings_that_differ_come_before_the_kinds(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The settings that differ first, then a line a kind with its number and two examples; all; JSON."""
    other = go(tmp_path / "other", ids=TASK, battery=str(BATTERY), mutants=20).folder
    changed(other, put("environment", "python", value="9.9"))
    runs = [str(finished), str(other)]
    found = compare_runs(*runs)
    assert main(["compare", *runs]) == 1
    head, apart, *lines = capsys.readouterr().out.splitlines()
    assert head == f"NOT EQUAL: {finished} and {other} differ in {len(found):,} places"
    assert (apart, lines[0]) == ("settings that differ:", "  params / mutants: 0 ≠ 20")
    assert lines[1].startswith("  environment / python: ") and "battery / md5" in "".join(lines)
    start = next(number for number, line in enumerate(lines) if not line.startswith("  "))
    counts = {
        line.rpartition(": ")[0]: int(line.rpartition(": ")[2]) for line in lines[start:] if line[0] != " "
    }
    settings = [place for place in found if place.path[0] in ("params", "battery")]
    assert sum(counts.values()) == len(found) - len(settings)
    assert len(lines) - start == sum(1 + min(2, count) for count in counts.values())
    assert main(["compare", "--all", *runs]) == 1
    every = capsys.readouterr().out.splitlines()[2 + start :]
    assert len(every) == sum(1 + count for count in counts.values())
    assert main(["compare", "--json", *runs]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["equal"] is False and len(value["differences"]) == len(found)
    assert {"path": ["params", "mutants"], "a": 0, "b": 20} in value["settings"]
    gone = [place for place in value["differences"] if "a" not in place]
    assert gone and all(
        [place["path"][0] in ("solver_md5", "tasks", "candidates", "links") for place in gone]
    )
