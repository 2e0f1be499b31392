"""The warden: a process between the user's process and the supervisor that waits for the supervisor's end.

A job can end the supervisor, its worker's parent. Whatever the run had started then comes to the warden,
which ends it. It also sets a stopped supervisor going again, and ends everything when the user's process is
gone.
"""

from __future__ import annotations

import gc
import os
import signal
import socket

from kaggle_batt.engines.workers import guard
from kaggle_batt.engines.workers.supervisor import Supervisor

TICK = 0.5
"""Seconds between two looks at the supervisor and the user's process; the first's end is seen at once."""


def serve(supervisor: Supervisor, link: socket.socket, parent: int) -> None:
    """Be the warden of `supervisor`, which talks to process `parent` on `link`; never returns."""
    try:
        prepare(link)
        mine = os.getpid()
        pid = guard.fork()
        if pid == 0:
            guard.die_with_parent(mine)
            supervisor.serve(link, mine)
        link.close()
        while not ended(pid) and os.getppid() == parent:
            os.kill(pid, signal.SIGCONT)
        guard.kill_orphans(set())
    finally:
        os._exit(0)


def prepare(link: socket.socket) -> None:
    """Cut this process, and so all that it starts, off from what it inherited."""
    os.setsid()
    guard.reset_signals(ignored={signal.SIGINT, signal.SIGPIPE})
    guard.silence()
    guard.seal_descriptors([link.fileno()])
    guard.adopt_orphans()
    gc.freeze()  # the workers share the inherited objects and need not look through them


def ended(pid: int) -> bool:
    """Whether the supervisor ends within a moment; it is reaped then."""
    if hasattr(signal, "sigtimedwait"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        if os.waitpid(pid, os.WNOHANG)[0]:
            return True
        signal.sigtimedwait({signal.SIGCHLD}, TICK)
    return bool(os.waitpid(pid, os.WNOHANG)[0])
