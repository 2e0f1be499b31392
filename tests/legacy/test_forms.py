"""What older modules give: grids and rows of all kinds, calls in all forms, slices that hold or do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaggle_batt.engines import Limits
from kaggle_batt.errors import BatteryError
from kaggle_batt.legacy.phases import read_module
from kaggle_batt.pipeline.compare import compare_runs
from kaggle_batt.report.summary import summary
from tests.legacy.legacy_runs import MIRROR, SCALE, go_module, programs_of, raw
from tests.runs import TASKS, command


def test_kinds_of_grids(tmp_path: Path) -> None:
    """Lists and arrays of rows are answers; anything else is reported, and costs that program alone."""
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


#: rows of which none is an output
NO_OUTPUTS = "5, (2, False), ('two', False, 'p2', I), (-2, False, 'p2', I), (2, False, object(), I)"


@pytest.mark.parametrize(
    "o, s, places",
    [
        (NO_OUTPUTS, "[]", ["o[1]", "o[2]", "o[3]", "o[4]", "o[5]"]),
        ("", "[(2, 'None', 'd')]", ["s[0]"]),
        ("", "'rows'", ["against"]),
    ],
)
def test_rows_of_another_form_are_reported(tmp_path: Path, o: str, s: str, places: list[str]) -> None:
    """A garbage row costs that row; the record says where it was and what was expected."""
    body = f"o = [(1, False, 'p1', mirror(I)), {o}]\ns = {s}\nreturn o, s"
    path = raw(tmp_path / "m", body, "t_call = {1: 'mirror, I', 2: 'size, I'}")
    found = go_module(tmp_path / "run", path, ids=MIRROR)
    rejected = found.record["rejected"]
    for place in places:
        assert len([key for key in rejected if place in key]) == 4
    assert len(rejected) == 4 * len(places)
    assert all("was expected" in why for why in rejected.values())
    assert programs_of(found, MIRROR)["p1"]["outputs"]["demo/0"] is not None


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
    path = raw(
        tmp_path / "m", body, f"t_call = {calls}\nt_call['t9'] = 5\nt_call[-1] = t_call[10**9] = 'mirror, I'"
    )
    found = go_module(tmp_path / "run", path, ids=MIRROR).record
    assert found["battery"]["solvers"] == 1
    assert found["rejected"] == {
        **dict.fromkeys(
            ["t_call['t9']", "t_call[-1]", "t_call[1000000000]"], "not a variable's number and its call"
        ),
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


def test_a_slice_awaits_what_it_calls(tmp_path: Path) -> None:
    """Asynchronous functions count as what they give; arguments may be expressions over the inputs."""
    top = "async def later(grid): return mirror(grid)"
    calls = "t_call = {1: 'later, I', 2: 'min, t1, S and C is None and ((9, 9, 9, 9),)'}"
    body = "return [(2, False, 'p', mirror(I))], []"
    found = go_module(tmp_path / "run", raw(tmp_path / "m", body, calls, top), ids=MIRROR)
    assert found.record["rejected"] == {} and set(programs_of(found, MIRROR)) == {"p"}


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


BODY = "return [(3, False, 'p', mirror(swap(I, 5, 8)))], []"
SLICE = """def solve(I):
    x1 = constant(swap, FIVE, EIGHT)
    x2 = x1(I)
    O = mirror(x2)
    return O
"""


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_calls(tmp_path: Path, form: str) -> None:
    """However the calls are written, the slice is one."""
    path = Path(f"{raw(tmp_path / 'm', BODY, FORMS[form])}.py")
    module = read_module(path, Limits(cpu=10.0, wall=60.0))
    assert module is not None and module.rejected == {}
    assert module.calls.program(3).text == SLICE


def test_slices_of_calls_in_another_form_run(tmp_path: Path) -> None:
    """Alone, they give the module's outputs."""
    found = go_module(tmp_path / "run", raw(tmp_path / "m", BODY, FORMS["piles"]), ids=MIRROR)
    assert programs_of(found, MIRROR)["p"]["text"] == SLICE
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


