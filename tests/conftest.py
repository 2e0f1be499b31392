"""Fixtures that several test files share, the order of the tests, what spares time, and SIGINT as usual."""

import gc
import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.kaggle.throwaway import throwaway_python

__all__ = ["throwaway_python"]

# how long examples take to be made says how busy the machine is, not whether a test is sound
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# `nohup`, or `&` in a script, starts this process with SIGINT ignored, and what the tests start inherits it
ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
if ignored and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# where the environment forbids to write bytecode, each of the processes that tests start compiles all anew
if sys.dont_write_bytecode:
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def checked_alone(descriptor: int) -> None:
    """In place of `os.fsync`: a run waits for the disk ten times, for what only a loss of power would show.

    Runs in processes of their own do wait.
    """
    os.fstat(descriptor)


os.fsync = checked_alone

# what 4,000 tests hold is there to stay: to go over it as often as usual takes a tenth of their time
gc.set_threshold(700, 10, 100)

#: rooms whose tests fork. They come first: a fork copies this process's page tables, and what other tests
#: import and keep would make each fork several times as dear
FORKING = ("engines", "legacy", "pipeline", "batch")


def place(item: pytest.Item) -> int:
    """0 for a test that forks; then those of dask, which imports much; others; many short ones at the end."""
    if item.path.parent.name in FORKING:
        return int(item.path.stem == "test_dask")
    return 3 if item.path.parent.name == "dsl" else 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests, and spread the work evenly: no long one is left for the end."""
    items.sort(key=place)
