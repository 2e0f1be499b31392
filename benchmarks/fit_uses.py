"""Count the tasks in which a family is of use on another's result, and whose results are of use so.

    python benchmarks/fit_uses.py RUN… [--write]

Each RUN is a file of `solve.py --save` on training or development tasks. Of each half of the tasks is printed
which share of the uses falls on families that are likely by the other half, and how many tenths the results
used have off their keys on average. `--write` writes the counts of all tasks to
`kaggle_batt/search/uses.json`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from measuring import ROOT, parser_of, tasks_of
from solve_files import rows_of

from kaggle_batt.dsl.extensions import families
from kaggle_batt.pipeline.scores import grid_text
from kaggle_batt.programs.parse import UnknownWords
from kaggle_batt.programs.program import Program
from kaggle_batt.search.catalog import operations
from kaggle_batt.search.priority import likely_of, taken_off

FILE = ROOT / "kaggle_batt" / "search" / "uses.json"
#: the families for a grid of three colors
TYPICAL = operations([np.arange(200, dtype=np.uint8).reshape(10, 20) % 3], [np.zeros((10, 20), np.uint8)])


def uses(text: str) -> set[tuple[str, str]]:
    """(family, family applied to its result) in a program; none if it has unknown words."""
    try:
        calls = Program.parse(text).calls
    except UnknownWords:
        return set()
    found = set()
    for call in [one for one in calls if one.function == "nth" and isinstance(one.args[0], int)]:
        outer = calls[call.args[0]]
        inner = calls[outer.args[0]] if isinstance(outer.args[0], int) else outer
        if inner.function == "nth":
            found.add((str(calls[inner.args[0]].function), str(outer.function)))
    return {pair for pair in found if all(getattr(families()[name], "tried", None) for name in pair)}


def uses_by_task(path: Path) -> Iterator[set[tuple[str, str]]]:
    """For each task of a run such pairs in right programs."""
    head, rows = rows_of(path)
    tasks = tasks_of(head["split"])
    for row in rows:
        wanted = [grid_text(sample.output) for sample in tasks[row["id"]].test if sample.output]
        made = zip(row["programs"], row["answers"], strict=True)
        right = [text for text, answers in made if any(a == b for a, b in zip(answers, wanted, strict=True))]
        yield set().union(*[uses(text) for text in right])


def counted(found: list[set[tuple[str, str]]]) -> dict[str, Counter[str]]:
    """The tasks for each family, as `inner` and as `outer` one, most first."""
    sides = {}
    for place, side in enumerate(("inner", "outer")):
        names = [name for pairs in found for name in sorted({pair[place] for pair in pairs})]
        sides[side] = Counter(dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))))
    return sides


def main() -> None:
    """Read the runs, print what is covered, write the counts if asked to."""
    parser = parser_of(__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = [pairs for path in options.runs for pairs in uses_by_task(path)]
    halves = counted(found[::2]), counted(found[1::2])
    for fitted, other in (halves, halves[::-1]):
        outer, inner, taken = other["outer"], other["inner"], taken_off(TYPICAL, fitted["inner"])
        likely = sum([outer[name] for name in likely_of(TYPICAL, fitted["outer"])])
        tenths = sum([taken.get(name, 0) * number for name, number in inner.items()]) / inner.total()
        print(f"likely: {likely} of {outer.total()} uses; tenths off: {tenths:.1f}")
    if options.write:
        FILE.write_text(json.dumps(counted(found), indent=1) + "\n")


if __name__ == "__main__":
    main()
