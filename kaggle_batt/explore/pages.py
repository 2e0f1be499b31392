"""The explorer's pages, from what is chosen, to be shown by widgets (as HTML) or as figures."""

import html

from kaggle_batt.draw.sheet import difference_picture, judged_picture, task_sheet
from kaggle_batt.draw.table import Code, CodeLine, Table
from kaggle_batt.draw.value_picture import items, short_text, value_picture
from kaggle_batt.dsl.values.build import kind_of
from kaggle_batt.dsl.values.shapes import is_location
from kaggle_batt.explore.model import Explorer
from kaggle_batt.explore.trial import Outcome, sample_name, verdict
from kaggle_batt.pipeline.jobs import sample_of
from kaggle_batt.programs.evaluate import Step
from kaggle_batt.report.figures import predicted
from kaggle_batt.tasks.drawing import GRAY, Drawing, beside
from kaggle_batt.tasks.picture import RED, Picture, grid_picture
from kaggle_batt.tasks.sheet import Group, Sheet, sheet_of
from kaggle_batt.tasks.task import Sample

SMALL, LARGE = 120, 230  # pixels of a picture; four large ones fit a page
GRAPH_HEIGHT = 760  # pixels of a graph in a widget
MOST_ITEMS = 12  # parts of a container that are drawn one by one
MOST_STEPS = 70  # calls in a filmstrip
AROUND = 12  # calls of the source that are shown above and below the current one


def task_page(explorer: Explorer) -> Sheet:
    """The task's samples, the chosen one framed, with the run's predictions beside the test samples."""
    return task_sheet(explorer.task, predicted(explorer.run, explorer.name), explorer.sample_key)


def candidates_page(explorer: Explorer) -> Table:
    where = "all tasks" if explorer.every_task else f"task {explorer.name}"
    return explorer.candidates.table(f"Candidates of {where}: {explorer.candidates.summary()}")


def verdict_page(explorer: Explorer) -> str:
    """The program's score on the task as HTML, or why its text is no program."""
    if explorer.error:
        return error_html(f"no program: {explorer.error}")
    score = html.escape(verdict(explorer.task, explorer.outcomes))
    return f"<div><b>{html.escape(_name(explorer))}</b> ({explorer.program.size} calls): {score}</div>"


def source_page(explorer: Explorer) -> Code:
    """The program's text around the current call, each call with its value in a word."""
    program, steps = explorer.program, explorer.walk.steps
    first = max(0, min(explorer.step - AROUND, program.size - 2 * AROUND - 1))
    last = min(program.size, first + 2 * AROUND + 1)
    lines = [CodeLine(f"def solve({', '.join(program.params)}):")]
    if first:
        lines.append(CodeLine(f"    … {first} calls above", color=GRAY))
    for place, (variable, source) in list(enumerate(program.lines))[first:last]:
        step = steps[place] if place < len(steps) else None
        color = GRAY if step is None else RED if step.failure else "#000000"
        current = place == explorer.step and step is not None
        lines.append(CodeLine(f"    {variable} = {source}", step_note(step), color, current))
    if last < program.size:
        lines.append(CodeLine(f"    … {program.size - last} calls below", color=GRAY))
    else:
        lines.append(CodeLine(f"    return {'O' if program.calls else program.show(program.result)}"))
    return Code(lines, _title(explorer))


def step_note(step: Step | None) -> str:
    """The value of a call in a word or two."""
    if step is None:
        return "not reached"
    if step.failure is not None:
        return "limit" if step.failure.kind == "limit" else "fails"
    if isinstance(step.value, int) or is_location(step.value):
        return short_text(step.value, 24)
    return kind_of(step.value)


