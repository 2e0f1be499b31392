"""Units are run: the program at fault is isolated, all others get their results, the journal counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.engines import ENDLESS, Deadline, Limits, Outcome, make_engine
from kaggle_batt.pipeline.dispatch import Dispatch, Tools
from kaggle_batt.pipeline.jobs import Unit
from kaggle_batt.pipeline.journal import Journal
from kaggle_batt.pipeline.timings import Clock


def journal_in(path: Path, resume: bool = False) -> Journal:
    """A journal that has begun."""
    journal = Journal(path, {}, resume)
    journal.begin("p", {})
    return journal


class Numbers:
    """A job whose programs are numbers; `done` keeps which units were really run."""

    def __init__(self, name: str = "numbers") -> None:
        self.name = name
        self.done: list[Unit] = []

    def run(self, unit: Unit) -> bytes:
        self.done.append(unit)
        return f'"{self.name} {unit.start}-{unit.stop}"'.encode()

    def accepts(self, unit: Unit, value: Any) -> bool:
        return True

    def content(self, unit: Unit) -> str:
        return self.name


class Limiting:
    """The serial engine, but a unit with one of the bad programs exceeds a limit, as in a worker."""

    name, workers = "limiting", 1

    def __init__(self, bad: Sequence[int], kind: Any = "time", certain: bool = True) -> None:
        self.bad, self.kind, self.certain = bad, kind, certain

    def run(
        self,
        function: Callable[[Unit], bytes],
        jobs: Sequence[Unit],
        limits: Limits,
        *,
        on_outcome: Callable[[Outcome], None] | None = None,
        deadline: float | None = None,
    ) -> list[Outcome]:
        outcomes = []
        for index, unit in enumerate(jobs):
            late = deadline is not None and time.monotonic() >= deadline
            if late:
                outcomes.append(Outcome(index, "cancelled"))
                continue
            if any([unit.start <= number < unit.stop for number in self.bad]):
                detail = "the limit of 1 s was exceeded"
                outcomes.append(Outcome(index, self.kind, detail=detail, certain=self.certain))
            else:
                outcomes.append(Outcome(index, "ok", function(unit)))
            if on_outcome is not None:
                on_outcome(outcomes[-1])
        return outcomes

    def close(self) -> None:
        pass


class Ending(Limiting):
    """The deadline comes after its first unit."""

    def run(self, function: Any, jobs: Sequence[Unit], *given: Any, **named: Any) -> list[Outcome]:
        rest = [Outcome(index, "cancelled") for index in range(1, len(jobs))]
        return [*super().run(function, jobs[:1], *given, **named), *rest]


def tools(engine: Any = None, **given: Any) -> Tools:
    return Tools(engine or make_engine("serial"), Limits(), Clock(), **given)


def results_of(job: Numbers, units: Sequence[Unit], with_: Tools, **given: Any) -> dict[Unit, str]:
    found = Dispatch("phase", job, with_, lambda kind: f"failed: {kind}", **given).results(units)
    return {one: text.strip('"') for one, text in found.items()}


def unit(start: int, stop: int, task: str = "a") -> Unit:
    return Unit(task, "demo", 0, start, stop)


def programs(found: dict[Unit, str]) -> dict[int, str]:
    """The result of each program."""
    texts = {number: text for one, text in found.items() for number in range(one.start, one.stop)}
    assert len(texts) == sum([one.stop - one.start for one in found]), "no program twice"
    return texts


def test_results_and_spans() -> None:
    """A result for each unit, and who ran it when."""
    with_ = tools()
    reported: list[str] = []
    found = results_of(
        Numbers(),
        [unit(0, 3), unit(3, 5)],
        with_,
        on_result=lambda one, text: reported.append(f"{one.label} {text[1:-1]}"),
    )
    assert found == {unit(0, 3): "numbers 0-3", unit(3, 5): "numbers 3-5"}
    assert [span.label for span in with_.clock.spans] == ["a/demo/0/0-3", "a/demo/0/3-5"]
    assert reported == ["a/demo/0/0-3 numbers 0-3", "a/demo/0/3-5 numbers 3-5"]
    assert results_of(Numbers(), [], tools()) == {}


@pytest.mark.parametrize("kind", ["time", "memory", "death", "error"])
@pytest.mark.parametrize("bad", [[0], [12], [5], [3, 4], [0, 6, 12], list(range(13))])
def test_a_failure_goes_to_the_programs_at_fault_alone(bad: list[int], kind: str) -> None:
    """However many there are among the others."""
    with_ = tools(Limiting(bad, kind))
    found = programs(results_of(Numbers(), [unit(0, 13)], with_))
    assert sorted(found) == list(range(13))
    assert {number for number, text in found.items() if text == f"failed: {kind}"} == set(bad)
    assert {number for number, text in found.items() if text.startswith("numbers")} == set(range(13)) - set(
        bad
    )
    hits = sorted([(hit["unit"], hit["kind"], hit["detail"]) for hit in with_.limit_hits])
    units = [f"a/demo/0/{number}-{number + 1}" for number in bad]
    assert hits == sorted([(name, kind, "the limit of 1 s was exceeded") for name in units])


def test_finished_jobs_are_not_repeated(tmp_path: Path) -> None:
    """What the journal has is taken over, and reported of as if it came now."""
    units = [unit(0, 3), unit(3, 5), unit(0, 2, "b")]
    first = journal_in(tmp_path / "journal")
    results_of(Numbers(), units[:2], tools(journal=first))
    first.close()
    again = journal_in(tmp_path / "journal", resume=True)
    job, reported, with_ = Numbers(), [], tools(journal=again)
    found = results_of(job, units, with_, on_result=lambda one, text: reported.append(text[1:-1]))
    again.close()
    assert job.done == [units[2]]
    assert sorted(found.values()) == sorted(reported) == ["numbers 0-2", "numbers 0-3", "numbers 3-5"]
    assert len(with_.clock.spans) == 1


def test_failures_are_not_isolated_again(tmp_path: Path) -> None:
    """A resumed run does not wait for the same limits, and reports them all the same."""
    first = journal_in(tmp_path / "journal")
    before = tools(Limiting([5, 9]), journal=first)
    one = results_of(Numbers(), [unit(0, 13)], before)
    first.close()
    again = journal_in(tmp_path / "journal", resume=True)
    after = tools(journal=again)  # no limit would be exceeded now
    job = Numbers()
    assert results_of(job, [unit(0, 13)], after) == one
    again.close()
    assert job.done == []
    assert sorted(after.limit_hits, key=str) == sorted(before.limit_hits, key=str)


def test_a_result_counts_for_the_same_programs_only(tmp_path: Path) -> None:
    """Other programs at the same places (after a search that was cut short) are run."""
    first = journal_in(tmp_path / "journal")
    results_of(Numbers("old"), [unit(0, 3)], tools(journal=first))
    first.close()
    again = journal_in(tmp_path / "journal", resume=True)
    found = results_of(Numbers("new"), [unit(0, 3)], tools(journal=again))
    again.close()
    assert found == {unit(0, 3): "new 0-3"}


def test_what_the_deadline_cut_off_is_named() -> None:
    """It has no result and is no failure."""
    with_ = tools(deadline=Deadline(time.monotonic() - 1))
    assert results_of(Numbers(), [unit(0, 3), unit(3, 5)], with_) == {}
    assert with_.not_done == ["phase: a/demo/0/0-3", "phase: a/demo/0/3-5"]
    assert with_.limit_hits == []


def test_results_after_the_deadline_are_written_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow disk there is no time to write each; they are there when the units have returned."""
    path, job = tmp_path / "journal", Numbers()
    monkeypatch.setattr(Deadline, "late", lambda _: len(job.done) > 2)
    journal, lines = journal_in(path), []

    def count(*_: object) -> None:
        lines.append(len(path.read_bytes().splitlines()))

    results_of(job, [unit(n, n + 1) for n in range(6)], tools(Limiting([]), journal=journal, progress=count))
    assert lines == [2, 3, 3, 3, 3, 3]
    count()
    assert lines[-1] == 7
    journal.close()


