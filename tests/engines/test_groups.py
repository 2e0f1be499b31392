"""Control groups: what they end, how they are cleared away, and that outcomes are the same without them."""

from __future__ import annotations

import mmap
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kaggle_batt.engines import Limits, Outcome
from kaggle_batt.engines.process import ProcessEngine
from kaggle_batt.engines.workers import groups
from kaggle_batt.engines.workers.groups import NO_GROUP, Group, make_group

MB = 1 << 20
LIMITS = Limits(cpu=1e9, wall=60.0, memory=64 * MB)
EXCEEDED = rf"exceeded the memory limit of {64 * MB} bytes: used \d+ with children, shared maps"


@pytest.fixture
def folder() -> Path:
    """The folder of this process's control group, where groups can be made below it."""
    try:
        found, _ = groups.usable_folder()
        probe = found / f"kaggle_batt_test_{os.getpid()}"
        probe.mkdir()
        probe.rmdir()
    except (OSError, ValueError, KeyError) as error:
        pytest.skip(f"no control group can be made here: {error!r}")
    return found


def group_of_job() -> str:
    """Within a job: the name of its worker's group, once there is one."""
    until = time.monotonic() + 30
    while not (found := re.search(r"kaggle_batt-[\d-]+", groups.OWN.read_text())):
        assert time.monotonic() < until
        time.sleep(0.01)
    return found[0]


@pytest.fixture
def shared_files() -> Iterator[Callable[[], None]]:
    """Writes 600 MB of files in memory, each of them closed again."""
    mark = f"kaggle_batt_test_{os.getpid()}_"

    def write() -> None:
        for number in range(20):
            Path(f"/dev/shm/{mark}{number}").write_bytes(bytes(30 * MB))

    yield write
    for path in Path("/dev/shm").glob(f"{mark}*"):
        path.unlink()


def test_files_that_no_process_holds(folder: Path, shared_files: Callable[[], None], tmp_path: Path) -> None:
    """They are counted by nothing but the group; the outcome reads as that of any job over the limit."""

    def job(number: int) -> bytes:
        if number == 3:
            (tmp_path / "name").write_text(group_of_job())
            shared_files()
        return b"here"

    outcomes = ProcessEngine(2).run(job, range(8), LIMITS)
    assert [outcome.kind for outcome in outcomes] == ["ok"] * 3 + ["memory"] + ["ok"] * 4
    assert re.fullmatch(EXCEEDED, outcomes[3].detail) and outcomes[3].certain
    assert not (folder / (tmp_path / "name").read_text()).exists()


def sized(number: int) -> bytes:
    """A job that takes 56 MB for a while or 90 until it is ended, private or shared, alone or in children."""
    size, how = (56 if number % 2 else 90) * MB, number // 2
    if how == 0:
        held: bytearray | mmap.mmap = bytearray(size)
    else:
        held = mmap.mmap(-1, size)
        for at in range(0, size, MB):
            held[at : at + MB] = bytes(MB)
            if how == 2 and at % (30 * MB) == 0 and os.fork() == 0:
                time.sleep(0.3)
                os._exit(len(held) and 0)
    time.sleep(0.35 if number % 2 else 1000)
    return str(len(held)).encode()


