"""Printing for people: what a name or message holds can't steer the terminal."""

import sys
from typing import TextIO

from kaggle_batt.tasks.names import printable


def say(*parts: object, sep: str = " ", end: str = "\n", file: TextIO | None = None) -> None:
    """Print the parts with control characters escaped."""
    print(printable(sep.join(map(str, parts))), end=end, file=file or sys.stdout, flush=True)
