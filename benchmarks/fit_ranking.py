"""Fit the weights of measures by which answers are ranked, on small tasks made from known ones.

    python benchmarks/fit_ranking.py collect FILE --data training --data FILE.json … [--workers 2]
    python benchmarks/fit_ranking.py fit FILE [--write]

Of each task two small ones are made: a random pair is the test, one to four of the others are the demos,
seeded. The tasks of a file are also taken as they are. `collect` searches all these and
keeps how odd each prediction is and whether it was right. `fit`
prints, for weights fitted on the other tasks (five parts, split by task), how many outputs are right with 1,
2, 3 answers before and after, and with `--write` writes the weights of all to
`kaggle_batt/search/scoring/weights.json`. No evaluation set is used.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from measuring import ROOT, parser_of, tasks_of

from kaggle_batt.search import search
from kaggle_batt.search.scoring.plausibility import weighed
from kaggle_batt.tasks.task import Task

WEIGHTS = ROOT / "kaggle_batt" / "search" / "scoring" / "weights.json"
#: small tasks of each task, predictions kept of each
COPIES, KEPT = 2, 40
PARTS = 5
#: wrong grids that a right one is compared with, best first
WRONG = 6
#: strength of the pull of weights toward 0
RIDGE = 10.0

Row = dict[str, Any]


def small_tasks(name: str, sample: int) -> Iterator[tuple[str, Task]]:
    """(data set, task with few demos and one test) from the tasks of a data set; of a file also its tasks."""
    is_file = name.endswith(".json")
    for task in list(tasks_of(f"{name}:training" if is_file else name).values())[::sample]:
        rng = random.Random(task.id)
        pairs = [*task.demo, *[one for one in task.test if one.output is not None]]
        for _ in range(COPIES):
            rng.shuffle(pairs)
            demos = pairs[1 : 1 + rng.choice([1, 2, 2, 3, 3, 4])]
            if demos:
                yield f"small {Path(name).stem}", Task(task.id, tuple(demos), (pairs[0],), "a part of it")
        if is_file:
            yield Path(name).stem, task


def searched(job: tuple[str, Task, int]) -> list[Row]:
    """For each test of a task the predictions: score without oddities, the oddities, right or not, grid."""
    name, task, budget = job
    found = [(one, one.score - weighed(one.oddities)) for one in search(task, budget).predictions]
    found = sorted(found, key=lambda pair: pair[1])[:KEPT]
    rows = []
    for number, sample in enumerate(task.test):
        grids = [one.grids[number] for one, _ in found]
        row = [
            [score, dict(one.oddities), grid == sample.output, grids.index(grid)]
            for (one, score), grid in zip(found, grids, strict=True)
        ]
        rows.append({"set": name, "id": task.id, "rows": row})
    return rows


def collect(arguments: argparse.Namespace) -> None:
    """Search all these tasks and write a line for each test."""
    jobs = [
        (*one, int(arguments.budget * 1e6))
        for name in arguments.data
        for one in small_tasks(name, arguments.sample)
    ]
    with (
        ProcessPoolExecutor(arguments.workers, get_context("fork")) as pool,
        open(arguments.file, "w") as file,
    ):
        for number, rows in enumerate(pool.map(searched, jobs, chunksize=1), 1):
            file.writelines([json.dumps(row) + "\n" for row in rows])
            file.flush()
            if number % 50 == 0:
                print(f"{number} of {len(jobs)}", file=sys.stderr, flush=True)


class Fit:
    """Rows as matrices: scores and oddities of predictions, one group for each test."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = [row for row in rows if row["rows"]]
        self.names = sorted(
            {name for row in self.rows for _, oddities, *_ in row["rows"] for name in oddities}
        )
        self.scores = [np.array([score for score, *_ in row["rows"]], float) for row in self.rows]
        self.right = [np.array([right for _, _, right, _ in row["rows"]], bool) for row in self.rows]
        self.grids = [[grid for *_, grid in row["rows"]] for row in self.rows]
        self.oddities = [
            np.array(
                [[oddities.get(name, 0) for name in self.names] for _, oddities, *_ in row["rows"]], float
            )
            for row in self.rows
        ]
        self.scale = np.concatenate(self.oddities).std(0) + 1e-9
        self.part = [zlib.crc32(row["id"].encode()) % PARTS for row in self.rows]

    def weights(self, chosen: Sequence[int]) -> Any:
        """Weights (tenths a unit) and the tenths that a unit of log odds is worth, from these groups."""
        pairs, base, share = [], [], []
        for k in chosen:
            # the best prediction of each grid
            best = np.array([place for place, grid in enumerate(self.grids[k]) if grid == place])
            right, wrong = best[self.right[k][best]], best[~self.right[k][best]][:WRONG]
            for one in right:
                for other in wrong:
                    pairs.append((self.oddities[k][other] - self.oddities[k][one]) / self.scale)
                    base.append(self.scores[k][other] - self.scores[k][one])
                    share.append(len(wrong) ** -0.5)
        return _logistic(np.array(pairs), np.array(base) / 10, np.array(share)) * 10 / self.scale

    def ranking(self, k: int, weights: Any) -> list[bool]:
        """Whether the distinct grids are right, best first."""
        order = np.argsort(self.scores[k] + self.oddities[k] @ weights, kind="stable")
        return [
            bool(self.right[k][grid]) for grid in dict.fromkeys([self.grids[k][place] for place in order])
        ]

    def totals(self, weights_of: dict[int, Any]) -> dict[str, list[int]]:
        """By data set: right with 1, 2, 3 answers, at any rank, and all."""
        found: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
        for k, row in enumerate(self.rows):
            right = self.ranking(k, weights_of[self.part[k]])
            for name in (row["set"], "all"):
                counts = [any(right[:1]), any(right[:2]), any(right[:3]), any(right), True]
                found[name] = [a + int(b) for a, b in zip(found[name], counts, strict=True)]
        return dict(found)


