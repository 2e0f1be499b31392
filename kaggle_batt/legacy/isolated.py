"""A call in a process of its own, forked from the worker that has imported the module.

Whatever the call changes (globals, the current folder, the umask, the environment, generators of random
numbers) ends with it. So each call begins from the state after the import, whatever came before it.
"""

import gc
import os
import select
import signal
import struct
from collections.abc import Callable
from typing import NoReturn

from kaggle_batt.engines.workers import system

_HEAD = struct.Struct("<?Q")  # whether there was enough memory; bytes of the result
_CHECK = 50  # milliseconds between two checks whether the process has ended without a result


def in_child(action: Callable[[], bytes]) -> bytes:
    """The result of the action, which raises nothing but MemoryError, in a child of this process.

    Where the child ends without a result, this process ends in the same way.
    """
    source, target = os.pipe()
    pid = system.fork()
    if pid == 0:
        _answer(action, target)
    os.close(target)
    try:
        found = _received(source, pid)
    finally:
        os.close(source)
    if found is not None:
        os.kill(pid, signal.SIGKILL)  # it has nothing more to do
    _, status = os.waitpid(pid, 0)
    if found is None:
        _end_like(os.waitstatus_to_exitcode(status))
    if not found[0]:
        raise MemoryError
    return bytes(found[_HEAD.size :])


def _answer(action: Callable[[], bytes], target: int) -> NoReturn:
    """In the child: write the result and end."""
    try:
        gc.freeze()  # a collection would copy what the child shares with its parent
        try:
            enough, body = True, action()
        except MemoryError:
            enough, body = False, b""
        data = memoryview(_HEAD.pack(enough, len(body)) + body)
        while data:
            data = data[os.write(target, data) :]
    finally:
        os._exit(0)


def _received(source: int, pid: int) -> bytearray | None:
    """Head and result; None if the child ends before it has written them, whoever else holds the pipe."""
    data, size = bytearray(), _HEAD.size
    poll = select.poll()
    poll.register(source, select.POLLIN)
    while len(data) < size or len(data) < size + _HEAD.unpack_from(data)[1]:
        if poll.poll(_CHECK):
            chunk = os.read(source, 1 << 20)
            if not chunk:
                return None
            data += chunk
        elif os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) and not poll.poll(0):
            return None
    return data


def _end_like(code: int) -> NoReturn:
    """End this process with that exit status, or by that signal if it is negative."""
    if code < 0:
        if code not in (-signal.SIGKILL, -signal.SIGSTOP):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
