"""Comparing two runs: where their records and files differ, by kind of place, and as text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaggle_batt.pipeline.files import FOLDERS, SUBMISSION, read_bytes, record_path
from kaggle_batt.pipeline.outputs import FILLED, links_of
from kaggle_batt.pipeline.record import essence, read_record

WIDTH = 80  #: characters shown of a value
EXAMPLES = 2  #: differences of a kind that are shown
SETTINGS = ("params", "environment", "battery", "status")  #: parts of a record that say how a run was made


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in two records and its values there, `MISSING` where a record has none."""

    path: tuple[str, ...]
    a: Any
    b: Any

    def __str__(self) -> str:
        return f"{' / '.join(self.path)}: {_shown(self.a, self.b)}"

    @property
    def kind(self) -> str:
        """The path with `*` for the id of a task or sample, an md5, a number and a differ."""
        parts = [re.sub(r"^\d+$|\b[0-9a-f]{32}\b|(?<=^demo/|^test/)\d+$", "*", part) for part in self.path]
        if self.path[0] in ("tasks", "searched", "links"):
            parts[1:2] = ["*"]
        return re.sub(r"( / (?:s_score|d_score / \*) / )\w+", r"\1*", " / ".join(parts))

    def as_json(self) -> dict[str, Any]:
        """`path`, `a` and `b`; a missing value is left out."""
        values = {"a": self.a, "b": self.b}
        return {"path": self.path, **{name: value for name, value in values.items() if value is not MISSING}}


def differences(a: Any, b: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """The places where two JSON values differ, in order."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted({**a, **b}, key=str):
            yield from differences(a.get(key, MISSING), b.get(key, MISSING), (*path, str(key)))
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for number, (one, two) in enumerate(zip(a, b, strict=True)):
            yield from differences(one, two, (*path, str(number)))
    elif a != b or type(a) is not type(b):
        yield Difference(path, a, b)


def _shown(a: Any, b: Any) -> str:
    """Both values; of long ones the part around the first place where they differ."""
    one, two = repr(a), repr(b)
    unlike = [place for place, (x, y) in enumerate(zip(one, two, strict=False)) if x != y]
    same = unlike[0] if unlike else min(len(one), len(two))
    start = max(0, same - 20) if max(len(one), len(two)) > WIDTH else 0
    parts = [text[start:] for text in (one, two)]
    return " ≠ ".join(["…" * (start > 0) + part[:WIDTH] + "…" * (len(part) > WIDTH) for part in parts])


@dataclass(frozen=True, slots=True)
class Comparison:
    """The records of two runs and their differences; the runs are equal if there are none."""

    a: Mapping[str, Any]
    b: Mapping[str, Any]
    differences: Sequence[Difference]

    @property
    def settings(self) -> list[Difference]:
        """The parameters (without the folder), environment, battery and status that differ."""
        pairs = [(name, self.a.get(name, {}), self.b.get(name, {})) for name in SETTINGS]
        found = [place for name, a, b in pairs for place in differences(a, b, (name,))]
        return [place for place in found if place.path != ("params", "out")]

    @property
    def kinds(self) -> dict[str, list[Difference]]:
        """The differences by kind of path, without those of the settings."""
        found: dict[str, list[Difference]] = {}
        for difference in self.differences:
            if difference.path[0] not in SETTINGS:
                found.setdefault(difference.kind, []).append(difference)
        return found

    def text(self, names: str, every: bool = False) -> str:
        """Whether the runs of these names are equal; if not, the settings that differ, then the kinds."""
        if not self.differences:
            return f"EQUAL: {names} gave the same candidates, outputs, scores, predictions and files"
        lines = [f"NOT EQUAL: {names} differ in {len(self.differences):,} places"]
        apart = [f"  {found}" for found in self.settings]
        lines += ["settings that differ:", *apart] if apart else ["same parameters, environment and battery"]
        if not self.kinds:
            lines.append("nothing else differs: all results and files are equal")
        for kind, found in self.kinds.items():
            shown = found if every else found[:EXAMPLES]
            lines += [f"{kind}: {len(found):,}", *[f"  {difference}" for difference in shown]]
        hits = [hit for run in (self.a, self.b) for hit in run.get("struck", ())]
        if hits:  # they can be the cause of a difference
            units = sorted({f"{hit['unit']} ({hit['kind']})" for hit in hits})
            lines.append(f"cut by the clock or the memory limit, not by steps: {', '.join(units)}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """`equal`, and the `settings` and `differences` with their paths and values."""
        parts = {"settings": self.settings, "differences": self.differences}
        listed = {name: [found.as_json() for found in part] for name, part in parts.items()}
        return {"equal": not self.differences, **listed}


def compare_runs(a: str | Path, b: str | Path) -> list[Difference]:
    """The differences between two runs given by their folders (or records). Raises as `comparison` does."""
    return list(comparison(a, b).differences)


def comparison(a: str | Path, b: str | Path) -> Comparison:
    """The comparison of two runs. Raises `ParameterError` for none, `StoreError` for a torn record."""
    runs = [(path.parent, read_record(path)) for path in [record_path(run) for run in (a, b)]]
    one, two = [run for _, run in runs]
    a_files, b_files = [_files(folder, run["older_files"]) for folder, run in runs]
    a_links, b_links = [links_of(folder, run) for folder, run in runs]
    for root in [root for links in (a_links, b_links) for root in links if links[root] == FILLED]:
        a_links[root] = b_links[root] = FILLED
    found = [*differences(a_files, b_files), *differences(a_links, b_links, ("links",))]
    return Comparison(one, two, [*compare_records(one, two), *found])


def compare_records(a: Any, b: Any) -> list[Difference]:
    return list(differences(essence(a), essence(b)))


def _files(run: Path, others: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """The text of each program file of a run and of its submission, but for `others`: those of other runs."""
    found = {"submission": [*run.glob(SUBMISSION)]}
    for folder in FOLDERS:
        paths = (run / folder).glob("*.py")
        found[folder] = [path for path in paths if path.stem not in others.get(folder, ())]
    return {
        part: {path.name: read_bytes(path).decode(errors="backslashreplace") for path in paths}
        for part, paths in found.items()
    }
