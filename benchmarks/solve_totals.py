"""Totals of a run over tasks: sums alone, so that nothing in them is about one task."""

from __future__ import annotations

import collections
from dataclasses import dataclass, field
from typing import Any

from solve_rows import Row, chained

from kaggle_batt.search.scoring.confidence import SCORE_STEPS, TABLE


@dataclass
class Totals:
    """Counts by name, CPU seconds in order of size, the chained digest of all that was found."""

    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    cpu: list[float] = field(default_factory=list)
    memory: int = 0
    digest: str = ""
    kinds: collections.Counter[str] = field(default_factory=collections.Counter)
    trust: collections.Counter[str] = field(default_factory=collections.Counter)

    def add(self, row: Row) -> None:
        """Count a task's row."""
        ranks, counts = row["ranks"], self.counts
        counts["tasks"] += 1
        counts["outputs"] += len(ranks)
        for answers in (1, 2, 3):
            counts[f"right {answers}"] += sum(0 <= rank < answers for rank in ranks)
        counts["right at any rank"] += sum(rank >= 0 for rank in ranks)
        counts["tasks right"] += all(0 <= rank < 2 for rank in ranks)
        counts["tasks with a program"] += row["score"] is not None
        counts["searches failed"] += bool(row["fault"])
        counts["steps"] += row["steps"]
        self.cpu = sorted([*self.cpu, row["cpu"]])
        self.memory = max(self.memory, row["memory"])
        self.digest = chained(self.digest, row["digest"])
        self.kinds.update([kind for kind, rank in zip(row["kinds"], ranks, strict=True) if 0 <= rank < 2])
        if row["score"] is not None:
            self._add_trust(row)

    def _add_trust(self, row: Row) -> None:
        """Count the best prediction under its confidence and under what the confidence comes from."""
        held, column = row["cell"]
        for place in (f"confidence {row['confidence']}", f"{held} {column}"):
            self.trust[f"{place} of"] += 1
            self.trust[f"{place} right"] += row["right"]

    def add_alone(self, found: dict[str, int]) -> None:
        """Count the results of programs run alone."""
        self.counts.update(found)

    def right(self, answers: int) -> int:
        """Outputs right with so many answers."""
        return self.counts[f"right {answers}"]

    @property
    def mean(self) -> float:
        """CPU seconds a task."""
        return sum(self.cpu) / max(1, len(self.cpu))

    @property
    def p90(self) -> float:
        """CPU seconds that nine of ten tasks stay below."""
        return self.cpu[9 * len(self.cpu) // 10] if self.cpu else 0.0

    @property
    def most(self) -> float:
        """CPU seconds of the longest search."""
        return self.cpu[-1] if self.cpu else 0.0

    def as_json(self) -> dict[str, Any]:
        """A JSON value."""
        return dict(vars(self))

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> Totals:
        """Totals read back."""
        counters = {name: collections.Counter(value[name]) for name in ("counts", "kinds", "trust")}
        return cls(**{**value, **counters})


def line(totals: Totals) -> str:
    """The totals in one line, for progress."""
    return (
        f"{totals.counts['tasks']} tasks, {totals.counts['outputs']} outputs: right with 1/2/3 answers "
        f"{totals.right(1)}/{totals.right(2)}/{totals.right(3)}, tasks right {totals.counts['tasks right']}, "
        f"CPU s a task {totals.mean:.2f}"
    )


def report(totals: Totals, hidden: bool) -> str:
    """The figures as text; `hidden` leaves out what is no total of the answers."""
    counts, seconds = totals.counts, sum(totals.cpu) or 1e-9
    lines = [
        line(totals),
        f"right at any rank {counts['right at any rank']}; tasks with a program "
        f"{counts['tasks with a program']}; searches failed {counts['searches failed']}",
        f"CPU s a task: mean {totals.mean:.2f}, p90 {totals.p90:.2f}, max {totals.most:.2f}; "
        f"steps per CPU s {counts['steps'] / seconds / 1e6:.2f} M; peak memory {totals.memory} MB",
        f"programs read back from their files in fresh processes: {counts['programs alone']}, of these not "
        f"as credited {counts['unfaithful alone']}; outputs right with two answers that they give: "
        f"{counts['outputs right alone']} of {totals.right(2)}",
        f"digest of all that was found: {totals.digest}",
    ]
    if not hidden:
        found = ", ".join(f"{kind} {number}" for kind, number in totals.kinds.most_common())
        lines.append(f"right with two answers, by finisher: {found}")
    return "\n".join(lines)


def calibration(totals: Totals) -> str:
    """Predicted confidence against share right, and the cells of the table that confidence comes from."""
    trust = totals.trust
    values = sorted([int(key.split()[1]) for key in trust if key.startswith("confidence") and "of" in key])
    lines = ["| confidence % | tasks | right | share right % |", "| --- | --- | --- | --- |"]
    for value in reversed(values):
        right, tried = trust[f"confidence {value} right"], trust[f"confidence {value} of"]
        lines.append(f"| {value} | {tried} | {right} | {100 * right / tried:.0f} |")
    ends = [f"to {step}" for step in SCORE_STEPS]
    lines += ["", f"| held out | {' | '.join(['score ' + ends[0], *ends[1:], 'above'])} |"]
    lines.append("| --- " * (len(SCORE_STEPS) + 2) + "|")
    for held in TABLE:
        cells = [(trust[f"{held} {k} right"], trust[f"{held} {k} of"]) for k in range(len(SCORE_STEPS) + 1)]
        lines.append(f"| {held} | {' | '.join(f'{a} / {b}' if b else '–' for a, b in cells)} |")
    return "\n".join(lines)


def heading(first: str) -> str:
    """The head of a table of runs; its first column is headed `first`."""
    names = ["right with 1/2/3 answers", "tasks right", "CPU s a task (mean, p90, max)", "MB", "unfaithful"]
    return f"| {' | '.join([first, *names])} |\n" + "| --- " * 6 + "|"


def table_row(name: str, totals: Totals) -> str:
    """A run as a line of that table."""
    right = f"{totals.right(1)} / **{totals.right(2)}** / {totals.right(3)} of {totals.counts['outputs']}"
    cpu = f"{totals.mean:.1f}, {totals.p90:.1f}, {totals.most:.1f}"
    alone = f"{totals.counts['unfaithful alone']} of {totals.counts['programs alone']}"
    return f"| {name} | {right} | {totals.counts['tasks right']} | {cpu} | {totals.memory} | {alone} |"
