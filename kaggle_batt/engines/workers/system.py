"""Calls of the operating system: forks, descriptors, limits, what processes use, their end.

Everything Linux-only is best effort: elsewhere it is left out and the supervisor's own checks remain. What
processes use comes from /proc; without it, all is 0.
"""

import ctypes
import errno
import fcntl
import gc
import math
import os
import resource
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

PATIENCE = 10.0  # seconds for which something that fails is tried again
FIRST, LONGEST = 0.02, 1.0  # seconds until it is tried again, which double with each failure
PASSING = (errno.EAGAIN, errno.ENOMEM)  # errors of a system that is short of processes or memory
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_forking = threading.Lock()  # `catch_warnings` is not made for several threads
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None
_EXITING = 4  # of a process's flags: PF_EXITING
_IN_MEMORY = ("/memfd:", "/dev/shm/")  # what descriptors of files in memory point at


def fork() -> int:
    """`os.fork` without Python 3.12's warning about threads: the child runs only this package's code.

    The child collects garbage, also where its parent pauses that.
    """
    with _forking, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if not pid:
        gc.enable()
    return pid


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets, neither of them on a standard descriptor, which is free where it is closed."""
    ends = socket.socketpair()
    try:
        one, two = [socket.socket(fileno=fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3)) for end in ends]
        return one, two
    finally:
        for end in ends:
            end.close()


def reset_signals() -> None:
    """Give every signal that the parent handles in Python its default action; ignore SIGINT and SIGPIPE."""
    with suppress(ValueError):
        signal.set_wakeup_fd(-1)
    default = {signal.SIGPROF, signal.SIGXCPU, signal.SIGCHLD, signal.SIGTERM}
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if number in (signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        elif number in default or callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def redirect_streams() -> None:
    """Point the standard streams, Python's and the descriptors below them, at nothing."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(null, descriptor)
    if null > 2:  # else a standard one was closed
        os.close(null)
    sys.stdin, sys.stdout, sys.stderr = [
        open(number, mode, errors="replace", closefd=False)  # noqa: SIM115 (for the whole of the process)
        for number, mode in enumerate("rww")
    ]


def disable_descriptors(keep: int) -> None:
    """Make reading and writing fail on every inherited descriptor but `keep` and the standard ones.

    Not closed: a parent's object that is freed here would otherwise close a number of ours.
    """
    if _libc is None:
        return
    dead = os.open("/", os.O_PATH)
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in (0, 1, 2, keep, dead):
            with suppress(OSError):
                os.dup2(dead, int(name), inheritable=False)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent, whose id is `parent`, ends."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    if _libc is not None:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def prefer_as_oom_victim() -> None:
    """When memory runs out, let the kernel choose this process before the user's; leave no core file."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def oom_kills() -> int:
    """How many processes the kernel has killed because memory ran out; 0 where that can't be read."""
    return sum_lines("/proc/vmstat", ("oom_kill ",))


def limit_memory(extra: int) -> None:
    """Let this process hold at most `extra` bytes of private memory more than now, and in one file.

    (RLIMIT_DATA, RLIMIT_FSIZE.) An absolute limit would fail jobs when the parent is large.
    """
    now = sum_lines("/proc/self/status", ("VmData:",)) << 10
    if not now:
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = min(now + extra, sys.maxsize if hard == resource.RLIM_INFINITY else hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if soft == resource.RLIM_INFINITY or extra < soft:
        resource.setrlimit(resource.RLIMIT_FSIZE, (extra, hard))


def limit_cpu(seconds: float) -> None:
    """Have the kernel end this process (SIGXCPU) once its CPU clock shows `seconds`, rounded up."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(seconds) + 1
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def cpu_seconds(pid: int) -> float:
    """CPU seconds used so far by another process, 0 where they can't be read."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # Linux's clock id of a process: its inverted id, kind 2
    except (OSError, OverflowError):
        return 0.0


def enlarge_pipe(descriptor: int) -> None:
    """Give a pipe a megabyte of room, if the system allows."""
    with suppress(OSError, AttributeError):
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, 1 << 20)


def kill(pid: int) -> None:
    """SIGKILL a child and the process group that it leads."""
    for send in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            send(pid, signal.SIGKILL)


def kill_children(keep: set[int]) -> None:
    """Kill and reap every child but `keep`, and theirs, which come to this process, until none is left."""
    until = time.monotonic() + 10.0  # for a job that forks faster than it can be killed
    while time.monotonic() < until:
        pids = [pid for pid in children(os.getpid()) if pid not in keep]
        if not pids:
            return
        for pid in pids:
            kill(pid)
        for pid in pids:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def reap(pid: int, timeout: float) -> None:
    """Wait `timeout` seconds for a child to end by itself, then kill it; nothing for id 0."""
    until, pause = time.monotonic() + timeout, 0.0005
    with suppress(ChildProcessError):
        while pid and os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() >= until:
                kill(pid)
            time.sleep(pause)
            pause = min(2 * pause, 0.01)


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
    return sum_lines(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:")) << 10


def memory_above(pids: Collection[int], baseline: int, limit: int) -> int:
    """Bytes that the processes use together, each less `baseline`, if that is above the limit; else 0.

    For jobs that run long: RLIMIT_DATA bounds the private memory of each process alone. Shared maps and files
    in memory count here; pages that several processes share count once, where the kernel says how many do.
    """
    files = _open_files(pids)
    held = {pid: used for pid in pids if (used := resident(pid))}  # one that is ending holds nothing
    most, number = files + sum([max(0, used - baseline) for used in held.values()]), len(held)
    if most > limit and number > 1:
        parts = ("Pss_Anon:", "Pss_Shmem:")
        shares = [sum_lines(f"/proc/{pid}/smaps_rollup", parts) << 10 or resident(pid) for pid in held]
        # what they inherited is shared with the supervisor at least, so they hold no more of it than this
        most = min(most, files + sum(shares) - baseline * number // (number + 1))
    return most if most > limit else 0


def sum_lines(path: str, names: tuple[str, ...]) -> int:
    """The sum of these lines of a file of /proc, of bytes in kB; 0 if it can't be read."""
    with suppress(OSError), open(path) as file:
        return sum([int(line.split()[1]) for line in file if line.startswith(names)])
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


class Backoff:
    """Counts failures in a row. `next` is the moment of the next try, `since` that of the first failure."""

    def __init__(self) -> None:
        self.next = -math.inf
        self.reset()

    def reset(self) -> None:
        """Note a success."""
        self.since, self.pause = math.inf, FIRST

    def failed(self) -> bool:
        """Note a failure; whether another try makes sense."""
        now = time.monotonic()
        self.since = min(self.since, now)
        self.next, self.pause = now + self.pause, min(2 * self.pause, LONGEST)
        return now - self.since < PATIENCE

    @property
    def ready(self) -> bool:
        return time.monotonic() >= self.next
