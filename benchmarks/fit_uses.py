"""Count the tasks in which a family is of use on another's result.

    python benchmarks/fit_uses.py RUN… [--write]

Each RUN is a file of `solve.py --save` on training or development tasks. Of both halves of the tasks is
printed which share of the uses falls on families that count as likely by the other half. `--write` writes
the counts of all tasks to `kaggle_batt/search/uses.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from kaggle_batt.dsl.extensions import families
from kaggle_batt.pipeline.scores import grid_text
from kaggle_batt.programs.parse import UnknownWords
from kaggle_batt.programs.program import Program
from kaggle_batt.search.catalog import operations
from kaggle_batt.search.frontier import likely_of
from kaggle_batt.tasks.loading import load_tasks

FILE = Path(__file__).parents[1] / "kaggle_batt" / "search" / "uses.json"
#: the families for a grid of three colors
TYPICAL = operations([np.arange(200, dtype=np.uint8).reshape(10, 20) % 3], [np.zeros((10, 20), np.uint8)])


def uses(text: str) -> set[str]:
    """The families that a program applies to what other calls made; none if it has unknown words."""
    try:
        program = Program.parse(text)
    except UnknownWords:
        return set()
    made = [call for call in program.calls if call.args and isinstance(call.args[0], int)]
    later = [one for one in made if program.calls[one.args[0]].function not in ("rank_colors", "orient")]
    return {str(one.function) for one in later if getattr(families().get(str(one.function)), "tried", None)}


def uses_by_task(path: Path) -> Iterator[set[str]]:
    """For each task of a run the families that right programs use so."""
    head, *rows = map(json.loads, path.read_text().splitlines())
    data, _, split = head["split"].rpartition(":")
    tasks = load_tasks(data or None, split)
    for row in rows:
        wanted = [grid_text(sample.output) for sample in tasks[row["id"]].test if sample.output]
        made = zip(row["programs"], row["answers"], strict=True)
        right = [text for text, answers in made if any(a == b for a, b in zip(answers, wanted, strict=True))]
        yield set().union(*[uses(text) for text in right])


def main() -> None:
    """Read the runs, print what is covered, write the counts if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = [names for path in options.runs for names in uses_by_task(path)]
    counts = [Counter([name for names in half for name in names]) for half in (found[::2], found[1::2])]
    for fitted, other in (counts, counts[::-1]):
        likely = likely_of(TYPICAL, fitted)
        print(f"{sum([other[name] for name in likely])} of {other.total()} uses")
    total = dict(sorted((counts[0] + counts[1]).items(), key=lambda item: (-item[1], item[0])))
    if options.write:
        FILE.write_text(json.dumps(total, indent=0) + "\n")


if __name__ == "__main__":
    main()
