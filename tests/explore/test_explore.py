"""Exploring a run without a browser: choices, table, stepper, edits, figures, widgets, other runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import Run
from kaggle_batt.batch.results import BatchRow, write_summary
from kaggle_batt.draw.render import figure_of
from kaggle_batt.errors import BatteryError, ParameterError, ProgramError, StoreError
from kaggle_batt.explore import Explorer, pages, runs, widgets
from kaggle_batt.explore.candidates import COLUMNS, PAGE
from kaggle_batt.explore.trial import verdict
from kaggle_batt.explore.widgets import CHARACTER, TABS, ExplorerWidgets, RunsWidgets
from kaggle_batt.pipeline.scores import cells_right, grid_text
from kaggle_batt.programs.battery_file import load_battery
from kaggle_batt.tasks.drawing import drawing_svg
from kaggle_batt.tasks.picture import RED
from tests.draw.test_charts import assert_all_text_is_inside
from tests.runs import bare_record, environment, go

TASK, OTHER = "007bbfb7", "44f52bb0"
FAILING = "def solve(I):\n    x1 = hmirror(I)\n    x2 = first(x1)\n    O = vmirror(x2)\n"
ENDLESS = "def solve(I):\n    x1 = upscale(I, TEN)\n    x2 = objects(x1, T, F, F)\n    O = fill(I, ONE, x2)\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return go(tmp_path_factory.mktemp("explore") / "first", mutants=40)


@pytest.fixture
def explorer(run: Run) -> Explorer:
    return Explorer(run)


# -- choosing


def test_it_opens_at_the_first_task_and_its_best_program(run: Run) -> None:
    for given in (run, run.folder, str(run.folder / "run.json")):
        explorer = Explorer(given)
        assert explorer.name == next(iter(run.tasks)) and explorer.sample_key == ("demo", 0)
        assert explorer.row == explorer.rows(explorer.name)[0]
        assert explorer.program.md5 == explorer.row.md5 and not explorer.edited
    assert Explorer(run, OTHER).name == OTHER


def test_a_program_in_words_of_a_module_is_shown_by_its_record(run: Run, tmp_path: Path) -> None:
    """Only the module has its words, so there are no steps; outputs and scores are the recorded ones."""
    shutil.copytree(run.folder, tmp_path / "run")
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    programs = [program for task in record["tasks"].values() for program in task.get("programs", {}).values()]
    for program in programs:
        program["text"] = "def solve(I):\n    t1 = vm(I)\n    return t1\n"
    (tmp_path / "run" / "run.json").write_text(json.dumps(record))
    known, explorer = Explorer(run), Explorer(tmp_path / "run")
    assert "only its module has its words" in explorer.error and "'vm'" in explorer.error
    assert explorer.row and known.row and explorer.row.md5 == known.row.md5
    assert explorer.outcomes == known.outcomes
    for view in (pages.candidates_page, pages.step_figure, pages.filmstrip, pages.difference_page):
        view(explorer)
    for view in (pages.samples_page, pages.graph_page):
        view(explorer.near_miss())


def test_what_does_not_exist_is_refused_and_nothing_changes(explorer: Explorer) -> None:
    before = (explorer.name, explorer.sample_key, explorer.row, explorer.text)
    with pytest.raises(ParameterError, match="no task 'xyz'"):
        explorer.choose_task("xyz")
    with pytest.raises(ParameterError, match="no sample test/7"):
        explorer.choose_sample(("test", 7))
    assert (explorer.name, explorer.sample_key, explorer.row, explorer.text) == before


def test_every_recorded_program_gives_when_walked_what_the_record_says(explorer: Explorer) -> None:
    walked = 0
    for name in explorer.names:
        explorer.choose_task(name)
        for row in explorer.rows(name):
            explorer.choose_row(row)
            for key in explorer.keys:
                explorer.choose_sample(key)
                outcome, steps = explorer.outcome, explorer.walk.steps
                assert outcome is not None
                if outcome.failure is not None and steps and steps[-1].failure is not None:
                    assert outcome.failure == steps[-1].failure
                elif outcome.failure is None and steps:
                    assert grid_text(steps[-1].value.rows) == grid_text(outcome.grid)
                walked += 1
    assert walked > 300


def test_a_row_says_what_the_record_says(run: Run, explorer: Explorer) -> None:
    task = run.record["tasks"][TASK]
    for rank, row in enumerate(explorer.rows(TASK), 1):
        program = task["programs"][row.md5]
        assert (row.rank, row.name, row.steps, row.parent) == (
            rank,
            program["name"],
            program["steps"],
            program["parent"],
        )
        assert (row.demo, row.test) == (task["o_score"][row.md5]["demo"], task["o_score"][row.md5]["test"])
        assert row.iz == sum(score["iz"] for score in task["d_score"][row.md5].values())
        for differ, sides in task["s_score"].items():
            assert (
                row.value("s_iz", differ) == sides["iz"][row.md5]
                and row.value("s_zo", differ) == sides["zo"][row.md5]
            )
        outputs = [(program["outputs"][f"demo/{n}"], s.output) for n, s in enumerate(run.tasks[TASK].demo)]
        shares = [cells_right(got, grid_text(known)) for got, known in outputs if got is not None]
        assert row.near == pytest.approx(sum(shares) / len(outputs), abs=0.0006)


def test_a_program_of_another_task_takes_its_task_along(explorer: Explorer) -> None:
    row = explorer.rows(OTHER)[2]
    explorer.choose_row(row)
    assert (explorer.name, explorer.row, explorer.program.md5) == (OTHER, row, row.md5)


def test_near_miss_is_the_nearest_program_that_does_not_fit(explorer: Explorer) -> None:
    found = explorer.near_miss().row
    rows = [row for name in explorer.names for row in explorer.rows(name) if row.demo < row.demos]
    assert found is not None and found.demo < found.demos
    assert all((row.demo / row.demos, row.near) <= (found.demo / found.demos, found.near) for row in rows)


def test_listeners_are_called_after_every_change(explorer: Explorer) -> None:
    changes: list[str] = []
    explorer.listeners.append(changes.append)
    explorer.choose_task(OTHER)
    explorer.choose_sample(("test", 0))
    explorer.choose_row(explorer.rows(OTHER)[1])
    explorer.go(1)
    explorer.edit("def solve(I):\n    O = rot90(I)\n")
    explorer.arrange(sort="steps")
    explorer.turn(1)
    explorer.undo()
    assert changes == ["task", "sample", "program", "step", "program", "table", "table", "program"]


# -- the table


def test_the_table_sorts_by_every_column_both_ways(explorer: Explorer) -> None:
    explorer.choose_every_task(True)
    table = explorer.candidates
    assert len(table.rows) == sum(len(explorer.rows(name)) for name in explorer.names)
    for column in COLUMNS:
        for descending in (False, True):
            explorer.arrange(sort=column, descending=descending)
            values = [row.value(column, table.order["differ"]) for row in table.found]
            there = [v for v in values if v is not None]
            assert there == sorted(there, reverse=descending) and values[len(there) :] == [
                None
            ] * values.count(None)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("o>=1", lambda row: row.demo >= 1),
        ("steps<20 calls!=1", lambda row: row.steps < 20 and row.calls != 1),
        ("near>0.5", lambda row: row.near > 0.5),
        ("s_iz=6", lambda row: row.value("s_iz", "failing_differ") == 6),
        (f"name=solve_{TASK}", lambda row: row.name == f"solve_{TASK}"),
        ("UPSCALE", lambda row: "upscale" in row.words),
        ("parent!=", lambda row: row.parent is not None),
        ("", lambda row: True),
    ],
)
def test_the_table_filters(explorer: Explorer, text: str, holds: Any) -> None:
    explorer.choose_every_task(True)
    explorer.arrange(differ="failing_differ", filter=text)
    found = [row for row in explorer.candidates.rows if holds(row)]
    assert explorer.candidates.found == sorted(found, key=lambda row: row.rank) and found


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"filter": "colour>3"}, "no column 'colour': the columns are rank, task, o"),
        ({"filter": "o>="}, "o>=: a number was expected, not ''"),
        ({"sort": "beauty"}, "no column 'beauty'"),
    ],
)
def test_a_wrong_filter_or_order_is_reported_and_changes_nothing(
    explorer: Explorer, how: dict[str, str], message: str
) -> None:
    explorer.arrange(filter="o>=0", sort="steps")
    before = (explorer.candidates.found, explorer.candidates.order)
    with pytest.raises(ParameterError, match=re.escape(message)):
        explorer.arrange(**how)
    assert (explorer.candidates.found, explorer.candidates.order) == before


def test_pages_hold_every_row_once(explorer: Explorer) -> None:
    explorer.choose_every_task(True)
    table = explorer.candidates
    seen = []
    for page in range(table.pages):
        explorer.turn(page)
        assert 0 < len(table.page_rows) <= PAGE
        seen += table.page_rows
    assert seen == table.found
    explorer.turn(10_000)
    assert table.page == table.pages - 1
    explorer.turn(-3)
    assert table.page == 0
    explorer.arrange(filter="nosuchword")
    assert (table.pages, table.page_rows, table.summary()[:11]) == (1, [], "rows 0–0 of")


def test_lines_have_one_width_and_the_columns_in_order(explorer: Explorer) -> None:
    head, *lines = explorer.candidates.table().lines()
    assert head.split() == list(COLUMNS)
    assert {len(line) for line in lines} == {len(head)}
    first = explorer.candidates.page_rows[0]
    assert f"{first.demo}/{first.demos}" in lines[0] and first.md5[:8] in lines[0]


# -- steps


def test_the_stepper_stays_within_the_calls_made(explorer: Explorer) -> None:
    explorer.edit(FAILING)
    assert [step.variable for step in explorer.walk.steps] == ["x1", "x2", "O"]
    explorer.go(99)
    assert explorer.step == 2 and explorer.current is not None and explorer.current.failure is not None
    explorer.go(-1)
    assert explorer.step == 0


def test_a_value_lies_on_the_grid_it_was_found_in(explorer: Explorer) -> None:
    explorer.edit(
        "def solve(I):\n    x1 = upscale(I, TWO)\n    x2 = objects(x1, T, F, F)\n    x3 = argmax(x2, size)\n"
        "    x4 = shift(x3, DOWN)\n    x5 = ofcolor(I, ZERO)\n    x6 = paint(x1, x4)\n"
        "    O = fill(x6, ONE, x5)\n"
    )
    grounds = dict(zip([step.source for step in explorer.walk.steps], explorer.walk.grounds, strict=True))
    large = explorer.walk.steps[0].value
    small = explorer.walk.given["I"]
    on = {source.split("(")[0]: ground for source, ground in grounds.items()}
    assert on["objects"] == on["argmax"] == on["shift"] == large
    assert on["ofcolor"] == small


def test_what_went_into_a_call_is_named_once(explorer: Explorer) -> None:
    explorer.edit("def solve(I):\n    x1 = hconcat(I, I)\n    x2 = rbind(vconcat, I)\n    O = x2(x1)\n")
    walk = explorer.walk
    names = {step.variable: [name for name, _, _ in walk.args(n)] for n, step in enumerate(walk.steps)}
    assert names == {"x1": ["I"], "x2": ["I"], "O": ["x1", "x2"]} or names["O"] in (
        ["x2", "x1"],
        ["x1", "x2"],
    )
    assert all(len(set(found)) == len(found) for found in names.values())


# -- edits


def test_an_edit_is_run_on_every_sample(explorer: Explorer) -> None:
    best = explorer.text
    explorer.choose_row(explorer.rows(TASK)[-1])
    explorer.edit(best)
    assert explorer.edited and all(outcome.right for outcome in explorer.outcomes.values())
    assert verdict(explorer.task, explorer.outcomes) == "demos 5 of 5 right · tests 1 of 1 right"
    explorer.undo()
    assert not explorer.edited


def test_an_edit_that_fails_says_where_and_why(explorer: Explorer) -> None:
    explorer.edit(FAILING)
    outcome = explorer.outcomes[("demo", 0)]
    assert outcome.failure is not None and outcome.failure.detail.startswith("O: vmirror(")
    assert verdict(explorer.task, explorer.outcomes) == (
        "demos 0 of 5 right (error on 1, 2, 3, 4, 5) · tests 0 of 1 right (error on 1)"
    )
    explorer.edit("def solve(I):\n    O = size(I)\n")
    failure = explorer.outcomes[("demo", 0)].failure
    assert failure is not None and failure.detail == "the value is no answer grid but Integer"


def test_an_edit_is_cut_by_its_budget_once(run: Run) -> None:
    explorer = Explorer(run, TASK, budget=100)
    explorer.edit(ENDLESS)
    assert list(explorer.outcomes) == [("demo", 0)]
    failure = explorer.outcomes[("demo", 0)].failure
    assert failure is not None and failure.kind == "limit"
    assert "limit on 1; not run on 2, 3, 4, 5" in verdict(explorer.task, explorer.outcomes)
    explorer.choose_sample(("demo", 3))
    assert explorer.outcome is None and explorer.walk.failed
    assert "not run" in drawing_svg(pages.difference_page(explorer).drawing())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def solve(I):\n    O = mirror(I)\n", "line 2: 'mirror' is neither set before nor in the language"),
        ("def solve(I):\n    O = hmirror(I, I)\n", "line 2: hmirror takes 1 arguments, not 2"),
        ("def solve(I:\n", "line 1: not the language's syntax"),
        ("", "one function was expected, the text has 0"),
        ("import os\n", "one function was expected, the text has 0"),
        ("def differ(S, I, C):\n    return astuple(ZERO, C)\n", "a solver was expected"),
    ],
)
def test_a_text_that_is_no_program_is_reported_and_the_last_program_stays(
    explorer: Explorer, text: str, message: str
) -> None:
    program = explorer.program
    explorer.edit(text)
    assert explorer.error.startswith(message) and explorer.program is program and explorer.text == text
    with pytest.raises(ProgramError, match="not saved"):
        explorer.save("anywhere.py")
    assert message[:20] in pages.verdict_page(explorer).replace("&#x27;", "'")


def test_saved_edits_are_read_back_as_a_battery(explorer: Explorer, tmp_path: Path) -> None:
    path = tmp_path / "sub" / "mine.py"
    texts = [
        "def solve(I):\n    O = rot90(I)\n",
        "def solve(I):\n    return I\n",
        "def solve(S, I):\n    x = first(S)\n    O = last(x)\n",
    ]
    for text in texts:
        explorer.edit(text)
        assert "saved as solve_007bbfb7" in explorer.save(path)
    explorer.edit(texts[0])
    assert explorer.save(path, "solve_other") == f"{path} has this program already, as solve_007bbfb7"
    assert [entry.program.text for entry in load_battery(path).entries] == [
        "def solve(I):\n    O = rot90(I)\n    return O\n",
        "def solve(I):\n    return I\n",
        "def solve(S, I):\n    x1 = first(S)\n    O = last(x1)\n    return O\n",
    ]


@pytest.mark.parametrize("name", ["", "not a name", "class", "differ_x", "1st"])
def test_a_name_that_is_none_is_refused(explorer: Explorer, tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="a name for a solver function"):
        explorer.save(tmp_path / "mine.py", name or " ")
    assert not (tmp_path / "mine.py").exists()


def test_a_file_of_something_else_is_left_alone(explorer: Explorer, tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("import os\nprint(os)\n")
    (tmp_path / "batt.txt").write_text("# kaggle_batt battery, format 1\n# end of battery, programs: 0\n")
    for name in ("code.py", "batt.txt"):
        before = (tmp_path / name).read_text()
        with pytest.raises(BatteryError):
            explorer.save(tmp_path / name)
        assert (tmp_path / name).read_text() == before
    with pytest.raises(StoreError):
        explorer.save(tmp_path / "code.py" / "mine.py")


# -- pages, figures, widgets


def test_pages_show_every_kind_of_program(explorer: Explorer) -> None:
    texts = [explorer.text, FAILING, "def solve(I):\n    return I\n", ENDLESS]
    for text in texts:
        explorer.edit(text)
        for page in FIGURES:
            assert page(explorer).html().startswith(("<div", "<img"))
        assert pages.verdict_page(explorer).startswith("<div")
    explorer.edit(FAILING)
    explorer.go(2)
    assert "O: vmirror(" in drawing_svg(pages.step_page(explorer).drawing())
    assert "fails" in pages.source_page(explorer).html()


def test_pages_show_hidden_answers(run: Run) -> None:
    from dataclasses import replace

    task = run.tasks[TASK]
    hidden = replace(task, test=tuple(replace(sample, output=None) for sample in task.test))
    explorer = Explorer(Run(run.record, run.folder, {**run.tasks, TASK: hidden}), TASK)
    explorer.choose_sample(("test", 0))
    assert explorer.outcome is not None and explorer.outcome.right is None
    assert "hidden" in drawing_svg(pages.difference_page(explorer).drawing())
    assert "answers hidden" in pages.verdict_page(explorer)
    assert figure_of(pages.samples_page(explorer)) and figure_of(pages.task_page(explorer))


FIGURES: list[Any] = [
    pages.task_page, pages.candidates_page, pages.step_figure, pages.step_page, pages.source_page,
    pages.filmstrip, pages.difference_page, pages.samples_page, pages.graph_page,
]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", FAILING, "def solve(I):\n    return I\n", pytest.param(ENDLESS, marks=pytest.mark.slow)]
)
def test_figures_show_every_kind_of_program_and_no_text_is_cut_off(explorer: Explorer, text: str) -> None:
    if text:
        explorer.edit(text)
    explorer.go(1)
    for figure in FIGURES:
        assert_all_text_is_inside(figure_of(figure(explorer)))


def test_a_long_program_is_shown_around_the_call_that_is_looked_at(explorer: Explorer) -> None:
    lines = "".join(f"    x{n} = vmirror({'I' if n == 1 else f'x{n - 1}'})\n" for n in range(1, 151))
    explorer.edit(f"def solve(I):\n{lines}    return x150\n")
    explorer.go(70)
    figure = figure_of(pages.step_figure(explorer))
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"    … 58 calls above", "    … 67 calls below"} <= set(texts)
    assert (
        "… 58 calls above" in pages.source_page(explorer).html()
        and "x71 = " in pages.source_page(explorer).html()
    )
    for place in (0, 149):
        explorer.go(place)
        assert pages.source_page(explorer).html().count(" = vmirror(") == 25
        assert ("calls above" in pages.source_page(explorer).html()) == (place == 149)
    explorer.go(70)
    assert_all_text_is_inside(figure)
    assert "first 70 of 150 calls" in pages.filmstrip(explorer).heading


def test_the_widgets_follow_the_explorer_and_the_other_way_round(explorer: Explorer, tmp_path: Path) -> None:
    view = ExplorerWidgets(explorer, str(tmp_path / "mine.py"))
    view.task.value = OTHER
    assert (
        explorer.name == OTHER and view.text.value == explorer.text and "44f52bb0" in view.rows.options[0][0]
    )
    view.rows.index = 2
    assert explorer.row == explorer.candidates.page_rows[2]
    view.sample.value = ("test", 0)
    assert explorer.sample_key == ("test", 0)
    explorer.choose_task(TASK)
    assert (view.task.value, view.sample.value, view.rows.index) == (TASK, ("demo", 0), 0)
    view.slider.value = 3
    view.next.click()
    assert explorer.step == 3 and view.slider.value == 4 and "call 4 of 7" in view.value.value
    view.previous.click()
    assert explorer.step == 2
    view.tabs.selected_index = TABS.index("edit and run")
    view.text.value = "def solve(I):\n    O = rot90(I)\n"
    assert (
        explorer.program.size == 1
        and "edited program" in view.verdict.value
        and f'alt="edited program, md5 {explorer.program.md5[:8]}' in view.trial_page.value
    )
    view.text.value = "def solve(I)"
    assert "no program" in view.trial.value and view.trial_page.value == ""
    view.save.click()
    assert "not saved" in view.saved.value
    view.undo.click()
    view.save.click()
    assert f"saved as solve_{TASK}" in view.saved.value and len(load_battery(tmp_path / "mine.py")) == 1
    view.tabs.selected_index = TABS.index("graph")
    assert view.graph.value.startswith("<img")


def test_the_tables_widgets(explorer: Explorer) -> None:
    view = ExplorerWidgets(explorer)
    view.every.value = True
    assert len(explorer.candidates.rows) > PAGE and view.back.disabled and not view.on.disabled
    view.on.click()
    assert explorer.candidates.page == 1 and "page 2 of" in view.summary.value
    view.sort.value, view.descending.value = "steps", True
    assert explorer.candidates.found[0].steps == max(row.steps for row in explorer.candidates.rows)
    view.filter.value = "steps>"
    assert "a number was expected" in view.table_error.value
    view.filter.value = "steps>1000000"
    assert view.table_error.value == "" and view.rows.options == () and view.rows.index is None


def test_head_and_rows_of_the_table_are_as_wide_as_their_text_and_scroll_together(explorer: Explorer) -> None:
    view = ExplorerWidgets(explorer)
    (lines,) = [box for box in boxes(view.box) if view.rows in box.children]
    assert view.head in lines.children and lines.layout.overflow == "auto"
    characters = max(map(len, explorer.candidates.table().lines()))
    assert view.head.layout.width == view.rows.layout.width
    assert float(view.head.layout.width.removesuffix("px")) >= CHARACTER * characters
    for part in (view.source, view.text):
        (pane,) = [box for box in boxes(view.box) if part in box.children]
        assert pane.layout.overflow == "auto"


def boxes(widget: Any) -> list[Any]:
    """The boxes of a widget, itself included."""
    children = getattr(widget, "children", ())
    return [widget, *[box for child in children for box in boxes(child)]] if children else []


def test_nothing_that_a_program_says_is_markup(explorer: Explorer) -> None:
    explorer.edit("def solve(I):\n    O = <b>(I)\n")
    assert "<b>(" not in pages.verdict_page(explorer)
    assert pages.error_html("<script>") == f'<div style="color:{RED}">&lt;script&gt;</div>'


MARKUP = "<img src=x onerror=alert(1)>"


def values_of(widget: Any) -> list[str]:
    """What the HTML widgets of a box show."""
    children = [text for child in getattr(widget, "children", ()) for text in values_of(child)]
    return [*children, widget.value] if type(widget).__name__ == "HTML" else children


def test_no_name_or_message_is_markup(run: Run, tmp_path: Path) -> None:
    """Names, sources, differs, faults and folders of a record, what is typed in, in every tab and table."""
    record = json.loads(json.dumps(run.record))
    record["differs"] = {f"{MARKUP}{name}": value for name, value in record["differs"].items()}
    record["fault"] = MARKUP
    record["params"]["battery"] = record["params"]["scheduler"] = MARKUP
    for task in record["tasks"].values():
        for program in task["programs"].values():
            program.update(name=f"{MARKUP}{program['name']}", source=MARKUP, parent=MARKUP)
    folder = tmp_path / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(record))
    view = ExplorerWidgets(Explorer(folder), str(tmp_path / f"{MARKUP}.py"))
    runs_view = RunsWidgets([folder, run.folder])
    runs_view.compare.click()
    for text in ("def solve(I):\n    O = rot90(I)\n", f"def solve(I):\n    O = {MARKUP}(I)\n"):
        view.text.value = text
        view.filter.value = f"{MARKUP}>=1"
        view.name.value = MARKUP
        view.save.click()
        for place in range(len(TABS)):
            view.tabs.selected_index = place
            shown = [*values_of(view.box), *values_of(runs_view.box)]
            assert MARKUP not in "".join(shown) and "<img src=x" not in "".join(shown)
    assert "&lt;img src=x" in "".join(shown)


def test_without_a_front_end_no_widget_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert not widgets.has_front_end()
    widgets.show_widgets(lambda: pytest.fail("made"))
    assert "figures below show the same" in capsys.readouterr().out


def test_importing_the_explorer_loads_neither_widgets_nor_plots() -> None:
    modules = "kaggle_batt.explore.runs, kaggle_batt.explore.pages"
    code = f"import sys, {modules}; print([name in sys.modules for name in ('ipywidgets', 'matplotlib')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment())
    assert done.stdout.strip() == "[False, False]", done.stderr


# -- runs


def test_a_run_and_itself_are_equal(run: Run) -> None:
    pair = runs.RunPair(run.folder, run.folder)
    assert pair.verdict().startswith("EQUAL")
    assert pair.settings().rows == [("folder", str(run.folder), str(run.folder))]


def test_two_runs_side_by_side(run: Run, tmp_path: Path) -> None:
    other = go(tmp_path / "other", mutants=40, seed=5)
    pair = runs.RunPair(run.folder, other.folder)
    assert "battery md5" in [row[0] for row in pair.settings().rows]
    assert ("seed", 0, 5) in pair.settings().rows and ("budget", 100, 100) not in pair.settings().rows
    assert [row[0] for row in pair.times().rows] == [time.phase for time in run.times]
    assert pair.times().rows[-1][1:3] == (run.walls["total"], other.walls["total"])
    rows = {row[0]: row for row in pair.scores().rows}
    task = run.record["tasks"][TASK]
    assert rows[TASK][1] == sum(task["solved"]) and rows[TASK][7] == task["candidates"]
    first, second, third = pair.verdict().splitlines()[:3]
    assert first.startswith("NOT EQUAL: run A and run B differ in ")
    assert (second, third) == ("settings that differ:", "  params / seed: 0 ≠ 5")
    for table in (pair.settings(), pair.times(), pair.scores()):
        assert_all_text_is_inside(figure_of(table))
    assert_all_text_is_inside(pair.walls())


def test_runs_of_unlike_shape_are_shown_as_far_as_they_go(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(bare_record({"total": 1.0}, {"x": []}, 1.0)))
    pair = runs.RunPair(run.folder, tmp_path)
    assert len(pair.scores().rows) == 11 and pair.times().rows
    assert pair.verdict().startswith("NOT EQUAL")
    for other in ('{"format": 99}', "[]"):
        (tmp_path / "run.json").write_text(other)
        with pytest.raises(StoreError, match=r"run\.json: a record of format 1 was expected"):
            runs.RunPair(run.folder, tmp_path)
        (row,) = runs.history(tmp_path)
        assert (row.run, row.status, row.tasks) == (".", "unreadable", None)


def test_the_widgets_of_two_runs(run: Run, tmp_path: Path) -> None:
    go(tmp_path / "a" / "one", mutants=2)
    go(tmp_path / "a" / "two", mutants=3)
    go(tmp_path / "a" / "two" / "compared_serial", mutants=3)  # no run of its own
    folders = runs.find_runs(tmp_path)
    assert [path.name for path in folders] == ["one", "two"]
    view = RunsWidgets(folders)
    assert [label for label, _ in view.a.options] == ["one", "two"] and view.b.value == str(folders[1])
    assert "mutants" in view.page.value and view.differences.value == ""
    view.compare.click()
    assert "NOT EQUAL" in view.differences.value and "params / mutants: 2 ≠ 3" in view.differences.value
    view.b.value = str(folders[0])
    assert view.differences.value == ""
    view.compare.click()
    assert "EQUAL" in view.differences.value
    (folders[1] / "run.json").write_text("torn {")
    view.a.value = str(folders[1])
    assert "not whole JSON" in view.page.value


def test_history_of_a_folder(tmp_path: Path) -> None:
    first = go(tmp_path / "runs" / "first", mutants=2)
    (row,) = runs.history(tmp_path)
    assert (row.run, row.status, row.tasks, (row.right, row.known)) == (
        "runs/first",
        "done",
        10,
        first.solved,
    )
    assert row.wall == first.walls["total"] and row.parameters["mutants"] == 2


def test_history_of_a_batch_is_what_its_summary_says(tmp_path: Path) -> None:
    rows = [
        BatchRow(
            "one", "done", "", {"seed": 1}, tasks=3, right=2, known=3, wall=1.5, parallelism=1.8, speedup=1.7
        ),
        BatchRow("two", "timeout", "after 60 s", {"seed": 2}),
    ]
    write_summary(tmp_path, rows)
    assert runs.history(tmp_path / "summary.json") == rows


def test_history_reads_summaries_with_fewer_fields_or_more(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    path.write_text(json.dumps({"format": 2, "runs": [{"wall": 2.0, "beauty": 7}, {}]}))
    rows = runs.history(path)
    assert [(row.run, row.wall) for row in rows] == [("run 1", 2.0), ("run 2", None)]
    for wrong in ("[]", '{"runs": 3}', '{"runs": [3]}'):
        path.write_text(wrong)
        with pytest.raises(StoreError, match="the summary of a batch was expected"):
            runs.history(path)
    with pytest.raises(StoreError):
        runs.history(tmp_path / "nowhere.json")


def test_history_figures_hold_many_runs_and_failed_ones() -> None:
    rows = [
        BatchRow(f"chunk-{n}/with-a-long-name-{n}", "done", "", {}, 3, n, 99, n / 7, 1.9, 1.8)
        for n in range(80)
    ]
    rows[75] = BatchRow("failed", "failed", "in cell 7", {})
    for shown in (rows, rows[75:76], rows[:1], []):
        assert_all_text_is_inside(figure_of(runs.history_table(shown)))
        assert runs.history_figure(shown).axes
    assert len(runs.history_figure(rows).axes[0].get_yticklabels()) == runs.MOST_RUNS


def test_a_bare_run_shows_itself(run: Run) -> None:
    page = run._repr_html_()
    right, known = run.solved
    assert f"{right} of {known} known outputs right" in page and "score demo" in page
    assert repr(run) == f"<Run {run.folder}: done, 10 tasks, {right} of {known} known outputs right>"
    cut = Run({**run.record, "tasks": {"x": {"demo": 3, "test": 1}}}, run.folder, run.tasks)
    assert "answers hidden" in repr(cut)
