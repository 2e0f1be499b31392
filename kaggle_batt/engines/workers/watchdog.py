"""The watchdog: a process between the user's process and the supervisor.

It continues a stopped supervisor. When the supervisor ends, by a job, or the user's process is gone, it has
become the parent of all that the run had started, and kills it.
"""

import gc
import os
import signal
import socket
import time

from kaggle_batt.engines.workers import groups, system
from kaggle_batt.engines.workers.supervisor import Supervisor

TICK = 0.5  # seconds between two checks of the user's process; the supervisor's end is noticed at once
PAUSE = 0.02  # seconds between two checks of both, where the system cannot wait for a signal


def serve(supervisor: Supervisor, link: socket.socket, parent: int) -> None:
    """Be the watchdog of `supervisor`, which talks to process `parent` on `link`; never returns."""
    try:
        isolate(link)
        me = os.getpid()
        pid = system.fork()
        if pid == 0:
            system.die_with_parent(me)
            supervisor.serve(link, me)
        link.close()
        while not ended(pid) and os.getppid() == parent:
            os.kill(pid, signal.SIGCONT)
        system.kill_children(set())
        groups.sweep()
    finally:
        os._exit(0)


def isolate(link: socket.socket) -> None:
    """Cut this process, and so all that it starts, off from what it inherited."""
    os.setsid()
    system.reset_signals()
    system.redirect_streams()
    system.disable_descriptors(link.fileno())
    system.adopt_orphans()
    gc.freeze()  # the workers share the inherited objects and need not traverse them


def ended(pid: int) -> bool:
    """Whether the supervisor ends within a moment; it is reaped then."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    if os.waitpid(pid, os.WNOHANG)[0]:
        return True
    if hasattr(signal, "sigtimedwait"):
        signal.sigtimedwait({signal.SIGCHLD}, TICK)
    else:  # macOS has none
        time.sleep(PAUSE)
    return bool(os.waitpid(pid, os.WNOHANG)[0])
