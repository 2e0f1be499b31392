"""Files are whole or not there; the best 32 of a task are kept by the rule; an error is one line."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.engines import ENDLESS, Deadline
from kaggle_batt.errors import ParameterError, StoreError
from kaggle_batt.pipeline import files as store
from kaggle_batt.pipeline.files import (
    FOLDERS,
    Folder,
    fault_in,
    read_json,
    record_path,
    sweep,
    usable_folder,
    write_atomic,
    write_json,
)
from kaggle_batt.pipeline.journal import Journal
from kaggle_batt.pipeline.outputs import Kept, best_kept, save_links, save_programs
from kaggle_batt.programs.program import parse_program
from tests.runs import ROOT, environment, go

PROGRAMS = [
    parse_program(f"def solve(I):\n    return {name}(I)\n") for name in ("rot90", "rot180", "vmirror")
]


def failing(number: int) -> Callable[..., Any]:
    """A function of the system that fails with this error number."""

    def fail(*_: object, **__: object) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


def names(folder: Path) -> list[str]:
    """The names of everything in a folder, hidden things too."""
    return sorted(os.listdir(folder))


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    """New or over another, no part is left beside it."""
    path = tmp_path / "a" / "b" / "file"
    write_atomic(path, b"one")
    write_atomic(path, b"two", durable=False)
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["file"]


@pytest.mark.parametrize("point", ["fsync", "replace", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, number: int
) -> None:
    """Wherever it fails: the error names file and reason in one line, and no part is left."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        if point == "open":
            patch.setattr(store, "open", failing(number), raising=False)
        else:
            patch.setattr(os, point, failing(number))
        with pytest.raises(StoreError) as caught:
            write_atomic(path, b"new")
    assert str(path) in str(caught.value)
    assert os.strerror(number) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == ["file"]
    assert path.read_bytes() == b"old"


def test_what_counts_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File and then folder, for submission, record and index; thousands of programs are not waited for."""
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(Path(f"/proc/self/fd/{number}").readlink()))
    go(tmp_path, ids="9172f3a0")
    files = [path for path in synced if path.name.endswith(".part")]
    assert {path.name.split(".")[1] for path in files} == {"submission", "run", "links"}
    assert [after for path, after in itertools.pairwise(synced) if path in files] == [tmp_path] * len(files)
    assert synced[-1] == tmp_path and files[-1].name.startswith(".run.json.")


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C passes through, and takes the part with it."""
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, b"new")
    assert names(tmp_path) == ["file"]
    assert path.read_bytes() == b"old"


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    """The error names it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        write_atomic(tmp_path / "file" / "below", b"x")
    with pytest.raises(ParameterError, match=r"out: .* is not a folder"):
        usable_folder(str(tmp_path / "file"))
    assert usable_folder(str(tmp_path / "new")) == tmp_path / "new"


def test_parts_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    """Nothing else is touched."""
    for place in ("", "solver_md5", "differ_md5"):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / ".run.json.123.part").write_text("half")
        (tmp_path / place / "whole.part").write_text("mine")
    sweep(tmp_path)
    assert names(tmp_path) == ["differ_md5", "solver_md5", "whole.part"]
    assert names(tmp_path / "solver_md5") == ["whole.part"]
    sweep(tmp_path / "missing")


def test_json_is_read_back_or_an_error(tmp_path: Path) -> None:
    """Missing and torn files are errors with the path."""
    write_json(tmp_path / "value.json", {"é": [1, None, True]})
    assert read_json(tmp_path / "value.json") == {"é": [1, None, True]}
    (tmp_path / "torn.json").write_bytes((tmp_path / "value.json").read_bytes()[:-5])
    with pytest.raises(StoreError, match=r"torn\.json: not whole JSON"):
        read_json(tmp_path / "torn.json")
    with pytest.raises(StoreError, match=r"none\.json: cannot be read"):
        read_json(tmp_path / "none.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreError, match=r"binary\.json"):
        read_json(tmp_path / "binary.json")


def test_a_record_is_found_by_its_folder_or_itself(tmp_path: Path) -> None:
    """What is no run is the user's mistake."""
    (tmp_path / "run.json").write_text("{}")
    assert record_path(tmp_path) == record_path(str(tmp_path / "run.json")) == tmp_path / "run.json"
    (tmp_path / "empty").mkdir()
    for missing in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(ParameterError, match="no run at"):
            record_path(missing)


def save(folder: Path, deadline: Deadline = ENDLESS) -> list[str]:
    """Save the programs in a folder; the names of those that were left out."""
    with Folder(folder) as opened:
        return save_programs(opened, PROGRAMS, deadline)


def test_a_deadline_leaves_programs_out(tmp_path: Path) -> None:
    """They are named."""
    assert save(tmp_path, Deadline(0.0)) == [f"{program.md5}.py" for program in PROGRAMS]
    assert names(tmp_path) == []


