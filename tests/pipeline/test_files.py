"""Files are whole or not there; the best 32 of a task are kept by the rule; an error is one line."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.errors import ParameterError, StoreError
from kaggle_batt.pipeline import files as store
from kaggle_batt.pipeline.files import (
    read_json,
    record_path,
    sweep,
    usable_folder,
    write_atomic,
    write_json,
)
from kaggle_batt.pipeline.outputs import Kept, read_links, remove_files, save_links, save_programs
from kaggle_batt.programs.program import parse_program
from tests.runs import ROOT, environment

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
    with pytest.raises(StoreError, match=r"torn\.json: is not JSON"):
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


def test_programs_are_saved_by_md5_and_read_back(tmp_path: Path) -> None:
    """A saved file parses to the same program; what is there is not written again; damage is mended."""
    assert save_programs(tmp_path, PROGRAMS) == 3
    assert names(tmp_path) == sorted([f"{program.md5}.py" for program in PROGRAMS])
    for program in PROGRAMS:
        again = parse_program((tmp_path / f"{program.md5}.py").read_text())
        assert again == program
        assert again.md5 == program.md5
    assert save_programs(tmp_path, PROGRAMS) == 0
    (tmp_path / f"{PROGRAMS[1].md5}.py").write_text("torn")
    assert save_programs(tmp_path, PROGRAMS) == 1
    assert (tmp_path / f"{PROGRAMS[1].md5}.py").read_text() == PROGRAMS[1].text


def linked(folder: Path, kept: list[Kept], keep: int = 32) -> list[Kept]:
    """What is linked for a task after these were given, best first."""
    files = folder / "solver_md5"
    files.mkdir(exist_ok=True)
    for item in kept:
        (files / f"{item.md5}.py").write_text(item.md5)
    root = folder / "solver_dir" / "solve_x"
    save_links(root, files, kept, keep)
    return sorted(read_links(root), key=lambda item: (-item.score, -item.speed, item.md5))


def test_links_resolve_and_move_with_the_folder(tmp_path: Path) -> None:
    """Links are relative, so that a run's folder can be moved or copied."""
    (tmp_path / "run").mkdir()
    linked(tmp_path / "run", [Kept("a", 3, 30), Kept("b", 10, 5)])
    (tmp_path / "run").rename(tmp_path / "moved")
    root = tmp_path / "moved" / "solver_dir" / "solve_x"
    assert (root / "3" / "30" / "a.py").read_text() == "a"
    assert (root / "10" / "5" / "b.py").read_text() == "b"
    assert (root / "10" / "5" / "b.py").is_symlink()


def test_at_most_32_are_kept_the_best(tmp_path: Path) -> None:
    """By score, then by speed."""
    kept = [Kept(f"p{number:02}", number % 5, number) for number in range(40)]
    best = sorted(kept, key=lambda item: (-item.score, -item.speed))[:32]
    assert linked(tmp_path, kept) == best


def test_a_newcomer_replaces_the_worst_only_if_it_is_better(tmp_path: Path) -> None:
    """Higher score first, then speed; on a tie the older stays."""
    old = [Kept(f"old{number:02}", 3, 20) for number in range(31)] + [Kept("worst", 2, 10)]
    assert linked(tmp_path, old) == sorted(old, key=lambda item: (-item.score, -item.speed, item.md5))
    assert Kept("worst", 2, 10) in linked(tmp_path, [Kept("tie", 2, 10)])
    assert Kept("tie", 2, 10) not in linked(tmp_path, [])
    assert Kept("slower", 2, 9) not in linked(tmp_path, [Kept("slower", 2, 9)])
    after = linked(tmp_path, [Kept("faster", 2, 11)])
    assert Kept("faster", 2, 11) in after
    assert Kept("worst", 2, 10) not in after
    after = linked(tmp_path, [Kept("higher", 3, 1)])
    assert Kept("higher", 3, 1) in after
    assert Kept("faster", 2, 11) not in after
    assert len(after) == 32
    root = tmp_path / "solver_dir" / "solve_x"
    assert names(root) == ["3"], "folders that got empty are gone"


def test_a_program_with_another_score_moves(tmp_path: Path) -> None:
    """It is not linked twice, and its old place does not count."""
    linked(tmp_path, [Kept("a", 3, 30), Kept("b", 1, 30)])
    assert linked(tmp_path, [Kept("a", 4, 29)]) == [Kept("a", 4, 29), Kept("b", 1, 30)]


def test_what_was_linked_stays_when_nothing_better_comes(tmp_path: Path) -> None:
    """A run that found less takes nothing away; saving the same again changes nothing."""
    first = linked(tmp_path, [Kept("a", 3, 30), Kept("b", 1, 30)])
    assert linked(tmp_path, []) == first
    assert linked(tmp_path, first) == first


def test_links_to_files_that_are_gone_are_not_counted(tmp_path: Path) -> None:
    """Somebody cleaned up: that takes no newcomer's place and stops no run."""
    linked(tmp_path, [Kept(f"old{number}", 9, 9) for number in range(2)], keep=2)
    for path in (tmp_path / "solver_md5").glob("old*"):
        path.unlink()
    assert linked(tmp_path, [Kept("new", 1, 1)], keep=2) == [Kept("new", 1, 1)]


def test_foreign_files_among_the_links_are_left_alone(tmp_path: Path) -> None:
    """Only <score>/<speed>/<md5>.py is the package's."""
    linked(tmp_path, [Kept("a", 3, 30)])
    note = tmp_path / "solver_dir" / "solve_x" / "my" / "notes" / "n.py"
    note.parent.mkdir(parents=True)
    note.write_text("mine")
    assert linked(tmp_path, [Kept("b", 5, 5)], keep=1) == [Kept("b", 5, 5)]
    assert note.read_text() == "mine"


def test_without_links_there_are_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system that has no links."""
    monkeypatch.setattr(Path, "symlink_to", failing(errno.EPERM))
    assert linked(tmp_path, [Kept("a", 3, 30)]) == [Kept("a", 3, 30)]
    path = tmp_path / "solver_dir" / "solve_x" / "3" / "30" / "a.py"
    assert path.read_text() == "a"
    assert not path.is_symlink()
    assert linked(tmp_path, [Kept("a", 4, 30)]) == [Kept("a", 4, 30)]


@pytest.mark.parametrize("point", ["mkdir", "unlink"])
def test_links_that_cannot_be_made_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """On a read-only disk."""
    linked(tmp_path, [Kept("a", 3, 30)])
    monkeypatch.setattr(Path, point, failing(errno.EROFS))
    files, root = tmp_path / "solver_md5", tmp_path / "solver_dir" / "solve_x"
    with pytest.raises(StoreError, match="Read-only"):
        save_links(root, files, [Kept("a", 4, 30)], 1)


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


def test_only_program_files_and_links_are_removed(tmp_path: Path) -> None:
    """Not what a forged journal names; folders go with their last file, the run's own stays."""
    folder = tmp_path / "run"
    names = ["solver_md5/a.py", "solver_dir/solve_x/3/5/a.py", "solver_md5/../../out", "run.json", ""]
    for name in names[:-1]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    remove_files(folder, [*names, str(folder / "run.json"), "differ_md5/gone.py"])
    assert sorted(path.name for path in folder.iterdir()) == ["run.json"]
    assert (tmp_path / "out").exists()
