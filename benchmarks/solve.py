"""How many outputs the search gets right: python benchmarks/solve.py SPLIT [--budget N] [--sample K].

SPLIT is training, evaluation or any data set and split as `arcagi2:evaluation`. The budget is in steps,
in millions. Of a split whose name contains "evaluation" only totals are printed or saved.
"""

from __future__ import annotations

import argparse
import collections
import json
import multiprocessing
import os
import resource
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from kaggle_batt.generate.search import INGREDIENTS, SearchResult, search
from kaggle_batt.program import Program
from kaggle_batt.tasks import Task, load_tasks


def measured(job: tuple[Task, int, tuple[str, ...]]) -> dict[str, object]:
    """One task searched: the rank of the right answer per test output, figures, what found it."""
    task, budget, without = job
    begun = time.process_time()
    result = search(task, budget, without=without)
    cpu = time.process_time() - begun
    ranks = [rank_of(result, number, sample.output) for number, sample in enumerate(task.test)]
    best = result.predictions[0] if result.predictions else None
    return {
        "id": task.id,
        "ranks": ranks,
        "cpu": round(cpu, 3),
        "steps": result.steps,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "kinds": [kind_of(result, k, rank) for k, rank in enumerate(ranks)],
        "faithful": all(faithful(task, result, number) for number in range(min(3, len(result.predictions)))),
        "score": best.score if best else None,
        "confidence": best.confidence if best else None,
        "held": (result.held_out_right, result.held_out),
        "ranking": [described(task, result, k) for k in range(min(12, len(result.predictions)))],
        "programs": [p.programs[0].program.text for p in result.predictions[:3]],
    }


def described(task: Task, result: SearchResult, number: int) -> list[object]:
    """Score, cost, doubt, kind and agreement of a prediction, and whether it is right."""
    prediction = result.predictions[number]
    best = prediction.programs[0]
    right = prediction.grids == tuple([sample.output for sample in task.test])
    return [prediction.score, best.cost, best.doubt, best.kind, prediction.agreeing, right, prediction.broken]


def attempts(result: SearchResult, number: int) -> list[object]:
    """The distinct grids for one test input, best first."""
    return list(dict.fromkeys([prediction.grids[number] for prediction in result.predictions]))


def rank_of(result: SearchResult, number: int, wanted: object) -> int:
    """Place of the right grid among the attempts, -1 without it."""
    tried = attempts(result, number)
    return tried.index(wanted) if wanted in tried else -1


def kind_of(result: SearchResult, number: int, rank: int) -> str:
    """The finisher behind an attempt."""
    if rank < 0:
        return "none"
    grid = attempts(result, number)[rank]
    return next(p.programs[0].kind for p in result.predictions if p.grids[number] == grid)


def faithful(task: Task, result: SearchResult, number: int) -> bool:
    """Whether the program, read back from its text, gives its answers and fits the demos."""
    prediction = result.predictions[number]
    program = Program.parse(prediction.programs[0].program.text)
    demos = tuple([(sample.input, sample.output) for sample in task.demo])
    fits = all(program.evaluate(sample.input, S=demos) == sample.output for sample in task.demo)
    given = [program.evaluate(sample.input, S=demos) for sample in task.test]
    return fits and all(a == b for a, b in zip(given, prediction.grids, strict=True))


def report(rows: list[dict[str, object]], totals_only: bool) -> None:
    """Print the figures."""
    ranks = [rank for row in rows for rank in row["ranks"]]
    cpu = sorted([row["cpu"] for row in rows])
    right = [sum(0 <= rank < k for rank in ranks) for k in (1, 2, 3)]
    tasks = sum(all(0 <= rank < 2 for rank in row["ranks"]) for row in rows)
    print(f"{len(rows)} tasks, {len(ranks)} outputs: right with 1/2/3 answers {right}, tasks right {tasks}")
    print(
        f"found at any rank: {sum(rank >= 0 for rank in ranks)}; tasks with a program: "
        f"{sum(row['score'] is not None for row in rows)}; "
        f"unfaithful: {sum(not row['faithful'] for row in rows)}"
    )
    print(
        f"CPU s a task: mean {sum(cpu) / len(cpu):.2f}, p90 {cpu[9 * len(cpu) // 10]:.2f}, "
        f"max {cpu[-1]:.2f}; "
        f"steps per CPU s {sum(row['steps'] for row in rows) / sum(cpu) / 1e6:.2f} M; "
        f"peak memory {max(row['memory'] for row in rows)} MB"
    )
    if not totals_only:
        kinds = collections.Counter(
            [
                kind
                for row in rows
                for kind, rank in zip(row["kinds"], row["ranks"], strict=True)
                if 0 <= rank < 2
            ]
        )
        print("right with two answers, by finisher:", dict(kinds.most_common()))


def main() -> None:
    """Read the arguments, search every task, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("split", help="training, evaluation, or DATA:SPLIT")
    parser.add_argument("--budget", type=float, default=10.0, help="millions of steps a task")
    parser.add_argument("--sample", type=int, default=1, help="every K-th task")
    parser.add_argument("--offset", type=int, default=0, help="the first task taken")
    parser.add_argument("--without", default="", help=f"ingredients to leave out: {', '.join(INGREDIENTS)}")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--save", type=Path, help="write a row per task (not of evaluation splits)")
    options = parser.parse_args()
    data, _, split = options.split.rpartition(":")
    tasks = list(load_tasks(data or None, split).values())[options.offset :: options.sample]
    without = tuple([name for name in options.without.split(",") if name])
    jobs = [(task, int(options.budget * 1e6), without) for task in tasks]
    with multiprocessing.get_context("fork").Pool(options.workers, maxtasksperchild=10) as pool:
        rows = list(pool.imap(measured, jobs))
    hidden = "evaluation" in options.split
    report(rows, hidden)
    if options.save and not hidden:
        options.save.write_text(json.dumps(rows, indent=0))


if __name__ == "__main__":
    main()
