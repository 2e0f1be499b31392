"""What the widgets show, as figures: functions of what was chosen, for a saved or static notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaggle_batt.draw.canvas import default_style, sheet, write
from kaggle_batt.draw.graph import graph_figure as draw_graph
from kaggle_batt.draw.grids import (
    Panel,
    difference_panel,
    draw_task,
    grid_panel,
    panels_figure,
    picture_panel,
    text_panel,
)
from kaggle_batt.draw.pictures import picture
from kaggle_batt.draw.tables import score_table
from kaggle_batt.explore.model import Explorer
from kaggle_batt.explore.pages import GRAY, HERE, RED, step_note, window
from kaggle_batt.explore.rows import COLUMNS
from kaggle_batt.explore.trial import Outcome, sample_name, verdict
from kaggle_batt.pipeline.jobs import sample_of
from kaggle_batt.report.figures import predictions_of
from kaggle_batt.tasks.task import Sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE = 0.18  # inches of a line of source
CODE_CHARACTER = 0.071  # inches of a character of DejaVu Sans Mono at 8 points
SIDE = 2.8  # inches of the value's picture
MOST_STEPS = 70  # calls in a filmstrip


def task_figure(explorer: Explorer) -> Figure:
    """The task's samples, with the run's predictions."""
    return draw_task(explorer.task, predictions_of(explorer.run, explorer.name))


def table_figure(explorer: Explorer) -> Figure:
    """The candidates on the table's page."""
    table = explorer.table
    rows = [table.cells(row) for row in table.page_rows]
    where = "all tasks" if explorer.every_task else f"task {explorer.name}"
    return score_table(rows, list(COLUMNS), f"Candidates of {where}: {table.summary()}")


def filmstrip_figure(explorer: Explorer, with_input: bool = True) -> Figure:
    """Every call of the program with its value, in order; a failure where it happens."""
    walk = explorer.walk
    shown = list(zip(walk.steps, walk.grounds, strict=True))[:MOST_STEPS]
    columns: list[list[Panel]] = [
        [picture_panel(f"{n}. {step.variable} = {step.source}", picture(step.failure or step.value, ground))]
        for n, (step, ground) in enumerate(shown, 1)
    ]
    if with_input:
        columns.insert(0, [grid_panel("I (input)", explorer.sample.input)])
    heading = f"{_title(explorer)} on {sample_name(explorer.sample_key)}"
    heading += f" (first {len(shown)} of {len(walk.steps)} calls)" if len(shown) < len(walk.steps) else ""
    return panels_figure(columns, heading)


@default_style
def step_figure(explorer: Explorer) -> Figure:
    """The source around the call that is looked at, and the value of this call beside it."""
    lines, panel = _source_lines(explorer), _value_panel(explorer)
    title = f"{_title(explorer)} on {sample_name(explorer.sample_key)}"
    wide = CODE_CHARACTER * max([len(text) for text, _, _ in lines] + [len(title) - 30]) + 0.4
    figure, axes = sheet(wide + SIDE + 0.2, max(LINE * len(lines), panel.height(SIDE) + 0.6) + 0.6)
    write(axes, 0.2, 0.15, title, 9, va="top", weight="bold")
    for number, (text, color, is_current) in enumerate(lines):
        _paint_line(axes, text, 0.5 + number * LINE, color, is_current)
    write(axes, wide + SIDE / 2, 0.5, panel.title, 8, va="top", ha="center", weight="bold")
    panel.body(axes, wide, 0.75, SIDE)
    write(axes, wide + SIDE / 2, 0.8 + panel.height(SIDE), panel.note, 8, va="top", ha="center", color=GRAY)
    return figure


def graph_figure(explorer: Explorer) -> Figure:
    """The program's graph, the call that is looked at marked."""
    walk = explorer.walk
    return draw_graph(explorer.graph, explorer.step, len(walk.steps), walk.failed)


def difference_figure(explorer: Explorer) -> Figure:
    """The sample's input, what was expected, what came, and the cells that differ."""
    panels = _sample_panels(sample_name(explorer.sample_key), explorer.sample, explorer.outcome)
    return panels_figure([[panel] for panel in panels], _title(explorer))


def samples_figure(explorer: Explorer) -> Figure:
    """A line for each sample of the task: input, expected, what the program gave, the cells that differ."""
    lines = [
        _sample_panels(sample_name(key), sample_of(explorer.task, key), explorer.outcomes.get(key))
        for key in explorer.keys
    ]
    heading = explorer.error or f"{_title(explorer)}: {verdict(explorer.task, explorer.outcomes)}"
    return panels_figure(list(zip(*lines, strict=True)), heading)


def _title(explorer: Explorer) -> str:
    name = explorer.row.name if explorer.row and not explorer.edited else "edited program"
    return f"{name}, md5 {explorer.program.md5[:8]}"


def _sample_panels(name: str, sample: Sample, outcome: Outcome | None) -> list[Panel]:
    grid = outcome.grid if outcome else None
    if outcome is None:
        got = text_panel("got", "not run")
    elif outcome.failure is not None:
        got = picture_panel("got", picture(outcome.failure))
    else:
        got = grid_panel("got", grid)
    shown = [grid_panel(f"{name} input", sample.input), grid_panel("expected", sample.output), got]
    return [*shown, difference_panel(sample.output, grid)]


def _source_lines(explorer: Explorer) -> list[tuple[str, str, bool]]:
    """(text, color, is it looked at) of the lines of source around the current call."""
    steps, program = explorer.walk.steps, explorer.program
    lines = []
    for place, (variable, source) in enumerate(program.lines):
        step = steps[place] if place < len(steps) else None
        color = GRAY if step is None else RED if step.failure else "#000000"
        lines.append((f"  {variable} = {source}  # {step_note(step)}", color, place == explorer.step))
    first, last = window(program.size, explorer.step)
    above = [(f"  … {first} calls above", GRAY, False)] if first else []
    below = [(f"  … {len(lines) - last} calls below", GRAY, False)] if last < len(lines) else []
    head = (f"def solve({', '.join(program.params)}):", "#000000", False)
    return [head, *above, *lines[first:last], *below]


def _paint_line(axes: Axes, text: str, top: float, color: str, is_current: bool) -> None:
    ground = {"bbox": {"facecolor": HERE, "edgecolor": "none", "pad": 1.5}} if is_current else {}
    write(axes, 0.2, top, text, 8, family="DejaVu Sans Mono", va="top", color=color, **ground)


def _value_panel(explorer: Explorer) -> Panel:
    """The value of the call that is looked at; of a program without calls its input."""
    step = explorer.current
    if step is None:
        return grid_panel("no calls: the input", explorer.sample.input)
    value = step.failure or step.value
    return picture_panel(f"{step.variable} =", picture(value, explorer.walk.grounds[explorer.step]))
