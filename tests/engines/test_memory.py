"""The memory limit holds for what a job takes beside its private memory, too; others keep their results."""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Callable

import pytest

from kaggle_batt.engines import Limits
from kaggle_batt.engines.process import ProcessEngine
from kaggle_batt.engines.workers import system

MB = 1 << 20
LIMITS = Limits(cpu=1e9, wall=60.0, memory=64 * MB)


def fill(file: mmap.mmap | int, size: int) -> None:
    """Write so many bytes, some at a time."""
    for at in range(0, size, 4 * MB):
        if isinstance(file, int):
            os.write(file, bytes(4 * MB))
        else:
            file[at : at + 4 * MB] = bytes(4 * MB)


def shared_map() -> mmap.mmap:
    held = mmap.mmap(-1, 90 * MB)
    fill(held, 88 * MB)
    return held


def files_in_memory() -> None:
    for number in range(3):
        fill(os.memfd_create(str(number)), 30 * MB)


def mapped_files() -> list[mmap.mmap]:
    kept = []
    for number in range(3):
        file = os.memfd_create(str(number))
        os.truncate(file, 30 * MB)
        kept.append(mmap.mmap(file, 30 * MB))
        fill(kept[-1], 28 * MB)
    return kept


def children() -> None:
    for _ in range(3):
        if os.fork() == 0:
            held = bytearray(40 * MB)
            time.sleep(1000)
            os._exit(len(held) and 0)


@pytest.mark.parametrize("act", [shared_map, files_in_memory, mapped_files, children])
def test_memory_that_the_kernels_limit_does_not_count(act: Callable[[], object]) -> None:
    """The job is ended with kind "memory" as soon as it is seen; the others keep their results."""

    def job(number: int) -> bytes:
        if number == 3:
            held = act()
            time.sleep(1000)
            del held
        return b"here"

    began = time.monotonic()
    outcomes = ProcessEngine(2).run(job, range(8), LIMITS)
    assert [outcome.kind for outcome in outcomes] == ["ok"] * 3 + ["memory"] + ["ok"] * 4
    assert f"exceeded the memory limit of {64 * MB} bytes: used " in outcomes[3].detail
    assert time.monotonic() - began < 15


def test_one_file_in_memory() -> None:
    """A file in memory can't grow beyond the limit, however fast it is written."""

    def job(number: int) -> bytes:
        file = os.memfd_create("file")
        os.truncate(file, (65 if number else 60) * MB)
        return str(os.fstat(file).st_size).encode()

    small, large = ProcessEngine(1).run(job, range(2), LIMITS)
    assert small.value == str(60 * MB).encode()
    assert large.kind == "error" and "File too large" in large.detail


def test_pages_that_are_shared_count_once() -> None:
    """A job's children share what it held, and what the caller held costs nothing."""
    held = bytearray(b"x" * (100 * MB))

    def job(_: int) -> bytes:
        mine = bytearray(b"y" * (25 * MB))
        for _ in range(4):
            if os.fork() == 0:
                time.sleep(0.6)
                os._exit(len(mine) and 0)
        time.sleep(0.5)
        return str(len(mine) + len(held)).encode()

    outcomes = ProcessEngine(1).run(job, range(2), LIMITS)
    assert [outcome.kind for outcome in outcomes] == ["ok"] * 2


def test_an_ended_child_leaves_shared_pages_counted_once() -> None:
    held = bytearray(b"x" * (50 * MB))
    awaited, end = os.pipe()
    if not (living := system.fork()):
        os._exit(len(os.read(awaited, 1)))
    if not (ended := system.fork()):
        os._exit(0)
    os.waitid(os.P_PID, ended, os.WEXITED | os.WNOWAIT)
    limit = system.resident(os.getpid()) + system.resident(living) - len(held) // 2
    used = system.memory_above([os.getpid(), living, ended], 0, limit)
    os.write(end, b"x")
    assert [os.waitpid(pid, 0)[0] for pid in (living, ended)] == [living, ended]
    assert used == 0


def test_the_cpu_time_of_children_counts() -> None:
    """A job can't pass its CPU limit by computing in children."""

    def job(number: int) -> bytes:
        if number == 1 and os.fork() == 0:
            sum(range(10**12))
        time.sleep(1000 if number == 1 else 0)
        return b"here"

    outcomes = ProcessEngine(1).run(job, range(3), Limits(cpu=0.4, wall=60.0))
    assert [outcome.kind for outcome in outcomes] == ["ok", "time", "ok"]
    assert "exceeded the CPU limit of 0.4 s" in outcomes[1].detail
