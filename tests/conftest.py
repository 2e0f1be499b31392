"""Fixtures that several test files share, and SIGINT as a terminal has it."""

import signal
import threading

from tests.kaggle.throwaway import throwaway_python

__all__ = ["throwaway_python"]

# `nohup`, or `&` in a script, starts this process with SIGINT ignored, and what the tests start inherits it
ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
if ignored and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)
