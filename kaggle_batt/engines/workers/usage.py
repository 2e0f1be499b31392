"""What a worker and its job's processes use: memory that the kernel's limit does not count.

RLIMIT_DATA bounds the private memory of each process; shared maps, files in memory and further processes are
added up here, for jobs that run long. Everything comes from /proc; without it, all is 0.
"""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

_EXITING = 4  # of a process's flags: PF_EXITING
_IN_MEMORY = ("/memfd:", "/dev/shm/")  # what descriptors of files in memory point at


def children(pid: int) -> list[int]:
    """Ids of a process's children, also of those that wait to be reaped; [] without /proc."""
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += map(int, file.read().split())
    except OSError:  # it has ended, or the kernel was built without this file
        return children_by_parent().get(pid, [])
    return found


def children_by_parent() -> dict[int, list[int]]:
    """The ids of each process's children, from /proc; empty where there is none."""
    found: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            found.setdefault(int(fields_of(int(path.name))[1]), []).append(int(path.name))
    return found


def fields_of(pid: int) -> list[bytes]:
    """What /proc/ID/stat has of a process behind its name, from its state on. Raises OSError."""
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()


def is_ending(pid: int) -> bool:
    """Whether a process is about to end, which closes its files before others see its end."""
    with suppress(OSError):
        return bool(int(fields_of(pid)[6]) & _EXITING)
    return False


def descendants(pid: int) -> list[int]:
    found = children(pid)
    for child in found:  # grows while it is read
        found += children(child)
    return found


def resident(pid: int) -> int:
    """Bytes of a process's private memory and of its shared maps, as far as they are in use."""
    return sum_lines(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:"))


def memory_above(pids: Collection[int], baseline: int, limit: int) -> int:
    """Bytes that the processes use together, each less `baseline`, if that is above the limit; else 0.

    Pages that several of them share count once, where the kernel says how many do.
    """
    files = _open_files(pids)
    held = {pid: used for pid in pids if (used := resident(pid))}  # one that is ending holds nothing
    most, number = files + sum([max(0, used - baseline) for used in held.values()]), len(held)
    if most > limit and number > 1:
        parts = ("Pss_Anon:", "Pss_Shmem:")
        shares = [sum_lines(f"/proc/{pid}/smaps_rollup", parts) or resident(pid) for pid in held]
        # what they inherited is shared with the supervisor at least, so they hold no more of it than this
        most = min(most, files + sum(shares) - baseline * number // (number + 1))
    return most if most > limit else 0


def sum_lines(path: str, names: tuple[str, ...]) -> int:
    """The sum of these lines of a file of /proc, in bytes; 0 if it can't be read."""
    with suppress(OSError), open(path) as file:
        return sum([int(line.split()[1]) << 10 for line in file if line.startswith(names)])
    return 0


def _open_files(pids: Collection[int]) -> int:
    """Bytes of the files in memory that the processes have open but not mapped."""
    sizes: dict[tuple[int, int], int] = {}
    mapped: set[int] = set()
    for pid in pids:
        with suppress(OSError):
            for name in os.listdir(f"/proc/{pid}/fd"):
                path = f"/proc/{pid}/fd/{name}"
                if os.readlink(path).startswith(_IN_MEMORY):
                    status = os.stat(path)
                    sizes[status.st_dev, status.st_ino] = 512 * status.st_blocks
        if sizes:
            with suppress(OSError), open(f"/proc/{pid}/maps") as file:
                mapped.update([int(line.split()[4]) for line in file])
    return sum([size for (_, inode), size in sizes.items() if inode not in mapped])
