"""Carrying units out: journal, engine, and the search for the one program that a limit struck.

A unit holds many programs. When the net behind the budget (CPU, wall, memory, death of the worker)
strikes one, its halves are run again, until the program at fault is alone: it gets the failure, every
other program its result. Strikes are journalled as well, so that a resumed run does not seek them anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from kaggle_batt.engines import Engine, Limits, Outcome
from kaggle_batt.pipeline.jobs import Unit
from kaggle_batt.pipeline.journal import Journal
from kaggle_batt.pipeline.timings import Clock, Span

#: told what happens: (phase, jobs done, jobs in all, failures so far)
Progress = Callable[[str, int, int, int], None]
#: what a journalled strike begins with; results are JSON, which never does
STRUCK = "!"


class Job(Protocol):
    """What a phase has done for each unit."""

    def run(self, unit: Unit) -> bytes:
        """The unit's result, as JSON."""
        ...

    def content(self, unit: Unit) -> str:
        """A digest of everything but the parameters that the unit's result hangs on."""
        ...


@dataclass
class Tools:
    """What phases work with: engine and limits, clock, journal, progress, deadline (monotonic)."""

    engine: Engine
    limits: Limits
    clock: Clock
    journal: Journal | None = None
    progress: Progress | None = None
    deadline: float | None = None
    not_done: list[str] = field(default_factory=list)
    struck: list[dict[str, Any]] = field(default_factory=list)

    @property
    def late(self) -> bool:
        """Whether the deadline has come."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def within(self, share: float) -> Tools:
        """The same tools, with a deadline when that share of the time left is over."""
        if self.deadline is None:
            return self
        now = time.monotonic()
        return replace(self, deadline=now + share * (self.deadline - now))


def carry(
    phase: str,
    job: Job,
    units: Iterable[Unit],
    tools: Tools,
    spans: list[Span],
    failed: Callable[[str], str],
    on_result: Callable[[Unit, str], None] | None = None,
) -> dict[Unit, str]:
    """The result (text) of each unit or of the parts it was cut into, in no particular order.

    `failed(kind)` gives the result of a single program that a limit struck. What the deadline cut off is
    missing and named in `tools.not_done`. `on_result` hears of each result as it comes, also from the
    journal.
    """
    return _Carrying(phase, job, tools, spans, failed, on_result).results(list(units))


def longest_first(units: Sequence[Unit]) -> list[Unit]:
    """The units by the largest of their sample, those of a sample next to each other.

    They share most of their work, which a worker that has done the one still has at hand for the next.
    """
    largest: dict[Any, int] = {}
    for unit in units:
        where = (unit.task, unit.sample)
        largest[where] = max(unit.stop - unit.start, largest.get(where, 0))
    rank = {where: place for place, where in enumerate(sorted(largest, key=lambda where: -largest[where]))}
    return sorted(units, key=lambda unit: (rank[unit.task, unit.sample], unit.start - unit.stop))


@dataclass
class _Carrying:
    """One call of `carry`; `done` is what it returns."""

    phase: str
    job: Job
    tools: Tools
    spans: list[Span]
    failed: Callable[[str], str]
    on_result: Callable[[Unit, str], None] | None
    done: dict[Unit, str] = field(default_factory=dict)

    def results(self, pending: list[Unit]) -> dict[Unit, str]:
        while pending := self.recall(pending):
            outcomes = self.round(pending)
            again: list[Unit] = []
            for unit, outcome in zip(pending, outcomes, strict=True):
                if outcome.kind == "cancelled":
                    self.tools.not_done.append(f"{self.phase}: {unit.label}")
                elif outcome.kind != "ok":
                    again += self.struck(unit, outcome.kind, outcome.detail)
            pending = again
        return self.done

    def recall(self, pending: Sequence[Unit]) -> list[Unit]:
        """Take over what the journal has; return the rest, the largest first."""
        journal, todo, rest = self.tools.journal, list(reversed(pending)), []
        while todo:
            unit = todo.pop()
            known = journal.get(self.phase, self.key(unit)) if journal else None
            if known is None:
                rest.append(unit)
            elif known.startswith(STRUCK):
                kind, _, detail = known.removeprefix(STRUCK).partition(" ")
                todo += reversed(self.struck(unit, kind, detail))
            else:
                self.take(unit, known)
        return longest_first(rest)

    def round(self, pending: list[Unit]) -> list[Outcome]:
        """Have the engine do the units, journalling each outcome as it comes."""
        count = failures = 0
        before = time.monotonic() - self.tools.clock.begun  # earlier rounds and passes of the phase

        def heard(outcome: Outcome) -> None:
            nonlocal count, failures
            unit = pending[outcome.index]
            count += 1
            failures += not outcome.ok
            start, stop = before + outcome.start, before + outcome.stop
            self.spans.append(Span(unit.label, outcome.worker, start, stop, outcome.kind))
            text = outcome.value.decode() if outcome.ok else f"{STRUCK}{outcome.kind} {outcome.detail}"
            if self.tools.journal:
                self.tools.journal.add(self.phase, self.key(unit), text)
            if outcome.ok:
                self.take(unit, text)
            if self.tools.progress:
                self.tools.progress(self.phase, count, len(pending), failures)

        tools = self.tools
        return tools.engine.run(
            self.job.run, pending, tools.limits, on_outcome=heard, deadline=tools.deadline
        )

    def key(self, unit: Unit) -> str:
        """The unit's name in the journal: a result counts for the same programs on the same grids only."""
        return f"{unit.label} {self.job.content(unit)}"

    def take(self, unit: Unit, text: str) -> None:
        """Keep a result and tell of it."""
        self.done[unit] = text
        if self.on_result:
            self.on_result(unit, text)

    def struck(self, unit: Unit, kind: str, detail: str) -> list[Unit]:
        """The halves of a unit that a limit struck; a single program gets the failure."""
        if unit.stop - unit.start > 1:
            return unit.halves()
        told = {"phase": self.phase, "unit": unit.label, "kind": kind, "detail": detail}
        self.tools.struck.append(told)
        self.done[unit] = self.failed(kind)
        return []
