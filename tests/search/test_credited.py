"""A run with search is the same with any workers and hash seeds, and its files alone give its answers."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kaggle_batt.pipeline.submission import load_submission
from kaggle_batt.tasks.grid import GridRows
from kaggle_batt.tasks.task import Sample, Task
from tests.runs import TASKS, assert_equal, command, environment, record_of

pytest.importorskip("numpy")
IDS = "3aa6fb7a,67a3c6ac,9172f3a0,25ff71a9"


def searched(place: Path, workers: str, seed: str) -> Path:
    """The folder of a run from search alone (a battery that fits nothing)."""
    battery = place / "none.py"
    battery.write_text("def solve_none(I):\n    return canvas(THREE, UNITY)\n")
    given = ("--data", TASKS, "-i", IDS, "-b", battery, "--search", "60", "--workers", workers)
    done = command("run", *given, "-o", place / workers, PYTHONHASHSEED=seed)
    assert done.returncode == 0, done.stderr
    return place / workers


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with one worker."""
    return searched(tmp_path_factory.mktemp("one"), "1", "0")


@pytest.mark.slow
def test_workers_and_hash_seeds_change_nothing(folder: Path) -> None:
    """The same predictions, record and files, byte for byte."""
    other = searched(folder.parent, "2", "1")
    assert_equal(folder, other)
    seeds = [record_of(run)["environment"]["hash_seed"] for run in (folder, other)]
    assert seeds == ["0", "1"]


_ALONE = """
import json, sys
from pathlib import Path
from kaggle_batt.programs.program import Program
folder, tasks = Path(sys.argv[1]), json.loads(sys.argv[2])
programs = [Program.parse(path.read_text()) for path in sorted((folder / "solver_md5").glob("*.py"))]
def answers(program, pairs):
    grid = lambda rows: tuple(map(tuple, rows))
    demos = tuple((grid(a), grid(b)) for a, b in pairs[0])
    given = [grid(a) for a, _ in pairs[0] + pairs[1]]
    try:
        return [program.evaluate(one, S=demos) == grid(b) for one, (_, b) in zip(given, pairs[0] + pairs[1])]
    except Exception:
        return [False]
print(json.dumps([name for name, pairs in tasks.items() if any(all(answers(p, pairs)) for p in programs)]))
"""


def test_saved_programs_give_the_answers_in_a_fresh_process(folder: Path) -> None:
    """Of each task that the submission solves, a file of the run gives every demo's and test's output."""
    solved = {name for name, task in record_of(folder)["tasks"].items() if all(task["solved"])}
    assert len(solved) >= 3
    pairs = {}
    for name in IDS.split(","):
        task = json.loads((TASKS / f"{name}.json").read_text())
        pairs[name] = [[(s["input"], s["output"]) for s in task[part]] for part in ("train", "test")]
    given = [sys.executable, "-c", _ALONE, str(folder), json.dumps(pairs)]
    done = subprocess.run(given, env=environment(), capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) == solved


def test_a_doubtful_first_answer_has_another_beside_it(folder: Path) -> None:
    """Where the best answer is not sure, the second attempt is another grid."""
    record, submission = record_of(folder), load_submission(folder / "submission.json")
    doubtful = [name for name, best in record["searched"].items() if best["confidence"] < 80]
    for name in doubtful:
        if record["searched"][name]["answers"] > 1:
            assert any(entry["attempt_1"] != entry["attempt_2"] for entry in submission[name])
    assert set(record["searched"]) >= {"67a3c6ac"}


def large_task() -> Task:
    """Four demos of 30×30 noise, which nothing fits: the search goes to the end of its budget."""
    rng = random.Random(1)

    def grid() -> GridRows:
        rows = [[0] * 30 for _ in range(30)]
        for _ in range(25):
            top, left, color = rng.randrange(28), rng.randrange(28), rng.randrange(1, 10)
            for row in rows[top : top + rng.randrange(1, 6)]:
                width = len(row[left : left + rng.randrange(1, 6)])
                row[left : left + width] = [color] * width
        return tuple(map(tuple, rows))

    samples = [Sample(grid(), grid()) for _ in range(5)]
    return Task("noise", tuple(samples[:4]), tuple(samples[4:]), "made up")


@pytest.mark.slow
def test_the_largest_grids_stay_within_the_budget() -> None:
    """Steps to a quarter above the budget (a fifth is for trust), CPU of that order, memory under 2 GB."""
    from kaggle_batt.search import search

    budget, began = 1_000_000, time.process_time()
    result = search(large_task(), budget)
    assert 0.9 * budget < result.steps < 1.25 * budget + 100_000
    assert time.process_time() - began < 20  # about two on the reference machine
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20
