"""Carrying units out: journal, engine, and the search for the one program that a limit struck.

A unit holds many programs. When the net behind the budget (CPU, wall, memory, death of the worker)
strikes one, its halves are run again, until the program at fault is alone: it gets the failure, every
other program its result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kaggle_batt.engines import Engine, Limits, Outcome
from kaggle_batt.journal import Journal
from kaggle_batt.timings import Clock, Span
from kaggle_batt.work import Unit

#: told what happens: (phase, jobs done, jobs in all, failures so far)
Progress = Callable[[str, int, int, int], None]


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
        """Is the deadline over?"""
        return self.deadline is not None and time.monotonic() >= self.deadline


def carry(
    phase: str,
    function: Callable[[Unit], bytes],
    units: Iterable[Unit],
    tools: Tools,
    spans: list[Span],
    failed: Callable[[str, str], str],
    on_result: Callable[[Unit, str], None] | None = None,
) -> dict[Unit, str]:
    """The result (text) of each unit or of the parts it was cut into, in no particular order.

    `failed(kind, detail)` gives the result of a single program that a limit struck. What the deadline
    cut off is missing and named in `tools.not_done`. `on_result` hears of each result as it comes.
    """
    done: dict[Unit, str] = {}
    pending = list(units)
    while pending:
        pending = _recall(phase, pending, tools, done)
        outcomes = _round(phase, function, pending, tools, spans, on_result)
        again: list[Unit] = []
        for unit, outcome in zip(pending, outcomes, strict=True):
            if outcome.kind == "cancelled":
                tools.not_done.append(f"{phase}: {unit.label}")
            elif outcome.kind == "ok":
                done[unit] = outcome.value.decode()
            elif unit.stop - unit.start > 1:
                again += unit.halves()
            else:
                done[unit] = _strike(phase, unit, outcome, tools, failed)
        pending = again
    return done


def _recall(phase: str, pending: Sequence[Unit], tools: Tools, done: dict[Unit, str]) -> list[Unit]:
    """Take over what the journal has; return the rest, the largest first."""
    rest = []
    for unit in pending:
        known = tools.journal.get(phase, unit.label) if tools.journal else None
        if known is None:
            rest.append(unit)
        else:
            done[unit] = known
    return sorted(rest, key=lambda unit: unit.start - unit.stop)


def _round(
    phase: str,
    function: Callable[[Unit], bytes],
    pending: list[Unit],
    tools: Tools,
    spans: list[Span],
    on_result: Callable[[Unit, str], None] | None,
) -> list[Outcome]:
    count = failures = 0

    def heard(outcome: Outcome) -> None:
        nonlocal count, failures
        unit = pending[outcome.index]
        count += 1
        failures += not outcome.ok
        spans.append(Span(unit.label, outcome.worker, outcome.start, outcome.stop, outcome.kind))
        if outcome.ok:
            text = outcome.value.decode()
            if tools.journal:
                tools.journal.add(phase, unit.label, text)
            if on_result:
                on_result(unit, text)
        if tools.progress:
            tools.progress(phase, count, len(pending), failures)

    if not pending:
        return []
    return tools.engine.run(function, pending, tools.limits, on_outcome=heard, deadline=tools.deadline)


def _strike(phase: str, unit: Unit, outcome: Outcome, tools: Tools, failed: Callable[[str, str], str]) -> str:
    text = failed(outcome.kind, outcome.detail)
    told = {"phase": phase, "unit": unit.label, "kind": outcome.kind, "detail": outcome.detail}
    tools.struck.append(told)
    if tools.journal:
        tools.journal.add(phase, unit.label, text)
    return text
