"""How many outputs the search gets right.

    python benchmarks/solve.py SPLIT --budget 10 --workers 2            one run
    python benchmarks/solve.py SPLIT --curve                            at 1, 5, 20, 60 million steps a task
    python benchmarks/solve.py SPLIT --ablate --sample 4 --budget 5     each ingredient left out singly
    python benchmarks/solve.py SPLIT --same --sample 40 --budget 2      workers and hash seeds change nothing

SPLIT is training, evaluation or any data set and split as `arcagi2:evaluation`. Budgets are millions of
steps, each about a CPU second. With `--save FILE` an interrupted run resumes with `--resume`. Of a
split whose name contains "evaluation" only totals are printed or saved.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from measuring import parser_of, tasks_of
from solve_alone import checked_alone
from solve_files import Saved, source_digest
from solve_rows import Setting, measured
from solve_totals import Totals, calibration, heading, line, report, table_row

from kaggle_batt.search import INGREDIENTS
from kaggle_batt.tasks.task import Task

HERE = Path(__file__).parent
#: tasks whose results are counted, checked alone and saved together
BLOCK = 20
CURVE = "1,5,20,60"


def chosen(setting: Setting) -> list[Task]:
    """The tasks of a setting, in the order of their ids."""
    tasks = list(tasks_of(setting.split).values())[setting.offset :: setting.sample]
    return [task for task in tasks if not setting.ids or task.id in setting.ids]


def solve(setting: Setting, workers: int, save: Path | None, resume: bool) -> Totals:
    """Search every task of the setting; totals so far are printed after each block."""
    tasks, saved = chosen(setting), Saved(save, setting, resume)
    by_id, rows = {task.id: task for task in tasks}, []
    jobs = [(task, setting) for task in tasks[saved.done :]]
    with ProcessPoolExecutor(workers, get_context("fork")) as pool:
        for number, row in enumerate(pool.map(measured, jobs), 1):
            rows.append(row)
            if len(rows) == BLOCK or number == len(jobs):
                saved.add(rows, checked_alone(by_id, rows))
                rows = []
                print(f"… of {len(tasks)}: {line(saved.totals)}", file=sys.stderr, flush=True)
    return saved.totals


def version() -> str:
    """The commit, where there is one, and a digest of the searching sources."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=HERE, check=False
    )
    return f"{done.stdout.strip() or 'no commit'}, sources {source_digest()}"


def beside(path: Path | None, name: str) -> Path | None:
    """The file of one of several runs."""
    return path.with_name(f"{path.stem}-{name}{path.suffix}") if path else None


def curve(setting: Setting, budgets: Sequence[str], options: argparse.Namespace) -> None:
    """Print what is right at each budget."""
    print(heading("budget, M steps"), flush=True)
    for budget in budgets:
        one, save = replace(setting, budget=float(budget)), beside(options.save, f"b{budget}")
        print(table_row(budget, solve(one, options.workers, save, options.resume)), flush=True)


def ablate(setting: Setting, names: Sequence[str], options: argparse.Namespace) -> None:
    """Print what is right with each ingredient left out alone."""
    print(heading("left out"), flush=True)
    for name in ("nothing", *names):
        one = setting if name == "nothing" else replace(setting, without=(*setting.without, name))
        save = beside(options.save, f"no-{name}")
        print(table_row(name, solve(one, options.workers, save, options.resume)), flush=True)


def same(setting: Setting) -> int:
    """Run with one worker and with two, under other hash seeds; exit status 0 where all is the same."""
    digests = []
    for workers, seed in ((1, "0"), (2, "1")):
        command = [sys.executable, __file__, setting.split, "--budget", str(setting.budget)]
        command += ["--sample", str(setting.sample), "--offset", str(setting.offset)]
        command += ["--ids", ",".join(setting.ids), "--without", ",".join(setting.without)]
        done = subprocess.run(
            [*command, "--workers", str(workers)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        digests += [text for text in done.stdout.splitlines() if text.startswith("digest")]
        print(f"{workers} workers, hash seed {seed}: {digests[-1]}")
    print("the same" if digests[0] == digests[1] else "NOT THE SAME")
    return int(digests[0] != digests[1])


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = parser_of(__doc__)
    add = parser.add_argument
    add("split", help="training, evaluation, or DATA:SPLIT")
    add("--budget", type=float, default=10.0, help="millions of steps a task")
    add("--sample", type=int, default=1, metavar="K", help="every K-th task")
    add("--offset", type=int, default=0, help="the first task taken")
    add("--ids", default="", help="only these of the tasks, separated by commas")
    add("--without", default="", help=f"ingredients to leave out: {', '.join(INGREDIENTS)}")
    add("--workers", type=int, default=1)
    add("--save", type=Path, metavar="FILE", help="rows of training tasks, totals of evaluation tasks")
    add("--resume", action="store_true", help="resume the run in FILE")
    add("--curve", nargs="?", const=CURVE, metavar="BUDGETS", help=f"several budgets, {CURVE} if none given")
    add("--ablate", nargs="?", const=",".join(INGREDIENTS), metavar="NAMES", help="leave out each alone")
    add("--same", action="store_true", help="other workers and hash seeds: is the digest the same?")
    add("--calibration", action="store_true", help="predicted confidence against share right")
    options = parser.parse_args()
    unknown = {*listed(options.without), *listed(options.ablate)} - set(INGREDIENTS)
    if unknown:
        parser.error(f"unknown ingredient {min(unknown)!r}; known are {', '.join(INGREDIENTS)}")
    return options


def listed(text: str | None) -> tuple[str, ...]:
    """The parts between commas."""
    return tuple([part.strip() for part in (text or "").split(",") if part.strip()])


def main() -> int:
    """Read the arguments, search, print the figures; return the exit status."""
    options = arguments()
    only, without = listed(options.ids), listed(options.without)
    setting = Setting(options.split, options.budget, options.sample, options.offset, only, without)
    if options.same:
        return same(setting)
    print(f"{options.split}, {version()}", flush=True)
    if options.curve:
        curve(setting, listed(options.curve), options)
    elif options.ablate:
        ablate(setting, listed(options.ablate), options)
    else:
        totals = solve(setting, options.workers, options.save, options.resume)
        print(report(totals, setting.hidden))
        if options.calibration:
            print(calibration(totals))
    return 0


if __name__ == "__main__":
    sys.exit(main())
