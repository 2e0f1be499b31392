"""Writes legacy battery modules, as its generator did: `NAME.py` and `NAME_call.py`.

A program is a list of lines `(name, function, argument, …)`, the last one named O. Equal calls become one
variable; each differ stands once for the raw input and once behind every solver, with the solver's
variable in the place of I.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

Line = tuple[str, ...]
LANGUAGE = Path(__file__).with_name("shapes.py")

HEAD = """from shapes import *
{top}

def batt(task_id, S, I, C, log_path):
    s = []
    o = []
"""
#: a call as it stands in a module: the older generator's form, and one that takes a line
LONG = """    try:
        t{number} = {call}
    except (TypeError, AttributeError, ValueError, IndexError):
        t{number} = default_of({function})
"""
SHORT = "    t{number} = safe({arguments})\n"


class Solver(NamedTuple):
    """A solver: its id, whether it is a mutant, its lines."""

    id: str
    mutated: bool
    lines: tuple[Line, ...]


class Writer:
    """The text of a module in the making."""

    def __init__(self, differs: dict[str, tuple[Line, ...]], form: str) -> None:
        self.differs, self.form = differs, form
        self.calls: dict[int, str] = {}
        self.numbers: dict[str, int] = {}
        self.text: list[str] = []

    def program(self, lines: Sequence[Line], grid: str = "I") -> int:
        """Write the calls of a program that are not there yet; the number of its last."""
        names, number = {"I": grid}, 0
        for name, *parts in lines:
            function, *args = [names.get(part, part) for part in parts]
            call = ", ".join([function, *args])
            if call not in self.numbers:
                self.numbers[call] = len(self.calls) + 1
                self.calls[len(self.calls) + 1] = call
                made = f"{function}({', '.join(args)})"
                self.text.append(
                    self.form.format(number=len(self.calls), call=made, function=function, arguments=call)
                )
            number = self.numbers[call]
            names[name] = f"t{number}"
        return number

    def values(self, solver: str, grid: str) -> None:
        """Write the differs on a grid."""
        for name, lines in self.differs.items():
            number = self.program(lines, grid)
            self.text.append(f"    s.append(({number}, {solver!r}, {name!r}, t{number}))\n")

    def solver(self, solver: Solver) -> None:
        """Write a solver and its differ values."""
        number = self.program(solver.lines)
        self.text.append(f"    o.append(({number}, {solver.mutated}, {solver.id!r}, t{number}))\n")
        self.values(solver.id, f"t{number}")


def write_module(
    folder: Path,
    solvers: Sequence[Solver],
    differs: dict[str, tuple[Line, ...]],
    *,
    name: str = "made",
    top: str = "",
    first: str = "",
    last: str = "return o, s",
    calls: str = "",
    form: str = SHORT,
) -> str:
    """Write a module and its language into the folder; return what to give as the battery.

    `top` is code at the module's head, `first` and `last` statements of `batt`, `calls` code behind `t_call`.
    """
    writer = Writer(differs, form)
    writer.values("None", "I")
    for solver in solvers:
        writer.solver(solver)
    begin = "".join([f"    {line}\n" for line in first.splitlines()])
    end = "".join([f"    {line}\n" for line in last.splitlines()])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(HEAD.format(top=top) + begin + "".join(writer.text) + end)
    (folder / f"{name}_call.py").write_text(f"t_call = {writer.calls}\n{calls}")
    shutil.copy(LANGUAGE, folder)
    return str(folder / name)


SOLVERS = (
    Solver("67a3c6ac", False, (("O", "mirror", "I"),)),
    Solver("9172f3a0", False, (("O", "scale", "I", "THREE"),)),
    Solver("d511f180", False, (("O", "swap", "I", "FIVE", "EIGHT"),)),
    Solver(
        "007bbfb7",
        False,
        (("a", "scale", "I", "THREE"), ("b", "tile", "I", "THREE"), ("O", "both", "a", "b")),
    ),
    Solver("1cf80156", False, (("O", "cut", "I"),)),
    Solver("25ff71a9", False, (("O", "down", "I"),)),
    Solver(
        "3aa6fb7a", True, (("a", "constant", "paint", "ONE"), ("b", "after", "a", "turn"), ("O", "b", "I"))
    ),
    Solver("23b5c85d", True, (("a", "cut", "I"), ("O", "upper", "a"))),
    Solver(
        "44f52bb0",
        False,
        (
            ("a", "mirror", "I"),
            ("b", "is_same", "a", "I"),
            ("c", "row_of", "I", "ZERO"),
            ("d", "row_of", "I", "ONE"),
            ("O", "pick", "b", "c", "d"),
        ),
    ),
    Solver("4258a5f9", True, (("O", "scale", "I", "TWO"),)),
    Solver("aabf363d", False, (("a", "nth", "S", "ZERO"), ("O", "nth", "a", "ONE"))),
    Solver("68b16354", False, (("O", "flip", "I"),)),
    Solver("74dd1130", True, (("a", "turn", "I"), ("O", "flip", "a"))),
    Solver("a416b8f3", True, (("O", "both", "I", "FIVE"),)),  # fails everywhere: its default is no grid
)
DIFFERS: dict[str, tuple[Line, ...]] = {
    "differ_cells": (("a", "wrong_cells", "I", "C"), ("O", "pair", "a", "ZERO")),
    "differ_palette": (
        ("a", "palette", "I"),
        ("b", "palette", "C"),
        ("c", "without", "b", "a"),
        ("d", "size", "c"),
        ("O", "pair", "d", "c"),
    ),
    "differ_filled": (("a", "filled", "I"), ("b", "filled", "C"), ("O", "apart", "a", "b")),
    "differ_rows": (
        ("a", "size", "I"),
        ("b", "size", "C"),
        ("c", "apart", "a", "b"),
        ("O", "pair", "c", "b"),
    ),
    "differ_shape": (("a", "shape", "I"), ("b", "shape", "C"), ("O", "pair", "a", "b")),  # no measure
}


def random_solvers(count: int, seed: int) -> Iterator[Solver]:
    """So many chains of calls, of 12 to 20 lines each, that share few of them."""
    random = Random(seed)
    steps: list[Line] = [
        ("mirror",),
        ("flip",),
        ("turn",),
        ("down",),
        *[("swap", str(a), str(b)) for a in range(10) for b in range(a)],
    ]
    for number in range(count):
        lines: list[Line] = []
        for place in range(random.randint(12, 20)):
            function, *args = random.choice(steps)
            lines.append((f"x{place + 1}", function, f"x{place}" if place else "I", *args))
        lines[-1] = ("O", *lines[-1][1:])
        yield Solver(f"task{number:04}", bool(number % 3), tuple(lines))
