"""Where a run's candidates come from: a battery file, the library, mutants, search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from kaggle_batt.errors import BatteryError, ParameterError
from kaggle_batt.generate.library import library_differs, library_solvers
from kaggle_batt.params import Params
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.battery_file import load_battery
from kaggle_batt.programs.gc_pause import uncollected

#: programs of this source run on the task they were found for, others on every task
SEARCHED = "search"


@uncollected()
def given_entries(params: Params) -> list[Entry]:
    """The programs of the battery file (default: the library), and mutants of its solvers."""
    entries = entries_of(params.battery or "library")
    solvers = [entry for entry in entries if entry.program.kind == "solver"]
    if not (solvers or params.search):
        raise BatteryError(f"{params.battery}: there is no solver in the battery")
    if params.mutants:
        from kaggle_batt.generate.mutate import mutants

        if not solvers:
            raise ParameterError("mutants: the battery has no solver to change")
        entries += mutants(solvers, params.mutants, params.seed)
    return entries


def entries_of(source: str) -> list[Entry]:
    """The programs of `library`, of a file, or of a run's folder (its `solver_md5`).

    Raises `ParameterError` if there is no such file or folder.
    """
    if source == "library":
        return library_solvers()
    folder = Path(source, "solver_md5")
    if folder.is_dir():
        files = sorted(folder.glob("*.py"))
        return [replace(entry, name=file.stem) for file in files for entry in load_battery(file).entries]
    if not Path(source).is_file():
        raise ParameterError(f"battery: there is no file {source!r}")
    return list(load_battery(source).entries)


def renamed(found: Iterable[Entry], entries: Iterable[Entry]) -> list[Entry]:
    """The entries found, renamed where one of `entries` has the same name."""
    taken = {entry.name for entry in entries}
    result = []
    for entry in found:
        names = (f"{entry.name}#{number}" if number > 1 else entry.name for number in count(1))
        name = next(name for name in names if name not in taken)
        taken.add(name)
        result.append(replace(entry, name=name))
    return result


def split_entries(entries: Sequence[Entry]) -> tuple[Battery, Battery]:
    """The solvers and the differs as two batteries; the library's differs where none are given."""
    solvers = [entry for entry in entries if entry.program.kind == "solver"]
    differs = [entry for entry in entries if entry.program.kind == "differ"]
    return Battery(solvers), Battery(differs or library_differs())


def lists_of(battery: Battery, tasks: Mapping[str, object]) -> dict[str, tuple[int, ...]]:
    """Which programs (places in the battery) are tried on each task."""
    everywhere = [place for place, entry in enumerate(battery.entries) if entry.source != SEARCHED]
    own: dict[str, list[int]] = {}
    for place, entry in enumerate(battery.entries):
        if entry.source == SEARCHED and entry.task is not None:
            own.setdefault(entry.task, []).append(place)
    return {name: tuple(sorted([*everywhere, *own.get(name, [])])) for name in tasks}


def battery_module(name: str) -> Path | None:
    """The path of an older battery module that `name` means, if it is one (`NAME.py` and `NAME_call.py`).

    Raises `ParameterError` for half of one.
    """
    path = Path(name)
    if path.is_file() and path.suffix != ".py":
        return None
    stem = path.with_suffix("") if path.suffix == ".py" else path
    module, calls = stem.with_name(f"{stem.name}.py"), stem.with_name(f"{stem.name}_call.py")
    if not module.is_file():
        return None
    if calls.is_file():
        return module
    if b"def batt(" in module.read_bytes():
        raise ParameterError(f"battery: {str(module)!r} is a module of the older kind without {calls.name!r}")
    return None
