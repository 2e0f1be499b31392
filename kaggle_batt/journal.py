"""The journal: what jobs gave, written as it comes, so that a killed run can go on where it stopped.

One record a line: eight hexadecimal digits of its CRC-32, a space, JSON. The first tells format, version
of the package and digest of the parameters; each further one is [phase, job, result]. A torn or
changed record ends the journal: what follows is not believed.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import IO, Any

from kaggle_batt.errors import JournalError, StoreError

FORMAT = 1


class Journal:
    """An append-only journal in the file `path`, of a run whose parameters have `digest`.

    With `resume` the records of an earlier run are read first; a journal of other parameters, another
    version of the package or another format is refused with a `JournalError`. Without, it starts anew.
    """

    def __init__(self, path: Path, digest: str, version: str, resume: bool = False) -> None:
        self.path = path
        self.records: dict[tuple[str, str], str] = {}
        head = {"format": FORMAT, "version": version, "digest": digest}
        good = self._read(head) if resume and path.exists() else 0
        self._file = self._open(good)
        if good == 0:
            self._write(head)

    def _open(self, good: int) -> IO[bytes]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = open(self.path, "r+b" if good else "wb")  # noqa: SIM115 (kept open for the run)
            file.truncate(good)
            file.seek(good)
            return file
        except OSError as error:
            raise StoreError(f"{self.path}: the journal cannot be written ({error.strerror})") from None

    def _read(self, head: dict[str, Any]) -> int:
        """Take over the whole records of an earlier run; return the length of what was believed."""
        good = 0
        for number, line in enumerate(self.path.read_bytes().splitlines(keepends=True)):
            value = _checked(line)
            if value is None:
                break
            if number == 0:
                self._refuse_other(value, head)
            else:
                phase, job, result = value
                self.records[(phase, job)] = result
            good += len(line)
        return good

    def _refuse_other(self, found: Any, head: dict[str, Any]) -> None:
        for key, name in {"format": "format", "version": "version", "digest": "parameters"}.items():
            if not isinstance(found, dict) or found.get(key) != head[key]:
                seen = found.get(key) if isinstance(found, dict) else None
                raise JournalError(
                    f"{self.path}: belongs to a run with another {name} ({seen}, not {head[key]}); "
                    "run without --resume, or into another folder"
                )

    def get(self, phase: str, job: str) -> str | None:
        """The result that was journalled for the job, or None."""
        return self.records.get((phase, job))

    def add(self, phase: str, job: str, result: str) -> None:
        """Append a result. Raises `StoreError` where it cannot be written."""
        self._write([phase, job, result])

    def _write(self, value: Any) -> None:
        body = json.dumps(value, separators=(",", ":")).encode()
        try:
            self._file.write(b"%08x %s\n" % (zlib.crc32(body), body))
            self._file.flush()
        except OSError as error:
            raise StoreError(f"{self.path}: the journal cannot be written ({error.strerror})") from None

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            raise StoreError(f"{self.path}: the journal cannot be written ({error.strerror})") from None


def _checked(line: bytes) -> Any:
    """The record of a whole line, or None."""
    if not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    body = line[9:-1]
    try:
        return json.loads(body) if int(line[:8], 16) == zlib.crc32(body) else None
    except ValueError:
        return None
