"""The serial engine: one job after the other in one thread of this process. The reference; no isolation."""

from kaggle_batt.engines.thread import ThreadEngine


class SerialEngine(ThreadEngine):
    """The thread engine with one thread; `workers` is always 1."""

    workers = 1

    def __init__(self, _workers: int = 0) -> None:
        """`_workers` is what other engines take; there is nothing to set."""
