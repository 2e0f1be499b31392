"""Rounds of mutation: what is kept, that it is deterministic, that it goes on where it stopped."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.commands.cli import main
from kaggle_batt.engines import Limits, make_engine
from kaggle_batt.errors import ParameterError
from kaggle_batt.generate.cross import chain, cross
from kaggle_batt.generate.evolve import Evolution, _offspring, _travellers, entries_of, evolve
from kaggle_batt.generate.library import library_solvers
from kaggle_batt.generate.nudge import nudge
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.timings import Clock
from kaggle_batt.programs.battery_file import load_battery, parse_battery
from kaggle_batt.programs.evaluate import evaluate
from kaggle_batt.programs.parse import parse_program
from kaggle_batt.tasks.task import Task, load_tasks
from tests.runs import TASKS

IDS = ["67a3c6ac", "9172f3a0", "3aa6fb7a"]
POPULATION = 200
#: one change away from solvers of the first two tasks
PARENTS = """
def solve_a(I):
    x1 = hmirror(I)
    return x1
def solve_b(I):
    x1 = upscale(I, TWO)
    return x1
"""


def tasks() -> dict[str, Task]:
    return load_tasks(str(TASKS), only=IDS)


def tools(engine: str = "serial") -> Tools:
    return Tools(make_engine(engine, 2 if engine == "process" else None), Limits(), Clock())


def evolved(engine: str = "serial", rounds: int = 4, **options: Any) -> Evolution:
    parents = parse_battery(PARENTS).entries
    return evolve(tasks(), parents, tools(engine), rounds=rounds, population=POPULATION, seed=3, **options)


def test_rounds_find_what_is_one_change_away() -> None:
    state = evolved()
    assert state.rounds[0].fitted == 0
    assert state.rounds[-1].fitted >= 2
    best = state.kept["67a3c6ac"][0]
    task = tasks()["67a3c6ac"]
    for sample in (*task.demo, *task.test):
        assert evaluate(parse_program(best.text), sample.input) == sample.output


def test_the_engine_changes_nothing() -> None:
    one, two = evolved("serial"), evolved("process")
    assert one.kept == two.kept and one.rounds == two.rounds and one.seen == two.seen


def test_a_stopped_evolution_goes_on_to_the_same_end(tmp_path: Path) -> None:
    path = tmp_path / "rounds.json"
    evolved(rounds=2, path=path)
    resumed = evolved(rounds=4, path=path, resume=True)
    assert resumed == evolved(rounds=4)


def test_an_evolution_of_other_parents_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rounds.json"
    evolved(rounds=1, path=path)
    with pytest.raises(ParameterError, match="another evolution"):
        evolve(
            tasks(),
            library_solvers()[:3],
            tools(),
            rounds=1,
            population=POPULATION,
            seed=3,
            path=path,
            resume=True,
        )


def test_rounds_without_gain_end_it() -> None:
    state = evolved(rounds=50, patience=2)
    assert len(state.rounds) < 50
    assert [done.bettered for done in state.rounds[-2:]] == [0, 0]


def test_nothing_to_start_from_is_an_error() -> None:
    with pytest.raises(ParameterError, match="no program"):
        evolve(tasks(), [], tools(), rounds=1, population=1)


def test_kept_programs_make_a_battery_of_distinct_programs() -> None:
    entries = entries_of(evolved())
    assert len({entry.md5 for entry in entries}) == len(entries) > 2


def test_crossing_is_seeded_and_puts_a_part_of_one_into_the_other() -> None:
    a = parse_program("def f(I):\n    return hconcat(rot90(I), I)")
    b = parse_program("def f(I):\n    return vconcat(trim(I), I)")
    draws = [cross(a, b, random.Random(seed)) for seed in range(20)]
    children = {child.text for child in draws if child is not None}
    assert any(["hconcat" in text and ("trim" in text or "vconcat" in text) for text in children])
    assert draws == [cross(a, b, random.Random(seed)) for seed in range(20)]
    assert not children & {a.text, b.text}


def test_crossings_of_the_library_keep_the_type_of_the_result() -> None:
    programs = [entry.program for entry in library_solvers()[:40]]
    rng = random.Random(5)
    grid = tasks()["67a3c6ac"].demo[0].input
    made = answered = 0
    for _ in range(150):
        child = cross(programs[rng.randrange(40)], programs[rng.randrange(40)], rng)
        if child is None:
            continue
        made += 1
        try:
            value = evaluate(child, grid, budget=200_000)
        except Exception as error:
            assert type(error).__name__ in ("DslError", "LimitError"), error
            continue
        answered += isinstance(tuple(value), tuple)
    assert made > 100 and answered > 20


def test_the_command_writes_a_battery_and_tells_the_rounds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "parents.py"
    source.write_text(PARENTS)
    out = tmp_path / "evolved.txt"
    options = ["--data", str(TASKS), "--rounds", "2", "--population", "40", "--seed", "3"]
    assert main(["generate", "evolve", str(source), "-o", str(out), "-i", *IDS, *options]) == 0
    assert "bettered" in capsys.readouterr().out
    assert len(load_battery(out)) > 2


def test_the_command_refuses_wrong_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "evolve", "-o", "x", "--rounds", "0"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_chain_runs_one_program_on_what_the_other_gives() -> None:
    a = parse_program("def f(I):\n    return hconcat(rot90(I), I)")
    b = parse_program("def f(I):\n    return vconcat(vmirror(I), hmirror(I))")
    grid = ((1, 2, 3), (4, 5, 6), (7, 8, 9))
    child = chain(a, b)
    assert child is not None
    assert evaluate(child, grid) == evaluate(b, evaluate(a, grid))
    assert chain(a, parse_program("def f(I):\n    return I")) is None


def test_nudges_are_seeded_and_change_numbers_tables_and_families() -> None:
    text = "def f(I):\n    x1 = turns(I)\n    x2 = nth(x1, 3)\n    return recolor_by(x2, ((1, 2), (3, 4)))"
    program = parse_program(text)
    draws = [nudge(program, random.Random(seed)) for seed in range(60)]
    assert draws == [nudge(program, random.Random(seed)) for seed in range(60)]
    children = [child for child in draws if child is not None]
    assert all(parse_program(child.text) == child != program for child in children)
    families = {child.calls[0].function for child in children}
    assert "turns" in families and len(families) > 3
    assert len({child.calls[1].args[1] for child in children}) > 5
    assert len({child.calls[2].args[1] for child in children}) > 5
    assert nudge(parse_program("def f(I):\n    return rot90(I)"), random.Random(0)) is None


def test_offspring_run_on_their_own_task_and_travel_when_they_fit() -> None:
    state = evolved(rounds=0)
    children = _offspring(state, tasks(), 300, random.Random(1))
    own = {child.task for child in children}
    assert own > {None, *IDS[:1]} and len(children) == 300
    state = evolved(rounds=1)
    new = [fit for name in IDS for fit in state.kept[name] if fit.origin.startswith("evolved_1_")]
    fitting = {fit.md5 for name in IDS for fit in state.kept[name] if fit.right == len(tasks()[name].demo)}
    found = _travellers(state, tasks())
    assert {entry.md5 for entry in found} == fitting & {fit.md5 for fit in new} != set()
    assert all(entry.task is None for entry in found)
