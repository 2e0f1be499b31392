"""Calls of an older module begin from the same state, whatever calls came before them in their worker."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kaggle_batt.api import Run
from kaggle_batt.engines import Limits
from kaggle_batt.engines.process import ProcessEngine
from kaggle_batt.engines.workers.system import children
from kaggle_batt.legacy.calls import Calls
from kaggle_batt.legacy.isolated import in_child
from kaggle_batt.legacy.jobs import SliceJob
from kaggle_batt.pipeline.compare import compare_runs
from kaggle_batt.pipeline.jobs import Unit
from kaggle_batt.pipeline.scores import SampleOutputs
from kaggle_batt.tasks.loading import read_tasks
from tests.legacy.legacy_runs import MIRROR, SCALE, go_module, raw
from tests.runs import TASKS, environment

#: what one call leaves behind for the next, as a number of `batt`
LEAKS = {
    "folder": "n = len(os.getcwd()); os.chdir('/')",
    "umask": "n = os.umask(0); os.umask(n + 1)",
    "environment": "n = len(os.environ); os.environ[str(n)] = ''",
    "globals": "held.append(1); n = len(held)",
    "attributes of others": "n = math.pi = math.pi + 1",
    "caches": "n = cached(); cache = cached.cache_info().hits; n = cache",
    "recursion limit": "n = sys.getrecursionlimit(); sys.setrecursionlimit(n + 1)",
}
#: numbers of generators that a process shares: drawn by the calls, which leave them changed, or at the import
CHANCE = {
    "random": "n = random.random() * 1000",
    "numpy": "n = numpy.random.rand() * 1000",
}
DRAWN = {
    "random at the import": "n = drawn * 1000",
    "numpy at the import": "n = drawn_by_numpy() * 1000",
}
TOP = """
import functools, math, os, random, sys
held, drawn = [], random.random()
cached = functools.lru_cache(lambda: 1)
"""
ANSWER = """
def {name}(grid):
    {leak}
    return ((int(n) % 10, *grid[0][1:]), *grid[1:])
"""
NUMPY = "import numpy\ndrawn_by_numpy = lambda value=numpy.random.rand(): value\n"


def runs(folder: Path, leaks: dict[str, str]) -> list[Run]:
    """Runs of a module whose solvers each show a leak: with one worker, with four, and with four again."""
    names = {name: f"answer{number}" for number, name in enumerate(leaks, 1)}
    rows = [f"({number}, False, {name!r}, {names[name]}(I))" for number, name in enumerate(leaks, 1)]
    calls = {number: f"{answer}, I" for number, answer in enumerate(names.values(), 1)}
    answers = "".join([ANSWER.format(name=names[name], leak=leak) for name, leak in leaks.items()])
    path = raw(folder / "m", f"return [{', '.join(rows)}], []", f"t_call = {calls}", f"{NUMPY}{TOP}{answers}")
    return [
        go_module(folder / str(place), path, ids=[MIRROR, SCALE], workers=number)
        for place, number in enumerate((1, 4, 4))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("leaks", [{**LEAKS, **CHANCE}, DRAWN], ids=["left by calls", "drawn at the import"])
def test_equal_runs_with_any_number_of_workers(tmp_path: Path, leaks: dict[str, str]) -> None:
    """Records and files are the same, also of what a call finds of others' doing."""
    one, four, again = runs(tmp_path, leaks)
    assert compare_runs(one.folder, four.folder) == compare_runs(four.folder, again.folder) == []
    programs = one.record["tasks"][MIRROR]["programs"].values()
    shown = {program["name"].split(maxsplit=1)[1]: program["outputs"].values() for program in programs}
    assert set(shown) == set(leaks)
    for name in set(LEAKS) & set(leaks):
        assert len({grid[0] for grid in shown[name]}) == 1, name


