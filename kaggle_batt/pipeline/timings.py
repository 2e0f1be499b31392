"""Wall, CPU, jobs and speed-up of each phase; the keys of the older tool beside the names."""

import resource
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

#: phase -> the older tool's keys: (wall, CPU or None)
OLD_KEYS: dict[str, tuple[str, str | None]] = {
    "generate": ("run_batt.generate", None),
    "score demo": ("run_batt.phase4_demo_parallel", "run_batt.phase4_demo_cpu"),
    "score test": ("run_batt.phase4_test_parallel", "run_batt.phase4_test_cpu"),
    "filter": ("run_batt.phase1_filter", None),
    "inline": ("run_batt.phase2_inline_batch", None),
    "validate": ("run_batt.phase3a_validate_batch", None),
    "differ": ("run_batt.phase4_differs", None),
    "save": ("run_batt.phase3b_file_ops", None),
    "total": ("main.run_batt", None),
}
CHECK_KEY = "run_batt.check_batt"  #: the older tool's key for both scoring phases together


@dataclass(frozen=True, slots=True)
class Span:
    """A job's label, worker, start and stop (seconds since the run's start), and kind of outcome."""

    label: str
    worker: int
    start: float
    stop: float
    kind: str


@dataclass(frozen=True, slots=True)
class PhaseTime:
    """Seconds of a phase: `wall`, `cpu` (processes of the run, workers included), and its jobs."""

    phase: str
    wall: float
    cpu: float
    jobs: int
    spans: tuple[Span, ...] = field(default=())

    @property
    def parallelism(self) -> float:
        """CPU over wall: how many cores were busy on average."""
        return self.cpu / self.wall if self.wall > 0 else 0.0

    def as_json(self) -> dict[str, Any]:
        """The phase as a JSON value, seconds rounded to microseconds."""
        spans = [[s.label, s.worker, round(s.start, 6), round(s.stop, 6), s.kind] for s in self.spans]
        seconds = {"wall": round(self.wall, 6), "cpu": round(self.cpu, 6)}
        ratio = round(self.parallelism, 3)
        return {"phase": self.phase, **seconds, "jobs": self.jobs, "parallelism": ratio, "spans": spans}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        spans = tuple([Span(*span) for span in value["spans"]])
        return cls(value["phase"], value["wall"], value["cpu"], value["jobs"], spans)


@dataclass
class Clock:
    """Measures phases one after the other, from `started`; `spans` are those of the phase in progress."""

    phases: list[PhaseTime] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    spans: list[Span] = field(default_factory=list)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        wall, cpu = time.monotonic(), _cpu()
        self.spans = []
        try:
            yield
        finally:
            seconds, jobs = time.monotonic() - wall, max(1, len(self.spans))
            self.phases.append(PhaseTime(name, seconds, _cpu() - cpu, jobs, tuple(self.spans)))

    def total(self) -> PhaseTime:
        jobs = sum([phase.jobs for phase in self.phases])
        wall = sum([phase.wall for phase in self.phases])
        return PhaseTime("total", wall, sum([phase.cpu for phase in self.phases]), jobs)


def _cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum([one.ru_utime + one.ru_stime for one in used])


def old_timings(phases: list[PhaseTime]) -> dict[str, float]:
    found: dict[str, float] = {}
    for phase in phases:
        wall, cpu = OLD_KEYS.get(phase.phase, (None, None))
        if wall:
            found[wall] = phase.wall
        if cpu:
            found[cpu] = phase.cpu
        if phase.phase in ("score demo", "score test"):
            found[CHECK_KEY] = found.get(CHECK_KEY, 0.0) + phase.wall
    return found
