"""The client as a command: what it only prints is taken for what it is. A script stands in for it here."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from kaggle_batt.commands.main import main
from kaggle_batt.errors import KaggleBattError, MissingExtra
from kaggle_batt.kaggle import client
from kaggle_batt.kaggle.bundle import Bundle
from tests.runs import TASKS, go

TASK = json.loads((TASKS / "67a3c6ac.json").read_text())


@pytest.fixture
def replies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, str]]:
    """What the script `kaggle` gives to arguments that contain a text: exit status and output."""
    found: dict[str, tuple[int, str]] = {}
    script = tmp_path / "bin" / "kaggle"
    script.parent.mkdir()
    script.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        "call, replies = ' '.join(sys.argv[1:]), json.load(open(os.environ['REPLIES']))\n"
        "with open(os.environ['REPLIES'] + '.log', 'a') as log: log.write(call + chr(10))\n"
        "status, text = next((r for key, r in replies.items() if key in call), (0, 'fine'))\n"
        "print(text); sys.exit(status)\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("REPLIES", str(tmp_path / "replies"))
    return found


def calls(tmp_path: Path) -> list[str]:
    """The calls so far, each by its first two words."""
    return [" ".join(line.split()[:2]) for line in (tmp_path / "replies.log").read_text().splitlines()]


@pytest.mark.parametrize(
    "line",
    [
        "Kernel push error: Maximum batch CPU session count of 5 reached.",
        "Dataset creation error: The requested title is already in use",
        "Dataset version creation error: See previous output",
        "The following are not valid dataset sources and could not be added to the kernel: ['ann/x']",
        "Skipping folder: kaggle_batt; use '--dir-mode' to upload folders",
        "Upload unsuccessful: kaggle_batt.zip",
        "400 - Path must be unique",
    ],
)
def test_a_refusal_with_exit_status_0_is_one(line: str) -> None:
    end = client.ClientEnd(
        ["kernels", "push"], 0, f"Starting\n{line}\nKernel version 1 successfully pushed.\n"
    )
    assert end.refusals == [line] and end.exit_status == 1
    with pytest.raises(KaggleBattError, match="`kaggle kernels push` was refused: "):
        end.require()
    assert client.ClientEnd([], 3, "no").exit_status == 3
    assert client.ClientEnd([], 0, "Upload successful: a.zip (3MB)\nready\n").exit_status == 0


def test_a_missing_client_names_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], made: Bundle
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(client.importlib.util, "find_spec", lambda name: None)
    assert main(["push", str(made.folder)]) == 2
    assert "pip install kaggle six" in capsys.readouterr().err


def test_a_client_without_what_it_needs(tmp_path: Path, replies: dict[str, tuple[int, str]]) -> None:
    replies["version"] = 1, "ModuleNotFoundError: No module named 'six'"
    (tmp_path / "replies").write_text(json.dumps(replies))
    with pytest.raises(MissingExtra, match="pip install six"):
        client.run_client(["version"])


def test_what_the_client_prints_does_not_steer_the_terminal(
    tmp_path: Path, replies: dict[str, tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    replies["version"] = 0, "\x1b]0;title\x07"
    (tmp_path / "replies").write_text(json.dumps(replies))
    assert client.run_client(["version"]).exit_status == 0
    assert capsys.readouterr().out == "\\x1b]0;title\\x07\n"


#: what a client prints before its answer when there is a newer one
OUTDATED = "Warning: Looks like you're using an outdated `kaggle` version (installed: 2.2.4)"


@pytest.mark.parametrize(
    ("given", "status", "expected"),
    [
        ({"datasets status": (0, "ready")}, 0, ["status", "version", "status", "push"]),
        ({"datasets status": (0, f"{OUTDATED}\nready")}, 0, ["status", "version", "status", "push"]),
        ({"datasets status": (0, f"{OUTDATED}\npending")}, 1, ["status", "version", "status"]),
        ({"datasets status": (1, "404 Client Error: Not Found")}, 1, ["status", "create", "status"]),
        ({"datasets status": (1, "401 Unauthorized")}, 1, ["status"]),
        ({"status": (0, "ready"), "datasets version": (0, "Dataset version creation error: x")}, 1, None),
        ({"status": (0, "ready"), "kernels push": (0, "Kernel push error: x")}, 1, None),
    ],
)
def test_push_sends_in_order_and_stops_at_the_first_refusal(
    tmp_path: Path,
    made: Bundle,
    replies: dict[str, tuple[int, str]],
    given: dict[str, tuple[int, str]],
    status: int,
    expected: list[str] | None,
) -> None:
    (tmp_path / "replies").write_text(json.dumps(given))
    assert main(["push", str(made.folder), "--wait", "0"]) == status
    words = [call.split()[1] for call in calls(tmp_path)]
    assert words == expected if expected else words[-1] in " ".join(given)


@pytest.mark.parametrize("wait", ["nan", "-1"])
def test_push_waits_for_a_number_of_seconds(
    tmp_path: Path, made: Bundle, replies: dict[str, tuple[int, str]], wait: str
) -> None:
    assert main(["push", str(made.folder), "--wait", wait]) == 2
    assert not (tmp_path / "replies.log").exists()


def test_submit_checks_first_and_gives_the_client_s_status(
    tmp_path: Path, replies: dict[str, tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "arc-agi_test_challenges.json").write_text(json.dumps({"a": TASK, "b": {**TASK, "train": []}}))
    go(tmp_path / "run", data=str(data), split="test")
    go(tmp_path / "part", data=str(data), split="test", ids="a")
    go(tmp_path / "other", ids="67a3c6ac")
    (tmp_path / "replies").write_text(json.dumps({"second": (0, "Kernel push error: x"), "third": (4, "no")}))
    submit = ["submit", str(tmp_path / "run"), "--competition", "c/arc-prize-2026", "-m"]
    assert [main([*submit, message]) for message in ("first", "second", "third")] == [0, 1, 4]
    log = (tmp_path / "replies.log").read_text().splitlines()
    file = tmp_path / "run" / "submission.json"
    assert log[0] == f"competitions submit arc-prize-2026 -f {file} -m first --wait"
    assert main([*submit, "x", "--kernel", "code/ann/run", "--version", "3"]) == 0
    assert (tmp_path / "replies.log").read_text().splitlines()[-1].endswith("--wait -k ann/run -v 3")
    capsys.readouterr()
    for name, status, reason in (
        ("part", 1, "task b: not in the submission"),
        ("other", 2, "not on a test set"),
    ):
        assert main(["submit", str(tmp_path / name), "--competition", "x", "-m", "x"]) == status
        assert reason in capsys.readouterr().err
    file.write_text('{"a": []}')
    assert main([*submit, "x"]) == 1
    assert len((tmp_path / "replies.log").read_text().splitlines()) == 4
