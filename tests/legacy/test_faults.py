"""Whatever a legacy module does costs the sample that it did it on, and is reported as what it was."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaggle_batt.api import Run
from kaggle_batt.engines.workers.system import children
from kaggle_batt.errors import BatteryError
from kaggle_batt.tasks.loading import load_tasks
from tests.legacy.legacy_modules import DIFFERS, write_module
from tests.legacy.legacy_runs import (
    FEW,
    MARK,
    MIRROR,
    SCALE,
    assert_equal_but_paths,
    go_module,
    on_sample,
    programs_of,
    raw,
)
from tests.runs import TASKS


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The few solvers on two tasks, undisturbed."""
    folder = tmp_path_factory.mktemp("clean")
    return go_module(folder / "run", write_module(folder / "m", FEW, DIFFERS), ids=[MIRROR, SCALE])


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """The test leaves no process behind."""
    before = set(children(os.getpid()))
    yield
    assert set(children(os.getpid())) <= before


BAD = f"{MIRROR}/demo/1"

#: statements of `batt` that run on one sample alone, and the kind of failure that they are
FAULTS = {
    "hang": ("while True: pass", "time"),
    "hang in C": ("sum(range(10**12))", "time"),
    "sleep": ("import time; time.sleep(1000)", "time"),
    "exit": ("import os; os._exit(3)", "death"),
    "crash": ("import ctypes; ctypes.string_at(0)", "death"),
    "kill the group": ("import os, signal; os.killpg(0, signal.SIGKILL)", "death"),
    "kill the parent": ("import os, signal; os.kill(os.getppid(), signal.SIGKILL)", "death"),
    "kill the parent's group": ("import os, signal; os.killpg(os.getppid(), signal.SIGKILL)", "death"),
    # `bytes` of zeros only reserves, which costs no CPU time where touching pages is slow
    "devour": ("x = []\n    while True: x.append(bytes(10**7))", "memory"),
    "raise": ("raise KeyError('lost')", "error"),
    "exit politely": ("raise SystemExit(0)", "error"),
    "interrupt": ("raise KeyboardInterrupt", "error"),
    "return nothing": ("return None", "error"),
    "return one": ("return [[]]", "error"),
    "return text": ("return 'rows', s", "error"),
    "return many rows": ("return [(1, False, 'a', I)] * 100_001, s", "error"),
}


#: the others take twenty seconds together
QUICK = ("crash", "kill the parent", "devour", "return nothing")


@pytest.mark.parametrize(
    "fault",
    [*QUICK, *[pytest.param(name, marks=pytest.mark.slow) for name in FAULTS if name not in QUICK]],
)
def test_a_fault_costs_its_sample_alone(clean: Run, tmp_path: Path, nothing_left: None, fault: str) -> None:
    """All other outputs are right, the failure is reported as what it was, and no process stays behind."""
    action, kind = FAULTS[fault]
    path = write_module(tmp_path / "m", FEW, DIFFERS, first=on_sample(clean.tasks[MIRROR], 1, action))
    found = go_module(tmp_path / "run", path, ids=[MIRROR, SCALE], timeout=0.7, memory=256)
    assert found.record["status"] == "done"
    for task in (MIRROR, SCALE):
        right, seen = programs_of(clean, task), programs_of(found, task)
        assert set(seen) == set(right)
        for solver, program in seen.items():
            lost = {"demo/1": None} if task == MIRROR else {}
            assert program["outputs"] == {**right[solver]["outputs"], **lost}
            assert {key: failure[0] for key, failure in program["failures"].items()} == dict.fromkeys(
                lost, kind
            )
    assert found.record["rejected"][BAD].startswith(kind)
    assert set(found.record["rejected"]) == {BAD, f"{BAD} against"}
    assert found.record["tasks"][SCALE]["d_score"] == clean.record["tasks"][SCALE]["d_score"]
    assert {hit["kind"] for hit in found.record["struck"]} <= {kind}


