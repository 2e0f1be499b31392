"""One interrupt ends a run within two seconds; neither it nor the death of the user's process leaves one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.engine_processes import alive, descendants, noted

ROOT = Path(__file__).parents[2]

PROGRAM = """
import os, sys, time
from kaggle_batt.engines import Limits, make_engine
from tests.engines.engine_faults import start_child, start_daemon

notes = {notes!r}

def job(number):
    if number >= 10:
        {start}
        {hang}
    return b"here"

def reported(outcome):
    print(outcome.index, flush=True)

def work():
    try:
        make_engine({engine!r}, 2).run(job, range(14), Limits(cpu=1e9, wall=1e9), on_outcome=reported)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        raise

if __name__ == "__main__":
    work()
"""

CHILDREN = "start_child(notes); start_daemon(notes)"
IN_C, WAITING = "sum(range(10**12))", "time.sleep(1000)"
IN_PYTHON = "any(time.sleep(0.01) for _ in range(10**6))"


class Program:
    """A process that runs an engine; its jobs 10 to 13 start processes and never end, others end at once."""

    def __init__(
        self,
        folder: Path,
        engine: str = "process",
        start: str = CHILDREN,
        hang: str = IN_C,
        before: str = ":",
    ) -> None:
        self.notes = folder / "pids"
        script = folder / "script.py"
        parts = {"engine": engine, "start": start, "hang": hang}
        script.write_text(PROGRAM.format(notes=str(self.notes), **parts))
        self.printed = folder / "printed"
        with open(self.printed, "w") as file:
            self.process = subprocess.Popen(
                ["sh", "-c", before + '; exec "$0" "$1"', sys.executable, script],
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )

    def wait_until_busy(self, started: int = 4) -> set[tuple[int, int]]:
        """All processes of the program, once jobs have started so many; two a job."""
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            if len(self.noted()) >= started and len(self.printed.read_text().split()) >= 10:
                return descendants(self.process.pid)
            time.sleep(0.01)
        raise AssertionError(f"the program did not start its jobs: {self.printed.read_text()}")

    def noted(self) -> set[tuple[int, int]]:
        """Processes that jobs started."""
        return noted(self.notes)

    def clear(self) -> None:
        """End whatever is left."""
        for one in filter(alive, self.noted()):
            os.kill(one[0], signal.SIGKILL)
        self.process.kill()
        self.process.wait()


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    """Programs to be ended after the test, whatever happens."""
    started: list[Program] = []
    yield started
    for program in started:
        program.clear()


def gone_after(processes: set[tuple[int, int]], patience: float) -> float:
    """Seconds until none of the processes is alive; AssertionError after `patience`."""
    began = time.monotonic()
    while left := set(filter(alive, processes)):
        assert time.monotonic() - began < patience, left
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.mark.parametrize("to_group", [False, True], ids=["process", "group"])
def test_one_interrupt_is_enough(programs: list[Program], tmp_path: Path, to_group: bool) -> None:
    """Sent to the process alone or, as a terminal does, to its group."""
    programs.append(program := Program(tmp_path))
    processes = program.wait_until_busy() | program.noted()
    (os.killpg if to_group else os.kill)(program.process.pid, signal.SIGINT)
    assert gone_after(processes, 10) < 2
    assert program.process.wait(2) != 0
    words = program.printed.read_text().split()
    assert {*map(str, range(10)), "interrupted"} <= set(words)
    assert words.count("interrupted") == 1


@pytest.mark.parametrize("engine", ["serial", "thread"])
def test_interrupt_of_engines_without_isolation(programs: list[Program], tmp_path: Path, engine: str) -> None:
    """Jobs that compute or wait in Python are ended, and the run with them."""
    programs.append(program := Program(tmp_path, engine, start="pass", hang=IN_PYTHON))
    program.wait_until_busy(0)
    time.sleep(0.2)
    began = time.monotonic()
    program.process.send_signal(signal.SIGINT)
    program.process.wait(timeout=10)
    assert time.monotonic() - began < 2
    assert "interrupted" in program.printed.read_text()


@pytest.mark.parametrize("engine", ["process", "serial"])
def test_a_program_that_is_started_with_sigint_ignored(
    programs: list[Program], tmp_path: Path, engine: str
) -> None:
    """As `nohup` or `&` in a script starts it: SIGINT stays ignored, SIGTERM ends it."""
    programs.append(program := Program(tmp_path, engine, hang=WAITING, before="trap '' INT"))
    processes = program.wait_until_busy(4 if engine == "process" else 2)
    os.killpg(program.process.pid, signal.SIGINT)
    time.sleep(0.3)
    assert program.process.poll() is None and "interrupted" not in program.printed.read_text()
    program.process.terminate()
    assert program.process.wait(10) == -signal.SIGTERM
    if engine == "process":
        gone_after(processes | program.noted(), 5)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
@pytest.mark.parametrize("hang", [IN_C, WAITING], ids=["busy", "waiting"])
def test_death_of_the_users_process(programs: list[Program], tmp_path: Path, number: int, hang: str) -> None:
    """Supervisor, workers, and what jobs started are gone soon after."""
    programs.append(program := Program(tmp_path, hang=hang))
    processes = program.wait_until_busy() | program.noted()
    os.kill(program.process.pid, number)
    program.process.wait()
    gone_after(processes, 5)


def test_stop_button_of_a_notebook(tmp_path: Path) -> None:
    """One interrupt of a real kernel ends the cell with KeyboardInterrupt and leaves no process."""
    manager_module = pytest.importorskip("jupyter_client.manager")
    pytest.importorskip("ipykernel")
    notes = tmp_path / "pids"
    code = PROGRAM.format(notes=str(notes), engine="process", start=CHILDREN, hang=IN_C)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)}
    manager, client = manager_module.start_new_kernel(kernel_name="python3", env=env)
    try:
        # By default a kernel refuses for a moment what comes after a failed cell.
        cell = client.execute(code, stop_on_error=False)
        until = time.monotonic() + 60
        while len(noted(notes)) < 4:
            assert time.monotonic() < until
            time.sleep(0.01)
        kernel = manager.provisioner.pid
        processes = descendants(kernel) | noted(notes)
        assert len(processes) >= 3 + 4
        manager.interrupt_kernel()
        assert gone_after(processes, 10) < 2
        assert answer_to(client, cell)["ename"] == "KeyboardInterrupt"
        assert not descendants(kernel)
        assert answer_to(client, client.execute("1 + 1"))["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def answer_to(client: Any, cell: str) -> dict[str, str]:
    """The reply to a cell."""
    while True:
        message = client.get_shell_msg(timeout=10)
        if message["parent_header"].get("msg_id") == cell:
            return message["content"]  # type: ignore[no-any-return]
