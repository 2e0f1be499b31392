"""The language against the published one, arc-dsl, in CPU time; its checkout is an argument.

    python benchmarks/published.py PATH_TO_ARC_DSL [--rounds 3] [--only PART …] [--json FILE]

Both sides run the checkout's own solvers within one process and take turns; a figure is native over ours, so
above 1 is faster, and the median of the rounds. The parts:

- alone: every solver on the samples of its own task, parsed before, inputs made each time;
- battery: the same as one battery, one program a sample;
- all: every solver on 40 inputs of all kinds as one battery, without the solvers that take native over a
  CPU second on one of them; failures count on both sides;
- each: solver by solver, on its own samples: cold (parsed from text, inputs made), warm with inputs made,
  and warm; a64e4611, nine tenths of native's whole time, is left out.

Values of own samples are compared as well (e40b9e2f's depend on the order of a set in arc-dsl). Targets:
battery without a64e4611 at least 3, all at least 5, no solver slower than 1.5 times native when warm; exit
status 1 where one is missed.
"""

from __future__ import annotations

import gc
import importlib
import platform
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from measuring import TooSlow, at_most, ended, geometric_mean, middle, parser_of, rounded, tasks_of

from kaggle_batt.programs.battery import Battery, Entry, Evaluator
from kaggle_batt.programs.evaluate import inputs, run
from kaggle_batt.programs.program import Program, parse_program, parse_programs

PARTS = ("alone", "battery", "all", "each")
#: the solver that takes native nine tenths of its whole time
HEAVY = "a64e4611"
#: inputs of all kinds, and the CPU seconds that native may take on one
INPUTS, NATIVE = 40, 1.0
#: the least ratios, and how many times native's time a warm solver may take
LEAST, SLOWEST = {"battery": 3.0, "all": 5.0}, 1.5
#: CPU seconds of one measurement of one solver, at least
TURN = 0.004

Rows = tuple[tuple[int, ...], ...]
Ratio = dict[str, Any]


class Solver(NamedTuple):
    """A published solver: natively, as a program of the language, and the inputs of its own task."""

    task: str
    native: Callable[[Rows], Any]
    program: Program
    grids: list[Rows]


def solvers_in(folder: Path) -> list[Solver]:
    """The solvers of the checkout, in its order."""
    sys.path.insert(0, str(folder))
    module = importlib.import_module("solvers")
    tasks = tasks_of("training")
    found = []
    for name, program in parse_programs((folder / "solvers.py").read_text(encoding="utf-8")):
        task = tasks[name.removeprefix("solve_")]
        grids = [sample.input for sample in (*task.demo, *task.test)]
        found.append(Solver(task.id, getattr(module, name), program, grids))
    return found


def result_of(call: Callable[..., Any], *args: Any) -> Any:
    """The call's value, None where it raises."""
    try:
        return call(*args)
    except Exception:
        return None


def cpu(call: Callable[[], Any]) -> float:
    """CPU seconds of the call."""
    gc.collect()
    start = time.process_time()
    call()
    return time.process_time() - start


def compared(native: Callable[[], Any], ours: Callable[[], Any], rounds: int) -> Ratio:
    """Native over ours, both taking turns."""
    pairs = [(cpu(native), cpu(ours)) for _ in range(rounds)]
    native_s, ours_s = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {**middle([a / b for a, b in pairs]), "native s": native_s, "ours s": ours_s}


def natively(solvers: list[Solver]) -> None:
    """Every solver on its own samples, natively."""
    for solver in solvers:
        for grid in solver.grids:
            solver.native(grid)


def alone(solvers: list[Solver]) -> None:
    """Every solver on its own samples, one by one."""
    for solver in solvers:
        for grid in solver.grids:
            run(solver.program, inputs(grid))


def battery_of(solvers: list[Solver]) -> Battery:
    """The solvers as one battery."""
    return Battery([Entry(solver.task, solver.program, "solvers.py") for solver in solvers])


def as_battery(battery: Battery, solvers: list[Solver]) -> None:
    """Every solver on its own samples, within the battery."""
    for place, solver in enumerate(solvers):
        for grid in solver.grids:
            Evaluator(battery, inputs(grid)).run([place])


def own_samples(solvers: list[Solver], rounds: int, batteries: bool) -> Ratio:
    """All solvers on their own samples, and without the heavy one."""
    rest = [solver for solver in solvers if solver.task != HEAVY]
    found: Ratio = {}
    for name, many, turns in (("without", rest, rounds), ("with", solvers, 1)):
        ours = partial(as_battery, battery_of(many), many) if batteries else partial(alone, many)
        found[f"{name} {HEAVY}"] = compared(partial(natively, many), ours, turns)
    return found


