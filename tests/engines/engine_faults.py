"""Jobs that misbehave, each with the kind of outcome that it must get. Used by the tests of the engines.

A job is `(name, number, notes)`: `name` of a fault, or "good"; processes that a job starts write their ids
into the file `notes`, so that a test can look for them afterwards.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import NamedTuple, NoReturn

from kaggle_batt.engines import Limits
from kaggle_batt.engines.workers.worker import Worker
from tests.engines.engine_processes import note

Job = tuple[str, int, str]

LIMITS = Limits(cpu=0.3, wall=2.0, memory=64 << 20, result=1 << 20)
"""Tight enough for a test; a job that computes hits the CPU limit, one that waits the wall limit."""

DONE = b"done"


class Fault(NamedTuple):
    """What a bad job does, and the kind that it must be reported as."""

    act: Callable[[str], object]
    kind: str
    limits: Limits = LIMITS


def good(number: int) -> bytes:
    """The right result of a good job."""
    return str(sum(value * value for value in range(number % 50))).encode()


def spin(seconds: float) -> None:
    """Use so much CPU time of this thread."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def carry_out(job: Job) -> bytes:
    """The job function: good work, or the named fault."""
    name, number, notes = job
    return good(number) if name == "good" else FAULTS[name].act(notes)  # type: ignore[return-value]


def hang_in_python(_: str) -> NoReturn:
    while True:
        pass


def hang_in_c(_: str) -> int:
    return sum(range(10**12))


def hang_and_catch_all(_: str) -> NoReturn:
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass


def stop_itself(_: str) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def leave(_: str) -> NoReturn:
    os._exit(3)


def segfault(_: str) -> None:
    ctypes.string_at(0)