@pytest.mark.slow
def test_chance_is_the_same_everywhere(tmp_path: Path) -> None:
    """A module that calls `random` gives the same under any engine and number of workers."""
    body = "import random\nt1 = paint(I, random.randrange(1, 10))\nreturn [(1, False, 'p', t1)], []"
    calls = "t_call = {1: '(lambda g: paint(g, random.randrange(1, 10))), I'}"
    path = raw(tmp_path / "m", body, calls, top="import random")
    one = go_module(tmp_path / "one", path, engine="serial", ids=[MIRROR, SCALE])
    two = go_module(tmp_path / "two", path, workers=3, ids=[MIRROR, SCALE])
    assert compare_runs(one.folder, two.folder) == []
    assert set(programs_of(one, MIRROR)) == {"p"}


WRAPPED = """from collections import namedtuple
Pair = namedtuple("Pair", "ok t")
OUTER = [0]
"""


def test_wrapped_values(tmp_path: Path) -> None:
    """Pairs (ok, value), as one generation of modules has them, in outputs and differs."""
    body = (
        "t1 = Pair(True, mirror(I))\nt2 = Pair(False, None)\n"
        "o = [(1, False, 'a', t1), (2, False, 'b', t2)]\n"
        "s = [(3, None, 'differ_n', Pair(True, (7, 8)))] if C is not None else []\nreturn o, s"
    )
    path = raw(tmp_path / "m", body, "t_call = {1: 'mirror, I', 2: 'flip, I', 3: 'len, C'}\n", WRAPPED)
    run = go_module(tmp_path / "out", path, ids=MIRROR)
    assert run.record["candidates"]["before"] > 0
    assert run.record["tasks"][MIRROR]["failures"] == {"error": 4}
    (program,) = run.record["tasks"][MIRROR]["programs"].values()
    assert program["name"] == "t1 a"


@pytest.mark.parametrize("parameters", ["S, I", "S, I, O", "I, S, extra=3"])
def test_a_module_of_other_parameters_without_its_calls(tmp_path: Path, parameters: str) -> None:
    """Its outputs run, without slices, which the record says."""
    path = raw(tmp_path / "m", "return [(1, False, 'a', mirror(I), 0.5)], []", "")
    text = Path(f"{path}.py").read_text().replace("task_id, S, I, C, log_path", parameters)
    Path(f"{path}.py").write_text(text)
    Path(f"{path}_call.py").unlink()
    run = go_module(tmp_path / "out", path, ids=MIRROR)
    (program,) = run.record["tasks"][MIRROR]["programs"].values()
    assert program["name"] == "t1 a" and run.solved == (1, 1)
    note = "there is none: programs are rows of the module's outputs, without slices and differs"
    assert run.record["rejected"] == {"raw_call.py": note}


def test_a_module_of_unknown_parameters_is_refused(tmp_path: Path) -> None:
    path = raw(tmp_path / "m", "return [], []", "t_call = {}\n")
    text = Path(f"{path}.py").read_text().replace("task_id, S, I, C, log_path", "grid, more")
    Path(f"{path}.py").write_text(text)
    with pytest.raises(BatteryError, match=r"some of these was expected, not batt\(grid, more\)"):
        go_module(tmp_path / "out", path, ids=MIRROR)


def test_a_module_that_gives_nothing_says_why_and_fails(tmp_path: Path) -> None:
    body = "return [(1, False, 'a', Pair(False, None))], []"
    path = raw(tmp_path / "m", body, "t_call = {1: 'mirror, I'}\n", WRAPPED)
    out = tmp_path / "out"
    done = command("run", "--data", TASKS, "--ids", MIRROR, "-b", path, "--trust-module", "--out", out)
    assert done.returncode == 1, done.stderr
    assert "NO OUTPUT: none of the programs gave a grid on any sample" in done.stdout
    assert "t1 a: error: the module marked the value as failed" in done.stdout
