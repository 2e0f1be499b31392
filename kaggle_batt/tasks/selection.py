"""Which tasks of a data set: by ids, by place, the default ones, or all."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from kaggle_batt.errors import ParameterError, UnknownTask, did_you_mean
from kaggle_batt.tasks.names import shown

_Item = TypeVar("_Item")

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

NUMBER_HINT = (  #: what became of an id such as 00576224, and where to write what
    "papermill's -p and YAML read an id such as 00576224 as a number; write `-r ids 00576224` for papermill, "
    "and quotes around it in YAML"
)


@dataclass(frozen=True)
class Selection:
    """Either `ids`, or `count` tasks (default: all that follow) from position `start` (0-based, default 0).

    Without any: all tasks if `whole`, else those of DEFAULT_IDS if the data has them all, else all.
    """

    ids: Collection[str] | None = None
    start: int | None = None
    count: int | None = None
    whole: bool = False

    def of(self, tasks: Mapping[str, _Item]) -> dict[str, _Item]:
        """The chosen tasks, in the order of `tasks`.

        Raises ParameterError for unknown ids, an empty choice or a position outside.
        """
        if self.ids is not None:
            wanted = {*matched_ids(self.ids, tasks).values()}
            return {id: item for id, item in tasks.items() if id in wanted}
        if self.start is None and self.count is None:
            has_default = not self.whole and all(id in tasks for id in DEFAULT_IDS)
            return {id: tasks[id] for id in DEFAULT_IDS} if has_default else dict(tasks)
        start, count = self.start or 0, self.count
        if not 0 <= start < len(tasks):
            raise ParameterError(f"start must be 0 to {len(tasks) - 1} for {len(tasks)} tasks, got {start}")
        if count is not None and count < 1:
            raise ParameterError(f"count must be at least 1, got {count}")
        return dict(list(tasks.items())[start : None if count is None else start + count])


def matched_ids(ids: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """The id of `known` that each given one means: the same text, else the only one that reads as its number.

    papermill and YAML read 00576224 as 576224 or (octal) 195732, and 642248e4 as 6422480000.0. Raises
    ParameterError for ids that mean none, or several.
    """
    wanted = [ids] if isinstance(ids, str) else [str(id) for id in ids]
    if not wanted:
        raise ParameterError("no task id given: expected at least one")
    found = {id: [id] if id in known else _read_as(id, known) for id in wanted}
    unknown = sorted([id for id, matches in found.items() if len(matches) != 1])
    if unknown:
        listed = ", ".join([repr(shown(id)) for id in unknown[:5]]) + (", …" if len(unknown) > 5 else "")
        fitting, numbers = found[unknown[0]], numbers_of(unknown[0])
        hint = f": {', '.join(map(shown, fitting[:5]))} fit it" if fitting else ""
        hint += f"; {NUMBER_HINT}" if numbers else did_you_mean(unknown[0], known)
        raise UnknownTask(f"no task {listed} among {len(known)} tasks{hint}")
    return {id: matches[0] for id, matches in found.items()}


def numbers_of(id: str) -> list[float]:
    """The numbers that a text reads as: decimal or floating-point, and octal if it begins with 0."""
    found: list[float] = []
    for read in (int, float):
        with suppress(ValueError, OverflowError):
            found.append(read(id))
    with suppress(ValueError):
        found += [int(id, base=8)] if id.startswith("0") else []
    return found


def _read_as(given: str, known: Iterable[str]) -> list[str]:
    """The known ids that read as the number `given`, which is decimal or floating-point."""
    number = numbers_of(given)[:1]
    return [id for id in known if number and number[0] in numbers_of(id)]
