"""Where programs come from: folders, files that use each other's functions, files with faults."""

from __future__ import annotations

import pytest

from kaggle_batt.api import run
from kaggle_batt.commands.main import main
from kaggle_batt.errors import BatteryError, ParameterError
from kaggle_batt.generate.candidates import entries_of
from kaggle_batt.params import checked
from kaggle_batt.report.summary import summary

HALVES = "def upper_part(grid):\n    x1 = tophalf(grid=grid)\n    return x1\n"
SOLVER = "from dsl import *\n\ndef solve_00576224(I):\n    O = vmirror(upper_part(I))\n    return O\n"


@pytest.fixture
def folder(tmp_path):
    """A folder of solver files beside the vocabulary's own."""
    (tmp_path / "solvers" / "more").mkdir(parents=True)
    (tmp_path / "solvers" / "dsl.py").write_text("def rot90(grid):\n    return tuple(zip(*grid[::-1]))\n")
    (tmp_path / "solvers" / "a.py").write_text("def solve(I):\n    return rot90(I)\n")
    (tmp_path / "solvers" / "007bbfb7.py").write_text("\ufeffx1 = rot180(I)\nO = trim(x1)\n")
    (tmp_path / "solvers" / "more" / "b.py").write_text(f"{SOLVER}\ndef solve_2(I):\n    return f(g(I))\n")
    (tmp_path / "words.py").write_text(HALVES)
    return tmp_path


def test_a_folder_of_solver_files(folder):
    entries, refused = entries_of(str(folder / "solvers"))[:2]
    assert [(entry.name, entry.task) for entry in entries] == [("007bbfb7", "007bbfb7"), ("a", None)]
    assert refused == {
        "b.py: solve_00576224": "line 4: 'upper_part' is neither set before nor in the language",
        "b.py: solve_2": "line 8: 'f', 'g' are neither set before nor in the language",
    }


def test_how_a_file_is_given_does_not_change_the_names_of_its_programs(folder, monkeypatch):
    monkeypatch.chdir(folder / "solvers")
    for source in ("a.py", "./a.py", " a.py", "a.py,", str(folder / "solvers" / "a.py")):
        assert [entry.name for entry in entries_of(source)[0]] == ["solve"], source
    assert [entry.name for entry in entries_of("library,a.py")[0]][-1] == "solve"
    assert [entry.name for entry in entries_of(".")[0]] == ["007bbfb7", "a"]


def test_files_that_are_not_read_for_their_names_are_noted(folder, tmp_path, capsys):
    (folder / "solvers" / "main.py").write_text("def solve(I):\n    return rot90(I)\n")
    (folder / "solvers" / "c.txt").write_text("def solve(I):\n    return rot180(I)\n")
    (folder / "solvers" / "__pycache__").mkdir()
    (folder / "solvers" / "__pycache__" / "a.pyc").touch()
    for number in range(9):
        (folder / "solvers" / "more" / f"p{number}.png").touch()
    names = "c.txt, dsl.py, main.py, p0.png, p1.png and 7 more"
    note = f"{folder}/solvers: not read for their names: {names} (give them by name to read them)"
    made = run({"battery": str(folder / "solvers"), "ids": "007bbfb7", "out": str(tmp_path / "run")})
    assert made.record["notes"] == [note] and note in summary(made)
    assert main(["generate", str(folder / "solvers"), "-o", str(tmp_path / "made.txt")]) == 0
    assert f"kaggle_batt: {note}\n" in capsys.readouterr().err


def test_a_file_of_definitions_beside_the_solvers(folder):
    entries, refused = entries_of(f"{folder}/words.py, {folder}/solvers")[:2]
    assert [entry.name for entry in entries] == ["007bbfb7", "a", "solve_00576224"]
    assert entries[2].program.text == (
        "def solve(I):\n    x1 = tophalf(I)\n    O = vmirror(x1)\n    return O\n"
    )
    assert list(refused) == ["b.py: solve_2"]


def test_files_keep_their_own_words(tmp_path):
    """A name means what its own file defines, else the language's word, else what one other file defines."""
    files = {
        "a": "N = 2\ndef helper(g): return vmirror(g)\ndef solve_a(I): return vupscale(helper(I), N)",
        "b": "N = 5\ndef helper(g): return rot90(g)\ndef solve_b(I): return vupscale(helper(I), N)",
        "c": "def trim(g): return rot90(g)\ndef solve_c(I): return trim(I)",
        "d": "def half(g): return tophalf(g)\ndef solve_d(I): return half(trim(I))",
        "e": "def solve_e(I): return half(half(I))",
        "f": "def solve_f(I): return helper(I)",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text.replace("def ", "\ndef "))
    entries, refused = entries_of(str(tmp_path))[:2]
    made = {entry.name: entry.program.evaluate(((1, 2), (3, 4), (5, 6), (7, 8))) for entry in entries[2:]}
    alone = [entries_of(str(tmp_path / f"{name}.py"))[0][0].program for name in "abc"]
    assert [entry.program for entry in entries[:3]] == alone and len(set(alone)) == 3
    assert made == {"solve_c": ((7, 5, 3, 1), (8, 6, 4, 2)), "solve_d": ((),), "solve_e": ((1, 2),)}
    assert refused == {
        "f.py: solve_f": "line 2: helper is defined in 2 other texts, which may mean unlike things: "
        "give one of them another name"
    }


def test_a_files_own_value_comes_before_the_languages(tmp_path):
    (tmp_path / "a.py").write_text("TWO = 5\ndef a(I):\n    return upscale(I, TWO)\n")
    (tmp_path / "b.py").write_text("def b(I):\n    return upscale(I, TWO)\n")
    own, language = [entry.program for entry in entries_of(str(tmp_path))[0]]
    assert "FIVE" in own.text and "TWO" in language.text


