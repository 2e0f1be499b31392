"""The journal: results of jobs, written as they arrive, so that a killed run can be resumed.

One record a line: eight hexadecimal digits of its CRC-32, a space, JSON. The first has the format, the
package's version and a digest of the parameters; each further one is [phase, job, result]. A torn or changed
record ends the journal: what follows is dropped.
"""

from __future__ import annotations

import errno
import json
import zlib
from pathlib import Path
from typing import IO, Any

from kaggle_batt.errors import JournalError, StoreError

FORMAT = 1
#: fields of the first record; what the journal belongs to if another value stands there
_HEAD = {
    "format": "another format",
    "version": "another version of the package",
    "digest": "a run with other parameters, tasks or programs",
}


class Journal:
    """An append-only journal in the file `path`, of a run whose parameters have `digest`.

    With `resume` the records of an earlier run are read; otherwise the file is begun anew. Raises
    `JournalError` for a journal of other parameters, another version or format. While it is open no other
    process can open it: two runs in one folder would overwrite each other's files.
    """

    def __init__(self, path: Path, digest: str, version: str, resume: bool = False) -> None:
        self.path = path
        self.records: dict[tuple[str, str], str] = {}
        head = {"format": FORMAT, "version": version, "digest": digest}
        good = self._read(head) if resume and path.exists() else 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(path, "ab")  # noqa: SIM115 (kept open for the run)
            _lock(self._file)
            self._file.truncate(good)
        except OSError as error:
            raise self._unwritable(error) from None
        if good == 0:
            self._write(head)

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(f"{self.path}: the journal cannot be written ({error.strerror or error})")

    def _read(self, head: dict[str, Any]) -> int:
        """Read the whole records of an earlier run; return their length in bytes."""
        try:
            lines = self.path.read_bytes().splitlines(keepends=True)
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be read ({error.strerror or error})") from None
        good = 0
        for line in lines:
            value = _checked(line)
            if value is None or (good and not _is_record(value)):
                break
            if good:
                self.records[(value[0], value[1])] = value[2]
            else:
                self._check_head(value if isinstance(value, dict) else {}, head)
            good += len(line)
        return good

    def _check_head(self, found: dict[str, Any], head: dict[str, Any]) -> None:
        for key, what in _HEAD.items():
            if found.get(key) != head[key]:
                raise JournalError(
                    f"{self.path}: the journal of {what} ({found.get(key)}, not {head[key]}); "
                    "run without --resume, or into another folder"
                )

    def get(self, phase: str, job: str) -> str | None:
        """The journalled result of the job, or None."""
        return self.records.get((phase, job))

    def add(self, phase: str, job: str, result: str) -> None:
        """Append a result. Raises `StoreError` if it cannot be written."""
        self._write([phase, job, result])

    def _write(self, value: Any) -> None:
        body = json.dumps(value, separators=(",", ":")).encode()
        try:
            self._file.write(b"%08x %s\n" % (zlib.crc32(body), body))
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from None

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            raise self._unwritable(error) from None


def _lock(file: IO[bytes]) -> None:
    """Lock other processes out until the file is closed; forked children do not hold the lock."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover (missing on Windows)
        return
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            file.close()
            raise StoreError(f"{file.name}: another run is at work in this folder") from None


def _checked(line: bytes) -> Any:
    """The record of a whole line, or None."""
    if not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    body = line[9:-1]
    try:
        return json.loads(body) if line[:8] == b"%08x" % zlib.crc32(body) else None
    except (ValueError, RecursionError):
        return None


def _is_record(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and all([isinstance(part, str) for part in value])
