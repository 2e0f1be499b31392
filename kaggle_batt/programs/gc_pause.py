"""Python's collector of cyclic garbage, put off while many values are made.

Values of the language, programs and results hold no cycles, but the collector goes through all of them
again and again as they become more: half of the time of an evaluation of thousands of programs.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Waiting:
    """How many ask the collector to wait, in whatever threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0
        self.was_on = False

    def begin(self) -> None:
        with self.lock:
            self.count += 1
            if self.count == 1:
                self.was_on = gc.isenabled()
                gc.disable()

    def end(self) -> None:
        with self.lock:
            self.count -= 1
            if not self.count and self.was_on:
                _age()
                gc.enable()


def _age() -> None:
    """Make all objects old at once, which spares the collector a look at each of the new ones.

    Frozen ones would thaw, so where there are any nothing is done.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()


_waiting = _Waiting()


@contextmanager
def uncollected() -> Iterator[None]:
    """Run the body without the collector; it is on again, if it was, when the last body has ended.

    A process that is forked meanwhile stays without it.
    """
    _waiting.begin()
    try:
        yield
    finally:
        _waiting.end()
