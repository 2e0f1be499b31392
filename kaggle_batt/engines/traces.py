"""What a job leaves behind in its worker: threads, children, timers, changed settings, missing descriptors.

Looked for after every job, so each look has to be cheap: all of them take about 4 µs.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` without its conversions, ten times cheaper
import _thread
import gc
import resource
import select
import signal
import sys
from collections.abc import Iterable
from os import WNOHANG, geteuid, waitpid
from signal import ITIMER_PROF, ITIMER_REAL, ITIMER_VIRTUAL, setitimer

_WATCHED = (
    *(signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD),
    *(signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGXCPU, signal.SIGUSR1, signal.SIGUSR2),
)
SIGNALS = tuple(map(int, _WATCHED))
RESOURCES = (
    *(resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC),
    resource.RLIMIT_FSIZE,
)
"""Signals and resources whose handlers and limits are compared."""


class Traces:
    """Compares the process with what it was like when this was made.

    `descriptors` have to stay open.
    """

    def __init__(self, descriptors: Iterable[int]) -> None:
        self.descriptors = select.poll()
        for descriptor in descriptors:
            self.descriptors.register(descriptor, 0)
        self.threads = _thread._count()  # a fork does not set it back
        self.settings = settings()

    def found(self) -> bool:
        """Whether something could touch the next job. Timers are off and ended children reaped afterwards."""
        return (
            has_children()
            or _thread._count() > self.threads
            or setitimer(ITIMER_REAL, 0)[0] > 0
            or setitimer(ITIMER_VIRTUAL, 0)[0] > 0
            or setitimer(ITIMER_PROF, 0)[0] > 0
            or bool(self.descriptors.poll(0))
            or settings() != self.settings
        )


def has_children() -> bool:
    """Whether this process has a living child; ended ones are reaped."""
    try:
        while waitpid(-1, WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def settings() -> tuple[object, ...]:
    """Settings of the process by which one job could change how another runs."""
    return (
        geteuid(),
        sys.getrecursionlimit(),
        gc.isenabled(),
        id(sys.gettrace()),
        id(sys.getprofile()),
        id(sys.stdout),
        _signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        *map(_signal.getsignal, SIGNALS),
        *map(resource.getrlimit, RESOURCES),
    )
