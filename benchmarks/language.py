"""The language against the plain oracle, in CPU time: python benchmarks/language.py [--json FILE].

Part one calls each of the 160 primitives with arguments as they come up when programs run on the grids
of the ARC-AGI-1 training tasks, fresh copies each time, so that nothing cached helps. Part two runs the
library's solvers and 2,000 random typed programs on grids of all 400 tasks. Every figure is oracle over
package within one process, the median of five rounds in which both take turns, of fifteen where a call
takes less than 0.3 µs and the machine's noise is as large; both sides' values are compared as well.
"""

from __future__ import annotations

import gc
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from measuring import TooSlow, at_most, ended, geometric_mean, middle, parser_of, tasks_of

from kaggle_batt import dsl
from kaggle_batt.dsl import FSet, Function, Grid, Indices, Object
from kaggle_batt.dsl.values.build import make_set
from kaggle_batt.generate.library import library_solvers
from kaggle_batt.programs.evaluate import inputs, run
from kaggle_batt.programs.graph import Lit
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import Task
from tests import oracle
from tests.oracle.core import OracleError
from tests.plain import plain
from tests.random_programs import random_program

ROUNDS = 5
#: most turns timed together
TOGETHER = 8
#: calls under so many µs get more rounds, and so many
FINE, FINE_ROUNDS = 0.3, 15
#: CPU seconds of one measurement, at least
TURN = 0.002
#: programs that take more steps than this on a grid are left out: the oracle would take minutes
MAX_STEPS = 3_000
#: CPU seconds that the oracle may take for a call, for a program; what takes longer is left out, which
#: makes the package look slower than it is
ORACLE_CALL, ORACLE_PROGRAM = 0.05, 0.3
#: different calls of a primitive, and how many of one task
CALLS, PER_TASK = 60, 2
#: a primitive is slow where it takes over 1.2 times the oracle's time
SLOW = 1 / 1.2


def to_oracle(value: Any) -> Any:
    """The oracle's value for one of the package's."""
    if isinstance(value, Function):
        found = oracle.NAMESPACE[value.name]
        return found(*map(to_oracle, value.args)) if value.args else found
    if type(value) is tuple:
        return tuple(map(to_oracle, value))
    if type(value) is FSet:
        return frozenset(map(to_oracle, value.items))
    return plain(value)


def spelled(value: Any) -> Any:
    """An oracle's value with its functions as text, which compares."""
    if isinstance(value, (tuple, frozenset)):
        return type(value)(map(spelled, value))
    return value.text if isinstance(value, oracle.Function) else value


def fresh(value: Any) -> Any:
    """A copy of one of the package's values that knows no more than the value does: of a grid its rows,
    where an earlier call had asked for them."""
    if type(value) is Grid:
        grid = Grid(value.height, value.width, value.data)
        grid._rows = value._rows
        return grid
    if type(value) is Indices and value.height:
        return Indices(*value.box, value.board)
    if type(value) is Object:
        return Object(*value.box, value.planes)
    if type(value) is FSet:
        items = tuple(map(fresh, value.items))
        return FSet(items) if type(items[0]) is Object else make_set(items)
    if type(value) is tuple:
        return tuple(map(fresh, value))
    if isinstance(value, Function) and value.args:
        return dsl.PRIMITIVES[value.name].call(*map(fresh, value.args))
    return value


