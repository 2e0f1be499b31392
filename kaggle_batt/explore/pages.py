"""What the widgets show, as HTML: each page is a function of what was chosen."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from kaggle_batt.draw.graph import graph_svg
from kaggle_batt.draw.grids import difference_cells
from kaggle_batt.draw.pictures import Picture, items, picture, short_text
from kaggle_batt.dsl.values.build import kind_of
from kaggle_batt.dsl.values.shapes import is_location
from kaggle_batt.explore.model import Explorer
from kaggle_batt.explore.trial import sample_name, verdict
from kaggle_batt.pipeline.jobs import sample_of
from kaggle_batt.programs.evaluate import Step
from kaggle_batt.report.figures import predictions_of
from kaggle_batt.tasks.svg import grid_html, grid_svg, image_html, shape_of

SIDE = 110  # pixels of a small picture
LARGE = 260
GRAPH_HEIGHT = 760  # pixels of a graph that are shown
MOST_ITEMS = 12  # parts of a container that are drawn apart
AROUND = 12  # calls of the source that are shown above and below the one that is looked at
CODE = "font-family:DejaVu Sans Mono,Menlo,Consolas,monospace;font-size:12px;line-height:17px;white-space:pre"
RED, GRAY, HERE = "#B00020", "#767676", "#FFE9B8"


def task_page(explorer: Explorer) -> str:
    """The task's samples, the chosen one framed, with the run's predictions beside the test samples."""
    predictions = predictions_of(explorer.run, explorer.name)
    blocks = []
    for key in explorer.keys:
        sample, name = sample_of(explorer.task, key), sample_name(key)
        grids = [(f"{name} input", sample.input), ("output", sample.output)]
        if key[0] == "test":
            grids += [_attempt(n, grid, sample.output) for n, grid in enumerate(predictions[key[1]], 1)]
        frame = "#D55E00" if key == explorer.sample_key else "transparent"
        pictures = "".join(grid_html(grid, label, side=SIDE) for label, grid in grids)
        blocks.append(_block(pictures, f"border:2px solid {frame};border-radius:4px"))
    return f"<div>{''.join(blocks)}</div>"


def _attempt(number: int, grid: Any, known: Any) -> tuple[str, Any]:
    verdict = "" if known is None else ": right" if grid == known else ": wrong"
    return f"attempt {number}{verdict}", grid


def verdict_page(explorer: Explorer) -> str:
    """What the program is worth on the task, or why its text is no program."""
    if explorer.error:
        return f'<div style="color:{RED}">no program: {html.escape(explorer.error)}</div>'
    name = "edited program" if explorer.edited else explorer.row.name if explorer.row else ""
    told = verdict(explorer.task, explorer.outcomes)
    md5 = f"md5 {explorer.program.md5[:8]}, {explorer.program.size} calls"
    return f"<div><b>{html.escape(name)}</b> ({md5}): {html.escape(told)}</div>"


def source_page(explorer: Explorer) -> str:
    """The program's text around the call that is looked at, each call with what it gave."""
    program = explorer.program
    first, last = window(program.size, explorer.step)
    lines = [_call_line(explorer, place, *line) for place, line in enumerate(program.lines)][first:last]
    above = [_code_line(f"    … {first} calls above", "", f"color:{GRAY}")] if first else []
    below = [_code_line(f"    … {program.size - last} calls below", "", f"color:{GRAY}")]
    head = _code_line(f"def solve({', '.join(program.params)}):", "", "")
    result = "O" if program.calls else program.show(program.result)
    end = below if last < program.size else [_code_line(f"    return {result}", "", "")]
    return f'<div style="{CODE}">{"".join([head, *above, *lines, *end])}</div>'


def window(size: int, step: int) -> tuple[int, int]:
    """The first call to show of a program of that size, and the first not to, with the step in the middle."""
    first = max(0, min(step - AROUND, size - 2 * AROUND - 1))
    return first, min(size, first + 2 * AROUND + 1)


def _call_line(explorer: Explorer, place: int, variable: str, source: str) -> str:
    steps = explorer.walk.steps
    step = steps[place] if place < len(steps) else None
    style = f"color:{GRAY}" if step is None else f"color:{RED}" if step.failure else ""
    style += f";background:{HERE}" if place == explorer.step and step is not None else ""
    return _code_line(f"    {variable} = {source}", step_note(step), style)


def step_note(step: Step | None) -> str:
    """What a call gave, in a word or two."""
    if step is None:
        return "not reached"
    if step.failure is not None:
        return "limit" if step.failure.kind == "limit" else "fails"
    if isinstance(step.value, int) or is_location(step.value):
        return short_text(step.value, 24)
    return kind_of(step.value)


