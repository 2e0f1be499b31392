"""The pipeline's fixed cost, its cost per task, and what a second worker brings.

    python benchmarks/pipeline.py [--json FILE] [--repeats N]

- import: CPU ms of `import kaggle_batt` over a bare interpreter.
- small run: `run -i 007bbfb7` with 32 programs, start to files written: wall and CPU seconds.
- per task: 32 programs on ten tasks, all samples, all phases: CPU seconds a task (serial).
- second worker: wall of one worker over wall of two on 100 tasks, beside the same of bare forked processes
  that share nothing and have the work split so that both take the same CPU time: what a second process is
  worth here and now. "of two" is twice the ratio of both gains: 2 is as good as the bare ones.

Medians, and the least and the most. Exit status 1 where a target is missed: at most 0.1 CPU
seconds a task, at least 1.9 of two. Where even bare processes gain less than `FREE` by a second one, other
work holds the second core, and the gain is not judged.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from measuring import BATTERY, ROOT, cpu_time, ended, forked, middle, parser_of, rounded, solvers, tasks_of

from kaggle_batt.api import run
from kaggle_batt.engines import Limits, make_engine
from kaggle_batt.pipeline.jobs import BatteryJob, Unit, units
from kaggle_batt.programs.battery import Battery

FREE = 1.6
PER_TASK, SECOND = "32 programs, CPU s a task", "gain by a second worker"
OFF = Limits(cpu=1e9, wall=1e9, memory=1 << 50)


def spawned(*arguments: str) -> tuple[float, float]:
    """(wall, CPU) seconds of a Python process."""
    wall, cpu = time.perf_counter(), cpu_time()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - wall, cpu_time() - cpu


def import_cost(repeats: int) -> dict[str, Any]:
    """CPU ms of the import over a bare interpreter."""
    costs = []
    for _ in range(repeats):
        bare = spawned("-c", "pass")[1]
        costs.append(1000 * (spawned("-c", "import kaggle_batt")[1] - bare))
    return middle(costs)


def small_run(repeats: int) -> dict[str, Any]:
    """Wall and CPU seconds of the smallest useful run, as a command."""
    walls, cpus = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            options = ["-i", "007bbfb7", "-b", str(BATTERY), "-o", folder, "--no-progress"]
            wall, cpu = spawned("-m", "kaggle_batt", "run", *options)
            walls.append(wall)
            cpus.append(cpu)
    return {"wall": middle(walls), "cpu": middle(cpus)}


def cost_per_task(repeats: int) -> dict[str, Any]:
    """CPU seconds a task of 32 programs on the ten default tasks, all phases; what of it is the system's.

    The system's part is nearly all for saving files and links, and depends on the disk.
    """
    costs, systems = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            given = {"battery": str(BATTERY), "out": folder, "engine": "serial", "progress": False}
            before = resource.getrusage(resource.RUSAGE_SELF)
            done = run(given)
            after = resource.getrusage(resource.RUSAGE_SELF)
            system = after.ru_stime - before.ru_stime
            costs.append((after.ru_utime - before.ru_utime + system) / len(done.tasks))
            systems.append(system / len(done.tasks))
    return {"cpu": middle(costs), "of it system": statistics.median(systems)}


def work_of(count: int) -> tuple[BatteryJob, list[Unit]]:
    """The scoring work of 32 programs on so many training tasks."""
    tasks = dict(list(tasks_of("training").items())[:count])
    battery = Battery(solvers())
    lists = {name: tuple(range(len(battery))) for name in tasks}
    job = BatteryJob(tasks, battery, lists, 200_000)
    return job, units(tasks, {name: len(battery) for name in tasks})


def costs_of(job: BatteryJob, work: list[Unit]) -> list[float]:
    """CPU seconds of each unit."""
    costs = []
    for unit in work:
        before = time.process_time()
        job.run(unit)
        costs.append(time.process_time() - before)
    return costs


def split(work: list[Unit], costs: list[float], parts: int) -> list[list[Unit]]:
    """The work in parts of equal cost: the dearest first, each to the part that has least so far."""
    shares: list[tuple[float, list[Unit]]] = [(0.0, []) for _ in range(parts)]
    for cost, unit in sorted(zip(costs, work, strict=True), reverse=True):
        least = min(range(parts), key=lambda k: shares[k][0])
        shares[least] = (shares[least][0] + cost, [*shares[least][1], unit])
    return [units for _, units in shares]


def bare_wall(job: BatteryJob, parts: list[list[Unit]]) -> float:
    """Wall seconds of a bare forked process for each part."""
    wall = time.perf_counter()
    forked(job.run, parts)
    return time.perf_counter() - wall


def engine_wall(job: BatteryJob, work: list[Unit], workers: int) -> float:
    """Wall seconds of the process engine."""
    wall = time.perf_counter()
    make_engine("process", workers).run(job.run, work, OFF)
    return time.perf_counter() - wall


def gains_once(job: BatteryJob, work: list[Unit], costs: list[float]) -> tuple[float, float]:
    """What a second worker, and a second bare process, brings; all four ways there and back."""
    ways = [
        lambda: bare_wall(job, [work]),
        lambda: engine_wall(job, work, 1),
        lambda: engine_wall(job, work, 2),
        lambda: bare_wall(job, split(work, costs, 2)),
    ]
    there = [way() for way in ways]
    back = [way() for way in reversed(ways)][::-1]
    bare_one, one, two, bare_two = [a + b for a, b in zip(there, back, strict=True)]
    return one / two, bare_one / bare_two


def second_worker(repeats: int, count: int) -> dict[str, Any]:
    """One worker's wall over two workers', of the engine and of bare processes, and how they compare."""
    job, work = work_of(count)
    costs_of(job, work)  # what is kept between calls is filled now, for all
    costs = costs_of(job, work)
    gains = [gains_once(job, work, costs) for _ in range(repeats)]
    return {
        "gain of the engine": middle([engine for engine, _ in gains]),
        "gain of bare processes": middle([plain for _, plain in gains]),
        "of two, gain": middle([2 * engine / plain for engine, plain in gains]),
    }


def missed(results: dict[str, Any]) -> list[str]:
    """The targets that were missed."""
    second = results[SECOND]
    judged = second["gain of bare processes"]["median"] >= FREE
    if not judged:
        print("no core was free for a second process: its gain is not judged")
    return [
        *([PER_TASK] if results[PER_TASK]["cpu"]["median"] > 0.1 else []),
        *([SECOND] if judged and second["of two, gain"]["median"] < 1.9 else []),
    ]


def main() -> int:
    """Measure, print, save; 1 where a target is missed."""
    parser = parser_of(__doc__, saves=True)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--tasks", type=int, default=100)
    arguments = parser.parse_args()
    parts: dict[str, Callable[[], Any]] = {
        "import, CPU ms over a bare interpreter": lambda: import_cost(arguments.repeats),
        "run of 32 programs on 007bbfb7, s": lambda: small_run(arguments.repeats),
        PER_TASK: lambda: cost_per_task(arguments.repeats),
        SECOND: lambda: second_worker(arguments.repeats, arguments.tasks),
    }
    results = {}
    for name, part in parts.items():
        results[name] = part()
        print(f"{name}: {rounded(results[name])}", flush=True)
    return ended(results, arguments.json, missed(results))


if __name__ == "__main__":
    sys.exit(main())
