"""The battery file: readable text that says which programs, from where, mutated or not, by which seed.

A head line, then per program one comment line of JSON (the fields of `Entry`) and its canonical text, then
an end line with the number of programs, which shows whether the file is whole. Any file of solver functions
in the shared vocabulary also loads as a battery.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kaggle_batt.errors import BatteryError, ProgramError
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.program import parse_programs

HEAD = "# kaggle_batt battery, format 1"
END = "# end of battery, programs:"
#: what the head of a program holds
_FIELDS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "source": (str,),
    "mutated": (bool,),
    "parent": (str, type(None)),
    "seed": (int, type(None)),
    "task": (str, type(None)),
    "cost": (int, type(None)),
}
#: largest file that is read, in bytes
MAX_FILE = 512 * 1024 * 1024


def dump_battery(battery: Battery) -> str:
    """The battery as the text of a battery file."""
    blocks = [HEAD + "\n"]
    for entry in battery.entries:
        head = {name: getattr(entry, name) for name in _FIELDS}
        blocks.append(f"# {json.dumps(head)}\n{entry.program.text}")
    blocks.append(f"{END} {len(battery)}\n")
    return "\n".join(blocks)


def load_battery(path: str | Path) -> Battery:
    """The battery of a battery file or of a file of solver functions.

    Raises `BatteryError` for a missing, torn or oversized file, and for text outside the language
    (with file and line).
    """
    path = Path(path)
    text = read_text(path)
    try:
        return parse_battery(text, str(path.name))
    except (ProgramError, BatteryError) as error:
        raise BatteryError(f"{path}: {error}") from None


def read_text(path: Path) -> str:
    """The text of a file. Raises `BatteryError` where it is missing, too large or not UTF-8."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise BatteryError(f"{path}: larger than {MAX_FILE} bytes")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BatteryError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise BatteryError(f"{path}: is not UTF-8 text") from None


def parse_battery(text: str, source: str = "text") -> Battery:
    """The battery of the text of a battery file, or of solver functions from `source`."""
    if not text.startswith("# kaggle_batt battery"):
        return _of_functions(text, source)
    lines = text.splitlines(keepends=True)
    if lines[0].strip() != HEAD:
        raise BatteryError(f"format {lines[0].strip()!r} was found, this package reads {HEAD!r}")
    starts = [number for number, line in enumerate(lines) if line.startswith("# {")]
    tail = lines[-1].strip()
    if not tail.startswith(END) or tail[len(END) :].strip() != str(len(starts)):
        raise BatteryError(f"the file is torn: {len(starts)} programs and no matching end line")
    ends = [*starts[1:], len(lines) - 1][: len(starts)]
    return Battery([_entry(lines, start, end) for start, end in zip(starts, ends, strict=True)])


def _entry(lines: list[str], start: int, end: int) -> Entry:
    head = _head(lines[start], start + 1)
    text = "".join(lines[start + 1 : end])
    try:
        ((_, program),) = parse_programs(text)
    except ProgramError as error:
        line, what = error.line or 0, str(error).removeprefix(f"line {error.line}: ")
        raise BatteryError(f"line {start + 1 + line}: {what} (program {head['name']!r})") from None
    except ValueError:
        raise BatteryError(f"line {start + 1}: one program was expected behind the head") from None
    return Entry(program=program, **head)


def _head(line: str, number: int) -> dict[str, Any]:
    try:
        head = json.loads(line[2:])
    except ValueError:
        raise BatteryError(f"line {number}: a JSON head was expected") from None
    if set(head) != set(_FIELDS) or not all([isinstance(head[k], _FIELDS[k]) for k in _FIELDS]):
        raise BatteryError(f"line {number}: the head has {sorted(head)}, not {sorted(_FIELDS)}")
    return dict(head)


def _of_functions(text: str, source: str) -> Battery:
    seen: dict[str, int] = {}
    entries = []
    for function, program in parse_programs(text):
        count = seen[function] = seen.get(function, 0) + 1
        name = function if count == 1 else f"{function}#{count}"
        task = function.removeprefix("solve_") if function.startswith("solve_") else None
        entries.append(Entry(name, program, source, task=task))
    if not entries:
        raise BatteryError("no program was found in the file")
    return Battery(entries)
