"""Whatever one job does, all others' results are right, nothing is left behind, and the engine goes on."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from kaggle_batt.engines import Engine, Outcome, make_engine
from tests.engines.engine_faults import FAULTS, LIMITS, Job, carry_out, good
from tests.engines.engine_processes import alive, descendants, noted


def assert_all_gone(notes: Path, before: set[tuple[int, int]]) -> None:
    """No process that was not there before, and none that a job noted."""
    assert descendants(os.getpid()) <= before
    assert not [one for one in noted(notes) if alive(one)]


def mixture(names: list[str], notes: Path) -> list[Job]:
    """For each name 40 good jobs with 4 bad ones among them."""
    mixed = [*names * 4, *["good"] * (40 * len(names))]
    random.Random(len(names[0])).shuffle(mixed)
    return [(name, number, str(notes)) for number, name in enumerate(mixed)]


def assert_right(jobs: list[Job], outcomes: list[Outcome]) -> None:
    """Every good job has its result, every bad one its kind, in the order of the jobs."""
    assert [outcome.index for outcome in outcomes] == list(range(len(jobs)))
    for (name, number, _), outcome in zip(jobs, outcomes, strict=True):
        if name == "good":
            assert (outcome.kind, outcome.value) == ("ok", good(number)), (name, outcome)
        else:
            assert outcome.kind == FAULTS[name].kind, (name, outcome)
            assert bool(outcome.detail) == (outcome.kind != "ok"), (name, outcome)


def check_faults(engine: Engine, names: list[str], notes: Path) -> None:
    """The promise of the matrix, for faults of the same limits."""
    before = descendants(os.getpid())
    jobs = mixture(names, notes)
    assert_right(jobs, engine.run(carry_out, jobs, FAULTS[names[0]].limits))
    assert_all_gone(notes, before)
    again = [("good", number, "") for number in range(10)]
    assert_right(again, engine.run(carry_out, again, LIMITS))


#: each uses all the CPU time of its limit four times, as `test_cpu_limit` does once; or is like a quick one
SLOW = {
    *("hang in Python", "hang in C", "hang and catch all", "exception whose text hangs"),
    *("reset signals, then hang", "children, then kill the supervisor", "hang in C, wall limit alone"),
    *("os._exit(0)", "abort", "GeneratorExit", "KeyboardInterrupt", "child, then os._exit"),
    *("close all, then hang", "many MB", "unpicklable result", "exception without text"),
    *("SystemExit", "unpicklable exception", "reset signals", "recursion limit", "replace streams"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in FAULTS]
)
def test_process_survives(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """40 of 40 good jobs right, 4 of 4 bad ones of their kind, no child left, pool usable, no output."""
    check_faults(make_engine("process", 2), [name], tmp_path / "pids")
    assert capfd.readouterr() == ("", "")
