"""Python's collector of cyclic garbage, paused while many values are made.

Values hold no cycles, yet visiting them takes half of the time of evaluating thousands of programs.
"""

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_count, _was_on = 0, False  #: number of pauses in all threads; whether the collector was on before
_frozen = False  #: whether some objects are frozen, as far as known: to count them is to visit each


def _in_child() -> None:
    """Turn the collector on in a process forked during a pause, which may be that of another thread.

    What it has inherited counts as frozen, for in workers of engines it is.
    """
    global _count, _was_on, _frozen, _lock
    if _count and _was_on:
        gc.enable()
    _count, _was_on, _frozen, _lock = 0, False, True, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


@contextmanager
def uncollected() -> Iterator[None]:
    """Run the body without the collector, which is on again, if it was, after the last of nested bodies."""
    global _count, _was_on
    with _lock:
        _count += 1
        if _count == 1:
            _was_on = gc.isenabled()
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _count = max(_count - 1, 0)
            if not _count and _was_on:
                _age()
                gc.enable()


def _age() -> None:
    """Make all objects old, to spare the collector new ones; not if some are frozen: that thaws them."""
    global _frozen
    _frozen = _frozen or gc.get_freeze_count() > 0
    if not _frozen:
        gc.freeze()
        gc.unfreeze()
