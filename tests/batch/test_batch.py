"""A batch: every run has its turn, whatever becomes of the others; what is done stays done."""

from __future__ import annotations

import argparse
import json
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from kaggle_batt.batch import batch
from kaggle_batt.batch.batch import run_batch
from kaggle_batt.batch.plan import make_plan, notebook_parameters, typed_text
from kaggle_batt.batch.results import COLUMNS, BatchRow, make_row, summary_figure, write_summary
from kaggle_batt.commands import batch as module
from kaggle_batt.commands.batch import parse_chunks
from kaggle_batt.commands.main import main
from kaggle_batt.draw.charts import ORANGE
from kaggle_batt.engines.workers.system import descendants
from kaggle_batt.errors import ParameterError
from tests.kaggle.tiny import notebook
from tests.runs import bare_record

PARAMETERS = """
number: int = 0  # which one
ids: str = ""  # a text
mended: str = ""  # a file that says that all is well now
out: str = "files"  # where to write
"""
RUN = """
import json, os, signal, time
from pathlib import Path
from kaggle_batt import __version__
from tests.runs import bare_record

well = bool(mended) and Path(mended).exists()
if number == 3 and not well:
    raise ValueError("three is wrong")
if number == 5 and not well:
    os.kill(os.getpid(), signal.SIGKILL)
if number == 7:
    time.sleep(300)
if number != 8:
    solved = {"a": [True, None], "b": [number > 2]}
    Path(out).mkdir(parents=True, exist_ok=True)
    record = bare_record({"total": number / 10}, solved, number / 5)
    Path(out, "run.json").write_text(json.dumps(record))
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small notebook with parameters."""
    path = tmp_path / "small.ipynb"
    path.write_text(notebook([PARAMETERS, RUN], [["parameters"]]))
    return path


def statuses(rows: Sequence[BatchRow]) -> list[str]:
    """The status of each row."""
    return [row.status for row in rows]


@pytest.mark.slow
def test_six_runs_of_which_one_fails_and_one_is_killed(small: Path, tmp_path: Path) -> None:
    out, mended = tmp_path / "out", tmp_path / "mended"
    plan = make_plan(
        grid={"number": range(1, 7)}, parameters={"mended": str(mended)}, notebook=small, timeout=240
    )
    reported: list[str] = []
    rows = run_batch(plan, out, on_end=lambda run, state: reported.append(run.name))
    assert statuses(rows) == ["done", "done", "failed", "done", "died", "done"]
    assert sorted(reported) == [row.run for row in rows] == [f"00{n}-number-{n}" for n in range(1, 7)]
    assert rows[2].detail == "ValueError: three is wrong"
    assert "exit status" in rows[4].detail and rows[4].tasks is None
    assert [row.right for row in rows] == [1, 1, None, 2, None, 2]
    summary = json.loads((out / "summary.json").read_text())["runs"]
    assert [run["status"] for run in summary] == statuses(rows)
    assert (out / "summary.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ParameterError, match="--resume"):
        run_batch(plan, out)
    written = {path: path.stat().st_mtime_ns for path in out.glob("*/files/run.json")}
    mended.write_text("")
    reported.clear()
    again = run_batch(plan, out, resume=True, on_end=lambda run, state: reported.append(run.name))
    assert statuses(again) == ["done"] * 6
    assert reported[:4] == [rows[i].run for i in (0, 1, 3, 5)] and sorted(reported[4:]) == [
        rows[2].run,
        rows[4].run,
    ]
    assert {path: path.stat().st_mtime_ns for path in written} == written
    other = make_plan(grid={"number": range(2, 9)}, notebook=small)
    with pytest.raises(ParameterError, match="001-number-1, which is of another plan"):
        run_batch(other, out, resume=True)


@pytest.mark.parametrize(("cores", "given", "workers"), [(8, 0, 4), (1, None, 1), (8, 3, 3), (7, None, 3)])
def test_runs_at_the_same_time_share_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, given: int | None, workers: int
) -> None:
    """What papermill is given; workers of the plan stay."""
    path = tmp_path / "small.ipynb"
    path.write_text(notebook([f"{PARAMETERS}workers: int = 0"], [["parameters"]]))
    monkeypatch.setattr(batch, "Command", lambda *arguments, **options: None)
    monkeypatch.setattr(batch, "cores", lambda: cores)
    parameters = {} if given is None else {"workers": given}
    plan = make_plan(grid={"number": [1, 2, 3]}, parameters=parameters, notebook=path)
    batch._start(plan, plan.runs[0], tmp_path / "run")
    assert yaml.safe_load((tmp_path / "run" / "parameters.yaml").read_text())["workers"] == workers


