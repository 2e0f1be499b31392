"""The battery file: readable text that says which programs, from where, mutated or not, by which seed.

A head line, then per program one comment line of JSON (the fields of `Entry`) and its canonical text, then
an end line with the number of programs, which shows whether the file is whole. Any file of solver functions
in the shared vocabulary also loads as a battery.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_type_hints

from kaggle_batt.errors import BatteryError, ProgramError
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.parse import Parsed, read_texts
from kaggle_batt.programs.program import parse_programs, program_of
from kaggle_batt.programs.texts import Refused, parts_of

HEAD = "# kaggle_batt battery, format 1"
_MARK = "# kaggle_batt battery"
END = "# end of battery, programs:"
#: what the head of a program holds, with the types
_FIELDS = {name: kind for name, kind in get_type_hints(Entry).items() if name != "program"}
AT_ONCE = 200  #: programs of a file that are read however late it is
MAX_FILE = 512 * 1024 * 1024  #: largest file that is read, in bytes


def dump_battery(battery: Battery) -> str:
    blocks = [HEAD + "\n"]
    for entry in battery.entries:
        head = {name: getattr(entry, name) for name in _FIELDS}
        blocks.append(f"# {json.dumps(head)}\n{entry.program.text}")
    blocks.append(f"{END} {len(battery)}\n")
    return "\n".join(blocks)


class Loaded(NamedTuple):
    """Programs of files; refused ones, by file and name, with the reasons; those not read in time; md5s;
    what else was noted."""

    entries: list[Entry]
    refused: dict[str, str]
    left_out: list[str]
    md5s: list[str]
    notes: tuple[str, ...] = ()


def never() -> bool:
    return False


def load_battery(path: str | Path) -> Battery:
    """The battery of a battery file or of a file of solver functions.

    Programs that can't be read are in its `refused`, as files of solvers often hold some. Raises
    `BatteryError` for a missing, torn or oversized file, and for one of which no program can be read.
    """
    return Battery(*load_programs([Path(path)])[:2])


def load_programs(files: Sequence[Path], by_file: bool = False, late: Callable[[], bool] = never) -> Loaded:
    """The programs of battery files and of files of functions, which may call each other.

    Those that are not read when it is `late` are left out. With `by_file` a function that is named just
    "solve" or "differ" has the name of its file. Raises `BatteryError` as `load_battery` does.
    """
    loaded = Loaded([], {}, [], [])
    texts = dict(_texts(files, loaded))
    until, names = Until(late, loaded.left_out), Names()
    plain = {path: text for path, text in texts.items() if not text.startswith(_MARK)}
    parts = [until(parts_of(text), path.name, "parts") for path, text in plain.items()]
    functions = dict(zip(plain, read_texts([*plain.values()], parts, loaded.left_out), strict=True))
    for path, text in texts.items():
        if path in functions:
            found = _of_functions(functions[path], path.name, path.stem if by_file else None)
        else:
            found = until(_of_battery_file(text), path.name)
        try:
            _add(loaded, found, path.name, names)
        except BatteryError as error:
            raise BatteryError(f"{path}: {error}") from None
    if not loaded.entries and not loaded.left_out and not texts.keys() - plain.keys():
        reasons = [f"; {place}, {why}" for place, why in loaded.refused.items()][:1]
        expected = "expected functions, as `def solve(I): …`, or a battery file of `generate`"
        if files and files[0].parent.name == "solver_md5":
            reasons.append("; programs that a module's run kept need it: give the module itself")
        where = ", ".join(map(str, files[:3]))
        raise BatteryError(f"{where}: no program was found; {expected}{''.join(reasons)}")
    return loaded


def _texts(files: Sequence[Path], loaded: Loaded) -> Iterator[tuple[Path, str]]:
    """The files with their texts; of several, one that can't be read does not affect the others."""
    for path in files:
        try:
            text = read_text(path)
        except BatteryError as error:
            if len(files) == 1:
                raise
            loaded.refused[str(path)] = str(error).removeprefix(f"{path}: ")
        else:
            loaded.md5s.append(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())
            yield path, text


_Item = TypeVar("_Item")


