"""Older battery modules: executed in guarded workers alone, otherwise run, scored and saved like any."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import Run
from kaggle_batt.commands.main import main
from kaggle_batt.errors import JournalError, ParameterError
from kaggle_batt.legacy.calls import battery_module
from kaggle_batt.pipeline.scores import d_score, grid_rows, grid_text
from kaggle_batt.tasks.task import Sample, Task
from tests.legacy.legacy_modules import DIFFERS, LANGUAGE, LONG, SOLVERS, Line, random_solvers, write_module
from tests.legacy.legacy_runs import FEW, MARK, MIRROR, SCALE, go_module, programs_of
from tests.runs import TASKS, assert_equal, files


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The module of all solvers and differs."""
    return write_module(tmp_path_factory.mktemp("module"), SOLVERS, DIFFERS, name="good")


@pytest.fixture(scope="module")
def good(path: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """That module on the ten tasks."""
    return go_module(tmp_path_factory.mktemp("good"), path)


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """The language that the modules bring along, imported under another name."""
    spec = importlib.util.spec_from_file_location("shapes_for_the_oracle", LANGUAGE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def value_of(lines: Sequence[Line], names: Mapping[str, Any], **given: Any) -> Any:
    """The value of a program's lines; `()` stands for a call that failed, as in the modules."""
    values = {**names, **given, **{str(digit): digit for digit in range(10)}}
    for name, function, *args in lines:
        values[name] = names["safe"](values[function], *[values[arg] for arg in args])
    return values["O"]


def answer_of(value: Any) -> str | None:
    """The answer as text, None where the value is no grid."""
    is_grid = isinstance(value, tuple) and value and all(isinstance(row, tuple) and row for row in value)
    return grid_text(value) if is_grid and len(value) <= 30 and len(value[0]) <= 30 else None


def samples_of(task: Task) -> dict[str, Sample]:
    """The samples by their keys in the record."""
    parts = {"demo": task.demo, "test": task.test}
    return {
        f"{part}/{number}": sample for part, found in parts.items() for number, sample in enumerate(found)
    }


def answers_of(lines: Sequence[Line], task: Task, names: Mapping[str, Any]) -> dict[str, str | None]:
    """A solver's answers on a task's samples."""
    demos = tuple((sample.input, sample.output) for sample in task.demo)
    return {
        key: answer_of(value_of(lines, names, I=sample.input, S=demos))
        for key, sample in samples_of(task).items()
    }


def test_outputs_are_those_of_the_programs(good: Run, names: dict[str, Any]) -> None:
    """Each solver's outputs, o scores and mutation mark are right on every sample of every task."""
    for name, task in good.tasks.items():
        found = programs_of(good, name)
        expected = {solver.id: answers_of(solver.lines, task, names) for solver in SOLVERS}
        answering = {solver for solver, answers in expected.items() if any(answers.values())}
        assert set(found) == answering, name
        for solver in [solver for solver in SOLVERS if solver.id in answering]:
            program, answers = found[solver.id], expected[solver.id]
            assert program["outputs"] == answers
            assert program["mutated"] is solver.mutated
            right = {key for key, sample in samples_of(task).items() if answers[key] == known(sample)}
            score = good.record["tasks"][name]["o_score"][program["md5"]]
            assert score == {
                part: sum(key.startswith(part) for key in right) for part in ("demo", "test")
            }  # fmt: skip


def known(sample: Sample) -> str:
    """The known output as text."""
    assert sample.output is not None
    return grid_text(sample.output)


def test_candidates_are_counted_by_program_and_output(good: Run, names: dict[str, Any]) -> None:
    """Before the filter: distinct pairs on each task; after: distinct programs."""
    answers = [
        {answer for answer in answers_of(solver.lines, task, names).values() if answer}
        for task in good.tasks.values()
        for solver in SOLVERS
    ]
    candidates = good.record["candidates"]
    assert candidates["before"] == sum(map(len, answers)) > 500
    assert (candidates["tried"], candidates["after"], candidates["kept"]) == (14, 13, 13)
    assert good.record["battery"] | {"md5": ""} == {
        "solvers": 14,
        "mutated": 5,
        "differs": 5,
        "nodes": 22,
        "module": "good.py",
        "md5": "",
    }


def test_differ_values_make_the_scores(good: Run, names: dict[str, Any]) -> None:
    """d and s scores of every program under every differ, by the definition."""
    failed = 0
    for name, task in good.tasks.items():
        found, scores = programs_of(good, name), good.record["tasks"][name]
        for solver in [solver for solver in SOLVERS if solver.id in found]:
            answers = answers_of(solver.lines, task, names)
            for differ, lines in DIFFERS.items():
                measures = []
                for key, sample in samples_of(task).items():
                    grid = answers[key]
                    raw = measure_of(value_of(lines, names, I=sample.input, C=sample.output))
                    after = (
                        measure_of(value_of(lines, names, I=grid_rows(grid), C=sample.output))
                        if grid
                        else None
                    )
                    measures.append((raw, after))
                score = d_score(measures)
                failed += score["failed"]
                md5 = found[solver.id]["md5"]
                assert scores["d_score"][md5][differ] == score
                assert [scores["s_score"][differ][side][md5] for side in ("iz", "zo")] == [
                    score["iz"],
                    score["zo"],
                ]
    assert failed > 100


def measure_of(value: Any) -> int | None:
    """The measure of a differ value of the modules: an integer, or the first of a pair."""
    first = value[0] if isinstance(value, tuple) and value else value
    return first if isinstance(first, int) else None


def test_files_are_slices_of_the_module(good: Run) -> None:
    """Solvers and differs are saved as canonical text, named by its md5."""
    found = files(good.folder)
    assert len([path for path in found if path.startswith("solver")]) == 13
    assert len([path for path in found if path.startswith("differ")]) == 5
    for path, content in found.items():
        assert hashlib.md5(content).hexdigest() == Path(path).stem
    both = programs_of(good, "007bbfb7")["007bbfb7"]
    assert both["text"] == (
        "def solve(I):\n    x1 = scale(I, THREE)\n    x2 = tile(I, THREE)\n"
        "    O = both(x1, x2)\n    return O\n"
    )
    assert (
        "return O" in (good.folder / "differ_md5" / f"{good.record['differs']['differ_rows']}.py").read_text()
    )
    assert list((good.folder / "solver_dir" / f"solve_{MIRROR}" / "3").glob("*/*.py"))
    assert list((good.folder / "differ_dir" / "iz" / f"solve_{MIRROR}").glob("*/*/*.py"))


def test_the_submission_holds_its_answers(good: Run) -> None:
    """Predictions are made from a module's outputs as from any battery's."""
    assert good.record["tasks"][MIRROR]["solved"] == [True]
    assert good.record["tasks"][SCALE]["solved"] == [True]
    submission = json.loads((good.folder / "submission.json").read_text())
    assert submission[SCALE][0]["attempt_1"] == [list(row) for row in good.tasks[SCALE].test[0].output or ()]


def test_every_phase_has_its_old_key(good: Run) -> None:
    """The phases are the usual ones, under the usual names."""
    assert [time.phase for time in good.times] == [
        *("load", "generate", "score demo", "score test", "filter", "inline"),
        *("validate", "differ", "save", "total"),
    ]
    assert "run_batt.phase3a_validate_batch" in good.record["old_timings"]


@pytest.mark.parametrize(
    "engine, workers",
    [
        ("process", 3),
        *[
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (("serial", 0), ("thread", 2), ("process", 1))
        ],
    ],
)
def test_engines_and_workers_change_nothing(
    good: Run, path: str, tmp_path: Path, engine: str, workers: int
) -> None:
    """Outputs, scores and files are the same to the byte."""
    other = go_module(tmp_path, path, engine=engine, workers=workers)
    assert_equal(good.folder, other.folder)
    assert other.record["environment"]["workers"] == (workers or 1)


@pytest.mark.slow
def test_dask_carries_a_module(good: Run, path: str, tmp_path: Path) -> None:
    """Machines of a cluster import it in guarded workers of their own."""
    pytest.importorskip("distributed")
    assert_equal(good.folder, go_module(tmp_path, path, engine="dask").folder)


@pytest.mark.parametrize("engine", ["serial", "thread", "process"])
def test_the_parent_never_imports_it(tmp_path: Path, engine: str) -> None:
    """Whatever the engine, only worker processes execute the module and what it imports."""
    seen = tmp_path / "seen"
    path = write_module(tmp_path / "m", FEW, DIFFERS, name="marked", top=MARK.format(path=str(seen)))
    go_module(tmp_path / "run", path, engine=engine, ids=MIRROR)
    pids = {int(line) for line in seen.read_text().split()}
    assert pids and os.getpid() not in pids
    assert not {"marked", "marked_call", "shapes"} & set(sys.modules)
    assert str(tmp_path / "m") not in sys.path


def test_without_trust_it_is_refused_and_not_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that says why and how, status 2; nothing is executed, no run begins."""
    seen = tmp_path / "seen"
    path = write_module(tmp_path / "m", FEW, DIFFERS, top=MARK.format(path=str(seen)))
    arguments = ["run", "--data", str(TASKS), "-b", path, "-o", str(tmp_path / "run")]
    assert main(arguments) == 2
    errors = capsys.readouterr().err
    assert "--trust-module" in errors and "execute" in errors and errors.count("\n") == 1
    assert not seen.exists() and not (tmp_path / "run" / "run.json").exists()


def test_generate_refuses_it_and_names_the_command_that_runs_it(
    path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", f"{path}.py", "-o", str(tmp_path / "made.py")]) == 2
    errors = capsys.readouterr().err
    assert (
        "is a module of the older kind" in errors
        and f"run -b {path}.py" in errors
        and errors.count("\n") == 1
    )
    assert not (tmp_path / "made.py").exists()


@pytest.mark.parametrize("name, value", [("mutants", 3), ("search", 10)])
def test_what_cannot_be_done_with_it_is_refused(path: str, tmp_path: Path, name: str, value: int) -> None:
    """Its programs are no programs of the language: they are neither changed nor mixed with any."""
    with pytest.raises(ParameterError, match=f"{name}: not possible with a module"):
        go_module(tmp_path, path, **{name: value})


def test_the_file_may_be_named_with_its_suffix(tmp_path: Path) -> None:
    """`-b NAME.py` is `-b NAME`; a file that is called NAME itself is a battery file."""
    path = write_module(tmp_path / "m", FEW, DIFFERS)
    assert battery_module(f"{path}.py") == battery_module(path) == Path(f"{path}.py")
    Path(path).write_text("def solve(I):\n    return I\n")
    assert battery_module(path) is battery_module(".") is battery_module("..") is battery_module("/") is None
    assert go_module(tmp_path, path, ids=MIRROR).record["battery"]["solvers"] == 1


def test_resuming(tmp_path: Path) -> None:
    """A finished run is taken from its journal; another language beside the module is another run."""
    seen = tmp_path / "seen"
    path = write_module(tmp_path / "m", FEW, DIFFERS, first=f"open({str(seen)!r}, 'a').write('x')")
    first = go_module(tmp_path / "run", path, ids=MIRROR)
    calls = len(seen.read_text())
    assert calls == 4 + 4
    again = go_module(tmp_path / "run", path, ids=MIRROR, resume=True)
    assert len(seen.read_text()) == calls
    assert again.record["tasks"] == first.record["tasks"]
    with open(tmp_path / "m" / "shapes.py", "a") as file:
        file.write("def mirror(grid): return grid\n")
    with pytest.raises(JournalError, match="a run with other programs"):
        go_module(tmp_path / "run", path, ids=MIRROR, resume=True)


def stress(folder: Path) -> str:
    """A module as large as real ones: 32 solvers, 165 differ values, thousands of lines."""
    return write_module(folder, list(random_solvers(32, 7)), DIFFERS, form=LONG)


@pytest.mark.slow
def test_a_large_module(tmp_path: Path) -> None:
    """32 programs and 165 differ values of thousands of lines: all of them come through."""
    path = stress(tmp_path / "m")
    text = Path(f"{path}.py").read_text()
    assert text.count("\n") > 1500 and text.count("o.append") == 32 and text.count("s.append") == 165
    found = go_module(tmp_path / "run", path)
    assert found.times[-1].cpu < 10  # of some 1,600 calls, which leave nothing behind
    assert found.record["candidates"]["after"] == found.record["candidates"]["kept"] == 32
    assert found.record["battery"]["mutated"] == 21
    assert found.record["rejected"] == {}
    assert len(found.record["differs"]) == 5
    assert {len(task["d_score"]) for task in found.record["tasks"].values()} == {32}
    assert_equal(found.folder, go_module(tmp_path / "other", path, engine="serial").folder)