def fresh_inputs(given: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a program without anything cached."""
    return {name: fresh(value) for name, value in given.items()}


def same(value: Any) -> Any:
    """The value itself: nothing of the oracle's is cached in a value."""
    return value


def programs() -> Iterator[Program]:
    """2,000 random typed programs."""
    for number in range(2000):
        yield random_program(random.Random(f"benchmark {number}"), 12)


def given_of(task: Task) -> dict[str, Any]:
    """The inputs of a program on the task's first demo sample."""
    return inputs(task.demo[0].input, [(sample.input, sample.output) for sample in task.demo])


class Recorder:
    """Records arguments of the primitives while programs run."""

    def __init__(self) -> None:
        self.calls: dict[str, list[tuple[Any, ...]]] = {name: [] for name in dsl.PRIMITIVES}
        self.left: dict[str, int] = {}

    def __enter__(self) -> Recorder:
        self.bare = {name: primitive.call for name, primitive in dsl.PRIMITIVES.items()}
        self.within = {name: primitive.within for name, primitive in dsl.PRIMITIVES.items()}
        for name, primitive in dsl.PRIMITIVES.items():
            primitive.call = self.recording(name, primitive.call)
            primitive.within = self.recording(name, primitive.within)
        return self

    def __exit__(self, *_: object) -> None:
        for name, primitive in dsl.PRIMITIVES.items():
            primitive.call, primitive.within = self.bare[name], self.within[name]

    def recording(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, which notes its arguments where it succeeds and more are wanted."""

        def recorded(*args: Any) -> Any:
            wanted = self.left.get(name, 0) and len(self.calls[name]) < CALLS
            met = tuple(map(fresh, args)) if wanted else ()
            value = call(*args)
            if wanted:
                self.left[name] -= 1
                self.calls[name].append(met)
            return value

        return recorded

    def next_task(self) -> None:
        """Take some more of every primitive."""
        self.left = dict.fromkeys(self.calls, PER_TASK)


def harvest(tasks: list[Task]) -> dict[str, list[tuple[Any, ...]]]:
    """Arguments of each primitive from the library's programs on real grids, and what these do not call
    often enough from random ones."""
    library, order = [entry.program for entry in library_solvers()], random.Random("harvest")
    with Recorder() as recorder:
        for pool, rounds in ((library, 1), (list(programs()), 4)):
            for task in tasks * rounds:
                recorder.next_task()
                given = given_of(task)
                for _ in range(12):
                    run(pool[order.randrange(len(pool))], given, MAX_STEPS)
    return recorder.calls


def usable(calls: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, Any]]]:
    """(package's arguments, oracle's) of each primitive, both giving the same value."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for name, many in calls.items():
        found[name] = []
        for args in many:
            plain_args = tuple(map(to_oracle, args))
            value = dsl.PRIMITIVES[name].call(*map(fresh, args))
            try:
                with at_most(ORACLE_CALL):
                    expected = oracle.PRIMITIVES[name].run(*plain_args)
            except (TooSlow, OracleError):  # the package takes more than the oracle
                continue
            assert spelled(to_oracle(value)) == spelled(expected), (name, args, value, expected)
            found[name].append((args, plain_args))
    return found


def cpu(call: Callable[..., Any], many: list[tuple[Any, ...]], copy: Callable[[Any], Any]) -> float:
    """CPU seconds of the call with all these arguments, once each.

    The mean over as many turns as take `TURN`. A few turns are timed together: so few that their copies stay
    in the processor's caches, as arguments do when programs run, so many that reading the clock is nothing.
    """
    spent, turns, together = 0.0, 0, 1
    while spent < TURN:
        copies = [tuple(map(copy, args)) for _ in range(together) for args in many]
        start = time.process_time()
        for args in copies:
            call(*args)
        took = time.process_time() - start
        spent, turns = spent + took, turns + together
        together = min(TOGETHER, 2 * together) if took < TURN / 8 else together
    return spent / turns


def primitive_row(name: str, pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    """How a primitive compares."""
    call, reference = dsl.PRIMITIVES[name].call, oracle.PRIMITIVES[name].run
    many = [args for args, _ in pairs]
    few = [args for _, args in pairs]
    ours: list[float] = []
    theirs: list[float] = []
    while len(ours) < ROUNDS or (1e6 * min(ours + theirs) < FINE and len(ours) < FINE_ROUNDS):
        ours.append(cpu(call, many, fresh) / len(many))
        theirs.append(cpu(reference, few, same) / len(few))
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    return {
        "name": name,
        "calls": len(many),
        "rounds": len(ratios),
        "µs": [1e6 * statistics.median(ours), 1e6 * statistics.median(theirs)],
        "ratio": middle(ratios),
    }


def oracle_run(program: Program, given: dict[str, Any]) -> Any:
    """The program's value by the oracle's primitives."""
    values: list[Any] = []
    for call in program.calls:
        function, *args = [
            values[ref]
            if isinstance(ref, int)
            else ref.value
            if isinstance(ref, Lit)
            else given[ref]
            if ref in given
            else oracle.NAMESPACE[ref]
            for ref in (call.function, *call.args)
        ]
        values.append(function(*args))
    return values[program.result] if isinstance(program.result, int) else given[program.result]


def program_rows(many: list[Program], tasks: list[Task], grids: int) -> list[dict[str, Any]]:
    """How programs compare, each on some tasks' grids on which it has a value."""
    given = [[tasks[(n * grids + k) % len(tasks)] for k in range(grids)] for n in range(len(many))]
    rows = [program_row(p, list(map(given_of, chosen))) for p, chosen in zip(many, given, strict=True)]
    return [row for row in rows if row is not None]


def program_row(program: Program, many: list[dict[str, Any]]) -> dict[str, Any] | None:
    """How one program compares on these inputs; None where it has no value on any."""
    done = [(given, run(program, given, MAX_STEPS)) for given in many]
    good = [(given, result) for given, result in done if result.failure is None and program.calls]
    if not good:
        return None
    plains = [{name: to_oracle(value) for name, value in given.items()} for given, _ in good]
    for (_, result), given in zip(good, plains, strict=True):
        try:
            with at_most(ORACLE_PROGRAM):
                expected = oracle_run(program, given)
        except TooSlow:
            return None
        assert spelled(to_oracle(result.value)) == spelled(expected), program.text
    ratios, ours = [], []
    for _ in range(ROUNDS):
        ours.append(cpu(lambda given: run(program, given), [(given,) for given, _ in good], fresh_inputs))
        ratios.append(cpu(lambda given: oracle_run(program, given), [(g,) for g in plains], same) / ours[-1])
    return {"md5": program.md5, "package": statistics.median(ours), "ratio": statistics.median(ratios)}


def show_primitives(rows: list[dict[str, Any]]) -> None:
    """Print the table of primitives, the worst first."""
    print(f"{'primitive':14} {'calls':>5} {'package µs':>11} {'oracle µs':>10} {'ratio':>7}  spread")
    for row in sorted(rows, key=lambda row: row["ratio"]["median"]):
        ratio, (low, high) = row["ratio"].values()
        flag = "  SLOW" if ratio < SLOW else ""
        print(
            f"{row['name']:14} {row['calls']:5} {row['µs'][0]:11.2f} {row['µs'][1]:10.2f}"
            f" {ratio:7.2f}  {low:.2f}–{high:.2f}{flag}"
        )


def summary(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Print and return the geometric mean and the spread of the programs' ratios."""
    ratios = sorted(row["ratio"] for row in rows)
    tenth, median = ratios[len(ratios) // 10], statistics.median(ratios)
    print(
        f"{name}: {len(rows)} programs, geometric mean {geometric_mean(ratios):.2f}×"
        f" (median {median:.2f}, lowest tenth {tenth:.2f}, lowest {ratios[0]:.2f})"
    )
    return {
        "programs": len(rows),
        "geometric mean": geometric_mean(ratios),
        "median ratio": median,
        "lowest": [ratios[0], tenth],
    }


def main() -> int:
    """Measure, print, save; 1 where a primitive is slower than 1.2 times the oracle's."""
    parser = parser_of(__doc__, saves=True)
    parser.add_argument("--primitives", action="store_true", help="no programs")
    parser.add_argument("--only", nargs="*", metavar="PRIMITIVE", help="only these primitives, no programs")
    options = parser.parse_args()
    tasks = list(tasks_of("training").values())
    pairs = usable(harvest(tasks))
    gc.disable()
    chosen = options.only or list(pairs)
    rows = [primitive_row(name, pairs[name]) for name in chosen if pairs[name]]
    show_primitives(rows)
    slow = [row["name"] for row in rows if row["ratio"]["median"] < SLOW]
    print(f"primitives: geometric mean {geometric_mean([row['ratio']['median'] for row in rows]):.2f}×")
    table = {row.pop("name"): row for row in rows}
    figures: dict[str, Any] = {"python": platform.python_version(), "primitives": table, "slow": slow}
    if not options.only and not options.primitives:
        solvers = [entry.program for entry in library_solvers()]
        figures["library"] = summary("library", program_rows(solvers, tasks, 3))
        figures["random"] = summary("random", program_rows(list(programs()), tasks, 1))
    missed = [f"{name} is slow" for name in slow]
    return ended(figures, options.json, [*missed, *[f"{n} was not met" for n in chosen if not pairs[n]]])


if __name__ == "__main__":
    sys.exit(main())
