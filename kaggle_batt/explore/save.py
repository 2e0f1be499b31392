"""An edited program saved to a solver file, which `--battery` reads."""

from __future__ import annotations

from pathlib import Path

from kaggle_batt.errors import BatteryError, ParameterError, ProgramError
from kaggle_batt.pipeline.files import write_atomic
from kaggle_batt.programs.battery_file import HEAD, load_battery, read_text
from kaggle_batt.programs.program import Program, parse_programs


def save_solver(path: Path, name: str, program: Program) -> str:
    """Add the program to a file of solvers, under that function name; returns a message.

    The file is created if there is none; a program that it holds already is not added again. Raises
    `ParameterError` for an invalid name, `BatteryError` for a file that holds anything but solvers,
    `StoreError` if it cannot be written.
    """
    source = _source(name, program)
    text = ""
    if path.exists():
        text = read_text(path)
        if text.startswith(HEAD):
            raise BatteryError(f"{path} is a battery file; save to a file of solver functions")
        same = [entry.name for entry in load_battery(path).entries if entry.program == program]
        if same:
            return f"{path} has this program already, as {same[0]}"
    write_atomic(path, (f"{text.rstrip()}\n\n\n{source}" if text.strip() else source).encode())
    return f"{path}: saved as {name}, {program.size} calls, md5 {program.md5[:8]}"


def _source(name: str, program: Program) -> str:
    """The program's text under another name, read back to be sure."""
    source = program.text.replace("def solve(", f"def {name}(", 1)
    try:
        same = parse_programs(source) == [(name, program)]
    except ProgramError:
        same = False
    if not same:
        raise ParameterError(f"a name for a solver function, like solve_mine, was expected, not {name!r}")
    return source