#: what one slice may leave behind for the next one in the same process
INSIDE = {
    **LEAKS,
    "lists": "held[0:0] = [1]; n = len(held)",
    "variables of functions": "n = count()",
    "attributes of functions": "n = answer.n = getattr(answer, 'n', 0) + 1",
    "attributes of classes": "n = Kept.n = Kept.n + 1",
    "attributes of objects": "n = kept.n = kept.n + 1",
    "names of others": "n = len(vars(math)); setattr(math, f'n{n}', n)",
    "random": CHANCE["random"],
}
INSIDE_TOP = """
class Kept:
    n = 0
kept = Kept()

def counter():
    n = 0
    def count():
        nonlocal n
        n += 1
        return n
    return count
count = counter()
"""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (place % 4 > 0)) for place, name in enumerate(INSIDE)],
)
def test_slices_of_a_sample_begin_from_the_same_state(tmp_path: Path, name: str) -> None:
    """Each slice of a unit gives what it gives alone, and the worker is as it was."""
    answer = ANSWER.format(name="answer", leak=INSIDE[name])
    path = Path(raw(tmp_path / "m", "return [], []", "t_call = {}", TOP + INSIDE_TOP + answer) + ".py")
    calls_read = Calls({1: "answer, I", 2: "tuple, t1"})
    texts = [calls_read.program(place).text for place in (1, 2, 1)]
    task = next(iter(read_tasks(TASKS, "training").tasks.values()))
    job = SliceJob(path, "", {task.id: task}, {task.id: texts})

    units = [Unit(task.id, "demo", 0, 0, stop) for stop in (1, 3, 1, 3)]
    found = [
        SampleOutputs.from_json(json.loads(outcome.value))
        for outcome in ProcessEngine(1).run(job.run, units, Limits())
    ]
    grids = [one.grid(place) for one in found for place in range(len(one.steps))]
    assert len(grids) == 8 and len({*grids}) == 1 and grids[0] is not None


def test_what_comes_back() -> None:
    """Small and large results, and a lack of memory."""
    for size in (0, 1, 5 << 20):
        assert in_child(functools.partial(bytes, size)) == bytes(size)

    def no_memory() -> bytes:
        raise MemoryError

    with pytest.raises(MemoryError):
        in_child(no_memory)
    assert not children(os.getpid())


@pytest.mark.parametrize(
    ("act", "detail"),
    [
        (lambda: os._exit(3), "exited with status 3"),
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), "segmentation fault (SIGSEGV)"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "killed from outside (SIGKILL), twice"),
        (lambda: os._exit(3) if os.fork() else time.sleep(60), "exited with status 3"),
    ],
    ids=["exit", "crash", "kill", "a child that lives on"],
)
def test_the_end_of_a_call_is_that_of_its_worker(act: Callable[[], bytes], detail: str) -> None:
    """The engine names it as it names the end of any job."""

    def job(number: int) -> bytes:
        return in_child(act if number == 2 else lambda: b"here")

    outcomes = ProcessEngine(1).run(job, range(4), Limits())
    assert [outcome.kind for outcome in outcomes] == ["ok", "ok", "death", "ok"]
    assert detail in outcomes[2].detail


@pytest.mark.parametrize("own", [False, True])
def test_the_parent_imports_numpy_for_a_module_that_needs_it(tmp_path: Path, own: bool) -> None:
    """So that workers inherit it; but never a file of the module's folder under that name."""
    pytest.importorskip("numpy")
    battery = raw(
        tmp_path / "m", "return [(1, False, 'x', I)], []", "t_call = {1: 'identity,I'}", "import numpy"
    )
    if own:
        (tmp_path / "m" / "numpy.py").write_text(
            "from types import SimpleNamespace\nrandom = SimpleNamespace(seed=id)"
        )
    code = (
        "import sys; from kaggle_batt.api import run; "
        "found = run({'data': sys.argv[1], 'battery': sys.argv[2], 'out': sys.argv[3], "
        "'ids': sys.argv[4], 'trust_module': True}); "
        "assert found.record['candidates']['before']; sys.exit(10 + ('numpy' in sys.modules))"
    )
    order = [sys.executable, "-c", code, str(TASKS), battery, str(tmp_path / "run"), MIRROR]
    done = subprocess.run(order, env=environment(), cwd=tmp_path / "m", timeout=120)
    assert done.returncode == (10 if own else 11)
