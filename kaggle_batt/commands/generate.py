"""Write a battery file: library, files, mutants, search."""

import argparse
import sys
from collections.abc import Sequence

from kaggle_batt.api import choose, engine_of, limits_of, resolved
from kaggle_batt.commands.terminal import TextProgress, say
from kaggle_batt.errors import ParameterError
from kaggle_batt.generate.candidates import entries_of
from kaggle_batt.generate.mutate import mutants
from kaggle_batt.params import add_options, path, picked
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.files import usable_file, write_atomic
from kaggle_batt.pipeline.search_phase import search_tasks
from kaggle_batt.pipeline.timings import Clock
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.battery_file import dump_battery

#: a first source of that name means a search; any other is a file, a run's folder or `library`
SEARCH = "search"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    sources = "library, files of solvers, folders of runs; or search"
    add("sources", type=path("source"), nargs="*", default=["library"], help=sources)
    add("-o", "--out", type=path("out"), required=True, metavar="FILE", help="the battery file to write")
    add("--only-mutants", action="store_true", help="leave their parents out")
    add("--first", type=int, default=None, metavar="N", help="take the first N solvers only")
    add("--search", type=int, default=4000, metavar="N", help="search budget per task, thousands of steps")
    names = ("mutants", "seed", "data", "split", "ids", "start", "count", "engine", "workers", "timeout")
    add_options(parser, names)


def main(arguments: argparse.Namespace) -> int:
    file = usable_file(arguments.out)
    for name in ("first", "search"):
        if (number := getattr(arguments, name)) is not None and number < 1:
            raise ParameterError(f"{name}: at least 1 was expected, not {number}")
    entries = _searched(arguments) if arguments.sources[0] == SEARCH else _gathered(arguments)
    battery = Battery(entries)
    write_atomic(file, dump_battery(battery).encode())
    mutated = sum([entry.mutated for entry in battery.entries])
    say(f"{arguments.out}: {len(battery)} programs, {mutated} mutated, {len(battery.nodes)} distinct calls")
    return 0


def _gathered(arguments: argparse.Namespace) -> list[Entry]:
    """The programs of the sources, with mutants of their (first) solvers."""
    params = picked(vars(arguments))
    entries, refused = entries_of(*arguments.sources)[:2]
    for place, why in refused.items():
        say(f"kaggle_batt: cannot be read: {place}: {why}", file=sys.stderr)
    solvers = [entry for entry in entries if entry.program.kind == "solver"][: arguments.first]
    differs = [entry for entry in entries if entry.program.kind == "differ"]
    made = mutants(solvers, params.mutants, params.seed) if params.mutants else []
    found = [*([] if arguments.only_mutants else solvers), *made, *differs]
    if not found:
        raise ParameterError("sources: there is no program in them (--only-mutants needs --mutants N)")
    return found


def _searched(arguments: argparse.Namespace) -> Sequence[Entry]:
    params = resolved(picked(vars(arguments)))
    tasks = choose(params).read(strict=params.strict).require_tasks()
    tools = Tools(engine_of(params), limits_of(params), Clock(), progress=TextProgress())
    found = search_tasks(tasks, 1000 * arguments.search, tools, lambda *_: None)
    say(f"{len(found.summaries)} of {len(tasks)} tasks have a program that fits all demos")
    return found.entries
