"""What a job leaves behind in its worker: threads, children, changed settings, missing descriptors.

Checked after every job, in about 4 µs. A timer that a job leaves either has a handler, which is found, or
ends the worker, and the job that runs then runs again in a fresh one.
"""

import _signal  # type: ignore[import-not-found]  # `signal` without its conversions, ten times cheaper
import _thread
import gc
import resource
import select
import signal
import sys
from collections.abc import Iterable
from os import WNOHANG, geteuid, waitpid

# signals and resources whose handlers and limits are compared
SIGNALS = (
    *(signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD),
    *(signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGXCPU, signal.SIGUSR1, signal.SIGUSR2),
)
NUMBERS = tuple(map(int, SIGNALS))  # plain numbers are faster
RESOURCES = (
    *(resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC),
    resource.RLIMIT_FSIZE,
)


class Leftovers:
    """Compares the process with its state when this was made; `descriptors` have to stay open."""

    def __init__(self, descriptors: Iterable[int]) -> None:
        self.descriptors = select.poll()
        for descriptor in descriptors:
            self.descriptors.register(descriptor, 0)
        self.threads = _thread._count()  # a fork does not set it back
        self.settings = settings()

    def found(self) -> bool:
        """Whether something could affect the next job. Ended children are reaped."""
        return (
            has_children()
            or _thread._count() > self.threads
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
        (id(sys.stdout), getattr(sys.stdout, "closed", None), getattr(sys.stderr, "closed", None)),
        _signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        *map(_signal.getsignal, NUMBERS),
        *map(resource.getrlimit, RESOURCES),
    )
