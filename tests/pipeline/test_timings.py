"""Wall, CPU and jobs of phases; the keys of the older tool; speed-ups."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kaggle_batt.api import Run
from kaggle_batt.pipeline.timings import CHECK_KEY, OLD_KEYS, Clock, PhaseTime, Span, old_timings


def burn(seconds: float) -> None:
    """Use the processor for so many seconds of CPU."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_a_phase_has_wall_and_cpu_seconds() -> None:
    """Waiting is wall time and no CPU time; work is both."""
    clock = Clock()
    with clock.phase("wait"):
        time.sleep(0.05)
    with clock.phase("work"):
        burn(0.05)
    wait, work = clock.phases
    assert wait.wall >= 0.05
    assert wait.cpu < 0.04
    assert work.cpu >= 0.049
    assert work.wall >= work.cpu - 0.02


def test_the_cpu_time_of_ended_children_counts() -> None:
    """A phase's CPU seconds are those of its workers too."""
    clock = Clock()
    code = "import time\nwhile time.process_time() < 0.15: pass"
    with clock.phase("children"):
        subprocess.run([sys.executable, "-S", "-c", code], check=True)
    assert clock.phases[0].cpu >= 0.14


def test_jobs_are_the_spans() -> None:
    """Each phase has the spans of its own jobs; a phase without is one job."""
    clock = Clock()
    with clock.phase("first"):
        pass
    with clock.phase("second"):
        clock.spans += [Span("a", 0, 0.0, 1.0, "ok"), Span("b", 1, 0.5, 1.5, "time")]
    first, second = clock.phases
    assert (first.jobs, second.jobs) == (1, 2)
    assert [span.label for span in second.spans] == ["a", "b"]


def test_a_phase_that_fails_is_timed_too() -> None:
    """The record of an interrupted run has what was measured."""
    clock = Clock()
    with pytest.raises(KeyboardInterrupt), clock.phase("cut"):
        clock.spans.append(Span("a", 0, 0.0, 1.0, "ok"))
        raise KeyboardInterrupt
    assert [(phase.phase, phase.jobs) for phase in clock.phases] == [("cut", 1)]


def test_the_total_is_the_sum() -> None:
    """Of wall, CPU and jobs."""
    clock = Clock([PhaseTime("a", 1.0, 2.0, 3), PhaseTime("b", 0.5, 0.25, 1)])
    assert clock.total() == PhaseTime("total", 1.5, 2.25, 4)


def test_parallelism_is_cpu_over_wall() -> None:
    """And nothing is divided by zero."""
    assert PhaseTime("a", 2.0, 5.0, 1).parallelism == 2.5
    assert PhaseTime("a", 0.0, 0.0, 1).parallelism == 0.0


PHASES = [
    PhaseTime("score demo", 2.0, 3.0, 5),
    PhaseTime("score test", 1.0, 1.5, 1),
    PhaseTime("filter", 0.25, 0.2, 1),
    PhaseTime("total", 3.25, 4.7, 7),
]


def test_old_keys_carry_the_same_seconds() -> None:
    """The older tool's user finds his keys; both scoring phases together are his check_batt."""
    assert old_timings([PhaseTime("score known", 4.0, 4.0, 3), *PHASES]) == {
        "run_batt.phase4_demo_parallel": 2.0,
        "run_batt.phase4_demo_cpu": 3.0,
        "run_batt.phase4_test_parallel": 1.0,
        "run_batt.phase4_test_cpu": 1.5,
        "run_batt.phase1_filter": 0.25,
        CHECK_KEY: 3.0,
        "main.run_batt": 3.25,
    }


def test_all_keys_of_the_older_tool_are_there() -> None:
    """As the description of the phases lists them."""
    keys = {key for pair in OLD_KEYS.values() for key in pair if key} | {CHECK_KEY}
    assert keys >= {
        "run_batt.check_batt",
        "run_batt.phase4_demo_parallel",
        "run_batt.phase4_demo_cpu",
        "run_batt.phase4_test_parallel",
        "run_batt.phase4_test_cpu",
        "run_batt.phase1_filter",
        "run_batt.phase2_inline_batch",
        "run_batt.phase3a_validate_batch",
        "run_batt.phase4_differs",
        "run_batt.phase3b_file_ops",
        "main.run_batt",
    }


def run_of(phases: list[PhaseTime]) -> Run:
    record = {"timings": [phase.as_json() for phase in phases], "environment": {"workers": 2}}
    return Run(record, Path(), {})


def test_the_table_shows_both_names_and_both_speed_ups() -> None:
    """CPU over wall always, serial over parallel where a serial run is at hand."""
    serial = run_of([PhaseTime("score demo", 3.0, 3.0, 1), PhaseTime("total", 6.5, 6.5, 1)])
    text = run_of(PHASES).timing_table(serial).splitlines()
    demo = text[2].split()
    assert demo[:7] == ["score", "demo", "2.000", "3.000", "5", "1.500", "1.500"]
    assert text[2].endswith("run_batt.phase4_demo_parallel, run_batt.phase4_demo_cpu")
    assert text[3].split()[6] == "–"
    assert text[5].split()[:6] == ["total", "3.250", "4.700", "7", "1.446", "2.000"]
    assert text[6].startswith("run_batt.check_batt: 3.000 s")
    assert len(run_of(PHASES).timing_table().splitlines()) == 4 + len(PHASES)


def test_a_phase_too_short_to_be_seen_has_no_speed_up() -> None:
    """A wall time that was rounded to nothing is not divided by."""
    short = [PhaseTime("inline", 0.0, 0.0, 1)]
    line = run_of(short).timing_table(run_of([PhaseTime("inline", 1.0, 1.0, 1)])).splitlines()[2]
    assert line.split()[4:6] == ["0.000", "–"]
