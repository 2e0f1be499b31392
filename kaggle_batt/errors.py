"""The exceptions: everything that the package raises on purpose is a `KaggleBattError`."""

import difflib
from collections.abc import Iterable, Sequence
from reprlib import Repr
from typing import Any

_BRIEF = Repr()
_BRIEF.maxstring = _BRIEF.maxother = 80


class KaggleBattError(Exception):
    """Root of the package's exceptions; its message is meant for the user."""


class ParameterError(KaggleBattError):
    """A parameter has the wrong type or value; the message names it. Exit status 2."""


class UnknownTask(ParameterError):
    """An id that is none of the data's tasks."""


class MissingExtra(ParameterError):
    """An optional package is not installed; the message has the command that installs it."""


class TaskError(KaggleBattError):
    """Task data is missing or malformed; the message names file, task and sample."""


class ProgramError(KaggleBattError):
    """Program text that is not in the language; `line` (1-based) is None if the whole text is at fault."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {message}" if line is not None else message)
        self.line = line


class DslError(KaggleBattError):
    """A primitive was called outside its domain."""


class LimitError(DslError):
    """A budget of steps or a documented size was exceeded."""


class BatteryError(KaggleBattError):
    """A battery file is torn or of another format."""


class EngineError(KaggleBattError):
    """An engine could not start or continue."""


class StoreError(KaggleBattError):
    """A file of a run could not be written or read."""


class JournalError(StoreError):
    """A journal belongs to other parameters or another version."""


class SubmissionError(KaggleBattError):
    """A submission that Kaggle would refuse; the message names task and test input."""


class MetadataError(KaggleBattError):
    """A field of Kaggle metadata breaks a rule; the message names the field."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'; did you mean a, b?' with up to three names of `known` that look like `word`, else ''."""
    found = difflib.get_close_matches(word, known, n=3)
    return f"; did you mean {', '.join(found)}?" if found else ""


def several(names: Sequence[str], most: int = 5) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def brief(value: Any) -> str:
    """The repr of a value for a message, its long parts cut."""
    try:
        return _BRIEF.repr(value)
    except ValueError:  # an integer of thousands of digits
        return f"a long {type(value).__name__}"