def step_page(explorer: Explorer) -> str:
    """The call that is looked at: what went in, the value drawn, and its parts."""
    step, walk = explorer.current, explorer.walk
    if step is None:
        result = explorer.program.show(explorer.program.result)
        return f"<div>no calls: the program returns {html.escape(result)}</div>"
    ground = walk.grounds[explorer.step]
    head = f"call {explorer.step + 1} of {explorer.program.size} on {sample_name(explorer.sample_key)}"
    head += f", {step.steps:,} steps so far"
    value = step.value if step.failure is None else step.failure
    into = [picture_html(picture(v, g), name, SIDE) for name, v, g in walk.args(explorer.step)]
    shown = picture_html(picture(value, ground), f"{step.variable} = {step.source}", LARGE)
    parts = [] if step.failure else items(value)
    apart = [
        picture_html(picture(part, ground), str(n), SIDE) for n, part in enumerate(parts[:MOST_ITEMS], 1)
    ]
    more = f"<div>… and {len(parts) - MOST_ITEMS} more</div>" if len(parts) > MOST_ITEMS else ""
    return f"<div>{head}</div>{_titled('in', into)}<div>{shown}</div>{_titled('parts', apart)}{more}"


def difference_page(explorer: Explorer) -> str:
    """The sample's input, what was expected, what came, and the cells that differ."""
    outcome, sample = explorer.outcome, explorer.sample
    parts = [picture_html(picture(sample.input), "input", LARGE)]
    if sample.output is None:
        parts.append(picture_html(Picture("hidden"), "expected", LARGE))
    if outcome is None:
        parts.append(picture_html(Picture("not run"), "got", LARGE))
    elif outcome.failure is not None:
        parts += [picture_html(picture(sample.output), "expected", LARGE)] if sample.output else []
        parts.append(picture_html(picture(outcome.failure), "got", LARGE))
    elif sample.output is None:
        parts.append(picture_html(picture(outcome.grid), "got", LARGE))
    else:
        parts += _differing(sample.output, outcome.grid)
    return f"<div>{''.join(parts)}</div>"


def graph_page(explorer: Explorer) -> str:
    """The program's graph, the call that is looked at marked."""
    walk = explorer.walk
    svg = graph_svg(explorer.graph, explorer.step, len(walk.steps), walk.failed, GRAPH_HEIGHT)
    return image_html(svg, "graph of the program's calls")


def picture_html(shown: Picture, label: str, side: int) -> str:
    """A picture with its label above and what it is below, or its text in a box."""
    if shown.rows is None:
        color, border = (RED, f"1px solid {RED}") if shown.failed else ("#333333", "1px dashed #888888")
        box = f"max-width:{max(side, 160)}px;padding:8px;color:{color};border:{border};overflow-wrap:anywhere"
        body, note = f'<div style="{box}">{html.escape(shown.label)}</div>', ""
    else:
        svg = grid_svg(shown.rows, side=side, marks=shown.marks, veil=shown.veil, boxes=shown.boxes)
        body, note = image_html(svg, shown.label), html.escape(shown.label)
    title = f'<div style="overflow-wrap:anywhere;max-width:{max(side, 160)}px">{html.escape(label)}</div>'
    return _block(f"{title}{body}<div>{note}</div>", "text-align:center;font-size:11px")


def _differing(expected: Any, got: Any) -> list[str]:
    """Both grids with the differing cells framed; where shapes agree, these cells alone too."""
    cells = difference_cells(expected, got)
    same_shape = shape_of(expected) == shape_of(got)
    marks = frozenset(cells) if same_shape else frozenset()
    count = (
        f"{len(cells)} of {len(expected) * len(expected[0])} cells differ" if same_shape else "other shape"
    )
    told = "equal" if not cells else count
    pictures = [
        picture_html(Picture(picture(grid).label, grid, marks=marks), label, LARGE)
        for label, grid in (("expected", expected), (f"got: {told}", got))
    ]
    if cells and same_shape:
        equal = {(y, x) for y in range(len(got)) for x in range(len(got[0]))} - set(cells)
        pictures.append(
            picture_html(Picture(count, got, veil=frozenset(equal)), "got, where it differs", LARGE)
        )
    return pictures


def _block(body: str, style: str) -> str:
    place = "display:inline-block;vertical-align:top;margin:3px;line-height:15px"
    return f'<div style="{place};{style}">{body}</div>'


def _titled(title: str, pictures: Iterable[str]) -> str:
    body = "".join(pictures)
    return f'<div><span style="color:{GRAY}">{title}</span><br/>{body}</div>' if body else ""


def _code_line(text: str, note: str, style: str) -> str:
    remark = f'  <span style="color:{GRAY}">{html.escape(note)}</span>' if note else ""
    return f'<div style="{style}">{html.escape(text)}{remark}</div>'


def head_html(line: str) -> str:
    """The heading of the table, over its columns."""
    return f'<div style="{CODE};font-weight:bold;padding-left:4px">{html.escape(line)}</div>'


def error_html(text: str) -> str:
    """A message that something went wrong."""
    return f'<div style="color:{RED}">{html.escape(text)}</div>'


def told_html(text: str) -> str:
    """A message that something was done."""
    return f"<div>{html.escape(text)}</div>"
