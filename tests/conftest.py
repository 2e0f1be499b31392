"""Fixtures that several test files share, the order of the tests, and SIGINT as a terminal has it."""

import signal
import threading

import pytest

from tests.kaggle.throwaway import throwaway_python

__all__ = ["throwaway_python"]

# `nohup`, or `&` in a script, starts this process with SIGINT ignored, and what the tests start inherits it
ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
if ignored and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: rooms whose tests fork. They come first: a fork copies this process's page tables, and what other tests
#: import and keep would make each fork several times as dear
FORKING = ("engines", "legacy", "pipeline", "batch")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests: those that fork, those of dask, which imports much, all others."""
    items.sort(key=lambda item: 2 * (item.path.parent.name not in FORKING) or item.path.stem == "test_dask")
