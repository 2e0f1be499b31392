"""The collector of cyclic garbage waits while it is asked to, and is as it was afterwards."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

from kaggle_batt.engines.workers import system
from kaggle_batt.programs.gc_pause import uncollected


@pytest.fixture(autouse=True)
def switched_on() -> Iterator[None]:
    gc.enable()
    yield
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