def quick(solver: Solver, grids: list[Rows]) -> bool:
    """Does native take less than `NATIVE` CPU seconds on each of the grids?"""
    try:
        for grid in grids:
            with at_most(NATIVE):
                result_of(solver.native, grid)
    except TooSlow:
        return False
    return True


def all_inputs(solvers: list[Solver], rounds: int) -> Ratio:
    """Every solver on inputs of all kinds: the first of every tenth task."""
    grids = [solver.grids[0] for solver in solvers[:: len(solvers) // INPUTS]][:INPUTS]
    chosen = [solver for solver in solvers if quick(solver, grids)]
    battery = battery_of(chosen)

    def native() -> None:
        for grid in grids:
            for solver in chosen:
                result_of(solver.native, grid)

    def ours() -> None:
        for grid in grids:
            Evaluator(battery, inputs(grid)).run()

    return {"solvers": len(chosen), "inputs": len(grids), **compared(native, ours, rounds)}


def turns(call: Callable[[], Any]) -> float:
    """CPU seconds of one call, the mean over as many as take `TURN`."""
    spent, count, together = 0.0, 0, 1
    while spent < TURN:
        start = time.process_time()
        for _ in range(together):
            call()
        spent, count, together = spent + time.process_time() - start, count + together, 2 * together
    return spent / count


def one_solver(solver: Solver, rounds: int) -> Ratio:
    """A solver's ratios: cold, warm with inputs made, warm."""
    grids, program, text = solver.grids, solver.program, solver.program.text
    given = [inputs(grid) for grid in grids]
    same = all([run(program, inputs(grid)).value == solver.native(grid) for grid in grids])

    def cold() -> None:
        parsed = parse_program(text)
        for grid in grids:
            run(parsed, inputs(grid))

    ways: dict[str, Callable[[], Any]] = {
        "cold": cold,
        "warm, inputs made": lambda: [run(program, inputs(grid)) for grid in grids],
        "warm": lambda: [run(program, ready) for ready in given],
    }
    ratios: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        native = turns(lambda: list(map(solver.native, grids)))
        for name, way in ways.items():
            ratios[name].append(native / turns(way))
    return {"differs": not same, **{name: statistics.median(many) for name, many in ratios.items()}}


def each(solvers: list[Solver], rounds: int) -> Ratio:
    """Geometric means and the worst of the solvers' ratios."""
    rows = {solver.task: one_solver(solver, rounds) for solver in solvers if solver.task != HEAVY}
    found: Ratio = {"differs": [task for task, row in rows.items() if row["differs"]]}
    for way in ("cold", "warm, inputs made", "warm"):
        order = sorted(rows, key=lambda task: rows[task][way])
        found[way] = {
            "geometric mean": geometric_mean([row[way] for row in rows.values()]),
            "worst": {task: round(rows[task][way], 2) for task in order[:12]},
            "slower than native": sum([row[way] < 1 for row in rows.values()]),
            "too slow": sum([row[way] < 1 / SLOWEST for row in rows.values()]),
        }
    return found


def missed(figures: Ratio) -> list[str]:
    """The targets that are missed."""
    found = []
    if "battery" in figures and figures["battery"][f"without {HEAVY}"]["median"] < LEAST["battery"]:
        found.append("battery")
    if "all" in figures and figures["all"]["median"] < LEAST["all"]:
        found.append("all")
    if "each" in figures and figures["each"]["warm"]["too slow"]:
        found.append("each")
    return found


def show(value: Any, name: str = "") -> None:
    """Print figures, one row of them a line."""
    if isinstance(value, dict) and any([isinstance(inner, dict) for inner in value.values()]):
        for key, inner in value.items():
            show(inner, f"{name}{key}: ")
    else:
        print(name, rounded(value).strip("[{}]").replace('"', ""), flush=True)


def main() -> int:
    """Measure, print, save; 1 where a target is missed."""
    parser = parser_of(__doc__, saves=True)
    parser.add_argument("folder", type=Path, metavar="PATH_TO_ARC_DSL", help="a checkout of arc-dsl")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each part (default: 3)")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS, help="only these parts")
    options = parser.parse_args()
    solvers, rounds = solvers_in(options.folder), options.rounds
    gc.disable()
    ways: dict[str, Callable[[], Ratio]] = {
        "alone": lambda: own_samples(solvers, rounds, False),
        "battery": lambda: own_samples(solvers, rounds, True),
        "all": lambda: all_inputs(solvers, rounds),
        "each": lambda: each(solvers, rounds),
    }
    figures: Ratio = {"python": platform.python_version(), "solvers": len(solvers)}
    for name in options.only:
        figures[name] = ways[name]()
        show({name: figures[name]})
    return ended(figures, options.json, missed(figures))


if __name__ == "__main__":
    sys.exit(main())