def test_programs_are_saved_by_md5_and_read_back(tmp_path: Path) -> None:
    """A saved file parses to the same program; what is there is not written again; damage is mended."""
    save(tmp_path)
    assert names(tmp_path) == sorted([f"{program.md5}.py" for program in PROGRAMS])
    for program in PROGRAMS:
        again = parse_program((tmp_path / f"{program.md5}.py").read_text())
        assert again == program
        assert again.md5 == program.md5
    before = [path.stat().st_mtime_ns for path in sorted(tmp_path.iterdir())]
    save(tmp_path)
    assert [path.stat().st_mtime_ns for path in sorted(tmp_path.iterdir())] == before
    (tmp_path / f"{PROGRAMS[1].md5}.py").write_text("torn")
    save(tmp_path)
    assert (tmp_path / f"{PROGRAMS[1].md5}.py").read_text() == PROGRAMS[1].text


ROOT_OF_LINKS = "solver_dir/solve_x"


def linked(folder: Path, kept: list[Kept]) -> list[str]:
    """Link these programs; the paths of the links below their root, each of which resolves."""
    (folder / "solver_md5").mkdir(exist_ok=True)
    for item in kept:
        (folder / "solver_md5" / f"{item.md5}.py").write_text(item.md5)
    with Folder(folder) as top:
        assert save_links(top, {ROOT_OF_LINKS: kept}) == []
    root = folder / ROOT_OF_LINKS
    paths = sorted(root.rglob("*.py"))
    assert all([path.read_text() == path.stem for path in paths])
    return [str(path.relative_to(root)) for path in paths]


def md5(number: int) -> str:
    """A name like an md5."""
    return f"{number:032x}"


A, B = md5(10), md5(11)


def test_links_resolve_and_move_with_the_folder(tmp_path: Path) -> None:
    """Links are relative, so that a run's folder can be moved or copied."""
    (tmp_path / "run").mkdir()
    linked(tmp_path / "run", [Kept(A, 3, 30), Kept(B, 10, 5)])
    (tmp_path / "run").rename(tmp_path / "moved")
    root = tmp_path / "moved" / "solver_dir" / "solve_x"
    assert (root / "3" / "30" / f"{A}.py").read_text() == A
    assert (root / "10" / "5" / f"{B}.py").read_text() == B
    assert (root / "10" / "5" / f"{B}.py").is_symlink()


def test_at_most_32_are_kept_the_best() -> None:
    """By score, then by speed."""
    kept = [Kept(f"p{number:02}", number % 5, number) for number in range(40)]
    best = sorted(kept, key=lambda item: (-item.score, -item.speed))[:32]
    assert best_kept([], kept) == best


def test_a_newcomer_replaces_the_worst_only_if_it_is_better() -> None:
    """Higher score first, then speed; on a tie the older stays."""
    old = [*[Kept(f"old{number:02}", 3, 20) for number in range(31)], Kept("worst", 2, 10)]
    assert best_kept(old, [Kept("tie", 2, 10)]) == old
    assert best_kept(old, [Kept("slower", 2, 9)]) == old
    after = best_kept(old, [Kept("faster", 2, 11)])
    assert after == [*old[:-1], Kept("faster", 2, 11)]
    after = best_kept(after, [Kept("higher", 3, 1)])
    assert after == [*old[:-1], Kept("higher", 3, 1)]


def test_a_program_with_another_score_moves(tmp_path: Path) -> None:
    """It is not kept twice, and its old place is empty."""
    kept = best_kept([Kept(A, 3, 30), Kept(B, 1, 30)], [Kept(A, 4, 29)])
    assert kept == [Kept(A, 4, 29), Kept(B, 1, 30)]
    linked(tmp_path, [Kept(A, 3, 30), Kept(B, 1, 30)])
    assert linked(tmp_path, kept) == [f"1/30/{B}.py", f"4/29/{A}.py"]
    assert names(tmp_path / ROOT_OF_LINKS) == ["1", "4"], "folders that got empty are gone"


def test_what_was_kept_stays_when_nothing_better_comes() -> None:
    """A run that found less takes nothing away; saving the same again changes nothing."""
    first = [Kept(A, 3, 30), Kept(B, 1, 30)]
    assert best_kept(first, []) == best_kept(first, first) == first


def test_foreign_files_among_the_links_are_left_alone(tmp_path: Path) -> None:
    """Only <score>/<speed>/<md5>.py is the package's."""
    linked(tmp_path, [Kept(A, 3, 30)])
    mine = [tmp_path / ROOT_OF_LINKS / "my" / "n.txt", tmp_path / ROOT_OF_LINKS / "3" / "30" / "notes.txt"]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    assert linked(tmp_path, [Kept(B, 5, 5)]) == [f"5/5/{B}.py"]
    assert [path.read_text() for path in mine] == ["mine", "mine"]


