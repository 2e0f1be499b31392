"""A run made up (seeded) in the form of a real one, as large as they get: for measuring the explorer."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from kaggle_batt.api import Run
from kaggle_batt.params import Params
from kaggle_batt.pipeline.files import RECORD, write_json
from kaggle_batt.pipeline.record import FORMAT
from kaggle_batt.pipeline.scores import grid_text, speed_class
from kaggle_batt.programs.program import parse_program
from kaggle_batt.tasks.task import Sample, Task

DEMOS, DIFFERS = 3, 13
LARGE, SMALL = "large", "small"  # the ids of the tasks


def made_up_run(folder: Path, candidates: int, calls: int, side: int) -> Run:
    """A run with a large task, whose first program has so many calls, and a small one; saved."""
    chance = random.Random(7)
    tasks = {LARGE: _task(LARGE, chance, side), SMALL: _task(SMALL, chance, 5)}
    records = {
        name: _task_record(task, candidates if name == LARGE else 30, calls, chance)
        for name, task in tasks.items()
    }
    total = {"phase": "total", "wall": 1.0, "cpu": 1.0, "jobs": 8, "parallelism": 1.0, "spans": []}
    record = {
        "format": FORMAT,
        "status": "done",
        "params": vars(Params()),
        "environment": {},
        "timings": [total],
        "battery": {},
        "candidates": {"before": 0, "after": candidates, "kept": candidates, "same": {}},
        "tasks": records,
        "differs": dict.fromkeys(_differs(), ""),
        "broken": [],
    }
    write_json(folder / RECORD, record)
    return Run(record, folder, tasks)


def long_program(chance: random.Random, calls: int) -> str:
    """A program of that many calls, all needed: objects moved and painted, one after the other."""
    lines, shown = ["y = objects(I, T, F, T)", "p0 = argmax(y, size)"], "I"
    for number in range(1, (calls - 2) // 3 + 1):
        move, color = chance.choice(["UP", "DOWN", "LEFT", "UNITY"]), chance.choice(["ONE", "FIVE", "NINE"])
        lines += [f"p{number} = shift(p{number - 1}, {move})", f"q{number} = recolor({color}, p{number})"]
        lines += [f"r{number} = paint({shown}, q{number})"]
        shown = f"r{number}"
    for number in range(calls - len(lines)):
        lines.append(f"m{number} = vmirror({shown})")
        shown = f"m{number}"
    return _text(lines, shown)


def _short_program(number: int, chance: random.Random) -> str:
    """A program of ten calls that no other number has."""
    lines = ["x0 = hmirror(I)"]
    lines += [f"x{k} = {chance.choice(['hmirror', 'vmirror', 'rot90'])}(x{k - 1})" for k in range(1, 7)]
    lines += [f"a = astuple({number + 100}, {number + 100})", "s = initset(a)", "z = fill(x6, ONE, s)"]
    return _text(lines, "z")


def _text(lines: list[str], result: str) -> str:
    body = "".join([f"    {line}\n" for line in lines])
    return parse_program(f"def solve(I):\n{body}    return {result}\n").text


def _task(name: str, chance: random.Random, side: int) -> Task:
    samples = [Sample(_grid(chance, side), _grid(chance, side)) for _ in range(DEMOS + 1)]
    return Task(name, tuple(samples[:DEMOS]), tuple(samples[DEMOS:]), "made up")


def _grid(chance: random.Random, side: int) -> tuple[tuple[int, ...], ...]:
    """Cells at random, over half of them black: busier than ARC's."""
    return tuple([tuple(chance.choices(range(10), [12] + [1] * 9, k=side)) for _ in range(side)])


def _task_record(task: Task, candidates: int, calls: int, chance: random.Random) -> dict[str, Any]:
    texts = [
        long_program(chance, calls),
        *[_short_program(number, chance) for number in range(1, candidates)],
    ]
    programs = {
        parse_program(text).md5: _program(number, text, task, chance) for number, text in enumerate(texts)
    }
    scores = {
        md5: {n: {"iz": chance.randrange(8), "zo": chance.randrange(8), "failed": 0} for n in _differs()}
        for md5 in programs
    }
    return {
        "demo": DEMOS,
        "test": 1,
        "candidates": 6 * candidates,
        "distinct": candidates,
        "failures": {},
        "outputs": {},
        "programs": programs,
        "o_score": {md5: {"demo": chance.randrange(3), "test": 0} for md5 in programs},
        "d_score": scores,
        "s_score": {
            name: {side: {md5: scores[md5][name][side] for md5 in programs} for side in ("iz", "zo")}
            for name in _differs()
        },
        "predictions": [[grid_text(task.test[0].input)]],
        "solved": [False],
    }


def _differs() -> list[str]:
    return [f"differ_{number}" for number in range(DIFFERS)]


def _program(number: int, text: str, task: Task, chance: random.Random) -> dict[str, Any]:
    """A program's record; its answers have one row wrong."""
    keys = [f"demo/{k}" for k in range(DEMOS)] + ["test/0"]
    samples = (*task.demo, *task.test)
    steps = chance.randrange(1000, 100_000)
    return {
        "name": f"solve_{number}",
        "source": "library",
        "mutated": number > 0,
        "parent": f"{chance.getrandbits(128):032x}" if number else None,
        "seed": 0,
        "calls": text.count("\n") - 2,
        "cost": None,
        "steps": steps,
        "speed": speed_class(steps),
        "text": text,
        "outputs": {key: _spoilt(sample, chance) for key, sample in zip(keys, samples, strict=True)},
        "failures": {},
    }


def _spoilt(sample: Sample, chance: random.Random) -> str:
    assert sample.output is not None
    rows = grid_text(sample.output).split("/")
    rows[chance.randrange(len(rows))] = "".join(chance.choices("0123456789", k=len(rows[0])))
    return "/".join(rows)
