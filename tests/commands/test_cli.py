"""The command line: what it prints, its exit status, and one line for every mistake of the user's."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kaggle_batt import __version__
from kaggle_batt.commands.main import main
from kaggle_batt.params import OPTIONS
from kaggle_batt.programs.battery_file import load_battery
from tests.runs import BATTERY, ROOT, TASKS, command, environment, options, record_of

ONE = [
    "run",
    "--data",
    str(TASKS),
    "-b",
    str(BATTERY),
    "-i",
    "007bbfb7",
    "--engine",
    "serial",
    "--no-progress",
]


def status_of(arguments: list[str]) -> int:
    """The exit status of a command, whether it is returned or raised."""
    try:
        return main(arguments)
    except SystemExit as ending:
        assert isinstance(ending.code, int)
        return ending.code


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Files that a user may name by mistake."""
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    whole = BATTERY.read_text()
    contents = {
        "torn": whole[: len(whole) // 2],
        "prose": "hello world\n",
        "code": "import os\n\ndef solve_x(I):\n    return os.system(I)\n",
        "differ": "def differ_x(S, I, C):\n    x1 = height(I)\n    O = astuple(x1, x1)\n    return O\n",
        "badtask": '{"train": [{"input": [[1, 2], [3]], "output": [[1]]}], "test": [{"input": [[1]]}]}',
        "nojson": '{"train": ',
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    others = ("file", "empty", "binary", "dangling", "pipe", "out")
    named = {name: str(tmp_path / name) for name in (*contents, *others)}
    return {**named, "long": "x" * 300, "tasks": str(TASKS), "battery": str(BATTERY)}


MISTAKES = [
    "",
    "nonsense",
    "run --nonsense",
    "run -i",
    "run -t",
    "run nonsense",
    "run --data {tasks} -b {battery} -i nonsense -o {out}",
    "run --data {tasks} -b {battery} -i 007bbfb7 -s 1 -o {out}",
    "run --data {tasks} -b {battery} -s 999 -o {out}",
    "run --data {tasks} -b {battery} -s -2 -o {out}",
    "run --data {tasks} -b {battery} -s x -o {out}",
    "run --data {tasks} -b {battery} -c 0 -o {out}",
    "run --data {tasks} -b {battery} -t 0 -o {out}",
    "run --data {tasks} -b {battery} -t nan -o {out}",
    "run --data {tasks} -b {battery} -t soon -o {out}",
    "run --data {tasks} -b {out}/missing -o {out}",
    "run --data {tasks} -b {empty} -o {out}",
    "run --data {out}/missing -b {battery} -o {out}",
    "run --data {tasks} -b {battery} --split nonsense -o {out}",
    "run --data {tasks} -b {battery} --engine nonsense -o {out}",
    "run --data {tasks} -b {battery} --compare nonsense -o {out}",
    "run --data {tasks} -b {battery} --workers -1 -o {out}",
    "run --data {tasks} -b {battery} --workers 99999 -o {out}",
    "run --data {tasks} -b {battery} --memory 0 -o {out}",
    "run --data {tasks} -b {battery} --time-budget -5 -o {out}",
    "run --data {tasks} -b {battery} --resume perhaps -o {out}",
    "run --data {tasks} -b {battery} -o {file}",
    "generate library",
    "generate {out}/missing -o {out}",
    "compare {out}",
    "compare {out} {out}",
    "compare {empty} {empty}",
    "run --data {tasks} -b {battery} -t inf -o {out}",
    "run --data {tasks} -b {battery} -o {dangling}",
    "run --data {long} -b {battery} -o {out}",
    "run --data {tasks} -b {long} -o {out}",
    "run --data {tasks} -b {battery} -o {long}",
    "run --data {tasks} -b {battery} -o {tasks}",
    "compare {long} {empty}",
    "generate {long} -o {out}",
    "generate library -o {long}",
    "generate library -o {pipe}",
    "generate library -o {empty}",
    "generate library -o {out} --only-mutants",
    "generate library -o {out} --seed 5",
    "generate library -o {out} --first 0",
    "generate , -o {out}",
    "bundle --owner ann --out {file}",
    "bundle --owner ann --out {dangling}",
    "bundle --owner ann --out {long}",
    "bundle --owner ann --out {out} --competition not/a/slug",
    "bundle --owner ann --out {out} --source {long}",
    "rehearse {long}",
    "rehearse {empty} --keep {long}",
    "rehearse {empty} --wall inf",
    "batch {long} -o {out}",
    "batch --grid seed=1 -o {long}",
    "batch --grid seed=1 -o {out} --notebook {long}",
    "batch --grid seed=1 -o {out} --timeout inf",
    "batch --grid seed=1 --grid seed=2 -o {out}",
    "tasks {long}",
    "tasks {tasks} --export {long}",
    "tasks {tasks} --export {file}",
    "tasks {tasks} --show 007bbfb7 --picture {long}",
]
FAILURES = [
    "run --data {empty} -b {battery} -o {out}",
    "run --data {badtask} -b {battery} -o {out}",
    "run --data {nojson} -b {battery} -o {out}",
    "run --data {tasks} -b {torn} -o {out}",
    "run --data {tasks} -b {prose} -o {out}",
    "run --data {tasks} -b {code} -o {out}",
    "run --data {tasks} -b {binary} -o {out}",
    "run --data {tasks} -b {differ} -o {out}",
    "run --data {tasks} -b {battery} -o {file}/below",
    "compare {badtask} {badtask}",
    "compare {nojson} {nojson}",
]


@pytest.mark.parametrize(
    ("line", "status"), [*[(line, 2) for line in MISTAKES], *[(line, 1) for line in FAILURES]]
)
def test_trouble_is_reported_in_one_line(
    line: str, status: int, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """2 for a wrong argument, 1 for what could not be done; nothing but a first submission is written."""
    assert status_of([word.format(**places) for word in line.split()]) == status
    reported = capsys.readouterr()
    assert reported.out == ""
    assert re.fullmatch(r"kaggle_batt[ a-z]*: \S.*\n", reported.err), reported.err
    out = Path(places["out"])
    written = {path.name for path in out.iterdir()} if out.exists() else set()
    assert written in (set(), {"submission.json", "journal.jsonl"})


def test_a_refused_run_leaves_an_earlier_one_alone(tmp_path: Path) -> None:
    """Files, record and submission stay as they were, whatever is wrong with the new arguments."""
    assert main([*ONE, "-o", str(tmp_path)]) == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert main([*ONE, "-o", str(tmp_path), "-b", "missing"]) == 2
    assert main([*ONE, "-o", str(tmp_path), "--seed", "5", "--resume"]) == 1
    assert main([*ONE, "-o", str(tmp_path), "-i", "67a3c6ac", "--resume"]) == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_letters_of_the_older_tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """-i, -b, -t and -o; --timing shows the older keys."""
    assert main([*ONE, "-t", "5", "-o", str(tmp_path), "--timing"]) == 0
    shown = capsys.readouterr().out
    for key in ("run_batt.check_batt", "run_batt.phase4_demo_parallel", "main.run_batt"):
        assert key in shown
    record = record_of(tmp_path)
    assert record["params"]["timeout"] == 5.0
    assert list(record["tasks"]) == ["007bbfb7"]


def test_start_and_count(tmp_path: Path) -> None:
    """-s and -c choose by place; several ids come behind one -i, or with commas."""
    run = ["run", "--data", str(TASKS), "-b", str(BATTERY), "--engine", "serial", "-o", str(tmp_path)]
    assert main([*run, "-s", "1", "-c", "2"]) == 0
    assert list(record_of(tmp_path)["tasks"]) == ["1cf80156", "23b5c85d"]
    assert main([*run, "-s", "9", "-c", "5"]) == 0
    assert list(record_of(tmp_path)["tasks"]) == ["d511f180"]
    assert main([*run, "-i", "67a3c6ac", "007bbfb7,d511f180"]) == 0
    assert sorted(record_of(tmp_path)["tasks"]) == ["007bbfb7", "67a3c6ac", "d511f180"]


def test_the_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Candidates before and after the filter, what is the same, the score, and where the files are."""
    assert main(options(tmp_path, ids="007bbfb7")) == 0
    shown = capsys.readouterr().out
    assert re.search(r"candidates: \d+ answers .*, \d+ distinct programs, .* of 42 distinct programs", shown)
    assert "the same program: solve_007bbfb7, twin" in shown
    assert "1 of 1 known test outputs right" in shown
    assert str(tmp_path) in shown


def test_a_comparison_prints_its_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the run itself, and as a command on two folders."""
    assert main([*ONE, "-o", str(tmp_path), "--compare", "thread", "--timing"]) == 0
    assert "EQUAL: serial and thread gave the same" in capsys.readouterr().out
    assert main(["compare", str(tmp_path), str(tmp_path / "compared_thread")]) == 0
    record = record_of(tmp_path)
    record["candidates"]["before"] = 0
    (tmp_path / "run.json").write_text(json.dumps(record))
    capsys.readouterr()
    assert main(["compare", str(tmp_path), str(tmp_path / "compared_thread")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "  candidates / before: 0 ≠ 174"


def test_auto_says_if_there_is_no_second_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As with the serial engine; without --compare nothing is said."""
    for given, said in (["--compare", "auto"], True), ([], False):
        assert main([*ONE, "-o", str(tmp_path), "--engine", "serial", *given]) == 0
        assert ("no second run (compare: " in capsys.readouterr().out) == said


def test_a_run_s_folder_is_a_battery(tmp_path: Path) -> None:
    """What a run kept runs again, and is a source of `generate`."""
    assert main([*ONE, "-o", str(tmp_path / "a")]) == 0
    kept = sorted([path.stem for path in (tmp_path / "a" / "solver_md5").iterdir()])
    assert main([*ONE, "-b", str(tmp_path / "a"), "-o", str(tmp_path / "b")]) == 0
    assert record_of(tmp_path / "a")["tasks"].keys() == record_of(tmp_path / "b")["tasks"].keys()
    assert main(["generate", str(tmp_path / "a"), "-o", str(tmp_path / "c.txt")]) == 0
    assert sorted([entry.name for entry in load_battery(tmp_path / "c.txt").entries]) == kept


def test_generate_reads_a_search_and_files_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What only a search reads is refused without one."""
    (tmp_path / "a.py").write_text("def solve_a(I):\n    return rot90(I)\n")
    options = ["-o", str(tmp_path / "b.txt"), "--data", str(TASKS), "-i", "007bbfb7"]
    sources = ["generate", str(tmp_path / "a.py"), "search"]
    assert main([*sources, *options, "--search", "100", "--mutants", "3", "--engine", "serial"]) == 0
    entries = load_battery(tmp_path / "b.txt").entries
    assert [entry.name for entry in entries if entry.source == "a.py" and not entry.mutated] == ["solve_a"]
    assert [entry.task for entry in entries if entry.source == "search"] and entries[-1].mutated
    assert main([*sources[:2], *options]) == 2
    assert main([*sources[:2], "-o", options[1], "--search", "9"]) == 2
    errors = capsys.readouterr().err
    for name in ("data", "search"):
        assert f"{name}: only a search reads it; add the source `search`\n" in errors


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("run", "interrupted; --resume continues from what was done"),
        ("batch", "interrupted; the runs that ended are in the folder, --resume continues"),
        ("generate", "interrupted"),
    ],
)
def test_an_interrupt_says_what_is_kept(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"kaggle_batt.commands.{name}.main", interrupted)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert main([name, "-o", "x"]) == 130
    assert capsys.readouterr().err == f"kaggle_batt: {said}\n"


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """With what it means; the letters too."""
    assert status_of(["run", "--help"]) == 0
    shown = capsys.readouterr().out
    for name in OPTIONS:
        assert f"--{name.replace('_', '-')}" in shown
    for letter in ("-i", "-s", "-c", "-t", "-b", "-o", "--timing"):
        assert re.search(rf"^  {letter}[ ,]", shown, re.M), letter
    assert status_of(["--help"]) == 0
    assert "compare" in capsys.readouterr().out
    assert status_of(["--version"]) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


def test_as_a_process(tmp_path: Path) -> None:
    """Exit status and streams are those of the function; nothing is printed beside."""
    done = command(*ONE, "-o", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("battery: 32 solvers")
    done = command(*ONE, "-o", tmp_path, "-t", "x")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "kaggle_batt: timeout: a number was expected, not 'x'\n"


def test_a_tilde_is_the_home_folder_in_every_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the shell leaves it alone, as in `--out=~/x`; no folder of that name is made."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    battery, tasks = shutil.copy(BATTERY, tmp_path / "b.txt"), shutil.copytree(TASKS, home / "tasks")
    run = ["run", "--data=~/tasks", f"-b={battery}", "-i", "007bbfb7", "--engine=serial", "--no-progress"]
    assert main([*run, "--out=~/run"]) == 0
    assert main(["compare", "~/run", str(home / "run")]) == 0
    assert main(["generate", "~/run", "--out=~/battery.txt"]) == 0
    assert main(["tasks", "~/tasks", "--export=~/exported"]) == 0
    assert main(["tasks", str(tasks), "--show=007bbfb7", "--picture=~/task.svg"]) == 0
    made = ("run", "battery.txt", "exported", "task.svg")
    assert all([(home / name).exists() for name in made]) and not any(Path().iterdir())


def test_a_full_disk_behind_the_output_is_no_traceback(tmp_path: Path) -> None:
    """The work is done, the exit status says that its report was lost."""
    arguments = [*ONE, "-o", str(tmp_path / "run")]
    for call in (arguments, ["tasks", str(TASKS)]):
        line = shlex.join([sys.executable, "-m", "kaggle_batt", *call])
        done = subprocess.run(
            f"{line} > /dev/full", shell=True, cwd=ROOT, env=environment(), capture_output=True, timeout=60
        )
        assert (done.returncode, done.stderr.count(b"\n")) == (1, 1), done.stderr
        assert b"No space left on device" in done.stderr
    assert record_of(tmp_path / "run")["status"] == "done"
    line = shlex.join([sys.executable, "-m", "kaggle_batt", *ONE, "-o", str(BATTERY)])
    for unbuffered in ("", "1"):
        env = {**environment(), "PYTHONUNBUFFERED": unbuffered}
        assert subprocess.run(f"{line} 2> /dev/full", shell=True, cwd=ROOT, env=env).returncode == 2


def test_output_that_nobody_reads_is_no_traceback(tmp_path: Path) -> None:
    """`… | head -1`: the reader goes away early."""
    call = [sys.executable, "-m", "kaggle_batt", *ONE, "-o", str(tmp_path)]
    process = subprocess.Popen(
        call, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_trouble(tmp_path: Path, closed: str) -> None:
    """A run under a service that closes them does its work, and prints into none of its files."""
    arguments = options(tmp_path, ids="9172f3a0", engine="process")
    call = shlex.join([sys.executable, "-m", "kaggle_batt", *arguments])
    subprocess.run(f"{call} {closed}", shell=True, cwd=ROOT, env=environment(), timeout=60, check=True)
    assert record_of(tmp_path)["status"] == "done"
    assert b"jobs" not in (tmp_path / "journal.jsonl").read_bytes()


def test_a_terminal_without_our_signs_is_no_traceback(tmp_path: Path) -> None:
    """An encoding that lacks a sign gets another one."""
    for name, seed in (("a", "0"), ("b", "1")):
        assert main([*ONE, "-o", str(tmp_path / name), "--seed", seed]) == 0
    done = command("compare", tmp_path / "a", tmp_path / "b", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (1, "")
    assert "params / seed: 0 ? 1" in done.stdout


def test_an_interrupt_while_it_starts_is_no_traceback() -> None:
    """Ctrl-C before the first line of a run."""
    code = (
        "import os, runpy, signal, sys\n"
        "sys.argv = ['kaggle_batt', 'run']\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'kaggle_batt.api': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "runpy.run_module('kaggle_batt', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("module", ["kaggle_batt.commands.main", "kaggle_batt.api"])
def test_an_interrupt_in_code_made_of_text_has_its_status(tmp_path: Path, module: str) -> None:
    """Dataclasses are made so while modules are imported; Python would end by the signal in the end."""
    code = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: exec('os.kill(os.getpid(), signal.SIGINT)')\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    (tmp_path / "sitecustomize.py").write_text(code)
    given = {**environment(), "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    call = [sys.executable, "-m", "kaggle_batt", "run"]
    done = subprocess.run(call, cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr.count("\n") <= 1) == (130, True), done


ESCAPE = "\x1b]0;title\x07\x1b[31m\u202e"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--data", str(TASKS), "-b", f"{ESCAPE}.py"],
        ["run", "--data", str(TASKS), "-b", str(BATTERY), "-i", ESCAPE],
        ["run", f"--{ESCAPE}"],
        [ESCAPE],
        ["compare", ESCAPE, ESCAPE],
        ["tasks", ESCAPE],
        ["bundle", "--owner", ESCAPE],
    ],
)
def test_no_message_steers_the_terminal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters and marks of direction are shown as escapes."""
    assert status_of(arguments) in (1, 2)
    printed = "".join(capsys.readouterr())
    assert printed.replace("\n", "").isprintable(), printed


def test_no_name_steers_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor does a name in a run's folder or record."""
    out = tmp_path / ESCAPE
    assert main([*ONE, "-o", str(out)]) == 0
    record = record_of(out)
    for program in record["tasks"]["007bbfb7"]["programs"].values():
        program["name"] = ESCAPE
    other = tmp_path / "other"
    other.mkdir()
    (other / "run.json").write_text(json.dumps(record))
    main(["compare", str(out), str(other)])
    assert main(["links", str(out)]) == 0
    task = tmp_path / f"{ESCAPE}.json"
    task.write_bytes((TASKS / "007bbfb7.json").read_bytes())
    assert main(["tasks", str(task), "--show", ESCAPE]) == 0
    printed = "".join(capsys.readouterr())
    assert "title" in printed and printed.replace("\n", "").isprintable()
