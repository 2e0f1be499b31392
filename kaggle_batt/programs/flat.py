"""A program's canonical text read back, without Python's parser.

Only the form that `Graph.text` writes, in words of the shared vocabulary, is known; `parse` reads any other.
"""

import re
from typing import NamedTuple

from kaggle_batt.dsl import PRIMITIVES
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.programs.graph import Call, Kind, Ref

MAX_FLAT = 50_000  #: longer texts are left to `parse`, which limits them
_WHOLE = re.compile(
    r"def (solve|differ)\((S, I, C|S, I|I)\):\n"
    r"((?: {4}(?:x\d+|O) = \w+\(\w+(?:, \w+)*\)\n)+) {4}return (\w+)\n",
    re.ASCII,
)
_WORDS: dict[str, Ref] = {word: word for word in (*CONSTANTS, *PRIMITIVES)}
_ARITY = {name: primitive.arity for name, primitive in PRIMITIVES.items()}
_LINE = re.compile(r" {4}(\w+) = (\w+)\(([\w, ]+)\)\n", re.ASCII)


class Parsed(NamedTuple):
    """A function of the text: its name, its calls as they stand there, and what it returns."""

    name: str
    calls: list[Call]
    result: Ref
    kind: Kind


def read_flat(text: str) -> Parsed | None:
    """The function whose canonical text this is; None of any other text."""
    whole = _WHOLE.fullmatch(text) if isinstance(text, str) and len(text) <= MAX_FLAT else None
    if whole is None:
        return None
    name, params, lines, returned = whole.groups()
    known = _WORDS.copy()
    known.update([(param, param) for param in params.split(", ")])
    calls: list[Call] = []
    for target, word, inside in _LINE.findall(lines):
        try:
            args = tuple([known[arg] for arg in inside.split(", ")])
        except KeyError:
            return None
        function = known.get(word)
        fits = len(args) <= 4 if type(function) is int else _ARITY.get(word) == len(args)
        if function is None or not fits:
            return None
        known[target] = len(calls)
        calls.append(Call(function, args))
    kind: Kind = "differ" if name == "differ" else "solver"
    result = known.get(returned)
    return None if result is None or returned in _WORDS else Parsed(name, calls, result, kind)
