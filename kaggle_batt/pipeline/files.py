"""Reading and writing a run's files.

A file is written whole under another name and then moved into place, so that a killed run leaves only whole
files. Nothing is opened through a link or from a pipe that lies where a file should be.
"""

import errno
import fnmatch
import json
import os
import reprlib
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self, get_args

from kaggle_batt.errors import ParameterError, StoreError
from kaggle_batt.tasks.json_file import parse_json

RECORD = "run.json"
SUBMISSION = "submission.json"
JOURNAL = "journal.jsonl"
FOLDERS = ("solver_md5", "differ_md5")  #: folders of program files, each named by its md5


@contextmanager
def reported(
    path: Path, what: str = "cannot be written", rest: str = "; earlier files are whole"
) -> Iterator[None]:
    """Raise `StoreError` with the path and the reason in place of an error of the system."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {what} ({error.strerror or error}){rest}") from None


class Folder:
    """An open folder, made if it is missing; below a `parent` no link. Raises `StoreError`."""

    def __init__(self, path: Path, parent: "Folder | None" = None) -> None:
        self.path = path
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        with reported(path):
            if parent is None:
                path.mkdir(parents=True, exist_ok=True)
                self.descriptor = os.open(path, flags)
            else:
                with suppress(FileExistsError):
                    os.mkdir(path.name, dir_fd=parent.descriptor)
                self.descriptor = os.open(path.name, flags | os.O_NOFOLLOW, dir_fd=parent.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # nothing was written by this descriptor
            os.close(self.descriptor)

    def below(self, name: str) -> "Folder":
        return Folder(self.path / name, self)

    def open(self, name: str, mode: str) -> IO[bytes]:
        """A regular file of the folder, opened in a binary mode."""
        return open(name, mode, opener=lambda name, flags: _regular(name, flags, self.descriptor))

    def names(self) -> list[str]:
        """The names of everything in the folder, in order. Raises `StoreError` with the reason."""
        with reported(self.path, "cannot be listed", ""):
            return sorted(os.listdir(self.descriptor))

    def remove(self, name: str) -> None:
        """Remove a file or link, if it is there."""
        with reported(self.path / name), suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.descriptor)

    def write(self, name: str, content: bytes, durable: bool = True) -> None:
        """Write a file whole, or leave the old one. Raises `StoreError` with the reason.

        `durable` waits for the disk, so that the file is whole and in its place after a loss of power, too.
        """
        part = f".{name}.{os.getpid()}.part"
        with reported(self.path / name):
            try:
                self.remove(part)
                with self.open(part, "xb") as file:
                    file.write(content)
                    file.flush()
                    if durable:
                        os.fsync(file.fileno())
                os.replace(part, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
                if durable:
                    os.fsync(self.descriptor)
            finally:
                with suppress(OSError):
                    os.unlink(part, dir_fd=self.descriptor)


def _regular(name: str, flags: int, folder: int | None = None) -> int:
    """The descriptor of a regular file; no link is followed, no pipe is waited for."""
    descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return descriptor


def read_bytes(path: Path) -> bytes:
    """The content of a regular file. Raises `StoreError` where it can't be read."""
    try:
        with open(path, "rb", opener=_regular) as file:
            return file.read()
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else error.strerror or error
        raise StoreError(f"{path}: cannot be read ({why})") from None


def write_atomic(path: Path, content: bytes, durable: bool = True) -> None:
    """Write the file whole, with its folder, or leave the old one. Raises `StoreError` with the reason."""
    with Folder(path.parent) as folder:
        folder.write(path.name, content, durable)


def usable_folder(name: str) -> Path:
    """The path of a folder to write to. Raises `ParameterError` where something else has that name."""
    path = Path(name).expanduser()
    if (path.exists() or path.is_symlink()) and not path.is_dir():
        kind = "not a folder" if path.exists() else "a link to nothing"
        raise ParameterError(f"out: {name!r} is {kind}")
    return path


def usable_file(name: str) -> Path:
    """The path of a file to write. Raises `ParameterError` where a folder or a device has that name."""
    path = Path(name)
    if path.exists() and not path.is_file():
        raise ParameterError(f"a file to write was expected, and {name!r} is none")
    return path


def sweep(folder: Path) -> None:
    """Remove the unfinished parts of files that a killed run left."""
    with ExitStack() as stack:
        top = stack.enter_context(Folder(folder))
        inner = [stack.enter_context(top.below(name)) for name in FOLDERS if name in top.names()]
        for one in (top, *inner):
            for name in fnmatch.filter(one.names(), ".*.part"):
                with suppress(StoreError):
                    one.remove(name)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write an object as a JSON file, keys as given, each field on a line of its own."""
    write_atomic(path, json_lines(value).encode())


def json_lines(value: Mapping[str, Any]) -> str:
    """The JSON text of an object, a line for each field."""
    fields = [f"{json.dumps(key)}: {json.dumps(item)}" for key, item in value.items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def read_json(path: Path) -> Any:
    """The value of a JSON file. Raises `StoreError` where it is missing, torn or nested too deeply."""
    return parse_json(read_bytes(path), str(path), StoreError)


def mark_failed(path: Path) -> None:
    """Put "failed" for "running" in a record, in place: this needs no room on a full disk."""
    with suppress(OSError, StoreError), Folder(path.parent) as folder, folder.open(path.name, "r+b") as file:
        before, running, _ = file.read(100).partition(b'"running"')
        if running:
            file.seek(len(before))
            file.write(b'"failed" ')


def record_path(run: str | Path) -> Path:
    """The record of a run, given by its folder or the record's path. Raises `ParameterError` for none."""
    path = Path(run).expanduser()
    path = path / RECORD if path.is_dir() else path
    if not path.is_file():
        raise ParameterError(f"there is no run at {str(run)!r}: {path} is missing")
    return path


def fault_in(value: Any, form: Any, place: str = "") -> str | None:
    """What is wrong with a JSON value, and where, if it is not of the form; else None.

    A form is a type or a union of types; `[form]`, a list of any length; `(form, form)`, a list of two;
    `{str: form}`, an object with any names; `{"name": form, …}`, one with these fields and perhaps others.
    """
    parts = _parts(value, form)
    if parts is None:
        return f"{place or 'the value'}: expected {_described(form)}, got {reprlib.repr(value)}"
    for key, item, part in parts:
        if fault := fault_in(item, part, f"{place} / {key}" if place else str(key)):
            return fault
    return None


def _parts(value: Any, form: Any) -> list[tuple[Any, Any, Any]] | None:
    """(name, value, form) of each part to check; None if the value itself is not of the form."""
    if isinstance(form, list) and type(value) is list:
        return [(key, item, form[0]) for key, item in enumerate(value) if type(item) is not form[0]]
    if isinstance(form, tuple) and type(value) is list and len(value) == len(form):
        return [(key, value[key], part) for key, part in enumerate(form) if type(value[key]) is not part]
    if isinstance(form, dict) and type(value) is dict:
        if str in form:
            return [(key, item, form[str]) for key, item in value.items()]
        if form.keys() <= value.keys():
            return [(key, value[key], part) for key, part in form.items()]
    kinds = () if isinstance(form, (list, tuple, dict)) else get_args(form) or (form,)
    return [] if type(value) in kinds else None


def _described(form: Any) -> str:
    if isinstance(form, dict):
        return "an object" + ("" if str in form else f" with {', '.join(form)}")
    if isinstance(form, (list, tuple)):
        return "a list" + (f" of {len(form)}" if isinstance(form, tuple) else "")
    return getattr(form, "__name__", str(form))
