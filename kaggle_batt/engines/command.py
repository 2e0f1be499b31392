"""One command under an outer limit of time; when it is exceeded, the command's process tree is killed."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaggle_batt.engines.workers.system import descendants

_POLL = 0.05  # seconds between two checks of a running command


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit status (negative: the signal that killed it), None for the limit of time."""

    status: int | None
    seconds: float


class Command:
    """A running command in a session of its own, without standard input, its output going to a file."""

    def __init__(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        log: Path,
        timeout: float,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Start the command; `timeout` in seconds of wall time. Raises OSError if it can't be started."""
        self._started = time.monotonic()
        self._timeout = timeout
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> Ended | None:
        """How it ended, None while it runs; kills it when its time is over."""
        seconds = time.monotonic() - self._started
        status = self._process.poll()
        if status is None and seconds < self._timeout:
            return None
        if status is None:
            self.kill()
        return Ended(status, seconds)

    def wait(self) -> Ended:
        """Wait for its end; an interrupt kills it and passes through."""
        try:
            while (ended := self.poll()) is None:
                time.sleep(_POLL)
            return ended
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """Kill the command and its descendants, whatever their session, and reap it."""
        for pid in [self.pid, *descendants(self.pid)]:
            with contextlib.suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(pid, signal.SIGKILL)
        self._process.wait()


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no output"
