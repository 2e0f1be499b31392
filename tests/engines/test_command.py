"""An outer limit ends a command with everything that it started."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from kaggle_batt.engines.command import Command
from kaggle_batt.engines.workers.system import descendants
from tests.engines.engine_processes import process

#: a child in a session of its own, as a notebook's kernel is, which writes down its number and stays
FAMILY = """
import os, subprocess, sys, time
child = [sys.executable, "-c", "import os, time; open('child', 'w').write(str(os.getpid())); time.sleep(60)"]
subprocess.Popen(child, start_new_session=True).wait()
"""


def test_a_command_that_ends_gives_its_status_and_its_output(tmp_path: Path) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    ended = Command([sys.executable, "-c", code], log=tmp_path / "log", timeout=60).wait()
    assert ended.status == 3 and 0 < ended.seconds < 60
    assert sorted((tmp_path / "log").read_text().split()) == ["err", "out"]


def test_a_signal_is_a_negative_status(tmp_path: Path) -> None:
    code = "import os; os.kill(os.getpid(), 9)"
    assert Command([sys.executable, "-c", code], log=tmp_path / "log", timeout=60).wait().status == -9


def test_standard_input_is_empty(tmp_path: Path) -> None:
    assert Command([sys.executable, "-c", "input()"], log=tmp_path / "log", timeout=60).wait().status == 1


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to read processes from")
def test_the_limit_ends_children_in_other_sessions_too(tmp_path: Path) -> None:
    for limit in (0.4, 3, 20):  # on a machine that is busy the child may start later
        command = Command([sys.executable, "-c", FAMILY], log=tmp_path / "log", timeout=limit, cwd=tmp_path)
        ended = command.wait()
        if (tmp_path / "child").exists() and (tmp_path / "child").read_text():
            break
    child = int((tmp_path / "child").read_text())
    assert ended.status is None and limit <= ended.seconds < 30
    deadline = time.monotonic() + 10
    while process(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert process(child) is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to read processes from")
def test_descendants_are_all_generations(tmp_path: Path) -> None:
    command = Command([sys.executable, "-c", FAMILY], log=tmp_path / "log", timeout=60, cwd=tmp_path)
    try:
        deadline = time.monotonic() + 30
        while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert int((tmp_path / "child").read_text()) in descendants(command.pid)
    finally:
        command.kill()
    assert descendants(command.pid) == []
