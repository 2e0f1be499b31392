"""The search beside icecuber's C++ system (github.com/top-quarks/ARC-solution), task by task, in CPU time.

    git clone …/ARC-solution && make -C ARC-solution           its program, `run`
    python benchmarks/beside_icecuber.py ARC-solution SPLIT [--budget 0.4,0.8] [--depth 2] [--sample N]

SPLIT is a data set and split as in `solve.py`. Both sides take turns, task by task, in one session. That
system takes one test input a run, so a task is as many runs as it has tests. Budgets are millions of steps.
Printed are the outputs right with one, two and three answers, and the CPU seconds a task.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from measuring import cpu_time, parser_of, tasks_of

from kaggle_batt.search import search
from kaggle_batt.tasks.task import Sample, Task

MOST = 3  #: answers counted

Grid = tuple[tuple[int, ...], ...]
Ranks = list[int]


def native(program: Path, task: Task, depth: int) -> tuple[Ranks, float]:
    """The places of the right grids among icecuber's answers (`MOST` where they are not), its CPU seconds."""
    before = cpu_time()
    ranks = [_place(_answers(program, task, test, depth), test.output) for test in task.test]
    return ranks, cpu_time() - before


def _answers(program: Path, task: Task, test: Sample, depth: int) -> list[Grid]:
    """Its answers to one test input, best first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("dataset/evaluation", "output", "store"):
            (folder / part).mkdir(parents=True)
        one = replace(task, test=(test,))
        (folder / "dataset/evaluation/00000000.json").write_text(json.dumps(one.as_json()))
        subprocess.run([program, "0", str(depth)], cwd=folder, capture_output=True, check=False)
        files = list(folder.glob("output/answer_*.csv"))
        lines = files[0].read_text().split("\n")[1:] if files else []
        return [_grid(line.split()[0]) for line in lines if line.strip()]


def _grid(text: str) -> Grid:
    """The grid of `|01|23|`."""
    return tuple([tuple(map(int, row)) for row in text.strip("|").split("|")])


def _place(grids: list[Grid], wanted: Any) -> int:
    return grids.index(wanted) if wanted in grids[:MOST] else MOST


def ours(task: Task, steps: int) -> tuple[Ranks, float]:
    """The same of the search with this budget."""
    start = time.process_time()
    found = search(task, steps)
    used = time.process_time() - start
    return [_place(list(found.attempts(k, MOST)), test.output) for k, test in enumerate(task.test)], used


def main() -> None:
    """Run both sides over the tasks, and print a row for each."""
    parser = parser_of(__doc__)
    parser.add_argument("folder", type=Path, help="a checkout of ARC-solution in which `make` was run")
    parser.add_argument("split", help="DATA:SPLIT")
    parser.add_argument("--budget", default="0.4", help="millions of steps, with commas (default: 0.4)")
    parser.add_argument("--depth", type=int, default=2, help="its depth (default: 2)")
    parser.add_argument("--sample", type=int, default=1, help="every so many tasks (default: 1)")
    options = parser.parse_args()
    tasks = list(tasks_of(options.split).values())[:: options.sample]
    program = (options.folder / "run").resolve(strict=True)
    sides: dict[str, Callable[[Task], tuple[Ranks, float]]] = {
        f"icecuber, depth {options.depth}": lambda task: native(program, task, options.depth)
    }
    for budget in options.budget.split(","):
        steps = int(float(budget) * 1e6)
        sides[f"search, {budget} million steps"] = lambda task, steps=steps: ours(task, steps)
    ranks: dict[str, Ranks] = {name: [] for name in sides}
    seconds = dict.fromkeys(sides, 0.0)
    for task in tasks:
        for name, side in sides.items():
            found, used = side(task)
            ranks[name] += found
            seconds[name] += used
    for name, places in ranks.items():
        right = " / ".join([str(sum([place < most for place in places])) for most in (1, 2, 3)])
        each = seconds[name] / len(tasks)
        print(f"{name}: {right} of {len(places)} right with 1 / 2 / 3 answers, {each:.2f} CPU s a task")


if __name__ == "__main__":
    main()
