"""SIGINT during a run, in whatever thread it runs.

Python raises KeyboardInterrupt in the main thread alone. For a run in another thread `faulthandler` watches:
it writes to a pipe and passes the signal on. Where a shell ignores SIGINT (`nohup`, `&`), it stays ignored.
"""

import faulthandler
import os
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Self


class Interrupt:
    """A context in which `check` raises KeyboardInterrupt once SIGINT has arrived.

    Outside the main thread, where it comes by itself, `descriptor` gets readable. Runs share one watch.
    """

    _lock: ClassVar[threading.Lock] = threading.Lock()
    _users: ClassVar[int] = 0
    _pipe: ClassVar[tuple[int, int]] = (-1, -1)

    def __init__(self) -> None:
        self.descriptor: int | None = None

    def __enter__(self) -> Self:
        in_main = threading.current_thread() is threading.main_thread()
        is_pythons = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if is_pythons and not in_main and hasattr(faulthandler, "register"):
            self._watch()
        return self

    def __exit__(self, *_: object) -> None:
        if self.descriptor is not None:
            with Interrupt._lock:
                Interrupt._users -= 1
                if not Interrupt._users:
                    faulthandler.unregister(signal.SIGINT)
                    for descriptor in Interrupt._pipe:
                        os.close(descriptor)

    def check(self) -> None:
        """Raise KeyboardInterrupt if SIGINT has arrived since the context was entered."""
        if self.descriptor is not None and self.poll.poll(0):
            raise KeyboardInterrupt

    def _watch(self) -> None:
        with Interrupt._lock:
            if not Interrupt._users:
                Interrupt._pipe = os.pipe()
                os.set_blocking(Interrupt._pipe[1], False)
                faulthandler.register(signal.SIGINT, file=Interrupt._pipe[1], all_threads=False, chain=True)
            Interrupt._users += 1
            self.descriptor = Interrupt._pipe[0]
        self.poll = select.poll()
        self.poll.register(self.descriptor, select.POLLIN)


@contextmanager
def no_interrupts() -> Iterator[None]:
    """Ignore SIGINT meanwhile; in another thread than the main one it raises nothing anyway."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
