"""The command line: arguments in, exit status out.

0: done (also by a time budget), 1: failed, or two runs differ, 2: a wrong argument, 130: interrupted.
"""

import argparse
import errno
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from kaggle_batt import __version__
from kaggle_batt.commands.terminal import say
from kaggle_batt.errors import KaggleBattError, ParameterError
from kaggle_batt.tasks.drawing import shortened
from kaggle_batt.tasks.names import printable

#: each is a module of this folder: `add_arguments(parser)`, `main(arguments) -> int`, its help as docstring
COMMANDS = ("run", "tasks", "compare", "links", "generate", "bundle", "rehearse", "push", "submit", "batch")
#: what an interrupted command leaves, and how to continue
_RESUMED = {
    "run": "; --resume continues from what was done",
    "batch": "; the runs that ended are in the folder, --resume continues",
}


class _Parser(argparse.ArgumentParser):
    """Reports a wrong argument in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {printable(message)}\n")


def main(argv: Sequence[str] | None = None) -> int:
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller: a file of the run would get its descriptor
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 (for the whole of the run)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character that the terminal lacks is no reason to fail
    try:
        arguments = _parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
        status: int = arguments.command(arguments)
        sys.stdout.flush()
        return status
    except ParameterError as error:
        return _reported(str(error), 2)
    except KaggleBattError as error:
        return _reported(str(error), 1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        exec("")  # else Python ends by SIGINT, though handled, if it came in code made of text (a dataclass)
        name = next(iter(sys.argv[1:] if argv is None else argv), "")
        return _reported(f"interrupted{_RESUMED.get(name, '')}", 130)
    except OSError as error:
        return _system_failure(error)


def _system_failure(error: OSError) -> int:
    """Report what the system refused in one line; return the exit status, 2 for a name that can be none."""
    if error.filename is None:  # printing failed: leave nothing to be flushed at the end
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if isinstance(error, BrokenPipeError):  # the reader is gone
        return 1
    place = "output" if error.filename is None else os.fsdecode(error.filename)
    status = 2 if error.errno == errno.ENAMETOOLONG else 1
    return _reported(f"{shortened(place, 200)}: {error.strerror or error}", status)


def _reported(message: str, status: int) -> int:
    """The exit status, after the message on the standard error if that can be written."""
    try:
        say(f"kaggle_batt: {message}", file=sys.stderr)
    except OSError:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (leave nothing to be flushed at the end: it would fail)
    return status


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command that `argv` begins with, of all commands where it begins with none."""
    parser = _Parser(prog="kaggle_batt", description="Run, search and trust batteries of ARC programs.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="command", required=True, parser_class=_Parser)
    for name in argv[:1] if {*argv[:1]} & {*COMMANDS} else COMMANDS:
        module = import_module(f"kaggle_batt.commands.{name}")
        command = commands.add_parser(name, help=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(command=module.main)
    return parser
