"""The budget of a search: steps, counted by the work asked for, never by the clock.

One step stands for about a microsecond of the reference machine; what each kind of work is charged was
fitted there (docs/search.md) and is part of the contract: the same task and budget give the same search.
"""

from __future__ import annotations


class Meter:
    """Steps used of a budget; `part` narrows the limit for a stage."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.limit = budget
        self.used = 0

    def spend(self, steps: int) -> None:
        """Count the steps of work that is about to be done."""
        self.used += steps

    @property
    def over(self) -> bool:
        """Whether the present stage's limit is reached."""
        return self.used >= self.limit

    def until(self, limit: int) -> None:
        """Set the limit of the present stage, never beyond the budget."""
        self.limit = min(limit, self.budget)
