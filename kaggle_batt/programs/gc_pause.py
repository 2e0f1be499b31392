"""Python's collector of cyclic garbage, paused while many values are made.

Values hold no cycles, yet visiting them takes half of the time of evaluating thousands of programs.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

_process = os.getpid()
_frozen = False  #: whether some objects are frozen, as far as known: to count them is to visit each


@contextmanager
def uncollected() -> Iterator[None]:
    """Run the body without the collector, which is then on again if it was.

    Of bodies in several threads one may end before the others, which then run with it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            _age()
            gc.enable()


def _age() -> None:
    """Make all objects old, to spare the collector new ones; not if some are frozen: that thaws them.

    What a forked process has inherited counts as frozen, for in workers of engines it is.
    """
    global _frozen
    _frozen = _frozen or os.getpid() != _process or gc.get_freeze_count() > 0
    if not _frozen:
        gc.freeze()
        gc.unfreeze()
