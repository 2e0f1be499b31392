"""The cost model of docs/performance.md, fitted to what benchmarks/scale.py measured.

    python benchmarks/scale.py --json runs/scale.json
    python benchmarks/cost_model.py runs/scale.json [--programs 32000000 --tasks 400 --cores 96]

For each task: CPU seconds of a run = fixed + a · programs + b · calls, where `calls` are the distinct calls
on values, and calls = k · programs ^ e between the two largest numbers measured. The forecast puts more
programs into batteries of the largest number measured, as they would be cut over machines; it takes the mean
of the tasks measured for each task.
"""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path
from typing import Any

from measuring import parser_of


def fitted(rows: dict[str, dict[str, Any]]) -> dict[str, float]:
    """The model of one task."""
    numbers = sorted(map(int, rows))
    least, middle, most = (rows[str(number)] for number in (numbers[0], numbers[-2], numbers[-1]))
    fixed = least["run"] - least["evaluation"]
    growth = math.log(most["calls"] / middle["calls"]) / math.log(numbers[-1] / numbers[-2])
    return {
        "fixed": fixed,
        "a program": (most["run"] - most["evaluation"] - fixed) / (numbers[-1] - numbers[0]),
        "a call": most["evaluation"] / most["calls"],
        "e": growth,
        "k": most["calls"] / numbers[-1] ** growth,
        "largest": numbers[-1],
        "memory": most["memory"],
    }


def cost(model: dict[str, float], programs: int) -> float:
    """CPU seconds of one battery of so many programs on the task."""
    calls = model["k"] * programs ** model["e"]
    return model["fixed"] + model["a program"] * programs + model["a call"] * calls


def forecast(models: list[dict[str, float]], programs: int, tasks: int, cores: int) -> None:
    """Print what so many programs on so many tasks would cost."""
    largest = int(min([model["largest"] for model in models]))
    parts = -(-programs // largest)
    each = statistics.fmean([cost(model, min(programs, largest)) for model in models])
    whole = statistics.fmean([cost(model, programs) for model in models])
    hours = each * parts * tasks / 3600
    print(f"{programs:,} programs on {tasks} tasks: {parts:,} batteries of {largest:,} for each task,")
    print(f"{each:.0f} CPU s each: {hours:,.0f} core hours, {hours / cores:,.1f} h on {cores} cores")
    print(f"(as one battery for each task, if it fitted: {whole * tasks / 3600:,.0f} core hours)")


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("measured", help="the JSON of benchmarks/scale.py, or of run.py")
    parser.add_argument("--programs", type=int, default=32_000_000)
    parser.add_argument("--tasks", type=int, default=400)
    parser.add_argument("--cores", type=int, default=96)
    options = parser.parse_args()
    found = json.loads(Path(options.measured).read_text(encoding="utf-8"))
    models = {name: fitted(rows) for name, rows in found.get("scale", found).items()}
    for name, model in models.items():
        print(
            f"{name}: {model['fixed']:.2f} s + {1e6 * model['a program']:.0f} µs a program"
            f" + {1e6 * model['a call']:.0f} µs a call, calls = {model['k']:.1f} · programs^{model['e']:.2f},"
            f" {model['memory']:.0f} MB at {model['largest']:,} programs"
        )
    forecast(list(models.values()), options.programs, options.tasks, options.cores)


if __name__ == "__main__":
    main()