def test_outcomes_are_the_same_without_groups(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds, values and texts, but for the number of bytes."""

    def shown(outcomes: list[Outcome]) -> list[tuple[str, bytes, str]]:
        return [(one.kind, one.value, re.sub(r"used \d+", "used", one.detail)) for one in outcomes]

    grouped = shown(ProcessEngine(2).run(sized, range(6), LIMITS))
    assert [kind for kind, _, _ in grouped] == ["memory", "ok"] * 3
    monkeypatch.setattr(groups, "OWN", folder / "missing")
    assert shown(ProcessEngine(2).run(sized, range(6), LIMITS)) == grouped


def test_a_killed_supervisor_leaves_no_group(folder: Path, tmp_path: Path) -> None:
    """The watchdog removes what it made."""
    names = tmp_path / "names"

    def job(number: int) -> bytes:
        first = not names.exists()
        with names.open("a") as file:
            file.write(f"{group_of_job()}\n")
        if first:
            os.kill(os.getppid(), signal.SIGKILL)
        return b"here"

    assert [outcome.value for outcome in ProcessEngine(1).run(job, range(2), LIMITS)] == [b"here"] * 2
    found = {line.rpartition("-")[0]: folder / line for line in names.read_text().splitlines()}
    assert len(found) >= 2, "each supervisor has its own"
    assert not [path for path in found.values() if path.exists()]


def test_groups_of_dead_runs_are_swept(folder: Path) -> None:
    """With the processes in them; those of living runs stay."""
    owner, orphan = [subprocess.Popen(["sleep", "1000"]) for _ in range(2)]
    dead, living = folder / f"{groups.run_name(owner.pid)}-1", folder / f"{groups.run_name(os.getpid())}-1"
    try:
        dead.mkdir()
        living.mkdir()
        (dead / "cgroup.procs").write_text(str(orphan.pid))
        groups.sweep()
        assert dead.exists() and orphan.poll() is None
        owner.kill()
        owner.wait()
        groups.sweep()
        assert orphan.wait(30) == -signal.SIGKILL
        groups.sweep()
        assert not dead.exists() and living.exists()
    finally:
        for process in (owner, orphan):
            process.kill()
            process.wait()
        for path in (dead, living):
            if path.exists():
                path.rmdir()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders and files like those of version 2; the group of this process is `a/b`."""
    own = tmp_path / "a" / "b"
    own.mkdir(parents=True)
    (own / "cgroup.procs").write_text(f"1\n{os.getpid()}\n")
    (own / "cgroup.subtree_control").write_text("cpu\n")
    (tmp_path / "own").write_text("0::/a/b\n")
    monkeypatch.setattr(groups, "ROOT", tmp_path)
    monkeypatch.setattr(groups, "OWN", tmp_path / "own")
    return own


#: an id that no process has
NOBODY = 1 << 22


def test_version_2(tree: Path) -> None:
    """The files that are written, and how a kill for the group's own limit reads."""
    group = make_group(NOBODY, 400 * MB, 10 * MB)
    assert group.path == tree / f"{groups.run_name(os.getpid())}-{NOBODY}"
    assert (tree / "cgroup.subtree_control").read_text() == "+memory"
    limit = 574 * MB
    written = {path.name: path.read_text() for path in group.path.iterdir()}
    assert written == {
        "memory.max": str(limit),
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "cgroup.procs": str(NOBODY),
    }
    assert group.killed() == 0
    for hits, kills, killed in ((0, 1, 0), (3, 0, 0), (3, 1, limit)):
        (group.path / "memory.events").write_text(f"low 0\nmax 3\noom {hits}\noom_kill {kills}\n")
        assert group.killed() == killed


@pytest.mark.parametrize(("most", "kills", "killed"), [(99, 1, 0), (208, 0, 0), (207, 1, 208), (208, 1, 208)])
def test_version_1(tmp_path: Path, most: int, kills: int, killed: int) -> None:
    """A kill counts where the group was full, but for a huge page."""
    (tmp_path / "memory.oom_control").write_text(f"oom_kill_disable 0\nunder_oom 0\noom_kill {kills}\n")
    (tmp_path / "memory.max_usage_in_bytes").write_text(f"{most * MB}\n")
    assert Group(tmp_path, 208 * MB, False).killed() == killed * MB


@pytest.mark.parametrize(
    "fault", ["version 1 without hierarchy", "of another container", "no controller", "none"]
)
def test_where_no_group_can_be_made(tree: Path, fault: str) -> None:
    """Nothing is left of the attempt."""
    if fault == "version 1 without hierarchy":
        groups.OWN.write_text("4:memory:/x\n1:name=systemd:/\n0::/\n")
        tree = groups.ROOT / "memory" / "x"
        tree.mkdir(parents=True)
        (tree / "memory.use_hierarchy").write_text("0\n")
    elif fault == "of another container":
        (tree / "cgroup.procs").write_text("1\n")
    elif fault == "no controller":
        (tree / "cgroup.subtree_control").unlink()
        (tree / "cgroup.subtree_control").mkdir()  # the kernel refuses it, too
    else:
        groups.OWN.write_text("")
    before = sorted(tree.iterdir())
    assert make_group(NOBODY, 400 * MB, 10 * MB) is NO_GROUP
    assert sorted(tree.iterdir()) == before
