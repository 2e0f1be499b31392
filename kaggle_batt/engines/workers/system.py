"""Calls of the operating system: forks, descriptors, resource limits, the end of processes.

Everything Linux-only is best effort: elsewhere it is left out and the supervisor's own checks remain.
"""

import contextlib
import ctypes
import fcntl
import gc
import os
import resource
import signal
import socket
import sys
import threading
import time
import warnings

from kaggle_batt.engines.workers.usage import children, sum_lines

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_forking = threading.Lock()  # `catch_warnings` is not made for several threads
_LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None, use_errno=True) if _LINUX else None


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
    with contextlib.suppress(ValueError):
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
    if not _LINUX:
        return
    dead = os.open("/", os.O_PATH)
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in (0, 1, 2, keep, dead):
            with contextlib.suppress(OSError):
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
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def oom_kills() -> int:
    """How many processes the kernel has killed because memory ran out; 0 where that can't be read."""
    with contextlib.suppress(OSError, StopIteration, ValueError), open("/proc/vmstat") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("oom_kill "))
    return 0


def limit_memory(extra: int) -> None:
    """Let this process hold at most `extra` bytes of private memory more than now, and in one file.

    (RLIMIT_DATA, RLIMIT_FSIZE.) An absolute limit would fail jobs when the parent is large.
    """
    now = sum_lines("/proc/self/status", ("VmData:",))
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
    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, 1 << 20)


def kill(pid: int) -> None:
    """SIGKILL a child and the process group that it leads."""
    for send in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
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
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def reap(pid: int, timeout: float) -> None:
    """Wait `timeout` seconds for a child to end by itself, then kill it; nothing for id 0."""
    until, pause = time.monotonic() + timeout, 0.0005
    with contextlib.suppress(ChildProcessError):
        while pid and os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() >= until:
                kill(pid)
            time.sleep(pause)
            pause = min(2 * pause, 0.01)
