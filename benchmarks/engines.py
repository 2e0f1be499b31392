"""What carrying jobs out costs: this package's engines beside concurrent.futures and pebble, in one run.

    python benchmarks/engines.py [--workers 2] [--repeat 5] [--only NAME …] [--json FILE]

Two figures, for jobs handed over one by one and in chunks where an engine knows the difference:

- CPU µs per empty job: CPU time of this process and all its children, less that of a run of one job;
- efficiency at jobs of about 1 ms: what bare forked processes take with the work split evenly, divided by
  what the engine takes, start-up included; in wall time and in CPU time.

In each round all take turns, and an efficiency is the ratio to the bare processes just before and just after
the engine. A figure is the median of the rounds (`--repeat`, at least five), with the least and the most.
Wall times mean little on a machine that is busy with other things; the table has the load beside them, and
the efficiency in CPU time, which depends on it much less.

Targets of the process engine: at most 15 µs, at least 0.95 in CPU time; exit status 1 where one is missed.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import importlib.util
import itertools
import multiprocessing
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from measuring import cpu_time, ended, forked, middle, parser_of

from kaggle_batt.engines import Limits, make_engine

Runner = Callable[[Callable[[int], bytes], Sequence[int], int], None]
"""Carries out a job function on jobs with so many workers, from start-up to shut-down."""

OURS = "kaggle_batt process"
CHUNK = 100
MOST, LEAST = 15.0, 0.95
"""The targets: CPU µs per empty job, efficiency in CPU time."""

LOOP = 100
BLOCK = bytes(1024)


def empty(_: int) -> bytes:
    """A job that does nothing."""
    return b""


def busy(number: int) -> bytes:
    """A job of about a millisecond, see `calibrate`.

    It hashes, which takes the same to some hundredths in every process. A loop that makes integers was
    seen to take a tenth more in one bare process than in another, and that says nothing of the engine.
    """
    digest = hashlib.sha256()
    for _ in itertools.repeat(None, LOOP):
        digest.update(BLOCK)
    return digest.digest()


def calibrate() -> None:
    """Make `busy` take about a millisecond of CPU time here."""
    global LOOP
    began = time.process_time()
    for _ in range(200):
        busy(0)
    LOOP = max(1, int(LOOP * 200 * 0.001 / (time.process_time() - began)))


def bare(function: Callable[[int], bytes], jobs: Sequence[int], workers: int) -> None:
    """Forked processes that share nothing."""
    forked(function, [jobs[number::workers] for number in range(workers)])


def engine(name: str) -> Runner:
    """One of this package's engines."""

    def run(function: Callable[[int], bytes], jobs: Sequence[int], workers: int) -> None:
        outcomes = make_engine(name, workers).run(function, jobs, Limits())
        assert all(outcome.ok for outcome in outcomes)

    return run


def futures(chunk: int) -> Runner:
    """The standard library's pool of forked processes."""

    def run(function: Callable[[int], bytes], jobs: Sequence[int], workers: int) -> None:
        context = multiprocessing.get_context("fork")
        with concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as pool:
            for _ in pool.map(function, jobs, chunksize=chunk):
                pass

    return run


def pebble(chunk: int) -> Runner:
    """pebble's pool, the only other one with limits that hold."""
    from pebble import ProcessPool

    def run(function: Callable[[int], bytes], jobs: Sequence[int], workers: int) -> None:
        context = multiprocessing.get_context("fork")
        with ProcessPool(max_workers=workers, context=context) as pool:
            for _ in pool.map(function, jobs, chunksize=chunk, timeout=60).result():
                pass

    return run


def runners() -> dict[str, Runner]:
    """All that can be measured here."""
    found: dict[str, Runner] = {
        "bare": bare,
        OURS: engine("process"),
        "kaggle_batt serial": engine("serial"),
        "kaggle_batt thread": engine("thread"),
        "concurrent.futures": futures(1),
        f"concurrent.futures, {CHUNK} a chunk": futures(CHUNK),
    }
    if importlib.util.find_spec("pebble"):
        found |= {"pebble": pebble(1), f"pebble, {CHUNK} a chunk": pebble(CHUNK)}
    else:
        print("pebble is not installed and left out")
    return found


