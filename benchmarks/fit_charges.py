"""What a step of the search costs: CPU time beside the steps charged, and charges fitted to it.

    python benchmarks/fit_charges.py training --sample 16              the table
    python benchmarks/fit_charges.py training --sample 16 --write      also the charges in the sources

A step is to be a microsecond of CPU of the machine that docs/search.md names. Families are charged by the
call and by the hundred cells, finishers at a rate (percent of the steps that they count): these are written.
The rest is charged by constants of its modules and only printed. Finishers pay for the features that they
ask for, so after `--write` a second run fits them to the families' new charges.
"""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from measuring import parser_of
from solve import chosen
from solve_rows import Setting

import kaggle_batt
from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.registry import Cells, Family
from kaggle_batt.search import search, view_search
from kaggle_batt.search.finishers import FINISHERS
from kaggle_batt.search.finishing import Finishing
from kaggle_batt.search.priority import Priority
from kaggle_batt.search.scoring import augmentations
from kaggle_batt.search.states import Pool
from kaggle_batt.search.step_budget import StepBudget

PACKAGE = Path(kaggle_batt.__file__).parent
#: calls of a family below which its charge is scaled as all the others' are
FEW = 20
#: charges of a family: for a call, for each hundred cells
Charge = tuple[int, int]


@dataclass
class Row:
    """The calls of one kind of work, their CPU time in microseconds, the steps they were charged."""

    calls: int = 0
    spent: float = 0.0
    charged: float = 0.0


@dataclass
class Meter:
    """Rows by the kind of work; for each family the cells and microseconds of each call."""

    rows: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    calls: dict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    #: all of the families
    families: Row = field(default_factory=Row)

    def watch(
        self, owner: Any, name: str, label: Callable[..., str], budget: Callable[..., StepBudget]
    ) -> None:
        """Measure each call of a function; of `Pool._apply` without the families that it calls."""
        function, without = getattr(owner, name), name == "_apply"

        def measured(*args: Any) -> Any:
            steps, inner = budget(*args), (self.families.spent, self.families.charged)
            used, start = steps.used, time.process_time_ns()
            result = function(*args)
            row = self.rows[label(*args)]
            row.calls += 1
            row.spent += (time.process_time_ns() - start) / 1000
            row.charged += steps.used - used
            if without:
                row.spent -= self.families.spent - inner[0]
                row.charged -= self.families.charged - inner[1]
            return result

        setattr(owner, name, measured)

    def watch_families(self) -> None:
        """Measure each call of a family by a search."""
        known, together = Family.known, Family.together

        def counted(family: Family, sizes: Sequence[int], start: int) -> None:
            spent = (time.process_time_ns() - start) / 1000
            for size in sizes:
                self.calls[family.name].append((size, spent / len(sizes)))
                self.families.charged += family.charge(size)
            self.families.spent += spent

        def one_by_one(family: Family, grids: Sequence[Cells], *args: int) -> Iterator[Any]:
            found = known(family, grids, *args)
            for _, data in grids:
                start = time.process_time_ns()
                result = next(found)
                counted(family, [len(data)], start)
                yield result

        def at_once(family: Family, many: Sequence[Sequence[Cells]], *args: int) -> Any:
            start = time.process_time_ns()
            made = together(family, many, *args)
            counted(family, [len(data) for grids in many for _, data in grids], start)
            return made

        def measured(family: Family, grids: Sequence[Cells], *args: int) -> Iterator[Any]:
            return (known if family.stacked else one_by_one)(family, grids, *args)

        Family.known, Family.together = measured, at_once  # type: ignore[method-assign]


def metered(settings: list[Setting]) -> tuple[Meter, Row]:
    """What searches over these tasks take, by the kind of work and altogether."""
    meter, total = Meter(), Row()
    tasks = [(task, setting.steps) for setting in settings for task in chosen(setting)]
    search(tasks[0][0], 100_000)
    meter.watch_families()
    meter.watch(Pool, "_apply", lambda *args: "results of families", lambda pool, *args: pool.budget)
    meter.watch(Finishing, "run_one", lambda self, one, *args: one.name, lambda self, *args: self.pool.budget)
    meter.watch(Priority, "explain", lambda *args: "share explained", lambda self, *args: self.pool.budget)
    meter.watch(augmentations, "_fits", lambda *args: "augmented demos", lambda *args: args[-1])
    meter.watch(view_search, "resized", lambda *args: "resized", lambda pool, *args: pool.budget)
    for task, steps in tasks:
        start = time.process_time_ns()
        total.charged += search(task, steps).steps
        total.spent += (time.process_time_ns() - start) / 1000
        total.calls += 1
    return meter, total


