"""The pipeline's fixed cost, its cost per task, and what a second worker brings.

    python benchmarks/pipeline.py [--json FILE] [--repeats N]

- import: CPU ms of `import kaggle_batt` over a bare interpreter.
- small run: `run -i 007bbfb7` with 32 programs, start to files written: wall and CPU seconds.
- per task: 32 programs on ten tasks, all samples, all phases: CPU seconds a task (serial).
- two workers: wall of one worker over wall of two on 100 tasks, as a ratio to the same of bare forked
  processes with the work split evenly, in the same run.

Medians; the spread is (largest - smallest) / median.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kaggle_batt.battery import Battery
from kaggle_batt.batteryfile import load_battery
from kaggle_batt.engines import Limits, make_engine
from kaggle_batt.pipeline import run
from kaggle_batt.tasks import load_tasks
from kaggle_batt.work import Unit, World, units

ROOT = Path(__file__).parents[1]
BATTERY = ROOT / "tests" / "data" / "battery32.txt"
OFF = Limits(cpu=None, wall=None, memory=None)


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def spawned(*arguments: str) -> tuple[float, float]:
    """(wall, CPU) seconds of a Python process."""
    wall, cpu = time.perf_counter(), children_cpu()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - wall, children_cpu() - cpu


def summary(values: list[float]) -> dict[str, float]:
    middle = statistics.median(values)
    return {"median": round(middle, 4), "spread": round((max(values) - min(values)) / middle, 3)}


def import_cost(repeats: int) -> dict[str, float]:
    """CPU ms of the import over a bare interpreter."""
    costs = []
    for _ in range(repeats):
        bare = spawned("-c", "pass")[1]
        costs.append(1000 * (spawned("-c", "import kaggle_batt")[1] - bare))
    return {"median": round(statistics.median(costs), 2), "largest": round(max(costs), 2)}


def small_run(repeats: int) -> dict[str, Any]:
    """Wall and CPU seconds of the smallest useful run, as a command."""
    walls, cpus = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            options = ["-i", "007bbfb7", "-b", str(BATTERY), "-o", folder, "--no-progress"]
            wall, cpu = spawned("-m", "kaggle_batt", "run", *options)
            walls.append(wall)
            cpus.append(cpu)
    return {"wall": summary(walls), "cpu": summary(cpus)}


def cost_per_task(repeats: int) -> dict[str, float]:
    """CPU seconds a task of 32 programs on the ten default tasks, all phases."""
    costs = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            given = {"battery": str(BATTERY), "out": folder, "engine": "serial", "progress": False}
            cpu = time.process_time()
            done = run(given)
            costs.append((time.process_time() - cpu) / len(done.tasks))
    return summary(costs)


def work_of(count: int) -> tuple[World, list[Unit]]:
    """The scoring work of 32 programs on so many training tasks."""
    tasks = dict(list(load_tasks().items())[:count])
    battery = Battery([e for e in load_battery(BATTERY).entries if e.program.kind == "solver"])
    lists = {name: tuple(range(len(battery))) for name in tasks}
    world = World(tasks, battery, lists, 200_000)
    return world, units(tasks, {name: len(battery) for name in tasks})


def bare(world: World, work: list[Unit], workers: int) -> float:
    """Wall seconds of bare forked processes, unit k done by process k modulo their number."""
    wall = time.perf_counter()
    pids = []
    for number in range(workers):
        pid = os.fork()
        if not pid:
            for unit in work[number::workers]:
                world.run(unit)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    return time.perf_counter() - wall


def engine_wall(world: World, work: list[Unit], workers: int) -> float:
    """Wall seconds of the process engine."""
    wall = time.perf_counter()
    make_engine("process", workers).run(world.run, work, OFF)
    return time.perf_counter() - wall


def second_worker(repeats: int, count: int) -> dict[str, Any]:
    """One worker's wall over two workers', of the engine and of bare processes, and their ratio."""
    world, work = work_of(count)
    gains: dict[str, list[float]] = {"engine": [], "bare": [], "ratio": []}
    for _ in range(repeats):
        walls = {(how.__name__, n): how(world, work, n) for n in (1, 2) for how in (engine_wall, bare)}
        engine = walls["engine_wall", 1] / walls["engine_wall", 2]
        plain = walls["bare", 1] / walls["bare", 2]
        for name, value in (("engine", engine), ("bare", plain), ("ratio", engine / plain)):
            gains[name].append(value)
    return {name: summary(values) for name, values in gains.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--tasks", type=int, default=100)
    arguments = parser.parse_args()
    parts: dict[str, Callable[[], Any]] = {
        "import, CPU ms over a bare interpreter": lambda: import_cost(arguments.repeats),
        "run of 32 programs on 007bbfb7, s": lambda: small_run(arguments.repeats),
        "32 programs, CPU s a task": lambda: cost_per_task(arguments.repeats),
        "gain by a second worker": lambda: second_worker(arguments.repeats, arguments.tasks),
    }
    results = {}
    for name, part in parts.items():
        results[name] = part()
        print(f"{name}: {json.dumps(results[name])}", flush=True)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
