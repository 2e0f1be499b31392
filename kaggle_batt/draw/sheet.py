"""Sheets of tasks, predictions and differences."""

import itertools
from collections.abc import Sequence
from typing import Any

from kaggle_batt.tasks.picture import EQUAL, Picture, Place, Split, grid_picture, sample_pictures, shape_of
from kaggle_batt.tasks.sheet import Group, Sheet
from kaggle_batt.tasks.task import Task


def task_sheet(
    task: Task, predictions: Sequence[Sequence[Any]] | None = None, chosen: tuple[str, int] | None = None
) -> Sheet:
    """A task's samples, inputs above outputs; the group of the sample `chosen` is framed.

    Right of each test sample are its `predictions`, up to two grids; differing cells are framed.
    """
    groups = []
    for part, samples in (("demo", task.demo), ("test", task.test)):
        for number, sample in enumerate(samples):
            name = f"{part} {number + 1}"
            columns = [sample_pictures(name, sample.input, sample.output)]
            if part == "test" and predictions is not None and predictions[number]:
                columns.append(attempt_pictures(sample.output, predictions[number], name))
            groups.append(Group(columns, framed=(part, number) == chosen))
    return Sheet(groups, f"task {task.id}")


def predictions_sheet(task: Task, predictions: Sequence[Sequence[Any]]) -> Sheet:
    """A line for each test input: the input, the expected output, and up to two predicted grids.

    Where the answer is known, a prediction says right or wrong, and the heading counts the right outputs.
    """
    lines = []
    for number, (sample, attempts) in enumerate(zip(task.test, predictions, strict=True), 1):
        name = f"test {number}"
        known = grid_picture(sample.input, f"{name} input"), grid_picture(sample.output, f"{name} expected")
        tried = attempt_pictures(sample.output, attempts, name)
        missing = [Picture("no prediction", title=f"{name} attempt {n}") for n in range(len(tried) + 1, 3)]
        lines.append([*known, *tried, *missing])
    return Sheet([Group(list(zip(*lines, strict=True)))], f"task {task.id}: {_verdict(task, predictions)}")


def _verdict(task: Task, predictions: Sequence[Sequence[Any]]) -> str:
    """How many of the known test outputs one of the attempts equals."""
    pairs = [(s.output, grids) for s, grids in zip(task.test, predictions, strict=True) if s.output]
    right = [any([not differences(output, grid) for grid in grids]) for output, grids in pairs]
    return f"{sum(right)} of {len(right)} test outputs right" if right else "answers hidden"


def attempt_pictures(expected: Any, attempts: Sequence[Any], name: str) -> list[Picture]:
    return [judged_picture(expected, grid, f"{name} attempt {n}") for n, grid in enumerate(attempts, 1)]


def judged_picture(expected: Any, got: Any, title: str) -> Picture:
    """A grid with 'right' or 'wrong' where the answer is known; differing cells framed if shapes agree."""
    if expected is None:
        return grid_picture(got, title)
    cells = differences(expected, got)
    same_shape = shape_of(expected) == shape_of(got)
    return grid_picture(got, title, "wrong" if cells else "right", cells if same_shape else ())


def difference_picture(expected: Any, got: Any, title: str = "differing cells") -> Picture:
    """The cells that differ, split into ◤ expected and ◢ got, hatched where a grid has no such cell."""
    if expected is None or got is None:
        return Picture("nothing to compare", title=title)
    cells = differences(expected, got)
    height, width = map(max, shape_of(expected), shape_of(got))
    rows: list[list[Any]] = [[cells.get((y, x), EQUAL) for x in range(width)] for y in range(height)]
    note = f"{len(cells)} of {height * width}: ◤ expected ◢ got" if cells else "equal"
    return Picture(note, rows, title=title)


def differences(expected: Any, got: Any) -> dict[Place, Split]:
    """Both cells at each (row, column) where they differ, in order; None is a cell that a grid lacks."""
    lines = itertools.zip_longest(expected, got, fillvalue=())
    return {
        (y, x): Split(one, two)
        for y, line in enumerate(lines)
        for x, (one, two) in enumerate(itertools.zip_longest(*line))
        if one != two
    }
