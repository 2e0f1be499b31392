"""The records that workers and their supervisor send: a fixed header, then the result or the failure's text.

A record counts only once all of it has arrived, so a worker that is killed while it writes leaves nothing
that could be taken for a result. No record is ever unpickled.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

# codes beside those of `base`: a batch begins; the supervisor is up, assigns jobs up to one, gives up
BEGIN, READY, ASSIGNED, FATAL = 16, 17, 18, 19
# flags: the worker's batch ends with this record; the worker ends with it, too; a death may not be the job's
END, RETIRE, UNCERTAIN = 1, 2, 4
ORDER = struct.Struct("<QQ")  # what a worker receives: the first job of its batch, and one past the last
HEADER = struct.Struct("<BBHIQdddd")  # the fields of `Record` but the last


#: when a job started and stopped, its CPU seconds, and its worker's CPU clock at the end
Times = tuple[float, float, float, float]


class Record(NamedTuple):
    """A header, with `Times` spelled out, and where the body lies in the buffer."""

    code: int
    flags: int
    worker: int
    length: int
    job: int
    start: float
    stop: float
    cpu: float
    clock: float
    body: int


def pack(
    code: int, job: int, body: bytes = b"", flags: int = 0, worker: int = 0, times: Times = (0.0,) * 4
) -> bytes:
    return HEADER.pack(code, flags, worker, len(body), job, *times) + body


def whole_records(buffer: bytearray) -> Iterator[Record]:
    """The records in `buffer` that have arrived whole."""
    size, total, unpack, make = HEADER.size, len(buffer), HEADER.unpack_from, tuple.__new__
    at = 0
    while (body := at + size) <= total:
        record = make(Record, (*unpack(buffer, at), body))  # `Record._make` without its check
        at = body + record.length
        if at > total:
            return
        yield record
