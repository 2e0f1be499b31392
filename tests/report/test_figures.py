"""The figures of a run hold the numbers of its record; what the notebook prints and shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import Run
from kaggle_batt.draw.render import figure_of
from kaggle_batt.draw.table import Table
from kaggle_batt.pipeline.compare import Difference
from kaggle_batt.report import figures, notebook
from kaggle_batt.report.summary import summary
from tests.draw.test_charts import assert_all_text_is_inside, legend, lengths, y_names
from tests.runs import go

SOLVED, MISSED = "007bbfb7", "00d62c1b"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return go(tmp_path_factory.mktemp("report") / "run", mutants=20)


def test_phases_are_the_runs_walls_beside_the_serial_ones(run: Run) -> None:
    assert lengths(figures.phases(run)) == [list(run.walls.values())]
    figure = figures.phases(run, run)
    assert lengths(figure) == [list(run.walls.values())] * 2
    assert legend(figure) == ["serial", "parallel"] and y_names(figure) == list(run.walls)


def test_speedups_leave_short_phases_out(run: Run) -> None:
    times = [time for time in run.times if time.wall >= figures.NOISE]
    figure = figures.speedup(run, run)
    assert lengths(figure) == [[1.0] * len(times), [time.parallelism for time in times]]
    assert {line.get_xdata()[0] for line in figure.axes[0].lines} == {1}
    assert lengths(figures.speedup(run)) == lengths(figure)[1:]
    assert figure.axes[0].get_title() == "Speed-up of each phase (workers: 1)"
    assert run.timing_table().splitlines()[-1] == "workers: 1"


def test_every_job_of_the_phases_is_in_its_chart(run: Run) -> None:
    (demo,) = [time for time in run.times if time.phase == "score demo"]
    figure = figures.jobs(run, ["score demo", "filter"])
    assert figure.axes[0].get_title() == "Jobs by worker: score demo"
    assert sum(len(part.get_paths()) for part in figure.axes[0].collections) == len(demo.spans)
    assert min(part.get_paths()[0].vertices[:, 0].min() for part in figure.axes[0].collections) >= 0


def test_candidates_count_all_and_draw_the_first(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = run.record["tasks"]
    before = [task["candidates"] for task in tasks.values()]
    after = [task["distinct"] for task in tasks.values()]
    figure = figures.candidates(run)
    totals = (
        f"{sum(before):,} answers (program and grid), {run.record['candidates']['after']:,} distinct programs"
    )
    totals += f", {sum(after):,} programs summed over tasks"
    assert figure.axes[0].get_title() == f"Candidates of each task\n{totals}"
    assert lengths(figure) == [before, after]
    assert totals in summary(run).splitlines()[1] and totals in run._repr_html_()
    monkeypatch.setattr(figures, "MAX_TASKS", 3)
    figure = figures.candidates(run)
    assert figure.axes[0].get_title() == f"Candidates of the first 3 of 10 tasks\n{totals}"
    assert lengths(figure) == [before[:3], after[:3]]


def test_large_counts_break_the_title(run: Run) -> None:
    record = dict(run.record["candidates"], before=10**9, after=10**7)
    figure = figures.candidates(Run({**run.record, "candidates": record}, run.folder, run.tasks))
    assert figure.axes[0].get_title().count("\n") == 2
    assert_all_text_is_inside(figure)


def test_tables_and_maps_of_scores_hold_the_records_scores(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = run.record["tasks"][SOLVED]
    md5, program = next(iter(task["programs"].items()))
    first = next(row for row in figures.o_scores(run).rows if row[0] == SOLVED)
    score = task["o_score"][md5]
    assert first[:6] == (SOLVED, program["name"], score["demo"], task["demo"], score["test"], task["test"])
    monkeypatch.setattr(figures, "heat_map", lambda *given: given)
    rows, columns, values, _ = figures.d_scores(run)
    column = columns.index(f"{SOLVED} {program['name']}")
    for differ, line in zip(rows, values, strict=True):
        assert line[column] == tuple(task["d_score"][md5][differ].values())
    rows, columns, values, _ = figures.s_scores(run)
    for differ, line in zip(rows, values, strict=True):
        iz, zo, _ = line[columns.index(SOLVED)]
        sides = task["s_score"][differ]
        assert (iz, zo) == (sum(sides["iz"].values()), sum(sides["zo"].values()))
    failed = [scores["failing_differ"]["failed"] for scores in task["d_score"].values()]
    assert values[rows.index("failing_differ")][columns.index(SOLVED)][2] == sum(failed)


def test_confidence_is_sorted_and_of_the_searched_tasks() -> None:
    task: dict[str, Any] = {"solved": [True, None], "test": 2, "demo": 3, "o_score": {"a": {"demo": 3}}}
    found = {"kind": "map", "answers": 2, "passes": 1}
    searched = {"x": {**found, "confidence": 40}, "y": {**found, "confidence": 90}}
    record = {"searched": searched, "tasks": {"x": task, "y": {**task, "solved": [None, None]}}}
    assert figures.confidence(Run(record, Path(), {})).rows == [
        ("y", 90, "map", 2, 1, "hidden", 2, 1),
        ("x", 40, "map", 2, 1, 1, 2, 1),
    ]


def test_tasks_show_the_runs_predictions(run: Run) -> None:
    (answers,) = figures.predicted(run, SOLVED)
    group = figures.task(run, SOLVED).groups[-1]
    assert [picture.rows for picture in group.columns[1]] == answers
    (group,) = figures.predictions(run, SOLVED).groups
    assert [column[0].rows for column in group.columns[2:]] == answers
    solved = [any(run.record["tasks"][name]["solved"]) for name in figures.first_tasks(run, 99)]
    assert solved == sorted(solved, reverse=True) and len(figures.first_tasks(run, 4)) == 4


def test_no_text_of_a_figure_is_cut_off(run: Run) -> None:
    for view in (figures.o_scores, figures.confidence):
        assert_all_text_is_inside(figure_of(view(run)))
    charts = (figures.phases, figures.speedup, figures.jobs, figures.candidates)
    for chart in (*charts, figures.d_scores, figures.s_scores):
        assert_all_text_is_inside(chart(run))


def test_show_displays_figures_and_prints_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    notebook.show(lambda: Table(("a",), [(1,)]))
    assert shown[0]._repr_png_().startswith(b"\x89PNG")

    def broken() -> None:
        raise ValueError("no such run")

    notebook.show(broken)
    assert (
        len(shown) == 1 and "broken could not be drawn: ValueError('no such run')" in capsys.readouterr().err
    )


def test_the_notebooks_lines(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    right, known = run.solved
    assert notebook.submission_verdict(run) == (
        f"submission.json is valid: 10 tasks; {right} of {known} known test outputs right with two answers"
    )
    assert notebook.verdict(run, run, []).startswith("EQUAL: serial and serial")
    unlike = [Difference(("not_done",), [], ["x"]), Difference(("tasks", SOLVED, "demo"), 3, 4)]
    with pytest.raises(notebook.Unequal, match=r"differ in 2 places\nsame parameters.*\nnot_done: 1"):
        notebook.verdict(run, run, unlike)
    with pytest.raises(notebook.Unequal, match="solve_x"):
        notebook.verdict(Run({**run.record, "broken": ["solve_x"]}, run.folder, run.tasks), None, [])
    lines = notebook.files_written(run).splitlines()
    assert lines[0] == f"in {run.folder}:"
    assert any(line.split() == ["run.json", "1"] for line in lines)
    params = notebook.parameters({"seed": 3, "engine": "serial", "unrelated": 1})
    assert params.seed == 3 and "engine" in capsys.readouterr().out


def test_the_summary_counts_what_the_record_counts(run: Run) -> None:
    counts, (right, known) = run.record["candidates"], run.solved
    lines = summary(run).splitlines()
    assert lines[1].endswith(f"of {counts['tried']} distinct programs tried, {counts['kept']} kept")
    assert any(line.startswith("failures: ") and "error" in line for line in lines)
    assert f"submission: {right} of {known} known test outputs right with two answers" in lines
