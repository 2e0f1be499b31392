"""What more programs cost: 32, 320, 3,200 and 32,000 mutants of the same 32 programs on one task.

    python benchmarks/scale.py [--json FILE] [--most 3200] [--tasks ID,ID]

For each task (007bbfb7, and the one with the most cells) and each number, each in a process of its own:

- run: CPU seconds of a whole run in this process (mutants made, all phases, files written), and the ratio to
  the run of 32, which has to be at most 15 at 3,200 and 60 at 32,000;
- evaluation: CPU seconds of the battery alone on all samples, and its ratio to 32's;
- work: distinct calls on values that were made, over all samples, and CPU µs of the evaluation for each:
  the cost grows with these;
- memory: the most that the process held, in MB.

Numbers up to 3,200 are measured `--repeats` times (the least and the spread are shown), larger ones once.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from typing import Any

from measuring import BATTERY, apart, ended, parser_of, solvers, tasks_of

from kaggle_batt.api import run
from kaggle_batt.generate.mutate import mutants
from kaggle_batt.pipeline.jobs import CHUNK, encode, given_for, sample_keys
from kaggle_batt.programs.battery import Battery, Evaluator
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.tasks.task import Task

NUMBERS = (32, 320, 3200, 32_000)
#: how much the run of so many programs may cost, in runs of 32
TARGETS = {3200: 15, 32_000: 60}
#: most MB that a run may hold
MEMORY = 2048
BUDGET = 10_000_000


def cells(task: Task) -> int:
    """The cells of all its inputs."""
    return sum([len(sample.input) * len(sample.input[0]) for sample in (*task.demo, *task.test)])


def whole_run(task: str, count: int) -> float:
    """CPU seconds of a run of so many programs on the task."""
    with tempfile.TemporaryDirectory() as folder:
        parents = len(solvers())
        given = {"battery": str(BATTERY), "ids": task, "mutants": count - parents, "seed": 1, "out": folder}
        start = time.process_time()
        run({**given, "engine": "serial", "progress": False})
        return time.process_time() - start


@uncollected()
def evaluation(task: Task, count: int) -> dict[str, float]:
    """CPU seconds of the battery on all samples, and what it made."""
    parents = solvers()
    battery = Battery([*parents, *mutants(parents, count - len(parents), 1)])
    made = 0
    start = time.process_time()
    for key in sample_keys(task):
        evaluator = Evaluator(battery, given_for(task, key), BUDGET)
        for first in range(0, count, CHUNK):
            encode(evaluator.run(range(first, min(first + CHUNK, count))))
        made += len(evaluator.made) - len(battery.frame.made)
    return {"cpu": time.process_time() - start, "nodes": len(battery.nodes), "calls": made}


def measured(name: str, count: int, repeats: int) -> dict[str, Any]:
    """The figures of one task and number, in this process."""
    task = tasks_of("training")[name]
    whole_run(name, 32)  # what is imported or cached at first use is none of the programs' cost
    turns = repeats if count <= 3200 else 1
    runs = [whole_run(name, count) for _ in range(turns)]
    alone = [evaluation(task, count) for _ in range(turns)]
    best = min(alone, key=lambda found: found["cpu"])
    return {
        "run": min(runs),
        "spread": [min(runs), max(runs)],
        "evaluation": best["cpu"],
        "nodes": best["nodes"],
        "calls": best["calls"],
        "µs a call": 1e6 * best["cpu"] / best["calls"],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def show(name: str, count: int, row: dict[str, Any]) -> None:
    """Print one line."""
    times = f"run {row['run']:7.3f} s = {row['run times']:5.1f}× (to {row['spread'][1]:.3f} s)"
    alone = f"evaluation {row['evaluation']:7.3f} s = {row['evaluation times']:5.1f}×"
    calls = f"{row['calls']:6.0f} calls = {row['calls times']:5.1f}×, {row['µs a call']:5.1f} µs each"
    print(f"{name} {count:6} programs: {times}, {alone}, {calls}, {row['memory']:4.0f} MB", flush=True)


def table(name: str, numbers: list[int], repeats: int) -> dict[str, dict[str, Any]]:
    """The figures of a task, with the ratios to the first number."""
    rows: dict[str, dict[str, Any]] = {}
    for count in numbers:
        row = rows[str(count)] = apart("--one", name, str(count), "--repeats", str(repeats))
        for what in ("run", "evaluation", "calls"):
            row[f"{what} times"] = row[what] / rows[str(numbers[0])][what]
        show(name, count, row)
    return rows


def missed(tables: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """The targets that were not met."""
    found = []
    for name, rows in tables.items():
        for count, most in TARGETS.items():
            row = rows.get(str(count))
            if row and row["run times"] > most:
                found.append(
                    f"{name}, {count} programs: {row['run times']:.1f} times the run of 32, not {most}"
                )
        found += [
            f"{name}, {n} programs: {r['memory']:.0f} MB" for n, r in rows.items() if r["memory"] > MEMORY
        ]
    return found


def main() -> int:
    parser = parser_of(__doc__, saves=True)
    parser.add_argument("--most", type=int, default=NUMBERS[-1], help="no more programs than this")
    parser.add_argument("--tasks", default="", help="ids; default 007bbfb7 and the largest task")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--one", nargs=2, metavar=("TASK", "NUMBER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(options.one[0], int(options.one[1]), options.repeats)))
        return 0
    tasks = tasks_of("training")
    names = (
        options.tasks.split(",") if options.tasks else ["007bbfb7", max(tasks, key=lambda n: cells(tasks[n]))]
    )
    numbers = [number for number in NUMBERS if number <= options.most]
    tables = {name: table(name, numbers, options.repeats) for name in names}
    return ended(tables, options.json, missed(tables))


if __name__ == "__main__":
    sys.exit(main())
