"""The journal: whole records come back, anything torn or changed is dropped, others are refused."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.errors import JournalError, StoreError
from kaggle_batt.pipeline import journal as journal_module
from kaggle_batt.pipeline.journal import Journal
from tests.runs import ROOT, environment

RECORDS = [
    ("score demo", "007bbfb7/demo/0/0-32 d41d8cd9", '{"g":["12/34"]}'),
    ("score demo", "007bbfb7/demo/1/0-32 d41d8cd9", "!time 10.01 s of CPU"),
    ("validate", "a/test/0/0-1 é\n", "[]"),
]


def head_of(count: int = 4, version: str = "1") -> dict[str, Any]:
    """What a journal says of its run, but for its programs."""
    return {"version": version, "params": {"count": count, "seed": 0}, "tasks": "t"}


HEAD = head_of()


def opened(path: Path, run: Mapping[str, Any] = HEAD, resume: bool = False) -> Journal:
    """A journal that has begun, for programs of which the tests have one kind."""
    journal = Journal(path, run, resume)
    journal.begin("p", {})
    return journal


def written(path: Path, run: Mapping[str, Any] = HEAD) -> bytes:
    """The bytes of a journal of RECORDS."""
    journal = opened(path, run)
    for record in RECORDS:
        journal.add(*record)
    journal.close()
    return path.read_bytes()


def known(journal: Journal) -> list[str | None]:
    """What a journal has of RECORDS."""
    return [journal.get(phase, job) for phase, job, _ in RECORDS]


def test_records_come_back(tmp_path: Path) -> None:
    """On resume every record is there, and new ones are added behind."""
    path = tmp_path / "deep" / "journal"
    before = written(path)
    journal = opened(path, resume=True)
    assert known(journal) == [result for _, _, result in RECORDS]
    assert journal.get("differ", RECORDS[0][1]) is None
    journal.add("differ", "x", "y")
    journal.close()
    assert path.read_bytes().startswith(before)
    again = opened(path, resume=True)
    assert again.get("differ", "x") == "y"
    again.close()


def test_without_resume_it_starts_anew(tmp_path: Path) -> None:
    """Neither records nor a refusal are taken from an earlier run."""
    written(tmp_path / "journal", head_of(5))
    journal = opened(tmp_path / "journal")
    assert known(journal) == [None] * 3
    journal.close()
    assert len((tmp_path / "journal").read_bytes().splitlines()) == 1


def test_a_torn_tail_of_any_length_costs_the_torn_record_alone(tmp_path: Path) -> None:
    """Cut at every byte: what was whole comes back, and going on makes the journal whole again."""
    path = tmp_path / "journal"
    whole = written(path)
    ends = [place + 1 for place, byte in enumerate(whole) if byte == 10]
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        journal = opened(path, resume=True)
        count = sum([end <= length for end in ends[1:]])
        assert known(journal) == [result for _, _, result in RECORDS[:count]] + [None] * (3 - count)
        for record in RECORDS[count:]:
            journal.add(*record)
        journal.close()
        assert path.read_bytes() == whole, length


def test_a_changed_byte_anywhere_is_noticed(tmp_path: Path) -> None:
    """No changed record counts, nor anything behind it."""
    path = tmp_path / "journal"
    whole = written(path)
    results = [result for _, _, result in RECORDS]
    for place in range(len(whole)):
        for flip in (0x01, 0x20, 0x80):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
            journal = opened(path, resume=True)
            kept = max(0, whole[:place].count(b"\n") - 1)
            assert known(journal) == results[:kept] + [None] * (3 - kept), (place, flip)
            journal.close()


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (head_of(5), r"other parameters \(count was 4 and is 5\);"),
        (head_of(version="2"), "another version of the package .version was '1' and is '2'"),
        (head_of(5, "2"), "another version"),
        ({**HEAD, "tasks": "u"}, "on other tasks;"),
    ],
)
def test_the_journal_of_another_run_is_refused(tmp_path: Path, run: dict[str, Any], reason: str) -> None:
    """The error has the reason and the parameters that differ, and the journal is left as it was."""
    before = written(tmp_path / "journal")
    with pytest.raises(JournalError, match=reason) as caught:
        Journal(tmp_path / "journal", run, resume=True)
    assert "--resume" in str(caught.value)
    assert (tmp_path / "journal").read_bytes() == before


@pytest.mark.parametrize("head", [{"format": 99, **HEAD, "programs": "p"}, ["no", "head", "here"], {}])
def test_another_format_is_refused(tmp_path: Path, head: object) -> None:
    """A whole first record that is no head of ours stops the run."""
    body = json.dumps(head).encode()
    (tmp_path / "journal").write_bytes(b"%08x %s\n" % (zlib.crc32(body), body))
    with pytest.raises(JournalError, match="another format"):
        Journal(tmp_path / "journal", HEAD, resume=True)


@pytest.mark.parametrize("value", [["a", "b"], ["a", "b", 3], {"a": 1}, 7, None, [["a"], "b", "c"]])
def test_a_record_of_another_form_ends_the_journal(tmp_path: Path, value: object) -> None:
    """Its check sum alone does not make it one."""
    path = tmp_path / "journal"
    lines = written(path).splitlines(keepends=True)
    body = json.dumps(value).encode()
    path.write_bytes(b"".join([*lines[:2], b"%08x %s\n" % (zlib.crc32(body), body), *lines[2:]]))
    journal = opened(path, resume=True)
    journal.close()
    assert known(journal) == [RECORDS[0][2], None, None]
    assert path.read_bytes() == b"".join(lines[:2])


def test_what_cannot_be_written_or_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind of error, with the path, and what was written before stays whole."""
    (tmp_path / "folder").mkdir()
    for resume in (False, True):
        with pytest.raises(StoreError, match="folder"):
            Journal(tmp_path / "folder", HEAD, resume)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        Journal(tmp_path / "file" / "journal", HEAD)
    path = tmp_path / "journal"
    journal = opened(path)
    journal.add(*RECORDS[0])

    class Full:
        def write(self, content: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        flush = close = write

    with monkeypatch.context() as patch, pytest.raises(StoreError, match="No space left"):
        patch.setattr(journal, "_file", Full())
        journal.add(*RECORDS[1])
    journal.close()
    again = opened(path, resume=True)
    assert known(again)[0] == RECORDS[0][2]
    again.close()


def test_a_journal_of_other_programs_is_refused_when_they_are_known(tmp_path: Path) -> None:
    """It opens, as the programs are read later; then it is refused and left as it was."""
    before = written(tmp_path / "journal")
    journal = Journal(tmp_path / "journal", HEAD, resume=True)
    with pytest.raises(JournalError, match="other programs"):
        journal.begin("q", {})
    journal.close()
    assert (tmp_path / "journal").read_bytes() == before


def test_the_tasks_of_a_journal_may_become_more(tmp_path: Path) -> None:
    """A late run has read a part of them; one with other grids is refused, and the journal left as it was."""
    path = tmp_path / "journal"
    for tasks in ({"a": "1"}, {}, {"a": "1", "b": "2"}, {"b": "2", "c": "3"}):
        journal = Journal(path, HEAD, resume=True)
        journal.begin("p", tasks)
        journal.close()
    before = path.read_bytes()
    journal = Journal(path, HEAD, resume=True)
    for name, digest in {"a": "2", "c": "1"}.items():
        with pytest.raises(JournalError, match=f"on other tasks .task {name} has other grids"):
            journal.begin("p", {name: digest})
    journal.begin("p", {"a": "1", "b": "2", "c": "3"})
    journal.close()
    assert path.read_bytes() == before


def test_two_threads_cannot_share_a_journal(tmp_path: Path) -> None:
    """The second is refused, also by another name, and frees nothing that the first one holds."""
    written(tmp_path / "run" / "journal")
    (tmp_path / "same").symlink_to(tmp_path / "run")
    journal = opened(tmp_path / "run" / "journal", resume=True)
    for name in ("run", "same"):
        with ThreadPoolExecutor(1) as pool, pytest.raises(StoreError, match="another run is at work"):
            pool.submit(Journal, tmp_path / name / "journal", HEAD).result()
    done = in_another_process(tmp_path / "run" / "journal")
    assert "another run is at work" in done.stderr
    journal.close()
    opened(tmp_path / "run" / "journal", resume=True).close()


def test_a_child_of_somebody_else_keeps_no_journal(tmp_path: Path) -> None:
    """It has what was open when it was forked."""
    journal = opened(tmp_path / "journal")
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    try:
        journal.close()
        opened(tmp_path / "journal").close()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_results_reach_the_disk_at_intervals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not each of them, as that would take longer than many a job."""
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    journal = opened(tmp_path / "journal")
    for _ in range(10):
        journal.add(*RECORDS[0])
    assert synced == []
    monkeypatch.setattr(journal_module, "SYNC_EVERY", 0.0)
    journal.add(*RECORDS[0])
    journal.add(*RECORDS[0])
    journal.close()
    assert len(synced) == 2


def test_what_waits_is_written_with_the_next_and_at_the_end(tmp_path: Path) -> None:
    """Whole, in order, also if an interrupt comes before the end."""
    whole = written(tmp_path / "whole")
    path = tmp_path / "journal"
    journal = opened(path)
    journal.add(*RECORDS[0], wait=True)
    assert path.read_bytes() == whole.splitlines(keepends=True)[0]
    journal.add(*RECORDS[1])
    journal.add(*RECORDS[2], wait=True)
    assert path.read_bytes() == b"".join(whole.splitlines(keepends=True)[:3])
    journal.close()
    assert path.read_bytes() == whole


def in_another_process(path: Path) -> subprocess.CompletedProcess[str]:
    """Open the journal in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from kaggle_batt.pipeline.journal import Journal\n"
        "Journal(Path(sys.argv[1]), {}, resume=True)"
    )
    call = [sys.executable, "-c", code, str(path)]
    return subprocess.run(call, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)


def test_two_processes_cannot_share_a_journal(tmp_path: Path) -> None:
    """A second run in the folder is refused while the first is at work, and allowed afterwards."""
    journal = opened(tmp_path / "journal")
    journal.add(*RECORDS[0])
    assert "another run is at work" in in_another_process(tmp_path / "journal").stderr
    journal.close()
    assert in_another_process(tmp_path / "journal").returncode == 0
