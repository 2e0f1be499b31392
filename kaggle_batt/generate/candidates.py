"""Where a run's candidates come from: a battery file, the library, mutants, search."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kaggle_batt.errors import BatteryError, ParameterError, several
from kaggle_batt.generate.library import library_differs, library_solvers
from kaggle_batt.params import Params
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.battery_file import Loaded, Names, load_programs, never
from kaggle_batt.programs.gc_pause import uncollected

SEARCHED = "search"  #: programs of this source run on the task they were found for, others on every task
#: files beside published solvers that hold none
_NOT_PROGRAMS = ("arc_types", "constants", "dsl", "generators", "main", "tests", "utils", "__init__")


@uncollected()
def given_programs(params: Params, late: Callable[[], bool] = never) -> Loaded:
    """The programs of the battery (default: the library), and mutants of its solvers, made until it is late.

    Raises `BatteryError` where no solver can be read, with `params.strict` where a program can't be read."""
    loaded = entries_of(params.battery or "library", late=late)
    entries, refused = loaded[:2]
    if refused and params.strict:
        place, why = next(iter(refused.items()))
        raise BatteryError(f"{len(refused)} programs cannot be read; the first: {place}, {why}")
    solvers = [entry for entry in entries if entry.program.kind == "solver"]
    if not (solvers or params.search):
        raise BatteryError(f"{params.battery}: there is no solver in the battery")
    if params.mutants:
        from kaggle_batt.generate.mutate import mutants

        made = mutants(solvers, params.mutants, params.seed, late)
        if len(made) < params.mutants:
            loaded.left_out.append(f"{params.mutants - len(made):,} of {params.mutants:,} mutants")
        entries += made
    return loaded


def entries_of(*sources: str, late: Callable[[], bool] = never) -> Loaded:
    """The programs of `library`, files, and folders (of a run's, its kept ones), and which can't be read.

    A source may be several, separated by commas. The functions of all files may call each other.
    """
    names = [name for one in sources for name in ([one] if Path(one).exists() else one.split(","))]
    entries: list[Entry] = []
    given, files, notes = list[Path](), list[Path](), list[str]()
    for name in [name.strip() for name in names if name.strip()]:
        if name == "library":
            entries += library_solvers()
        else:
            given.append(Path(name))
            files += _files_of(given[-1], notes)
    by_file = files != given
    loaded = load_programs(files, by_file, late) if files else Loaded([], {}, [], [])
    entries += renamed(loaded.entries, entries)
    return loaded._replace(entries=entries, notes=tuple(notes))


def _files_of(source: Path, notes: list[str]) -> list[Path]:
    """The file, or those of programs in the folder and below; of a run's folder those of its kept programs.

    Hidden files and folders and virtual environments are left out; with a note other files, too.
    """
    if source.is_file():
        return [source]
    if not source.is_dir():
        what = "it is no regular file or folder:" if source.exists() else "there is no file"
        raise ParameterError(f"battery: {what} {str(source)!r}")
    found, unread = list[Path](), list[str]()
    for folder, inner, names in os.walk(source):
        if "solver_md5" in inner or "pyvenv.cfg" in names:
            inner[:], names = [name for name in inner if name == "solver_md5"], []
        inner[:] = [name for name in inner if not name.startswith((".", "__pycache__"))]
        for name in [name for name in names if not name.startswith(".")]:
            if name.endswith(".py"):
                found.append(Path(folder, name))
            else:
                unread.append(name)
    unread = sorted([*unread, *[path.name for path in found if path.stem in _NOT_PROGRAMS]])
    if unread:
        notes.append(
            f"{source}: not read for their names: {several(unread)} (give them by name to read them)"
        )
    found = [path for path in sorted(found) if path.stem not in _NOT_PROGRAMS and path.is_file()]
    if not found:
        raise ParameterError(f"battery: there is no file of programs (*.py) in {str(source)!r}")
    return found


def renamed(found: Iterable[Entry], entries: Iterable[Entry]) -> list[Entry]:
    """The entries found, renamed where one of `entries` has the same name."""
    names = Names(entry.name for entry in entries)
    return [replace(entry, name=names.free(entry.name)) for entry in found]


def split_entries(entries: Sequence[Entry]) -> tuple[Battery, Battery]:
    """The solvers and the differs as two batteries; the library's differs where none are given."""
    solvers = [entry for entry in entries if entry.program.kind == "solver"]
    differs = [entry for entry in entries if entry.program.kind == "differ"]
    return Battery(solvers), Battery(differs or library_differs())


def lists_of(battery: Battery, tasks: Mapping[str, object]) -> dict[str, tuple[int, ...]]:
    """Which programs (places in the battery) are tried on each task."""
    everywhere: list[int] = []
    own: defaultdict[str | None, list[int]] = defaultdict(list)
    for place, entry in enumerate(battery.entries):
        (everywhere if entry.source != SEARCHED else own[entry.task]).append(place)
    shared = tuple(everywhere)
    return {name: tuple(sorted([*shared, *own[name]])) if name in own else shared for name in tasks}
