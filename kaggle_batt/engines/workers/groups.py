"""Control groups: the kernel bounds all that a worker and its children take, files in memory included.

A worker gets a group, where one can be made, once a job of it runs long. It ends what is too quick for the
supervisor's sums or unseen by them. Its limit is higher, as it counts inherited pages and kernel buffers.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kaggle_batt.engines.workers.system import descendants, fields_of

AFTER = 0.05  # seconds that a job runs before its worker gets a group: the first takes the kernel 20 ms
SPARE = 64 << 20  # bytes of a group's limit beside 5/4 of the job's and what the worker held at its start
HUGE = 4 << 20  # bytes, more than a huge page has
ROOT, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
NAME = "kaggle_batt"


class Group(NamedTuple):
    """The folder of a worker's control group, its limit in bytes, and whether it is of version 2."""

    path: Path
    limit: int
    unified: bool

    def enter(self, pid: int) -> None:
        """Set the limit, and put a process and its children into the group. OSError if that fails."""
        self.write("memory.max" if self.unified else "memory.limit_in_bytes", self.limit)
        more = {"memory.swap.max": 0, "memory.oom.group": 1}
        for name, value in (more if self.unified else {"memory.memsw.limit_in_bytes": self.limit}).items():
            with suppress(OSError):  # there is no swap
                self.write(name, value)
        self.write("cgroup.procs", pid)
        for child in descendants(pid):
            with suppress(OSError):  # it ended meanwhile
                self.write("cgroup.procs", child)

    def killed(self) -> int:
        """The bytes that the group held as the kernel killed for its limit; 0 if it has not."""
        with suppress(OSError, ValueError, KeyError):
            name = "memory.events" if self.unified else "memory.oom_control"
            events = dict(map(str.split, self.lines(name)))
            # a kill alone may be for the limit of a group above
            if self.unified:
                full = int(events["oom"]) > 0
            else:
                full = int(self.lines("memory.max_usage_in_bytes")[0]) > self.limit - HUGE
            return self.limit if full and int(events["oom_kill"]) else 0
        return 0

    def write(self, name: str, value: int) -> None:
        (self.path / name).write_text(str(value))

    def lines(self, name: str) -> list[str]:
        return (self.path / name).read_text().splitlines()

    def remove(self) -> None:
        """Remove the group; one that still has a process stays for `sweep`."""
        with suppress(OSError):
            os.rmdir(self.path)


NO_GROUP = Group(Path(os.devnull, "none"), 0, False)


def make_group(pid: int, memory: float, held: int) -> Group:
    """A group for a worker that held so many bytes at its start, and its children; or `NO_GROUP`."""
    group = NO_GROUP
    with suppress(OSError, ValueError, KeyError):
        folder, unified = usable_folder()
        sweep(folder)
        path = folder / f"{run_name(os.getpid())}-{pid}"
        os.mkdir(path)
        group = Group(path, int(1.25 * memory) + held + SPARE, unified)
        group.enter(pid)
        return group
    group.remove()
    return NO_GROUP


def usable_folder() -> tuple[Path, bool]:
    """The folder of this process's group, and whether it is of version 2; OSError or ValueError for none."""
    folder, unified = own_folder()
    if unified and "memory" not in (folder / "cgroup.subtree_control").read_text().split():
        (folder / "cgroup.subtree_control").write_text("+memory")
    if not unified and (folder / "memory.use_hierarchy").read_text().strip() != "1":
        raise ValueError("a group below it would not count for it")
    if str(os.getpid()) not in (folder / "cgroup.procs").read_text().split():
        raise ValueError("it is the group of another container")
    return folder, unified


def own_folder() -> tuple[Path, bool]:
    """Where the group of this process should be, and whether it is of version 2."""
    rows = [line.split(":", 2) for line in OWN.read_text().splitlines()]
    paths = {name: path.lstrip("/") for _, names, path in rows for name in names.split(",")}
    return (ROOT / "memory" / paths["memory"], False) if "memory" in paths else (ROOT / paths[""], True)


def sweep(folder: Path | None = None) -> None:
    """Remove the groups of supervisors that have ended, in this process's `folder`; kill what is in them."""
    with suppress(OSError, ValueError, KeyError):
        for path in (folder or own_folder()[0]).glob(f"{NAME}-{_pid_space()}-*"):
            name, _, _ = path.name.rpartition("-")
            with suppress(OSError):
                if run_name(int(name.split("-")[2])) == name:
                    continue
            with suppress(OSError):
                for pid in map(int, (path / "cgroup.procs").read_text().split()):
                    if pid:  # 0: one of another container
                        os.kill(pid, signal.SIGKILL)
            with suppress(OSError):  # a process of it has not ended yet
                os.rmdir(path)


def run_name(pid: int) -> str:
    """What the names of a supervisor's groups begin with: ids are used again, so its start is part of it."""
    return f"{NAME}-{_pid_space()}-{pid}-{int(fields_of(pid)[19])}"


def _pid_space() -> int:
    """The namespace in which ids of processes count: those of another container mean others here."""
    return os.stat("/proc/self/ns/pid").st_ino
