"""Older battery modules: executed in guarded workers alone, otherwise run, scored and saved like any."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.candidates import battery_module
from kaggle_batt.cli import main
from kaggle_batt.compare import compare_runs
from kaggle_batt.engines.guard import children
from kaggle_batt.errors import BatteryError, JournalError, ParameterError
from kaggle_batt.legacy.calls import read_slice
from kaggle_batt.pipeline import Run, run
from kaggle_batt.report import summary
from kaggle_batt.scores import d_score, grid_rows, grid_text
from kaggle_batt.tasks import Sample, Task, load_tasks
from tests.legacy_modules import DIFFERS, HERE, LONG, SOLVERS, Line, random_solvers, write_module
from tests.runs import TASKS, assert_equal, files

GOOD = str(HERE / "good")
MIRROR, SCALE = "67a3c6ac", "9172f3a0"
#: five solvers that answer on every sample, and the differs
FEW = (*SOLVERS[:4], SOLVERS[11])


def go_module(out: Path, battery: str, **values: Any) -> Run:
    """A run of a trusted module."""
    given = {"data": str(TASKS), "battery": battery, "trust_module": True, "workers": 2, "out": str(out)}
    return run({**given, **values})


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The good module on the ten tasks."""
    return go_module(tmp_path_factory.mktemp("good"), GOOD)


def test_the_good_module_is_what_its_programs_come_to(tmp_path: Path) -> None:
    """The module in the repository is the one that the oracle's programs are written as."""
    write_module(tmp_path, SOLVERS, DIFFERS, name="good")
    for name in ("good.py", "good_call.py"):
        assert (tmp_path / name).read_text() == (HERE / name).read_text()


