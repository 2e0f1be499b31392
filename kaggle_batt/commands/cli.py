"""The command line: arguments in, exit status out.

0 the run is done (also when a time budget ended it), 1 it failed or two runs differ, 2 a wrong
argument, 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from kaggle_batt import __version__
from kaggle_batt.errors import KaggleBattError, ParameterError
from kaggle_batt.params import ENGINES, OPTIONS, checked

_LETTERS = {"ids": "-i", "start": "-s", "count": "-c", "timeout": "-t", "battery": "-b", "out": "-o"}
#: commands of other modules: each has `add_arguments(parser)` and `main(arguments) -> int`
_MODULES = {
    "generate": "write a battery file: library, files, mutants, search",
    "bundle": "pack the package and the notebook for Kaggle",
    "rehearse": "run a bundle as Kaggle would",
    "batch": "run the notebook for a plan of parameters",
}

#: commands whose module has another name
_FILES = {
    "generate": "commands.generate",
    "bundle": "kaggle.bundle",
    "rehearse": "kaggle.rehearse",
    "batch": "batch.batch",
}


class _Parser(argparse.ArgumentParser):
    """Tells a wrong argument in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller: a file of the run's would take its descriptor
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 (for the whole of the run)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without some sign is no reason to fail
    try:
        arguments = _parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
        status: int = arguments.command(arguments)
        sys.stdout.flush()
        return status
    except ParameterError as error:
        print(f"kaggle_batt: {error}", file=sys.stderr)
        return 2
    except KaggleBattError as error:
        print(f"kaggle_batt: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("kaggle_batt: interrupted; run.json says what was done, --resume goes on", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (nobody reads on: leave nothing to be flushed)
        return 1


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="kaggle_batt", description="Run, search and trust batteries of ARC programs.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="command", required=True, parser_class=_Parser)
    _add_run(commands.add_parser("run", help="run a battery on tasks"))
    _add_compare(commands.add_parser("compare", help="compare two runs"))
    for name, text in _MODULES.items():
        command = commands.add_parser(name, help=text)
        if argv and argv[0] == name:
            module = import_module(f"kaggle_batt.{_FILES[name]}")
            module.add_arguments(command)
            command.set_defaults(command=module.main)
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    for name, option in OPTIONS.items():
        flags = [_LETTERS[name]] if name in _LETTERS else []
        flags.append(f"--{name.replace('_', '-')}")
        given: dict[str, Any] = {"dest": name, "help": option.metadata["help"], "default": option.default}
        if type(option.default) is bool:
            given["action"] = argparse.BooleanOptionalAction
        elif name == "ids":
            given.update(nargs="+", metavar="ID")
        elif name in ("engine", "compare"):
            given["metavar"] = "|".join(ENGINES)
        else:
            given["metavar"] = type(option.default).__name__.upper()
        parser.add_argument(*flags, **given)
    parser.add_argument("--timing", action="store_true", help="print the phases, with the older keys")
    parser.set_defaults(command=_run)


def _run(arguments: argparse.Namespace) -> int:
    from kaggle_batt.api import run_compared
    from kaggle_batt.commands.progress import TextProgress
    from kaggle_batt.report.summary import summary

    values = {name: getattr(arguments, name) for name in OPTIONS}
    params = checked(values)
    first, second, differences = run_compared(params, TextProgress() if params.progress else None)
    print(summary(first))
    serial = second if second is not None and second.record["params"]["engine"] == "serial" else None
    if arguments.timing:
        print(first.timing_table(serial))
    if second is not None:
        print(_verdict(f"{params.engine} and {second.record['params']['engine']}", differences))
    elif first.record["params"]["compare"]:
        print("not compared: the time budget did not suffice for two runs")
    return 1 if differences or first.record["broken"] else 0


def _verdict(what: str, differences: list[str]) -> str:
    if not differences:
        return f"equal: {what} gave the same candidates, outputs, scores, predictions and files"
    return "\n".join([f"NOT EQUAL: {what} differ in {len(differences)} places", *differences[:200]])


def _add_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs=2, metavar="RUN", help="folder of a run, or its run.json")
    parser.set_defaults(command=_compare)


def _compare(arguments: argparse.Namespace) -> int:
    from kaggle_batt.pipeline.compare import compare_runs

    differences = compare_runs(*arguments.runs)
    print(_verdict(" and ".join(arguments.runs), differences))
    return 1 if differences else 0
