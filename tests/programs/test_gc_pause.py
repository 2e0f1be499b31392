"""The collector of cyclic garbage waits while it is asked to, and is as it was afterwards."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Iterator

import pytest

from kaggle_batt.engines.workers import system
from kaggle_batt.programs import gc_pause
from kaggle_batt.programs.gc_pause import uncollected


class Ring:
    """An object that holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def switched_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(gc_pause, "_frozen", False)
    gc.enable()
    yield
    gc.unfreeze()
    gc.enable()


def test_it_waits_and_comes_back() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_comes_back_after_an_error() -> None:
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()


def test_it_stays_off_where_it_was() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_what_came_meanwhile_is_old_afterwards_and_still_goes() -> None:
    """The next young collection need not look through it; a full one finds what is garbage of it."""
    with uncollected():
        made = [[number] for number in range(5000)]
        ring = weakref.ref(Ring())
    assert len(gc.get_objects(generation=0)) < len(made)
    assert ring() is not None
    gc.collect()
    assert ring() is None


def test_frozen_objects_stay_frozen() -> None:
    gc.freeze()
    count = gc.get_freeze_count()
    with uncollected():
        pass
    assert gc.get_freeze_count() >= count - 100


def test_frozen_objects_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting visits each of them; workers have the whole memory of their parent frozen."""
    calls: list[int] = []
    monkeypatch.setattr(gc, "get_freeze_count", lambda: calls.append(1) or 9)
    for _ in range(5):
        with uncollected():
            pass
    assert len(calls) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_process_forked_meanwhile_collects() -> None:
    """Its collector is on at once, and after the body as it was inherited; its own pauses work."""
    with uncollected():
        child = system.fork()
        collects = gc.isenabled()
    if not child:
        with uncollected():
            pauses = not gc.isenabled()
        os._exit(0 if collects and pauses and gc.isenabled() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not collects
