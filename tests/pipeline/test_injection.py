"""The n-th call of the system fails, for n = 1, 2, 3, … until a run succeeds.

Each time the run ends with an error of the package's own or as if nothing had happened, every file is whole,
no process is left, and a run that resumes it ends with equal bytes.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import mmap
import os
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import Run
from kaggle_batt.errors import KaggleBattError
from tests.engines.engine_processes import alive, descendants
from tests.pipeline.test_ends import assert_whole
from tests.runs import FEW, assert_equal, go

#: functions that fail, beside those of files that are written
OF_OS = (
    *("open", "close", "write", "read", "fstat", "listdir", "set_blocking"),
    *("replace", "fsync", "symlink", "unlink", "mkdir", "rmdir", "fork", "pipe"),
)
OF_MODULES = ((fcntl, "flock"), (socket, "socketpair"))
OF_SOCKETS = ("recv", "send")
ERRORS = (errno.EIO, errno.ENOSPC, errno.EAGAIN)
close = os.close
COUNT = struct.Struct("QQ")
#: further programs and tasks make the same calls once more
GIVEN = {"ids": "25ff71a9", "battery": str(FEW)}


class Injector:
    """Lets call `at` fail, in whatever process it is made: the count lies in memory that forks share."""

    def __init__(self, at: int) -> None:
        self.at, self.shared = at, mmap.mmap(-1, COUNT.size)

    @property
    def fired(self) -> bool:
        """Whether a call has failed."""
        return bool(COUNT.unpack_from(self.shared)[1])

    def count(self) -> None:
        """Count a call; OSError if it is its turn."""
        calls, fired = COUNT.unpack_from(self.shared)
        fails = calls + 1 >= self.at and not fired
        COUNT.pack_into(self.shared, 0, calls + 1, fired or fails)
        if fails:
            number = ERRORS[self.at % len(ERRORS)]
            raise OSError(number, os.strerror(number))

    def wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, counted; what is closed is closed though it fails."""

        def call(*arguments: Any, **options: Any) -> Any:
            try:
                self.count()
            except OSError:
                if function is close:
                    close(*arguments)
                raise
            return function(*arguments, **options)

        return call

    def install(
        self,
        patch: pytest.MonkeyPatch,
        of_os: Sequence[str] = OF_OS,
        of_sockets: Sequence[str] = OF_SOCKETS,
    ) -> None:
        """Count the calls of this process and of those that it forks."""
        real = builtins.open

        def open_(path: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            file = real(path, mode, *arguments, **options)
            return Counted(file, self.count) if "b" in mode and {*mode} & {*"wax+"} else file

        patch.setattr(builtins, "open", open_)
        for name in of_os:
            patch.setattr(os, name, self.wrapped(getattr(os, name)))
        for module, name in OF_MODULES if of_os is OF_OS else ():
            patch.setattr(module, name, self.wrapped(getattr(module, name)))
        for name in of_sockets:
            patch.setattr(socket.socket, name, self.wrapped(getattr(socket.socket, name)))


class Counted:
    """A file whose writes are counted."""

    def __init__(self, file: Any, count: Callable[[], None]) -> None:
        self.file, self.count = file, count

    def write(self, data: bytes) -> int:
        self.count()
        return int(self.file.write(data))

    def flush(self) -> None:
        self.count()
        self.file.flush()

    def truncate(self, size: int) -> int:
        self.count()
        return int(self.file.truncate(size))

    def __enter__(self) -> Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run that all others must end equal to."""
    return go(tmp_path_factory.mktemp("undisturbed") / "run", **GIVEN)


def check(folder: Path, undisturbed: Run, engine: str, at: int) -> bool:
    """Whether call `at` of a run was made; it failed then, and what is promised held."""
    injector, before = Injector(at), descendants(os.getpid())
    with pytest.MonkeyPatch.context() as patch:
        injector.install(patch)
        try:
            go(folder, **GIVEN, engine=engine, workers=2)
        except KaggleBattError as error:
            assert injector.fired and "Traceback" not in str(error), error
    assert not [one for one in descendants(os.getpid()) - before if alive(one)]
    assert_whole(folder, undisturbed)
    go(folder, **GIVEN, resume=True)
    assert_equal(folder, undisturbed.folder)
    return injector.fired


def numbers(step: int) -> Iterator[int]:
    """Each call of the first ones, then one of `step`."""
    at = 1
    while True:
        yield at
        at += 1 if step == 1 or at < 4 else step


@pytest.mark.parametrize(
    ("engine", "step"),
    [
        ("serial", 92),
        pytest.param("serial", 1, marks=pytest.mark.slow),
        pytest.param("process", 11, marks=pytest.mark.slow),  # each of some 670 calls takes minutes
    ],
)
def test_a_call_of_the_system_that_fails(tmp_path: Path, undisturbed: Run, engine: str, step: int) -> None:
    """Whichever it is: a clear end, whole files, and a resumed run that ends as if undisturbed."""
    for at in numbers(step):
        if not check(tmp_path / str(at), undisturbed, engine, at):
            break
    assert at > 50
    print(f"{engine}: {at - 1} calls")