def test_what_it_prints_is_not_seen(clean: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A flood to stdout and stderr, by Python or below it, is discarded."""
    flood = "print('x' * 10**6)\nimport os, sys\nos.write(1, b'y' * 10**6)\nsys.stderr.write('w')"
    path = write_module(tmp_path / "m", FEW, DIFFERS, first=flood, top="print('hello')")
    found = go_module(tmp_path / "run", path, ids=[MIRROR, SCALE])
    assert capfd.readouterr() == ("", "")
    assert_equal_but_paths(found, clean)


@pytest.mark.parametrize(
    "top, reason",
    [
        ("import os; os._exit(3)", "death"),
        ("while True: pass", "time"),
        ("raise ValueError('no data here')", "error: ValueError: no data here"),
        ("import no_such_module", "error: ModuleNotFoundError"),
        ("x = [bytes(10**7) for _ in range(10**4)]", "memory"),
        ("def (", "error: SyntaxError"),
    ],
)
def test_a_module_that_cannot_be_imported(
    tmp_path: Path, nothing_left: None, monkeypatch: pytest.MonkeyPatch, top: str, reason: str
) -> None:
    """The run ends with what came of the import; there is a submission, and no record."""
    monkeypatch.setattr("kaggle_batt.legacy.phases.IMPORT", 0.1)
    path = write_module(tmp_path / "m", FEW, DIFFERS, top=top)
    with pytest.raises(BatteryError, match=rf"could not be imported \({reason}"):
        go_module(tmp_path / "run", path, timeout=0.5, memory=256)
    assert (tmp_path / "run" / "submission.json").exists()
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_module_without_its_parts(tmp_path: Path) -> None:
    """`batt` is needed, and `t_call` where there is a file for it."""
    path = write_module(tmp_path / "m", FEW, DIFFERS, calls="t_call = 3")
    with pytest.raises(BatteryError, match="no dictionary t_call"):
        go_module(tmp_path / "run", path)
    Path(f"{path}.py").write_text("from shapes import *\n")
    with pytest.raises(BatteryError, match="no function batt"):
        go_module(tmp_path / "run", path)


def test_a_module_that_gives_nothing(tmp_path: Path) -> None:
    """Where no call gave any program the run fails with the first reason."""
    path = raw(tmp_path / "m", "raise KeyError('all')", "t_call = {}")
    with pytest.raises(BatteryError, match=f"no program .* \\({MIRROR}/demo/0: error: KeyError: 'all'"):
        go_module(tmp_path / "run", path, ids=MIRROR)


def test_an_asynchronous_module(clean: Run, tmp_path: Path) -> None:
    """`batt` may be a coroutine function."""
    path = write_module(tmp_path / "m", FEW, DIFFERS)
    text = Path(f"{path}.py").read_text().replace("def batt(", "import asyncio\nasync def batt(")
    Path(f"{path}.py").write_text(
        text.replace("    s = []\n", "    await asyncio.sleep(0.001)\n    s = []\n")
    )
    assert_equal_but_paths(go_module(tmp_path / "run", path, ids=[MIRROR, SCALE]), clean)


def test_modules_of_the_parent_are_not_taken_for_its_own(
    clean: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that has imported another `shapes` does not change what the module means by it."""
    other = tmp_path / "other" / "shapes.py"
    other.parent.mkdir()
    other.write_text("mirror = scale = None\n")
    monkeypatch.syspath_prepend(other.parent)
    importlib.import_module("shapes")
    try:
        path = write_module(tmp_path / "m", FEW, DIFFERS)
        assert_equal_but_paths(go_module(tmp_path / "run", path, ids=[MIRROR, SCALE]), clean)
    finally:
        del sys.modules["shapes"]


def test_a_recursion_limit_of_its_own(clean: Run, tmp_path: Path) -> None:
    """It holds while the module is at work, and a worker is not given up for it."""
    seen = tmp_path / "seen"
    top = f"import sys; sys.setrecursionlimit(5000)\n{MARK.format(path=str(seen))}"
    first = "def deep(n): return n and deep(n - 1)\ndeep(3000)"
    path = write_module(tmp_path / "m", FEW, DIFFERS, top=top, first=first)
    assert_equal_but_paths(go_module(tmp_path / "run", path, ids=[MIRROR, SCALE]), clean)
    assert len(seen.read_text().split()) <= 1 + 2 * 4


def test_a_slow_import_is_not_charged_to_the_samples(clean: Run, tmp_path: Path) -> None:
    """The limit of a call stays what it is where the import takes longer than that."""
    top = "import time\nend = time.process_time() + 0.25\nwhile time.process_time() < end: pass"
    path = write_module(tmp_path / "m", FEW, DIFFERS, top=top)
    found = go_module(tmp_path / "run", path, ids=[MIRROR, SCALE], timeout=0.2, workers=1)
    assert found.record["struck"] == []
    assert_equal_but_paths(found, clean)


def test_a_time_budget_ends_a_hanging_module(tmp_path: Path, nothing_left: None) -> None:
    """The run ends in time with what it has, and says what was not done."""
    task = load_tasks(str(TASKS), only=[MIRROR])[MIRROR]
    path = write_module(tmp_path / "m", FEW, DIFFERS, first=on_sample(task, 1, "sum(range(10**12))"))
    for budget in (2, 5, 40):  # on a machine that is busy the import takes longer
        found = go_module(tmp_path / "run", path, ids=MIRROR, time_budget=budget, timeout=100)
        if found.record["tasks"][MIRROR].get("programs"):
            break
    assert found.record["status"] == "late"
    assert f"score demo: {BAD}/0-1" in found.record["not_done"]
    assert programs_of(found, MIRROR)[MIRROR]["outputs"]["demo/0"] is not None
    assert found.times[-1].wall < budget + 1


def dumps(text: str) -> str:
    """Code that has the worker say this in the place of its results."""
    return f"import json; json.dumps = lambda *_, **__: {text}"


#: code that changes what guards the module, so that what the worker says from then on is no result
TAMPER = {
    "no JSON": dumps("'rubbish'"),
    "no UTF-8": r"import kaggle_batt.engines.workers.worker as w; w.run_job = lambda *_: (0, b'\xff')",
    "no text": dumps("chr(0xd800)"),
    "too deep": dumps("'[' * 100_000"),
    "another form": dumps("'[1]'"),
    "no rows": dumps("""'{"o": [[1, false, "x", "12/3", null]], "odd": {}}'"""),
    "no measures": dumps("""'{"o": [], "s": [[1, null, "x", -1]], "odd": {}}'"""),
    "no reasons": dumps("""'{"failure": ["error", 7]}'"""),
    "endless numbers": dumps("'9' * 10_000"),
}


#: forms that `checks` refuses like another one
ALIKE = ("no text", "another form", "no measures", "no reasons", "endless numbers")


@pytest.mark.parametrize(
    ("what", "where"),
    [
        *[pytest.param(what, "top", marks=[pytest.mark.slow] * (what in ALIKE)) for what in TAMPER],
        ("no JSON", "first"),
    ],
)
def test_a_worker_that_its_module_has_changed(
    clean: Run, tmp_path: Path, nothing_left: None, what: str, where: str
) -> None:
    """What it says is its job's error, or what the job gave; the run ends, and nothing in it is wrong."""
    code = TAMPER[what]
    if where == "first":
        code = on_sample(clean.tasks[MIRROR], 1, code.replace("; ", "\n    "))
    path = write_module(tmp_path / "m", FEW, DIFFERS, **{where: code})
    try:
        found = go_module(tmp_path / "run", path, ids=[MIRROR, SCALE])
    except BatteryError as error:  # of every call
        assert where == "top" and "what the worker gave is no result" in str(error)
        return
    assert found.record["status"] == "done"
    if where == "first":  # the change ended with the call
        assert_equal_but_paths(found, clean)
    else:
        assert "error: what the worker gave is no result" in " ".join(found.record["rejected"].values())
    for task in (MIRROR, SCALE):
        right = programs_of(clean, task)
        for solver, program in programs_of(found, task).items():
            outputs = program["outputs"].items()
            assert all([grid in (None, right[solver]["outputs"][key]) for key, grid in outputs])