@pytest.mark.slow
def test_a_run_that_takes_too_long_and_one_without_a_record(small: Path, tmp_path: Path) -> None:
    for seconds in (8, 40):  # on a machine that is busy the second may take longer than eight
        plan = make_plan(grid={"number": [7, 8]}, notebook=small, timeout=seconds)
        rows = run_batch(plan, tmp_path / str(seconds))
        if statuses(rows)[1] != "timeout":
            break
    assert statuses(rows) == ["timeout", "no record"]
    assert rows[0].detail == f"ended after {seconds} s" and "says nothing" in rows[1].detail
    assert descendants_of_this() == []


@pytest.mark.slow
def test_an_interrupt_ends_the_running_ones_and_keeps_what_is_done(small: Path, tmp_path: Path) -> None:
    plan = make_plan(grid={"number": [1, 7]}, notebook=small, jobs=1)

    def interrupt(run: Any, state: Any) -> None:
        threading.Timer(3, lambda: __import__("_thread").interrupt_main()).start()

    with pytest.raises(KeyboardInterrupt):
        run_batch(plan, tmp_path / "out", on_end=interrupt)
    assert descendants_of_this() == []
    state = json.loads((tmp_path / "out" / "001-number-1" / "state.json").read_text())
    assert state["status"] == "done" and state["parameters"] == {"number": 1}


def descendants_of_this() -> list[int]:
    """Processes that a batch left behind; they get a moment to go."""
    import os

    deadline = time.monotonic() + 10
    while (left := descendants(os.getpid())) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@pytest.mark.slow
