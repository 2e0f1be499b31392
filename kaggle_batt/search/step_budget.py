"""The budget of a search: steps, counted by the work asked for, never by the clock.

A step is about a microsecond of the reference machine. The charges, fitted there, are part of the contract:
the same task and budget give the same search.
"""

from collections.abc import Iterator
from contextlib import contextmanager


class StepBudget:
    """Steps used of a total; `limit` is where the present part of the search ends."""

    def __init__(self, total: int) -> None:
        self.total = self.limit = total
        self.used = 0
        self.rate, self.rest = 100, 0  #: percent charged for the present work; hundredths not yet charged

    def spend(self, steps: int) -> None:
        """Count the steps of work that is about to be done."""
        whole, self.rest = divmod(steps * self.rate + self.rest, 100)
        self.used += whole

    @property
    def exhausted(self) -> bool:
        """Whether the present limit is reached."""
        return self.used >= self.limit

    @contextmanager
    def within(self, percent: int) -> Iterator[None]:
        """Let the work inside use at most that share of the steps left up to the present limit."""
        limit = self.limit
        self.limit = self.used + (limit - self.used) * percent // 100
        yield
        self.limit = limit