def kill_worker(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_supervisor(_: str) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(1000)


def start_child_and_kill_supervisor(notes: str) -> None:
    start_child(notes)
    start_daemon(notes)
    kill_supervisor(notes)


def stop_supervisor(_: str) -> bytes:
    os.kill(os.getppid(), signal.SIGSTOP)
    return DONE


def become_another_program(_: str) -> None:
    os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(1000)"])


def exit_by_signal_of_the_limit(_: str) -> None:
    os.kill(os.getpid(), signal.SIGXCPU)


def allocate_at_once(_: str) -> int:
    return len(bytearray(10 << 30))


def allocate_bit_by_bit(_: str) -> None:
    held = []
    while True:
        held.append(bytes(1 << 20))


def return_too_much(_: str) -> bytes:
    return bytes((1 << 20) + 1)


def return_the_most_allowed(_: str) -> bytes:
    return bytes(1 << 20)


def return_no_bytes(_: str) -> object:
    return lambda: None


class Disguised(bytes):
    """Bytes whose methods are traps."""

    def __len__(self) -> int:
        os._exit(9)


def return_disguised(_: str) -> bytes:
    return Disguised(b"x")


class Unpicklable(Exception):
    """Can be pickled, but not unpickled."""

    def __init__(self, first: object, second: object) -> None:
        super().__init__(first)


def raise_unpicklable(_: str) -> NoReturn:
    raise Unpicklable(1, 2)


class Mute(Exception):
    """Its message raises."""

    def __str__(self) -> str:
        raise SystemExit("no message")


def raise_mute(_: str) -> NoReturn:
    raise Mute


class Endless(Exception):
    """Its message hangs."""

    def __str__(self) -> str:
        return str(sum(range(10**12)))


def raise_endless(_: str) -> NoReturn:
    raise Endless


def raise_long(_: str) -> NoReturn:
    raise ValueError("x" * (10 << 20) + "\udcff")


def raise_system_exit(_: str) -> NoReturn:
    sys.exit(2)


def raise_interrupt(_: str) -> NoReturn:
    raise KeyboardInterrupt


def raise_generator_exit(_: str) -> NoReturn:
    raise GeneratorExit


def recurse(notes: str) -> object:
    return recurse(notes)


def raise_memory_error(_: str) -> NoReturn:
    raise MemoryError


def start_thread(_: str) -> bytes:
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    return DONE


def start_thread_that_kills(_: str) -> bytes:
    threading.Timer(0.1, os._exit, (7,)).start()
    return DONE


def start_child(notes: str) -> bytes:
    note(notes, subprocess.Popen(["sleep", "1000"]).pid)
    return DONE


def start_daemon(notes: str) -> bytes:
    """Start a process by a double fork, in a session of its own."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            note(notes, os.getpid())
            time.sleep(1000)
        os._exit(0)
    time.sleep(0.02)
    return DONE


def start_children_and_hang(notes: str) -> None:
    start_child(notes)
    start_daemon(notes)
    time.sleep(1000)


def start_child_and_leave(notes: str) -> NoReturn:
    start_child(notes)
    start_daemon(notes)
    os._exit(4)


def return_twice(notes: str) -> bytes:
    """Fork, and come back from the job in both processes."""
    if os.fork() == 0:
        note(notes, os.getpid())
    return DONE


def flood_stdout(_: str) -> bytes:
    for _ in range(200):
        print("x" * 10_000)
        sys.stderr.write("y" * 10_000)
        os.write(1, b"z" * 10_000)
        os.write(2, b"z" * 10_000)
    os.system("echo flood; echo flood >&2")
    return DONE


def read_stdin(_: str) -> bytes:
    sys.stdin.read()
    os.read(0, 10)
    return DONE


def close_all(_: str) -> bytes:
    os.closerange(0, 4096)
    return DONE


def close_standard(_: str) -> bytes:
    os.closerange(0, 3)
    return DONE


def close_all_and_hang(_: str) -> int:
    os.closerange(0, 4096)
    return sum(range(10**12))


def write_everywhere(_: str) -> bytes:
    for descriptor in range(3, 256):
        with contextlib.suppress(OSError):
            os.write(descriptor, b"\x00\x01" * 40)
    return DONE


def read_everywhere(_: str) -> bytes:
    for descriptor in range(3, 256):
        with contextlib.suppress(OSError):
            os.set_blocking(descriptor, False)
            os.read(descriptor, 1 << 20)
    return DONE


def _ignore_all_signals() -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    for timer in (signal.ITIMER_PROF, signal.ITIMER_VIRTUAL, signal.ITIMER_REAL):
        signal.setitimer(timer, 0)


def reset_signals(_: str) -> bytes:
    _ignore_all_signals()
    return DONE


def reset_signals_and_hang(_: str) -> int:
    _ignore_all_signals()
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    return sum(range(10**12))


def leave_a_timer(_: str) -> bytes:
    """Leave timers whose handlers raise as soon as the worker is done with this job."""
    mine: FrameType | None = sys._getframe()
    while mine and mine.f_code is not Worker.one.__code__:
        mine = mine.f_back

    def raise_later(_: int, at: FrameType | None) -> None:
        while at and at is not mine:
            at = at.f_back
        if not at:
            raise RuntimeError("a handler that an earlier job left")

    for timer, number in (
        (signal.ITIMER_REAL, signal.SIGALRM),
        (signal.ITIMER_VIRTUAL, signal.SIGVTALRM),
        (signal.ITIMER_PROF, signal.SIGPROF),
    ):
        signal.signal(number, raise_later)
        signal.setitimer(timer, 0.001, 0.001)
    return DONE


def lower_recursion_limit(_: str) -> bytes:
    depth, frame = 0, sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]
        depth += 1
    sys.setrecursionlimit(depth + 30)  # how deep a worker stands depends on who runs the tests
    return DONE


def replace_streams(_: str) -> bytes:
    sys.stdout = sys.stderr = None  # type: ignore[assignment]
    return DONE


def lower_memory_limit(_: str) -> bytes:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (1 << 20, 1 << 20))
    return DONE


CPU_OFF = LIMITS.__class__(cpu=1e9, wall=0.4, memory=LIMITS.memory, result=LIMITS.result)

FAULTS: dict[str, Fault] = {
    "hang in Python": Fault(hang_in_python, "time"),
    "hang in C": Fault(hang_in_c, "time"),
    "hang in C, wall limit alone": Fault(hang_in_c, "time", CPU_OFF),
    "hang and catch all": Fault(hang_and_catch_all, "time"),
    "wait": Fault(lambda _: time.sleep(1000), "time", CPU_OFF),
    "stop itself": Fault(stop_itself, "time", CPU_OFF),
    "os._exit(3)": Fault(leave, "death"),
    "os._exit(0)": Fault(lambda _: os._exit(0), "death"),
    "segfault": Fault(segfault, "death"),
    "abort": Fault(lambda _: os.abort(), "death"),
    "kill its worker": Fault(kill_worker, "death"),
    "kill the supervisor": Fault(kill_supervisor, "death"),
    "children, then kill the supervisor": Fault(start_child_and_kill_supervisor, "death"),
    "stop the supervisor": Fault(stop_supervisor, "ok"),
    "exec": Fault(become_another_program, "death"),
    "signal of the limit": Fault(exit_by_signal_of_the_limit, "death"),
    "10 GB": Fault(allocate_at_once, "memory"),
    "many MB": Fault(allocate_bit_by_bit, "memory"),
    "huge result": Fault(return_too_much, "memory"),
    "largest result": Fault(return_the_most_allowed, "ok"),
    "unpicklable result": Fault(return_no_bytes, "error"),
    "disguised result": Fault(return_disguised, "error"),
    "unpicklable exception": Fault(raise_unpicklable, "error"),
    "exception without text": Fault(raise_mute, "error"),
    "exception whose text hangs": Fault(raise_endless, "time"),
    "exception of 10 MB": Fault(raise_long, "error"),
    "SystemExit": Fault(raise_system_exit, "error"),
    "KeyboardInterrupt": Fault(raise_interrupt, "error"),
    "GeneratorExit": Fault(raise_generator_exit, "error"),
    "RecursionError": Fault(recurse, "error"),
    "MemoryError": Fault(raise_memory_error, "memory"),
    "thread": Fault(start_thread, "ok"),
    "thread that kills later": Fault(start_thread_that_kills, "ok"),
    "child": Fault(start_child, "ok"),
    "daemon": Fault(start_daemon, "ok"),
    "children, then a hang": Fault(start_children_and_hang, "time", CPU_OFF),
    "child, then os._exit": Fault(start_child_and_leave, "death"),
    "return twice": Fault(return_twice, "ok"),
    "flood stdout": Fault(flood_stdout, "ok"),
    "read stdin": Fault(read_stdin, "ok"),
    "close all descriptors": Fault(close_all, "death"),
    "close standard descriptors": Fault(close_standard, "ok"),
    "close all, then hang": Fault(close_all_and_hang, "death"),
    "write to all descriptors": Fault(write_everywhere, "death"),
    "read from all descriptors": Fault(read_everywhere, "ok"),
    "reset signals": Fault(reset_signals, "ok"),
    "reset signals, then hang": Fault(reset_signals_and_hang, "time"),
    "leave a timer": Fault(leave_a_timer, "ok"),
    "recursion limit": Fault(lower_recursion_limit, "ok"),
    "replace streams": Fault(replace_streams, "ok"),
    "lower the memory limit": Fault(lower_memory_limit, "ok"),
}
