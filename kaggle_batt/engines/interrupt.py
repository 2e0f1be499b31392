"""SIGINT for a run that is not in the main thread.

Python raises KeyboardInterrupt in the main thread alone; a run in another thread would go on, and a main
thread that then waits for it would wait as long. `faulthandler` can watch a signal from any thread: it writes
to a descriptor and passes the signal on to the handler there was.
"""

from __future__ import annotations

import faulthandler
import os
import select
import signal
import threading
from typing import ClassVar


class Interrupt:
    """While it is open, `descriptor` can be read once SIGINT has come; None where nothing has to be watched.

    Nothing is watched in the main thread, where KeyboardInterrupt comes by itself, nor under a SIGINT handler
    of the user's own, who then decides. Runs that are under way at the same time share one watch.
    """

    _lock: ClassVar[threading.Lock] = threading.Lock()
    _users: ClassVar[int] = 0
    _pipe: ClassVar[tuple[int, int]] = (-1, -1)

    def __init__(self) -> None:
        self.descriptor: int | None = None

    def __enter__(self) -> Interrupt:
        here = threading.current_thread() is threading.main_thread()
        usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if usual and not here and hasattr(faulthandler, "register"):
            with Interrupt._lock:
                if not Interrupt._users:
                    self._watch()
                Interrupt._users += 1
                self.descriptor = Interrupt._pipe[0]
        return self

    def __exit__(self, *_: object) -> None:
        if self.descriptor is None:
            return
        with Interrupt._lock:
            Interrupt._users -= 1
            if not Interrupt._users:
                faulthandler.unregister(signal.SIGINT)
                for descriptor in Interrupt._pipe:
                    os.close(descriptor)

    def check(self) -> None:
        """Raise KeyboardInterrupt if SIGINT has come."""
        if self.descriptor is not None:
            poll = select.poll()
            poll.register(self.descriptor, select.POLLIN)
            if poll.poll(0):
                raise KeyboardInterrupt

    @staticmethod
    def _watch() -> None:
        Interrupt._pipe = os.pipe()
        os.set_blocking(Interrupt._pipe[1], False)
        faulthandler.register(signal.SIGINT, file=Interrupt._pipe[1], all_threads=False, chain=True)