def test_the_command(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    (tmp_path / "plan.yaml").write_text("notebook: small.ipynb\nruns: [{number: 2}]\n")
    given = [str(tmp_path / "plan.yaml"), "-o", str(tmp_path / "out"), "-p", "ids=00576224", "--jobs", "1"]
    assert module.main(parser.parse_args(given)) == 0
    printed = capsys.readouterr().out
    assert "1 runs, 1 at a time" in printed and "001: done in " in printed
    assert (tmp_path / "out" / "summary.txt").read_text() in printed
    given = yaml.safe_load((tmp_path / "out" / "001" / "parameters.yaml").read_text())
    assert given["ids"] == "00576224" and given["out"].endswith("001/files") and "resume" not in given
    with pytest.raises(ParameterError, match="plan: give a YAML file"):
        module.main(parser.parse_args(["-o", str(tmp_path / "x")]))


def test_a_plan_file_gives_the_runs_of_grid_chunks_and_list(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    small.write_text(notebook(["start = 0\ncount: int = 1\nengine: str = ''\nseed = 0"], [["parameters"]]))
    path.write_text(
        "notebook: small.ipynb\ntimeout: 5\njobs: 3\nparameters: {seed: 9}\n"
        "grid: {engine: [serial, process]}\nchunks: {tasks: 25, size: 10}\n"
        "runs: [{engine: thread, seed: 1}]\n"
    )
    plan = make_plan(path)
    assert (plan.notebook, plan.timeout, plan.jobs) == (small, 5.0, 3)
    runs = [run.parameters for run in plan.runs]
    assert runs[0] == {"seed": 9, "engine": "serial", "start": 0, "count": 10}
    assert [(run["engine"], run["start"], run["count"]) for run in runs[2:4]] == [
        ("serial", 20, 5),
        ("process", 0, 10),
    ]
    assert len(runs) == 7 and runs[6] == {"seed": 1, "engine": "thread"}
    assert plan.runs[0].name == "001-seed-9_engine-serial_start-0_count-10"
    assert len({run.digest for run in plan.runs}) == 7
    assert make_plan(path, timeout=7, jobs=1).timeout == 7.0


def test_the_digest_depends_on_parameters_and_notebook(small: Path) -> None:
    first = make_plan(grid={"number": [1, 2]}, notebook=small).runs
    assert make_plan(grid={"number": [1, 2]}, notebook=small).runs == first
    small.write_text(small.read_text() + " ")
    assert make_plan(grid={"number": [1, 2]}, notebook=small).runs[0].digest != first[0].digest


def test_values_are_checked_before_anything_runs() -> None:
    """Where the parameters are those of a run."""
    with pytest.raises(ParameterError, match=r"engine: one of .* was expected, not 'foo'"):
        make_plan(grid={"engine": ["serial", "foo"]})


#: a value of ten to the nine texts, by aliases
LAUGHS = "runs:\n- number:\n  - &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    [f"  - &{name} [{', '.join([f'*{chr(ord(name) - 1)}'] * 10)}]\n" for name in "bcdefghi"]
)


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("[1]", "expected names and values"),
        ("grid: {number: [1}", "is not YAML"),
        ("jobs: 1\njobs: 2", "plan.yaml: 'jobs' comes twice, line 1"),
        ("timeout: 5\nruns:\n- {number: 1, number: 2}", "plan.yaml: 'number' comes twice, line 3"),
        ("gird: {number: [1]}", "unknown 'gird'; known are .*; did you mean grid?"),
        ("grid: {number: 1}", "grid: number: expected a list of values, got 1"),
        ("grid: {number: []}", "grid: number: expected a list"),
        ("grid: {nummer: [1]}", "no parameter 'nummer'; did you mean number?"),
        ("parameters: {out: x}", "out: the batch gives this parameter"),
        ("parameters: 7", "parameters: expected names and values, got 7"),
        ("runs: [3]", "entry 1: expected names and values, got 3"),
        ("runs: {number: 3}", "runs: expected a list"),
        ("chunks: {tasks: 3}", "chunks: expected tasks and size, got tasks"),
        ("chunks: {tasks: 3, size: 0}", "chunks: size: expected a whole number above 0, got 0"),
        ("timeout: -1", "timeout: expected a finite number above 0, got -1"),
        ("timeout: soon", "timeout: expected a finite number above 0"),
        ("timeout: 1.0e+300", "timeout: expected at most 10000000, got 1e"),
        ("grid: {number: [2026-01-01]}", "number: expected text or a number, got .*quote text"),
        ("grid: &all {number: [*all]}", "number: expected text or a number"),
        (f"timeout: 5 #{'x' * (1 << 20)}", "characters, more than 1048576"),
        (f"grid: {{number: {'[' * 500}{']' * 500}}}", "number: expected text or a number"),
        (LAUGHS, r"number: expected text or a number, got \[\['x', "),
        ("parameters: {ids: " + "a" * 200_000 + "}\nchunks: {tasks: 9999, size: 1}", "ids: expected text"),
        ("parameters: {number: 0x" + "9" * 9000 + "}", "is not YAML|expected"),
        ("jobs: 1.5", "jobs: expected a whole number above 0, got 1.5"),
        ("grid: {number: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\nchunks: {tasks: 1001, size: 1}", "10010 runs"),
        ("chunks: {tasks: 1000000000, size: 1}", "1000000000 runs are more than 10000"),
        ("notebook: gone.ipynb", "notebook: .*gone.ipynb can't be read"),
    ],
)
def test_wrong_plans_are_refused(small: Path, tmp_path: Path, text: str, reported: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        text if "notebook" in text else f"{text}\nnotebook: small.ipynb" if text[0] != "[" else text
    )
    with pytest.raises(ParameterError, match=reported.replace("?", r"\?")):
        make_plan(path)


