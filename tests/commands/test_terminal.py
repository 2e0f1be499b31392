"""Progress: a bar where a person reads along, a quiet line now and then elsewhere."""

from __future__ import annotations

import io

import pytest

from kaggle_batt.commands import terminal
from kaggle_batt.commands.terminal import TextProgress


class Terminal(io.StringIO):
    """A stream that a person reads along."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the progress."""
    made = Clock()
    monkeypatch.setattr(terminal, "time", made)
    return made


def test_a_terminal_shows_a_bar_with_rate_and_time_left(clock: Clock) -> None:
    """It is drawn over itself, and ends with its line when the phase is done."""
    stream = Terminal()
    shown = TextProgress(stream)
    shown("score demo", 1, 100, 0)
    clock.now += 5.0
    shown("score demo", 50, 100, 3)
    last = stream.getvalue().split("\r")[-1]
    assert last.startswith("score demo  [############............] 50/100 jobs, 10/s, 5 s left, 3 failed")
    assert "\n" not in stream.getvalue()
    clock.now += 5.0
    shown("score demo", 100, 100, 3)
    assert stream.getvalue().endswith("\n")
    assert "100/100 jobs" in stream.getvalue().split("\r")[-1]


def test_a_phase_that_the_time_budget_cut_says_so(clock: Clock) -> None:
    """Its line ends there, without a rate from which nothing follows."""
    stream = Terminal()
    shown = TextProgress(stream)
    shown("validate", 1, 1718, 0)
    shown.cut("validate", 36, 1718, 0)
    last = stream.getvalue().split("\r")[-1]
    assert "36/1718 jobs, " in last and "ended by the time budget" in last and " left" not in last
    assert last.endswith("\n")


def test_the_bar_is_not_drawn_for_every_job(clock: Clock) -> None:
    """Ten thousand jobs a second are no reason for ten thousand lines."""
    stream = Terminal()
    shown = TextProgress(stream)
    for done in range(1, 10_001):
        clock.now += 0.0001
        shown("score demo", done, 10_000, 0)
    assert stream.getvalue().count("\r") <= 8


def test_elsewhere_a_quiet_line_every_half_minute(clock: Clock) -> None:
    """Nothing at all for a short run; no control characters."""
    stream = io.StringIO()
    shown = TextProgress(stream)
    for done in range(1, 101):
        clock.now += 0.7
        shown("validate", done, 100, 0)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert all([line.startswith("validate") and "\r" not in line and "[" not in line for line in lines])
    short = io.StringIO()
    TextProgress(short)("filter", 1, 1, 0)
    assert short.getvalue() == ""


def test_each_phase_has_its_own_rate(clock: Clock) -> None:
    """A new phase starts to count anew."""
    stream = Terminal()
    shown = TextProgress(stream)
    shown("score demo", 10, 10, 0)
    clock.now += 100.0
    shown("differ", 1, 20, 0)
    clock.now += 1.0
    shown("differ", 11, 20, 0)
    assert "11/20 jobs, 11/s, 1 s left" in stream.getvalue().split("\r")[-1]


def test_which_streams_are_watched() -> None:
    """A terminal and a notebook's output, no file."""
    notebook = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})
    assert TextProgress(Terminal()).watched
    assert TextProgress(notebook()).watched
    assert not TextProgress(io.StringIO()).watched
