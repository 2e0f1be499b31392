"""Python's collector of cyclic garbage, paused while many values are made.

Values hold no cycles, yet visiting them takes half of the time of evaluating thousands of programs.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
            gc.enable()