def step_page(explorer: Explorer) -> Sheet:
    """The current call: its arguments, its value, and the value's parts."""
    step, walk = explorer.current, explorer.walk
    if step is None:
        result = explorer.program.show(explorer.program.result)
        return sheet_of([[grid_picture(explorer.sample.input, "I")]], f"no calls: returns {result}", LARGE)
    head = f"call {explorer.step + 1} of {explorer.program.size} on {sample_name(explorer.sample_key)}"
    into = [value_picture(value, ground, name) for name, value, ground in walk.args(explorer.step)]
    parts = [] if step.failure else items(step.value)
    ground = walk.grounds[explorer.step]
    apart = [value_picture(part, ground, str(n)) for n, part in enumerate(parts[:MOST_ITEMS], 1)]
    more = f" (first {MOST_ITEMS} of {len(parts)})" if len(parts) > MOST_ITEMS else ""
    value = [Group([[_step_picture(explorer, explorer.step)]], "value", LARGE)]
    groups = _line("arguments", into) + value + _line(f"parts{more}", apart)
    return Sheet(groups, f"{head}, {step.steps:,} steps so far")


def step_figure(explorer: Explorer) -> Drawing:
    return beside(source_page(explorer).drawing(), step_page(explorer).drawing())


def filmstrip(explorer: Explorer, with_input: bool = True) -> Sheet:
    """Every call of the program with its value, in order; a failure where it happens."""
    count = len(explorer.walk.steps)
    shown = range(min(count, MOST_STEPS))
    pictures = [_step_picture(explorer, place, f"{place + 1}. ") for place in shown]
    if with_input:
        pictures.insert(0, grid_picture(explorer.sample.input, "I (input)"))
    heading = _title(explorer) + (f" (first {MOST_STEPS} of {count} calls)" if count > MOST_STEPS else "")
    return sheet_of([[picture] for picture in pictures], heading)


def difference_page(explorer: Explorer) -> Sheet:
    """The sample's input, the expected output, the program's output, and the cells that differ."""
    pictures = _sample_pictures("", explorer.sample, explorer.outcome)
    return sheet_of([[picture] for picture in pictures], _title(explorer), LARGE)


def samples_page(explorer: Explorer) -> Sheet:
    """The same for each sample of the task, a line each."""
    lines = [
        _sample_pictures(f"{sample_name(key)} ", sample_of(explorer.task, key), explorer.outcomes.get(key))
        for key in explorer.keys
    ]
    score = explorer.error or f"{_name(explorer)}: {verdict(explorer.task, explorer.outcomes)}"
    return Sheet([Group(list(zip(*lines, strict=True)))], score)


def graph_page(explorer: Explorer, most: float = float("inf")) -> Drawing:
    """The program's graph with the current call marked, or the part of it that `most` pixels hold."""
    walk = explorer.walk
    return explorer.graph.drawing(explorer.step, len(walk.steps), walk.failed, most)


def error_html(text: str) -> str:
    return f'<div style="color:{RED}">{html.escape(text)}</div>'


def _name(explorer: Explorer) -> str:
    name = explorer.row.name if explorer.row and not explorer.edited else "edited program"
    return f"{name}, md5 {explorer.program.md5[:8]}"


def _title(explorer: Explorer) -> str:
    return f"{_name(explorer)} on {sample_name(explorer.sample_key)}"


def _line(title: str, pictures: list[Picture]) -> list[Group]:
    """A titled line of small pictures, none if there are none."""
    return [Group([[picture]], "" if place else title, SMALL) for place, picture in enumerate(pictures)]


def _step_picture(explorer: Explorer, place: int, number: str = "") -> Picture:
    step, ground = explorer.walk.steps[place], explorer.walk.grounds[place]
    return value_picture(step.failure or step.value, ground, f"{number}{step.variable} = {step.source}")


def _sample_pictures(name: str, sample: Sample, outcome: Outcome | None) -> list[Picture]:
    grid = outcome.grid if outcome else None
    if outcome is None:
        got = Picture("not run", title="got")
    elif outcome.failure is not None:
        got = value_picture(outcome.failure, title="got")
    else:
        got = judged_picture(sample.output, grid, "got")
    known = [grid_picture(sample.input, f"{name}input"), grid_picture(sample.output, "expected")]
    return [*known, got, difference_picture(sample.output, grid)]
