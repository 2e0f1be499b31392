"""List, show or export the tasks of a data set."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from pathlib import Path

from kaggle_batt.api import choose, resolved
from kaggle_batt.commands.terminal import say
from kaggle_batt.draw.render import figure_of, to_png
from kaggle_batt.draw.sheet import task_sheet
from kaggle_batt.draw.table import Table
from kaggle_batt.errors import ParameterError
from kaggle_batt.kaggle.locate import chosen_data
from kaggle_batt.params import Params, add_options, path, picked
from kaggle_batt.pipeline.files import usable_file, usable_folder, write_atomic
from kaggle_batt.tasks.drawing import drawing_svg
from kaggle_batt.tasks.grid import GridRows
from kaggle_batt.tasks.loading import TaskSet
from kaggle_batt.tasks.names import printable, safe_name, shown
from kaggle_batt.tasks.picture import COLORS
from kaggle_batt.tasks.task import Sample, Task


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("data", nargs="?", default="", metavar="DATA", help="as --data of run: a set, a folder or a file")
    add_options(parser, ("split", "ids", "start", "count", "demos", "strict"))
    add("--show", metavar="ID", help="draw this task in the terminal (colors unless NO_COLOR is set)")
    picture = "draw the task of --show into a file, .svg or .png"
    add("--picture", type=path("picture"), metavar="FILE", help=picture)
    add("--export", type=path("export"), metavar="DIR", help="write one JSON file a task into a new folder")


def main(arguments: argparse.Namespace) -> int:
    params = _params(arguments)
    if chosen := chosen_data(params.data, params.split):
        say(chosen)
    found = choose(resolved(params), whole=True).read(strict=params.strict)
    found.require_tasks()
    folder = None if arguments.export is None else export(found.tasks, arguments.export)
    if arguments.show is not None:
        (task,) = found.tasks.values()
        _show(task, arguments.picture)
    else:
        say(task_table(found.tasks).text())
        say(*_remarks(found), sep="\n")
    if folder is not None:
        say(f"{folder}: {len(found.tasks)} files")
    return 0


def _params(arguments: argparse.Namespace) -> Params:
    if arguments.picture is not None and arguments.show is None:
        raise ParameterError("picture: give the task with --show ID")
    given = vars(arguments)
    return picked(given if arguments.show is None else {**given, "ids": [arguments.show]})


def task_table(tasks: Mapping[str, Task]) -> Table:
    """A row for each task: demos, tests, how many of their outputs are hidden, and sizes of grids."""
    rows = []
    for id, task in tasks.items():
        samples = [*task.demo, *task.test]
        hidden = sum([sample.output is None for sample in task.test])
        outputs = [sample.output for sample in samples if sample.output is not None]
        inputs = [sample.input for sample in samples]
        rows.append((shown(id), len(task.demo), len(task.test), hidden, _sizes(inputs), _sizes(outputs)))
    columns = ("task", "demos", "tests", "hidden", "inputs", "outputs")
    return Table(columns, rows, limit=len(rows))


def _sizes(grids: Iterable[GridRows]) -> str:
    """The size of the grids, `3×3`, or the range of their heights and widths, `3–9×3–12`."""
    sides = zip(*[(len(grid), len(grid[0])) for grid in grids], strict=True)
    return "×".join([f"{min(s)}" if min(s) == max(s) else f"{min(s)}–{max(s)}" for s in sides])


def _remarks(found: TaskSet) -> list[str]:
    """How many tasks there are; what was refused, skipped and noted, a line each."""
    lines = [f"{len(found.tasks)} tasks, {len(found.refused)} refused"]
    lines += [f"  {shown(id)}: {why}" for id, why in found.refused.items()]
    lines += [f"skipped {path}: {why}" for path, why in found.skipped.items()]
    return [*lines, *found.notes]


def _show(task: Task, picture: str | None) -> None:
    """Draw a task into a file, or in the terminal."""
    if picture is None:
        colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        print(task_text(task, colored or bool(os.environ.get("FORCE_COLOR"))))
        return
    path = usable_file(picture)
    drawing = task_sheet(task).drawing()
    if path.suffix.lower() not in (".svg", ".png"):
        raise ParameterError(f"picture: a file named .svg or .png was expected, not {path.name!r}")
    is_svg = path.suffix.lower() == ".svg"
    write_atomic(path, drawing_svg(drawing).encode() if is_svg else to_png(figure_of(drawing)))
    say(f"{path}: task {shown(task.id)}")


def task_text(task: Task, colored: bool) -> str:
    """Each sample of a task, its input beside its output, two characters a cell."""
    samples = [_sample_text(name, sample, colored) for name, sample in task.samples]
    return "\n".join([f"{shown(task.id)} · {printable(task.source)}", *samples])


def _sample_text(name: str, sample: Sample, colored: bool) -> str:
    left, right = [
        ["".join([_cell(color, colored) for color in row]) for row in grid]
        for grid in (sample.input, sample.output or ())
    ]
    blank = " " * (2 * len(sample.input[0]))
    rows = [
        f"{one or blank}{arrow or '   '}{two}".rstrip()
        for one, arrow, two in zip_longest(left, [" → "], right, fillvalue="")
    ]
    return "\n".join([f"\n{name}: {sample.sizes}", *rows])


def _cell(color: int, colored: bool) -> str:
    """A cell: two blanks on its color, or its digit."""
    if not colored:
        return f"{color} "
    red, green, blue = bytes.fromhex(COLORS[color][1:])
    return f"\x1b[48;2;{red};{green};{blue}m  \x1b[0m"


def export(tasks: Mapping[str, Task], name: str) -> Path:
    """Write each task as JSON into a new or empty folder, named by its id as far as a file's name can be."""
    folder = usable_folder(name)
    if folder.is_dir() and any(folder.iterdir()):
        raise ParameterError(f"export: {folder} is not empty; give a new folder")
    for id, task in tasks.items():
        content = json.dumps(task.as_json(), separators=(",", ":")) + "\n"
        write_atomic(folder / f"{safe_name(id)}.json", content.encode(), durable=False)
    return folder
