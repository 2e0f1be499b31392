"""What carrying jobs out costs: this package's engines beside concurrent.futures and pebble, in one run.

    python benchmarks/engines.py [--workers 2] [--repeat 3] [--json FILE]

Two figures, for jobs handed over one by one and in chunks where an engine knows the difference:

- CPU µs per empty job: CPU time of this process and all its children, less that of a run of one job.
- efficiency at jobs of about 1 ms: wall time of bare forked processes with the work split evenly, divided by
  the wall time of the engine, start-up included. Both are the best of `--repeat` tries taken in turn.

Wall times mean little on a machine that is busy with other things; the table has the load beside them, and
the efficiency in CPU time, which depends on it much less. Targets: at most 15 µs, at least 0.95.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import importlib.metadata
import json
import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from kaggle_batt.engines import Limits, make_engine

Runner = Callable[[Callable[[int], bytes], Sequence[int], int], None]
"""Carries out a job function on jobs with so many workers, from start-up to shut-down."""

CHUNK = 100
LOOP = 1000


def empty(_: int) -> bytes:
    """A job that does nothing."""
    return b""


def busy(_: int) -> bytes:
    """A job of about a millisecond, see `calibrate`."""
    total = 0
    for value in range(LOOP):
        total += value * value
    return str(total).encode()


def calibrate() -> None:
    """Make `busy` take about a millisecond of CPU time here."""
    global LOOP
    began = time.process_time()
    for _ in range(200):
        busy(0)
    LOOP = max(1, int(LOOP * 200 * 0.001 / (time.process_time() - began)))


def bare(function: Callable[[int], bytes], jobs: Sequence[int], workers: int) -> None:
    """Forked processes that share nothing: the best there can be."""
    pids = []
    for number in range(workers):
        pid = os.fork()
        if pid == 0:
            for job in jobs[number::workers]:
                function(job)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)


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
    module: Any = __import__("pebble")

    def run(function: Callable[[int], bytes], jobs: Sequence[int], workers: int) -> None:
        context = multiprocessing.get_context("fork")
        with module.ProcessPool(max_workers=workers, context=context) as pool:
            for _ in pool.map(function, jobs, chunksize=chunk, timeout=60).result():
                pass

    return run


def runners() -> dict[str, Runner]:
    """All that can be measured here."""
    found: dict[str, Runner] = {
        "kaggle_batt process": engine("process"),
        "kaggle_batt serial": engine("serial"),
        "kaggle_batt thread": engine("thread"),
        "concurrent.futures": futures(1),
        f"concurrent.futures, {CHUNK} a chunk": futures(CHUNK),
    }
    try:
        found["pebble"] = pebble(1)
        found[f"pebble, {CHUNK} a chunk"] = pebble(CHUNK)
    except ImportError:
        print("pebble is not installed and left out")
    return found


class Cost(NamedTuple):
    """Seconds of wall time, and of CPU time with all children that have ended."""

    wall: float
    cpu: float


def cost(runner: Runner, function: Callable[[int], bytes], size: int, workers: int) -> Cost:
    """What one run takes."""
    wall, before = time.perf_counter(), os.times()
    runner(function, range(size), workers)
    after = os.times()
    return Cost(time.perf_counter() - wall, sum(after[:4]) - sum(before[:4]))


def best(tries: Sequence[Cost]) -> Cost:
    """The least of each."""
    return Cost(min(one.wall for one in tries), min(one.cpu for one in tries))


def measure(workers: int, repeat: int, empties: int, busies: int) -> list[dict[str, Any]]:
    """One row of figures for each runner."""
    calibrate()
    compared = {"bare": bare, **runners()}
    single: dict[str, list[Cost]] = {name: [] for name in compared}
    many: dict[str, list[Cost]] = {name: [] for name in compared}
    work: dict[str, list[Cost]] = {name: [] for name in compared}
    for _ in range(repeat):
        for name, runner in compared.items():
            single[name].append(cost(runner, empty, 1, workers))
            many[name].append(cost(runner, empty, empties, workers))
            work[name].append(cost(runner, busy, busies, workers))
    ideal = best(work["bare"])
    return [
        {
            "engine": name,
            "cpu_us_per_empty_job": 1e6 * (best(many[name]).cpu - best(single[name]).cpu) / (empties - 1),
            "efficiency": ideal.wall / best(work[name]).wall,
            "efficiency_in_cpu": ideal.cpu / best(work[name]).cpu,
            "wall_s": best(work[name]).wall,
        }
        for name in compared
    ]


def environment(workers: int) -> dict[str, Any]:
    """What the figures hang on."""
    versions = {}
    for package in ("pebble",):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "workers": workers,
        "load": os.getloadavg()[0],
        "packages": versions,
    }


def show(rows: list[dict[str, Any]], where: dict[str, Any]) -> None:
    """Print the table."""
    print(", ".join(f"{key} {value}" for key, value in where.items()))
    print(f"{'engine':36} {'CPU µs/empty job':>17} {'efficiency':>11} {'in CPU':>7} {'wall s':>7}")
    for row in rows:
        print(
            f"{row['engine']:36} {row['cpu_us_per_empty_job']:17.1f} {row['efficiency']:11.3f}"
            f" {row['efficiency_in_cpu']:7.3f} {row['wall_s']:7.2f}"
        )


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3, help="tries of each, the best of which count")
    parser.add_argument("--empty", type=int, default=20_000, help="empty jobs of a try")
    parser.add_argument("--busy", type=int, default=2_000, help="jobs of 1 ms of a try")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    rows = measure(arguments.workers, arguments.repeat, arguments.empty, arguments.busy)
    where = environment(arguments.workers)
    show(rows, where)
    if arguments.json:
        record = {"format": "kaggle_batt engines benchmark", "version": 1, "environment": where, "rows": rows}
        arguments.json.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