def test_a_name_defined_twice_in_one_file(tmp_path):
    """Functions that use it are refused, if its definitions are unlike."""
    lines = [
        "N = {}",
        "def h(g): return {}(g)",
        "def a{}(I): return upscale(I, N)",
        "def b{}(I): return h(I)",
    ]
    deep = f"trim({'-' * 2000}g)"
    for name, values in {"same": "22", "unlike": "23"}.items():
        words = ("rot90", "rot90" if name == "same" else "rot180")
        texts = ["\n".join(lines).format(*given) for given in zip(values, words, "12", "12", strict=True)]
        (tmp_path / f"{name}.py").write_text("\n".join(texts) + "\n")
    assert [one.name for one in entries_of(str(tmp_path / "same.py"))[0]] == ["a1", "b1", "a2", "b2"]
    refused = entries_of(str(tmp_path / "unlike.py"))[1]
    unlike = "is defined twice in one text, in unlike ways: give one of them another name"
    assert [*refused.values()] == [f"line {n}: {'h' if n in (4, 8) else 'N'} {unlike}" for n in (3, 4, 7, 8)]
    (tmp_path / "deep.py").write_text(f"def h(g): return {deep}\n" * 2 + "def c(I): return h(I)\n")
    with pytest.raises(BatteryError, match="no program was found"):
        entries_of(str(tmp_path / "deep.py"))


def test_programs_that_a_modules_run_kept_need_the_module(tmp_path):
    (tmp_path / "solver_md5").mkdir()
    (tmp_path / "solver_md5" / "1.py").write_text("def solve(I):\n    return vm(I)\n")
    with pytest.raises(
        BatteryError, match=r"'vm' is neither .*; programs that a module's run kept need it: give"
    ):
        entries_of(str(tmp_path))


def test_a_folder_of_runs_has_the_kept_programs_of_each_once(tmp_path):
    for run_name, body in (("one", "rot90(I)"), ("two", "rot180(I)")):
        kept = tmp_path / run_name / "solver_md5"
        kept.mkdir(parents=True)
        (kept / f"{run_name}.py").write_text(f"def solve(I):\n    O = {body}\n    return O\n")
        links = tmp_path / run_name / "solver_dir" / "solve_007bbfb7"
        links.mkdir(parents=True)
        (links / "1.py").symlink_to(kept / f"{run_name}.py")
        (links / "a").symlink_to(tmp_path, target_is_directory=True)
    assert [entry.name for entry in entries_of(str(tmp_path))[0]] == ["one", "two"]
    assert [entry.name for entry in entries_of(str(tmp_path / "two"))[0]] == ["two"]


def test_hidden_files_and_virtual_environments_in_a_folder_are_left_out(folder, tmp_path):
    for hidden in (".venv/lib", ".git/hooks", "env/lib", "."):
        (tmp_path / hidden).mkdir(parents=True, exist_ok=True)
        (tmp_path / hidden / ("._x.py" if hidden == "." else "x.py")).write_bytes(b"\0\xff")
    (tmp_path / "env" / "pyvenv.cfg").touch()
    (tmp_path / "folder.py").mkdir()
    entries, refused = entries_of(str(tmp_path))[:2]
    assert [entry.name for entry in entries] == ["007bbfb7", "a", "solve_00576224"]
    assert list(refused) == ["b.py: solve_2"]


def test_a_file_of_several_that_cannot_be_read_costs_only_itself(folder):
    (folder / "solvers" / "latin.py").write_bytes(b"# \xfcber\ndef solve(I):\n    return rot90(I)\n")
    entries, refused = entries_of(str(folder / "solvers"))[:2]
    assert [entry.name for entry in entries] == ["007bbfb7", "a"]
    assert refused[str(folder / "solvers" / "latin.py")] == "is not UTF-8 text"


def test_sources_that_hold_nothing(tmp_path):
    with pytest.raises(ParameterError, match="no file of programs"):
        entries_of(str(tmp_path))
    (tmp_path / "a.csv").write_text("name,program\na,rot90(I)\n")
    with pytest.raises(BatteryError, match=r"a\.csv: no program was found; expected functions, as `def"):
        entries_of(str(tmp_path / "a.csv"))
    with pytest.raises(ParameterError, match="it is no regular file or folder: '/dev/null'"):
        entries_of("/dev/null")
    with pytest.raises(ParameterError, match="there is no file 'none'"):
        entries_of("library,none")
    (tmp_path / "a.py").write_text("def a(I):\n return b(I)\n")
    with pytest.raises(BatteryError, match=r"a\.py: no program was found; .*; a\.py: a, line 2: 'b' is nei"):
        entries_of(str(tmp_path / "a.py"))


def test_programs_that_cannot_be_read_are_in_the_record_and_the_summary(folder, tmp_path):
    given = {"battery": str(folder / "solvers"), "ids": "00576224", "search": 0, "engine": "serial"}
    given |= {"data": "arcagi", "split": "evaluation", "out": str(tmp_path / "out")}
    done = run(checked(given))
    assert done.record["battery"]["solvers"] == 2
    assert list(done.record["rejected"]) == ["b.py: solve_00576224", "b.py: solve_2"]
    shown = summary(done)
    assert "rejected as they can't be read: 2" in shown
    assert "  b.py: solve_2: line 8: 'f', 'g' are neither set before nor in the language" in shown
    with pytest.raises(BatteryError, match=r"2 programs cannot be read; the first: b\.py: solve_00576224"):
        run(checked({**given, "strict": True}))
