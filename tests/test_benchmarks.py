"""The benchmarks that documents name still run, and say what got slower."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.runs import TASKS, go

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def benchmark(name: str) -> ModuleType:
    """The module; some have the name of another module, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted(BENCHMARKS.glob("*.py")), ids=lambda path: path.stem)
def test_a_benchmark_imports_what_there_is(path: Path) -> None:
    assert benchmark(path.stem).__doc__


def test_what_more_programs_cost_is_counted() -> None:
    """Calls on all samples; a mutant has some of its own."""
    scale = benchmark("scale")
    task = scale.tasks_of(f"{TASKS}:training")["67a3c6ac"]
    few, more = scale.evaluation(task, 32), scale.evaluation(task, 40)
    assert 0 < few["nodes"] < more["nodes"]
    assert 0 < few["calls"] < more["calls"]
    assert few["cpu"] > 0


def test_readme_s_picture_is_drawn_from_a_run(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    picture = benchmark("picture")
    run = go(tmp_path, ids="67a3c6ac")
    explorer = picture.chosen(run, "")
    assert (explorer.name, explorer.row.demo) == ("67a3c6ac", explorer.row.demos)
    drawn = picture.draw(run, explorer)
    assert drawn.width == picture.WIDTH and drawn.height > 100


@pytest.mark.parametrize(
    ("new", "slower"),
    [
        ({"a": {"median": 1.3, "spread": [1.2, 1.4]}}, 0),
        ({"a": {"median": 1.6, "spread": [1.2, 1.9]}}, 1),
        ({"a": {"median": 0.5, "spread": [0.4, 0.6]}}, 0),
        ({"ratio": {"median": 1.0, "spread": [0.9, 1.1]}}, 1),
        ({"ratio": {"median": 4.0, "spread": [3.9, 4.1]}}, 0),
    ],
)
def test_a_figure_outside_of_the_earlier_spread_is_slower(new: Any, slower: int) -> None:
    old = {
        name: {"median": median, "spread": [median / 1.5, median * 1.5]}
        for name, median in (("a", 1.0), ("ratio", 2.0))
    }
    assert len(benchmark("run").slower(new, old)) == slower
