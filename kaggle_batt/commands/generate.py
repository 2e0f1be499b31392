"""Write a battery file: library, files, mutants, search."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing

from kaggle_batt.api import choose, engine_of, limits_of, resolved
from kaggle_batt.commands.terminal import TextProgress, say
from kaggle_batt.errors import ParameterError
from kaggle_batt.generate.candidates import entries_of, renamed
from kaggle_batt.generate.mutate import mutants
from kaggle_batt.legacy.calls import battery_module
from kaggle_batt.params import Params, add_options, path, picked
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.files import usable_file, write_atomic
from kaggle_batt.pipeline.search_phase import search_tasks
from kaggle_batt.pipeline.timings import Clock
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.battery_file import dump_battery

STEPS = 4000  #: of a search, in thousands
#: the source that means a search; any other is a file, a run's folder or `library`
SEARCH = "search"
#: parameters that only a search reads
_OF_SEARCH = ("data", "split", "ids", "start", "count", "engine", "workers", "timeout")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    sources = "library, files of solvers, folders of runs, search (default: library)"
    add("sources", type=path("source"), nargs="*", default=["library"], help=sources)
    add("-o", "--out", type=path("out"), required=True, metavar="FILE", help="the battery file to write")
    add("--only-mutants", action="store_true", help="leave their parents out")
    add("--first", type=int, default=None, metavar="N", help="take the first N solvers only")
    steps = f"thousands of steps for each task searched (default: {STEPS})"
    add("--search", type=int, metavar="N", help=steps)
    add_options(parser, ("mutants", "seed", *_OF_SEARCH))


def main(arguments: argparse.Namespace) -> int:
    file = usable_file(arguments.out)
    for name in ("first", "search"):
        if (number := getattr(arguments, name)) is not None and number < 1:
            raise ParameterError(f"{name}: at least 1 was expected, not {number}")
    battery = Battery(_gathered(arguments))
    write_atomic(file, dump_battery(battery).encode())
    mutated = sum([entry.mutated for entry in battery.entries])
    say(f"{arguments.out}: {len(battery)} programs, {mutated} mutated, {len(battery.nodes)} distinct calls")
    return 0


def _gathered(arguments: argparse.Namespace) -> list[Entry]:
    """The programs of the sources, with mutants of their (first) solvers."""
    params = picked({name: value for name, value in vars(arguments).items() if name != SEARCH})
    others = [name for name in arguments.sources if name != SEARCH]
    searched = _searched(params, arguments.search) if SEARCH in arguments.sources else []
    unused = [] if SEARCH in arguments.sources else _unused(params, arguments.search)
    if unused:
        raise ParameterError(f"{unused[0]}: only a search reads it; add the source `search`")
    idle = [name for name in ("only_mutants", "seed") if getattr(arguments, name, None)]
    if idle and not params.mutants:
        raise ParameterError(f"{idle[0]}: only mutants need it; add --mutants N")
    for name in others:
        if name.endswith(".py") and battery_module(name):
            raise ParameterError(f"{name!r} is a module of the older kind, which only `run -b {name}` takes")
    loaded = entries_of(*others)
    entries = [*loaded.entries, *renamed(searched, loaded.entries)]
    for place, why in loaded.refused.items():
        say(f"kaggle_batt: cannot be read: {place}: {why}", file=sys.stderr)
    for note in loaded.notes:
        say(f"kaggle_batt: {note}", file=sys.stderr)
    solvers = [entry for entry in entries if entry.program.kind == "solver"][: arguments.first]
    differs = [entry for entry in entries if entry.program.kind == "differ"]
    made = mutants(solvers, params.mutants, params.seed) if params.mutants else []
    found = [*([] if arguments.only_mutants else solvers), *made, *differs]
    if not found:
        raise ParameterError("sources: there is no program in them")
    return found


def _unused(params: Params, search: int | None) -> list[str]:
    """The parameters of a search that were given."""
    defaults = Params()
    given = [name for name in _OF_SEARCH if getattr(params, name) != getattr(defaults, name)]
    return given if search is None else [SEARCH, *given]


def _searched(given: Params, search: int | None) -> Sequence[Entry]:
    params = resolved(given)
    tasks = choose(params).read(strict=params.strict).require_tasks()
    with closing(engine_of(params)) as engine:
        tools = Tools(engine, limits_of(params), Clock(), progress=TextProgress())
        found = search_tasks(tasks, 1000 * (search or STEPS), tools, lambda *_: None)
    for hit in tools.limit_hits:
        say(f"kaggle_batt: {hit['unit']} hit the {hit['kind']} limit: {hit['detail']}", file=sys.stderr)
    say(f"{len(found.summaries)} of {len(tasks)} tasks have a program that fits all demos")
    return found.entries
