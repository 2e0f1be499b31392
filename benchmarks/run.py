"""Run the benchmarks one after the other, gather their JSON, and say what got slower.

    python benchmarks/run.py --json runs/bench.json                 # all, some minutes
    python benchmarks/run.py pipeline engines --json runs/bench.json  # some
    python benchmarks/run.py --json runs/new.json --against runs/bench.json

Every figure is CPU time or a ratio within one run, so results of unlike machines can be compared where
they are ratios. A figure counts as slower when it is `TOLERANCE` above the earlier one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ALL = ("pipeline", "engines", "explore")
#: figures vary by some percent from run to run
TOLERANCE = 1.25
#: figures of which more is better
BETTER_UP = ("gain", "ratio", "efficiency", "geometric mean", "faster")


def measured(name: str) -> Any:
    """The JSON that a benchmark writes; its table goes to stdout."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, str(HERE / f"{name}.py"), "--json", str(path)], check=True)
        return json.loads(path.read_text())


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


def slower(new: Any, old: Any) -> list[str]:
    """The figures that got worse by more than the tolerance, each with both values."""
    before = dict(figures(old))
    worse = []
    for path, value in figures(new):
        earlier = before.get(path)
        if not earlier or "spread" in path:
            continue
        up = any([word in path for word in BETTER_UP])
        change = earlier / value if up and value else value / earlier
        if change > TOLERANCE:
            worse.append(f"{path}: {earlier:g} -> {value:g}")
    return worse


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"out of {', '.join(ALL)}; default all")
    parser.add_argument("--json", metavar="FILE", help="where to write the results")
    parser.add_argument("--against", metavar="FILE", help="earlier results to compare with")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(ALL))
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]!r}; known are {', '.join(ALL)}")
    results = {name: measured(name) for name in arguments.names or ALL}
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=1) + "\n")
    if not arguments.against:
        return 0
    worse = slower(results, json.loads(Path(arguments.against).read_text()))
    print("\n".join(["slower than before:", *worse]) if worse else "nothing got slower")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
