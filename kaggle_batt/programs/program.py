"""A program of the language: parsed from text, printed, evaluated."""

from collections.abc import Iterable
from typing import Any

from kaggle_batt.errors import ProgramError
from kaggle_batt.programs.evaluate import evaluate
from kaggle_batt.programs.graph import Call, Graph, Kind, Ref, merged
from kaggle_batt.programs.parse import Parsed, read_texts
from kaggle_batt.programs.texts import Refused


class Program(Graph):
    """A solver or a differ in canonical form; made by `canonical` or of text."""

    @staticmethod
    def parse(text: str) -> "Program":
        """The one program in the text; see `parse_program`."""
        return parse_program(text)

    def evaluate(self, I: Any, S: Any = (), C: Any = None, budget: int | None = None) -> Any:  # noqa: E741
        """The program's value; see `kaggle_batt.programs.evaluate.evaluate`."""
        return evaluate(self, I, S, C, budget)


def canonical(calls: Iterable[Call], result: Ref, kind: Kind = "solver") -> Program:
    """The program of calls of which none refers to a later one; `ValueError` where one does (`merged`)."""
    return Program(*merged(list(calls), result), kind)


def parse_program(text: str) -> Program:
    """The one program in the text. Raises `ProgramError` where there is none or more than one."""
    programs = parse_programs(text)
    if len(programs) != 1:
        raise ProgramError(f"one function was expected, the text has {len(programs)}")
    return programs[0][1]


def parse_programs(text: str) -> list[tuple[str, Program]]:
    """(function name, program) of every function in the text, in order; `ProgramError` for any other text."""
    found = []
    for one in read_texts([text])[0]:
        if isinstance(one, Refused):
            raise one.error
        found.append((one.name, program_of(one)))
    return found


def program_of(parsed: Parsed) -> Program:
    return canonical(parsed.calls, parsed.result, parsed.kind)
