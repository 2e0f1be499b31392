"""Tasks in a terminal: grids as colored cells, or as digits where there are no colors."""

from __future__ import annotations

from collections.abc import Sequence

from kaggle_batt.tasks.grid import GridRows
from kaggle_batt.tasks.names import shown
from kaggle_batt.tasks.picture import COLORS
from kaggle_batt.tasks.task import Sample, Task

ARROW = " → "


def task_text(task: Task, colored: bool) -> str:
    """Each sample of a task, its input beside its output, two characters a cell."""
    named = [(f"demo {number}", sample) for number, sample in enumerate(task.demo, 1)]
    named += [(f"test {number}", sample) for number, sample in enumerate(task.test, 1)]
    return "\n".join([f"{shown(task.id)} · {task.source}", *[_sample(n, s, colored) for n, s in named]])


def _sample(name: str, sample: Sample, colored: bool) -> str:
    left, right = _lines(sample.input, colored), _lines(sample.output or (), colored)
    sizes = " → ".join([_size(grid) if grid else "hidden" for grid in (sample.input, sample.output)])
    blank = " " * (2 * len(sample.input[0]))
    rows = [
        f"{left[row] if row < len(left) else blank}{ARROW if row == 0 else ' ' * len(ARROW)}"
        f"{right[row] if row < len(right) else ''}".rstrip()
        for row in range(max(len(left), len(right)))
    ]
    return "\n".join([f"\n{name}: {sizes}", *rows])


def _lines(grid: GridRows, colored: bool) -> list[str]:
    return ["".join([_cell(color, colored) for color in row]) for row in grid]


def _cell(color: int, colored: bool) -> str:
    """A cell: two blanks on its color, or its digit."""
    if not colored:
        return f"{color} "
    red, green, blue = [int(COLORS[color][place : place + 2], 16) for place in (1, 3, 5)]
    return f"\x1b[48;2;{red};{green};{blue}m  \x1b[0m"


def _size(grid: Sequence[Sequence[int]]) -> str:
    return f"{len(grid)}×{len(grid[0])}"
