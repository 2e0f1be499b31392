"""Tasks in a terminal: grids as colored cells, or as digits where there are no colors."""

from __future__ import annotations

from itertools import zip_longest

from kaggle_batt.tasks.grid import GridRows
from kaggle_batt.tasks.names import shown
from kaggle_batt.tasks.picture import COLORS
from kaggle_batt.tasks.task import Sample, Task

ARROW = " → "


def task_text(task: Task, colored: bool) -> str:
    """Each sample of a task, its input beside its output, two characters a cell."""
    samples = [_sample(name, sample, colored) for name, sample in task.samples]
    return "\n".join([f"{shown(task.id)} · {task.source}", *samples])


def _sample(name: str, sample: Sample, colored: bool) -> str:
    left, right = _lines(sample.input, colored), _lines(sample.output or (), colored)
    blank = " " * (2 * len(sample.input[0]))
    rows = [
        f"{one or blank}{arrow or '   '}{two}".rstrip()
        for one, arrow, two in zip_longest(left, [ARROW], right, fillvalue="")
    ]
    return "\n".join([f"\n{name}: {sample.sizes}", *rows])


def _lines(grid: GridRows, colored: bool) -> list[str]:
    return ["".join([_cell(color, colored) for color in row]) for row in grid]


def _cell(color: int, colored: bool) -> str:
    """A cell: two blanks on its color, or its digit."""
    if not colored:
        return f"{color} "
    red, green, blue = bytes.fromhex(COLORS[color][1:])
    return f"\x1b[48;2;{red};{green};{blue}m  \x1b[0m"