class Until:
    """Passes items on until it is late, the first `least` of all anyway; `left_out` says what it drops."""

    def __init__(self, late: Callable[[], bool], left_out: list[str], least: int = AT_ONCE) -> None:
        self.late, self.left_out, self.least = late, left_out, least

    def __call__(self, items: Iterable[_Item], name: str, what: str = "programs") -> Iterator[_Item]:
        for number, item in enumerate(items):
            if self.least <= 0 and self.late():
                self.left_out.append(f"{name}: what follows the first {number:,} {what}")
                return
            self.least -= 1
            yield item
            del item  # it may be large: let it go before the next is made


class Names:
    """Names that are taken; `free` takes another."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken, self._numbers = set(taken), Counter[str]()

    def free(self, name: str) -> str:
        """The name, or if it is taken the first of name#2, name#3 … that is not."""
        found = name
        while found in self._taken:
            self._numbers[name] += 1
            found = f"{name}#{self._numbers[name] + 1}"
        self._taken.add(found)
        return found


def _add(loaded: Loaded, found: Iterable[Entry | Refused], source: str, names: Names) -> None:
    """Add a file's programs under names that are not taken yet."""
    refused = Names(loaded.refused)
    for one in found:
        if isinstance(one, Refused):
            loaded.refused[refused.free(f"{source}: {one.name}")] = str(one.error)
        else:
            name = names.free(one.name)
            loaded.entries.append(one if name == one.name else replace(one, name=name))


def read_text(path: Path) -> str:
    """The text of a file. Raises `BatteryError` where it is missing, too large or not UTF-8."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise BatteryError(f"{path}: larger than {MAX_FILE} bytes")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BatteryError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise BatteryError(f"{path}: is not UTF-8 text") from None


def _of_battery_file(text: str) -> Iterator[Entry | Refused]:
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].strip() != HEAD:
        raise BatteryError(f"format {''.join(lines[:1]).strip()!r} was found, this package reads {HEAD!r}")
    starts = [number for number, line in enumerate(lines) if line.startswith("# {")]
    tail = lines[-1].strip()
    if not tail.startswith(END) or tail[len(END) :].strip() != str(len(starts)):
        raise BatteryError(f"the file is torn: {len(starts)} programs and no matching end line")
    ends = [*starts[1:], len(lines) - 1][: len(starts)]
    names: Counter[str] = Counter()
    for start, end in zip(starts, ends, strict=True):
        entry = _entry(lines, start, end)
        names[entry.name] += 1
        yield entry
    if names.total() > len(names):
        raise BatteryError(f"two programs of the battery are named {names.most_common(1)[0][0]!r}")


def _entry(lines: list[str], start: int, end: int) -> Entry | Refused:
    head = _head(lines[start], start + 1)
    text = "".join(lines[start + 1 : end])
    try:
        ((_, program),) = parse_programs(text)
    except ProgramError as error:
        line, what = error.line or 0, str(error).removeprefix(f"line {error.line}: ")
        return Refused(head["name"], ProgramError(what, start + 1 + line))
    except ValueError:
        raise BatteryError(f"line {start + 1}: one program was expected after the head") from None
    return Entry(program=program, **head)


def _head(line: str, number: int) -> dict[str, Any]:
    try:
        head = json.loads(line[2:])
    except (ValueError, RecursionError):
        raise BatteryError(f"line {number}: a JSON head was expected") from None
    for name in dict.fromkeys([*_FIELDS, *head]):
        if name not in head or not isinstance(head[name], _FIELDS.get(name, ())):
            fields = ", ".join(_FIELDS)
            raise BatteryError(f"line {number}: the head is to have {fields}; wrong is {name[:80]!r}")
    return dict(head)


def _of_functions(
    found: Iterable[Parsed | Refused], source: str, file: str | None
) -> Iterator[Entry | Refused]:
    for one in found:
        if isinstance(one, Refused):
            yield one
            continue
        name = file if file and one.name in ("solve", "differ") else one.name
        whole = re.fullmatch(r"solve_(\w+)|([0-9a-f]{8})", name)
        yield Entry(name, program_of(one), source, task=whole[1] or whole[2] if whole else None)
