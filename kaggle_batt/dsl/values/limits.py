"""Sizes that no value may exceed, and the meter that counts the work of an evaluation.

The meter counts *steps*: one for a small primitive call, more where a call handles many cells. The count
depends only on the call and its values, so the same programs run out of budget on every machine. It is kept
per thread, so evaluations in different threads do not mix.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kaggle_batt.errors import LimitError

MAX_CELLS = 1 << 16  #: most cells of a grid (an answer has at most 900)
MAX_ELEMENTS = 1 << 20  #: most elements of a container
MAX_BOX = 1 << 20  #: most bits of a patch's bounding box: rows times the stride (64 for boxes under 64 wide)
MAX_NESTING = 12  #: deepest nesting of tuples and sets in a value
MAX_LAYERS = 128  #: deepest composition of a function, which keeps calls within Python's own depth
FREE_PARTS = 8  #: a function of more parts than this counts a step for each when it is called
SMALL = 1 << 31  #: smaller numbers need no check of their size, nor do sums and products of a few of them
MAX_BITS = 256  #: largest magnitude of an Integer, in bits

UNLIMITED = 1 << 62
DIRECT = 10_000_000  #: steps of one direct call of a primitive, outside any evaluation


class _Meter(threading.local):
    left: int = UNLIMITED


meter = _Meter()


def spend(steps: int) -> None:
    """Take `steps` from the rest of the budget; raise `LimitError` when it is used up."""
    meter.left = left = meter.left - steps
    if left < 0:
        raise LimitError("the budget of steps is used up")


@contextmanager
def budget(steps: int) -> Iterator[_Meter]:
    """Run the body with at most `steps`, of which `meter.left` are left; then restore the outer budget."""
    outer = meter.left
    meter.left = steps
    try:
        yield meter
    finally:
        meter.left = outer


def check_cells(height: int, width: int) -> None:
    """Raise `LimitError` for a grid of more than `MAX_CELLS` cells."""
    if height * width > MAX_CELLS:
        raise LimitError(f"a grid of {height}x{width} cells is over the limit of {MAX_CELLS}")


def check_elements(count: int) -> None:
    """Raise `LimitError` for a container of more than `MAX_ELEMENTS` elements."""
    if count > MAX_ELEMENTS:
        raise LimitError(f"a container of {count} elements is over the limit of {MAX_ELEMENTS}")
