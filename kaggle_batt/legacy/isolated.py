"""A call in a process of its own, forked from the worker that has imported the module.

Whatever the call changes (globals, the current folder, the umask, the environment, generators of random
numbers) ends with it. So each call begins from the state after the import, whatever came before it.
"""

import gc
import os
import signal
import tempfile
from collections.abc import Callable
from typing import IO, NoReturn

from kaggle_batt.engines.workers import system

_RESULT, _NO_MEMORY = b"r", b"m"  # the first byte of a child's file, written last


def in_child(action: Callable[[], bytes]) -> bytes:
    """The result of the action, which raises nothing but MemoryError, in a child of this process.

    Where the child ends without a result, this process ends in the same way.
    """
    with _shared_file() as file:
        pid = system.fork()
        if pid == 0:
            _answer(action, file.fileno())
        _, status = os.waitpid(pid, 0)
        found = file.read()
    if found.startswith(_NO_MEMORY):
        raise MemoryError
    if not found.startswith(_RESULT):
        _end_like(os.waitstatus_to_exitcode(status))
    return found[1:]


def _shared_file() -> IO[bytes]:
    """An empty file without a name, in memory where the system has such."""
    return open(os.memfd_create("result"), "rb") if hasattr(os, "memfd_create") else tempfile.TemporaryFile()


def _answer(action: Callable[[], bytes], target: int) -> NoReturn:
    """In the child: write the result and end."""
    try:
        gc.freeze()  # a collection would copy what the child shares with its parent
        try:
            kind, body = _RESULT, action()
        except MemoryError:
            kind, body = _NO_MEMORY, b""
        os.pwrite(target, body, 1)
        os.pwrite(target, kind, 0)
    finally:
        os._exit(0)


def _end_like(code: int) -> NoReturn:
    """End this process with that exit status, or by that signal if it is negative."""
    if code < 0:
        if code not in (-signal.SIGKILL, -signal.SIGSTOP):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
