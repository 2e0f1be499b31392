"""What rounds of mutation add to a search at equal CPU time.

    python benchmarks/rounds.py --sample 8 --offset 2 --search 600 --deeper 5000

Training tasks are searched with a small budget. Then twice the same CPU time is spent on top of it: once on a
search with a larger budget, once on rounds, whose parents are what the small search found and nearly found
and the library's solvers, those of the tasks themselves left out. Each line tells the outputs that are right
with two answers when all programs so far are scored as a run scores them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

from kaggle_batt.engines import Limits, make_engine
from kaggle_batt.generate.candidates import renamed
from kaggle_batt.generate.evolve import entries_of, evolve
from kaggle_batt.generate.library import library_solvers
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.phases import filter_candidates, predict_all, score_demo, score_test
from kaggle_batt.pipeline.plan import first_state
from kaggle_batt.pipeline.record import solved
from kaggle_batt.pipeline.search_phase import seek
from kaggle_batt.pipeline.timings import Clock
from kaggle_batt.programs.battery import Entry
from kaggle_batt.tasks.task import Task, load_tasks

#: steps that a program of a round may take on a sample
STEPS = 200_000


def tools(workers: int) -> Tools:
    """What phases work with."""
    return Tools(make_engine("process", workers), Limits(), Clock())


def right(tasks: Mapping[str, Task], entries: Sequence[Entry], workers: int) -> tuple[int, int]:
    """(outputs right with two answers, tasks that a program fits), as a run would have it."""
    state = first_state(tasks, [entry for entry in entries if entry.program.kind == "solver"], 10_000_000)
    for phase in (score_demo, score_test, filter_candidates):
        state = phase(state, tools(workers), [])
    state = predict_all(state)
    fitted = [
        max(outputs.matches("demo"), default=0) == len(tasks[name].demo)
        for name, outputs in state.outputs.items()
    ]
    found = [solved(task, state.predictions[name]) for name, task in tasks.items()]
    return sum([bool(one) for answers in found for one in answers]), sum(fitted)


def show(what: str, cpu: float, found: tuple[int, int]) -> None:
    """A line of the table."""
    print(f"| {what} | {cpu:.0f} | {found[0]} | {found[1]} |", flush=True)


def timed(name: str, work: Tools, budget: int, tasks: Mapping[str, Task]) -> tuple[list[Entry], float]:
    """The programs of a search and its CPU seconds."""
    with work.clock.phase(name) as spans:
        found = seek(tasks, budget, work, spans, lambda *_: None).entries
    return found, work.clock.phases[-1].cpu


def rounds(
    tasks: Mapping[str, Task], parents: Sequence[Entry], seconds: float, options: argparse.Namespace
) -> None:
    """Rounds until they have taken that CPU time, a line each."""
    work, spent = tools(options.workers), 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rounds.json"
        for number in range(options.most + 1):
            with work.clock.phase("rounds"):
                state = evolve(
                    tasks,
                    parents,
                    work,
                    rounds=number,
                    population=options.population,
                    patience=options.most,
                    seed=options.seed,
                    budget=STEPS,
                    path=path,
                    resume=number > 0,
                )
            spent += work.clock.phases[-1].cpu
            evolved = [replace(entry, cost=None) for entry in entries_of(state)]
            found = right(tasks, [*parents, *renamed(evolved, parents)], options.workers)
            show(f"and {number} rounds", spent, found)
            if spent >= seconds:
                return


def main() -> None:
    """Read the arguments, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--sample", type=int, default=8, metavar="K", help="every K-th training task")
    add("--offset", type=int, default=0, help="the first task taken")
    add("--search", type=int, default=600, help="thousands of steps a task of the small search")
    add("--deeper", type=int, default=5000, help="thousands of steps a task of the larger search")
    add("--population", type=int, default=1000, metavar="N", help="offspring of a round")
    add("--most", type=int, default=50, metavar="N", help="rounds at most")
    add("--seed", type=int, default=0)
    add("--workers", type=int, default=1)
    options = parser.parse_args()
    tasks = dict(list(load_tasks(None, "training").items())[options.offset :: options.sample])
    library = [one for one in library_solvers() if one.task not in tasks and one.program.kind == "solver"]
    began = time.monotonic()
    print(f"{len(tasks)} tasks, {sum(len(task.test) for task in tasks.values())} outputs")
    print("| what | CPU s beyond the small search | outputs right | tasks fitted |\n" + "| --- " * 4 + "|")
    found, small = timed("small", tools(options.workers), 1000 * options.search, tasks)
    show(f"search, {options.search} thousand steps", 0, right(tasks, [*library, *found], options.workers))
    more, large = timed("large", tools(options.workers), 1000 * options.deeper, tasks)
    score = right(tasks, [*library, *renamed(more, library)], options.workers)
    show(f"search, {options.deeper} thousand steps", large - small, score)
    rounds(tasks, [*library, *renamed(found, library)], large - small, options)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
