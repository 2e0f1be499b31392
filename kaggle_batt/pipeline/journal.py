"""The journal: results of jobs, written as they arrive, so that a killed run can be resumed.

One record a line: eight hexadecimal digits of its CRC-32, a space, JSON. The first has the format, the
package's version, the parameters, and digests of task ids and programs; each further one is [phase, job,
result], or has the digests of the tasks that were read. A torn or changed record ends the journal: what
follows is dropped.
"""

import fcntl
import json
import os
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NoReturn

from kaggle_batt.errors import JournalError, StoreError, brief
from kaggle_batt.pipeline.files import Folder, fault_in, reported

FORMAT = 3
SYNC_EVERY = 5.0  #: seconds of results that a loss of power may cost
#: fields of the first record; what the journal belongs to if the value differs
_HEAD = {
    "format": "another format",
    "version": "another version of the package",
    "params": "a run with other parameters",
    "tasks": "a run on other tasks",
    "programs": "a run with other programs",
}
UNWRITABLE = "the journal cannot be written", ""  #: how messages say it
_TASKS = ("tasks", "read")  #: phase and job of the record of the tasks' digests


class Journal:
    """An append-only journal in the file `path`, of a run with its `version`, `params` and digest of `tasks`.

    With `resume` the records of an earlier run are read. Raises `JournalError` for a journal of other
    parameters, another version or format. While it is open no other run can open it: two in one folder would
    overwrite each other's files. The file's content is left alone until `begin`.
    """

    def __init__(self, path: Path, run: Mapping[str, Any], resume: bool = False) -> None:
        self.path = path
        self.records: dict[tuple[str, str], str] = {}
        self._head: dict[str, Any] = {"format": FORMAT, **run}
        self._found: dict[str, Any] | None = None
        self._good, self._synced, self._waiting = 0, time.monotonic(), b""
        with reported(self.path, *UNWRITABLE), Folder(path.parent) as folder:
            self._file = _claimed(folder, path)
        try:
            if resume:
                self._read()
        except BaseException:
            self.close()
            raise

    def begin(self, programs: str, tasks: Mapping[str, str]) -> None:
        """Write to the journal from now on, for programs with this digest, and tasks with these.

        Raises `JournalError` if it belongs to others. A run that was late may have read a part of the tasks.
        """
        self._head["programs"] = programs
        self._check_head()
        known = self._known_tasks()
        for name in sorted(tasks.keys() & known.keys()):
            if tasks[name] != known[name]:
                self._refuse("tasks", f"task {name} has other grids")
        with reported(self.path, *UNWRITABLE):
            self._file.truncate(self._good)
        if self._good == 0:
            self._write(self._head)
        if tasks.keys() - known.keys():
            self.add(*_TASKS, json.dumps({**known, **tasks}))

    def _known_tasks(self) -> dict[str, str]:
        """The digests of the tasks that earlier runs read."""
        try:
            known = json.loads(self.records.get(_TASKS, "{}"))
        except (ValueError, RecursionError):
            known = None
        if fault_in(known, {str: str}):
            raise JournalError(f"{self.path}: the digests of the tasks are of another form")
        return dict(known)

    def _read(self) -> None:
        self._file.seek(0)
        for line in self._file.read().splitlines(keepends=True):
            value = _checked(line)
            if value is None or (self._good and fault_in(value, (str, str, str))):
                break
            if self._good:
                self.records[(value[0], value[1])] = value[2]
            else:
                self._found = value if isinstance(value, dict) else {"format": value}
                self._check_head()
            self._good += len(line)

    def _check_head(self) -> None:
        """Raise `JournalError` where a field of the head is not this run's."""
        known = self._head if self._found is None else self._found
        for key, value in self._head.items():
            if (found := known.get(key)) != value:
                self._refuse(key, _changes(key, found, value))

    def _refuse(self, key: str, why: str) -> NoReturn:
        """Raise `JournalError` for a field of the head, or a task, of another run."""
        raise JournalError(
            f"{self.path}: the journal of {_HEAD[key]}{why and f' ({why})'}; "
            "run without --resume, or into another folder"
        )

    def get(self, phase: str, job: str) -> str | None:
        return self.records.get((phase, job))

    def add(self, phase: str, job: str, result: str, wait: bool = False) -> None:
        """Append a result; if it may `wait`, with the next or by `flush`. StoreError if that fails."""
        self._write([phase, job, result], wait)

    def _write(self, value: Any, wait: bool = False) -> None:
        body = json.dumps(value, separators=(",", ":")).encode()
        self._waiting += b"%08x %s\n" % (zlib.crc32(body), body)
        if not wait:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Raises `StoreError` if that fails."""
        waiting, self._waiting = self._waiting, b""
        if not waiting:
            return
        with reported(self.path, *UNWRITABLE):
            self._file.write(waiting)
            self._file.flush()
            if time.monotonic() - self._synced >= SYNC_EVERY:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()

    def close(self) -> None:
        """Close the file; another run may open it then."""
        with reported(self.path, *UNWRITABLE), self._file as file:
            if self._waiting:
                file.write(self._waiting)
            file.flush()
            with suppress(OSError):  # also for processes that others forked meanwhile
                fcntl.flock(file, fcntl.LOCK_UN)


def _changes(key: str, found: Any, value: Any) -> str:
    """What differs in a field of the head, with both values; nothing for digests, which mean nothing."""
    if key in ("tasks", "programs"):
        return ""
    old, new = (found, value) if isinstance(found, dict) and key == "params" else ({key: found}, {key: value})
    names = [name for name in new if old.get(name) != new[name]]
    return ", ".join([f"{name} was {brief(old.get(name))} and is {brief(new[name])}" for name in names])


def _claimed(folder: Folder, path: Path) -> IO[bytes]:
    """The open file, which no other run has open, in any process. Raises `StoreError` if one has."""
    file = folder.open(path.name, "a+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # workers shut what they inherit, and so the lock
    except BlockingIOError:
        file.close()
        raise StoreError(f"{path}: another run is at work in this folder") from None
    except OSError:  # a file system without locks
        pass
    return file


def _checked(line: bytes) -> Any:
    """The record of a whole line, or None."""
    if not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    body = line[9:-1]
    try:
        return json.loads(body) if line[:8] == b"%08x" % zlib.crc32(body) else None
    except (ValueError, RecursionError):
        return None