# -- an oracle: the programs run naively from what the module was written from


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """The language that the modules bring along, imported under another name."""
    spec = importlib.util.spec_from_file_location("shapes_for_the_oracle", HERE / "shapes.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def value_of(lines: Sequence[Line], names: Mapping[str, Any], **given: Any) -> Any:
    """The value of a program's lines; `()` stands for a call that failed, as in the modules."""
    values = {**names, **given, **{str(digit): digit for digit in range(10)}}
    for name, function, *args in lines:
        values[name] = names["safe"](values[function], *[values[arg] for arg in args])
    return values["O"]


def answer_of(value: Any) -> str | None:
    """The answer as text, None where the value is no grid."""
    is_grid = isinstance(value, tuple) and value and all(isinstance(row, tuple) and row for row in value)
    return grid_text(value) if is_grid and len(value) <= 30 and len(value[0]) <= 30 else None


def samples_of(task: Task) -> dict[str, Sample]:
    """The samples by their keys in the record."""
    parts = {"demo": task.demo, "test": task.test}
    return {
        f"{part}/{number}": sample for part, found in parts.items() for number, sample in enumerate(found)
    }


def answers_of(lines: Sequence[Line], task: Task, names: Mapping[str, Any]) -> dict[str, str | None]:
    """A solver's answers on a task's samples."""
    demos = tuple((sample.input, sample.output) for sample in task.demo)
    return {
        key: answer_of(value_of(lines, names, I=sample.input, S=demos))
        for key, sample in samples_of(task).items()
    }


def programs_of(run: Run, task: str) -> dict[str, Any]:
    """The kept programs' parts of the record by solver id, md5 included."""
    found = run.record["tasks"][task]["programs"]
    return {program["name"].split()[1]: {**program, "md5": md5} for md5, program in found.items()}


def test_outputs_are_those_of_the_programs(good: Run, names: dict[str, Any]) -> None:
    """Each solver's outputs, o scores and mutation mark are right on every sample of every task."""
    for name, task in good.tasks.items():
        found = programs_of(good, name)
        expected = {solver.id: answers_of(solver.lines, task, names) for solver in SOLVERS}
        answering = {solver for solver, answers in expected.items() if any(answers.values())}
        assert set(found) == answering, name
        for solver in [solver for solver in SOLVERS if solver.id in answering]:
            program, answers = found[solver.id], expected[solver.id]
            assert program["outputs"] == answers
            assert program["mutated"] is solver.mutated
            right = {key for key, sample in samples_of(task).items() if answers[key] == known(sample)}
            score = good.record["tasks"][name]["o_score"][program["md5"]]
            assert score == {
                part: sum(key.startswith(part) for key in right) for part in ("demo", "test")
            }  # fmt: skip


def known(sample: Sample) -> str:
    """The known output as text."""
    assert sample.output is not None
    return grid_text(sample.output)


def test_candidates_are_counted_by_program_and_output(good: Run, names: dict[str, Any]) -> None:
    """Before the filter: distinct pairs on each task; after: distinct programs."""
    answers = [
        {answer for answer in answers_of(solver.lines, task, names).values() if answer}
        for task in good.tasks.values()
        for solver in SOLVERS
    ]
    candidates = good.record["candidates"]
    assert candidates["before"] == sum(map(len, answers)) > 500
    assert (candidates["tried"], candidates["after"], candidates["kept"]) == (14, 13, 13)
    assert good.record["battery"] | {"md5": ""} == {
        "solvers": 14,
        "mutated": 5,
        "differs": 5,
        "nodes": 22,
        "module": "good.py",
        "md5": "",
    }


def test_differ_values_make_the_scores(good: Run, names: dict[str, Any]) -> None:
    """d and s scores of every program under every differ, by the definition."""
    failed = 0
    for name, task in good.tasks.items():
        found, scores = programs_of(good, name), good.record["tasks"][name]
        for solver in [solver for solver in SOLVERS if solver.id in found]:
            answers = answers_of(solver.lines, task, names)
            for differ, lines in DIFFERS.items():
                measures = []
                for key, sample in samples_of(task).items():
                    grid = answers[key]
                    raw = measure_of(value_of(lines, names, I=sample.input, C=sample.output))
                    after = (
                        measure_of(value_of(lines, names, I=grid_rows(grid), C=sample.output))
                        if grid
                        else None
                    )
                    measures.append((raw, after))
                score = d_score(measures)
                failed += score["failed"]
                md5 = found[solver.id]["md5"]
                assert scores["d_score"][md5][differ] == score
                assert [scores["s_score"][differ][side][md5] for side in ("iz", "zo")] == [
                    score["iz"],
                    score["zo"],
                ]
    assert failed > 100


def measure_of(value: Any) -> int | None:
    """The measure of a differ value of the modules: an integer, or the first of a pair."""
    first = value[0] if isinstance(value, tuple) and value else value
    return first if isinstance(first, int) else None


def test_files_are_slices_of_the_module(good: Run) -> None:
    """Solvers and differs are saved as canonical text, named by its md5, and read back as the same."""
    found = files(good.folder)
    assert len([path for path in found if path.startswith("solver")]) == 13
    assert len([path for path in found if path.startswith("differ")]) == 5
    for path, content in found.items():
        program = read_slice(content.decode())
        assert (program.text.encode(), program.md5) == (content, Path(path).stem)
    both = programs_of(good, "007bbfb7")["007bbfb7"]
    assert both["text"] == (
        "def solve(I):\n    x1 = scale(I, THREE)\n    x2 = tile(I, THREE)\n"
        "    O = both(x1, x2)\n    return O\n"
    )
    assert (
        "return O" in (good.folder / "differ_md5" / f"{good.record['differs']['differ_rows']}.py").read_text()
    )
    assert list((good.folder / "solver_dir" / f"solve_{MIRROR}" / "3").glob("*/*.py"))
    assert list((good.folder / "differ_dir" / "iz" / f"solve_{MIRROR}").glob("*/*/*.py"))


def test_the_submission_holds_its_answers(good: Run) -> None:
    """Predictions are made from a module's outputs as from any battery's."""
    assert good.record["tasks"][MIRROR]["solved"] == [True]
    assert good.record["tasks"][SCALE]["solved"] == [True]
    submission = json.loads((good.folder / "submission.json").read_text())
    assert submission[SCALE][0]["attempt_1"] == [list(row) for row in good.tasks[SCALE].test[0].output or ()]


def test_every_phase_has_its_old_key(good: Run) -> None:
    """The phases are the usual ones, under the usual names."""
    assert [time.phase for time in good.times] == [
        *("load", "generate", "score demo", "score test", "filter", "inline"),
        *("validate", "differ", "save", "total"),
    ]
    assert "run_batt.phase3a_validate_batch" in good.record["old_timings"]


@pytest.mark.parametrize("engine, workers", [("serial", 0), ("thread", 2), ("process", 1), ("process", 3)])
def test_engines_and_workers_change_nothing(good: Run, tmp_path: Path, engine: str, workers: int) -> None:
    """Outputs, scores and files are the same to the byte."""
    other = go_module(tmp_path, GOOD, engine=engine, workers=workers)
    assert_equal(good.folder, other.folder)
    assert other.record["environment"]["workers"] == (workers or 1)


@pytest.mark.slow
def test_dask_carries_a_module(good: Run, tmp_path: Path) -> None:
    """Machines of a cluster import it in guarded workers of their own."""
    pytest.importorskip("distributed")
    assert_equal(good.folder, go_module(tmp_path, GOOD, engine="dask").folder)


# -- trust


MARK = "import os; open({path!r}, 'a').write(f'{{os.getpid()}}\\n')"


@pytest.mark.parametrize("engine", ["serial", "thread", "process"])
def test_the_parent_never_imports_it(tmp_path: Path, engine: str) -> None:
    """Whatever the engine, only worker processes execute the module and what it imports."""
    seen = tmp_path / "seen"
    path = write_module(tmp_path / "m", FEW, DIFFERS, name="marked", top=MARK.format(path=str(seen)))
    go_module(tmp_path / "run", path, engine=engine, ids=MIRROR)
    pids = {int(line) for line in seen.read_text().split()}
    assert pids and os.getpid() not in pids
    assert not {"marked", "marked_call", "shapes"} & set(sys.modules)
    assert str(tmp_path / "m") not in sys.path


def test_without_trust_it_is_refused_and_not_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that says why and how, status 2; nothing is executed or written."""
    seen = tmp_path / "seen"
    path = write_module(tmp_path / "m", FEW, DIFFERS, top=MARK.format(path=str(seen)))
    arguments = ["run", "--data", str(TASKS), "-b", path, "-o", str(tmp_path / "run")]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert "--trust-module" in told and "execute" in told and told.count("\n") == 1
    assert not seen.exists() and not (tmp_path / "run").exists()


@pytest.mark.parametrize("name, value", [("mutants", 3), ("search", 10)])
def test_what_cannot_be_done_with_it_is_refused(tmp_path: Path, name: str, value: int) -> None:
    """Its programs are no programs of the language: they are neither changed nor mixed with any."""
    with pytest.raises(ParameterError, match=f"{name}: not beside a module"):
        go_module(tmp_path, GOOD, **{name: value})


def test_the_file_may_be_named_with_its_suffix(tmp_path: Path) -> None:
    """`-b NAME.py` is `-b NAME`; a file that is called NAME itself is a battery file."""
    assert battery_module(f"{GOOD}.py") == battery_module(GOOD) == Path(f"{GOOD}.py")
    path = write_module(tmp_path / "m", FEW, DIFFERS)
    Path(path).write_text("def solve(I):\n    return I\n")
    assert battery_module(path) is None
    assert go_module(tmp_path, path, ids=MIRROR).record["battery"]["solvers"] == 1


# -- faults


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """The test leaves no process behind."""
    before = set(children())
    yield
    assert set(children()) <= before


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
    "devour": ("x = []\n    while True: x.append(bytearray(10**7))", "memory"),
    "raise": ("raise KeyError('lost')", "error"),
    "exit politely": ("raise SystemExit(0)", "error"),
    "interrupt": ("raise KeyboardInterrupt", "error"),
    "return nothing": ("return None", "error"),
    "return one": ("return [[]]", "error"),
    "return text": ("return 'rows', s", "error"),
    "return many rows": ("return [(1, False, 'a', I)] * 100_001, s", "error"),
}


def on_sample(task: Task, number: int, action: str) -> str:
    """Code for `batt` that acts on one demo sample alone."""
    return f"if I == {task.demo[number].input!r}:\n    {action}"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The few solvers on two tasks, undisturbed."""
    folder = tmp_path_factory.mktemp("clean")
    return go_module(folder / "run", write_module(folder / "m", FEW, DIFFERS), ids=[MIRROR, SCALE])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_its_sample_alone(clean: Run, tmp_path: Path, nothing_left: None, fault: str) -> None:
    """All other outputs are right, the failure is told as what it was, and no process stays behind."""
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
    assert {told["kind"] for told in found.record["struck"]} <= {kind}


def test_what_it_prints_is_not_seen(clean: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A flood to stdout and stderr, by Python or below it, reaches nobody."""
    flood = "print('x' * 10**6)\nimport os, sys\nos.write(1, b'y' * 10**6)\nsys.stderr.write('w')"
    path = write_module(tmp_path / "m", FEW, DIFFERS, first=flood, top="print('hello')")
    found = go_module(tmp_path / "run", path, ids=[MIRROR, SCALE])
    assert capfd.readouterr() == ("", "")
    assert_equal_but_paths(found, clean)


def assert_equal_but_paths(one: Run, two: Run) -> None:
    """Equal records of modules that lie in different places."""
    for part in ("candidates", "tasks", "differs", "battery"):
        assert one.record[part] == two.record[part]
    assert files(one.folder) == files(two.folder)


@pytest.mark.parametrize(
    "top, reason",
    [
        ("import os; os._exit(3)", "death"),
        ("while True: pass", "time"),
        ("raise ValueError('no data here')", "error: ValueError: no data here"),
        ("import no_such_module", "error: ModuleNotFoundError"),
        ("x = [bytearray(10**7) for _ in range(10**4)]", "memory"),
        ("def (", "error: SyntaxError"),
    ],
)
def test_a_module_that_cannot_be_imported(
    tmp_path: Path, nothing_left: None, monkeypatch: pytest.MonkeyPatch, top: str, reason: str
) -> None:
    """The run ends before it begins, with what came of the import; an earlier run's files stay."""
    monkeypatch.setattr("kaggle_batt.legacy.phases.IMPORT", 0.1)
    path = write_module(tmp_path / "m", FEW, DIFFERS, top=top)
    with pytest.raises(BatteryError, match=rf"could not be imported \({reason}"):
        go_module(tmp_path / "run", path, timeout=0.5, memory=256)
    assert not (tmp_path / "run").exists()


def test_a_module_without_its_parts(tmp_path: Path) -> None:
    """Both files, `batt` and `t_call` are needed."""
    path = write_module(tmp_path / "m", FEW, DIFFERS, calls="t_call = 3")
    with pytest.raises(BatteryError, match="no dictionary t_call"):
        go_module(tmp_path / "run", path)
    Path(f"{path}.py").write_text("from shapes import *\n")
    with pytest.raises(BatteryError, match="no function batt"):
        go_module(tmp_path / "run", path)
    path = write_module(tmp_path / "m", FEW, DIFFERS)
    Path(f"{path}_call.py").unlink()
    with pytest.raises(ParameterError, match=r"without 'made_call\.py'"):
        go_module(tmp_path / "run", path)


# -- what it gives


def raw(folder: Path, body: str, calls: str, top: str = "") -> str:
    """Write a module from the lines of `batt` as they are."""
    lines = "".join([f"    {line}\n" for line in body.splitlines()])
    path = write_module(folder, [], {}, name="raw")
    text = f"from shapes import *\n{top}\n\ndef batt(task_id, S, I, C, log_path):\n{lines}"
    Path(f"{path}.py").write_text(text)
    Path(f"{path}_call.py").write_text(calls)
    return path


def test_kinds_of_grids(tmp_path: Path) -> None:
    """Lists and arrays of rows are answers; what is none is told, and costs that program alone."""
    body = """
import types
array = types.SimpleNamespace(dtype=int, tolist=lambda: [list(row) for row in mirror(I)])
values = [mirror(I), [list(row) for row in mirror(I)], array, (), ((),), [[1, 2], [3]], ((10,),), ((True,),),
          ((0.5,),), 7, None, 'grid', frozenset(I), ((1,) * 31,), ((-1,),), {0: (1,)}]
return [(number, False, f'p{number}', value) for number, value in enumerate(values)], []
"""
    calls = f"t_call = {{n: 'mirror, I' if n < 3 else f'nth, I, {{n}}' for n in range({16})}}"
    found = go_module(tmp_path / "run", raw(tmp_path / "m", body, calls), ids=MIRROR)
    (program,) = programs_of(found, MIRROR).values()
    assert found.record["candidates"]["same"] == {program["md5"]: ["t0 p0", "t1 p1", "t2 p2"]}
    assert found.record["tasks"][MIRROR]["o_score"][program["md5"]] == {"demo": 3, "test": 1}
    assert found.record["battery"]["solvers"] == 16
    assert found.record["tasks"][MIRROR]["failures"] == {"error": 4 * 13}
    assert found.record["rejected"] == {}


@pytest.mark.parametrize(
    "o, s, told",
    [
        ("[(1, False, 'p1', mirror(I)), 5]", "[]", "o[1]"),
        ("[(1, False, 'p1', mirror(I)), (2, False)]", "[]", "o[1]"),
        ("[(1, False, 'p1', mirror(I)), ('two', False, 'p2', I)]", "[]", "o[1]"),
        ("[(1, False, 'p1', mirror(I)), (-2, False, 'p2', I)]", "[]", "o[1]"),
        ("[(1, False, 'p1', mirror(I)), (2, False, object(), I)]", "[]", "o[1]"),
        ("[(1, False, 'p1', mirror(I))]", "[(2, 'None', 'd')]", "s[0]"),
        ("[(1, False, 'p1', mirror(I))]", "'rows'", "against"),
    ],
)
def test_rows_that_are_none_are_told(tmp_path: Path, o: str, s: str, told: str) -> None:
    """A garbage row costs that row; the record says where it was and what was expected."""
    body = f"o = {o}\ns = {s}\nreturn o, s"
    path = raw(tmp_path / "m", body, "t_call = {1: 'mirror, I', 2: 'size, I'}")
    found = go_module(tmp_path / "run", path, ids=MIRROR)
    rejected = found.record["rejected"]
    assert [key for key in rejected if told in key] == list(rejected) and len(rejected) == 4
    assert all("was expected" in why for why in rejected.values())
    assert programs_of(found, MIRROR)["p1"]["outputs"]["demo/0"] is not None


def test_a_module_that_gives_nothing(tmp_path: Path) -> None:
    """Where no call gave any program the run fails with the first reason."""
    path = raw(tmp_path / "m", "raise KeyError('all')", "t_call = {}")
    with pytest.raises(BatteryError, match=f"no program .* \\({MIRROR}/demo/0: error: KeyError: 'all'"):
        go_module(tmp_path / "run", path, ids=MIRROR)


def test_calls_that_cannot_be_sliced(tmp_path: Path) -> None:
    """Missing, cyclic and unreadable calls cost the programs that need them, with the reason."""
    body = "return [(n, False, f'p{n}', mirror(I)) for n in range(1, 10)], []"
    calls = {
        1: "mirror, I",
        2: "mirror, t99",
        3: "mirror, t4",
        4: "mirror, t3",
        5: "mirror, (t1, t1)",
        6: "",
        7: "mirror(I), (",
        8: "mirror, t8",
    }
    path = raw(tmp_path / "m", body, f"t_call = {calls}\nt_call['t9'] = 5")
    found = go_module(tmp_path / "run", path, ids=MIRROR).record
    assert found["battery"]["solvers"] == 1
    assert found["rejected"] == {
        "t_call['t9']": "not a variable's number and its call",
        "t2 p2": "t99 is missing in t_call",
        "t3 p3": "t3 needs itself",
        "t4 p4": "t4 needs itself",
        "t5 p5": "a variable was expected as an argument, not inside '(t1, t1)'",
        "t6 p6": "t6: '' is no call: function, argument, …",
        "t7 p7": "t7: 'mirror(I), (' is no call",
        "t8 p8": "t8 needs itself",
        "t9 p9": "t9 is missing in t_call",
    }


def test_a_slice_that_is_not_what_the_module_did(tmp_path: Path) -> None:
    """A program that alone gives other outputs than in the module is dropped, and the run says so."""
    body = "t1 = mirror(I)\nt2 = flip(I)\nreturn [(1, False, 'p1', t1), (2, True, 'p2', t2)], []"
    path = raw(tmp_path / "m", body, "t_call = {1: 'mirror, I', 2: 'turn, I'}")
    found = go_module(tmp_path / "run", path, ids=MIRROR)
    assert set(programs_of(found, MIRROR)) == {"p1"}
    saved = [path.stem for path in (found.folder / "solver_md5").iterdir()]
    assert saved == [programs_of(found, MIRROR)["p1"]["md5"]]
    assert found.record["rejected"] == {f"{MIRROR} t2 p2": "alone it does not give the module's outputs"}
    assert found.record["broken"] == []
    assert "rejected of what the module gave: 1" in summary(found)


def test_a_default_in_place_of_a_failure(tmp_path: Path) -> None:
    """A program that goes on with a default on one task is dropped there, and kept where it is itself."""
    body = "t1 = scale(I, THREE) if len(I) == 3 else ((1,),)\nreturn [(1, False, 'p', t1)], []"
    calls = "t_call = {1: 'scale, I, len(I) == 3 and 3'}"
    found = go_module(tmp_path / "run", raw(tmp_path / "m", body, calls), ids=[MIRROR, SCALE])
    assert [set(programs_of(found, task)) for task in (MIRROR, SCALE)] == [set(), {"p"}]
    assert found.record["tasks"][SCALE]["solved"] == [True]
    assert list(found.record["rejected"]) == [f"{MIRROR} t1 p"]


FORMS = {
    "tuples": "t_call = {1: ('constant', 'swap', 'FIVE', 'EIGHT'), 2: ['t1', 'I'], 3: ('mirror', 't2')}",
    "values": """
from collections import namedtuple
Hinted = namedtuple('Hinted', ['hint', 'value'])
t_call = {1: Hinted(None, ('constant', 'swap', 'FIVE', 'EIGHT')), 2: Hinted('Grid', 't1, I'),
          3: Hinted('Grid', ('mirror', 't2'))}
""",
    "nested": "t_call = {3: 'mirror, constant(swap, FIVE, EIGHT)(I)'}",
    "calls": "t_call = {1: 'constant(swap, FIVE, EIGHT)', 2: 't1(I)', 3: 'mirror(t2)'}",
    "piles": "t_call = {1: ' constant,swap, FIVE,EIGHT ', 2: 't1.t, I', 3: 'mirror, t2.t'}",
    "names": "t_call = {'t1': 'constant, swap, FIVE, EIGHT', '2': 't1, I', 't3': 'mirror, t2'}",
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_calls(tmp_path: Path, form: str) -> None:
    """However the calls are written, the slice is one, and it runs."""
    body = "return [(3, False, 'p', mirror(swap(I, 5, 8)))], []"
    found = go_module(tmp_path / "run", raw(tmp_path / "m", body, FORMS[form]), ids=MIRROR)
    assert programs_of(found, MIRROR)["p"]["text"] == (
        "def solve(I):\n    x1 = constant(swap, FIVE, EIGHT)\n    x2 = x1(I)\n"
        "    O = mirror(x2)\n    return O\n"
    )
    assert found.record["rejected"] == {}


def test_arguments_that_are_no_names(tmp_path: Path) -> None:
    """Literals, dotted names and functions of the moment are kept as text, and mean what they say there."""
    body = "return [(2, False, 'p', paint(I, 4))], [(3, 'None', 'd', (filled(I), C))]"
    calls = {
        1: "pair, (4, (-1, 2)), math.pi",
        2: "(lambda g, p: paint(g, p[0][0])), I, t1",
        3: "identity, C",
    }
    path = raw(tmp_path / "m", body, f"t_call = {calls}", top="import math")
    found = go_module(tmp_path / "run", path, ids=MIRROR)
    assert programs_of(found, MIRROR)["p"]["text"] == (
        "def solve(I):\n    x1 = pair((4, (-1, 2)), math.pi)\n"
        "    O = (lambda g, p: paint(g, p[0][0]))(I, x1)\n    return O\n"
    )
    assert found.record["rejected"] == {}


def test_an_asynchronous_module(clean: Run, tmp_path: Path) -> None:
    """`batt` may be a coroutine function."""
    path = write_module(tmp_path / "m", FEW, DIFFERS)
    text = Path(f"{path}.py").read_text().replace("def batt(", "import asyncio\nasync def batt(")
    Path(f"{path}.py").write_text(
        text.replace("    s = []\n", "    await asyncio.sleep(0.001)\n    s = []\n")
    )
    assert_equal_but_paths(go_module(tmp_path / "run", path, ids=[MIRROR, SCALE]), clean)


def test_what_it_is_given(tmp_path: Path) -> None:
    """The id, plain tuples all through, no log path, and C only against the known output."""
    body = """
assert type(task_id) is str and log_path is None
for grid in [I, *[g for p in S for g in p], *([C] if C is not None else [])]:
    assert type(grid) is tuple and {type(row) for row in grid} == {tuple} and type(grid[0][0]) is int
assert type(S) is tuple and type(S[0]) is tuple and len(S) == 3
return [(1, False, task_id, I)], [(2, 'None', 'd', 1)] if C is not None else []
"""
    path = raw(tmp_path / "m", body, "t_call = {1: 'identity, I', 2: 'identity, C'}")
    found = go_module(tmp_path / "run", path, ids=MIRROR)
    assert found.record["rejected"] == {}
    assert set(programs_of(found, MIRROR)) == {MIRROR}


def test_solvers_of_one_id_and_ids_of_one_solver(tmp_path: Path) -> None:
    """A differ value goes to the program that the differ's slice needs; a shared variable is one program."""
    body = """
t1, t2 = mirror(I), flip(I)
o = [(1, False, 'a', t1), (1, False, 'b', t1), (2, True, 'a', t2)]
if C is None:
    return o, []
return o, [(3, 'None', 'd', 5), (4, 'a', 'd', 0), (4, 'b', 'd', 0), (5, 'a', 'd', 7), (6, 'zz', 'd', 7)]
"""
    calls = {
        1: "mirror, I",
        2: "flip, I",
        3: "apart, I, C",
        4: "apart, t1, C",
        5: "apart, t2, C",
        6: "apart, I, C",
    }
    found = go_module(tmp_path / "run", raw(tmp_path / "m", body, f"t_call = {calls}"), ids=MIRROR)
    scores = found.record["tasks"][MIRROR]["d_score"]
    by_variable = {
        program["name"]: scores[md5]["d"]
        for md5, program in found.record["tasks"][MIRROR]["programs"].items()
    }
    assert by_variable == {
        "t1 a": {"iz": 8, "zo": 0, "failed": 0},
        "t2 a": {"iz": 4, "zo": 4, "failed": 0},
    }
    assert found.record["rejected"] == {"t6 d zz": "no output has this solver's id"}
    assert len(found.record["differs"]) == 1


def test_chance_is_the_same_everywhere(tmp_path: Path) -> None:
    """A module that calls `random` gives the same under any engine and number of workers."""
    body = "import random\nt1 = paint(I, random.randrange(1, 10))\nreturn [(1, False, 'p', t1)], []"
    calls = "t_call = {1: '(lambda g: paint(g, random.randrange(1, 10))), I'}"
    path = raw(tmp_path / "m", body, calls, top="import random")
    one = go_module(tmp_path / "one", path, engine="serial", ids=[MIRROR, SCALE])
    two = go_module(tmp_path / "two", path, workers=3, ids=[MIRROR, SCALE])
    assert compare_runs(one.folder, two.folder) == []
    assert set(programs_of(one, MIRROR)) == {"p"}


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
    top = "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end: pass"
    path = write_module(tmp_path / "m", FEW, DIFFERS, top=top)
    found = go_module(tmp_path / "run", path, ids=[MIRROR, SCALE], timeout=0.2, workers=1)
    assert found.record["struck"] == []
    assert_equal_but_paths(found, clean)


# -- going on


def test_resuming(tmp_path: Path) -> None:
    """A finished run is taken from its journal; another language beside the module is another run."""
    seen = tmp_path / "seen"
    path = write_module(tmp_path / "m", FEW, DIFFERS, first=f"open({str(seen)!r}, 'a').write('x')")
    first = go_module(tmp_path / "run", path, ids=MIRROR)
    calls = len(seen.read_text())
    assert calls == 4 + 4
    again = go_module(tmp_path / "run", path, ids=MIRROR, resume=True)
    assert len(seen.read_text()) == calls
    assert again.record["tasks"] == first.record["tasks"]
    with open(tmp_path / "m" / "shapes.py", "a") as file:
        file.write("def mirror(grid): return grid\n")
    with pytest.raises(JournalError, match="other parameters, tasks or programs"):
        go_module(tmp_path / "run", path, ids=MIRROR, resume=True)


def test_a_time_budget_ends_a_hanging_module(tmp_path: Path, nothing_left: None) -> None:
    """The run ends in time with what it has, and says what was not done."""
    task = load_tasks(str(TASKS), only=[MIRROR])[MIRROR]
    path = write_module(tmp_path / "m", FEW, DIFFERS, first=on_sample(task, 1, "sum(range(10**12))"))
    found = go_module(tmp_path / "run", path, ids=MIRROR, time_budget=2, timeout=100)
    assert found.record["status"] == "late"
    assert f"score demo: {BAD}/0-1" in found.record["not_done"]
    assert programs_of(found, MIRROR)[MIRROR]["outputs"]["demo/0"] is not None
    assert found.times[-1].wall < 4


def stress(folder: Path) -> str:
    """A module as large as real ones: 32 solvers, 165 differ values, thousands of lines."""
    return write_module(folder, list(random_solvers(32, 7)), DIFFERS, form=LONG)


@pytest.mark.slow
def test_a_large_module(tmp_path: Path) -> None:
    """32 programs and 165 differ values of thousands of lines: all of them come through."""
    path = stress(tmp_path / "m")
    text = Path(f"{path}.py").read_text()
    assert text.count("\n") > 1500 and text.count("o.append") == 32 and text.count("s.append") == 165
    found = go_module(tmp_path / "run", path)
    assert found.times[-1].cpu < 20
    assert found.record["candidates"]["after"] == found.record["candidates"]["kept"] == 32
    assert found.record["battery"]["mutated"] == 21
    assert found.record["rejected"] == {}
    assert len(found.record["differs"]) == 5
    assert {len(task["d_score"]) for task in found.record["tasks"].values()} == {32}
    assert_equal(found.folder, go_module(tmp_path / "other", path, engine="serial").folder)
