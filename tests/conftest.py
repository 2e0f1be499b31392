"""Fixtures that several test files share, and SIGINT as a terminal has it."""

import signal
import threading

from tests.kaggle.throwaway import throwaway_python

__all__ = ["throwaway_python"]

# started by `nohup` or `&` in a script, this process has SIGINT ignored, and all that the tests start inherits it
if (
    threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):
    signal.signal(signal.SIGINT, signal.default_int_handler)