def fitted(calls: list[tuple[int, float]]) -> Charge:
    """The charges for a call and for each hundred cells that add up to the microseconds of all calls."""
    cells, spent = np.array(calls).T
    spread = ((cells - cells.mean()) ** 2).sum()
    slope = ((cells - cells.mean()) * (spent - spent.mean())).sum() / spread if spread else 0.0
    slope = min(max(slope, 0.0), spent.sum() / cells.sum())
    return max(1, round(spent.mean() - slope * cells.mean())), round(100 * slope)


def family_charges(meter: Meter) -> dict[str, Charge]:
    """The charges of all families."""
    scale = meter.families.spent / meter.families.charged
    found = {}
    for name, family in families().items():
        if len(meter.calls[name]) >= FEW:
            found[name] = fitted(meter.calls[name])
        else:
            found[name] = max(1, round(scale * family.base)), round(scale * family.hundred)
    return found


def rates(meter: Meter) -> dict[str, int]:
    """The rate of each finisher, in percent."""
    rows = [(one, meter.rows[one.name]) for one in FINISHERS]
    return {
        one.name: round(one.rate * row.spent / row.charged) if row.charged else one.rate for one, row in rows
    }


def write(charges: dict[str, Charge], found: dict[str, int]) -> None:
    """Write the charges where families and finishers are declared."""
    for path in sorted(PACKAGE.glob("dsl/extensions/**/*.py")):
        text = path.read_text(encoding="utf-8")
        # a declaration ends in its charge, the function follows
        pattern = re.compile(r"charge=\(\d+, \d+\)((?:(?!charge=)[^\0])*?\ndef (\w+)\()")
        made = pattern.sub(lambda m: f"charge={charges[m[2]]}{m[1]}" if m[2] in charges else m[0], text)
        path.write_text(made, encoding="utf-8")
    for path in sorted(PACKAGE.glob("search/finishers/**/*.py")):
        text = path.read_text(encoding="utf-8")
        made = re.sub(r'(Finisher\("(\w+)", .*), rate=\d+\)', lambda m: f"{m[1]}, rate={found[m[2]]})", text)
        path.write_text(made, encoding="utf-8")


def table(meter: Meter, total: Row, charges: dict[str, Charge], found: dict[str, int]) -> str:
    """The rows, dearest first: calls, CPU seconds, microseconds a step, the charge now and as fitted."""
    rows = {name: (row, "") for name, row in meter.rows.items()}
    for one in FINISHERS:
        rows[one.name] = meter.rows[one.name], f"rate {one.rate} → {found[one.name]}"
    for name, family in families().items():
        calls = meter.calls[name]
        charged = sum([family.charge(cells) for cells, _ in calls])
        row = Row(len(calls), sum([spent for _, spent in calls]), charged)
        rows[f"family {name}"] = row, f"{family.base}, {family.hundred} → {charges[name]}"
    lines = [f"{'work':32}{'calls':>9}{'CPU s':>8}{'µs a step':>11}  charge"]
    for name, (row, change) in sorted(
        [("all", (total, "")), *rows.items()], key=lambda one: -one[1][0].spent
    ):
        rate = f"{row.spent / row.charged:.2f}" if row.charged else "–"
        lines.append(f"{name:32}{row.calls:9}{row.spent / 1e6:8.2f}{rate:>11}  {change}")
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, search, print the table, write the charges if asked to."""
    parser = parser_of(__doc__)
    parser.add_argument("splits", nargs="+", help="as for solve.py")
    parser.add_argument("--sample", type=int, default=16, metavar="K", help="every K-th task")
    parser.add_argument("--budget", type=float, default=2.0, help="millions of steps a task")
    parser.add_argument("--write", action="store_true", help="write the charges into the sources")
    options = parser.parse_args()
    meter, total = metered([Setting(split, options.budget, options.sample) for split in options.splits])
    charges, found = family_charges(meter), rates(meter)
    print(table(meter, total, charges, found))
    if options.write:
        write(charges, found)


if __name__ == "__main__":
    main()
