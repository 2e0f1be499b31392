"""Python's collector of cyclic garbage, paused while many values are made.

Values of the language, programs and results hold no cycles, but the collector visits all of them again and
again as they become more: half of the time of an evaluation of thousands of programs.
"""

import gc
import os
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
#: whether some objects are frozen, as far as known: to count them is to visit each
_frozen = False


def _in_child() -> None:
    """Turn the collector on in a process forked during a pause, which may be that of another thread.

    What it has inherited counts as frozen, for in workers of engines it is.
    """
    global _frozen
    _frozen = True
    if _pauses.count and _pauses.was_on:
        gc.enable()
    _pauses.__init__()  # type: ignore[misc]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


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
            _pauses.count = max(_pauses.count - 1, 0)
            if not _pauses.count and _pauses.was_on:
                _age()
                gc.enable()


def _age() -> None:
    """Make all objects old at once, which spares the collector a look at each new one.

    Not where others have frozen some: that would thaw them.
    """
    global _frozen
    _frozen = _frozen or gc.get_freeze_count() > 0
    if not _frozen:
        gc.freeze()
        gc.unfreeze()
