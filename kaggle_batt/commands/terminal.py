"""Printing for people: what a name or message holds can't steer the terminal."""

from __future__ import annotations

import sys
from typing import TextIO


def say(*parts: object, sep: str = " ", end: str = "\n", file: TextIO | None = None) -> None:
    """Print the parts with control characters escaped."""
    print(printable(sep.join(map(str, parts))), end=end, file=file or sys.stdout, flush=True)


def printable(text: str) -> str:
    """The text with control characters and marks of direction as escapes; line breaks and tabs stay."""
    lines = text.expandtabs().split("\n")
    return "\n".join([line if line.isprintable() else "".join(map(_escaped, line)) for line in lines])


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
