"""One command under an outer limit of time; when it strikes, the whole tree of its processes goes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_POLL = 0.05  # seconds between looks at a running command


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit status (negative: the signal that killed it), None if the limit struck."""

    status: int | None
    seconds: float


class Command:
    """A running command in a session of its own, with no standard input, its output going to a file."""

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
        """The number of the command's process."""
        return self._process.pid

    def poll(self) -> Ended | None:
        """How it ended, None while it runs; kills it when its time is over."""
        seconds = time.monotonic() - self._started
        status = self._process.poll()
        if status is not None:
            return Ended(status, seconds)
        if seconds < self._timeout:
            return None
        self.kill()
        return Ended(None, seconds)

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
        """End the command and its descendants (a notebook's kernel has a session of its own), and reap it."""
        for pid in [self._process.pid, *descendants(self._process.pid)]:
            _kill(pid)
        self._process.wait()


def descendants(pid: int) -> list[int]:
    """The children of a process and theirs, from /proc; empty where there is none."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = list(parents.get(pid, ()))
    for child in found:  # grows while it is read
        found.extend(parents.get(child, ()))
    return found


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended meanwhile
        os.kill(pid, signal.SIGKILL)