def test_a_share_of_the_time() -> None:
    """Shorter than the whole, none without a deadline, and with the same lists."""
    now = time.monotonic()
    whole = tools(deadline=Deadline(now + 100))
    part = whole.within(0.5)
    assert 49 < part.deadline.left() < 51
    assert part.not_done is whole.not_done
    assert part.limit_hits is whole.limit_hits
    assert tools().within(0.5).deadline == ENDLESS


def test_progress_is_called_for_each_job() -> None:
    """Phase, jobs done, jobs in all, failures so far."""
    reported: list[tuple[int | str, ...]] = []
    with_ = tools(Limiting([2]), progress=lambda *event: reported.append(event))
    results_of(Numbers(), [unit(0, 2), unit(2, 3), unit(3, 5)], with_)
    assert reported == [("phase", 1, 3, 0), ("phase", 2, 3, 0), ("phase", 3, 3, 1)]


def test_progress_may_have_a_method_for_a_cut() -> None:
    """Where the deadline cuts off others; a plain function is called for the jobs done alone."""

    reported, plain = list[tuple[Any, ...]](), list[tuple[Any, ...]]()

    class Watch:
        def __call__(self, *event: Any) -> None:
            reported.append(event)

        def cut(self, *event: Any) -> None:
            reported.append((*event, "cut"))

    for progress in (Watch(), lambda *event: plain.append(event)):
        results_of(Numbers(), [unit(0, 2), unit(2, 3)], tools(Ending([]), progress=progress))
    assert reported == [("phase", 1, 2, 0), ("phase", 1, 2, 0, "cut")] and plain == [("phase", 1, 2, 0)]


def test_a_death_from_outside_is_not_journalled(tmp_path: Path) -> None:
    """It is this run's failure, but one that resumes it tries again."""
    path, job = tmp_path / "journal", Numbers()
    journal = journal_in(path)
    cut = tools(Limiting([2], "death", certain=False), journal=journal)
    assert results_of(job, [unit(0, 4)], cut)[unit(2, 3)] == "failed: death"
    journal.close()
    journal = journal_in(path, resume=True)
    found = results_of(job, [unit(0, 4)], tools(journal=journal))
    journal.close()
    assert found == {unit(0, 4): "numbers 0-4"}