def test_without_links_there_are_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system that has no links."""
    monkeypatch.setattr(os, "symlink", failing(errno.EPERM))
    assert linked(tmp_path, [Kept(A, 3, 30)]) == [f"3/30/{A}.py"]
    assert not (tmp_path / ROOT_OF_LINKS / "3" / "30" / f"{A}.py").is_symlink()
    assert linked(tmp_path, [Kept(A, 4, 30)]) == [f"4/30/{A}.py"]


@pytest.mark.parametrize("point", ["mkdir", "symlink", "unlink"])
def test_links_that_cannot_be_made_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """On a read-only disk."""
    linked(tmp_path, [Kept(A, 3, 30)])
    monkeypatch.setattr(os, point, failing(errno.EROFS))
    with Folder(tmp_path) as top, pytest.raises(StoreError, match="Read-only"):
        save_links(top, {ROOT_OF_LINKS: [Kept(A, 4, 30)]})


def planted(folder: Path, outside: Path, kind: str) -> Path:
    """A link to a file outside of the folder, or a pipe, under a name that a run uses."""
    outside.write_text("outside")
    path = folder / "name"
    if kind == "link":
        path.symlink_to(outside)
    else:
        os.mkfifo(path)
    return path


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_no_link_is_followed_and_no_pipe_waited_for(tmp_path: Path, kind: str) -> None:
    """Reading is an error at once; writing puts a file in its place and leaves the target alone."""
    (tmp_path / "run").mkdir()
    path = planted(tmp_path / "run", tmp_path / "outside", kind)
    with pytest.raises(StoreError, match="name: cannot be read"):
        read_json(path)
    write_json(path, {"a": 1})
    assert read_json(path) == {"a": 1}
    assert not path.is_symlink()
    assert (tmp_path / "outside").read_text() == "outside"


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_journal_that_is_none_is_refused(tmp_path: Path, kind: str) -> None:
    """It is neither read, written nor waited for."""
    (tmp_path / "run").mkdir()
    path = planted(tmp_path / "run", tmp_path / "outside", kind)
    with pytest.raises(StoreError, match="name: the journal cannot be written"):
        Journal(path, {}, resume=True)
    assert (tmp_path / "outside").read_text() == "outside"


@pytest.mark.parametrize("name", ["solver_md5", "solver_dir", "solver_dir/solve_x", "solver_dir/solve_x/3"])
def test_a_folder_that_is_a_link_is_not_entered(tmp_path: Path, name: str) -> None:
    """Neither to write programs and links, nor to sweep."""
    run, outside = tmp_path / "run", tmp_path / "outside"
    outside.mkdir()
    (outside / ".a.part").write_text("mine")
    (run / name).parent.mkdir(parents=True)
    (run / name).symlink_to(outside)
    with Folder(run) as top, pytest.raises(StoreError):
        if name in FOLDERS:
            top.below(name)
        save_links(top, {ROOT_OF_LINKS: [Kept(A, 3, 30)]})
    if name in FOLDERS:
        with pytest.raises(StoreError):
            sweep(run)
    assert names(outside) == [".a.part"]


def test_the_form_of_a_value() -> None:
    """The first fault is named with its place; other fields than the form's are fine."""
    form = {"a": [int], "b": {str: (str, bool | None)}}
    fine = {"a": [1, 2], "b": {"x": ["y", None]}, "more": 1}
    assert fault_in(fine, form) is None
    for change, expected in (
        ({"a": [1, True]}, "a / 1: expected int, got True"),
        ({"a": {}}, "a: expected a list, got {}"),
        ({"b": {"x": ["y"]}}, "b / x: expected a list of 2, got ['y']"),
        ({"b": {"x": ["y", 0]}}, "b / x / 1: expected bool | None, got 0"),
        ({"b": []}, "b: expected an object, got []"),
    ):
        assert fault_in({**fine, **change}, form) == expected
    assert fault_in({"a": []}, form) == "the value: expected an object with a, b, got {'a': []}"


def test_a_disk_that_fills_up(tmp_path: Path) -> None:
    """A real limit of the system on the size of files: earlier files are whole, the error is one line."""
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from kaggle_batt.pipeline.files import write_atomic; from kaggle_batt.errors import StoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "path = Path(sys.argv[1]) / 'file'\n"
        "write_atomic(path, b'a' * 1000)\n"
        "try: write_atomic(path, b'b' * 1001)\n"
        "except StoreError as error: print(error)\n"
    )
    call = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(call, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    assert "file: cannot be written (File too large)" in done.stdout, done.stderr
    assert (tmp_path / "file").read_bytes() == b"a" * 1000
    assert names(tmp_path) == ["file"]
