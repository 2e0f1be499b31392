"""Runs units on an engine, through the journal, and isolates the program that exceeds a limit.

The halves of a unit that exceeds a limit or takes its worker down are run again, until the program at fault
is alone: it gets the failure, every other program its result. Failures are journalled as well, but for deaths
that something outside of the run may have caused.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self

from kaggle_batt.engines import ENDLESS, Deadline, Engine, Limits, Outcome
from kaggle_batt.engines.base import KINDS
from kaggle_batt.errors import JournalError
from kaggle_batt.pipeline.jobs import Job, Unit
from kaggle_batt.pipeline.journal import Journal
from kaggle_batt.pipeline.timings import Clock, Span

#: called after each job with (phase, jobs done, jobs in all, failures so far); where the deadline cuts off
#: others its method `cut`, if it has one, is called with the same
Progress = Callable[[str, int, int, int], None]
FAILED = "!"  #: first character of a journalled failure; results are JSON and never begin with it
#: detail of a result that is not of the form of its job
INVALID = "what the worker gave is no result: the module has changed the code that it runs in"


@dataclass
class Tools:
    """What phases work with."""

    engine: Engine
    limits: Limits
    clock: Clock
    journal: Journal | None = None
    progress: Progress | None = None
    deadline: Deadline = ENDLESS
    not_done: list[str] = field(default_factory=list)  # labels of the work that the deadline cut off
    limit_hits: list[dict[str, Any]] = field(default_factory=list)  # of each program that exceeded a limit
    guarded: bool = False  # jobs execute foreign code: results are validated, as the journal's always are

    def within(self, share: float) -> Self:
        """The same tools with a deadline after that share of the time left."""
        return replace(self, deadline=self.deadline.share(share))

    def in_time(self, names: Iterable[str], phase: str) -> Iterator[str]:
        """The names, until the deadline; `not_done` gets the others."""
        for name in names:
            if self.deadline.late():
                self.not_done.append(f"{phase}: {name}")
            else:
                yield name


def longest_first(units: Sequence[Unit]) -> list[Unit]:
    """The units by the largest of their sample; those of a sample, which share work, next to each other."""
    largest: dict[Any, int] = {}
    for unit in units:
        largest[unit[:3]] = max(unit.stop - unit.start, largest.get(unit[:3], 0))
    rank = {where: place for place, where in enumerate(sorted(largest, key=lambda where: -largest[where]))}
    return sorted(units, key=lambda unit: (rank[unit[:3]], unit.start - unit.stop))


def is_valid(text: str | bytes, accepts: Callable[[Any], bool]) -> bool:
    """Whether the text is JSON, in UTF-8, of a value that is accepted."""
    try:
        return accepts(json.loads(text if isinstance(text, str) else text.decode()))
    except (ValueError, RecursionError):
        return False


def checked(outcome: Outcome, accepts: Callable[[Any], bool]) -> Outcome:
    """The outcome of a guarded worker; an error if its result is not of the form that is accepted."""
    if not outcome.ok or is_valid(outcome.value, accepts):
        return outcome
    return outcome._replace(kind="error", value=b"", detail=INVALID)


@dataclass
class Dispatch:
    """Units of a phase to be run, and the results that are `done`."""

    phase: str
    job: Job
    tools: Tools
    failure: Callable[[str], str]  # gives the result of a single program that exceeded a limit of this kind
    on_result: Callable[[Unit, str], None] | None = None  # gets each as it arrives, journalled ones included
    done: dict[Unit, str] = field(default_factory=dict)

    def results(self, pending: Sequence[Unit]) -> dict[Unit, str]:
        """The result (text) of each unit or of its parts, in no order; the deadline may have cut some off."""
        while pending := self.recall(pending):
            outcomes = self.round(pending)
            again: list[Unit] = []
            for unit, outcome in zip(pending, outcomes, strict=True):
                if outcome.kind == "cancelled":
                    self.late(unit)
                elif outcome.kind != "ok":
                    again += self.failed(unit, outcome.kind, outcome.detail)
            pending = again
        return self.done

    def recall(self, pending: Sequence[Unit]) -> list[Unit]:
        """Take over what the journal has; return the rest, the largest first."""
        journal, todo, rest = self.tools.journal, list(reversed(pending)), []
        while todo:
            unit = todo.pop()
            if self.tools.deadline.late():
                self.late(unit)
                continue
            known = journal.get(self.phase, self.key(unit)) if journal else None
            if known is None:
                rest.append(unit)
                continue
            kind, _, detail = known.removeprefix(FAILED).partition(" ")
            if known.startswith(FAILED) and kind in KINDS:
                todo += reversed(self.failed(unit, kind, detail))
            elif is_valid(known, partial(self.job.accepts, unit)):
                self.take(unit, known)
            elif journal:
                place = f"{self.phase}: {unit.label}"
                raise JournalError(f"{journal.path}: the result of {place} is of another form")
        return longest_first(rest)

    def round(self, pending: list[Unit]) -> list[Outcome]:
        """Run the units on the engine, journalling each outcome as it arrives."""
        tools, failures = self.tools, 0
        found: dict[int, Outcome] = {}
        before = time.monotonic() - tools.clock.started

        def on_outcome(outcome: Outcome) -> None:
            nonlocal failures
            unit = pending[outcome.index]
            if tools.guarded:
                outcome = checked(outcome, partial(self.job.accepts, unit))
            found[outcome.index] = outcome
            failures += not outcome.ok
            start, stop = before + outcome.start, before + outcome.stop
            tools.clock.spans.append(Span(unit.label, outcome.worker, start, stop, outcome.kind))
            text = outcome.value.decode() if outcome.ok else f"{FAILED}{outcome.kind} {outcome.detail}"
            if tools.journal and outcome.certain:
                # after the deadline there is no time to write each of those that have arrived by itself
                tools.journal.add(self.phase, self.key(unit), text, wait=tools.deadline.late())
            if outcome.ok:
                self.take(unit, text)
            if tools.progress:
                tools.progress(self.phase, len(found), len(pending), failures)

        outcomes = tools.engine.run(
            self.job.run, pending, tools.limits, on_outcome=on_outcome, deadline=tools.deadline.until
        )
        if tools.journal:
            tools.journal.flush()
        if len(found) < len(pending) and (cut := getattr(tools.progress, "cut", None)):
            cut(self.phase, len(found), len(pending), failures)
        return [found.get(outcome.index, outcome) for outcome in outcomes]

    def late(self, unit: Unit) -> None:
        self.tools.not_done.append(f"{self.phase}: {unit.label}")

    def key(self, unit: Unit) -> str:
        """The unit's name in the journal: it counts for the same programs on the same grids only."""
        return f"{unit.label} {self.job.content(unit)}"

    def take(self, unit: Unit, text: str) -> None:
        self.done[unit] = text
        if self.on_result:
            self.on_result(unit, text)

    def failed(self, unit: Unit, kind: str, detail: str) -> list[Unit]:
        """The halves of a failed unit; a single program gets the failure."""
        if unit.stop - unit.start > 1:
            return unit.halves()
        hit = {"phase": self.phase, "unit": unit.label, "kind": kind, "detail": detail}
        self.tools.limit_hits.append(hit)
        self.done[unit] = self.failure(kind)
        return []