def _logistic(pairs: Any, base: Any, share: Any) -> Any:
    """The weights for which right answers come before wrong ones, by Newton's method with a ridge.

    The score's own differences (`base`, tenths over 10) enter with the factor that fits best with them.
    """
    data = np.column_stack([pairs, base])
    ridge = np.full(data.shape[1], RIDGE)
    ridge[-1] = 1e-6
    solution = np.zeros(data.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(data @ solution))
        gradient = data.T @ (share * chance) - ridge * solution
        curved = (data.T * (share * chance * (1 - chance))) @ data + np.diag(ridge)
        solution = solution + np.linalg.solve(curved, gradient)
    return solution[:-1] / solution[-1]


def fit(arguments: argparse.Namespace) -> None:
    """Print what fitted weights bring, and write them if asked to."""
    fitted = Fit([json.loads(line) for line in Path(arguments.file).read_text().splitlines()])
    everything = range(len(fitted.rows))
    none = dict.fromkeys(range(PARTS), np.zeros(len(fitted.names)))
    others = {
        part: fitted.weights([k for k in everything if fitted.part[k] != part]) for part in range(PARTS)
    }
    before, after = fitted.totals(none), fitted.totals(others)
    for name in before:
        print(
            f"{name}: {before[name][:3]} -> {after[name][:3]} of {before[name][3]} found in {before[name][4]}"
        )
    weights = fitted.weights(everything)
    rounded = {name: round(100 * value) for name, value in zip(fitted.names, weights, strict=True)}
    rounded = {name: value for name, value in rounded.items() if value}
    if arguments.write:
        WEIGHTS.write_text(json.dumps(rounded, indent=1) + "\n")
    for name, value in sorted(rounded.items(), key=lambda one: one[0]):
        print(f"{value:6d} {name}")


def main() -> None:
    """Read the arguments and collect or fit."""
    parser = parser_of(__doc__)
    parser.add_argument("step", choices=["collect", "fit"])
    parser.add_argument("file")
    parser.add_argument("--data", action="append", default=[], help="training, or a JSON file of tasks")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--budget", type=float, default=0.5, help="millions of steps for each task")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    (collect if arguments.step == "collect" else fit)(arguments)


if __name__ == "__main__":
    main()
