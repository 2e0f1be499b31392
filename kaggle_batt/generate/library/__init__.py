"""The package's own programs, kept as text: solvers for training tasks, and differs."""

from importlib.resources import files

from kaggle_batt.programs.battery import Entry
from kaggle_batt.programs.program import parse_programs

SOURCE = "library"


def library_solvers() -> list[Entry]:
    """The library's solver programs, in the order of the file."""
    return _entries("solvers.txt")


def library_differs() -> list[Entry]:
    """The library's differ programs, in the order of the file."""
    return _entries("differs.txt")


def _entries(name: str) -> list[Entry]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    programs = [(name, name.removeprefix("solve_"), program) for name, program in parse_programs(text)]
    return [Entry(name, p, SOURCE, task=None if task == name else task) for name, task, p in programs]
