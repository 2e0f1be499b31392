"""Run the benchmarks one after the other, gather their JSON, and say what got slower.

    python benchmarks/run.py --json runs/bench.json                   # all: 5 minutes of CPU
    python benchmarks/run.py pipeline engines --json runs/bench.json  # some
    python benchmarks/run.py --json runs/new.json --against runs/bench.json

All of them take 4 minutes on two quiet cores; 16 were seen on a slower machine with other work to do.

Every figure is CPU time or a ratio within one run, so results of unlike machines can be compared where
they are ratios. A figure counts as slower when it is `TOLERANCE` above the earlier one, outside of the spread
that the earlier one had, where that is known, and by more than a moment (`MOMENT`). A benchmark that
missed a target of its own is named at the end; the others run all the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measuring import ended, parser_of

HERE = Path(__file__).parent
ALL = ("pipeline", "engines", "language", "scale", "explore")
#: figures vary by some percent from run to run
TOLERANCE = 1.25
#: figures of which more is better
BETTER_UP = ("gain", "ratio", "efficiency", "geometric mean", "faster")
#: figures that depend on chance, or on what else the machine does, more than on the package
NOT_COMPARED = (
    *("spread", "worst", "largest", "µs", "lowest", "load", "wall", "system", "gain of", "bare"),
    *("rounds", "cores", "workers", "version"),
)
#: differences too small to be told apart, by benchmark: milliseconds of an interaction
MOMENT = {"explore": 1.0}


def measured(name: str) -> tuple[Any, bool]:
    """The JSON that a benchmark writes (None where it broke), and whether it met its targets.

    Its table goes to stdout.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        print(f"== {name}", flush=True)
        done = subprocess.run([sys.executable, str(HERE / f"{name}.py"), "--json", str(path)])
        return json.loads(path.read_text()) if path.exists() else None, done.returncode == 0


def figures(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number in a JSON value, by its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from figures(inner, f"{path} / {key}" if path else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from figures(inner, f"{path} / {number}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, float(value)


def usual(path: str, value: float, before: dict[str, float]) -> bool:
    """Whether the figure lies within the spread (least, most) of the earlier one."""
    beside, earlier = path.rpartition(" / ")[0] + " / spread", before[path]
    return before.get(f"{beside} / 0", earlier) <= value <= before.get(f"{beside} / 1", earlier)


def slower(new: Any, old: Any) -> list[str]:
    """The figures that got worse by more than the tolerance, each with both values."""
    before = dict(figures(old))
    worse = []
    for path, value in figures(new):
        earlier = before.get(path)
        if not earlier or any([word in path for word in NOT_COMPARED]):
            continue
        up = any([word in path for word in BETTER_UP])
        change = earlier / value if up and value else value / earlier
        small = abs(value - earlier) < MOMENT.get(path.partition(" / ")[0], 0.0)
        if change > TOLERANCE and not small and not usual(path, value, before):
            worse.append(f"{path}: {earlier:g} -> {value:g}")
    return worse


def main() -> int:
    parser = parser_of(__doc__, saves=True)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"out of {', '.join(ALL)}; default all")
    parser.add_argument("--against", metavar="FILE", help="earlier results to compare with")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(ALL))
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]!r}; known are {', '.join(ALL)}")
    found = {name: measured(name) for name in arguments.names or ALL}
    results = {name: figures for name, (figures, _) in found.items() if figures is not None}
    wrong = [f"{name} missed a target, or broke" for name, (_, met) in found.items() if not met]
    if arguments.against:
        worse = slower(results, json.loads(Path(arguments.against).read_text()))
        wrong += [f"slower than before: {figure}" for figure in worse]
    return ended(results, arguments.json, wrong)


if __name__ == "__main__":
    sys.exit(main())
