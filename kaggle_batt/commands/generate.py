"""The command `generate`: battery files from the library, files, runs, mutants, search, rounds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kaggle_batt.api import choose_tasks, resolved
from kaggle_batt.commands.progress import TextProgress
from kaggle_batt.engines import Limits, make_engine
from kaggle_batt.errors import ParameterError
from kaggle_batt.generate.candidates import entries_of, generate_file
from kaggle_batt.generate.evolve import Evolution, evolve, history
from kaggle_batt.generate.evolve import entries_of as kept_entries
from kaggle_batt.params import Params, checked
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.files import write_atomic
from kaggle_batt.pipeline.search_phase import seek
from kaggle_batt.pipeline.timings import Clock
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.battery_file import dump_battery

#: what a first source of that name means; any other is a file, a run's folder or `library`
SEARCH, EVOLVE = "search", "evolve"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add = parser.add_argument
    add(
        "sources",
        nargs="*",
        default=["library"],
        help="library, files of solvers, runs' folders; or search; or evolve and the sources of its parents",
    )
    add("-o", "--out", required=True, metavar="FILE", help="the battery file to write")
    add("--mutants", type=int, default=0, metavar="N", help="mutants to add")
    add("--only-mutants", action="store_true", help="leave their parents out")
    add("--first", type=int, default=None, metavar="N", help="take the first N solvers only")
    add("--seed", type=int, default=0, metavar="N", help="seed of every random choice")
    for letter, name in (("-i", "ids"), ("-s", "start"), ("-c", "count")):
        given = {"nargs": "+", "default": ""} if name == "ids" else {"type": int, "default": -1}
        add(
            letter,
            f"--{name}",
            metavar=name.upper(),
            help="tasks of a search or of rounds, as for run",
            **given,
        )
    add("--data", default="", help="as for run")
    add("--split", default="", help="as for run")
    add("--search", type=int, default=4000, metavar="N", help="search budget per task, thousands of steps")
    add("--rounds", type=int, default=10, metavar="N", help="rounds at most")
    add("--population", type=int, default=1000, metavar="N", help="offspring of a round")
    add("--patience", type=int, default=3, metavar="N", help="stop after N rounds in a row without gain")
    add("--resume", action="store_true", help="go on with rounds that were stopped (FILE.rounds.json)")
    add(
        "--budget",
        type=int,
        default=1_000_000,
        metavar="N",
        help="steps of one program on one sample, in rounds",
    )
    add("--engine", default="process", help="as for run")
    add("--workers", type=int, default=0, metavar="N", help="as for run")
    add("--timeout", "-t", type=float, default=10.0, metavar="S", help="as for run")


def main(arguments: argparse.Namespace) -> int:
    """Write the battery file; return the exit status."""
    sources = list(arguments.sources)
    if sources[0] == SEARCH:
        battery = _searched(arguments)
    elif sources[0] == EVOLVE:
        battery = _evolved(arguments, sources[1:] or ["library"])
    else:
        parents = not arguments.only_mutants
        battery = generate_file(
            sources, arguments.out, arguments.mutants, arguments.seed, arguments.first, parents
        )
    mutated = sum([entry.mutated for entry in battery.entries])
    print(f"{arguments.out}: {len(battery)} programs, {mutated} mutated, {len(battery.nodes)} distinct calls")
    return 0


def _params(arguments: argparse.Namespace) -> Params:
    names = ("ids", "start", "count", "data", "split", "seed", "engine", "workers", "timeout")
    return resolved(checked({name: getattr(arguments, name) for name in names}))


def _tools(params: Params) -> Tools:
    limits = Limits(cpu=params.timeout, wall=3 * params.timeout, memory=params.memory << 20)
    engine = make_engine(params.engine, params.workers or None)
    return Tools(engine, limits, Clock(), progress=TextProgress())


def _searched(arguments: argparse.Namespace) -> Battery:
    """The programs that a search finds for each task, as a battery file."""
    if arguments.search < 1:
        raise ParameterError(f"search: at least 1 was expected, not {arguments.search}")
    params = _params(arguments)
    tasks = choose_tasks(params)
    tools = _tools(params)
    sought = seek(tasks, 1000 * arguments.search, tools, [], lambda *_: None)
    print(f"{len(sought.told)} of {len(tasks)} tasks have a program that fits all demos")
    return _written(arguments.out, sought.entries)


def _evolved(arguments: argparse.Namespace, sources: Sequence[str]) -> Battery:
    """The best programs after rounds of mutation, as a battery file."""
    for name in ("rounds", "population", "patience", "budget"):
        if getattr(arguments, name) < 1:
            raise ParameterError(f"{name}: at least 1 was expected, not {getattr(arguments, name)}")
    params = _params(arguments)
    parents = [entry for source in sources for entry in _parents(source)]
    solvers = [replace(entry, source=EVOLVE) for entry in parents if entry.program.kind == "solver"]
    state: Evolution = evolve(
        choose_tasks(params),
        solvers[: arguments.first],
        _tools(params),
        rounds=arguments.rounds,
        population=arguments.population,
        patience=arguments.patience,
        seed=arguments.seed,
        budget=arguments.budget,
        path=Path(f"{arguments.out}.rounds.json"),
        resume=arguments.resume,
    )
    print(history(state.rounds), file=sys.stdout)
    return _written(arguments.out, kept_entries(state))


def _parents(source: str) -> list[Entry]:
    """The programs of `library`, of a file, or of a run's folder (its solver_md5)."""
    folder = Path(source) / "solver_md5"
    if not folder.is_dir():
        return entries_of(source)
    return [
        replace(entry, name=path.stem)
        for path in sorted(folder.glob("*.py"))
        for entry in entries_of(str(path))
    ]


def _written(out: str, entries: Sequence[Entry]) -> Battery:
    battery = Battery(entries)
    write_atomic(Path(out), dump_battery(battery).encode())
    return battery
