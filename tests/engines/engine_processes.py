"""Processes that a run started, found in /proc or written down by its jobs, for the tests of the engines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """A process by its id and the time of its start, since ids are used again."""

    pid: int
    parent: int
    start: int


def process(pid: int) -> Process | None:
    """The process with this id, None if it is gone or waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else Process(pid, int(fields[1]), int(fields[19]))


def note(notes: str, pid: int) -> None:
    """Write down a process that the job has started."""
    if found := process(pid):
        with open(notes, "a") as file:
            file.write(f"{found.pid} {found.start}\n")


def noted(notes: Path) -> set[tuple[int, int]]:
    """Id and start of the processes that jobs have written down."""
    lines = notes.read_text().splitlines(keepends=True) if notes.exists() else []
    pairs = [line.split() for line in lines if line.endswith("\n")]
    return {(int(pid), int(start)) for pid, start in pairs}


def descendants(pid: int) -> set[tuple[int, int]]:
    """Id and start of the processes below `pid`, found by reading /proc."""
    there = [found for name in os.listdir("/proc") if name.isdigit() and (found := process(int(name)))]
    family = {pid}
    while grown := {one.pid for one in there if one.parent in family} - family:
        family |= grown
    return {(one.pid, one.start) for one in there if one.pid in family - {pid}}


def alive(one: tuple[int, int]) -> bool:
    """Whether the process is still there."""
    found = process(one[0])
    return found is not None and found.start == one[1]
