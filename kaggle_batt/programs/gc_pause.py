"""Python's collector of cyclic garbage, paused while many values are made.

Values of the language, programs and results hold no cycles, but the collector visits all of them again and
again as they become more: half of the time of an evaluation of thousands of programs.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Pauses:
    """How many pauses there are in all threads, and whether the collector was on before."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0
        self.was_on = False


_pauses = _Pauses()


@contextmanager
def uncollected() -> Iterator[None]:
    """Run the body without the collector, which is on again, if it was, after the last of nested bodies."""
    with _pauses.lock:
        _pauses.count += 1
        if _pauses.count == 1:
            _pauses.was_on = gc.isenabled()
            gc.disable()
    try:
        yield
    finally:
        with _pauses.lock:
            _pauses.count -= 1
            if not _pauses.count and _pauses.was_on:
                _age()
                gc.enable()


def _age() -> None:
    """Make all objects old at once, which spares the collector a look at each new one."""
    if not gc.get_freeze_count():  # else it would thaw what others froze
        gc.freeze()
        gc.unfreeze()