class Cost(NamedTuple):
    """Seconds of wall time, and of CPU time with all children that have ended."""

    wall: float
    cpu: float


def cost(runner: Runner, function: Callable[[int], bytes], size: int, workers: int) -> Cost:
    """What one run takes."""
    wall, before = time.perf_counter(), all_cpu()
    runner(function, range(size), workers)
    return Cost(time.perf_counter() - wall, all_cpu() - before)


def all_cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    return cpu_time(resource.RUSAGE_SELF) + cpu_time(resource.RUSAGE_CHILDREN)


def per_job(runner: Runner, size: int, workers: int) -> float:
    """CPU µs per empty job."""
    one = cost(runner, empty, 1, workers).cpu
    return 1e6 * (cost(runner, empty, size, workers).cpu - one) / (size - 1)


def efficiencies(compared: dict[str, Runner], size: int, workers: int) -> dict[str, Cost]:
    """For each runner the mean of bare processes before and after it over its own time."""
    before, found = cost(bare, busy, size, workers), {}
    for name, runner in compared.items():
        took, after = [cost(how, busy, size, workers) for how in (runner, bare)]
        wall, cpu = (before.wall + after.wall) / 2, (before.cpu + after.cpu) / 2
        found[name] = Cost(wall / took.wall, cpu / took.cpu)
        before = after
    return found


def measure(
    compared: dict[str, Runner], workers: int, repeat: int, empties: int, busies: int
) -> dict[str, dict[str, Any]]:
    """The figures of each runner."""
    calibrate()
    jobs: dict[str, list[float]] = {name: [] for name in compared}
    ratios: dict[str, list[Cost]] = {name: [] for name in compared}
    for _ in range(repeat):
        for name, ratio in efficiencies(compared, busies, workers).items():
            ratios[name].append(ratio)
        for name, runner in compared.items():
            jobs[name].append(per_job(runner, empties, workers))
    return {
        name: {
            "cpu us per empty job": middle(jobs[name]),
            "efficiency": middle([one.wall for one in ratios[name]]),
            "efficiency in CPU": middle([one.cpu for one in ratios[name]]),
        }
        for name in compared
    }


def missed(rows: dict[str, dict[str, Any]]) -> list[str]:
    """The process engine's targets that were missed."""
    ours = {name: figure["median"] for name, figure in rows.get(OURS, {}).items()}
    return [
        *(["cpu us per empty job"] if ours and ours["cpu us per empty job"] > MOST else []),
        *(["efficiency in CPU"] if ours and ours["efficiency in CPU"] < LEAST else []),
    ]


def environment(workers: int) -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "workers": workers,
        "load": os.getloadavg()[0],
    }


def shown(figure: dict[str, Any], digits: int) -> str:
    """Median and spread as text."""
    low, high = figure["spread"]
    return f"{figure['median']:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def show(rows: dict[str, dict[str, Any]], where: dict[str, Any]) -> None:
    """Print the table."""
    print(", ".join(f"{key} {value}" for key, value in where.items()))
    print(f"{'engine':32} {'CPU µs/empty job':>20} {'efficiency':>20} {'in CPU':>20}")
    for name, row in rows.items():
        texts = [shown(figure, 1 if "us" in key else 2) for key, figure in row.items()]
        print(f"{name:32} " + " ".join([f"{text:>20}" for text in texts]), flush=True)


def main() -> int:
    """Read the arguments, measure, print; 1 where a target is missed."""
    parser = parser_of(__doc__, saves=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5, help="rounds, whose median counts")
    parser.add_argument("--empty", type=int, default=10_000, help="empty jobs of a try")
    parser.add_argument("--busy", type=int, default=1_000, help="jobs of 1 ms of a try")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="names that begin so, of the table"
    )
    arguments = parser.parse_args()
    compared = {
        name: runner for name, runner in runners().items() if name.startswith(tuple(arguments.only or [""]))
    }
    rows = measure(compared, arguments.workers, arguments.repeat, arguments.empty, arguments.busy)
    where = environment(arguments.workers)
    show(rows, where)
    return ended({"environment": where, "rows": rows}, arguments.json, missed(rows))


if __name__ == "__main__":
    sys.exit(main())