@pytest.mark.parametrize(
    "change", [{"seconds": "soon"}, {"seconds": None}, {"detail": 5}, {"status": ["done"]}]
)
def test_an_odd_state_counts_as_none(small: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    """The run is done again."""
    plan = make_plan(grid={"number": [1]}, notebook=small)
    folder = tmp_path / "out" / plan.runs[0].name
    folder.mkdir(parents=True)
    state = {"digest": plan.runs[0].digest, "status": "done", "detail": "", "seconds": 1.5}
    for value, number in ((state, 1), (state | change, 0)):
        (folder / "state.json").write_text(json.dumps(value))
        assert len(batch._earlier(plan, tmp_path / "out", True)) == number


def test_a_notebook_without_parameters_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.ipynb"
    path.write_text(notebook(["x = 1"]))
    with pytest.raises(ParameterError, match="no cell with the tag parameters"):
        notebook_parameters(path)
    with pytest.raises(ParameterError, match=r"gone\.yaml can't be read"):
        make_plan(tmp_path / "gone.yaml")


@pytest.mark.parametrize(
    "value",
    [
        {"cells": [1]},
        {"cells": [{"metadata": 5}]},
        {"cells": [{"metadata": {"tags": ["parameters"]}, "source": [1]}]},
        {"cells": [{"metadata": {"tags": ["parameters"]}, "source": ["x = ("]}]},
        {"cells": [{"metadata": {"tags": ["parameters"]}, "source": ["x = " + "-" * 9000 + "1"]}]},
    ],
)
def test_a_notebook_of_another_form_is_refused(tmp_path: Path, value: Any) -> None:
    (tmp_path / "odd.ipynb").write_text(json.dumps(value))
    with pytest.raises(ParameterError, match=r"odd\.ipynb can't be read as one"):
        notebook_parameters(tmp_path / "odd.ipynb")


@pytest.mark.parametrize(
    ("order", "reported"),
    [
        (["-p", "number=\x1b[31m"], r"number: '\\x1b\[31m' is not YAML"),
        (["-p", "number=!!python/name:os.system"], "is not YAML"),
        (["-p", "number=2026-01-01"], "number: expected text or a number"),
        (["--grid", "number=" + "1," * 10_000], "grid: 10001 runs are more than 10000"),
    ],
)
def test_wrong_values_of_the_command_line_are_one_line(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], order: list[str], reported: str
) -> None:
    given = ["batch", "-o", str(tmp_path / "out"), "--notebook", str(small), *order]
    assert main(given) == 2
    errors = capsys.readouterr().err
    assert re.search(reported, errors) and errors.count("\n") == 1


def test_texts_of_the_command_line_have_the_notebook_s_types(small: Path) -> None:
    types = notebook_parameters(small)
    assert types == {"number": "int", "ids": "str", "mended": "str", "out": "str"}
    assert typed_text("ids", "00576224", types) == "00576224"
    assert typed_text("number", "7", types) == 7
    assert typed_text("flag", "false", {"flag": "bool"}) is False
    assert parse_chunks("40/10") == {"tasks": 40, "size": 10}
    for wrong in ("40", "0/1", "a/b"):
        with pytest.raises(ParameterError, match="expected TASKS/SIZE"):
            parse_chunks(wrong)


def record(folder: Path, wall: float, cpu: float, task: str = "a", compare: str = "serial") -> None:
    """A run record with these times."""
    folder.mkdir(parents=True)
    value = bare_record({"load": 1.0, "total": wall}, {task: [True, False, None]}, cpu)
    value["params"] |= {"compare": compare}
    (folder / "run.json").write_text(json.dumps(value))


def test_a_row_has_score_time_and_both_speedups(tmp_path: Path) -> None:
    record(tmp_path / "one", 2.0, 3.0)
    record(tmp_path / "one" / "compared_serial", 5.0, 5.0)
    row = make_row("one", tmp_path / "one")
    assert (row.tasks, row.right, row.known, row.wall) == (1, 1, 2, 2.0)
    assert (row.parallelism, row.speedup, row.workers) == (1.5, 2.5, 2)
    assert dict(zip(COLUMNS, row.cells, strict=True))["workers"] == 2
    for name, task, compare in (
        ("other", "b", "serial"),
        ("stale", "a", ""),
    ):  # a second run of an earlier one
        record(tmp_path / name, 2.0, 3.0, compare=compare)
        record(tmp_path / name / "compared_serial", 5.0, 5.0, task)
        assert make_row(name, tmp_path / name).speedup is None
    assert make_row("two", tmp_path / "two").cells == ("two", "unreadable", *("-",) * 7, "")


def test_the_summary_is_the_same_for_the_same_rows(tmp_path: Path) -> None:
    from matplotlib.colors import to_rgba

    rows = [
        BatchRow("001-a", "done", "", {"x": 1}, 3, 2, 3, 4.0, 1.9, 1.7),
        BatchRow("002-b $x$", "failed", "ValueError: no", {"x": 2}),
    ]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    text = write_summary(tmp_path / "one", rows)
    assert write_summary(tmp_path / "two", rows) == text
    assert "001-a" in text and "ValueError: no" in text
    for suffix in ("json", "txt", "png"):
        name = f"summary.{suffix}"
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    left, middle, right = summary_figure([replace(row, speedup=None) for row in rows]).axes
    assert [axes.get_title("left") for axes in (left, middle, right)] == ["Score", "Time", "Speed-up"]
    colors = {handle.get_label(): handle.get_facecolor() for handle in right.get_legend().legend_handles}
    assert colors["serial ÷ wall"] == to_rgba(ORANGE)
    assert "failed" in [text.get_text().strip() for text in left.texts]
