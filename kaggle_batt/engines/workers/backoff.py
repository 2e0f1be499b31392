"""Trying again what the system refuses for the moment: forks, workers and supervisors that end at once."""

import errno
import math
import time

PATIENCE = 10.0  # seconds for which something that fails is tried again
FIRST, LONGEST = 0.02, 1.0  # seconds until it is tried again, which double with each failure
PASSING = (errno.EAGAIN, errno.ENOMEM)  # errors of a system that is short of processes or memory


class Backoff:
    """Counts failures in a row. `next` is the moment of the next try, `since` that of the first failure."""

    def __init__(self) -> None:
        self.next = -math.inf
        self.reset()

    def reset(self) -> None:
        """Note a success."""
        self.since, self.pause = math.inf, FIRST

    def failed(self) -> bool:
        """Note a failure; whether another try makes sense."""
        now = time.monotonic()
        self.since = min(self.since, now)
        self.next, self.pause = now + self.pause, min(2 * self.pause, LONGEST)
        return now - self.since < PATIENCE

    @property
    def ready(self) -> bool:
        return time.monotonic() >= self.next
