"""A program of the language: parsed from text, printed, evaluated."""

import re
from collections.abc import Iterable
from typing import Any

from kaggle_batt.dsl import PRIMITIVES, lookup
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.errors import ProgramError
from kaggle_batt.programs.evaluate import evaluate
from kaggle_batt.programs.graph import INPUTS, Call, Graph, Kind, Ref, merged
from kaggle_batt.programs.parse import Parsed, read_texts
from kaggle_batt.programs.texts import MAX_FUNCTION, Refused

_LINE = re.compile(r"^ {4}(\w+) = (\w+)\((.*)\)$", re.MULTILINE)
_WORDS: dict[str, Ref] = {word: word for word in (*CONSTANTS, *PRIMITIVES, *INPUTS)}


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
    if quick := _quickly(text):
        return [(quick.kind.replace("solver", "solve"), quick)]
    found = []
    for one in read_texts([text])[0]:
        if isinstance(one, Refused):
            raise one.error
        found.append((one.name, program_of(one)))
    return found


def _quickly(text: str) -> Program | None:
    """The program whose canonical text this is, if in words alone, read without a tree; else None."""
    if not isinstance(text, str) or len(text) > MAX_FUNCTION:
        return None
    known, calls = _WORDS.copy(), list[Call]()
    for target, word, inside in map(re.Match.groups, _LINE.finditer(text)):
        function, args = known.get(word, word), tuple([known.get(name, "") for name in inside.split(", ")])
        primitive = lookup(function) if isinstance(function, str) else None
        fits = primitive.arity == len(args) if primitive else isinstance(function, int) and len(args) <= 4
        if not fits or "" in args:
            return None
        known[target] = len(calls)
        calls.append(Call(function, args))
    made = canonical(calls, len(calls) - 1, "differ" if text[4] == "d" else "solver") if calls else None
    return made if made and made.text == text else None


def program_of(parsed: Parsed) -> Program:
    return canonical(parsed.calls, parsed.result, parsed.kind)
